// How much of a shape lies where, with exp(log-likelihood) as density of place: its mass, places
// drawn from it, the region that holds nine tenths, and how far it reaches.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "model/internal/shape_frame.h"

namespace truce {

namespace {

using namespace shape_frame;

// -------------------------------------------------------------------------------------------
// supports

double radical_inverse(std::size_t i, std::size_t base) {
  double out = 0;
  for (double f = 1.0 / static_cast<double>(base); i > 0; f /= static_cast<double>(base)) {
    out += f * static_cast<double>(i % base);
    i /= base;
  }
  return out;
}

// Low-discrepancy points in four dimensions, the first two the most even (Halton 1960).
std::array<double, 4> halton(std::size_t i) {
  return {radical_inverse(i + 1, 2), radical_inverse(i + 1, 3), radical_inverse(i + 1, 5),
          radical_inverse(i + 1, 7)};
}
constexpr std::size_t kTableSize = 4096;  // most supports need no point beyond
std::array<double, 4> quasi_random(std::size_t i) {
  static const auto table = [] {
    std::vector<std::array<double, 4>> out;
    for (std::size_t k = 0; k < kTableSize; ++k) out.push_back(halton(k));
    return out;
  }();
  return i < kTableSize ? table[i] : halton(i);
}

Xy gaussian(double u, double v, double sigma) {  // Box & Muller 1958
  const double r = sigma * std::sqrt(-2 * std::log(std::max(u, 1e-12)));
  return {r * std::cos(2 * kPi * v), r * std::sin(2 * kPi * v)};
}

double ring_radius(double low, double high, double u) {
  return std::sqrt(low * low + u * (high * high - low * low));
}

bool thinned(double u, double log_kept) { return std::log(std::max(u, 1e-12)) > log_kept; }

std::optional<LatLon> draw(const Nowhere&, std::size_t, const Frame&) { return std::nullopt; }
// The standard normal in the plane, by the first two dimensions.
Xy unit_normal(std::size_t i) {
  static const auto table = [] {
    std::vector<Xy> out;
    for (std::size_t k = 0; k < kTableSize; ++k) {
      const auto u = quasi_random(k);
      out.push_back(gaussian(u[0], u[1], 1));
    }
    return out;
  }();
  if (i < kTableSize) return table[i];
  const auto u = quasi_random(i);
  return gaussian(u[0], u[1], 1);
}

std::optional<LatLon> draw(const PointShape& s, std::size_t i, const Frame& frame) {
  const Xy g = unit_normal(i);
  const double sx = std::sqrt(std::max(s.var_east_m2, 1.0));
  const double k = s.cov_m2 / sx;
  return frame.from(Xy{sx * g.x, k * g.x + std::sqrt(std::max(s.var_north_m2 - k * k, 1.0)) * g.y});
}
// Uniform over the sector and three sigmas of its soft edges, thinned by the likelihood there.
std::optional<LatLon> draw(const AnnularSector& s, std::size_t i, const Frame& frame) {
  const auto u = quasi_random(i);
  const double edge = std::max(s.edge_m, 1.0);
  const double low = std::max(0.0, s.range_min_m - 3 * edge);
  const double half = s.half_width_deg >= 180
                          ? 180.0
                          : std::min(180.0, s.half_width_deg + 3 * std::max(s.edge_deg, 0.1));
  const double range = ring_radius(low, s.range_max_m + 3 * edge, u[0]);
  const double off = (2 * u[1] - 1) * half;
  const double log_kept =
      soft(ring_excess(range, range, s.range_min_m, s.range_max_m), edge) +
      (s.half_width_deg >= 180 ? 0
                               : soft(std::abs(off) - s.half_width_deg, std::max(s.edge_deg, 0.1)));
  if (thinned(u[2], log_kept)) return std::nullopt;
  return frame.from(polar(s.azimuth_deg + off, range));
}
// The others of soft edge likewise: evenly over what three sigmas reach, thinned by the likelihood.
std::optional<LatLon> draw(const Bearing& s, std::size_t i, const Frame& frame) {
  const auto u = quasi_random(i);
  const double edge = range_edge(s.range_max_m);
  const double range = ring_radius(0, s.range_max_m + 3 * edge, u[0]);
  if (thinned(u[3], soft(range - s.range_max_m, edge))) return std::nullopt;
  const double off = gaussian(u[1], u[2], std::max(s.sigma_deg, 0.01)).x;
  return frame.from(polar(s.azimuth_deg + off, range));
}
std::optional<LatLon> draw(const Arrival& s, std::size_t i, const Frame& frame) {
  const auto u = quasi_random(i);
  const double range = ring_radius(0, s.range_max_m + 3 * range_edge(s.range_max_m), u[0]);
  if (thinned(u[2], log_range_weight(s, range))) return std::nullopt;
  return frame.from(polar(360 * u[1], range));
}
std::optional<LatLon> draw(const PixelFootprint& s, std::size_t i, const Frame& frame) {
  const auto u = quasi_random(i);
  const double sigma = std::max(s.geolocation_sigma_m, 1.0);
  const double x = (2 * u[0] - 1) * (s.scan_m / 2 + 3 * sigma);
  const double y = (2 * u[1] - 1) * (s.track_m / 2 + 3 * sigma);
  const double log_kept =
      soft(std::abs(x) - s.scan_m / 2, sigma) + soft(std::abs(y) - s.track_m / 2, sigma);
  if (thinned(u[2], log_kept)) return std::nullopt;
  const Xy across = polar(s.heading_deg + 90, x);
  const Xy along = polar(s.heading_deg, y);
  return frame.from(Xy{across.x + along.x, across.y + along.y});
}
Rect frame_bounds(const MultiPolygonRings& rings, const Frame& frame) {
  constexpr double kFar = std::numeric_limits<double>::infinity();
  Rect r{kFar, -kFar, kFar, -kFar};
  for (const auto& polygon : rings) {
    for (const LatLon q : polygon.outer) {
      const Xy p = frame.to(q);
      r = {std::min(r.x0, p.x), std::max(r.x1, p.x), std::min(r.y0, p.y), std::max(r.y1, p.y)};
    }
  }
  return r;
}
std::optional<LatLon> draw(const PolygonShape& s, std::size_t i, const Frame& frame) {
  const double edge = std::max(s.edge_m, 1.0);
  const Rect r = frame_bounds(s.rings, frame);
  const auto u = quasi_random(i);
  const Xy p{r.x0 - 3 * edge + u[0] * (r.x1 - r.x0 + 6 * edge),
             r.y0 - 3 * edge + u[1] * (r.y1 - r.y0 + 6 * edge)};
  if (thinned(u[2], soft(outside_distance(s.rings, frame, p), edge))) return std::nullopt;
  return frame.from(p);
}
std::optional<LatLon> draw(const NamedPlace& s, std::size_t i, const Frame& frame) {
  const double sigma = std::max(s.radius_m, 1.0) / kHalfMassSigmas;
  const Xy g = unit_normal(i);
  return frame.from(Xy{sigma * g.x, sigma * g.y});
}
std::optional<LatLon> draw(const Track& s, std::size_t i, const Frame& frame) {
  if (s.fixes.empty()) return std::nullopt;
  const auto u = quasi_random(i);
  const double span = static_cast<double>((s.fixes.back().time - s.fixes.front().time).ns);
  const Xy p = interpolate(s, frame,
                           s.fixes.front().time + Duration{static_cast<std::int64_t>(u[0] * span)});
  const Xy g = gaussian(u[1], u[2], std::max(s.sigma_m, 1.0));
  return frame.from(Xy{p.x + g.x, p.y + g.y});
}

// --------------------------------------------------------------------------------------------
// masses: how much of a shape lies within what, with exp(log-likelihood) as density

constexpr double kRegionMass = 0.9;
constexpr double kHalfBell = 1.2533141373155003;  // √(π/2), half the area of exp(-x²/2)

// The x at which an increasing function reaches y, between low and high.
template <class F>
double where_reaches(F&& f, double y, double low, double high) {
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) < y ? low : high) = middle;
  }
  return (low + high) / 2;
}

