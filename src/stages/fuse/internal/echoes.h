#pragma once
// Echoes: what a sensor hears some seconds after it heard an effect directly, and more faintly.
// Reflectors are many and not known, so their delays are taken as those of chance, fewer and fewer
// with time: how many arrivals an echo follows, the mean delay, and what an echo loses are fitted
// to what is left over after direct arrivals, against what the sensor says falsely anyway (a
// mixture by expectation and maximisation; Dempster, Laird & Rubin 1977).

#include <cstdint>
#include <vector>

#include "stages/fuse/internal/air.h"

namespace truce::fuse {

// Which effect took an arrival, by the network's numbers.
using ArrivalOwners = std::vector<std::uint32_t>;
inline constexpr std::uint32_t kNobody = ~0U;

// What an arrival is without any effect of its own: density of false ones per second and dB.
double false_density(const Network& net, const Air& air, std::uint32_t a);

class Echoes {
 public:
  explicit Echoes(const AssociateParams& prior);
  void learn(const Network& net, const Air& air, const ArrivalOwners& owners, unsigned threads);

  struct Parent {
    std::uint32_t effect = kNobody;
    double odds = 0;  // density of such an echo over that of false arrivals
  };
  // f(parent) for the effects heard before `a` at its sensor that it may be an echo of, but for
  // `except`; none unless what was learnt from shows that there are echoes at all, by more than the
  // four figures of theirs would fit to chance (Schwarz 1978).
  template <class F>
  void for_each_parent(const Network& net, const Air& air, const ArrivalOwners& owners,
                       std::uint32_t a, std::uint32_t except, F f) const {
    if (!(log_ratio_ > 0)) return;
    const double chance = false_density(net, air, a);
    const double from = net.time_s(a) - reach_s();
    const std::uint32_t first = net.begin_of(net.sensor_of(a));
    for (std::uint32_t next = a; next > first; --next) {
      const std::uint32_t p = next - 1;
      if (net.time_s(p) < from) break;
      if (owners[p] == kNobody || owners[p] == except) continue;
      const double lost = net.level_db(p) - net.level_db(a);
      if (lost >= kLossMinDb)
        f(Parent{owners[p], density(net.time_s(a) - net.time_s(p), lost) / chance});
    }
  }

 private:
  static constexpr double kLossMinDb = 1;  // an echo is weaker than what it is one of
  double density(double delay_s, double lost_db) const;
  double reach_s() const;

  AssociateParams prior_;
  double share_, delay_s_, loss_db_, loss_sd_db_;
  double log_ratio_ = 0;  // likelihood with these echoes against without any, less their price
};

}  // namespace truce::fuse
