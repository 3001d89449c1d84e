#pragma once
// Each shape lives in a flat frame at its own anchor: x = Δlongitude · (metres per degree there), y
// likewise, longitudes the short way round. In that frame a box of latitude and longitude is an
// upright rectangle, so that the bounds below are exact for it; against the geodesic the frame is
// off by about 0.4 % of the distance at 30 km and 48° north, which is far below the softness of
// every shape that reaches that far.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/units.h"
#include "model/shape.h"

namespace truce::shape_frame {

constexpr double kHalfMassSigmas = 1.1774100225154747;  // radius of half the mass of a 2-D Gaussian
constexpr double kRegion90Sigmas = 2.145966026289347;   // and of 90 % of it
constexpr double kBearingRangeEdge = 0.05;  // softness of a bearing's end, share of its range

struct Xy {
  double x = 0;
  double y = 0;
};

struct Rect {
  double x0 = 0, x1 = 0, y0 = 0, y1 = 0;
  Xy centre() const { return {(x0 + x1) / 2, (y0 + y1) / 2}; }
  double radius() const { return std::hypot(x1 - x0, y1 - y0) / 2; }
  bool contains(Xy p) const { return p.x >= x0 && p.x <= x1 && p.y >= y0 && p.y <= y1; }
  std::array<Xy, 4> corners() const { return {{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}}; }
  double distance_min(Xy p) const {
    return std::hypot(std::max({x0 - p.x, 0.0, p.x - x1}), std::max({y0 - p.y, 0.0, p.y - y1}));
  }
  double distance_max(Xy p) const {
    return std::hypot(std::max(p.x - x0, x1 - p.x), std::max(p.y - y0, y1 - p.y));
  }
};

class Frame {
 public:
  explicit Frame(LatLon anchor) : anchor_(anchor), per_(metres_per_degree(anchor.lat_deg())) {}
  Frame(LatLon anchor, MetresPerDegree per) : anchor_(anchor), per_(per) {}  // of its latitude
  Xy to(LatLon p) const {
    return {wrapped_lon_deg(p.lon_deg() - anchor_.lon_deg()) * per_.lon,
            (p.lat_deg() - anchor_.lat_deg()) * per_.lat};
  }
  // The box must not reach over the meridian opposite the anchor.
  Rect to(const GeoBox& b) const {
    const double middle = (b.lon_min + b.lon_max) / 2 - anchor_.lon_deg();
    const double turn = wrapped_lon_deg(middle) - middle;
    return {(b.lon_min - anchor_.lon_deg() + turn) * per_.lon,
            (b.lon_max - anchor_.lon_deg() + turn) * per_.lon,
            (b.lat_min - anchor_.lat_deg()) * per_.lat, (b.lat_max - anchor_.lat_deg()) * per_.lat};
  }
  LatLon from(Xy p) const {
    const double lat = std::clamp(anchor_.lat_deg() + p.y / per_.lat, -90.0, 90.0);
    const double off = std::clamp(p.x / std::max(per_.lon, 1e-6), -180.0, 180.0);
    const double lon = wrapped_lon_deg(anchor_.lon_deg() + off);
    return {static_cast<std::int32_t>(std::llround(lat * 1e7)),
            static_cast<std::int32_t>(std::llround(lon * 1e7))};
  }
  GeoBox box_from(const Rect& r) const {
    const double wide = std::max(per_.lon, 1e-6);
    return {anchor_.lat_deg() + r.y0 / per_.lat, anchor_.lat_deg() + r.y1 / per_.lat,
            anchor_.lon_deg() + r.x0 / wide, anchor_.lon_deg() + r.x1 / wide};
  }

