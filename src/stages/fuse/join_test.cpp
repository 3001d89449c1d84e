#include "stages/fuse/join.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "base/geo.h"
#include "base/units.h"
#include "model/identity.h"
#include "stages/fuse/fuse.h"
#include "stages/fuse/internal/episode.h"

namespace truce::fuse {
namespace {

constexpr double kSpeedMS = 340;

// A plane of kilometres, its times in seconds.
struct Field {
  LocalFrame frame{*LatLon::from_degrees(48, 37.5)};
  Instant epoch = *parse_instant("2030-06-01T12:10:00Z");
  std::vector<Source> sources;
  std::vector<Observation> effects, others;

  LatLon at(double x_km, double y_km) const { return frame.to_latlon({x_km * 1e3, y_km * 1e3}); }
  Instant time(double s) const { return epoch + Duration{static_cast<std::int64_t>(s * 1e9)}; }
  Observation made(Observation o) const {
    o.id = observation_id(o);
    return o;
  }
  // By so many arrivals.
  void located(double x_km, double y_km, double t, int by = 1) {
    Observation o;
    o.source = kSoundSource;
    o.when = {time(t - 0.05), time(t + 0.05)};
    o.shape = PointShape{at(x_km, y_km), 900, 900, 0};
    o.items.push_back(
        {Count::exact(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.p_real = 0.98;
    o.derived_from = {"o" + std::to_string(effects.size())};
    for (int k = 1; k < by; ++k)
      o.derived_from.push_back(o.derived_from[0] + "-" + std::to_string(k));
    effects.push_back(made(o));
  }
  // What an array at (fx, fy) says of an effect.
  void bearing(const std::string& array, double fx, double fy, double x, double y, double t) {
    if (std::none_of(sources.begin(), sources.end(), [&](auto& s) { return s.id == array; })) {
      Source s;
      s.id = array;
      s.kind = SourceKind::kAcousticArray;
      sources.push_back(s);
    }
    Observation o;
    o.source = array;
    const double heard = t + std::hypot(x - fx, y - fy) * 1e3 / kSpeedMS;
    o.when = {time(heard - 60), time(heard)};
    o.shape = Bearing{at(fx, fy), to_degrees(std::atan2(x - fx, y - fy)), 3, 20'000};
    o.items.push_back(
        {Count::exact(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.p_real = 0.9;
    others.push_back(made(o));
  }
  void patrol(const std::string& id, double x, double y, double from, double until, Count n) {
    Observation o;
    o.source = id;
    o.when = {time(from), time(until)};
    o.shape = AnnularSector{at(x, y - 5), 4000, 6000, 0, 11.25, 500, 5};
    o.items.push_back({n, ClassProbabilities::certain(EffectClass::kExplosionImpact)});
    o.p_real = 0.97;
    others.push_back(made(o));
  }
  std::vector<Observation> arrivals;
  // What a sensor at (fx, fy) hears of an effect.
  void arrival(const std::string& sensor, double fx, double fy, double x, double y, double t) {
    Observation o;
    o.source = sensor;
    Arrival a;
    a.at = at(fx, fy);
    a.at_time = time(t + std::hypot(x - fx, y - fy) * 1e3 / kSpeedMS);
    a.sigma_s = 0.05;
    a.speed_m_s = kSpeedMS;
    o.when = {a.at_time, a.at_time};
    o.shape = a;
    arrivals.push_back(made(o));
  }
  std::vector<Episode> episodes() const { return join({effects, others, sources, arrivals}, {}); }
};

std::size_t effects_in(const Episode& e) {
  return static_cast<std::size_t>(
      std::count_if(e.begin(), e.end(), [](const auto& o) { return !o.derived_from.empty(); }));
}

TEST(Join, gives_a_bearing_to_the_shot_it_is_of_and_keeps_salvos_apart) {
  Field f;
  for (int k = 0; k < 3; ++k) f.located(0, 0, 10 * k);
  f.located(8, 0, 5);
  f.bearing("array-1", 0, -8, 8, 0, 5);
  f.bearing("array-1", 0, -8, 0, 0, 10);
  f.bearing("array-1", 0, -8, -9, 3, 900);  // of nothing
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].size(), 3U);
  ASSERT_EQ(found[1].size(), 1U);
  EXPECT_EQ(found[0][0].derived_from.size(), 1U);
  EXPECT_EQ(found[0][1].derived_from, (std::vector<std::string>{"o1", f.others[1].id}));
  EXPECT_EQ(found[1][0].derived_from, (std::vector<std::string>{"o3", f.others[0].id}));
}

TEST(Join, finds_effects_where_bearings_cross) {
  Field f;
  f.bearing("array-1", -6, -8, 1, 2, 100);
  f.bearing("array-2", 6, -8, 1, 2, 100);
  f.bearing("array-1", -6, -8, -4, 4, 400);  // heard by one alone
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].size(), 1U);
  const Observation& o = found[0][0];
  EXPECT_EQ(o.source, kCrossingSource);
  EXPECT_EQ(o.derived_from.size(), 2U);
  EXPECT_LT(geodesic_between(std::get<PointShape>(o.shape).at, f.at(1, 2)).distance_m, 60);
  EXPECT_LE(o.when.start, f.time(100));
  EXPECT_GE(o.when.end, f.time(100));
}

TEST(Join, takes_gun_and_impacts_for_one_fire) {
  Field f;
  const double shots[] = {0, 7, 11, 20, 26};
  for (const double t : shots) {
    f.located(0, 0, t);
    f.located(0.1, 9, t + 30);
  }
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 1U);
  std::vector<const Observation*> members;
  for (const auto& o : found[0]) members.push_back(&o);
  std::sort(members.begin(), members.end(), [](auto* a, auto* b) { return a->id < b->id; });
  const Incident incident = infer(members, {}, {});
  ASSERT_EQ(incident.effects.size(), 2U);
  EXPECT_EQ(incident.violations.best, 10);
  EXPECT_LT(geodesic_between(incident.place.best, f.at(0.1, 9)).distance_m, 20);
}

Incident told(const Episode& episode, const std::vector<Source>& sources = {}) {
  std::vector<const Observation*> members;
  for (const auto& o : episode) members.push_back(&o);
  return infer(members, sources, {});
}

TEST(Join, takes_gun_and_impacts_for_one_fire_where_a_third_of_the_gun_was_not_located) {
  Field f;
  const double shots[] = {0, 7, 11, 20, 26, 31, 41, 45, 54, 60};
  for (int k = 0; k < 10; ++k) {
    if (k % 3 != 1) f.located(0, 0, shots[k]);
    f.located(0.1, 9, shots[k] + 30);
  }
  EXPECT_EQ(f.episodes().size(), 1U);
}

TEST(Join, keeps_volleys_apart_that_keep_step_no_better_than_chance) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> s(0, 60);
  int apart = 0;
  for (int times = 0; times < 40; ++times) {
    Field f;
    for (int k = 0; k < 8; ++k) {
      f.located(0, 0, s(random));
      f.located(0.1, 9, 20 + s(random));
    }
    apart += f.episodes().size() == 2 ? 1 : 0;
  }
  EXPECT_GE(apart, 34);
}

TEST(Join, takes_a_lone_effect_that_few_heard_for_a_shot_of_the_salvo_that_fires) {
  for (const int arrivals : {3, 12}) {
    Field f;
    for (int k = 0; k < 8; ++k) f.located(0, 0, 7 * k, 12);
    f.located(2, 1, 25, arrivals);
    const auto found = f.episodes();
    ASSERT_EQ(found.size(), arrivals == 3 ? 1U : 2U);
    if (arrivals != 3) continue;
    const Incident incident = told(found[0]);
    EXPECT_EQ(incident.flags, (std::vector<std::string>{std::string(kMisplacedFlag)}));
    EXPECT_LT(geodesic_between(incident.place.best, f.at(0, 0)).distance_m, 10);
  }
}

TEST(Join, leaves_alone_a_lone_effect_before_and_after_the_salvo) {
  for (const double t : {-200.0, 300.0}) {
    Field f;
    for (int k = 0; k < 8; ++k) f.located(0, 0, 7 * k, 12);
    f.located(2, 1, t, 3);
    EXPECT_EQ(f.episodes().size(), 2U);
  }
}

TEST(Join, puts_a_bearing_beside_the_salvo_whose_shot_sensors_missed) {
  Field f;
  for (int k = 0; k < 6; ++k) f.located(0, 0, 10 * k);
  f.bearing("array-1", 0, -8, 0.1, 0, 24);  // between two shots
  f.bearing("array-1", 0, -8, -9, 3, 24);   // of something else
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 1U);
  ASSERT_EQ(found[0].size(), 7U);
  EXPECT_EQ(found[0].back().id, f.others[0].id);
  EXPECT_GE(told(found[0]).violations.low, 6);
}

TEST(Join, is_not_sure_of_crossings_where_the_same_bearings_cross_elsewhere_too) {
  Field f;
  for (const double x : {-3.0, 3.0}) {
    f.bearing("array-1", -6, -8, x, 2, 100);
    f.bearing("array-2", 6, -8, x, 2, 100);
  }
  for (const auto& e : f.episodes()) {
    for (const auto& o : e) EXPECT_LT(o.p_real, 0.92);
  }
  Field alone;
  alone.bearing("array-1", -6, -8, 3, 2, 100);
  alone.bearing("array-2", 6, -8, 3, 2, 100);
  ASSERT_EQ(alone.episodes().size(), 1U);
  EXPECT_GE(alone.episodes()[0][0].p_real, 0.95);
}

TEST(Join, finds_both_of_two_shots_at_one_place_whichever_bearing_is_of_which) {
  Field f;
  for (const double t : {100.0, 100.4}) {
    f.bearing("array-1", -6, -8, 1, 2, t);
    f.bearing("array-2", 6, -8, 1, 2, t);
  }
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(effects_in(found[0]), 2U);
}

TEST(Join, places_a_crossing_by_what_sensors_heard_of_it) {
  Field f;
  f.bearing("array-1", -6, -8, 1, 2, 100);
  f.bearing("array-2", 6, -8, 1.8, 2, 100);  // three degrees off
  const auto bare = f.episodes();
  f.arrival("s1", 0, 4, 1, 2, 100);
  f.arrival("s2", 4, 1, 1, 2, 100);
  f.arrival("s3", -3, 0, 1, 2, 100);
  f.arrival("s4", -3, -3, 1, 2, 300);  // of something else
  const auto found = f.episodes();
  ASSERT_EQ(bare.size(), 1U);
  ASSERT_EQ(found.size(), 1U);
  const auto off_m = [&](const Episode& e) {
    return geodesic_between(std::get<PointShape>(e[0].shape).at, f.at(1, 2)).distance_m;
  };
  EXPECT_GT(off_m(bare[0]), 250);
  EXPECT_LT(off_m(found[0]), 60);
  EXPECT_EQ(found[0][0].derived_from.size(), 5U);
}

TEST(Join, leaves_arrivals_to_the_effects_that_sensors_located) {
  Field f;
  f.located(1, 2, 100);
  f.arrival("s1", 0, 4, 1, 2, 100);
  f.effects[0].derived_from = {f.arrivals[0].id};
  f.effects[0] = f.made(f.effects[0]);
  f.bearing("array-1", -6, -8, 4, 2, 101);
  f.bearing("array-2", 6, -8, 4, 2, 101);
  for (const auto& e : f.episodes()) {
    for (const auto& o : e) {
      const bool takes =
          std::count(o.derived_from.begin(), o.derived_from.end(), f.arrivals[0].id) > 0;
      EXPECT_EQ(takes, o.source == kSoundSource);
    }
  }
}

TEST(Join, one_watchers_reports_apart_in_time_are_of_two_events_and_anothers_may_be_of_one) {
  Field f;
  f.patrol("patrol-1", 0, 0, 0, 60, Count::exact(5));
  f.patrol("patrol-1", 0, 0, 300, 360, Count::exact(4));
  f.patrol("patrol-2", 0, 0, 120, 180, Count::exact(4));
  EXPECT_FALSE(same_incident(f.others[0], f.others[1], {}));
  EXPECT_TRUE(same_incident(f.others[0], f.others[2], {}));
  // Where another's report lies between, they are one incident, and what he told apart adds up.
  const auto n = told(f.others).violations;
  EXPECT_EQ(n.best, 9);
  EXPECT_EQ(n.high, 13);
}

TEST(Join, bearings_of_one_array_are_a_salvo_only_while_it_fires) {
  Field f;
  f.bearing("array-1", 0, -8, 0, 0, 0);
  f.bearing("array-1", 0, -8, 0.1, 0, 40);
  f.bearing("array-1", 0, -8, 0.1, 0, 110);
  EXPECT_TRUE(same_incident(f.others[0], f.others[1], {}));
  EXPECT_FALSE(same_incident(f.others[1], f.others[2], {}));
  EXPECT_EQ(told({f.others[0], f.others[1]}).violations.best, 2);
}

TEST(Join, says_how_many_more_a_watcher_may_have_missed) {
  Field f;
  f.patrol("patrol-1", 0, 0, 0, 60, Count::exact(5));
  Source known;
  known.id = "patrol-1";
  known.kind = SourceKind::kPatrol;
  EXPECT_EQ(told(f.others).violations, (CountInterval{5, 5, 5, false}));
  const auto n = told(f.others, {known}).violations;
  EXPECT_EQ(n.low, 5);
  EXPECT_EQ(n.best, 5);
  EXPECT_GE(n.high, 10);
  EXPECT_LE(n.high, 40);
}

TEST(Join, gives_a_count_to_the_salvo_in_its_sector_and_makes_one_interval_of_all) {
  Field f;
  for (int k = 0; k < 31; ++k) f.located(0, 0, 6 * k);
  for (int k = 0; k < 3; ++k) f.located(12, 3, 6 * k);
  f.patrol("camera", 0, 0, -1, 185, Count::exact(24));
  f.patrol("patrol", 0, 0, -10, 240, Count::about(20));
  f.patrol("elsewhere", -12, -9, -10, 240, Count::exact(4));
  const auto found = f.episodes();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(effects_in(found[0]) + effects_in(found[1]), 34U);
  const Episode& large = found[found[0].size() > found[1].size() ? 0 : 1];
  EXPECT_EQ(large.size(), 33U);
  std::vector<const Observation*> members;
  for (const auto& o : large) members.push_back(&o);
  const auto n = infer(members, {}, {}).violations;
  EXPECT_EQ(n.low, 31);
  EXPECT_GE(n.best, 31);
  EXPECT_LE(n.high, 40);
}

TEST(Join, says_the_same_in_any_order) {
  Field f;
  std::mt19937 random(5);
  std::uniform_real_distribution<double> km(-8, 8), s(0, 600);
  for (int k = 0; k < 40; ++k) {
    const double x = km(random), y = km(random), t = s(random);
    if (k % 2 == 0) f.located(x, y, t);
    f.bearing("array-1", -6, -9, x, y, t);
    f.bearing("array-2", 6, -9, x, y, t);
    if (k % 5 == 0) f.patrol("patrol", x, y, t - 60, t + 60, Count::exact(1));
    if (k % 2 == 0) continue;
    f.arrival("s1", -2, 1, x, y, t);
    f.arrival("s2", 5, -3, x, y, t);
  }
  const auto once = f.episodes();
  EXPECT_GE(once.size(), 20U);
  std::shuffle(f.effects.begin(), f.effects.end(), random);
  std::shuffle(f.arrivals.begin(), f.arrivals.end(), random);
  std::shuffle(f.others.begin(), f.others.end(), random);
  EXPECT_EQ(f.episodes(), once);
}

TEST(Join, leaves_to_the_rule_for_reports_what_no_effect_explains) {
  Field f;
  EXPECT_TRUE(f.episodes().empty());
  f.patrol("patrol", 0, 0, 0, 60, Count::exact(2));
  EXPECT_TRUE(f.episodes().empty());
  Observation o = f.others[0];
  EXPECT_TRUE(can_be_joined(o));
  o.when.end = o.when.start + Duration::hours(2);
  EXPECT_FALSE(can_be_joined(o));
}

TEST(Join, counts_hold_what_happened_nine_times_of_ten) {
  std::mt19937 random(7);
  const JoinParams params;
  int held = 0;
  constexpr int kTimes = 400;
  for (int k = 0; k < kTimes; ++k) {
    const int n = 1 + static_cast<int>(std::exp(std::uniform_real_distribution<>(0, 4)(random)));
    const auto noticed = [&](double share, double strength) {  // a beta share of n
      const double a = std::gamma_distribution<>(share * strength)(random);
      const double b = std::gamma_distribution<>((1 - share) * strength)(random);
      return std::int64_t{std::binomial_distribution<>(n, a / (a + b))(random)};
    };
    std::vector<Witness> witnesses;
    const std::int64_t heard = noticed(params.located_share, 20);
    const std::int64_t seen = noticed(params.noticed_share, 4);
    if (heard > 0) witnesses.push_back({{heard, heard, heard, false}, params.located_share, 20});
    if (seen > 0) witnesses.push_back({{seen, seen, seen, false}, params.noticed_share, 4});
    if (witnesses.empty()) continue;
    const auto said = happened(witnesses);
    held += said.low <= n && n <= said.high ? 1 : 0;
  }
  EXPECT_GE(held, kTimes * 88 / 100);
}

}  // namespace
}  // namespace truce::fuse