// One half of a symmetric density on a line: 1 up to `flat`, then falling off with `sigma`.
struct SoftFlat {
  double flat = 0;
  double sigma = 0;
  double mass() const { return flat + sigma * kHalfBell; }
  double holding(double share) const {
    const double wanted = share * mass();
    if (wanted <= flat) return wanted;
    const auto tail = [&](double x) {
      return flat + sigma * kHalfBell * std::erf(x / sigma / std::sqrt(2));
    };
    return flat + where_reaches(tail, wanted, 0, 6 * sigma);
  }
};

struct Stretch {
  double from = 0;
  double to = 0;
};

// The density of ranges around a point, r times its weight, as a running sum over equal steps.
class RangeSum {
 public:
  template <class LogWeight>
  RangeSum(double low, double high, LogWeight&& log_weight)
      : low_(low), step_((high - low) / kSteps) {
    for (int i = 0; i < kSteps; ++i) {
      const double r = low_ + (i + 0.5) * step_;
      sum_[static_cast<std::size_t>(i) + 1] =
          sum_[static_cast<std::size_t>(i)] + r * std::exp(log_weight(r)) * step_;
    }
  }
  double mass() const { return sum_.back(); }
  // From the middle when both ends are cut alike, else from the inside.
  Stretch holding(double share, bool cut_both) const {
    const double left = cut_both ? (1 - share) / 2 : 0;
    return {left > 0 ? at(left) : low_, at(left + share)};
  }

