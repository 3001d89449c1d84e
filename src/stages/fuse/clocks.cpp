// Which clocks are off, and which have jumped. The search has a clock of its own for every sensor,
// but one that serves it: drawn to nothing where little was heard, shared with the sensor's place,
// and blind to what is off by more than its gates. So each sensor is looked at again here, against
// what the others alone say. An effect that a sensor helped to place is placed without it (the fit
// is linear there, so that this takes one subtraction); where and when it should then have heard
// the surest effects is held against what it said:
//
//   shift   the likeliest of those at which arrivals pile up around the expected times, and of none
//   jump    one shift before a moment and another after it, where that is likelier by far
//   nothing no shift explains what it says, and it does not hear what it should
//
// A shift is then fitted with the sensor's place, which is known only to what the network's are.
// The effects of one place share whatever that place is off by and count as one reading. What still
// escapes (neighbours that are off themselves, most of all) is learnt from the many sensors whose
// clocks are well: their offsets scatter around nothing, and by how much more than was said widens
// every sigma (the empirical null of Efron 2004).

#include "stages/fuse/internal/clocks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <optional>

#include "base/parallel.h"
#include "stages/fuse/internal/pieces.h"
#include "stages/fuse/internal/region.h"

namespace truce::fuse {

namespace {

constexpr double kShiftMaxS = 120;       // shifts looked at, either way
constexpr double kBinS = 0.2;            // in which arrivals pile up
constexpr std::size_t kShiftsMax = 6;    // looked at closely, beside none
constexpr std::size_t kSureHitsMin = 5;  // of other sensors, for an effect to count as sure
constexpr std::size_t kAgreeing = 3;     // arrivals that agree on a shift
constexpr double kHeardMin = 0.3;        // probability with which a sensor should have heard
constexpr double kLikelier = 12;         // natural logarithm of odds
// Of some 1,000 shifts and some 20 moments by e^10 more look likely by chance.
constexpr double kLikelierJump = kLikelier + 10;
constexpr double kTellingSigmas = 3.5;
constexpr double kSamePlaceM = 3000;
constexpr double kVolleyS = 60;  // shots of one place nearer than this look alike when shifted
constexpr std::size_t kVolleysMin = 4;  // before and after a jump
constexpr double kJumpS = 1;            // less may be places of effects that are off

// One effect as one sensor should have heard it, by what the others say.
struct Due {
  double time_s = 0;     // of the arrival, the sensor standing where it says
  double common_s2 = 0;  // variance that effects of the same place share
  double own_s2 = 0;     // variance of this one alone, but for its onset
  double heard = 0;      // probability
  double east = 0;       // later by this for each metre that the sensor stands to the east
  double north = 0;
  std::array<std::int64_t, 2> place{};  // which effects of one place have alike
};

struct Shift {
  double s = 0;
  std::vector<double> worth;  // per expected effect: log odds of what was said against chance
};

struct Fit {
  double offset_s = 0;
  double variance_s2 = 0;
  std::size_t agree = 0;
  std::size_t volleys = 0;         // of one place in short order
  double first_s = 0, last_s = 0;  // expected times of the arrivals that agree
};

struct Judged {  // a sensor
  std::optional<Fit> whole;
  std::optional<std::array<Fit, 2>> parts;  // before and after a jump
  std::optional<Deafness> unmatched;
};

class ClockJudge {
 public:
  ClockJudge(std::uint32_t sensor, const Network& net, const Air& air, std::vector<Due> expected)
      : s_(sensor), net_(net), air_(air), expected_(std::move(expected)) {
    std::sort(expected_.begin(), expected_.end(),
              [](const Due& a, const Due& b) { return a.time_s < b.time_s; });
  }

  Judged judge() const {
    Judged out;
    if (expected_.size() < kAgreeing || net_.end_of(s_) - net_.begin_of(s_) < kAgreeing) return out;
    std::vector<Shift> shifts{at(0)};
    for (const double d : piles()) shifts.push_back(at(d));
    std::size_t best = 0;
    double whole = worth(shifts[0], 0, expected_.size());
    for (std::size_t k = 1; k < shifts.size(); ++k) {
      const double other = worth(shifts[k], 0, expected_.size());
      if (other <= whole + (best == 0 ? kLikelier : 0)) continue;
      best = k;
      whole = other;
    }
    out.parts = jump(shifts, whole);
    if (!out.parts && (best == 0 || whole > kLikelier))
      out.whole = fit(shifts[best].s, 0, expected_.size());
    if (!out.parts) out.unmatched = unmatched(shifts);
    return out;
  }

 private:
  static double worth(const Shift& shift, std::size_t from, std::size_t to) {
    double sum = 0;
    for (std::size_t i = from; i < to; ++i) sum += shift.worth[i];
    return sum;
  }

