// The rule of trends and changes, held against counts whose truth is known.

#include "app/trend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

namespace truce::app {

namespace {

// What the rule says of so many pairs of counts of one rate.
double false_trends(double rate, int days, int worlds) {
  std::mt19937_64 random(7);
  std::poisson_distribution<std::int64_t> draw(rate * days);
  int said = 0;
  for (int i = 0; i < worlds; ++i) {
    const std::int64_t before = draw(random), after = draw(random);
    const TrendWord word = trend_of(before, days, after, days).word;
    said += word == TrendWord::kUp || word == TrendWord::kDown ? 1 : 0;
  }
  return static_cast<double>(said) / worlds;
}

std::vector<std::int64_t> drawn(std::mt19937_64& random, double rate, std::size_t days) {
  std::poisson_distribution<std::int64_t> draw(rate);
  std::vector<std::int64_t> out(days);
  for (auto& n : out) n = draw(random);
  return out;
}

double false_changes(double rate, std::size_t days, int worlds) {
  std::mt19937_64 random(11);
  int said = 0;
  for (int i = 0; i < worlds; ++i)
    said += stretches_of(drawn(random, rate, days)).size() > 1 ? 1 : 0;
  return static_cast<double>(said) / worlds;
}

TEST(Trend, intervals_are_those_of_clopper_and_pearson) {
  // 8 of 10: 0.4439 to 0.9748.
  const RateRatio r = trend_of(2, 1, 8, 1).ratio;
  EXPECT_NEAR(r.low, 0.4439 / (1 - 0.4439), 0.002);
  EXPECT_NEAR(r.high, 0.9748 / (1 - 0.9748), 0.2);
  EXPECT_DOUBLE_EQ(r.best, 4);
  const RateRatio none = trend_of(0, 7, 0, 7).ratio;
  EXPECT_EQ(none.low, 0);
  EXPECT_TRUE(std::isinf(none.high));
}

TEST(Trend, says_a_direction_only_of_what_can_be_told_apart) {
  EXPECT_EQ(trend_of(0, 7, 5, 7).word, TrendWord::kTooFew);
  EXPECT_EQ(trend_of(0, 7, 6, 7).word, TrendWord::kUp);
  EXPECT_EQ(trend_of(6, 7, 0, 7).word, TrendWord::kDown);
  EXPECT_EQ(trend_of(20, 7, 22, 7).word, TrendWord::kLevel);
  EXPECT_EQ(trend_of(10, 7, 30, 7).word, TrendWord::kUp);
  EXPECT_EQ(trend_of(10, 1, 30, 3).word, TrendWord::kLevel) << "the same per day";
  EXPECT_EQ(trend_of(100'000, 7, 104'000, 7).word, TrendWord::kLevel) << "sure, and small";
}

TEST(Trend, of_equal_rates_a_direction_is_said_less_than_five_times_of_a_hundred) {
  for (const double rate : {0.5, 2.0, 10.0, 60.0}) {
    const double said = false_trends(rate, 7, 4000);
    RecordProperty("per_day_" + std::to_string(rate), std::to_string(said));
    EXPECT_LE(said, 0.055) << rate;  // 0.05, and more than one standard deviation of 4,000
  }
}

TEST(Trend, the_other_way_round_gives_the_inverse) {
  const RateRatio one = trend_of(12, 5, 31, 9).ratio;
  const RateRatio other = trend_of(31, 9, 12, 5).ratio;
  EXPECT_NEAR(one.best * other.best, 1, 1e-9);
  EXPECT_NEAR(one.low * other.high, 1, 1e-6);
}

TEST(Changes, of_one_rate_a_change_is_said_at_most_six_times_of_a_hundred) {
  for (const std::size_t days : {14U, 30U, 90U, 365U}) {
    for (const double rate : {0.2, 1.0, 5.0, 30.0}) {
      const double said = false_changes(rate, days, days < 50 ? 1000 : 300);
      RecordProperty("days_" + std::to_string(days) + "_rate_" + std::to_string(rate),
                     std::to_string(said));
      EXPECT_LE(said, 0.06) << days << " days of " << rate;
    }
  }
}

TEST(Changes, a_rate_that_triples_is_found_within_two_days) {
  std::mt19937_64 random(3);
  int found = 0;
  for (int i = 0; i < 200; ++i) {
    std::vector<std::int64_t> counts = drawn(random, 4, 15);
    const auto later = drawn(random, 12, 15);
    counts.insert(counts.end(), later.begin(), later.end());
    for (const Stretch& s : stretches_of(counts))
      found += s.first >= 13 && s.first <= 17 && s.first > 0 ? 1 : 0;
  }
  EXPECT_GE(found, 190);
}

TEST(Changes, stretches_cover_all_counts_once_and_keep_their_sum) {
  std::mt19937_64 random(5);
  for (std::size_t n = 0; n < 40; ++n) {
    auto counts = drawn(random, n % 3 == 0 ? 0.1 : 3, n);
    for (std::size_t i = n / 2; i < n; ++i) counts[i] *= 9;
    std::size_t next = 0;
    double sum = 0;
    for (const Stretch& s : stretches_of(counts)) {
      EXPECT_EQ(s.first, next);
      EXPECT_GT(s.last, s.first);
      next = s.last;
      sum += s.mean * static_cast<double>(s.last - s.first);
    }
    EXPECT_EQ(next, n);
    EXPECT_NEAR(sum, static_cast<double>(std::accumulate(counts.begin(), counts.end(), 0LL)), 1e-6);
  }
}

// PELT leaves out only what cannot be best.
TEST(Changes, are_those_that_trying_every_cut_finds) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 60; ++round) {
    auto counts = drawn(random, 2, 24);
    for (std::size_t i = 8; i < 16; ++i) counts[i] *= 1 + round % 5;
    const auto cost = [&](std::size_t a, std::size_t b) {
      const auto sum = static_cast<double>(
          std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(a),
                          counts.begin() + static_cast<std::ptrdiff_t>(b), 0LL));
      return sum <= 0 ? 0.0 : -2 * sum * std::log(sum / static_cast<double>(b - a));
    };
    const double penalty = 3 * std::log(24.0);
    std::vector<double> best(25, 1e300);
    best[0] = 0;
    for (std::size_t end = 2; end <= 24; ++end) {
      for (std::size_t first = 0; first + 2 <= end; ++first)
        best[end] = std::min(best[end], best[first] + cost(first, end) + penalty);
    }
    double whole = 0;
    for (const Stretch& s : stretches_of(counts)) whole += cost(s.first, s.last) + penalty;
    EXPECT_NEAR(whole, best[24], 1e-9) << round;
  }
}

}  // namespace

}  // namespace truce::app