 private:
  static constexpr int kSteps = 400;
  double at(double share) const {
    const auto it = std::lower_bound(sum_.begin() + 1, sum_.end(), share * mass());
    const double over = *it > *(it - 1) ? (share * mass() - *(it - 1)) / (*it - *(it - 1)) : 0;
    return low_ + step_ * (static_cast<double>(it - sum_.begin()) - 1 + over);
  }
  double low_;
  double step_;
  std::array<double, kSteps + 1> sum_{};
};

RangeSum ring_of(const AnnularSector& s) {
  const double edge = std::max(s.edge_m, 1.0);
  return {std::max(0.0, s.range_min_m - 4 * edge), s.range_max_m + 4 * edge,
          [&](double r) { return soft(ring_excess(r, r, s.range_min_m, s.range_max_m), edge); }};
}
RangeSum ring_of(const Bearing& s) {
  const double edge = range_edge(s.range_max_m);
  return {0, s.range_max_m + 4 * edge, [&](double r) { return soft(r - s.range_max_m, edge); }};
}
RangeSum ring_of(const Arrival& s) {
  return {0, s.range_max_m + 4 * range_edge(s.range_max_m),
          [&](double r) { return log_range_weight(s, r); }};
}

// Half the angle of a wedge that holds its share of nine tenths, and the share left to the ring.
struct Wedge {
  double half_deg = 180;
  double ring_share = kRegionMass;
};
Wedge wedge_of(const AnnularSector& s) {
  if (s.half_width_deg >= 180) return {};
  const double share = std::sqrt(kRegionMass);
  const SoftFlat flat{s.half_width_deg, std::max(s.edge_deg, 0.1)};
  return {std::min(180.0, flat.holding(share)), share};
}
double wedge_mass_rad(const AnnularSector& s) {
  if (s.half_width_deg >= 180) return 2 * kPi;
  return std::min(2 * kPi,
                  2 * to_radians(SoftFlat{s.half_width_deg, std::max(s.edge_deg, 0.1)}.mass()));
}

// An area with a soft edge: exact for convex outlines (Steiner's formula), close for others.
struct SoftArea {
  double flat_m2 = 0;
  double length_m = 0;  // of its edge
  double edge_m = 1;
  double within(double d) const {
    return flat_m2 + length_m * edge_m * kHalfBell * std::erf(d / edge_m / std::sqrt(2)) +
           2 * kPi * square(edge_m) * (1 - std::exp(-0.5 * square(d / edge_m)));
  }
  double mass_m2() const { return within(8 * edge_m); }
  double growth_holding(double share) const {
    return where_reaches([&](double d) { return within(d); }, share * mass_m2(), 0, 8 * edge_m);
  }
};
SoftArea soft_area_of(const PolygonShape& s) {
  SoftArea out;
  out.edge_m = std::max(s.edge_m, 1.0);
  const Frame frame(anchor_of(s.rings));
  double twice = 0;
  const auto walk = [&](const Ring& ring, double sign) {
    double own = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Xy a = frame.to(ring[i]);
      const Xy b = frame.to(ring[i + 1]);
      own += a.x * b.y - b.x * a.y;
      out.length_m += std::hypot(b.x - a.x, b.y - a.y);
    }
    twice += sign * std::abs(own);
  };
  for (const auto& polygon : s.rings) {
    walk(polygon.outer, 1);
    for (const auto& hole : polygon.holes) walk(hole, -1);
  }
  out.flat_m2 = std::max(0.0, twice / 2);
  return out;
}

