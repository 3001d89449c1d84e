#include "stages/fuse/locate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "base/geo.h"
#include "model/identity.h"
#include "stages/fuse/fuse.h"

namespace truce::fuse {
namespace {

const Instant kHour = *parse_instant("2030-06-01T12:00:00Z");
const LocalFrame kPlane(*LatLon::from_degrees(48, 37.5));

struct Shot {
  double x_m = 0;
  double y_m = 0;
  double at_s = 0;  // after kHour
};

// Sensors every 3 km, and what they hear of shots of 150 dB at 340 m/s.
struct Ground {
  std::mt19937 random{5};
  SoundBlock block{
      {kHour, kHour + Duration::hours(1)}, Duration::whole_seconds(120), {}, {}, {}, {}, {}};

  Ground() {
    for (int i = 0; i < 25; ++i) {
      Source s;
      s.id = "node-" + std::to_string(i);
      s.kind = SourceKind::kAcousticSensor;
      const int row = i / 5;
      s.at = kPlane.to_latlon({(i % 5) * 3000.0 - 6000, row * 3000.0 - 6000});
      block.sources.push_back(s);
    }
  }
  double normal(double sd) { return std::normal_distribution<double>(0, sd)(random); }
  void hear(const std::string& source, LatLon at, double at_s, std::optional<double> level_db) {
    Observation o;
    o.source = source;
    Arrival a;
    a.at = at;
    a.at_time = kHour + Duration::seconds(at_s);
    a.sigma_s = 0.02;
    a.speed_m_s = 340;
    a.has_level = level_db.has_value();
    a.level_db = level_db.value_or(0);
    o.shape = a;
    o.when = {a.at_time, a.at_time + Duration::whole_seconds(1)};
    o.items = {
        {Count::at_least(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)}};
    o.id = observation_id(o);
    block.arrivals.push_back(o);
  }
  void fire(const Shot& shot, bool levels = true) {
    for (const auto& s : block.sources) {
      const auto at = kPlane.to_xy(*s.at);
      const double d = std::hypot(at.x_m - shot.x_m, at.y_m - shot.y_m);
      const double level = 150 - 20 * std::log10(d) - 1.5e-3 * d + normal(3);
      if (level < 60) continue;
      hear(s.id, *s.at, shot.at_s + d / 340 + normal(0.02),
           levels ? std::optional(level) : std::nullopt);
    }
  }
  std::vector<Observation> located() const { return locate(block, {}, {}).effects; }
  std::vector<Health> health() const { return locate(block, {}, {}).health; }
};

double metres_off(const Observation& o, const Shot& shot) {
  return geodesic_between(std::get<PointShape>(o.shape).at, kPlane.to_latlon({shot.x_m, shot.y_m}))
      .distance_m;
}

const std::vector<Shot> kShots{{-3500, 1200, 100},
                               {2100, -900, 640},
                               {2130, -880, 655},
                               {400, 4100, 2000},
                               {-900, -4200, 3400}};

TEST(Locate, finds_each_shot_and_names_the_arrivals_behind_it) {
  for (const bool levels : {true, false}) {
    Ground g;
    for (const auto& shot : kShots) g.fire(shot, levels);
    const auto found = g.located();
    ASSERT_EQ(found.size(), kShots.size()) << levels;
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Observation& o = found[i];
      EXPECT_LT(metres_off(o, kShots[i]), 100) << i;
      const auto off = o.when.start - (kHour + Duration::seconds(kShots[i].at_s));
      EXPECT_LT(std::abs(off.in_seconds()), 1);
      EXPECT_EQ(o.source, kSoundSource);
      EXPECT_GE(o.derived_from.size(), 5U);
      EXPECT_GT(o.p_real, 0.9);
      EXPECT_LE(o.p_real, 0.98);
      EXPECT_EQ(o.id, observation_id(o));
      EXPECT_TRUE(makes_incident(o));
    }
  }
}

TEST(Locate, says_the_same_in_any_order_and_on_any_threads) {
  Ground g;
  for (const auto& shot : kShots) g.fire(shot);
  for (int i = 0; i < 40; ++i)
    g.hear("node-3", *g.block.sources[3].at, 80.0 * i + g.normal(9), 62 + g.normal(2));
  g.block.health = {
      {"node-1", {kHour, kHour + Duration::seconds(90)}, "jammed", ""},
      {"node-1", {kHour + Duration::seconds(70), kHour + Duration::hours(3)}, "off", ""}};
  const auto expected = g.located();
  ASSERT_GE(expected.size(), kShots.size());
  std::shuffle(g.block.arrivals.begin(), g.block.arrivals.end(), g.random);
  std::shuffle(g.block.sources.begin(), g.block.sources.end(), g.random);
  std::reverse(g.block.health.begin(), g.block.health.end());
  AssociateParams threads;
  threads.threads = 2;
  EXPECT_EQ(locate(g.block, threads, {}).effects, expected);
}

TEST(Locate, keeps_what_falls_into_the_block_though_it_is_heard_after) {
  Ground g;
  for (const double at_s : {-1.0, 1.0, 3598.0, 3601.0}) g.fire({500, 700, at_s});
  const auto found = g.located();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_LT(found[0].when.start, kHour + Duration::seconds(2));
  EXPECT_GT(found[1].when.end, kHour + Duration::seconds(3597));
  EXPECT_LT(found[1].when.end, g.block.when.end);
}

// Five of 25 sensors hear what the others between them should have heard louder.
TEST(Locate, holds_the_silence_of_registered_sensors_against_an_effect_unless_they_were_off) {
  Ground g;
  const Shot shot{200, 100, 500};
  const std::set<std::size_t> ears{0, 2, 10, 14, 22};
  for (std::size_t i = 0; i < g.block.sources.size(); ++i) {
    const auto& s = g.block.sources[i];
    const auto at = kPlane.to_xy(*s.at);
    const double d = std::hypot(at.x_m - shot.x_m, at.y_m - shot.y_m);
    if (ears.contains(i))
      g.hear(s.id, *s.at, shot.at_s + d / 340, 150 - 20 * std::log10(d) - 1.5e-3 * d);
  }
  const auto doubted = g.located();
  for (std::size_t i = 0; i < g.block.sources.size(); ++i) {
    if (!ears.contains(i))
      g.block.health.push_back({g.block.sources[i].id, g.block.when, "off", ""});
  }
  EXPECT_TRUE(doubted.empty());
  EXPECT_EQ(g.located().size(), 1U);
}

TEST(Locate, keeps_apart_two_sensors_with_one_id_and_one_that_moved) {
  Ground g;
  for (const auto& shot : kShots) g.fire(shot);
  for (auto& o : g.block.arrivals) {
    const bool late = o.when.start > kHour + Duration::seconds(1000);
    if (o.source == "node-7") o.source = "node-8";  // two with one id
    if (o.source == "node-13" && late)
      o.source = "node-14";  // as it would look, had 14 moved there
  }
  const auto found = g.located();
  ASSERT_EQ(found.size(), kShots.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_LT(metres_off(found[i], kShots[i]), 100);
}

TEST(Locate, leaves_out_what_lies_outside_and_what_is_felt_where_no_layers_are_known) {
  Ground g;
  for (const auto& shot : kShots) g.fire(shot);
  const auto expected = g.located();
  g.hear("node-3", *g.block.sources[3].at, -500, 70);
  g.hear("node-3", *g.block.sources[3].at, 8000, 70);
  g.hear("node-3", *g.block.sources[3].at, 800, 70);
  std::get<Arrival>(g.block.arrivals.back().shape).speed_m_s = 5000;
  EXPECT_FALSE(is_sound(g.block.arrivals.back()));
  EXPECT_EQ(g.located(), expected);
  g.block.arrivals.clear();
  EXPECT_TRUE(g.located().empty());
}

// Twenty-five stations every 20 km over one layer, as many as the sensors that hear.
struct Felt : Ground {
  Felt() {
    block.layers = {{0, 5500, 3180}};
    for (int i = 0; i < 25; ++i) {
      Source s;
      s.id = "station-" + std::to_string(i);
      s.kind = SourceKind::kSeismicStation;
      const int row = i / 5;
      s.at = kPlane.to_latlon({(i % 5) * 20e3 - 41e3 + row * 700, row * 20e3 - 39e3 + i % 3 * 900});
      s.noise_db = 0;
      block.sources.push_back(s);
    }
  }
  // P and S of a blast at every station, 40 dB at 10 km; named, or as one of the two.
  void shake(const Shot& shot, bool named = true) {
    for (const auto& s : block.sources) {
      if (s.kind != SourceKind::kSeismicStation) continue;
      const auto at = kPlane.to_xy(*s.at);
      const double d = std::hypot(at.x_m - shot.x_m, at.y_m - shot.y_m);
      const double db = 40 - 30 * (std::log10(std::max(d, 100.0)) - 4);
      feel(s, shot.at_s + d / 5500 + normal(0.05), db, named ? Wave::kP : Wave::kGround);
      feel(s, shot.at_s + d / 3180 + normal(0.05), db, named ? Wave::kS : Wave::kGround);
    }
  }
  void feel(const Source& s, double at_s, double level_db, Wave wave) {
    hear(s.id, *s.at, at_s, level_db);
    Observation& o = block.arrivals.back();
    Arrival& a = std::get<Arrival>(o.shape);
    a.sigma_s = 0.05;
    a.wave = wave;
    a.speed_m_s = 6000;
    o.id = observation_id(o);
  }
  std::size_t picks_of(const Observation& effect) const {
    return static_cast<std::size_t>(
        std::count_if(block.arrivals.begin(), block.arrivals.end(), [&](const Observation& o) {
          return is_ground(o) && std::find(effect.derived_from.begin(), effect.derived_from.end(),
                                           o.id) != effect.derived_from.end();
        }));
  }
};

TEST(LocateFelt, finds_blasts_by_P_and_S_named_or_not) {
  for (const bool named : {true, false}) {
    Felt g;
    for (const auto& shot : kShots) g.shake(shot, named);
    const auto found = g.located();
    ASSERT_EQ(found.size(), kShots.size()) << named;
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].source, kGroundSource);
      EXPECT_LT(metres_off(found[i], kShots[i]), 500);
      EXPECT_GT(g.picks_of(found[i]), 40U);
    }
  }
}

