// Each shape lives in a flat frame at its own anchor: x = Δlongitude · (metres per degree there), y
// likewise. In that frame a box of latitude and longitude is an upright rectangle, so that the
// bounds below are exact for it; against the geodesic the frame is off by about 0.4 % of the
// distance at 30 km and 48° north, which is far below the softness of every shape that reaches that
// far.

#include "model/shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/units.h"

namespace truce {

namespace {

constexpr double kSemiMajor = 6378137.0;
constexpr double kE2 = 6.69437999014e-3;                // WGS84 first eccentricity squared
constexpr double kHalfMassSigmas = 1.1774100225154747;  // radius of half the mass of a 2-D Gaussian
constexpr double kRegion90Sigmas = 2.145966026289347;   // and of 90 % of it
constexpr double kBearingRangeEdge = 0.05;  // softness of a bearing's end, share of its range
constexpr double kTrackTimeSigmaS = 60;

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
  explicit Frame(LatLon anchor) : anchor_(anchor) {
    const double lat = to_radians(anchor.lat_deg());
    const double w2 = 1 - kE2 * std::sin(lat) * std::sin(lat);
    const double w = std::sqrt(w2);
    per_lat_ = to_radians(1) * kSemiMajor * (1 - kE2) / (w2 * w);
    per_lon_ = to_radians(1) * kSemiMajor * std::cos(lat) / w;
  }
  Xy to(LatLon p) const {
    return {(p.lon_deg() - anchor_.lon_deg()) * per_lon_,
            (p.lat_deg() - anchor_.lat_deg()) * per_lat_};
  }
  Rect to(const GeoBox& b) const {
    return {(b.lon_min - anchor_.lon_deg()) * per_lon_, (b.lon_max - anchor_.lon_deg()) * per_lon_,
            (b.lat_min - anchor_.lat_deg()) * per_lat_, (b.lat_max - anchor_.lat_deg()) * per_lat_};
  }
  LatLon from(Xy p) const {
    const double lat = std::clamp(anchor_.lat_deg() + p.y / per_lat_, -90.0, 90.0);
    const double lon =
        std::clamp(anchor_.lon_deg() + p.x / std::max(per_lon_, 1e-6), -180.0, 180.0);
    return {static_cast<std::int32_t>(std::llround(lat * 1e7)),
            static_cast<std::int32_t>(std::llround(lon * 1e7))};
  }
  GeoBox box_from(const Rect& r) const {
    return {anchor_.lat_deg() + r.y0 / per_lat_, anchor_.lat_deg() + r.y1 / per_lat_,
            anchor_.lon_deg() + r.x0 / per_lon_, anchor_.lon_deg() + r.x1 / per_lon_};
  }