  // Shifts at which arrivals pile up, the highest piles first.
  std::vector<double> piles() const {
    constexpr auto kBins = static_cast<std::size_t>(2 * kShiftMaxS / kBinS) + 2;
    std::vector<std::pair<int, double>> bins(kBins);  // how many, and their sum
    for (const auto& e : expected_) {
      for (auto a = net_.lower_bound(s_, e.time_s - kShiftMaxS);
           a < net_.end_of(s_) && net_.time_s(a) <= e.time_s + kShiftMaxS; ++a) {
        const double d = net_.time_s(a) - e.time_s;
        auto& bin = bins[static_cast<std::size_t>(std::max(0.0, (d + kShiftMaxS) / kBinS))];
        ++bin.first;
        bin.second += d;
      }
    }
    std::vector<std::pair<int, double>> found;  // minus how many, and where
    for (std::size_t k = 0; k + 1 < kBins; ++k) {
      const int count = bins[k].first + bins[k + 1].first;
      if (count >= static_cast<int>(kAgreeing))
        found.emplace_back(-count, (bins[k].second + bins[k + 1].second) / count);
    }
    std::sort(found.begin(), found.end());
    std::vector<double> out;
    for (const auto& [count, d] : found) {
      const bool known =
          std::any_of(out.begin(), out.end(), [&](double o) { return std::abs(o - d) < kBinS; });
      if (!known) out.push_back(d);
      if (out.size() == kShiftsMax) break;
    }
    return out;
  }

  Shift at(double shift_s) const {
    const double place_s = air_.place_sd_m / air_.sound_speed_m_s;
    Shift out{shift_s, {}};
    for (const auto& e : expected_) {
      double odds = 0;  // of what was heard around the time, against chance
      const double own = e.common_s2 + e.own_s2 + place_s * place_s;
      const double middle = e.time_s + shift_s;
      const double gate = 4 * std::sqrt(own) + 0.2;
      for (auto a = net_.lower_bound(s_, middle - gate);
           a < net_.end_of(s_) && net_.time_s(a) <= middle + gate; ++a) {
        const double v = own + net_.sigma_s(a) * net_.sigma_s(a);
        const double d = net_.time_s(a) - middle;
        odds += std::exp(-d * d / v / 2 - air_.log_false_rate_at(a)) /
                std::sqrt(2 * std::numbers::pi * v);
      }
      out.worth.push_back(std::log(1 - e.heard + e.heard * odds));
    }
    return out;
  }

  // The offset by effects `from` to `to`, their arrivals looked for around a shift.
  std::optional<Fit> fit(double shift_s, std::size_t from, std::size_t to) const {
    struct Reading {
      double sum = 0, east = 0, north = 0, common = 0, own = 0;
      double n = 0, last_s = 0;
    };
    std::map<std::array<std::int64_t, 2>, Reading> places;
    std::uint32_t used = net_.end_of(s_);
    Fit out;
    for (std::size_t i = from; i < to; ++i) {
      const Due& e = expected_[i];
      const auto a = nearest(e.time_s + shift_s, 3 * std::sqrt(variance(e)));
      if (a == net_.end_of(s_) || a == used) continue;
      used = a;
      Reading& r = places[e.place];
      ++r.n;
      r.sum += net_.time_s(a) - e.time_s;
      r.east += e.east;
      r.north += e.north;
      r.common += e.common_s2;
      r.own += e.own_s2 + net_.sigma_s(a) * net_.sigma_s(a);
      const bool same = r.n > 1 && e.time_s - r.last_s < kVolleyS;
      r.last_s = e.time_s;
      out.volleys += same ? 0 : 1;
      if (out.agree++ == 0) out.first_s = e.time_s;
      out.last_s = e.time_s;
    }
    if (out.agree < kAgreeing) return std::nullopt;
    // Normal equations of offset and place, {oo, oe, on, ee, en, nn}, the place solved for first.
    const double prior = 1 / (air_.place_sd_m * air_.place_sd_m);
    std::array<double, 6> n{0, 0, 0, prior, 0, prior};
    std::array<double, 3> y{};
    for (const auto& [place, r] : places) {
      const double w = 1 / (r.common / r.n + r.own / (r.n * r.n));
      const double d = r.sum / r.n, e = r.east / r.n, f = r.north / r.n;
      n[0] += w;
      n[1] += w * e;
      n[2] += w * f;
      n[3] += w * e * e;
      n[4] += w * e * f;
      n[5] += w * f * f;
      y[0] += w * d;
      y[1] += w * d * e;
      y[2] += w * d * f;
    }
    const double det = n[3] * n[5] - n[4] * n[4];
    const double pe = (n[1] * n[5] - n[2] * n[4]) / det;
    const double pn = (n[2] * n[3] - n[1] * n[4]) / det;
    out.variance_s2 = 1 / (n[0] - n[1] * pe - n[2] * pn);
    out.offset_s = out.variance_s2 * (y[0] - pe * y[1] - pn * y[2]);
    return out;
  }
  double variance(const Due& e) const {
    const double place_s = air_.place_sd_m / air_.sound_speed_m_s;
    return e.common_s2 + e.own_s2 + place_s * place_s;
  }
  // The arrival nearest to a time; end_of when none is within reach.
  std::uint32_t nearest(double time_s, double reach_s) const {
    std::uint32_t out = net_.end_of(s_);
    for (auto a = net_.lower_bound(s_, time_s - reach_s);
         a < net_.end_of(s_) && net_.time_s(a) <= time_s + reach_s; ++a) {
      if (out == net_.end_of(s_) ||
          std::abs(net_.time_s(a) - time_s) < std::abs(net_.time_s(out) - time_s))
        out = a;
    }
    return out;
  }

