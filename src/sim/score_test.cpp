#include "sim/score.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "sim/assignment.h"
#include "sim/gospa.h"

namespace truce::sim {
namespace {

std::vector<std::uint32_t> from_to(std::uint32_t first, std::uint32_t end) {
  std::vector<std::uint32_t> out;
  for (auto i = first; i < end; ++i) out.push_back(i);
  return out;
}

TrueEffect effect(std::vector<std::uint32_t> arrivals, double x = 0, double time = 0) {
  return {std::move(arrivals), x, 0, time};
}
ScoredEffect report(std::vector<std::uint32_t> arrivals, double x = 0, double time = 0) {
  return {std::move(arrivals), x, 0, time, {}, {}};
}

std::vector<std::array<double, 2>> square(double half_m) {
  return {{-half_m, -half_m}, {half_m, -half_m}, {half_m, half_m}, {-half_m, half_m}};
}

TEST(Score, finds_an_effect_at_six_tenths_and_not_below) {
  const std::vector<TrueEffect> truth = {effect(from_to(0, 10))};
  EXPECT_EQ(score_scene({report(from_to(0, 6))}, truth).counts.found, 1U);
  EXPECT_EQ(score_scene({report(from_to(0, 5))}, truth).counts.found, 0U);
  // The larger of the two counts: ten of its own and seven of nobody's.
  EXPECT_EQ(score_scene({report(from_to(0, 16))}, truth).counts.found, 1U);
  EXPECT_EQ(score_scene({report(from_to(0, 17))}, truth).counts.found, 0U);
}

TEST(Score, counts_recall_and_precision_from_five_arrivals_on) {
  const std::vector<TrueEffect> truth = {effect(from_to(0, 5)), effect(from_to(5, 9)),
                                         effect(from_to(9, 20)), effect(from_to(20, 30))};
  // Finds the first with four; the second, of four, with five; the third not at all.
  auto second = from_to(5, 9);
  second.push_back(90);
  const auto s = score_scene({report(from_to(0, 4)), report(second), report(from_to(50, 58)),
                              report(from_to(20, 30)), report(from_to(60, 63))},
                             truth);
  EXPECT_EQ(s.counts.true_effects, 3U);
  EXPECT_EQ(s.counts.found, 2U);
  EXPECT_EQ(s.counts.reported, 3U);
  EXPECT_EQ(s.counts.right, 2U);
  EXPECT_DOUBLE_EQ(s.recall, 2.0 / 3);
  EXPECT_DOUBLE_EQ(s.precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(s.f1, 2.0 / 3);
}

TEST(Score, gives_a_doubled_report_no_second_find) {
  const std::vector<TrueEffect> truth = {effect(from_to(0, 8))};
  const auto s = score_scene({report(from_to(0, 8)), report(from_to(0, 8))}, truth);
  EXPECT_DOUBLE_EQ(s.recall, 1);
  EXPECT_DOUBLE_EQ(s.precision, 0.5);
}

TEST(Score, takes_an_arrival_named_twice_for_one) {
  auto twice = from_to(0, 5);
  for (const auto a : from_to(0, 5)) twice.push_back(a);
  EXPECT_DOUBLE_EQ(score_scene({report(twice)}, {effect(from_to(0, 5))}).f1, 1);
}

TEST(Score, of_nothing_reported_where_nothing_was_is_perfect_and_else_zero) {
  EXPECT_DOUBLE_EQ(score_scene({}, {}).f1, 1);
  EXPECT_DOUBLE_EQ(score_scene({}, {effect(from_to(0, 9))}).f1, 0);
  EXPECT_DOUBLE_EQ(score_scene({report(from_to(0, 9))}, {}).f1, 0);
}

TEST(Score, measures_places_and_regions_of_what_was_found) {
  std::vector<TrueEffect> truth;
  std::vector<ScoredEffect> reports;
  for (std::uint32_t i = 0; i < 5; ++i) {
    truth.push_back(effect(from_to(i * 10, i * 10 + 6), 100.0 * i));
    reports.push_back(report(from_to(i * 10, i * 10 + 6), 0));
    reports.back().region90 = square(250);
    if (i > 0) reports.back().region50 = square(150);
  }
  reports.push_back(report(from_to(90, 99)));  // of nothing: counts for no place
  reports.back().region90 = square(1e6);
  const auto s = score_scene(reports, truth);
  EXPECT_EQ(s.counts.located, 5U);
  EXPECT_DOUBLE_EQ(s.location_p50_m, 200);
  EXPECT_DOUBLE_EQ(s.location_p90_m, 360);
  EXPECT_EQ(s.counts.regions90, 5U);
  EXPECT_DOUBLE_EQ(s.coverage90, 0.6);
  EXPECT_EQ(s.counts.regions50, 4U);
  EXPECT_DOUBLE_EQ(s.coverage50, 0.25);
}

TEST(Score, pools_counts_and_not_averages) {
  const auto good = score_scene({report(from_to(0, 8))}, {effect(from_to(0, 8), 10)});
  std::vector<TrueEffect> three;
  for (std::uint32_t i = 0; i < 3; ++i) three.push_back(effect(from_to(i * 8, i * 8 + 8), 1e5));
  const auto pooled = pool({good, score_scene({}, three)});
  EXPECT_DOUBLE_EQ(pooled.recall, 0.25);
  EXPECT_DOUBLE_EQ(pooled.precision, 1);
  EXPECT_DOUBLE_EQ(pooled.location_p50_m, 10);
  EXPECT_EQ(pooled.counts.gospa_missed, 3U);
}

TEST(Score, of_counts_charges_width_and_twenty_for_each_missed) {
  const auto s =
      score_counts({{3, 5, false, 4}, {3, 5, false, 7}, {2, 0, true, 9}, {2, 0, true, 1}});
  EXPECT_EQ(s.intervals, 4U);
  EXPECT_EQ(s.held, 2U);
  EXPECT_EQ(s.unbounded, 2U);
  EXPECT_DOUBLE_EQ(s.coverage, 0.5);
  EXPECT_DOUBLE_EQ(s.interval_score, (2 + 2 + 40) / 2.0);
}

TEST(Gospa, charges_half_the_cutoff_for_each_point_left_alone) {
  const auto g = gospa({{0, 0, 0}, {5000, 0, 0}}, {{30, 40, 0}, {0, 9000, 0}, {0, 0, 7000}}, 1000);
  EXPECT_DOUBLE_EQ(g.location_m, 50);
  EXPECT_EQ(g.missed, 2U);
  EXPECT_EQ(g.invented, 1U);
  EXPECT_DOUBLE_EQ(g.total_m, 50 + 500 * 3);
}

TEST(Gospa, pairs_for_the_sum_and_not_greedily) {
  // Greedy takes 0 with 1 and leaves 900 apart; the best sum is 400 + 400.
  const auto g = gospa({{0, 0, 0}, {500, 0, 0}}, {{100, 0, 0}, {-400, 0, 0}}, 1000);
  EXPECT_DOUBLE_EQ(g.location_m, 800);
}

// Every choice of columns, one row after another.
double cheapest(const std::vector<std::vector<Partner>>& rows, std::size_t row, unsigned taken,
                double alone) {
  if (row == rows.size()) return 0;
  double best = alone + cheapest(rows, row + 1, taken, alone);
  for (const auto& p : rows[row]) {
    if ((taken >> p.column & 1U) == 0)
      best = std::min(best, p.cost + cheapest(rows, row + 1, taken | 1U << p.column, alone));
  }
  return best;
}

TEST(Assignment, costs_what_trying_everything_costs) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 3000; ++round) {
    const std::size_t columns = random() % 7;
    std::vector<std::vector<Partner>> rows(random() % 7);
    for (auto& row : rows) {
      for (std::uint32_t c = 0; c < columns; ++c) {
        if (random() % 2 == 0) row.push_back({c, static_cast<double>(random() % 20)});
      }
    }
    const double alone = static_cast<double>(random() % 15);
    const auto got = assign(rows, columns, alone);
    double cost = 0;
    unsigned taken = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      if (got[r] == kAlone) {
        cost += alone;
        continue;
      }
      ASSERT_EQ(taken >> got[r] & 1U, 0U) << "a column twice, round " << round;
      taken |= 1U << got[r];
      const auto it = std::find_if(rows[r].begin(), rows[r].end(),
                                   [&](const Partner& p) { return p.column == got[r]; });
      ASSERT_NE(it, rows[r].end()) << "a pair nobody offered, round " << round;
      cost += it->cost;
    }
    ASSERT_DOUBLE_EQ(cost, cheapest(rows, 0, 0, alone)) << "round " << round;
  }
}