 private:
  LatLon anchor_;
  MetresPerDegree per_;
};

inline double square(double v) { return v * v; }
inline double azimuth_of(Xy p) { return normalize_azimuth_deg(to_degrees(std::atan2(p.x, p.y))); }
inline double soft(double excess, double sigma) {
  return excess <= 0 ? 0 : -0.5 * square(excess / std::max(sigma, 1e-9));
}

inline double range_edge(double range_max_m) {
  return std::max(kBearingRangeEdge * range_max_m, 1.0);
}

inline double ring_excess(double d_min, double d_max, double low, double high) {
  return std::max({0.0, low - d_max, d_min - high});
}

// Least angle by which directions from the origin into the rectangle miss the wedge.
inline double wedge_excess(const Rect& r, double azimuth_deg, double half_width_deg) {
  if (half_width_deg >= 180 || r.contains({0, 0})) return 0;
  // Seen from outside, a rectangle spans less than 180°, between two of its corners.
  const double middle = azimuth_of(r.centre());
  double low = 0;
  double high = 0;
  for (const Xy& c : r.corners()) {
    const double d = azimuth_difference_deg(azimuth_of(c), middle);
    low = std::min(low, d);
    high = std::max(high, d);
  }
  const double from_middle = azimuth_difference_deg(azimuth_deg, middle);
  const double gap = from_middle > high  ? from_middle - high
                     : from_middle < low ? low - from_middle
                                         : 0;
  // The other way round may be shorter when the rectangle lies behind.
  const double other =
      std::min(360 - std::abs(from_middle - low), 360 - std::abs(from_middle - high));
  return std::max(0.0, std::min(gap, std::max(0.0, other)) - half_width_deg);
}

inline double segment_distance(Xy a, Xy b, Xy p) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const double l2 = dx * dx + dy * dy;
  const double t = l2 == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / l2, 0.0, 1.0);
  return std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

// Distance from p to the area of the rings, 0 inside, in the frame.
inline double outside_distance(const MultiPolygonRings& polygons, const Frame& frame, Xy p) {
  bool inside = false;
  double best = std::numeric_limits<double>::infinity();
  const auto walk = [&](const Ring& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Xy a = frame.to(ring[i]);
      const Xy b = frame.to(ring[i + 1]);
      if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
      best = std::min(best, segment_distance(a, b, p));
    }
  };
  for (const auto& polygon : polygons) {
    walk(polygon.outer);
    for (const auto& hole : polygon.holes) walk(hole);
  }
  return inside ? 0 : best;
}

inline LatLon anchor_of(const MultiPolygonRings& rings) {
  return rings.empty() || rings.front().outer.empty() ? LatLon{} : rings.front().outer.front();
}

inline LatLon anchor_at(const Nowhere&) { return {}; }
inline LatLon anchor_at(const PointShape& s) { return s.at; }
inline LatLon anchor_at(const AnnularSector& s) { return s.from; }
inline LatLon anchor_at(const Bearing& s) { return s.from; }
inline LatLon anchor_at(const Arrival& s) { return s.at; }
inline LatLon anchor_at(const PixelFootprint& s) { return s.centre; }
inline LatLon anchor_at(const PolygonShape& s) { return anchor_of(s.rings); }
inline LatLon anchor_at(const NamedPlace& s) { return s.at; }
inline LatLon anchor_at(const Track& s) { return s.fixes.empty() ? LatLon{} : s.fixes.front().at; }
inline LatLon anchor(const Shape& shape) {
  return std::visit([](const auto& s) { return anchor_at(s); }, shape);
}

inline Xy interpolate(const Track& track, const Frame& frame, Instant t) {
  const auto& f = track.fixes;
  if (t <= f.front().time) return frame.to(f.front().at);
  for (std::size_t i = 1; i < f.size(); ++i) {
    if (t > f[i].time) continue;
    const Xy a = frame.to(f[i - 1].at);
    const Xy b = frame.to(f[i].at);
    const double span = static_cast<double>((f[i].time - f[i - 1].time).ns);
    const double s = span <= 0 ? 0 : static_cast<double>((t - f[i - 1].time).ns) / span;
    return {a.x + s * (b.x - a.x), a.y + s * (b.y - a.y)};
  }
  return frame.to(f.back().at);
}

// Sigma of the time at which an effect d metres away is heard.
inline double arrival_sigma_s(const Arrival& s, double d) {
  return std::hypot(std::max(s.sigma_s, 1e-3),
                    d / square(std::max(s.speed_m_s, 1.0)) * s.speed_sigma_m_s);
}
// What an arrival says of a range at the time that fits it best.
inline double log_range_weight(const Arrival& s, double d) {
  return -std::log(arrival_sigma_s(s, d) / std::max(s.sigma_s, 1e-3)) +
         soft(d - s.range_max_m, range_edge(s.range_max_m));
}

inline Xy polar(double azimuth_deg, double range_m) {
  const double a = to_radians(azimuth_deg);
  return {range_m * std::sin(a), range_m * std::cos(a)};
}

}  // namespace truce::shape_frame
