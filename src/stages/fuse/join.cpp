#include "stages/fuse/join.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "model/identity.h"
#include "stages/fuse/fuse.h"
#include "stages/fuse/internal/density.h"
#include "stages/fuse/internal/joining.h"

namespace truce::fuse {

namespace {

using namespace joining;

constexpr Duration kLongest = Duration::hours(1);
constexpr double kSlackS = 5;  // by which a report's interval may miss what it tells of

bool counts(const Observation& o) {
  return !std::holds_alternative<Bearing>(o.shape) &&
         !std::holds_alternative<PixelFootprint>(o.shape);
}

void order(std::vector<Effect>& effects) {
  std::sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
    return std::tie(a.time_s, a.observation.id) < std::tie(b.time_s, b.observation.id);
  });
}

class Joining {
 public:
  Joining(const JoinBlock& block, const Params& params) : block_(block), params_(params) {
    for (const auto& o : block.others) {
      if (can_be_joined(o)) others_.push_back(&o);
    }
    std::sort(others_.begin(), others_.end(),
              [](const auto* a, const auto* b) { return a->id < b->id; });
  }

  std::vector<Episode> run() {
    const auto plane = plane_of();
    if (!plane) return {};
    for (const auto& o : block_.effects) effects_.push_back(on(*plane, o));
    order(effects_);
    add_shapes(effects_, others_, *plane, block_, params_);
    order(effects_);
    fires_ = fires_of(effects_, params_);
    std::vector<std::vector<const Observation*>> reports(fires_.size());
    for (const auto* o : others_) {
      if (!counts(*o)) continue;
      if (const auto f = fire_behind(*o, *plane)) reports[*f].push_back(o);
    }
    for (std::size_t f = 0; f < fires_.size(); ++f) {
      auto volleys = fires_[f].volleys;
      volleys.push_back(fires_[f].misplaced);
      for (const auto& volley : volleys) {
        for (const auto i : volley)
          reports[f].insert(reports[f].end(), effects_[i].beside.begin(), effects_[i].beside.end());
      }
      std::sort(reports[f].begin(), reports[f].end(),
                [](const auto* a, const auto* b) { return a->id < b->id; });
    }
    std::vector<Episode> out;
    for (std::size_t f = 0; f < fires_.size(); ++f)
      out.push_back(episode(fires_[f], reports[f], *plane));
    return out;
  }

 private:
  // Tangent at the block's first effect, or bearing where there is none.
  std::optional<Plane> plane_of() const {
    const Observation* first = nullptr;
    for (const auto& o : block_.effects) {
      if (first == nullptr || o.id < first->id) first = &o;
    }
    if (first != nullptr)
      return Plane{LocalFrame(std::get<PointShape>(first->shape).at), first->when.start};
    for (const auto* o : others_) {
      if (const auto* b = std::get_if<Bearing>(&o->shape))
        return Plane{LocalFrame(b->from), o->when.start};
    }
    return {};
  }
  static Effect on(const Plane& plane, const Observation& o) {
    const auto& p = std::get<PointShape>(o.shape);
    Effect out;
    out.observation = o;
    out.at = plane.frame.to_xy(p.at);
    out.place = {p.var_east_m2, p.cov_m2, p.var_north_m2};
    out.sigma_s = std::max(0.01, o.when.length().in_seconds() / 2);
    out.time_s = plane.seconds(o.when.start) + out.sigma_s;
    return out;
  }

  // The report against a salvo whose middle is this: its density there against that of chance.
  double ratio(const Observation& o, double area_km2, const std::vector<std::size_t>& of,
               const Plane& plane) const {
    const double start = plane.seconds(o.when.start) - kSlackS;
    const double end = plane.seconds(o.when.end) + kSlackS;
    Xy sum;
    double n = 0;
    for (const auto i : of) {
      if (effects_[i].time_s < start || effects_[i].time_s > end) continue;
      sum = {sum.x_m + effects_[i].at.x_m, sum.y_m + effects_[i].at.y_m};
      ++n;
    }
    if (n == 0) return -1;
    const LatLon middle = plane.frame.to_latlon({sum.x_m / n, sum.y_m / n});
    const double chance = params_.events_per_km2_hour * std::max(1.0, end - start) / 3600;
    return place_log_likelihood(o.shape, middle) - std::log(area_km2) - std::log(chance) +
           std::log(n / static_cast<double>(of.size())) - too_many(o, n);
  }
  // A watcher misses some and invents none: more than there are need a reason.
  static double too_many(const Observation& o, double n) {
    double most = 0;
    for (const auto& item : o.items) most += static_cast<double>(item.count.low());
    const double over = std::max(0.0, most - n) / std::max(1.0, n / 2);
    return over * over / 2;
  }
  std::optional<std::size_t> fire_behind(const Observation& o, const Plane& plane) const {
    std::optional<std::size_t> best;
    const double area_km2 = effective_area_km2(o.shape);
    double most = 0;
    for (std::size_t f = 0; f < fires_.size(); ++f) {
      auto of = fires_[f].volleys;
      if (of.size() > 1) {
        of.push_back(of[0]);
        of.back().insert(of.back().end(), of[1].begin(), of[1].end());
      }
      for (const auto& part : of) {
        const double v = ratio(o, area_km2, part, plane);
        if (v <= most) continue;
        most = v;
        best = f;
      }
    }
    return best;
  }

