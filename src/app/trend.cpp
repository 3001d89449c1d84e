#include "app/trend.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/result.h"

namespace truce::app {

namespace {

constexpr double kTail = 0.025;  // on either side

// The chance of at most k of n, each with chance p.
double binomial_at_most(std::int64_t k, std::int64_t n, double p) {
  if (k >= n) return 1;
  if (k < 0 || p >= 1) return 0;
  if (p <= 0) return 1;
  const double log_odds = std::log(p) - std::log1p(-p);
  const auto nd = static_cast<double>(n);
  double sum = 0;
  for (std::int64_t i = 0; i <= k; ++i) {
    const auto id = static_cast<double>(i);
    sum += std::exp(std::lgamma(nd + 1) - std::lgamma(id + 1) - std::lgamma(nd - id + 1) +
                    id * log_odds + nd * std::log1p(-p));
  }
  return std::min(1.0, sum);
}

// Where a function that falls from 1 to 0 over [0, 1] passes `level`.
template <class F>
double falls_to(double level, F f) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (f(middle) > level ? low : high) = middle;
  }
  return (low + high) / 2;
}

double odds(double p) { return p >= 1 ? std::numeric_limits<double>::infinity() : p / (1 - p); }

// Minus twice the log likelihood of a stretch at its own rate, up to what all cuts share.
double cost(const std::vector<double>& sums, std::size_t first, std::size_t last) {
  const double sum = sums[last] - sums[first];
  return sum <= 0 ? 0 : -2 * sum * std::log(sum / static_cast<double>(last - first));
}

}  // namespace

std::string_view to_string(TrendWord word) {
  switch (word) {
    case TrendWord::kTooFew:
      return "too_few";
    case TrendWord::kDown:
      return "down";
    case TrendWord::kLevel:
      return "level";
    case TrendWord::kUp:
      return "up";
  }
  return {};
}

Trend trend_of(std::int64_t before, double days_before, std::int64_t after, double days_after) {
  TRUCE_ENSURE(before >= 0 && after >= 0 && days_before > 0 && days_after > 0);
  const std::int64_t n = before + after;
  const double per_day = days_before / days_after;
  Trend out;
  out.ratio = {0, 1, std::numeric_limits<double>::infinity()};
  if (n > 0) {
    const double low = after == 0 ? 0 : falls_to(1 - kTail, [&](double p) {
      return binomial_at_most(after - 1, n, p);
    });
    const double high =
        before == 0 ? 1 : falls_to(kTail, [&](double p) { return binomial_at_most(after, n, p); });
    const double best = static_cast<double>(after) / static_cast<double>(n);
    out.ratio = {odds(low) * per_day, odds(best) * per_day, odds(high) * per_day};
  }
  if (n < kTrendCountMin) return out;
  out.word = TrendWord::kLevel;
  if (out.ratio.low > 1 && out.ratio.best >= kTrendRatioMin) out.word = TrendWord::kUp;
  if (out.ratio.high < 1 && out.ratio.best <= 1 / kTrendRatioMin) out.word = TrendWord::kDown;
  return out;
}

std::vector<Stretch> stretches_of(const std::vector<std::int64_t>& counts) {
  const std::size_t n = counts.size();
  TRUCE_ENSURE(n <= kCountsMax);
  if (n == 0) return {};
  std::vector<double> sums(n + 1);
  for (std::size_t i = 0; i < n; ++i) sums[i + 1] = sums[i] + static_cast<double>(counts[i]);
  const double penalty = kChangePenalty * std::log(static_cast<double>(n));
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<double> best(n + 1, kNever);  // of the first so many, with a penalty for each stretch
  std::vector<std::size_t> from(n + 1, 0);
  best[0] = 0;
  std::vector<std::size_t> open{0};  // where the last stretch may begin
  for (std::size_t end = 1; end <= n; ++end) {
    if (end >= kStretchMin + kStretchMin) open.push_back(end - kStretchMin);
    for (const std::size_t first : open) {
      if (end - first < std::min(kStretchMin, n)) continue;
      const double whole = best[first] + cost(sums, first, end) + penalty;
      if (whole < best[end]) best[end] = whole, from[end] = first;
    }
    std::erase_if(open, [&](std::size_t first) {
      return best[end] < kNever && best[first] + cost(sums, first, end) > best[end];
    });
  }
  std::vector<Stretch> out;
  for (std::size_t end = n; end > 0; end = from[end]) {
    const auto length = static_cast<double>(end - from[end]);
    out.push_back({from[end], end, (sums[end] - sums[from[end]]) / length});
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace truce::app