TEST(LocateFelt, makes_one_effect_of_a_blast_that_was_heard_and_felt) {
  Felt heard_alone, both;
  for (const auto& shot : kShots) {
    heard_alone.fire(shot);
    both.fire(shot);
  }
  for (const auto& shot : kShots) both.shake(shot);
  both.shake({30'000, 25'000, 900});  // too far to be heard
  const auto expected = heard_alone.located();
  const auto found = both.located();
  ASSERT_EQ(expected.size(), kShots.size());
  ASSERT_EQ(found.size(), kShots.size() + 1);
  std::size_t k = 0;
  for (const auto& o : found) {
    if (o.source == kGroundSource) {
      EXPECT_LT(metres_off(o, {30'000, 25'000, 900}), 800);
      continue;
    }
    EXPECT_EQ(o.source, kSoundSource);
    EXPECT_LT(metres_off(o, kShots[k]), 100);
    EXPECT_GT(both.picks_of(o), 40U);
    EXPECT_EQ(o.derived_from.size(), expected[k].derived_from.size() + both.picks_of(o));
    const auto& place = std::get<PointShape>(o.shape);
    const auto& before = std::get<PointShape>(expected[k].shape);
    EXPECT_LE(place.var_east_m2, before.var_east_m2);
    EXPECT_LE(place.var_north_m2, before.var_north_m2);
    ++k;
  }
  EXPECT_EQ(k, kShots.size());
}

