#pragma once
// A record as a GeoJSON feature (RFC 7946) and as a line of CSV.

#include <string>
#include <vector>

#include "base/json.h"
#include "stages/serve/collections.h"
#include "stages/serve/geometry.h"
#include "stages/serve/records.h"

namespace truce::serve {

// Errors: a record that is damaged.
Result<Geometry> geometry_of(const Collection& collection, const Row& row);
// {"geometry", "id", "position", "properties", "type", "when"}: the properties are the record.
// `links` is a JSON array, or empty for a feature in a collection.
void put_feature(JsonWriter& w, const Row& row, const Geometry& geometry,
                 std::string_view links = {});

// A header and a line per row; a column for every field that any of the rows has, what is nested as
// JSON, geometry as WKT. A text that a spreadsheet would take for a formula begins with "'".
Result<std::string> csv_of(const std::vector<Row>& rows, const std::vector<Geometry>& geometries);

}  // namespace truce::serve
