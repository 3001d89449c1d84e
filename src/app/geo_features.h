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
  std::string where;  // file and number, for complaints
  std::string id;
  std::string kind;
  std::string name;
  std::int64_t rank = 2;  // of a place
  std::variant<LatLon, std::vector<LatLon>, Area> shape;
};

// What cannot be read goes to `problems`; the other features are returned.
std::vector<GeoFeature> parse_features(std::string_view geojson, const std::string& source,
                                       judge::Problems& problems);

// Adds an area or a line under its id; an id that is there is a problem. Points are left out.
void add_geometry(const GeoFeature& feature, judge::Geometry& geometry, judge::Problems& problems);

}  // namespace truce::app
