#pragma once
// Lines on the ground: a line of contact, a border. Edges run straight in longitude and latitude,
// as GeoJSON has it.

#include <memory>
#include <vector>

#include "base/polygon.h"

namespace truce {

// An immutable line of one or several strings of points; cheap to copy, safe to use from several
// threads at once.
class Polyline {
 public:
  Polyline();  // empty
  // Errors: a string of fewer than two points, one that crosses the antimeridian.
  static Result<Polyline> from_strings(const std::vector<std::vector<LatLon>>& strings);
  bool empty() const;
  const std::vector<std::vector<LatLon>>& strings() const;
  // Geodesic distance from p to the nearest point of the line, in metres, right to a centimetre
  // within 1,000 km; infinity where the line is empty.
  double distance_m(LatLon p) const;
  // Between these lies the distance of every point of the box: not always the narrowest bounds.
  struct Bounds {
    double least_m = 0;
    double most_m = 0;
  };
  Bounds distance_bounds_m(const GeoBox& box) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace truce