double mass_m2(const Nowhere&) { return 0; }
double mass_m2(const PointShape& s) {
  const double vx = std::max(s.var_east_m2, 1.0);
  const double vy = std::max(s.var_north_m2, 1.0);
  return 2 * kPi * std::sqrt(std::max(vx * vy - square(s.cov_m2), (1 - square(0.999)) * vx * vy));
}
double mass_m2(const AnnularSector& s) { return ring_of(s).mass() * wedge_mass_rad(s); }
double mass_m2(const Bearing& s) {
  return ring_of(s).mass() * 2 * to_radians(SoftFlat{0, std::max(s.sigma_deg, 0.01)}.mass());
}
double mass_m2(const Arrival& s) { return ring_of(s).mass() * 2 * kPi; }
double mass_m2(const PixelFootprint& s) {
  const double sigma = std::max(s.geolocation_sigma_m, 1.0);
  return 4 * SoftFlat{s.scan_m / 2, sigma}.mass() * SoftFlat{s.track_m / 2, sigma}.mass();
}
double mass_m2(const PolygonShape& s) { return soft_area_of(s).mass_m2(); }
double mass_m2(const NamedPlace& s) {
  return 2 * kPi * square(std::max(s.radius_m, 1.0) / kHalfMassSigmas);
}
double mass_m2(const Track& s) {
  if (s.fixes.empty()) return 0;
  const Frame frame(s.fixes.front().at);
  const double sigma = std::max(s.sigma_m, 1.0);
  double length = 0;
  for (std::size_t i = 1; i < s.fixes.size(); ++i) {
    const Xy a = frame.to(s.fixes[i - 1].at);
    const Xy b = frame.to(s.fixes[i].at);
    length += std::hypot(b.x - a.x, b.y - a.y);
  }
  return 2 * sigma * kHalfBell * length + 2 * kPi * square(sigma);
}

// --------------------------------------------------------------------------------------------
// regions

constexpr std::size_t kEllipseCorners = 32;
// A polygon of the ellipse's own area, so that it holds what the ellipse holds.
PolygonRings ellipse(LatLon at, double semi_x, double semi_y, double turn_rad) {
  static const auto unit_circle = [] {
    constexpr double kStep = 2 * kPi / kEllipseCorners;
    const double r = std::sqrt(kStep / std::sin(kStep));
    std::array<Xy, kEllipseCorners> out;
    for (std::size_t i = 0; i < kEllipseCorners; ++i) {
      const double a = kStep * static_cast<double>(i);
      out[i] = {r * std::cos(a), r * std::sin(a)};
    }
    return out;
  }();
  const Frame frame(at);
  const double cos_turn = std::cos(turn_rad);
  const double sin_turn = std::sin(turn_rad);
  PolygonRings out;
  out.outer.reserve(kEllipseCorners + 1);
  for (const Xy& u : unit_circle) {
    const double x = semi_x * u.x;
    const double y = semi_y * u.y;
    out.outer.push_back(frame.from(Xy{x * cos_turn - y * sin_turn, x * sin_turn + y * cos_turn}));
  }
  out.outer.push_back(out.outer.front());
  return out;
}

// A circle by so many corners that a ring between two of them stays as thin as it is.
Ring circle(const Frame& frame, double radius_m) {
  constexpr int kCorners = 120;
  constexpr double kStep = 2 * kPi / kCorners;
  const double r = radius_m * std::sqrt(kStep / std::sin(kStep));
  Ring out;
  for (int i = 0; i < kCorners; ++i)
    out.push_back(frame.from(Xy{r * std::cos(kStep * i), r * std::sin(kStep * i)}));
  out.push_back(out.front());
  return out;
}

PolygonRings sector(LatLon from, double r0, double r1, double azimuth, double half) {
  const Frame frame(from);
  PolygonRings out;
  if (half >= 180) {
    out.outer = circle(frame, r1);
    if (r0 > 0) out.holes.push_back(circle(frame, r0));
    return out;
  }
  const int steps = std::max(4, static_cast<int>(half / 2));
  for (int i = 0; i <= steps; ++i)
    out.outer.push_back(frame.from(polar(azimuth - half + 2 * half * i / steps, r1)));
  if (r0 <= 0)
    out.outer.push_back(from);
  else
    for (int i = steps; i >= 0; --i)
      out.outer.push_back(frame.from(polar(azimuth - half + 2 * half * i / steps, r0)));
  out.outer.push_back(out.outer.front());
  return out;
}

