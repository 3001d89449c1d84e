#include "stages/judge/internal/internal_geometry.h"

#include <algorithm>
#include <cmath>

namespace truce::judge {

namespace {

constexpr double kLeastMetresPerDegree = 110'500;  // of latitude, at the equator 110,574
constexpr double kHalfTurn_rad = 3.14159265358979323846;

}  // namespace

// Nearer the poles degrees of longitude are shorter: the shortest in reach are taken. A degree of
// latitude is 110.5 km or more, and a parallel no shorter than on a sphere of that.
bool InternalGeometry::may_lie_within(const InternalPosition& p, const GeoBox& box,
                                      double distance_m) {
  const double reach_deg = distance_m / kLeastMetresPerDegree;
  const double lat = p.at_.lat_deg();
  if (lat + reach_deg < box.lat_min || lat - reach_deg > box.lat_max) return false;
  const double furthest = std::abs(lat) + reach_deg;
  if (furthest > 89) return true;
  const double wide_deg = 1.01 * reach_deg / std::cos(furthest * kHalfTurn_rad / 180);
  for (const double turn : {-360.0, 0.0, 360.0}) {
    const double lon = p.at_.lon_deg() + turn;
    if (lon + wide_deg >= box.lon_min && lon - wide_deg <= box.lon_max) return true;
  }
  return false;
}

double InternalGeometry::share_within(const InternalPosition& p, const std::vector<LatLon>& places,
                                      double distance_m) {
  const auto near = std::count_if(places.begin(), places.end(), [&](LatLon at) {
    return geodesic_between(p.at_, at).distance_m <= distance_m;
  });
  return places.empty() ? 0 : static_cast<double>(near) / static_cast<double>(places.size());
}

}  // namespace truce::judge
