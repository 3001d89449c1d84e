#include "stages/fuse/internal/same_blasts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <tuple>

namespace truce::fuse {

namespace {

constexpr double kSquareMax = 25;    // squared sigmas apart beyond which nothing is one blast
constexpr double kMarginM = 20'000;  // around what was felt, where it might have been too
constexpr double kMarginS = 600;
using Symmetric = std::array<double, 6>;  // xx, xy, yy, xt, yt, tt
using Vector = std::array<double, 3>;

double determinant(const Symmetric& m) {
  return m[0] * (m[2] * m[5] - m[4] * m[4]) - m[1] * (m[1] * m[5] - m[3] * m[4]) +
         m[3] * (m[1] * m[4] - m[2] * m[3]);
}

Symmetric inverse(const Symmetric& m, double det) {
  return {(m[2] * m[5] - m[4] * m[4]) / det, (m[3] * m[4] - m[1] * m[5]) / det,
          (m[0] * m[5] - m[3] * m[3]) / det, (m[1] * m[4] - m[2] * m[3]) / det,
          (m[1] * m[3] - m[0] * m[4]) / det, (m[0] * m[2] - m[1] * m[1]) / det};
}

Vector times(const Symmetric& m, const Vector& v) {
  return {m[0] * v[0] + m[1] * v[1] + m[3] * v[2], m[1] * v[0] + m[2] * v[1] + m[4] * v[2],
          m[3] * v[0] + m[4] * v[1] + m[5] * v[2]};
}

Symmetric sum(const Symmetric& a, const Symmetric& b) {
  Symmetric out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] + b[i];
  return out;
}

// Of effects that the ground told of, per m² and s, as though they lay evenly.
double density_of(const std::vector<LocatedEffect>& felt) {
  std::array<double, 2> x{1e300, -1e300}, y = x, t = x;
  const auto widen = [](std::array<double, 2>& range, double v) {
    range = {std::min(range[0], v), std::max(range[1], v)};
  };
  for (const auto& e : felt) {
    widen(x, e.x_m);
    widen(y, e.y_m);
    widen(t, e.time_s);
  }
  return static_cast<double>(felt.size()) /
         ((x[1] - x[0] + kMarginM) * (y[1] - y[0] + kMarginM) * (t[1] - t[0] + kMarginS));
}

// Log density of the difference of the two, were they one; nothing where they are too far apart.
std::optional<double> log_density(const LocatedEffect& a, const LocatedEffect& b) {
  const Symmetric c = sum(a.covariance, b.covariance);
  const Vector d{a.x_m - b.x_m, a.y_m - b.y_m, a.time_s - b.time_s};
  const double det = determinant(c);
  if (!(det > 0) || !std::isfinite(det)) return {};
  const Vector cd = times(inverse(c, det), d);
  const double square = d[0] * cd[0] + d[1] * cd[1] + d[2] * cd[2];
  if (!(square < kSquareMax)) return {};
  return -0.5 * (square + std::log(det) + 3 * std::log(2 * std::numbers::pi));
}

}  // namespace

std::vector<std::optional<std::size_t>> same_blasts(const std::vector<LocatedEffect>& heard,
                                                    const std::vector<LocatedEffect>& felt) {
  std::vector<std::optional<std::size_t>> out(heard.size());
  if (felt.empty()) return out;
  const double by_chance = std::log(density_of(felt));
  std::vector<std::size_t> by_time(heard.size());
  for (std::size_t i = 0; i < by_time.size(); ++i) by_time[i] = i;
  std::sort(by_time.begin(), by_time.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(heard[a].time_s, a) < std::tie(heard[b].time_s, b);
  });
  std::vector<std::tuple<double, std::size_t, std::size_t>> pairs;  // minus log odds, both
  double widest_s = 0;
  for (const auto& e : heard) widest_s = std::max(widest_s, e.covariance[5]);
  for (std::size_t k = 0; k < felt.size(); ++k) {
    const double reach = std::sqrt(kSquareMax * (widest_s + felt[k].covariance[5]));
    auto at = std::lower_bound(by_time.begin(), by_time.end(), felt[k].time_s - reach,
                               [&](std::size_t i, double t) { return heard[i].time_s < t; });
    for (; at != by_time.end() && heard[*at].time_s <= felt[k].time_s + reach; ++at) {
      const auto density = log_density(heard[*at], felt[k]);
      if (density && *density > by_chance) pairs.emplace_back(by_chance - *density, *at, k);
    }
  }
  std::sort(pairs.begin(), pairs.end());
  std::vector<char> taken(felt.size(), 0);
  for (const auto& [odds, i, k] : pairs) {
    if (out[i] || taken[k] != 0) continue;
    out[i] = k;
    taken[k] = 1;
  }
  return out;
}

LocatedEffect together(const LocatedEffect& heard, const LocatedEffect& felt) {
  LocatedEffect out = heard;
  // heard + C₁ C⁻¹ (felt − heard), of covariance C₁ − C₁ C⁻¹ C₁, C being C₁ + C₂.
  const Symmetric& own = heard.covariance;
  const Symmetric c = sum(own, felt.covariance);
  const Symmetric known = inverse(c, determinant(c));
  const Vector d{felt.x_m - heard.x_m, felt.y_m - heard.y_m, felt.time_s - heard.time_s};
  const Vector step = times(own, times(known, d));
  out.x_m += step[0];
  out.y_m += step[1];
  out.time_s += step[2];
  const Vector x = times(own, times(known, {own[0], own[1], own[3]}));
  const Vector y = times(own, times(known, {own[1], own[2], own[4]}));
  const Vector t = times(own, times(known, {own[3], own[4], own[5]}));
  out.covariance = {own[0] - x[0], own[1] - x[1], own[2] - y[1],
                    own[3] - x[2], own[4] - y[2], own[5] - t[2]};
  out.log_odds = std::max(heard.log_odds, felt.log_odds);
  return out;
}

}  // namespace truce::fuse
