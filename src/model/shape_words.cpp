// A shape as a monitor would say it.

#include <cmath>
#include <cstdio>

#include "base/units.h"
#include "model/shape.h"

namespace truce {

namespace {

std::string km(double m) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, m < 9950 && std::fmod(m, 1000) != 0 ? "%.1f" : "%.0f",
                m / 1000);
  return buffer;
}
std::string at_words(LatLon p) {
  char buffer[48];
  std::snprintf(buffer, sizeof buffer, "%.4f, %.4f", p.lat_deg(), p.lon_deg());
  return buffer;
}

std::string words(const Nowhere&) { return "place not known"; }
std::string words(const PointShape& s) {
  return at_words(s.at) + " \u00b1 " +
         std::to_string(std::lround(std::sqrt(std::max(s.var_east_m2, s.var_north_m2)))) + " m";
}
std::string words(const AnnularSector& s) {
  std::string out = km(s.range_min_m) + "\u2013" + km(s.range_max_m) + " km";
  if (s.half_width_deg < 180) {
    const double step = 11.25;
    const auto low = compass_word(s.azimuth_deg - s.half_width_deg + step);
    const auto high = compass_word(s.azimuth_deg + s.half_width_deg - step);
    out += " " + std::string(low) + (low == high ? "" : "\u2013" + std::string(high));
  }
  return out + " of " + at_words(s.from);
}
std::string words(const Bearing& s) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "bearing %.0f\u00b0 \u00b1 %.0f\u00b0 from ", s.azimuth_deg,
                s.sigma_deg);
  return buffer + at_words(s.from);
}
std::string words(const Arrival& s) {
  const std::string wave = s.wave == Wave::kSound    ? "heard at "
                           : s.wave == Wave::kGround ? "felt at "
                                                     : std::string(to_string(s.wave)) + " wave at ";
  return wave + at_words(s.at) + ", " + to_text(s.at_time);
}
std::string words(const PixelFootprint& s) {
  return "pixel of " + km(s.scan_m) + " \u00d7 " + km(s.track_m) + " km at " + at_words(s.centre);
}
std::string words(const PolygonShape& s) {
  return s.rings.empty() || s.rings.front().outer.empty()
             ? "an empty area"
             : "an area at " + at_words(s.rings.front().outer.front());
}
std::string words(const NamedPlace& s) {
  return (s.name.empty() ? at_words(s.at) : s.name) + " (half within " + km(s.radius_m) + " km)";
}
std::string words(const Track& s) {
  return "a track of " + std::to_string(s.fixes.size()) + " fixes";
}

}  // namespace

std::string to_words(const Shape& shape) {
  return std::visit([](const auto& s) { return words(s); }, shape);
}

}  // namespace truce
