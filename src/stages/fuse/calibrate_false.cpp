#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>

#include "stages/fuse/internal/echoes.h"
#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

constexpr std::size_t kSensors = 64;  // that a thread takes at once

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

// What is left over, each as much as it is no echo.
class LeftOver {
 public:
  LeftOver(const Network& net, const Taken& taken, const std::vector<double>& echo)
      : net_(net), taken_(taken), echo_(echo) {}
  double operator()(std::uint32_t a) const { return taken_[a] == 0 ? 1 / (1 + echo_[a]) : 0; }

  // What a sensor says by itself while nothing drives it: stretches of time in which far more is
  // left over than in the others are not counted.
  struct Quiet {
    double count = 0, listened_s = 0;
  };
  Quiet quiet(std::uint32_t s) const {
    constexpr double kStretchS = 120, kMore = 5;
    constexpr int kRounds = 3;
    const double span_s = std::max(1.0, net_.end_s - net_.start_s);
    std::vector<double> counts(static_cast<std::size_t>(std::ceil(span_s / kStretchS)), 0.0);
    const double width_s = span_s / static_cast<double>(counts.size());
    for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a) {
      const double at = std::max(0.0, (net_.time_s(a) - net_.start_s) / width_s);
      counts[std::min(counts.size() - 1, static_cast<std::size_t>(at))] += (*this)(a);
    }
    Quiet out;
    double most = 1e300;
    for (int round = 0; round < kRounds; ++round) {
      out = {};
      for (const double n : counts) {
        if (n > most) continue;
        out.count += n;
        out.listened_s += width_s;
      }
      const double mean = out.count * width_s / out.listened_s;
      most = mean + kMore * (std::sqrt(mean) + 1);
    }
    return out;
  }

  // log of the rate around each arrival of a sensor: rain or a machine drives it for minutes. Three
  // sigmas less than was counted around it, without itself, if that is more than its usual rate.
  // What lies beside a real arrival is not counted, nor the time there: a salvo of which one shot
  // is known leaves others over.
  void around(std::uint32_t s, double log_usual, std::vector<double>& log_rate) const {
    constexpr double kHalfS = 150, kLess = 3, kLeastS = 60;
    const auto beside = beside_real(s);
    double near = 0;  // from `first` to before `last`
    std::uint32_t first = net_.begin_of(s), last = first;
    Open from(beside, net_.start_s), until(beside, net_.start_s);
    std::size_t in = 0;
    const auto counted = [&](std::uint32_t a) {
      while (in > 0 && beside[in - 1].second > net_.time_s(a)) --in;
      while (in < beside.size() && beside[in].second <= net_.time_s(a)) ++in;
      return in < beside.size() && beside[in].first <= net_.time_s(a) ? 0 : (*this)(a);
    };
    for (std::uint32_t a = first; a < net_.end_of(s); ++a) {
      const double t = net_.time_s(a);
      for (; last < net_.end_of(s) && net_.time_s(last) <= t + kHalfS; ++last)
        near += counted(last);
      for (; net_.time_s(first) < t - kHalfS; ++first) near -= counted(first);
      const double others = std::max(0.0, near - counted(a));
      const double listened_s =
          until.before(std::min(net_.end_s, t + kHalfS)) - from.before(t - kHalfS);
      const double surely = others - kLess * std::sqrt(others);
      log_rate[a] = surely > 0 && listened_s > kLeastS
                        ? std::max(log_usual, std::log(surely / listened_s))
                        : log_usual;
    }
  }

 private:
  using Stretches = std::vector<std::pair<double, double>>;  // from and until, apart, ascending

  // Around the real arrivals of a sensor.
  Stretches beside_real(std::uint32_t s) const {
    constexpr double kBesideS = 16;
    Stretches out;
    for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a) {
      if (taken_[a] == 0) continue;
      const double from = net_.time_s(a) - kBesideS, until = net_.time_s(a) + kBesideS;
      if (out.empty() || out.back().second < from) {
        out.emplace_back(from, until);
      } else {
        out.back().second = until;
      }
    }
    return out;
  }

  // How much time from `start_s` on is outside of such stretches, before one moment after another.
  class Open {
   public:
    Open(const Stretches& shut, double start_s) : shut_(shut), at_s_(start_s) {}
    double before(double t_s) {
      while (at_s_ < t_s) {
        while (next_ < shut_.size() && shut_[next_].second <= at_s_) ++next_;
        const bool none = next_ == shut_.size();
        const double open_until = none ? t_s : std::min(t_s, shut_[next_].first);
        sum_s_ += std::max(0.0, open_until - at_s_);
        at_s_ = none ? t_s : std::min(t_s, std::max(open_until, shut_[next_].second));
      }
      return sum_s_;
    }

   private:
    const Stretches& shut_;
    double at_s_, sum_s_ = 0;
    std::size_t next_ = 0;
  };

  const Network& net_;
  const Taken& taken_;
  const std::vector<double>& echo_;
};

// Rates and levels of what is left over.
void calibrate_chance(const Network& net, const Taken& taken, const std::vector<double>& echo,
                      unsigned threads, Air& air) {
  const LeftOver left(net, taken, echo);
  std::vector<LeftOver::Quiet> quiet(net.sensors());
  in_pieces(net.sensors(), kSensors, threads, 0,
            [&](int&, std::size_t s) { quiet[s] = left.quiet(static_cast<std::uint32_t>(s)); });
  LeftOver::Quiet all;
  for (const auto& q : quiet) {
    all.count += q.count;
    all.listened_s += q.listened_s;
  }
  // A sensor's rate is drawn to the mean of all as if it had been seen for two more counts of it.
  all.count = std::max(all.count, 0.5 * static_cast<double>(net.sensors()));
  air.log_false_rate.resize(net.arrivals());
  in_pieces(net.sensors(), kSensors, threads, 0, [&](int&, std::size_t s) {
    double& usual = air.sensor[s].log_false_rate;
    usual = std::log((quiet[s].count + 2) / (quiet[s].listened_s + 2 * all.listened_s / all.count));
    left.around(static_cast<std::uint32_t>(s), usual, air.log_false_rate);
  });
  std::vector<double> level(Air::kExcessBins, 0.0);
  double total = 0;
  for (std::uint32_t a = 0; a < net.arrivals(); ++a) {
    const double w = left(a);
    total += w;
    const double v = net.level_db(a) - air.sensor[net.sensor_of(a)].noise_db - Air::kExcessMin;
    level[static_cast<std::size_t>(
        std::clamp(v, 0.0, static_cast<double>(Air::kExcessBins - 1)))] += w;
  }
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
    calibrate_chance(net, taken, echo, prior.threads, air);
    echo = echo_odds(net, taken, prior, air);
  }
  calibrate_company(net, taken, echo, air);
  air.retabulate();
}

}  // namespace truce::fuse
