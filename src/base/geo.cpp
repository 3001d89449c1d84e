#include "base/geo.h"

#include <GeographicLib/Geodesic.hpp>
#include <cmath>

#include "base/units.h"

namespace truce {

namespace {
const GeographicLib::Geodesic& wgs84() { return GeographicLib::Geodesic::WGS84(); }

LatLon from_finite(double lat_deg, double lon_deg) {
  const double lon = std::remainder(lon_deg, 360.0);
  auto lon_e7 = static_cast<std::int64_t>(std::llround(lon * 1e7));
  if (lon_e7 >= 1'800'000'000) lon_e7 -= 3'600'000'000;
  return {static_cast<std::int32_t>(std::llround(lat_deg * 1e7)),
          static_cast<std::int32_t>(lon_e7)};
}
}  // namespace

Result<LatLon> LatLon::from_degrees(double lat_deg, double lon_deg) {
  if (!std::isfinite(lat_deg) || lat_deg < -90 || lat_deg > 90) {
    return bad_input("latitude " + std::to_string(lat_deg) + " is out of range", {},
                     "degrees in -90..90");
  }
  if (!std::isfinite(lon_deg) || lon_deg < -180 || lon_deg > 180) {
    return bad_input("longitude " + std::to_string(lon_deg) + " is out of range", {},
                     "degrees in -180..180");
  }
  return from_finite(lat_deg, lon_deg);
}

Geodesic geodesic_between(LatLon from, LatLon to) {
  Geodesic g;
  double azimuth2 = 0;
  wgs84().Inverse(from.lat_deg(), from.lon_deg(), to.lat_deg(), to.lon_deg(), g.distance_m,
                  g.azimuth_deg, azimuth2);
  g.azimuth_deg = normalize_azimuth_deg(g.azimuth_deg);
  return g;
}

LatLon destination(LatLon from, double azimuth_deg, double distance_m) {
  double lat = 0;
  double lon = 0;
  wgs84().Direct(from.lat_deg(), from.lon_deg(), azimuth_deg, distance_m, lat, lon);
  return from_finite(lat, lon);
}

MetresPerDegree metres_per_degree(double lat_deg) {
  constexpr double kSemiMajor_m = 6378137.0;
  constexpr double kE2 = 6.69437999014e-3;  // WGS84 first eccentricity squared
  const double lat = to_radians(lat_deg);
  const double w2 = 1 - kE2 * std::sin(lat) * std::sin(lat);
  const double w = std::sqrt(w2);
  return {to_radians(1) * kSemiMajor_m * (1 - kE2) / (w2 * w),
          to_radians(1) * kSemiMajor_m * std::cos(lat) / w};
}

LocalFrame::LocalFrame(LatLon origin) : origin_(origin) {}

LocalFrame::Xy LocalFrame::to_xy(LatLon p) const {
  const Geodesic g = geodesic_between(origin_, p);
  const double az = to_radians(g.azimuth_deg);
  return {g.distance_m * std::sin(az), g.distance_m * std::cos(az)};
}

LatLon LocalFrame::to_latlon(Xy p) const {
  return destination(origin_, to_degrees(std::atan2(p.x_m, p.y_m)), std::hypot(p.x_m, p.y_m));
}

}  // namespace truce
