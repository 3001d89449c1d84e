#include "stages/fuse/internal/network.h"

#include <gtest/gtest.h>

#include <random>

namespace truce::fuse {
namespace {

SoundScene random_scene(std::uint64_t seed, std::uint32_t sensors, std::size_t arrivals) {
  std::mt19937_64 random(seed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  SoundScene scene;
  for (std::uint32_t s = 0; s < sensors; ++s)
    scene.sensors.push_back({70'000 * unit() - 20'000, 30'000 * unit(), 50});
  for (std::size_t a = 0; a < arrivals; ++a)
    scene.arrivals.push_back({static_cast<std::uint32_t>(random() % sensors),
                              std::floor(600 * unit()), 0.1, 60 + std::floor(5 * unit())});
  scene.end_s = 600;
  return scene;
}

TEST(Network, finds_the_sensors_within_a_distance_as_looking_at_each_does) {
  const SoundScene scene = random_scene(1, 300, 0);
  const Network net(scene);
  std::mt19937_64 random(2);
  std::uniform_real_distribution<double> x(-60'000, 90'000);
  std::uniform_real_distribution<double> range(0, 30'000);
  for (int round = 0; round < 300; ++round) {
    const double at_x = x(random), at_y = x(random), r = range(random);
    std::vector<std::uint32_t> expected{7};  // what is there already stays
    for (std::uint32_t s = 0; s < 300; ++s) {
      const double dx = scene.sensors[s].x_m - at_x;
      const double dy = scene.sensors[s].y_m - at_y;
      if (dx * dx + dy * dy <= r * r) expected.push_back(s);
    }
    std::vector<std::uint32_t> found{7};
    net.within(at_x, at_y, r, found);
    ASSERT_EQ(found, expected);
  }
}

TEST(Network, gives_all_sensors_near_a_place_in_stretches_when_they_are_numbered_by_place) {
  SoundScene scene = random_scene(5, 300, 0);
  const auto order = by_place(scene.sensors);
  auto sorted = scene.sensors;
  for (std::size_t i = 0; i < order.size(); ++i) sorted[i] = scene.sensors[order[i]];
  scene.sensors = sorted;
  const Network net(scene);
  std::mt19937_64 random(6);
  std::uniform_real_distribution<double> x(-60'000, 90'000);
  std::uniform_real_distribution<double> range(0, 30'000);
  std::size_t looked_at = 0;
  for (int round = 0; round < 300; ++round) {
    const double at_x = x(random), at_y = x(random), r = range(random);
    std::vector<bool> given(300, false);
    std::uint32_t before = 0;
    net.for_ranges(at_x, at_y, r, [&](std::uint32_t first, std::uint32_t last) {
      ASSERT_LE(before, first);
      ASSERT_LT(first, last);
      before = last;
      for (auto s = first; s < last; ++s) given[s] = true;
      looked_at += last - first;
    });
    for (std::uint32_t s = 0; s < 300; ++s) {
      const double d = std::hypot(scene.sensors[s].x_m - at_x, scene.sensors[s].y_m - at_y);
      ASSERT_TRUE(given[s] || d > r);
    }
  }
  EXPECT_LT(looked_at, 300U * 200U) << "the others are passed over";
}

TEST(Network, finds_the_first_arrival_at_or_after_a_time_as_looking_at_each_does) {
  const SoundScene scene = random_scene(3, 9, 500);
  const Network net(scene);
  for (std::uint32_t s = 0; s < 9; ++s) {
    for (double t = -1; t <= 601; t += 0.5) {
      auto expected = net.begin_of(s);
      while (expected < net.end_of(s) && net.time_s(expected) < t) ++expected;
      ASSERT_EQ(net.lower_bound(s, t), expected);
    }
  }
}

TEST(Network, keeps_every_arrival_once_by_sensor_then_time) {
  const SoundScene scene = random_scene(4, 9, 500);
  const Network net(scene);
  std::vector<int> seen(500, 0);
  for (std::uint32_t s = 0; s < 9; ++s) {
    for (auto a = net.begin_of(s); a < net.end_of(s); ++a) {
      const auto& v = scene.arrivals[net.original(a)];
      ++seen[net.original(a)];
      EXPECT_EQ(v.sensor, s);
      EXPECT_EQ(net.sensor_of(a), s);
      EXPECT_EQ(net.time_s(a), v.time_s);
      EXPECT_EQ(net.level_db(a), v.level_db);
      EXPECT_TRUE(a == net.begin_of(s) || net.time_s(a - 1) <= net.time_s(a));
    }
  }
  EXPECT_EQ(seen, std::vector<int>(500, 1));
}

TEST(Network, holds_no_sensors_and_sensors_at_one_place) {
  std::vector<std::uint32_t> found;
  Network(SoundScene{}).within(0, 0, 1e6, found);
  EXPECT_TRUE(found.empty());
  SoundScene scene;
  scene.sensors.assign(3, {5, 5, 50});
  Network(scene).within(5, 5, 0, found);
  EXPECT_EQ(found, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(Network, is_not_stretched_by_a_sensor_alone_and_leaves_out_times_far_from_its_scene) {
  SoundScene scene = random_scene(5, 100, 0);
  const Network honest(scene);
  scene.sensors.push_back({1.5e7, -1e7, 50});
  for (const double t : {-1e15, -1e4, 100.0, 1e9}) scene.arrivals.push_back({100, t, 0.1, 60});
  const Network net(scene);
  EXPECT_EQ(net.x_max, honest.x_max);
  EXPECT_EQ(net.y_min, honest.y_min);
  ASSERT_EQ(net.arrivals(), 1U);
  EXPECT_EQ(net.original(0), 2U);
  std::vector<std::uint32_t> found;
  net.within(1.5e7, -1e7, 10, found);
  EXPECT_EQ(found, std::vector<std::uint32_t>{100});
}

}  // namespace
}  // namespace truce::fuse