TEST(Naming, counts_what_is_right_and_what_is_right_of_its_effect) {
  const std::vector<std::string> cause = {"direct", "shock", "shock", "echo", "false", "shock"};
  const std::vector<std::int32_t> of = {-1, 4, 5, 4, -1, -1};
  // Report 0 finds effect 4, report 1 finds none.
  const auto s = score_naming({{1, 2, 3, 5}, {4}}, {{0, 4}}, {cause, of}, "shock");
  EXPECT_EQ(s.named, 5U);
  EXPECT_EQ(s.right, 3U);
  EXPECT_EQ(s.matched, 2U) << "of one shock it is not known whose it is";
  EXPECT_EQ(s.at_home, 1U);
  EXPECT_EQ(s.all, 3U);
  const auto twice = s + s;
  EXPECT_DOUBLE_EQ(twice.precision(), 0.6);
  EXPECT_DOUBLE_EQ(twice.recall(), 1);
  EXPECT_DOUBLE_EQ(twice.right_effect(), 0.5);
  EXPECT_DOUBLE_EQ(NamingScore{}.precision(), 1);
}

TEST(Quantile, is_linear_between_ranks) {
  EXPECT_DOUBLE_EQ(quantile({}, 0.5), 0);
  EXPECT_DOUBLE_EQ(quantile({4}, 0.9), 4);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({0, 10}, 0.9), 9);
}

}  // namespace
}  // namespace truce::sim
