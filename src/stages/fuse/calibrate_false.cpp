#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>

#include "stages/fuse/internal/echoes.h"
#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

// Where a real sound was heard more is heard that is none of its own, besides echoes: rumble after
// it, shock waves before it. How much denser what is left over and no echo is, by the time to the
// nearest real arrival before and after it.
class Company {
 public:
  static constexpr std::array<double, 8> kEdges{0, 0.5, 1, 2, 4, 8, 16, 32};
  static constexpr std::size_t kBins = kEdges.size() - 1;
  static std::size_t bin(double dt) {
    std::size_t k = 0;
    while (k < kBins && dt >= kEdges[k + 1]) ++k;
    return k;  // kBins: none near
  }
  std::array<double, kBins + 1> count{}, expected{};
  // Real arrivals at t and `until` the next: for how long each bin lasted, times the rate.
  void expose(double gap_s, double rate) {
    for (std::size_t k = 0; k < kBins; ++k) {
      const double from = std::min(gap_s, kEdges[k]);
      expected[k] += rate * (std::min(gap_s, kEdges[k + 1]) - from);
    }
  }
  std::array<double, kBins + 1> log_excess() const {
    std::array<double, kBins + 1> out{};
    for (std::size_t k = 0; k < kBins; ++k) {
      // Only where chance does not explain it.
      if (count[k] - expected[k] < 3 * std::sqrt(expected[k] + 1)) continue;
      out[k] = std::log(count[k] / (expected[k] + 1));
    }
    return out;
  }
};

// Per arrival the odds that it is an echo of a real one rather than false.
std::vector<double> echo_odds(const Network& net, const Taken& taken, const AssociateParams& prior,
                              const Air& air) {
  ArrivalOwners owners(net.arrivals(), kNobody);
  for (std::size_t a = 0; a < owners.size(); ++a) {
    if (taken[a] != 0) owners[a] = 0;
  }
  Echoes echoes(prior);
  echoes.learn(net, air, owners, prior.threads);
  std::vector<double> odds(net.arrivals(), 0.0);
  in_pieces(odds.size(), 4096, prior.threads, 0, [&](int&, std::size_t a) {
    echoes.for_each_parent(net, air, owners, static_cast<std::uint32_t>(a), kNobody,
                           [&](const Echoes::Parent& p) { odds[a] += p.odds; });
  });
  return odds;
}

void calibrate_company(const Network& net, const Taken& taken, const std::vector<double>& echo,
                       Air& air) {
  Company before, after;
  std::vector<double> since(net.arrivals(), 1e9), until(net.arrivals(), 1e9);
  for (std::uint32_t s = 0; s < net.sensors(); ++s) {
    const double rate = std::exp(air.sensor[s].log_false_rate);
    double last = -1e9;
    for (std::uint32_t a = net.begin_of(s); a < net.end_of(s); ++a) {
      since[a] = net.time_s(a) - last;
      if (taken[a] == 0) {
        before.count[Company::bin(since[a])] += 1 / (1 + echo[a]);
      } else {
        if (last > -1e9) before.expose(since[a], rate);
        last = net.time_s(a);
      }
    }
    double next = 1e9;
    for (std::uint32_t a = net.end_of(s); a-- > net.begin_of(s);) {
      until[a] = next - net.time_s(a);
      if (taken[a] == 0) {
        after.count[Company::bin(until[a])] += 1 / (1 + echo[a]);
      } else {
        if (next < 1e9) after.expose(until[a], rate);
        next = net.time_s(a);
      }
    }
  }
  const auto excess_before = before.log_excess(), excess_after = after.log_excess();
  air.company.resize(net.arrivals());
  for (std::uint32_t a = 0; a < net.arrivals(); ++a) {
    const double near =
        std::max(excess_before[Company::bin(since[a])], excess_after[Company::bin(until[a])]);
    air.company[a] = echo[a] == 0 ? near : std::log(std::exp(near) + echo[a]);
  }
}

// Rates and levels of what is left over, of which each counts as much as it is no echo.
void calibrate_chance(const Network& net, const Taken& taken, const std::vector<double>& echo,
                      Air& air) {
  const double hours = std::max(1e-3, (net.end_s - net.start_s) / 3600);
  std::vector<double> count(net.sensors(), 0.0);
  std::vector<double> level(Air::kExcessBins, 0.0);
  double total = 0;
  for (std::uint32_t s = 0; s < net.sensors(); ++s) {
    for (std::uint32_t a = net.begin_of(s); a < net.end_of(s); ++a) {
      if (taken[a] != 0) continue;
      const double w = 1 / (1 + echo[a]);
      count[s] += w;
      total += w;
      const double v = net.level_db(a) - air.sensor[s].noise_db - Air::kExcessMin;
      level[static_cast<std::size_t>(
          std::clamp(v, 0.0, static_cast<double>(Air::kExcessBins - 1)))] += w;
    }
  }
  // A sensor's rate is drawn to the mean of all as if it had been seen for two more counts of it.
  const double mean =
      std::max(0.5, total / std::max<double>(1, static_cast<double>(net.sensors())));
  for (std::uint32_t s = 0; s < net.sensors(); ++s)
    air.sensor[s].log_false_rate = std::log((count[s] + 2) / (hours * 3600 * (1 + 2 / mean)));
  // Levels: counts smoothed over 3 dB, with a floor that nothing is impossible under.
  air.false_level.assign(Air::kExcessBins, 0.0);
  double sum = 0;
  for (std::size_t i = 0; i < Air::kExcessBins; ++i) {
    double v = 0.02 + 1e-3 * total / Air::kExcessBins;
    for (std::size_t j = i > 1 ? i - 1 : 0; j <= i + 1 && j < Air::kExcessBins; ++j)
      v += level[j] / 3;
    air.false_level[i] = v;
    sum += v;
  }
  for (auto& v : air.false_level) v = std::log(v / sum);
}

}  // namespace

void calibrate_false(const Network& net, const Taken& taken, const AssociateParams& prior,
                     Air& air) {
  std::vector<double> echo(net.arrivals(), 0.0);
  for (int round = 0; round < 2; ++round) {  // the first takes echoes for chance
    calibrate_chance(net, taken, echo, air);
    echo = echo_odds(net, taken, prior, air);
  }
  calibrate_company(net, taken, echo, air);
  air.retabulate();
}

}  // namespace truce::fuse
