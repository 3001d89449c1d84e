#include "app/trend.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <cmath>
#include <limits>

#include "base/result.h"

namespace truce::app {

namespace {

constexpr double kTail = 0.025;  // on either side

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
    const auto a = static_cast<double>(after), b = static_cast<double>(before);
    const double low = after == 0 ? 0 : boost::math::ibeta_inv(a, b + 1, kTail);
    const double high = before == 0 ? 1 : boost::math::ibeta_inv(a + 1, b, 1 - kTail);
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
