// Effects to volleys, and volleys of a gun to where its shells fell.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>
#include <tuple>
#include <utility>

#include "stages/fuse/internal/joining.h"

namespace truce::fuse::joining {

namespace {

constexpr double kLockstepS = 1;        // by how much a shell may be early or late
constexpr std::size_t kShotsMin = 3;    // fewer keep step by chance
constexpr std::size_t kReferences = 8;  // shots that speeds are taken from
constexpr double kInStep = 0.8;         // of the shots of the smaller volley, if it is one fire
constexpr double kByChanceMost = 0.9;   // of them, if it is not
constexpr double kBlockS = 3600;
constexpr double kVolleysLeast = 10;       // of a block: fewer are no sign that it is quiet
constexpr double kLeastOfLarger = 0.33;    // shots of the larger volley whose other end is located
constexpr std::size_t kLeastArrivals = 3;  // that place an effect

using Volley = std::vector<std::size_t>;

std::size_t root(std::vector<std::size_t>& parent, std::size_t i) {
  while (parent[i] != i) i = parent[i] = parent[parent[i]];
  return i;
}

// Chains of neighbours: no longer apart than the pause, no farther than the reach and what both
// places leave open.
std::vector<Volley> volleys_of(const std::vector<Effect>& effects, const JoinParams& params) {
  std::vector<std::size_t> parent(effects.size());
  std::iota(parent.begin(), parent.end(), 0);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    for (std::size_t j = i; j-- > 0;) {
      const Effect& a = effects[i];
      const Effect& b = effects[j];
      if (a.time_s - b.time_s > params.episode_gap_s) break;
      const double unsure = 2 * std::hypot(a.place.sigma_m(), b.place.sigma_m());
      if (length(a.at - b.at) <= params.episode_reach_m + unsure)
        parent[root(parent, i)] = root(parent, j);
    }
  }
  std::vector<Volley> of_root(effects.size());
  for (std::size_t i = 0; i < effects.size(); ++i) of_root[root(parent, i)].push_back(i);
  std::vector<Volley> out;
  for (auto& v : of_root) {
    if (!v.empty()) out.push_back(std::move(v));
  }
  std::sort(out.begin(), out.end());
  return out;
}

class Lockstep {
 public:
  Lockstep(const std::vector<Effect>& effects, const std::vector<Volley>& volleys,
           const JoinParams& params)
      : effects_(effects), params_(params) {
    double n = 0;
    for (const auto& v : volleys) n += v.size() < kShotsMin ? 0 : 1;
    per_s_ = std::max(n, kVolleysLeast) / kBlockS;
  }

  // Most shots of the two that one mean speed of the shell explains, and the logarithm of the odds
  // that they are one fire; no shots when too few, or when as many would do so by chance.
  struct InStep {
    std::size_t shots = 0;
    double log_odds = 0;
  };
  InStep of(const Volley& gun, const Volley& hits) const {
    if (std::min(gun.size(), hits.size()) < kShotsMin) return {};
    const double tolerance = std::min(pause(gun), pause(hits)) / 2;  // more fits anything
    std::size_t best = 0;
    const std::size_t step = std::max<std::size_t>(1, gun.size() / kReferences);
    for (std::size_t g = 0; g < gun.size(); g += step) {
      for (const auto h : hits) {
        const double after = effects_[h].time_s - effects_[gun[g]].time_s;
        if (after <= 0) continue;
        const double speed = distance(gun[g], h) / after;
        best = std::max(best, in_step(gun, hits, speed, tolerance));
      }
    }
    const double allowed = std::min(tolerance, early_or_late_s(gun.front(), hits.front()));
    const double way = distance(gun.front(), hits.front());
    const double slowest_s = way / params_.shell_slow_m_s, fastest_s = way / params_.shell_fast_m_s;
    const double window_s = std::max(2 * allowed, slowest_s - fastest_s);
    const double speeds = window_s / (2 * allowed);  // that are told apart
    const auto& larger = gun.size() > hits.size() ? gun : hits;
    const double by_chance = std::min(kByChanceMost, 1 - std::exp(-2 * allowed / pause(larger)));
    const auto k = static_cast<double>(best);
    const auto n = static_cast<double>(std::min(gun.size(), hits.size()));
    const double ratio = k * std::log(kInStep / by_chance) +
                         (n - k) * std::log((1 - kInStep) / (1 - by_chance)) - std::log(speeds) -
                         std::log(per_s_ * window_s);
    const bool enough =
        best >= kShotsMin && k >= kLeastOfLarger * static_cast<double>(larger.size());
    return enough && ratio > 0 ? InStep{best, ratio} : InStep{};
  }

