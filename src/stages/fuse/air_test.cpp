#include "stages/fuse/internal/air.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace truce::fuse {
namespace {

SoundScene corners() {
  SoundScene scene;
  scene.sensors = {{0, 0, 50}, {40'000, 0, 52}, {0, 30'000, 47}, {40'000, 30'000, 50}};
  scene.end_s = 3600;
  return scene;
}

WindField::Value linear(double x, double y, double t) {
  return {2 + x / 9000 - y / 7000 + t / 800, -3 - x / 8000 + t / 1200, 0.5 + y / 20'000};
}

// Knots lie every so many metres and seconds; each is given what `linear` says where it lies.
void fill(WindField& wind, double step_m, double step_s) {
  for (double x = 0; x <= 40'000; x += step_m) {
    for (double y = 0; y <= 30'000; y += step_m) {
      for (double t = 0; t <= 3600; t += step_s) {
        const auto s = wind.stencil(x, y, t);
        for (std::size_t c = 0; c < WindField::kCorners; ++c) {
          if (s.weight[c] > 0.99) wind.knot(s.knot[c]) = linear(x, y, t);
        }
      }
    }
  }
}

TEST(WindField, is_exact_where_the_wind_is_linear_in_place_and_time) {
  const Network net(corners());
  WindField wind(net, 10'000, 900);
  ASSERT_EQ(wind.knots(), 5U * 4U * 5U);
  fill(wind, 10'000, 900);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> unit(0, 1);
  for (int i = 0; i < 500; ++i) {
    const double x = 40'000 * unit(random), y = 30'000 * unit(random), t = 3600 * unit(random);
    const auto at = wind.at(wind.stencil(x, y, t));
    const auto expected = linear(x, y, t);
    for (std::size_t d = 0; d < 3; ++d) ASSERT_NEAR(at[d], expected[d], 1e-6);
  }
}

TEST(WindField, beyond_its_knots_is_what_it_is_at_the_edge) {
  const Network net(corners());
  WindField wind(net, 10'000, 900);
  fill(wind, 10'000, 900);
  const auto at = wind.at(wind.stencil(90'000, -9'000, 1e6));
  const auto edge = linear(40'000, 0, 3600);
  for (std::size_t d = 0; d < 3; ++d) EXPECT_NEAR(at[d], edge[d], 1e-6);
}

TEST(WindField, pairs_every_knot_with_its_neighbours) {
  const Network net(corners());
  const WindField wind(net, 10'000, 900);
  EXPECT_EQ(wind.neighbours_in_place().size(), 5U * (4U * 4U + 5U * 3U));
  EXPECT_EQ(wind.neighbours_in_time().size(), 5U * 4U * 4U);
}

TEST(Air, takes_the_distance_over_the_speed_to_a_sensor) {
  const Network net(corners());
  Air air(net, {}, 340);
  const Path still = air.path(air.origin(24'000, 18'000, 60), 0);
  EXPECT_NEAR(still.distance_m, 30'000, 1e-9);
  EXPECT_NEAR(still.time_s, 30'000 / 340.0, 1e-9);
  EXPECT_NEAR(still.ux, -0.8, 1e-12);
  EXPECT_NEAR(still.uy, -0.6, 1e-12);
  air.wind.knot(0) = {5, -10, 1.5};
  air.sensor[0].clock_s = 0.25;
  air.retabulate();
  const Path windy = air.path(air.origin(24'000, 18'000, 60), 0);
  EXPECT_NEAR(windy.along_m_s, -0.8 * 5 + 0.6 * 10, 1e-9);
  EXPECT_NEAR(windy.travel_s, 30'000 / (340 + 1.5 + 2), 1e-9);
  EXPECT_NEAR(windy.time_s, windy.travel_s + 0.25, 1e-12);
}

TEST(Air, a_path_has_the_mean_of_the_wind_at_its_ends) {
  const Network net(corners());
  Air air(net, {}, 340);
  air.wind = WindField(net, 10'000, 900);
  fill(air.wind, 10'000, 900);
  air.retabulate();
  const double t = 1234;
  const auto here = linear(24'000, 18'000, t);
  const auto there = linear(0, 0, t);
  const double along = -0.8 * (here[0] + there[0]) / 2 - 0.6 * (here[1] + there[1]) / 2;
  const Path p = air.path(air.origin(24'000, 18'000, t), 0);
  EXPECT_NEAR(p.along_m_s, along, 1e-6);
  EXPECT_NEAR(p.travel_s, 30'000 / (340 + (here[2] + there[2]) / 2 + along), 1e-6);
}

TEST(Air, loses_more_with_distance_and_less_down_the_wind) {
  const Network net(corners());
  Air air(net, {}, 340);
  air.level_per_wind_db = 0.5;
  double before = -1;
  for (double d = 10; d < 100'000; d *= 1.1) {
    const double loss = air.loss_db({.distance_m = d});
    EXPECT_GT(loss, before);
    EXPECT_NEAR(loss, 20 * std::log10(d) + air.attenuation_db_m * d, 0.02) << d;
    before = loss;
  }
  EXPECT_NEAR(air.loss_db({.distance_m = 5000}) - air.loss_db({.distance_m = 5000, .along_m_s = 4}),
              2, 1e-9);
}

TEST(Air, hears_the_louder_the_surer_and_the_farther) {
  const Network net(corners());
  const Air air(net, {}, 340);
  for (double snr = -50; snr < 80; snr += 0.37) {
    EXPECT_LE(air.detection(snr), air.detection(snr + 0.37));
    EXPECT_LE(air.miss_slope(snr), 1e-12);
    EXPECT_NEAR(air.log_miss(snr), std::log1p(-air.detection(snr)), 2e-3);
  }
  EXPECT_NEAR(air.detection(air.snr_half_db), air.detection_cap / 2, 1e-12);
  for (double db = 70; db < 250; db += 1) EXPECT_LE(air.range_m(db), air.range_m(db + 1));
}

// A density over the error in sigmas: all of it together is one, and far out the strays are left.
TEST(Air, takes_times_for_normal_but_for_a_few_strays) {
  const Network net(corners());
  const Air air(net, {.stray_share = 0.05}, 340);
  double sum = 0, square = 0;
  for (double z = -60; z <= 60; z += 0.01) {
    const double density = std::exp(air.log_stray(z * z)) / std::sqrt(2 * std::numbers::pi) * 0.01;
    sum += density;
    square += density * z * z;
  }
  EXPECT_NEAR(sum, 1, 2e-3);
  EXPECT_NEAR(square, 0.95 + 0.05 * 25, 0.02);
  EXPECT_NEAR(air.log_stray(400), std::log(0.05 / 5) - 0.5 * 400 / 25, 1e-9);
  EXPECT_NEAR(air.stray_inflation(100), 25, 1e-6);
  double before = 1;
  for (double q = 0; q < 60; q += 0.3) {
    EXPECT_GE(air.stray_inflation(q) + 1e-9, before);
    before = air.stray_inflation(q);
  }
}

TEST(SensorState, hears_nothing_from_the_first_moment_of_deafness_to_before_its_last) {
  SensorState s;
  s.deaf = {{10, 20}, {30, 31}};
  EXPECT_TRUE(s.hears(9.9));
  EXPECT_FALSE(s.hears(10));
  EXPECT_FALSE(s.hears(30.5));
  EXPECT_TRUE(s.hears(20));
}

}  // namespace
}  // namespace truce::fuse