 private:
  LatLon anchor_;
  double per_lat_ = 0;
  double per_lon_ = 0;
};

double square(double v) { return v * v; }
double azimuth_of(Xy p) { return normalize_azimuth_deg(to_degrees(std::atan2(p.x, p.y))); }
double soft(double excess, double sigma) {
  return excess <= 0 ? 0 : -0.5 * square(excess / std::max(sigma, 1e-9));
}

double time_term(const When& when, Interval t) {
  const Interval& i = when.interval;
  const std::int64_t outside =
      std::max<std::int64_t>({0, i.start.ns - t.end.ns, t.start.ns - i.end.ns});
  return soft(static_cast<double>(outside) / 1e9, std::max(when.slack_s, 1e-3));
}

double ring_excess(double d_min, double d_max, double low, double high) {
  return std::max({0.0, low - d_max, d_min - high});
}

// Least angle by which directions from the origin into the rectangle miss the wedge.
double wedge_excess(const Rect& r, double azimuth_deg, double half_width_deg) {
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

// Distance from p to the area of the rings, 0 inside, in the frame.
double outside_distance(const MultiPolygonRings& polygons, const Frame& frame, Xy p) {
  bool inside = false;
  double best = std::numeric_limits<double>::infinity();
  const auto walk = [&](const Ring& ring) {
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const Xy a = frame.to(ring[i]);
      const Xy b = frame.to(ring[i + 1]);
      if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
        inside = !inside;
      const double dx = b.x - a.x;
      const double dy = b.y - a.y;
      const double l2 = dx * dx + dy * dy;
      const double t =
          l2 == 0 ? 0 : std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / l2, 0.0, 1.0);
      best = std::min(best, std::hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
    }
  };
  for (const auto& polygon : polygons) {
    walk(polygon.outer);
    for (const auto& hole : polygon.holes) walk(hole);
  }
  return inside ? 0 : best;
}

LatLon anchor_of(const MultiPolygonRings& rings) {
  return rings.empty() || rings.front().outer.empty() ? LatLon{} : rings.front().outer.front();
}

Xy interpolate(const Track& track, const Frame& frame, Instant t) {
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

// ------------------------------------------------------------------------------------------
// likelihood One function per shape over a rectangle and a time span; a point is the rectangle of
// no size. With that the bound and the likelihood are one formula, and the bound is never below the
// likelihood by construction wherever each part is monotone in the rectangle.

struct Where {
  GeoBox box;
  Interval time;
};

// Least value of the quadratic form over the rectangle (it is convex: inside, or on an edge).
double quadratic_min(const Rect& r, double a, double b, double c) {  // a x² + 2 b x y + c y²
  if (r.contains({0, 0})) return 0;
  const auto form = [&](double x, double y) { return a * x * x + 2 * b * x * y + c * y * y; };
  double best = std::numeric_limits<double>::infinity();
  for (const double x : {r.x0, r.x1})
    best = std::min(best, form(x, std::clamp(-b * x / c, r.y0, r.y1)));
  for (const double y : {r.y0, r.y1})
    best = std::min(best, form(std::clamp(-b * y / a, r.x0, r.x1), y));
  return std::max(0.0, best);
}

double term(const Nowhere&, const Where&) { return 0; }

double term(const PointShape& s, const Where& w) {
  const double vx = std::max(s.var_east_m2, 1.0);
  const double vy = std::max(s.var_north_m2, 1.0);
  const double cov = std::clamp(s.cov_m2, -0.999 * std::sqrt(vx * vy), 0.999 * std::sqrt(vx * vy));
  const double det = vx * vy - cov * cov;
  return -0.5 * quadratic_min(Frame(s.at).to(w.box), vy / det, -cov / det, vx / det);
}

double term(const AnnularSector& s, const Where& w) {
  const Rect r = Frame(s.from).to(w.box);
  const double ring =
      ring_excess(r.distance_min({}), r.distance_max({}), s.range_min_m, s.range_max_m);
  return soft(ring, std::max(s.edge_m, 1.0)) +
         soft(wedge_excess(r, s.azimuth_deg, s.half_width_deg), std::max(s.edge_deg, 0.1));
}

double term(const Bearing& s, const Where& w) {
  const Rect r = Frame(s.from).to(w.box);
  return soft(wedge_excess(r, s.azimuth_deg, 0), std::max(s.sigma_deg, 0.01)) +
         soft(r.distance_min({}) - s.range_max_m, std::max(kBearingRangeEdge * s.range_max_m, 1.0));
}

double term(const Arrival& s, const Where& w) {
  const Rect r = Frame(s.at).to(w.box);
  const double d0 = r.distance_min({});
  const double d1 = r.distance_max({});
  const double speed = std::max(s.speed_m_s, 1.0);
  const double base = std::max(s.sigma_s, 1e-3);
  const auto sigma = [&](double d) {
    return std::hypot(base, d / square(speed) * s.speed_sigma_m_s);
  };
  // Seconds from the effect to the arrival, least and most, against the travel times.
  const double early = static_cast<double>((s.at_time - w.time.end).ns) / 1e9;
  const double late = static_cast<double>((s.at_time - w.time.start).ns) / 1e9;
  const double miss = std::max({0.0, early - d1 / speed, d0 / speed - late});
  return soft(miss, sigma(d1)) - std::log(sigma(d0) / base) +
         soft(d0 - s.range_max_m, std::max(kBearingRangeEdge * s.range_max_m, 1.0));
}

double term(const PixelFootprint& s, const Where& w) {
  const Rect r = Frame(s.centre).to(w.box);
  const Xy c = r.centre();
  const double heading = to_radians(s.heading_deg);
  const double along = c.x * std::sin(heading) + c.y * std::cos(heading);
  const double across = c.x * std::cos(heading) - c.y * std::sin(heading);
  const double sigma = std::max(s.geolocation_sigma_m, 1.0);
  return soft(std::abs(along) - s.track_m / 2 - r.radius(), sigma) +
         soft(std::abs(across) - s.scan_m / 2 - r.radius(), sigma);
}

double term(const PolygonShape& s, const Where& w) {
  const Frame frame(anchor_of(s.rings));
  const Rect r = frame.to(w.box);
  return soft(outside_distance(s.rings, frame, r.centre()) - r.radius(), std::max(s.edge_m, 1.0));
}

double term(const NamedPlace& s, const Where& w) {
  return soft(Frame(s.at).to(w.box).distance_min({}), std::max(s.radius_m, 1.0) / kHalfMassSigmas);
}

double term(const Track& s, const Where& w) {
  if (s.fixes.empty()) return 0;
  const Frame frame(s.fixes.front().at);
  const Rect r = frame.to(w.box);
  // The stretch travelled during the time span lies in the box of its ends and the fixes between.
  const Xy a = interpolate(s, frame, w.time.start);
  const Xy b = interpolate(s, frame, w.time.end);
  Rect way{std::min(a.x, b.x), std::max(a.x, b.x), std::min(a.y, b.y), std::max(a.y, b.y)};
  for (const auto& fix : s.fixes) {
    if (fix.time < w.time.start || fix.time > w.time.end) continue;
    const Xy p = frame.to(fix.at);
    way = {std::min(way.x0, p.x), std::max(way.x1, p.x), std::min(way.y0, p.y),
           std::max(way.y1, p.y)};
  }
  const double dx = std::max({0.0, way.x0 - r.x1, r.x0 - way.x1});
  const double dy = std::max({0.0, way.y0 - r.y1, r.y0 - way.y1});
  const When span{{s.fixes.front().time, s.fixes.back().time}, kTrackTimeSigmaS};
  return soft(std::hypot(dx, dy), std::max(s.sigma_m, 1.0)) + time_term(span, w.time);
}

bool keeps_own_time(const Shape& shape) {
  return std::holds_alternative<Arrival>(shape) || std::holds_alternative<Track>(shape);
}

double total(const Shape& shape, const When& when, const Where& w) {
  const double place = std::visit([&](const auto& s) { return term(s, w); }, shape);
  return keeps_own_time(shape) ? place : place + time_term(when, w.time);
}

// -------------------------------------------------------------------------------------------
// supports

// Low-discrepancy points of the additive recurrence of Roberts (2018), four dimensions.
std::array<double, 4> quasi_random(std::size_t i) {
  constexpr std::array<double, 4> kStep{0.8566748838545029, 0.7338918566271260, 0.6287067210378087,
                                        0.5385972572236101};
  std::array<double, 4> u{};
  for (std::size_t d = 0; d < u.size(); ++d) {
    const double v = 0.5 + kStep[d] * static_cast<double>(i + 1);
    u[d] = v - std::floor(v);
  }
  return u;
}

Xy gaussian(double u, double v, double sigma) {  // Box & Muller 1958
  const double r = sigma * std::sqrt(-2 * std::log(std::max(u, 1e-12)));
  return {r * std::cos(2 * kPi * v), r * std::sin(2 * kPi * v)};
}

Xy polar(double azimuth_deg, double range_m) {
  const double a = to_radians(azimuth_deg);
  return {range_m * std::sin(a), range_m * std::cos(a)};
}

double ring_radius(double low, double high, double u) {
  return std::sqrt(low * low + u * (high * high - low * low));
}

std::optional<LatLon> draw(const Nowhere&, std::size_t) { return std::nullopt; }
std::optional<LatLon> draw(const PointShape& s, std::size_t i) {
  const auto u = quasi_random(i);
  const Xy g = gaussian(u[0], u[1], 1);
  const double sx = std::sqrt(std::max(s.var_east_m2, 1.0));
  const double k = s.cov_m2 / sx;
  return Frame(s.at).from(
      Xy{sx * g.x, k * g.x + std::sqrt(std::max(s.var_north_m2 - k * k, 1.0)) * g.y});
}
// Uniform over the sector and three sigmas of its soft edges, thinned by the likelihood there.
std::optional<LatLon> draw(const AnnularSector& s, std::size_t i) {
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
  if (std::log(std::max(u[2], 1e-12)) > log_kept) return std::nullopt;
  return Frame(s.from).from(polar(s.azimuth_deg + off, range));
}
std::optional<LatLon> draw(const Bearing& s, std::size_t i) {
  const auto u = quasi_random(i);
  return Frame(s.from).from(
      polar(s.azimuth_deg + gaussian(u[1], u[2], s.sigma_deg).x, s.range_max_m * std::sqrt(u[0])));
}
std::optional<LatLon> draw(const Arrival& s, std::size_t i) {
  const auto u = quasi_random(i);
  return Frame(s.at).from(polar(360 * u[1], s.range_max_m * std::sqrt(u[0])));
}
std::optional<LatLon> draw(const PixelFootprint& s, std::size_t i) {
  const auto u = quasi_random(i);
  const Xy g = gaussian(u[2], u[3], s.geolocation_sigma_m);
  const Xy across = polar(s.heading_deg + 90, (u[0] - 0.5) * s.scan_m);
  const Xy along = polar(s.heading_deg, (u[1] - 0.5) * s.track_m);
  return Frame(s.centre).from(Xy{across.x + along.x + g.x, across.y + along.y + g.y});
}
std::optional<LatLon> draw(const PolygonShape& s, std::size_t i) {
  const Frame frame(anchor_of(s.rings));
  const Rect r = frame.to(reach(Shape(PolygonShape{s.rings, 0})));
  const auto u = quasi_random(i);
  const Xy p{r.x0 + u[0] * (r.x1 - r.x0), r.y0 + u[1] * (r.y1 - r.y0)};
  if (outside_distance(s.rings, frame, p) > 0) return std::nullopt;
  return frame.from(p);
}
std::optional<LatLon> draw(const NamedPlace& s, std::size_t i) {
  const auto u = quasi_random(i);
  return Frame(s.at).from(gaussian(u[0], u[1], std::max(s.radius_m, 1.0) / kHalfMassSigmas));
}
std::optional<LatLon> draw(const Track& s, std::size_t i) {
  if (s.fixes.empty()) return std::nullopt;
  const auto u = quasi_random(i);
  const Frame frame(s.fixes.front().at);
  const double span = static_cast<double>((s.fixes.back().time - s.fixes.front().time).ns);
  const Xy p = interpolate(s, frame,
                           s.fixes.front().time + Duration{static_cast<std::int64_t>(u[0] * span)});
  const Xy g = gaussian(u[1], u[2], s.sigma_m);
  return frame.from(Xy{p.x + g.x, p.y + g.y});
}

// --------------------------------------------------------------------------------------------
// regions

PolygonRings ellipse(LatLon at, double semi_x, double semi_y, double turn_rad) {
  const Frame frame(at);
  PolygonRings out;
  for (int i = 0; i < 48; ++i) {
    const double a = 2 * kPi * i / 48;
    const double x = semi_x * std::cos(a);
    const double y = semi_y * std::sin(a);
    out.outer.push_back(frame.from(Xy{x * std::cos(turn_rad) - y * std::sin(turn_rad),
                                      x * std::sin(turn_rad) + y * std::cos(turn_rad)}));
  }
  out.outer.push_back(out.outer.front());
  return out;
}

PolygonRings sector(LatLon from, double r0, double r1, double azimuth, double half) {
  const Frame frame(from);
  PolygonRings out;
  if (half >= 180) {
    out = ellipse(from, r1, r1, 0);
    if (r0 > 0) out.holes.push_back(ellipse(from, r0, r0, 0).outer);
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

MultiPolygonRings region(const Nowhere&) { return {}; }
MultiPolygonRings region(const PointShape& s) {
  const double mean = (s.var_east_m2 + s.var_north_m2) / 2;
  const double half = std::hypot((s.var_east_m2 - s.var_north_m2) / 2, s.cov_m2);
  const double turn = 0.5 * std::atan2(2 * s.cov_m2, s.var_east_m2 - s.var_north_m2);
  return {ellipse(s.at, kRegion90Sigmas * std::sqrt(std::max(mean + half, 1.0)),
                  kRegion90Sigmas * std::sqrt(std::max(mean - half, 1.0)), turn)};
}
MultiPolygonRings region(const AnnularSector& s) {
  constexpr double kGrow =
      1.3;  // sigmas of soft edge; with them nine tenths of the mass lie inside
  return {sector(s.from, std::max(0.0, s.range_min_m - kGrow * s.edge_m),
                 s.range_max_m + kGrow * s.edge_m, s.azimuth_deg,
                 std::min(180.0, s.half_width_deg + kGrow * s.edge_deg))};
}
MultiPolygonRings region(const Bearing& s) {
  return {sector(s.from, 0, s.range_max_m, s.azimuth_deg, 1.645 * s.sigma_deg)};
}
MultiPolygonRings region(const Arrival& s) {
  return {ellipse(s.at, s.range_max_m, s.range_max_m, 0)};
}
MultiPolygonRings region(const PixelFootprint& s) {
  const Frame frame(s.centre);
  const double u = s.scan_m / 2 + s.geolocation_sigma_m;
  const double v = s.track_m / 2 + s.geolocation_sigma_m;
  PolygonRings out;
  for (const auto& [a, b] :
       std::array<std::pair<double, double>, 5>{{{-u, -v}, {u, -v}, {u, v}, {-u, v}, {-u, -v}}}) {
    const Xy across = polar(s.heading_deg + 90, a);
    const Xy along = polar(s.heading_deg, b);
    out.outer.push_back(frame.from(Xy{across.x + along.x, across.y + along.y}));
  }
  return {out};
}
MultiPolygonRings region(const PolygonShape& s) { return s.rings; }
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

double area_km2(const Shape& shape) {
  if (std::holds_alternative<Nowhere>(shape))
    return 1e6;  // a theatre of a thousand kilometres square
  const GeoBox b = reach(shape);
  const double lat = to_radians((b.lat_min + b.lat_max) / 2);
  return std::max(
      1e-4, (b.lat_max - b.lat_min) * 111.2 * (b.lon_max - b.lon_min) * 111.3 * std::cos(lat));
}

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
  return "heard at " + at_words(s.at) + ", " + to_text(s.at_time);
}
std::string words(const PixelFootprint& s) {
  return "pixel of " + km(s.scan_m) + " \u00d7 " + km(s.track_m) + " km at " + at_words(s.centre);
}
std::string words(const PolygonShape& s) {
  return s.rings.empty() ? "an empty area" : "an area at " + at_words(anchor_of(s.rings));
}
std::string words(const NamedPlace& s) {
  return (s.name.empty() ? at_words(s.at) : s.name) + " (half within " + km(s.radius_m) + " km)";
}
std::string words(const Track& s) {
  return "a track of " + std::to_string(s.fixes.size()) + " fixes";
}

}  // namespace

double log_likelihood(const Shape& shape, const When& when, LatLon place, Instant time) {
  const GeoBox point{place.lat_deg(), place.lat_deg(), place.lon_deg(), place.lon_deg()};
  return total(shape, when, {point, {time, time}});
}

double log_likelihood_bound(const Shape& shape, const When& when, const SpaceTimeBox& box) {
  return total(shape, when, {box.place, box.time});
}

double log_false_density(const Shape& shape, const When& when, double false_per_hour) {
  const double seconds = std::max(1.0, when.interval.length().in_seconds() + when.slack_s);
  // At least one false report in ten years, so that no source is beyond doubt.
  const double expected = std::max(false_per_hour, 1e-5) / 3600 * seconds;
  return std::log(expected) - std::log(area_km2(shape)) - std::log(seconds);
}

GeoBox reach(const Shape& shape) {
  constexpr double kSigmas = 3.8;  // outside lies less than 1e-3 of a 2-D Gaussian
  const auto round = [](LatLon at, double r) { return Frame(at).box_from(Rect{-r, r, -r, r}); };
  if (const auto* s = std::get_if<PointShape>(&shape)) {
    const double x = kSigmas * std::sqrt(std::max(s->var_east_m2, 1.0));
    const double y = kSigmas * std::sqrt(std::max(s->var_north_m2, 1.0));
    return Frame(s->at).box_from(Rect{-x, x, -y, y});
  }
  if (const auto* s = std::get_if<NamedPlace>(&shape))
    return round(s->at, kSigmas * s->radius_m / kHalfMassSigmas);
  if (const auto* s = std::get_if<Arrival>(&shape))
    return round(s->at, s->range_max_m * (1 + kSigmas * kBearingRangeEdge));
  if (std::holds_alternative<Nowhere>(shape)) return {-90, 90, -180, 180};
  double grow = 0;
  if (const auto* s = std::get_if<AnnularSector>(&shape)) {
    grow = kSigmas * (s->edge_m + to_radians(s->edge_deg) * s->range_max_m);
  }
  if (const auto* s = std::get_if<Bearing>(&shape))
    grow = to_radians(kSigmas * s->sigma_deg) * s->range_max_m +
           kSigmas * kBearingRangeEdge * s->range_max_m;
  if (const auto* s = std::get_if<PolygonShape>(&shape)) grow = kSigmas * s->edge_m;
  if (const auto* s = std::get_if<PixelFootprint>(&shape)) grow = kSigmas * s->geolocation_sigma_m;
  if (const auto* s = std::get_if<Track>(&shape)) grow = kSigmas * s->sigma_m;
  GeoBox box{90, -90, 180, -180};
  for (const auto& polygon : outline(shape)) {
    for (const auto& p : polygon.outer) {
      box = {std::min(box.lat_min, p.lat_deg()), std::max(box.lat_max, p.lat_deg()),
             std::min(box.lon_min, p.lon_deg()), std::max(box.lon_max, p.lon_deg())};
    }
  }
  if (box.lat_min > box.lat_max) return {-90, 90, -180, 180};
  const double lat = grow / 111'000;
  const double lon = lat / std::max(0.05, std::cos(to_radians((box.lat_min + box.lat_max) / 2)));
  return {box.lat_min - lat, box.lat_max + lat, box.lon_min - lon, box.lon_max + lon};
}

std::vector<LatLon> support(const Shape& shape, std::size_t count) {
  std::vector<LatLon> out;
  out.reserve(count);
  // A polygon that fills little of its box needs many draws; a sliver gets fewer points instead.
  for (std::size_t i = 0; out.size() < count && i < count * 64; ++i) {
    if (auto p = std::visit([i](const auto& s) { return draw(s, i); }, shape))
      out.push_back(*p);
    else if (std::holds_alternative<Nowhere>(shape))
      break;
  }
  return out;
}

MultiPolygonRings outline(const Shape& shape) {
  return std::visit([](const auto& s) { return region(s); }, shape);
}

std::string to_words(const Shape& shape) {
  return std::visit([](const auto& s) { return words(s); }, shape);
}

}  // namespace truce