 private:
  double distance(std::size_t a, std::size_t b) const {
    return length(effects_[a].at - effects_[b].at);
  }
  std::size_t in_step(const Volley& gun, const Volley& hits, double speed, double tolerance) const {
    if (speed < params_.shell_slow_m_s || speed > params_.shell_fast_m_s) return 0;
    std::size_t out = 0;
    auto next = hits.begin();
    for (const auto g : gun) {
      for (auto h = next; h != hits.end(); ++h) {
        const double way = distance(g, *h);
        const double off = effects_[*h].time_s - effects_[g].time_s - way / speed;
        const double allowed = std::min(tolerance, early_or_late_s(g, *h));
        if (way > params_.fire_range_m || off > allowed) break;
        if (off < -allowed) continue;
        ++out;
        next = h + 1;
        break;
      }
    }
    return out;
  }
  double early_or_late_s(std::size_t a, std::size_t b) const {
    return kLockstepS + 2 * std::hypot(effects_[a].sigma_s, effects_[b].sigma_s);
  }
  double pause(const Volley& v) const {
    return (effects_[v.back()].time_s - effects_[v.front()].time_s) /
           static_cast<double>(v.size() - 1);
  }
  const std::vector<Effect>& effects_;
  const JoinParams& params_;
  double per_s_ = 0;  // volleys
};

// Where a lone effect belongs that few heard: shots of a salvo are now and then put beside it, from
// what was left of their arrivals. Held against effects of their own.
class Misplaced {
 public:
  Misplaced(const std::vector<Effect>& effects, const JoinParams& params,
            double effects_per_km2_hour)
      : effects_(effects), params_(params), log_own_(std::log(effects_per_km2_hour / 1e6 / 3600)) {}

  // Of the fires of three shots and more, one that it is likelier a shot of.
  std::optional<std::size_t> fire_of(const Effect& e, const std::vector<Fire>& fires) const {
    std::optional<std::size_t> out;
    double most = 0;
    for (std::size_t f = 0; f < fires.size(); ++f) {
      for (const auto& volley : fires[f].volleys) {
        const double v = volley.size() < kShotsMin ? -1 : ratio(e, volley);
        if (v <= most) continue;
        most = v;
        out = f;
      }
    }
    return out;
  }

 private:
  double ratio(const Effect& e, const Volley& volley) const {
    const double first = effects_[volley.front()].time_s, last = effects_[volley.back()].time_s;
    const double pause = (last - first) / static_cast<double>(volley.size() - 1);
    const double slack = std::min(2 * pause, params_.episode_gap_s) + 2 * e.sigma_s;
    if (e.time_s < first - slack || e.time_s > last + slack) return -1;
    double nearest = length(e.at - effects_[volley.front()].at);
    for (const auto i : volley) nearest = std::min(nearest, length(e.at - effects_[i].at));
    const double rate = static_cast<double>(volley.size()) / (last - first + 2 * slack);
    const double scale = params_.misplaced_m;
    return std::log(share(e) * rate) - nearest / scale -
           std::log(2 * std::numbers::pi * scale * scale) - log_own_;
  }
  // Each arrival more than place it makes it half as likely.
  double share(const Effect& e) const {
    const auto more = static_cast<double>(
        std::max(e.observation.derived_from.size(), kLeastArrivals) - kLeastArrivals);
    return params_.misplaced_share * std::exp2(-more);
  }

