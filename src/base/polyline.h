#pragma once
// Lines on the ground: a line of contact, a border. Edges run straight in longitude and latitude,
// as GeoJSON has it.

#include <memory>
#include <vector>

#include "base/polygon.h"

namespace truce {

// An immutable line of one or several strings of points; cheap to copy, safe to use from several
// threads at once. To measure from costs microseconds. Edges are cut into pieces of about 2 km (at
// the equator; shorter where meridians draw together), each of some 130 bytes.
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
  // Between these lies the distance of every point of the box, however large it is. They are the
  // distance from its middle, less and plus half its diagonal, wider by 0.2 m at 50 km and by 21 m
  // at 1,000 km: not the narrowest bounds, but cheaper than the distance of one point. Infinity
  // where the line is empty.
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
