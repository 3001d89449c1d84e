#include "stages/fuse/internal/kinds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>

namespace truce::fuse {
namespace {

constexpr double kSound = 340;

// Sensors on a grid of 1.5 km around the origin; what they hear is added by the tests.
class Listening {
 public:
  explicit Listening(std::uint64_t seed) : random_(seed) {
    for (int i = -6; i <= 6; ++i) {
      for (int j = -6; j <= 6; ++j)
        scene_.sensors.push_back({1500.0 * i + 300 * unit(), 1500.0 * j + 300 * unit(), 50});
    }
    scene_.end_s = 1200;
  }
  double unit() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  // Heard within 6 km; `echoes`: half of them a second later again, 8 dB fainter.
  void shot(double t_s, bool echoes = false) {
    shots_.push_back(t_s);
    for (std::uint32_t s = 0; s < scene_.sensors.size(); ++s) {
      const double r = std::hypot(scene_.sensors[s].x_m, scene_.sensors[s].y_m);
      if (r > 6000) continue;
      hear(s, t_s + r / kSound, 80, "direct", t_s);
      if (echoes && unit() < 0.5) hear(s, t_s + r / kSound + 0.6 + 0.3 * unit(), 72, "echo", t_s);
    }
  }
  // Of a shell that flies at `angle` with `mach`, heard within 2 km of its way.
  void shock_wave(double t_s, double angle, double mach) {
    const double lean = std::sqrt(mach * mach - 1);
    for (std::uint32_t s = 0; s < scene_.sensors.size(); ++s) {
      const auto& at = scene_.sensors[s];
      const double along = at.x_m * std::cos(angle) + at.y_m * std::sin(angle);
      const double off = std::abs(at.x_m * std::sin(angle) - at.y_m * std::cos(angle));
      if (along - off / lean < 0 || off > 2000 || along > 7000) continue;
      hear(s, t_s + (along + off * lean) / (mach * kSound), 85, "shock", t_s);
    }
  }
  void falsehood(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
      hear(static_cast<std::uint32_t>(unit() * static_cast<double>(scene_.sensors.size())),
           1200 * unit(), 60 + 30 * unit(), "false", -1);
  }

  // Of each kind, how many were named as of their own shot; under "wrong" what was not.
  std::map<std::string, std::size_t> named() {
    const Network net(scene_);
    AssociateParams params;
    Air air(net, params, kSound);
    for (auto& s : air.sensor) s.log_false_rate = std::log(0.01);
    Taken taken(net.arrivals(), 0);
    std::vector<Fitted> effects(shots_.size());
    for (std::size_t i = 0; i < shots_.size(); ++i) effects[i].t_s = shots_[i];
    for (std::uint32_t a = 0; a < net.arrivals(); ++a) {
      const Cause& c = cause_[net.original(a)];
      if (c.kind != "direct") continue;
      taken[a] = 1;
      effects[index_of(c.shot_s)].hits.push_back(a);
    }
    std::map<std::string, std::size_t> out;
    const auto all = name_kinds(net, air, effects, taken, 1);
    const auto again = name_kinds(net, air, effects, taken, 3);
    EXPECT_EQ(all.size(), again.size());
    for (const Named& n : all) {
      const Cause& c = cause_[net.original(n.arrival)];
      const bool right =
          c.kind == (n.kind == Kind::kEcho ? "echo" : "shock") && n.effect == index_of(c.shot_s);
      ++out[right ? c.kind : "wrong"];
    }
    return out;
  }
  std::size_t count(const std::string& kind) const {
    return static_cast<std::size_t>(std::count_if(cause_.begin(), cause_.end(),
                                                  [&](const Cause& c) { return c.kind == kind; }));
  }

 private:
  struct Cause {
    std::string kind;
    double shot_s;
  };
  void hear(std::uint32_t s, double t_s, double level_db, const std::string& kind, double shot_s) {
    scene_.arrivals.push_back(
        {s, t_s + std::normal_distribution<double>(0, 0.05)(random_), 0.05, level_db});
    cause_.push_back({kind, shot_s});
  }
  std::uint32_t index_of(double shot_s) const {
    return static_cast<std::uint32_t>(std::find(shots_.begin(), shots_.end(), shot_s) -
                                      shots_.begin());
  }

  std::mt19937_64 random_;
  SoundScene scene_;
  std::vector<double> shots_;
  std::vector<Cause> cause_;
};

TEST(Kinds, a_shock_wave_is_named_whatever_way_and_speed_the_shell_has) {
  for (const double mach : {1.15, 1.5, 2.3}) {
    for (const double angle : {0.3, 1.9, 4.4}) {
      Listening world(1);
      world.falsehood(300);
      for (const double t : {100.0, 130.0, 160.0}) {
        world.shot(t);
        world.shock_wave(t, angle, mach);
      }
      auto named = world.named();
      // A slow shell is hardly ahead of its sound.
      EXPECT_GE(named["shock"], world.count("shock") * (mach < 1.3 ? 4U : 8U) / 10)
          << mach << " " << angle;
      EXPECT_LE(named["wrong"], 1U) << mach << " " << angle;
    }
  }
}

TEST(Kinds, what_is_false_is_not_a_shock_wave) {
  std::size_t wrong = 0;
  for (std::uint64_t seed = 10; seed < 20; ++seed) {
    Listening world(seed);
    world.falsehood(3000);  // nearly nine a minute around each shot
    for (double t = 100; t < 1000; t += 90) world.shot(t);
    wrong += world.named()["wrong"];
  }
  EXPECT_LE(wrong, 5U);  // one gun in ten worlds
}

TEST(Kinds, echoes_are_named_where_they_are_many_and_not_where_chance_makes_them) {
  Listening hills(3);
  hills.falsehood(300);
  for (double t = 100; t < 1000; t += 90) hills.shot(t, true);
  auto named = hills.named();
  EXPECT_GE(named["echo"], hills.count("echo") * 8 / 10);
  EXPECT_LE(named["wrong"], named["echo"] / 20);
  Listening plain(4);
  plain.falsehood(3000);
  for (double t = 100; t < 1000; t += 90) plain.shot(t);
  EXPECT_EQ(plain.named()["wrong"], 0U);
}

}  // namespace
}  // namespace truce::fuse