// The pixel's rectangle with half extents u across and v along the track.
PolygonRings pixel(const PixelFootprint& s, double u, double v) {
  const Frame frame(s.centre);
  PolygonRings out;
  for (const auto& [a, b] :
       std::array<std::pair<double, double>, 5>{{{-u, -v}, {u, -v}, {u, v}, {-u, v}, {-u, -v}}}) {
    const Xy across = polar(s.heading_deg + 90, a);
    const Xy along = polar(s.heading_deg, b);
    out.outer.push_back(frame.from(Xy{across.x + along.x, across.y + along.y}));
  }
  return out;
}

MultiPolygonRings region(const Nowhere&) { return {}; }
MultiPolygonRings region(const PointShape& s) {
  const double mean = (s.var_east_m2 + s.var_north_m2) / 2;
  const double half = std::hypot((s.var_east_m2 - s.var_north_m2) / 2, s.cov_m2);
  const double turn = 0.5 * std::atan2(2 * s.cov_m2, s.var_east_m2 - s.var_north_m2);
  return {ellipse(s.at, kRegion90Sigmas * std::sqrt(std::max(mean + half, 1.0)),
                  kRegion90Sigmas * std::sqrt(std::max(mean - half, 1.0)), turn)};
}
// With two factors, each holds the root of nine tenths.
const double kRootOfRegion = std::sqrt(kRegionMass);

MultiPolygonRings region(const AnnularSector& s) {
  const auto [half, share] = wedge_of(s);
  const Stretch r = ring_of(s).holding(share, s.range_min_m > 0);
  return {sector(s.from, r.from, r.to, s.azimuth_deg, half)};
}
MultiPolygonRings region(const Bearing& s) {
  const double half = SoftFlat{0, std::max(s.sigma_deg, 0.01)}.holding(kRootOfRegion);
  const Stretch r = ring_of(s).holding(kRootOfRegion, false);
  return {sector(s.from, 0, r.to, s.azimuth_deg, std::min(180.0, half))};
}
MultiPolygonRings region(const Arrival& s) {
  const double r = ring_of(s).holding(kRegionMass, false).to;
  return {ellipse(s.at, r, r, 0)};
}
MultiPolygonRings region(const PixelFootprint& s) {
  const double sigma = std::max(s.geolocation_sigma_m, 1.0);
  const double u = SoftFlat{s.scan_m / 2, sigma}.holding(kRootOfRegion);
  const double v = SoftFlat{s.track_m / 2, sigma}.holding(kRootOfRegion);
  return {pixel(s, u, v)};
}
// The polygon as it was given; grown only where its soft edge holds more than a tenth.
MultiPolygonRings region(const PolygonShape& s) {
  const SoftArea soft_area = soft_area_of(s);
  if (soft_area.flat_m2 >= kRegionMass * soft_area.mass_m2()) return s.rings;
  const auto area = Area::from_rings(s.rings);
  const auto grown =
      area.ok() ? area->buffered(soft_area.growth_holding(kRegionMass)) : Result<Area>(area);
  return grown.ok() ? grown->rings() : s.rings;
}
MultiPolygonRings region(const NamedPlace& s) {
  const double r = kRegion90Sigmas * s.radius_m / kHalfMassSigmas;
  return {ellipse(s.at, r, r, 0)};
}
MultiPolygonRings region(const Track& s) {
  std::vector<LatLon> line;
  for (const auto& fix : s.fixes) line.push_back(fix.at);
  const double r = std::max(kRegion90Sigmas * s.sigma_m, 1.0);
  if (line.size() < 2)
    return line.empty() ? MultiPolygonRings{} : MultiPolygonRings{ellipse(line.front(), r, r, 0)};
  const auto belt = Area::buffer_line(line, r);
  return belt.ok() ? belt->rings() : MultiPolygonRings{};
}

constexpr double kReachSigmas = 3.8;  // outside lies less than 1e-3 of a 2-D Gaussian

GeoBox box_around(LatLon at, double x, double y) { return Frame(at).box_from({-x, x, -y, y}); }
GeoBox box_around(const MultiPolygonRings& rings, LatLon at, double grow_m) {
  const Frame frame(at);
  const Rect r = frame_bounds(rings, frame);
  return frame.box_from({r.x0 - grow_m, r.x1 + grow_m, r.y0 - grow_m, r.y1 + grow_m});
}

