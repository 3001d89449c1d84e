#pragma once
// Where a record is, as a feature says it.

#include <optional>
#include <vector>

#include "base/json.h"
#include "base/polygon.h"

namespace truce::serve {

// A point, lines, or rings that hold it; nothing of these where it is nowhere.
struct Geometry {
  std::optional<LatLon> point = std::nullopt;
  MultiPolygonRings rings = {};
  std::vector<std::vector<LatLon>> lines = {};  // of two points or more each
  bool empty() const { return !point && rings.empty() && lines.empty(); }
};

// What is nowhere lies in every box, as the standard wants it.
bool lies_in(const Geometry& geometry, const std::vector<GeoBox>& boxes);
// Outer rings run counter-clockwise, holes clockwise (RFC 7946, 3.1.6).
void turn_rings(MultiPolygonRings& rings);
std::string wkt_of(const Geometry& geometry);  // empty where it is nowhere
void put_geometry(JsonWriter& w, const Geometry& geometry);

}  // namespace truce::serve