  // Two shifts, one after the other, if they are likelier by far than the best alone, whose worth
  // is given.
  std::optional<std::array<Fit, 2>> jump(const std::vector<Shift>& shifts, double whole) const {
    double best = whole + kLikelierJump;
    std::optional<std::array<Fit, 2>> out;
    for (const auto& before : shifts) {
      for (const auto& after : shifts) {
        if (std::abs(before.s - after.s) < kJumpS) continue;
        const auto [at, together] = split(before, after);
        if (together <= best) continue;
        const auto first = fit(before.s, 0, at), second = fit(after.s, at, expected_.size());
        if (!first || !second || first->volleys < kVolleysMin || second->volleys < kVolleysMin)
          continue;
        best = together;
        out = {*first, *second};
      }
    }
    return out;
  }
  // The likeliest first effect after a jump and the worth of both shifts together, each being
  // likelier than chance by far; no worth where there is none.
  std::pair<std::size_t, double> split(const Shift& before, const Shift& after) const {
    std::pair<std::size_t, double> out{0, -1e300};
    double head = 0, tail = worth(after, 0, expected_.size());
    for (std::size_t i = 0; i < expected_.size(); ++i) {
      if (head > kLikelier && tail > kLikelier && head + tail > out.second) out = {i, head + tail};
      head += before.worth[i];
      tail -= after.worth[i];
    }
    return out;
  }

  // From when to when it spoke and nothing that it said was of an effect, by any shift.
  std::optional<Deafness> unmatched(const std::vector<Shift>& shifts) const {
    constexpr std::uint32_t kSaidMin = 8;
    std::vector<double> sums(shifts.size(), 0);
    double least = -kLikelier;
    std::size_t from = expected_.size();
    for (std::size_t i = expected_.size(); i-- > 0;) {
      double most = -1e300;
      for (std::size_t k = 0; k < shifts.size(); ++k) {
        sums[k] += shifts[k].worth[i];
        most = std::max(most, sums[k]);
      }
      if (most >= least) continue;
      least = most;
      from = i;
    }
    if (from == expected_.size()) return std::nullopt;
    const auto first = net_.lower_bound(s_, expected_[from].time_s);
    if (net_.end_of(s_) - first < kSaidMin) return std::nullopt;
    return Deafness{s_, net_.time_s(first), net_.time_s(net_.end_of(s_) - 1)};
  }

