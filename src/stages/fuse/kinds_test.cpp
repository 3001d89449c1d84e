#include "stages/fuse/internal/kinds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <vector>

#include "stages/fuse/internal/cone.h"

namespace truce::fuse {
namespace {

constexpr double kSound = 340;
constexpr double kMach = 1.4;
constexpr double kWay =
    std::numbers::pi / 2 + 0.1;  // of the shells, to the north and a little west

enum class HeardAs { kDirect, kShock, kEcho, kFalse };

// Sensors every 2 km before a gun, and what they hear.
struct HeardField {
  std::mt19937 random{11};
  SoundScene scene;
  std::vector<HeardAs> kind;  // per arrival
  std::vector<int> shot;      // likewise, -1 for false ones
  int shots = 0;

  HeardField() {
    scene.sound_speed_m_s = kSound;
    scene.end_s = 900;
    for (int row = 0; row < 6; ++row) {
      for (int column = 0; column < 11; ++column)
        scene.sensors.push_back({2000.0 * column, 3000 + 2000.0 * row, 45});
    }
  }
  double normal(double sd) { return std::normal_distribution<double>(0, sd)(random); }
  double uniform(double high) { return std::uniform_real_distribution<double>(0, high)(random); }
  void hear(std::uint32_t s, double t, double level_db, HeardAs what, int of) {
    scene.arrivals.push_back({s, t + normal(0.05), 0.05, level_db + normal(3)});
    kind.push_back(what);
    shot.push_back(of);
  }
  void fire(double x, double y, double t, double source_db, bool shells, double echo_share) {
    for (std::uint32_t s = 0; s < scene.sensors.size(); ++s) {
      const double dx = scene.sensors[s].x_m - x, dy = scene.sensors[s].y_m - y;
      const double r = std::hypot(dx, dy);
      const double level = source_db - 20 * std::log10(r) - 1.5e-3 * r;
      if (level < 58) continue;
      hear(s, t + r / kSound, level, HeardAs::kDirect, shots);
      if (uniform(1) < echo_share)
        hear(s, t + r / kSound - 1.5 * std::log(1 - uniform(0.99)) + 0.2, level - 8, HeardAs::kEcho,
             shots);
      if (shells) drag(s, dx, dy, t);
    }
    ++shots;
  }
  // The shock by range and angle off the way, as textbooks have it.
  void drag(std::uint32_t s, double dx, double dy, double t) {
    const double r = std::hypot(dx, dy);
    const double off = std::abs(std::remainder(std::atan2(dy, dx) - kWay, 2 * std::numbers::pi));
    if (off > std::acos(1 / kMach)) return;
    const double lean = std::sqrt(kMach * kMach - 1);
    const double at = r / (kMach * kSound) * (std::cos(off) + lean * std::sin(off));
    const double aside = std::max(50.0, r * std::sin(off));
    hear(s, t + at, 140 - 15 * std::log10(aside) - 1.5e-3 * aside, HeardAs::kShock, shots);
  }
  void clutter(int each) {
    for (std::uint32_t s = 0; s < scene.sensors.size(); ++s) {
      for (int k = 0; k < each; ++k)
        hear(s, uniform(scene.end_s), 55 + uniform(20), HeardAs::kFalse, -1);
    }
  }
  Association found() const { return associate(scene, {}); }

