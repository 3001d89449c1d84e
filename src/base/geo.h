#pragma once
// Places on the WGS84 ellipsoid. Coordinates at rest are whole numbers of 1e-7 degree (about 1 cm);
// geodesics are GeographicLib's (Karney 2013), exact to 15 nm.

#include <cstdint>
#include <string>

#include "base/result.h"

namespace truce {

struct LatLon {
  std::int32_t lat_e7 = 0;
  std::int32_t lon_e7 = 0;
  // Errors: not finite, latitude outside -90..90, longitude outside -180..180 (180 becomes -180).
  static Result<LatLon> from_degrees(double lat_deg, double lon_deg);
  double lat_deg() const { return lat_e7 / 1e7; }
  double lon_deg() const { return lon_e7 / 1e7; }
  friend constexpr auto operator<=>(const LatLon&, const LatLon&) = default;
};

struct Geodesic {
  double distance_m = 0;
  double azimuth_deg = 0;  // at the start, clockwise from north, [0, 360)
};
Geodesic geodesic_between(LatLon from, LatLon to);
LatLon destination(LatLon from, double azimuth_deg, double distance_m);

// Length of a degree of latitude and of longitude at a latitude, on the ellipsoid.
struct MetresPerDegree {
  double lat = 0;
  double lon = 0;
};
MetresPerDegree metres_per_degree(double lat_deg);
// A longitude, or a difference of two, of at most 540° either way, brought to [-180, 180).
constexpr double wrapped_lon_deg(double lon_deg) {
  return lon_deg >= 180 ? lon_deg - 360 : lon_deg < -180 ? lon_deg + 360 : lon_deg;
}

// A flat frame in metres (x east, y north) tangent at `origin`: azimuthal equidistant from the
// origin. Distances from the origin are exact; between two points d km from it they are off by less
// than (d/6371)²/6 of their length: 4e-6 at 30 km, 1e-3 at 500 km.
class LocalFrame {
 public:
  explicit LocalFrame(LatLon origin);
  LatLon origin() const { return origin_; }
  struct Xy {
    double x_m = 0;
    double y_m = 0;
  };
  Xy to_xy(LatLon p) const;
  LatLon to_latlon(Xy p) const;

 private:
  LatLon origin_;
};

}  // namespace truce
