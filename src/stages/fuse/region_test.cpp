#include "stages/fuse/internal/region.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace truce::fuse {
namespace {

using Ring = std::vector<std::array<double, 2>>;

double area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i)
    sum += ring[i][0] * ring[i + 1][1] - ring[i + 1][0] * ring[i][1];
  return sum / 2;
}

bool holds(const Ring& ring, double x, double y) {  // of a convex, counterclockwise ring
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const double ax = ring[i + 1][0] - ring[i][0], ay = ring[i + 1][1] - ring[i][1];
    if (ax * (y - ring[i][1]) - ay * (x - ring[i][0]) < 0) return false;
  }
  return true;
}

LocatedEffect long_and_oblique() {
  LocatedEffect e;
  e.x_m = 1000;
  e.y_m = -500;
  e.covariance = {40'000, 15'000, 10'000, 0, 0, 1};
  return e;
}

TEST(Region, is_a_closed_ring_counterclockwise_with_the_area_of_its_ellipse) {
  const LocatedEffect e = long_and_oblique();
  const double root = std::sqrt(40'000.0 * 10'000 - 15'000.0 * 15'000);
  for (const double r2 : {kRegion50, kRegion90}) {
    const Ring ring = region(e, r2);
    EXPECT_EQ(ring.front(), ring.back());
    EXPECT_NEAR(area(ring) / (3.14159265358979 * r2 * root), 1, 0.01);
  }
}

TEST(Region, holds_the_share_of_draws_that_it_says) {
  const LocatedEffect e = long_and_oblique();
  const Ring half = region(e, kRegion50), most = region(e, kRegion90);
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  constexpr int kDraws = 20'000;
  int in_half = 0, in_most = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double u = normal(random), v = normal(random);
    const double x = 1000 + 200 * u;
    const double y = -500 + 75 * u + std::sqrt(10'000 - 75.0 * 75) * v;
    in_half += holds(half, x, y) ? 1 : 0;
    in_most += holds(most, x, y) ? 1 : 0;
  }
  EXPECT_NEAR(in_half / static_cast<double>(kDraws), 0.5, 0.012);
  EXPECT_NEAR(in_most / static_cast<double>(kDraws), 0.9, 0.008);
}

TEST(Region, of_a_covariance_without_width_stays_a_ring_of_numbers) {
  LocatedEffect e;
  for (const auto& p : region(e, kRegion90)) EXPECT_TRUE(std::isfinite(p[0] + p[1]));
}

// Four sensors to the east and north, one arrival each, and an effect heard by all.
struct Heard {
  SoundScene scene;
  Fitted effect;
  Heard() {
    scene.sensors = {{4000, 0, 50}, {0, 5000, 50}, {3000, 3000, 50}, {5000, 2000, 50}};
    for (std::uint32_t s = 0; s < 4; ++s) scene.arrivals.push_back({s, 20, 0.05, 70});
    scene.end_s = 60;
    effect.hits = {0, 1, 2, 3};
    effect.t_s = 8;
  }
};

TEST(Widened, is_the_same_where_nothing_of_the_wind_is_unsure) {
  const Heard h;
  const Network net(h.scene);
  Air air(net, {}, 340);
  Fitted f = h.effect;
  f.covariance = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(widened(f, net, air), f.covariance);
}

// With a wind that is off by d in one way only, the covariance grows by the outer product of how
// far least squares would move the effect were the wind d.
TEST(Widened, grows_by_how_far_a_wrong_wind_moves_the_effect) {
  const Heard h;
  const Network net(h.scene);
  Air air(net, {}, 340);
  const std::array<double, 2> d{0.01, -0.02};
  Air other = air;
  other.wind.knot(0) = {d[0], d[1], 0};
  other.retabulate();
  std::vector<TimeRow> rows;
  for (const auto a : h.effect.hits) {
    const Path p = air.path(air.origin(0, 0, 8), net.sensor_of(a));
    const Path q = other.path(other.origin(0, 0, 8), net.sensor_of(a));
    rows.push_back(air.time_row(p, a, q.time_s - p.time_s));
  }
  TimeFit fit;
  ASSERT_TRUE(TimeSolver().solve(rows, SharedError(0, 1), fit));
  Fitted f = h.effect;
  f.covariance = fit.covariance;
  air.wind_covariance = {d[0] * d[0], d[0] * d[1], d[0] * d[1], d[1] * d[1]};
  const auto wide = widened(f, net, air);
  const auto& s = fit.step;
  const std::array<double, 6> grown{s[0] * s[0], s[0] * s[1], s[1] * s[1],
                                    s[0] * s[2], s[1] * s[2], s[2] * s[2]};
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(wide[i] - f.covariance[i], grown[i], 0.02 * std::abs(grown[i]) + 1e-9) << i;
}

// Of an arrival that is as likely false as not, half of what it moves the effect by is doubted; of
// sure ones nothing.
TEST(Doubted, grows_by_how_far_arrivals_that_may_be_false_move_the_effect) {
  SoundScene scene;
  for (int k = 0; k < 8; ++k) {
    const double angle = 0.785 * k;
    scene.sensors.push_back({3000 * std::cos(angle), 3000 * std::sin(angle), 50});
    scene.arrivals.push_back({static_cast<std::uint32_t>(k), 8 + 3000.0 / 340, 0.05, 75});
  }
  scene.end_s = 60;
  const Network net(scene);
  Air air(net, {}, 340);
  Fitted f;
  f.t_s = 8;
  f.source_db = 75 + air.loss_db({.distance_m = 3000});
  f.hits = {0, 1, 2, 3, 4, 5, 6, 7};
  const std::array<double, 6> before{100, 0, 100, 0, 0, 0.01};
  const auto sure = doubted(f, net, air, before);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(sure[i], before[i], 0.02 * before[i] + 1e-3);
  // The first comes late by so much that the others hardly expect it.
  scene.arrivals[0].time_s += 0.45;
  const Network late(scene);
  const Air of_late(late, {}, 340);
  const auto doubt = doubted(f, late, of_late, before);
  EXPECT_GT(doubt[0], sure[0] + 1) << "towards the sensor";
  EXPECT_NEAR(doubt[2], before[2], 0.1 * (doubt[0] - before[0]) + 0.5) << "and not across";
}

}  // namespace
}  // namespace truce::fuse
