#pragma once
// A record as a GeoJSON feature (RFC 7946) and as a line of CSV.

#include <optional>
#include <string>
#include <vector>

#include "base/polygon.h"
#include "stages/serve/collections.h"
#include "stages/serve/records.h"

namespace truce::serve {

// Where a record is: a point, or rings that hold it; nothing of both where it is nowhere.
struct Geometry {
  std::optional<LatLon> point;
  MultiPolygonRings rings;
  bool empty() const { return !point && rings.empty(); }
};

// Errors: a record that is damaged.
Result<Geometry> geometry_of(const Collection& collection, const Row& row);
// What is nowhere lies in every box, as the standard wants it.
bool lies_in(const Geometry& geometry, const std::vector<GeoBox>& boxes);

// {"geometry", "id", "position", "properties", "type", "when"}: the properties are the record.
// `links` is a JSON array, or empty for a feature in a collection.
std::string feature_json(const Row& row, const Geometry& geometry, std::string_view links = {});

// A header and a line per row; a column for every field that any of the rows has, what is nested as
// JSON, geometry as WKT. A text that a spreadsheet would take for a formula begins with "'".
Result<std::string> csv_of(const std::vector<Row>& rows, const std::vector<Geometry>& geometries);

}  // namespace truce::serve
