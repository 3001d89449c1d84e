#include "stages/fuse/internal/travel_time.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace truce::fuse {
namespace {

TEST(TravelTime, over_one_layer_is_distance_over_speed) {
  const std::vector<GroundLayer> half{{0, 5800, 3360}};
  const TravelTimes p(half, PickPhase::kP), s(half, PickPhase::kS);
  for (const double d : {0.0, 1.0, 29'000.0, 3e6}) {
    EXPECT_DOUBLE_EQ(p.at(d).time_s, d / 5800);
    EXPECT_DOUBLE_EQ(s.at(d).time_s, d / 3360);
    EXPECT_DOUBLE_EQ(s.at(d).slowness_s_m, 1 / 3360.0);
  }
}

// Two layers: the head wave comes first beyond 2h √((v₂+v₁)/(v₂−v₁)), delayed by 2h cos(i)/v₁ with
// sin(i) = v₁/v₂.
TEST(TravelTime, over_two_layers_crosses_over_where_the_textbook_says) {
  const double h = 10'000, v1 = 5000, v2 = 7000;
  const TravelTimes p({{0, v1, 2900}, {h, v2, 4000}}, PickPhase::kP);
  const double crossover = 2 * h * std::sqrt((v2 + v1) / (v2 - v1));
  const double delay = 2 * h * std::cos(std::asin(v1 / v2)) / v1;
  EXPECT_DOUBLE_EQ(p.at(crossover * 0.999).time_s, crossover * 0.999 / v1);
  EXPECT_NEAR(p.at(crossover * 1.001).time_s, crossover * 1.001 / v2 + delay, 1e-9);
  EXPECT_NEAR(p.at(crossover).time_s, crossover / v1, 1e-9);
  EXPECT_DOUBLE_EQ(p.at(2 * crossover).slowness_s_m, 1 / v2);
  EXPECT_DOUBLE_EQ(p.top_m_s(), v1);
}

// Three layers: two terms of delay, each with its own angle.
TEST(TravelTime, over_three_layers_takes_the_time_of_both_above) {
  const TravelTimes s({{0, 5500, 3180}, {12'000, 6300, 3640}, {32'000, 8000, 4500}}, PickPhase::kS);
  const double d = 300'000;
  const double expected = d / 4500 + 2 * 12'000 * std::cos(std::asin(3180 / 4500.0)) / 3180 +
                          2 * 20'000 * std::cos(std::asin(3640 / 4500.0)) / 3640;
  EXPECT_NEAR(s.at(d).time_s, expected, 1e-9);
}

TEST(TravelTime, a_slower_layer_sends_no_head_wave_but_delays_those_from_below) {
  const TravelTimes p({{0, 6000, 3400}, {5000, 4000, 2300}, {9000, 8000, 4600}}, PickPhase::kP);
  const double d = 200'000;
  const double expected = d / 8000 + 2 * 5000 * std::sqrt(1 - 0.75 * 0.75) / 6000 +
                          2 * 4000 * std::sqrt(1 - 0.25) / 4000;
  EXPECT_NEAR(p.at(d).time_s, expected, 1e-9);
  EXPECT_DOUBLE_EQ(p.at(20'000).time_s, 20'000 / 6000.0);
}

// Every wave of the definition asked at every distance.
TEST(TravelTime, is_the_earliest_of_all_waves_over_layers_drawn_at_random) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> part(0, 1);
  for (int world = 0; world < 200; ++world) {
    std::vector<GroundLayer> layers;
    double depth = 0;
    for (int i = 0; i < 1 + world % 7; ++i) {
      layers.push_back({depth, 2000 + 6000 * part(random), 0});
      depth += 10 + 15'000 * part(random);
    }
    const TravelTimes table(layers, PickPhase::kP);
    for (int k = 0; k < 50; ++k) {
      const double d = 400'000 * part(random) * part(random);
      double first = d / layers[0].p_m_s;
      for (std::size_t n = 1; n < layers.size(); ++n) {
        double time = d / layers[n].p_m_s, from = 0;
        for (std::size_t i = 0; i < n; ++i) {
          const double h = layers[i + 1].depth_m - layers[i].depth_m;
          const double sine = layers[i].p_m_s / layers[n].p_m_s;
          time += 2 * h * std::sqrt(1 - sine * sine) / layers[i].p_m_s;
          from += 2 * h * sine / std::sqrt(1 - sine * sine);
          if (!(sine < 1)) from = std::numeric_limits<double>::infinity();
        }
        if (d >= from) first = std::min(first, time);
      }
      ASSERT_NEAR(table.at(d).time_s, first, 1e-9) << world << " at " << d;
    }
  }
}

}  // namespace
}  // namespace truce::fuse