  const std::vector<Effect>& effects_;
  const JoinParams& params_;
  double log_own_;
};

// Lone effects that are shots of a fire, put wrongly, join it.
void take_in(std::vector<Fire>& fires, const std::vector<Effect>& effects, const Params& params) {
  const Misplaced misplaced(effects, params.join, params.sound.effects_per_km2_hour);
  std::vector<std::pair<std::size_t, std::size_t>> into;
  for (std::size_t f = 0; f < fires.size(); ++f) {
    const auto& volleys = fires[f].volleys;
    if (volleys.size() > 1 || volleys[0].size() >= kShotsMin) continue;
    std::optional<std::size_t> whole;
    for (const auto i : volleys[0]) {
      const bool sound = effects[i].observation.source != kCrossingSource;
      const auto to = sound ? misplaced.fire_of(effects[i], fires) : std::nullopt;
      if (!to || (whole && *whole != *to)) {
        whole.reset();
        break;
      }
      whole = to;
    }
    if (whole) into.emplace_back(f, *whole);
  }
  for (const auto& [from, to] : into) {
    fires[to].misplaced.insert(fires[to].misplaced.end(), fires[from].volleys[0].begin(),
                               fires[from].volleys[0].end());
    fires[from].volleys.clear();
  }
  std::erase_if(fires, [](const Fire& f) { return f.volleys.empty(); });
}

struct Pairing {
  std::size_t shots = 0, gun = 0, hits = 0;
  double log_odds = 0;
};

std::vector<Pairing> pairings(const std::vector<Effect>& effects,
                              const std::vector<Volley>& volleys, const JoinParams& params) {
  const Lockstep lockstep(effects, volleys, params);
  const double flight_s = params.fire_range_m / params.shell_slow_m_s;
  std::vector<Pairing> out;
  for (std::size_t g = 0; g < volleys.size(); ++g) {
    for (std::size_t h = 0; h < volleys.size(); ++h) {
      const double after = effects[volleys[h].front()].time_s - effects[volleys[g].front()].time_s;
      const bool late = std::abs(after) > flight_s;
      if (g == h || late) continue;
      const auto in_step = lockstep.of(volleys[g], volleys[h]);
      if (in_step.shots > 0) out.push_back({in_step.shots, g, h, in_step.log_odds});
    }
  }
  std::sort(out.begin(), out.end(), [](const Pairing& a, const Pairing& b) {
    return std::tie(b.log_odds, a.gun, a.hits) < std::tie(a.log_odds, b.gun, b.hits);
  });
  return out;
}

// Of a pairing against there being none, and against all others that one of its volleys may be in.
double probability(const Pairing& p, const std::vector<Pairing>& all) {
  double none = std::exp(-p.log_odds);
  double sum = 1;
  for (const auto& other : all) {
    const bool rivals =
        other.gun == p.gun || other.hits == p.hits || other.gun == p.hits || other.hits == p.gun;
    if (&other != &p && rivals) sum += std::exp(other.log_odds - p.log_odds);
  }
  return 1 / (sum + none);
}

}  // namespace

std::vector<Fire> fires_of(const std::vector<Effect>& effects, const Params& params) {
  auto volleys = volleys_of(effects, params.join);
  std::vector<char> used(volleys.size(), 0);
  std::vector<Fire> out;
  const auto all = pairings(effects, volleys, params.join);
  for (const auto& p : all) {
    if (used[p.gun] != 0 || used[p.hits] != 0) continue;
    used[p.gun] = used[p.hits] = 1;
    out.push_back({{volleys[p.gun], volleys[p.hits]}, {}, probability(p, all)});
  }
  for (std::size_t v = 0; v < volleys.size(); ++v) {
    if (used[v] == 0) out.push_back({{std::move(volleys[v])}, {}});
  }
  take_in(out, effects, params);
  std::sort(out.begin(), out.end(),
            [](const Fire& a, const Fire& b) { return a.volleys < b.volleys; });
  return out;
}

}  // namespace truce::fuse::joining