GeoBox far(const Nowhere&) { return {-90, 90, -180, 180}; }
GeoBox far(const PointShape& s) {
  return box_around(s.at, kReachSigmas * std::sqrt(std::max(s.var_east_m2, 1.0)),
                    kReachSigmas * std::sqrt(std::max(s.var_north_m2, 1.0)));
}
GeoBox far(const AnnularSector& s) {
  const double edge = kReachSigmas * std::max(s.edge_m, 1.0);
  const double half = s.half_width_deg + kReachSigmas * std::max(s.edge_deg, 0.1);
  return box_around({sector(s.from, std::max(0.0, s.range_min_m - edge), s.range_max_m + edge,
                            s.azimuth_deg, std::min(180.0, half))},
                    s.from, 0);
}
GeoBox far(const Bearing& s) {
  const double half = kReachSigmas * std::max(s.sigma_deg, 0.01);
  return box_around({sector(s.from, 0, s.range_max_m + kReachSigmas * range_edge(s.range_max_m),
                            s.azimuth_deg, std::min(180.0, half))},
                    s.from, 0);
}
GeoBox far(const Arrival& s) {
  const double r = s.range_max_m + kReachSigmas * range_edge(s.range_max_m);
  return box_around(s.at, r, r);
}
GeoBox far(const PixelFootprint& s) {
  const double grow = kReachSigmas * std::max(s.geolocation_sigma_m, 1.0);
  return box_around({pixel(s, s.scan_m / 2 + grow, s.track_m / 2 + grow)}, s.centre, 0);
}
GeoBox far(const PolygonShape& s) {
  if (s.rings.empty()) return {-90, 90, -180, 180};
  return box_around(s.rings, anchor_of(s.rings), kReachSigmas * std::max(s.edge_m, 1.0));
}
GeoBox far(const NamedPlace& s) {
  const double r = kReachSigmas * std::max(s.radius_m, 1.0) / kHalfMassSigmas;
  return box_around(s.at, r, r);
}
GeoBox far(const Track& s) {
  if (s.fixes.empty()) return {-90, 90, -180, 180};
  Ring way;
  for (const auto& fix : s.fixes) way.push_back(fix.at);
  return box_around({{way, {}}}, way.front(), kReachSigmas * std::max(s.sigma_m, 1.0));
}

double area_km2(const Shape& shape) {
  if (std::holds_alternative<Nowhere>(shape))
    return 1e6;  // a theatre of a thousand kilometres square
  const GeoBox b = reach(shape);
  const double lat = to_radians((b.lat_min + b.lat_max) / 2);
  return std::max(
      1e-4, (b.lat_max - b.lat_min) * 111.2 * (b.lon_max - b.lon_min) * 111.3 * std::cos(lat));
}

}  // namespace

double mass_km2(const Shape& shape) {
  return std::visit([](const auto& s) { return mass_m2(s); }, shape) / 1e6;
}

double log_false_density(const Shape& shape, const When& when, double false_per_hour) {
  const double seconds = std::max(1.0, when.interval.length().in_seconds() + when.slack_s);
  // At least one false report in ten years, so that no source is beyond doubt.
  const double expected = std::max(false_per_hour, 1e-5) / 3600 * seconds;
  return std::log(expected) - std::log(area_km2(shape)) - std::log(seconds);
}

GeoBox reach(const Shape& shape) {
  GeoBox b = std::visit([](const auto& s) { return far(s); }, shape);
  if (b.lat_min < -90 || b.lat_max > 90 || b.lon_min < -180 || b.lon_max > 180)
    b = {std::max(b.lat_min, -90.0), std::min(b.lat_max, 90.0), -180, 180};
  return b;
}

std::vector<LatLon> support(const Shape& shape, std::size_t count) {
  std::vector<LatLon> out;
  out.reserve(count);
  const Frame frame(anchor(shape));
  // A polygon that fills little of its box needs many draws; a sliver gets fewer points instead.
  for (std::size_t i = 0; out.size() < count && i < count * 64; ++i) {
    if (auto p = std::visit([&](const auto& s) { return draw(s, i, frame); }, shape))
      out.push_back(*p);
    else if (std::holds_alternative<Nowhere>(shape))
      break;
  }
  return out;
}

MultiPolygonRings outline(const Shape& shape) {
  return std::visit([](const auto& s) { return region(s); }, shape);
}
}  // namespace truce
