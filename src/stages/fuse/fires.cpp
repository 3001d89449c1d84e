// Effects to volleys, and volleys of a gun to where its shells fell.

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "stages/fuse/internal/joining.h"

namespace truce::fuse::joining {

namespace {

constexpr double kLockstepS = 1;         // by how much a shell may be early or late
constexpr std::size_t kShotsMin = 3;     // fewer keep step by chance
constexpr std::size_t kReferences = 8;   // shots that speeds are taken from
constexpr double kLockstepShare = 0.75;  // of the larger volley

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
  Lockstep(const std::vector<Effect>& effects, const JoinParams& params)
      : effects_(effects), params_(params) {}

  // Most shots of the two that one mean speed of the shell explains; 0 when too few.
  std::size_t shots(const Volley& gun, const Volley& hits) const {
    if (std::min(gun.size(), hits.size()) < kShotsMin) return 0;
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
    const auto larger = static_cast<double>(std::max(gun.size(), hits.size()));
    const bool enough = best >= kShotsMin && static_cast<double>(best) >= kLockstepShare * larger;
    return enough ? best : 0;
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
};

struct Pairing {
  std::size_t shots = 0, gun = 0, hits = 0;
};

std::vector<Pairing> pairings(const std::vector<Effect>& effects,
                              const std::vector<Volley>& volleys, const JoinParams& params) {
  const Lockstep lockstep(effects, params);
  const double flight_s = params.fire_range_m / params.shell_slow_m_s;
  std::vector<Pairing> out;
  for (std::size_t g = 0; g < volleys.size(); ++g) {
    for (std::size_t h = 0; h < volleys.size(); ++h) {
      const double after = effects[volleys[h].front()].time_s - effects[volleys[g].front()].time_s;
      const bool late = std::abs(after) > flight_s;
      if (g == h || late) continue;
      const std::size_t n = lockstep.shots(volleys[g], volleys[h]);
      if (n > 0) out.push_back({n, g, h});
    }
  }
  std::sort(out.begin(), out.end(), [](const Pairing& a, const Pairing& b) {
    return std::tie(b.shots, a.gun, a.hits) < std::tie(a.shots, b.gun, b.hits);
  });
  return out;
}

}  // namespace

std::vector<Fire> fires_of(const std::vector<Effect>& effects, const JoinParams& params) {
  auto volleys = volleys_of(effects, params);
  std::vector<char> used(volleys.size(), 0);
  std::vector<Fire> out;
  for (const auto& p : pairings(effects, volleys, params)) {
    if (used[p.gun] != 0 || used[p.hits] != 0) continue;
    used[p.gun] = used[p.hits] = 1;
    out.push_back({{volleys[p.gun], volleys[p.hits]}});
  }
  for (std::size_t v = 0; v < volleys.size(); ++v) {
    if (used[v] == 0) out.push_back({{std::move(volleys[v])}});
  }
  std::sort(out.begin(), out.end(),
            [](const Fire& a, const Fire& b) { return a.volleys < b.volleys; });
  return out;
}

}  // namespace truce::fuse::joining