TEST(LocateFelt, keeps_blasts_apart_that_were_not_one) {
  Felt g;
  g.fire(kShots[0]);
  g.shake({kShots[0].x_m + 15'000, kShots[0].y_m, kShots[0].at_s});  // elsewhere
  g.fire(kShots[1]);
  g.shake({kShots[1].x_m, kShots[1].y_m, kShots[1].at_s + 6});  // later
  const auto found = g.located();
  ASSERT_EQ(found.size(), 4U);
  for (const auto& o : found) {
    const auto picks = g.picks_of(o);
    EXPECT_TRUE(picks == 0 || picks == o.derived_from.size());
  }
}

TEST(LocateFelt, says_the_same_in_any_order_and_on_any_threads) {
  Felt g;
  for (const auto& shot : kShots) {
    g.fire(shot);
    g.shake(shot);
  }
  const auto expected = g.located();
  std::shuffle(g.block.arrivals.begin(), g.block.arrivals.end(), g.random);
  std::shuffle(g.block.sources.begin(), g.block.sources.end(), g.random);
  AssociateParams sound;
  SeismicParams ground;
  sound.threads = ground.threads = 2;
  EXPECT_EQ(locate(g.block, sound, ground).effects, expected);
}

TEST(Locate, heeds_weather_of_the_block_and_of_near_by_in_any_order) {
  Ground g;
  for (const auto& shot : kShots) g.fire(shot);
  const auto still = g.located();
  const LatLon near = kPlane.to_latlon({0, 3000});
  const Weather blows{"w", kHour + Duration::seconds(600), near, 4, -3, 340};
  Weather far = blows, past = blows;
  far.at = *LatLon::from_degrees(-30, 100);
  past.time = kHour - Duration::hours(2);
  g.block.weather = {far, past};
  EXPECT_EQ(g.located(), still);
  Weather later = blows;
  later.time = kHour + Duration::seconds(3000);
  g.block.weather = {blows, later, far};
  const auto blown = g.located();
  EXPECT_NE(blown, still);
  std::reverse(g.block.weather.begin(), g.block.weather.end());
  EXPECT_EQ(g.located(), blown);
}

// Shots of one gun are one incident and as many violations.
TEST(Locate, its_effects_add_up_where_they_are_joined) {
  Ground g;
  for (const auto& shot : kShots) g.fire(shot);
  const auto found = g.located();
  ASSERT_EQ(found.size(), kShots.size());
  const CountInterval n = infer({&found[1], &found[2]}, {}, {}).violations;
  EXPECT_EQ(n.low, 2);
  EXPECT_EQ(n.best, 2);
  EXPECT_LE(n.high, 3) << "one may not have been heard";
}

// What hostile sensors send is named and leaves the effects of the others alone.
struct Hostile : Ground {
  std::vector<Shot> shots;
  Hostile() {
    for (int i = 0; i < 16; ++i)
      shots.push_back(
          {(i * 37 % 11) * 900.0 - 4500, (i * 53 % 13) * 800.0 - 4800, 100 + i * 210.0});
    for (const auto& shot : shots) fire(shot);
  }
  const Source& node(std::size_t i) const { return block.sources[i]; }
  std::vector<Health> of(const std::string& why) const {
    auto out = health();
    std::erase_if(out, [&](const Health& h) { return h.why != why; });
    return out;
  }
  void expect_unharmed() const {
    const auto found = located();
    ASSERT_EQ(found.size(), shots.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_LT(metres_off(found[i], shots[i]), 100);
  }
};

TEST(LocateHostile, says_nothing_of_sensors_that_are_well) {
  const Hostile h;
  EXPECT_EQ(h.health(), std::vector<Health>{});
  h.expect_unharmed();
}

TEST(LocateHostile, names_a_flood_and_leaves_it_out) {
  Hostile h;
  for (int i = 0; i < 5000; ++i) h.hear("node-12", *h.node(12).at, 1000 + i * 1e-2, 75);
  const auto floods = h.of("flood");
  ASSERT_EQ(floods.size(), 1U);
  EXPECT_EQ(floods[0].source, "node-12");
  EXPECT_EQ(floods[0].when.start, kHour + Duration::whole_seconds(1000));
  EXPECT_EQ(floods[0].when.end, kHour + Duration::whole_seconds(1050) - Duration::seconds(0.01));
  h.expect_unharmed();
}

TEST(LocateHostile, names_a_clock_that_is_off_with_its_offset) {
  Hostile h;
  for (auto& o : h.block.arrivals) {
    auto& a = std::get<Arrival>(o.shape);
    if (o.source == "node-7") a.at_time = a.at_time + Duration::seconds(1.2);
  }
  const auto clocks = h.of("clock_off");
  ASSERT_EQ(clocks.size(), 1U);
  EXPECT_EQ(clocks[0].source, "node-7");
  EXPECT_EQ(clocks[0].when, h.block.when);
  EXPECT_NE(clocks[0].note.find("clock minus true time +1.2"), std::string::npos) << clocks[0].note;
  ASSERT_TRUE(clocks[0].offset_s && clocks[0].sigma_s);
  EXPECT_NEAR(*clocks[0].offset_s, 1.2, 4 * *clocks[0].sigma_s);
  EXPECT_LT(*clocks[0].sigma_s, 0.1);
  h.expect_unharmed();
}

TEST(LocateHostile, names_a_move_and_an_id_that_two_sensors_share) {
  Hostile h;
  const Instant later = kHour + Duration::seconds(1700);
  for (auto& o : h.block.arrivals) {
    auto& a = std::get<Arrival>(o.shape);
    if (o.source == "node-8") o.source = "node-7";
    if (o.source == "node-13" && a.at_time > later) a.at.lat_e7 += 1'000'000;
  }
  const auto shared = h.of("shared_id");
  ASSERT_EQ(shared.size(), 1U);
  EXPECT_EQ(shared[0].source, "node-7");
  const auto moved = h.of("moved");
  ASSERT_EQ(moved.size(), 1U);
  EXPECT_EQ(moved[0].source, "node-13");
  EXPECT_GT(moved[0].when.start, later);
  EXPECT_NE(moved[0].note.find(" from 2030-06-01T12:"), std::string::npos) << moved[0].note;
  h.expect_unharmed();
}

TEST(LocateHostile, names_a_silence_once_the_others_were_heard_long_enough) {
  Hostile h;
  for (const auto& s : h.block.sources) {
    for (int i = 0; i < 24; ++i) h.hear(s.id, *s.at, 1800 + 1700 * h.normal(0.5), 62);
  }
  std::erase_if(h.block.arrivals, [](const Observation& o) {
    return o.source == "node-3" && o.when.start > kHour + Duration::seconds(1800);
  });
  const auto silent = h.of("silent");
  ASSERT_EQ(silent.size(), 1U);
  EXPECT_EQ(silent[0].source, "node-3");
  EXPECT_LE(silent[0].when.start, kHour + Duration::seconds(1800));
  EXPECT_EQ(silent[0].when.end, h.block.when.end);
  // Half an hour in, the rest of the hour has yet to come.
  std::erase_if(h.block.arrivals, [](const Observation& o) {
    return o.when.start > kHour + Duration::seconds(1800);
  });
  EXPECT_EQ(h.of("silent"), std::vector<Health>{});
}

TEST(LocateHostile, names_a_clock_that_jumps_by_seconds_with_when_and_by_how_much) {
  for (const double by_s : {-7.0, 2.0, 95.0}) {
    Hostile h;
    for (auto& o : h.block.arrivals) {
      auto& a = std::get<Arrival>(o.shape);
      if (o.source == "node-12" && a.at_time > kHour + Duration::seconds(1700))
        a.at_time = a.at_time + Duration::seconds(by_s);
    }
    const auto jumps = h.of("clock_jumped");
    ASSERT_EQ(jumps.size(), 1U) << by_s;
    EXPECT_EQ(jumps[0].source, "node-12");
    EXPECT_LT(jumps[0].when.start, kHour + Duration::seconds(1700));
    EXPECT_GT(jumps[0].when.end, kHour + Duration::seconds(1700));
    EXPECT_LT(jumps[0].when.length(), Duration::seconds(500));
    ASSERT_TRUE(jumps[0].offset_s && jumps[0].sigma_s);
    EXPECT_NEAR(*jumps[0].offset_s, by_s, 4 * *jumps[0].sigma_s);
    EXPECT_LT(*jumps[0].sigma_s, 0.15);
    EXPECT_EQ(h.health().size(), 1U) << by_s << ": it is neither off nor silent nor unmatched";
    h.expect_unharmed();
  }
}

// What it says lies an hour away from what it tells of: in the one block it falls silent, in the
// other it speaks and matches nothing.
TEST(LocateHostile, names_in_both_blocks_a_clock_that_jumps_by_an_hour) {
  Hostile h;
  for (int i = 0; i < 24; ++i) h.hear("node-12", *h.node(12).at, 150.0 * i + h.normal(20), 62);
  for (auto& o : h.block.arrivals) {
    auto& a = std::get<Arrival>(o.shape);
    if (o.source == "node-12" && a.at_time > kHour + Duration::seconds(1700))
      a.at_time = a.at_time + Duration::hours(1);
  }
  h.expect_unharmed();
  const auto silent = h.of("silent");
  ASSERT_EQ(silent.size(), 1U);
  EXPECT_EQ(silent[0].source, "node-12");
  EXPECT_LT(silent[0].when.start, kHour + Duration::seconds(1700));
  // The next hour: the others hear what is fired in it.
  const auto before = h.block.arrivals;
  for (const auto& shot : h.shots) h.fire({-shot.x_m, shot.y_m, 3600 + 0.93 * shot.at_s});
  std::erase_if(h.block.arrivals, [&](const Observation& o) {
    return o.source == "node-12" && std::find(before.begin(), before.end(), o) == before.end();
  });
  h.block.when = {kHour + Duration::hours(1), kHour + Duration::hours(2)};
  const auto all = h.health();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].source, "node-12");
  EXPECT_EQ(all[0].why, "unmatched");
  EXPECT_GT(all[0].when.end, kHour + Duration::seconds(3600 + 1700));
}

TEST(LocateHostile, bears_a_clock_that_jumps_by_an_hour) {
  Hostile h;
  for (auto& o : h.block.arrivals) {
    auto& a = std::get<Arrival>(o.shape);
    if (o.source == "node-12" && a.at_time > kHour + Duration::seconds(1700))
      a.at_time = a.at_time + Duration::hours(1);
  }
  h.expect_unharmed();
}

}  // namespace
}  // namespace truce::fuse