  std::uint32_t s_;
  const Network& net_;
  const Air& air_;
  std::vector<Due> expected_;
};

std::int64_t square_of(double v_m) {
  return static_cast<std::int64_t>(std::floor(std::clamp(v_m / kSamePlaceM, -1e9, 1e9)));
}

struct Expecting {
  std::vector<std::uint32_t> near;
  std::vector<std::pair<std::uint32_t, Due>> of_sensors;
};

void expect(const Fitted& f, const Network& net, const Air& air, Expecting& out) {
  if (f.hits.size() < kSureHitsMin) return;
  const auto& c = f.covariance;
  const auto wide = widened(f, net, air);
  out.near.clear();
  net.within(f.x_m, f.y_m, air.range_m(f.source_db), out.near);
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  auto hit = f.hits.begin();  // like the sensors, ascending
  for (const auto s : out.near) {
    const SensorState& at = air.sensor[s];
    const Path p = air.path(here, s);
    const double heard = air.detection(f.source_db - air.loss_db(p) - at.noise_db);
    if (heard < kHeardMin || !at.hears(f.t_s)) continue;
    const double gx = -p.ux / p.speed_m_s, gy = -p.uy / p.speed_m_s;
    const auto spread = [&](const std::array<double, 6>& v) {
      return gx * (gx * v[0] + 2 * gy * v[1] + 2 * v[3]) + gy * (gy * v[2] + 2 * v[4]) + v[5];
    };
    const double more = std::max(0.0, spread(wide) - spread(c));
    double common = spread(c), late = 0;
    while (hit != f.hits.end() && net.sensor_of(*hit) < s) ++hit;
    if (hit != f.hits.end() && net.sensor_of(*hit) == s) {
      if (f.hits.size() <= kSureHitsMin) continue;
      const double r = air.time_variance(p, net.sigma_s(*hit), s);
      if (common > 0.9 * r) continue;  // it stands on this sensor alone
      late = -common * (net.time_s(*hit) - f.t_s - p.time_s) / (r - common);
      common *= r / (r - common);
    }
    if (!(common >= 0) || !std::isfinite(common + more + late)) continue;
    const double path = air.path_error * p.travel_s;
    const double moved =
        (p.ux * (net.sensor(s).x_m - at.x_m) + p.uy * (net.sensor(s).y_m - at.y_m)) / p.speed_m_s;
    out.of_sensors.push_back(
        {s,
         {f.t_s + p.travel_s + moved + late,
          common + more + air.path_shared * path * path,
          (1 - air.path_shared) * path * path + air.path_floor_s * air.path_floor_s,
          heard,
          p.ux / p.speed_m_s,
          p.uy / p.speed_m_s,
          {square_of(f.x_m), square_of(f.y_m)}}});
  }
}

// What each sensor should have heard of the surest effects, each placed without it.
std::vector<std::vector<Due>> expected_of(const std::vector<Fitted>& effects, const Network& net,
                                          const Air& air, unsigned threads) {
  const auto pieces =
      in_pieces(effects.size(), 128, threads, Expecting{},
                [&](Expecting& piece, std::size_t i) { expect(effects[i], net, air, piece); });
  std::vector<std::vector<Due>> out(net.sensors());
  for (const auto& piece : pieces) {
    for (const auto& [s, due] : piece.of_sensors) out[s].push_back(due);
  }
  return out;
}

// What the offsets of clocks that are well scatter by beyond what was said of each, as a variance
// that all have on top: by the median of squares, so that the larger half may be off as they like.
double excess_s2(const std::vector<Judged>& judged) {
  constexpr double kMedian = 0.4549;  // of the square of a standard normal
  std::vector<double> squares;
  const auto median_with = [&](double more_s2) {
    squares.clear();
    for (const auto& j : judged) {
      if (j.whole)
        squares.push_back(j.whole->offset_s * j.whole->offset_s / (j.whole->variance_s2 + more_s2));
    }
    if (squares.empty()) return 0.0;
    const auto middle = squares.begin() + static_cast<std::ptrdiff_t>(squares.size() / 2);
    std::nth_element(squares.begin(), middle, squares.end());
    return *middle;
  };
  double low = 0, high = 1;
  if (median_with(low) <= kMedian) return 0;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (median_with(middle) > kMedian ? low : high) = middle;
  }
  return high;
}

}  // namespace

ClockWords clocks_of(const std::vector<Fitted>& effects, const Network& net, const Air& air,
                     unsigned threads) {
  const auto expected = expected_of(effects, net, air, threads);
  std::vector<Judged> judged(net.sensors());
  parallel_for(net.sensors(), threads, [&](std::size_t s) {
    judged[s] = ClockJudge(static_cast<std::uint32_t>(s), net, air, expected[s]).judge();
  });
  const double more_s2 = excess_s2(judged);
  ClockWords out;
  for (std::uint32_t s = 0; s < net.sensors(); ++s) {
    const Judged& j = judged[s];
    if (j.whole) {
      const double sigma = std::sqrt(j.whole->variance_s2 + more_s2);
      out.fitted.push_back({s, j.whole->offset_s, sigma});
      if (std::abs(j.whole->offset_s) > std::max(kClockOffS, kTellingSigmas * sigma))
        out.off.push_back({s, j.whole->offset_s, sigma});
    }
    if (j.parts) {
      const auto& [before, after] = *j.parts;
      const double by = after.offset_s - before.offset_s;
      const double sigma = std::sqrt(before.variance_s2 + after.variance_s2 + 2 * more_s2);
      if (std::abs(by) > std::max(kJumpS, kTellingSigmas * sigma))
        out.jumped.push_back({s, before.last_s, after.first_s, by, sigma});
    }
    if (j.unmatched) out.unmatched.push_back(*j.unmatched);
  }
  return out;
}

}  // namespace truce::fuse
