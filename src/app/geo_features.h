#pragma once
// Features of a geo/*.geojson file.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/polygon.h"
#include "stages/judge/judge.h"

namespace truce::app {

struct GeoFeature {
  Place place;     // file and line, for complaints
  std::string id;  // empty where it has none, or of a file of which nothing could be read
  std::string kind;
  std::string name;
  std::int64_t rank = 2;                                                  // of a place
  std::variant<std::monostate, LatLon, std::vector<LatLon>, Area> shape;  // none: not readable
};

// What cannot be read goes to `problems`, and is returned without shape.
std::vector<GeoFeature> parse_features(std::string_view geojson, const std::string& source,
                                       judge::Problems& problems);

// Adds an area or a line under its id; an id that is there is a problem. Points are left out, and
// of what could not be read only the id is kept.
void add_geometry(const GeoFeature& feature, judge::Geometry& geometry, judge::Problems& problems);

}  // namespace truce::app