  struct Tally {
    std::size_t named = 0, right = 0, there = 0;
  };
  Tally tally(const Association& a, HeardAs what) const {
    Tally out;
    out.there = static_cast<std::size_t>(std::count(kind.begin(), kind.end(), what));
    for (const auto& e : a.effects) {
      for (const auto i : what == HeardAs::kShock ? e.shocks : e.echoes) {
        ++out.named;
        // Of the very shot: most of the effect's own arrivals are of the same.
        const auto same = std::count_if(e.arrivals.begin(), e.arrivals.end(),
                                        [&](std::uint32_t k) { return shot[k] == shot[i]; });
        out.right += kind[i] == what && 2 * same > std::ssize(e.arrivals) ? 1 : 0;
      }
    }
    return out;
  }
};

HeardField guns() {
  HeardField f;
  for (const double t : {100.0, 118.0, 141.0}) f.fire(10'000, 0, t, 165, true, 0);
  f.clutter(3);
  return f;
}

TEST(Kinds, names_the_shock_waves_of_each_shot) {
  const HeardField f = guns();
  const Association a = f.found();
  EXPECT_EQ(a.effects.size(), 3U);
  const auto t = f.tally(a, HeardAs::kShock);
  ASSERT_GT(t.there, 60U);
  EXPECT_GE(t.right, t.there * 7 / 10);
  EXPECT_GE(t.right, t.named - t.named / 20);
  EXPECT_LE(f.tally(a, HeardAs::kEcho).named, 3U);
}

TEST(Kinds, names_nothing_where_what_comes_before_a_blast_fits_no_cone) {
  HeardField f = guns();
  for (std::size_t i = 0; i < f.kind.size(); ++i) {
    if (f.kind[i] == HeardAs::kShock) f.scene.arrivals[i].time_s += f.normal(3);
  }
  EXPECT_LE(f.tally(f.found(), HeardAs::kShock).named, 2U);
}

TEST(Kinds, finds_the_way_and_the_speed_of_a_shell) {
  const HeardField f = guns();
  const Network net(f.scene);
  AssociateParams params;
  Air air(net, params, kSound);
  for (auto& s : air.sensor) s.log_false_rate = std::log(3.0 / 900);
  Fitted gun;
  gun.x_m = 10'000;
  gun.t_s = 100;
  gun.covariance = {100, 0, 100, 0, 0, 1e-4};
  std::vector<std::uint8_t> open(net.arrivals(), 1);
  std::vector<double> otherwise;
  for (std::uint32_t a = 0; a < net.arrivals(); ++a) {
    otherwise.push_back(std::log(false_density(net, air, a)));
    if (f.kind[net.original(a)] == HeardAs::kDirect) open[a] = 0;
  }
  const Cone cone = find_cone(net, air, params, {gun}, {0}, open, otherwise);
  EXPECT_GT(cone.log_odds, 20);
  EXPECT_NEAR(cone.way, kWay, 0.02);
  EXPECT_NEAR(1 / std::cos(cone.half), kMach, 0.03);
  open.assign(net.arrivals(), 0);
  EXPECT_LT(find_cone(net, air, params, {gun}, {0}, open, otherwise).log_odds, 0);
}

HeardField echoes(double share) {
  HeardField f;
  for (int i = 0; i < 12; ++i)
    f.fire(3000 + f.uniform(14'000), 2000 + f.uniform(10'000), 40 + 65.0 * i, 155, false, share);
  f.clutter(3);
  return f;
}

TEST(Kinds, names_echoes_of_each_effect) {
  const HeardField f = echoes(0.3);
  const Association a = f.found();
  const auto t = f.tally(a, HeardAs::kEcho);
  ASSERT_GT(t.there, 60U);
  EXPECT_GE(t.right, t.there * 6 / 10);
  EXPECT_GE(t.right, t.named - t.named / 10);
  EXPECT_LE(f.tally(a, HeardAs::kShock).named, 2U);
}

TEST(Kinds, names_hardly_anything_where_nothing_echoes) {
  const HeardField f = echoes(0);
  EXPECT_LE(f.tally(f.found(), HeardAs::kEcho).named, 2U);
}

TEST(Kinds, takes_a_weaker_second_shot_for_no_echo) {
  HeardField f = echoes(0.3);
  f.fire(9000, 6000, 850, 155, false, 0.3);
  f.fire(9030, 6010, 851.5, 150, false, 0.3);
  const Association a = f.found();
  for (const double t : {850.0, 851.5}) {
    EXPECT_TRUE(std::any_of(a.effects.begin(), a.effects.end(), [&](const LocatedEffect& e) {
      return std::abs(e.time_s - t) < 0.5 && std::hypot(e.x_m - 9000, e.y_m - 6000) < 300;
    })) << t;
  }
}

// Each arrival in one list of one effect at most, and the same whatever the order and the threads.
TEST(Kinds, are_the_same_in_any_order_and_on_any_threads) {
  const HeardField f = guns();
  const Association one = f.found();
  SoundScene turned = f.scene;
  std::reverse(turned.arrivals.begin(), turned.arrivals.end());
  AssociateParams params;
  params.threads = 2;
  const Association two = associate(turned, params);
  ASSERT_EQ(one.effects.size(), two.effects.size());
  std::set<std::uint32_t> seen;
  const auto last = static_cast<std::uint32_t>(f.scene.arrivals.size() - 1);
  for (std::size_t i = 0; i < one.effects.size(); ++i) {
    for (const auto list :
         {&LocatedEffect::arrivals, &LocatedEffect::shocks, &LocatedEffect::echoes}) {
      auto back = two.effects[i].*list;
      for (auto& a : back) a = last - a;
      std::reverse(back.begin(), back.end());
      EXPECT_EQ(one.effects[i].*list, back);
      for (const auto a : one.effects[i].*list) EXPECT_TRUE(seen.insert(a).second) << a;
    }
  }
}

}  // namespace
}  // namespace truce::fuse
