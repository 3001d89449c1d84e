#define TRUCE_SITES 1000
#include "stages/judge/internal/subject.h"

#include <algorithm>
#include <cmath>

#include "stages/judge/internal/compare.h"

namespace truce::judge {

namespace {

#ifdef TRUCE_MUTANTS
constexpr int kSubjectBefore = TRUCE_SITES + __COUNTER__;
#endif

double share(const std::vector<bool>& of) {
  return static_cast<double>(std::count(of.begin(), of.end(), true)) /
         static_cast<double>(of.size());
}

}  // namespace

GeoBox widened(const GeoBox& box, double by_m) {
  if (by_m == 0) return box;
  const double lat_deg = std::max(std::abs(box.lat_min), std::abs(box.lat_max));
  constexpr double kLeast_m_per_degree = 110'000;
  const double up_deg = std::max(1.0, by_m / kLeast_m_per_degree);
  const auto scale = metres_per_degree(std::min(lat_deg + up_deg, 89.0));
  return {box.lat_min - by_m / scale.lat * 1.01, box.lat_max + by_m / scale.lat * 1.01,
          box.lon_min - by_m / scale.lon * 1.01, box.lon_max + by_m / scale.lon * 1.01};
}

Subject::Subject(const Conduct& conduct, const std::vector<Notice>& notices) : conduct_(conduct) {
  at_.sample = &conduct.at;
  from_.sample = &conduct.from;
  for (Side* s : {&at_, &from_}) {
    if (!s->sample->empty()) s->box = s->sample->bounds();
  }
  for (const Notice& n : notices) {
    Announced a{&n, {}};
    if (!std::holds_alternative<Nowhere>(n.shape)) {
      auto area = Area::from_rings(outline(n.shape));
      if (area.ok()) a.area = *std::move(area);
    }
    notices_.push_back(std::move(a));
  }
}

const std::vector<LatLon>& Subject::places(Where where) {
  Side& s = side(where);
  if (s.places.empty()) {
    s.places = s.sample->places();
    if (!s.places.empty()) s.box = bounds_of(s.places);
  }
  return s.places;
}

const Places& Subject::inside(Side& s, const Zone& zone) {
  for (const auto& [known, places] : s.inside) {
    if (known == &zone) return places;
  }
  Places out;
  for (const LatLon& p : s.places) {
    bool in = zone.area.contains(p);
    const double edge_m =
        zone.tolerance_m > 0 || zone.around_m > 0 ? zone.area.boundary_distance_m(p) : 0;
    // How far beyond the zone's own edge; it lies around_m outside the area's.
    const double beyond_m = (in ? -edge_m : edge_m) - zone.around_m;
    in = in || TRUCE_IS(zone.around_m > 0 && beyond_m <= kGrain_m);
    const bool near_edge = zone.tolerance_m > 0 && TRUCE_IS(std::abs(beyond_m) <= zone.tolerance_m);
    out.surely.push_back(in && !near_edge);
    out.maybe.push_back(in || near_edge);
  }
  return s.inside.emplace_back(&zone, std::move(out)).second;
}

// A box around everything decides most; only where it does not are the places looked at.
Range Subject::share_inside(Where where, const std::vector<const Zone*>& zones) {
  Side& s = side(where);
  std::vector<const Zone*> touched;
  for (const Zone* z : zones) {
    if (z->tolerance_m == 0 && z->area.contains(s.box)) return Range::of(1);
    if (z->area.overlaps(widened(s.box, z->tolerance_m + z->around_m))) touched.push_back(z);
  }
  if (touched.empty()) return Range::of(0);
  const std::size_t n = places(where).size();
  Places any{std::vector<bool>(n), std::vector<bool>(n)};
  for (const Zone* z : touched) {
    const Places& in = inside(s, *z);
    for (std::size_t i = 0; i < n; ++i) {
      any.surely[i] = any.surely[i] || in.surely[i];
      any.maybe[i] = any.maybe[i] || in.maybe[i];
    }
  }
  return {share(any.surely), share(any.maybe)};
}

Range Subject::of_way(Range share) const {
  if (!conduct_.is_way) return share;
  return {share.low > 0 ? 1.0 : 0.0, share.high > 0 ? 1.0 : 0.0};
}

Range Subject::was_inside(Where where, const std::vector<const Zone*>& zones) {
  return of_way(share_inside(where, zones));
}

Range Subject::was_nearer(Where where, const Baseline& baseline, double distance_m) {
  return of_way(share_nearer(where, baseline, distance_m));
}

double Subject::share_inside(Where where, const Area& area) {
  if (area.contains(box(where))) return 1;
  if (!area.overlaps(box(where))) return 0;
  const auto& all = places(where);
  const auto in = std::count_if(all.begin(), all.end(), [&](LatLon p) { return area.contains(p); });
  return static_cast<double>(in) / static_cast<double>(all.size());
}

const std::vector<double>& Subject::distances(Side& s, const Baseline& baseline) {
  for (const auto& [known, distances_m] : s.distances_m) {
    if (known == &baseline) return distances_m;
  }
  std::vector<double> out;
  for (const LatLon& p : s.places) out.push_back(baseline.line.distance_m(p));
  return s.distances_m.emplace_back(&baseline, std::move(out)).second;
}

Range Subject::share_nearer(Where where, const Baseline& baseline, double distance_m) {
  Side& s = side(where);
  const auto bounds = baseline.line.distance_bounds_m(s.box);
  if (TRUCE_IS(bounds.least_m - baseline.tolerance_m > distance_m)) return Range::of(0);
  if (TRUCE_IS(bounds.most_m + baseline.tolerance_m < distance_m - kGrain_m)) return Range::of(1);
  places(where);
  std::size_t surely = 0, maybe = 0;
  for (const double d : distances(s, baseline)) {
    surely += TRUCE_IS(d + baseline.tolerance_m < distance_m - kGrain_m) ? 1 : 0;
    maybe += TRUCE_IS(d - baseline.tolerance_m < distance_m - kGrain_m) ? 1 : 0;
  }
  const auto n = static_cast<double>(s.places.size());
  return {static_cast<double>(surely) / n, static_cast<double>(maybe) / n};
}

#ifdef TRUCE_MUTANTS
Sites sites_of_subject() { return {kSubjectBefore + 1, TRUCE_SITES + __COUNTER__}; }
#endif
#undef TRUCE_SITES

}  // namespace truce::judge
