#pragma once
// Whether counts went up or down, and when they changed: docs/methods.md, "Trends and changes".
// Pure functions of the counts.

#include <cstdint>
#include <string_view>
#include <vector>

namespace truce::app {

// By what the later rate is greater than the earlier one: the ratio, with the interval that holds
// it 95 times of 100. `high` is infinite where nothing was counted before.
struct RateRatio {
  double low = 0;
  double best = 1;
  double high = 0;
};

enum class TrendWord : std::uint8_t { kTooFew, kDown, kLevel, kUp };
std::string_view to_string(TrendWord word);  // "too_few", "down", "level", "up"

struct Trend {
  TrendWord word = TrendWord::kTooFew;
  RateRatio ratio;
};

// Fewer together could not be told apart, had all been counted on one side.
inline constexpr std::int64_t kTrendCountMin = 6;
// A ratio nearer to one than this, either way, is level however sure it is.
inline constexpr double kTrendRatioMin = 1.1;

// Two counts over so many days each (> 0), as though Poisson: given their sum the later one is
// binomial (Przyborowski and Wilenski 1940), with the exact interval of Clopper and Pearson 1934.
Trend trend_of(std::int64_t before, double days_before, std::int64_t after, double days_after);

// A stretch of equal rate: counts[first] to counts[last - 1].
struct Stretch {
  std::size_t first = 0;
  std::size_t last = 0;
  double mean = 0;
};

inline constexpr std::size_t kStretchMin = 2;    // counts
inline constexpr double kChangePenalty = 3;      // times the logarithm of how many counts there are
inline constexpr std::size_t kCountsMax = 2000;  // work grows with their square at worst

// Cuts counts (at most kCountsMax, none negative) into stretches of equal rate so that minus twice
// the Poisson likelihood plus the penalty of each cut is least: exactly, by PELT (Killick,
// Fearnhead and Eckley 2012). The penalty is Schwarz's for the three numbers that a cut adds, as
// Zhang and Siegmund 2007 have it. One stretch where nothing changed; none of no counts.
std::vector<Stretch> stretches_of(const std::vector<std::int64_t>& counts);

}  // namespace truce::app
