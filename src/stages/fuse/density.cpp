#include "stages/fuse/internal/density.h"

#include <algorithm>
#include <cmath>

#include "base/units.h"

namespace truce::fuse {

namespace {
constexpr double kOutlineMass = 0.9;  // what an outline holds of its shape
}

double effective_area_km2(const Shape& shape) {
  if (std::holds_alternative<Nowhere>(shape)) return 0;
  if (const auto* s = std::get_if<PointShape>(&shape)) {
    const double det = std::max(1.0, s->var_east_m2 * s->var_north_m2 - s->cov_m2 * s->cov_m2);
    return 2 * kPi * std::sqrt(det) / 1e6;
  }
  if (const auto* s = std::get_if<NamedPlace>(&shape)) {
    const double sigma_km = std::max(s->radius_m, 1.0) / 1.1774100225154747 / 1000;
    return 2 * kPi * sigma_km * sigma_km;
  }
  const auto area = Area::from_rings(outline(shape));
  return area.ok() ? std::max(1e-6, area->area_m2() / 1e6 / kOutlineMass) : 0;
}

double place_log_likelihood(const Shape& shape, LatLon place) {
  // Arrivals and tracks judge place and time together; at their own time the place is all that is
  // left.
  Instant t{0};
  if (const auto* s = std::get_if<Arrival>(&shape)) {
    const double d = geodesic_between(s->at, place).distance_m;
    t = s->at_time - Duration::seconds(d / std::max(s->speed_m_s, 1.0));
  }
  if (const auto* s = std::get_if<Track>(&shape))
    t = s->fixes.empty() ? Instant{0} : s->fixes.front().time;
  return log_likelihood(shape, {{t, t}, 1}, place, t);
}

}  // namespace truce::fuse