  Episode episode(const Fire& fire, const std::vector<const Observation*>& reports,
                  const Plane& plane) {
    Episode out;
    for (std::size_t v = 0; v < fire.volleys.size(); ++v) {
      for (const auto i : fire.volleys[v]) {
        Effect& e = effects_[i];
        if (fire.volleys.size() > 1)
          e.observation.items.front().classes = end_of(v == 0, fire.p_pair);
        out.push_back(finished(e, plane));
      }
    }
    for (const auto i : fire.misplaced) {
      effects_[i].observation.flags.emplace_back(kMisplacedFlag);
      out.push_back(finished(effects_[i], plane));
    }
    std::sort(out.begin(), out.end(), [](const Observation& a, const Observation& b) {
      return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
    });
    for (const auto* o : reports) out.push_back(*o);
    return out;
  }
  // As sure as that the two volleys are a gun's and its impacts'.
  static ClassProbabilities end_of(bool gun, double p_pair) {
    const double p = std::round(p_pair * 100) / 100;
    ClassProbabilities out;
    const auto of = gun ? EffectClass::kExplosionOutgoing : EffectClass::kExplosionImpact;
    out.p[static_cast<std::size_t>(of)] = static_cast<float>(p);
    out.p[static_cast<std::size_t>(EffectClass::kExplosionUndetermined)] =
        static_cast<float>(1 - p);
    return out;
  }
  static Observation finished(Effect& e, const Plane& plane) {
    Observation o = std::move(e.observation);
    if (e.moved) {
      PointShape p;
      p.at = plane.frame.to_latlon({std::round(e.at.x_m), std::round(e.at.y_m)});
      p.var_east_m2 = std::ceil(std::max(1.0, e.place.xx));
      p.var_north_m2 = std::ceil(std::max(1.0, e.place.yy));
      p.cov_m2 = std::trunc(e.place.xy) + 0.0;  // no negative zero
      o.shape = p;
    }
    std::sort(e.taken.begin(), e.taken.end());
    o.derived_from.insert(o.derived_from.end(), e.taken.begin(), e.taken.end());
    o.id = observation_id(o);
    return o;
  }

  const JoinBlock& block_;
  const Params& params_;
  std::vector<const Observation*> others_;
  std::vector<Effect> effects_;
  std::vector<Fire> fires_;
};

}  // namespace

bool can_be_joined(const Observation& o) {
  return o.derived_from.empty() && !std::holds_alternative<Nowhere>(o.shape) &&
         !std::holds_alternative<Arrival>(o.shape) && o.when.length() <= kLongest;
}

namespace {

Instant middle_of(const Observation& o) { return {o.when.start.ns + o.when.length().ns / 2}; }

bool is_placed_effect(const Observation& o) {
  return !o.derived_from.empty() && std::holds_alternative<PointShape>(o.shape) &&
         std::find(o.flags.begin(), o.flags.end(), kMisplacedFlag) == o.flags.end();
}

double variance_m2(const PointShape& p) { return std::max(p.var_east_m2, p.var_north_m2); }

}  // namespace

Instant block_of(Instant t) {
  const std::int64_t over = t.ns % kJoinBlock.ns;
  return {t.ns - over - (over < 0 ? kJoinBlock.ns : 0)};
}

Instant block_of(const Observation& o) { return block_of(middle_of(o)); }

bool may_go_on(const Observation& o, const JoinParams& params) {
  const Instant t = middle_of(o), block = block_of(t);
  const auto gap = Duration::seconds(params.episode_gap_s);
  return is_placed_effect(o) && (t - block <= gap || block + kJoinBlock - t <= gap);
}

bool goes_on(const Observation& a, const Observation& b, const JoinParams& params) {
  if (!is_placed_effect(a) || !is_placed_effect(b)) return false;
  const double apart_s = (middle_of(a) - middle_of(b)).in_seconds();
  if (std::abs(apart_s) > params.episode_gap_s) return false;
  const auto& p = std::get<PointShape>(a.shape);
  const auto& q = std::get<PointShape>(b.shape);
  const auto per = metres_per_degree((p.at.lat_deg() + q.at.lat_deg()) / 2);
  const double x = wrapped_lon_deg(p.at.lon_deg() - q.at.lon_deg()) * per.lon;
  const double y = (p.at.lat_deg() - q.at.lat_deg()) * per.lat;
  return std::hypot(x, y) <=
         params.episode_reach_m + 2 * std::sqrt(variance_m2(p) + variance_m2(q));
}

std::vector<Episode> join(const JoinBlock& block, const Params& params) {
  return Joining(block, params).run();
}

}  // namespace truce::fuse
