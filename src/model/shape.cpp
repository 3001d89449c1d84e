// What each shape says of a place and time, and at most says anywhere in a box.

#include "model/shape.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/internal/shape_frame.h"

namespace truce {

namespace {

using namespace shape_frame;

constexpr double kTrackTimeSigmaS = 60;

double time_term(const When& when, Interval t) {
  const Interval& i = when.interval;
  const std::int64_t outside =
      std::max<std::int64_t>({0, i.start.ns - t.end.ns, t.start.ns - i.end.ns});
  return soft(static_cast<double>(outside) / 1e9, std::max(when.slack_s, 1e-3));
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
  const auto form = [&](double x, double y) { return a * x * x + 2 * b * x * y + c * y * y; };
  if (r.x0 == r.x1 && r.y0 == r.y1) return std::max(0.0, form(r.x0, r.y0));
  if (r.contains({0, 0})) return 0;
  double best = std::numeric_limits<double>::infinity();
  for (const double x : {r.x0, r.x1})
    best = std::min(best, form(x, std::clamp(-b * x / c, r.y0, r.y1)));
  for (const double y : {r.y0, r.y1})
    best = std::min(best, form(std::clamp(-b * y / a, r.x0, r.x1), y));
  return std::max(0.0, best);
}

double term(const Nowhere&, const Where&, const Frame&) { return 0; }

double term(const PointShape& s, const Where& w, const Frame& frame) {
  const double vx = std::max(s.var_east_m2, 1.0);
  const double vy = std::max(s.var_north_m2, 1.0);
  const double cov = std::clamp(s.cov_m2, -0.999 * std::sqrt(vx * vy), 0.999 * std::sqrt(vx * vy));
  const double det = vx * vy - cov * cov;
  return -0.5 * quadratic_min(frame.to(w.box), vy / det, -cov / det, vx / det);
}

double term(const AnnularSector& s, const Where& w, const Frame& frame) {
  const Rect r = frame.to(w.box);
  const double ring =
      ring_excess(r.distance_min({}), r.distance_max({}), s.range_min_m, s.range_max_m);
  return soft(ring, std::max(s.edge_m, 1.0)) +
         soft(wedge_excess(r, s.azimuth_deg, s.half_width_deg), std::max(s.edge_deg, 0.1));
}

double term(const Bearing& s, const Where& w, const Frame& frame) {
  const Rect r = frame.to(w.box);
  return soft(wedge_excess(r, s.azimuth_deg, 0), std::max(s.sigma_deg, 0.01)) +
         soft(r.distance_min({}) - s.range_max_m, range_edge(s.range_max_m));
}

double term(const Arrival& s, const Where& w, const Frame& frame) {
  const Rect r = frame.to(w.box);
  const double d0 = r.distance_min({});
  const double d1 = r.distance_max({});
  const double speed = std::max(s.speed_m_s, 1.0);
  // Seconds from the effect to the arrival, least and most, against the travel times.
  const double early = static_cast<double>((s.at_time - w.time.end).ns) / 1e9;
  const double late = static_cast<double>((s.at_time - w.time.start).ns) / 1e9;
  const double miss = std::max({0.0, early - d1 / speed, d0 / speed - late});
  return soft(miss, arrival_sigma_s(s, d1)) + log_range_weight(s, d0);
}

double term(const PixelFootprint& s, const Where& w, const Frame& frame) {
  const Rect r = frame.to(w.box);
  const Xy c = r.centre();
  const double heading = to_radians(s.heading_deg);
  const double along = c.x * std::sin(heading) + c.y * std::cos(heading);
  const double across = c.x * std::cos(heading) - c.y * std::sin(heading);
  const double sigma = std::max(s.geolocation_sigma_m, 1.0);
  return soft(std::abs(along) - s.track_m / 2 - r.radius(), sigma) +
         soft(std::abs(across) - s.scan_m / 2 - r.radius(), sigma);
}

double term(const PolygonShape& s, const Where& w, const Frame& frame) {
  const Rect r = frame.to(w.box);
  return soft(outside_distance(s.rings, frame, r.centre()) - r.radius(), std::max(s.edge_m, 1.0));
}

double term(const NamedPlace& s, const Where& w, const Frame& frame) {
  return soft(frame.to(w.box).distance_min({}), std::max(s.radius_m, 1.0) / kHalfMassSigmas);
}

double term(const Track& s, const Where& w, const Frame& frame) {
  if (s.fixes.empty()) return 0;
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

double total(const Shape& shape, const When& when, const Where& w, const Frame& frame) {
  const double place = std::visit([&](const auto& s) { return term(s, w, frame); }, shape);
  return keeps_own_time(shape) ? place : place + time_term(when, w.time);
}

// Distance to the way travelled, at whatever time.
double way_distance(const Track& s, const Frame& frame, Xy p) {
  Xy a = frame.to(s.fixes.front().at);
  double best = std::hypot(p.x - a.x, p.y - a.y);
  for (const auto& fix : s.fixes) {
    const Xy b = frame.to(fix.at);
    best = std::min(best, segment_distance(a, b, p));
    a = b;
  }
  return best;
}

}  // namespace

double log_likelihood(const Shape& shape, const When& when, LatLon place, Instant time) {
  const GeoBox point{place.lat_deg(), place.lat_deg(), place.lon_deg(), place.lon_deg()};
  return total(shape, when, {point, {time, time}}, Frame(anchor(shape)));
}

double log_likelihood_bound(const Shape& shape, const When& when, const SpaceTimeBox& box) {
  // Where a box reaches over the meridian opposite the shape, east turns to west: the two parts are
  // asked apart.
  const Frame frame(anchor(shape));
  double best = -std::numeric_limits<double>::infinity();
  GeoBox rest = box.place;
  for (const double turn : {-540.0, -180.0, 180.0, 540.0}) {
    const double cut = anchor(shape).lon_deg() + turn;
    if (!(cut > rest.lon_min && cut < rest.lon_max)) continue;
    GeoBox part = rest;
    part.lon_max = rest.lon_min = cut;
    best = std::max(best, total(shape, when, {part, box.time}, frame));
  }
  return std::max(best, total(shape, when, {rest, box.time}, frame));
}

PlaceLikelihood::PlaceLikelihood(const Shape& shape)
    : shape_(&shape),
      anchor_(shape_frame::anchor(shape)),
      per_(metres_per_degree(anchor_.lat_deg())) {}

double PlaceLikelihood::log_of(LatLon place) const {
  const Frame frame(anchor_, per_);
  if (const auto* s = std::get_if<Arrival>(shape_)) {
    const Xy p = frame.to(place);
    return log_range_weight(*s, std::hypot(p.x, p.y));
  }
  if (const auto* s = std::get_if<Track>(shape_))
    return s->fixes.empty()
               ? 0
               : soft(way_distance(*s, frame, frame.to(place)), std::max(s->sigma_m, 1.0));
  const GeoBox point{place.lat_deg(), place.lat_deg(), place.lon_deg(), place.lon_deg()};
  const Where where{point, {{0}, {0}}};
  return std::visit([&](const auto& s) { return term(s, where, frame); }, *shape_);
}

double place_log_likelihood(const Shape& shape, LatLon place) {
  return PlaceLikelihood(shape).log_of(place);
}

std::optional<PointShape> as_normal(const Shape& shape) {
  if (const auto* s = std::get_if<NamedPlace>(&shape)) {
    const double variance = square(std::max(s->radius_m, 1.0) / kHalfMassSigmas);
    return PointShape{s->at, variance, variance, 0};
  }
  const auto* s = std::get_if<PointShape>(&shape);
  if (s == nullptr) return std::nullopt;
  PointShape out{s->at, std::max(s->var_east_m2, 1.0), std::max(s->var_north_m2, 1.0), 0};
  const double most = 0.999 * std::sqrt(out.var_east_m2 * out.var_north_m2);
  out.cov_m2 = std::clamp(s->cov_m2, -most, most);
  return out;
}
}  // namespace truce
