#include "stages/fuse/fuse.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "base/geo.h"
#include "model/identity.h"
#include "model/json.h"
#include "stages/fuse/join.h"

namespace truce::fuse {
namespace {

Observation seen(const char* source, double lat, double lon, double radius_m, std::int64_t start_s,
                 std::int64_t length_s, Count count,
                 EffectClass effect = EffectClass::kExplosionUndetermined, double p_real = 0.9) {
  Observation o;
  o.source = source;
  o.when = {{start_s * 1'000'000'000}, {(start_s + length_s) * 1'000'000'000}};
  o.shape = NamedPlace{"x", *LatLon::from_degrees(lat, lon), radius_m};
  o.items.push_back({count, ClassProbabilities::certain(effect)});
  o.p_real = p_real;
  o.id = observation_id(o);
  return o;
}

TEST(SameIncident, joins_two_views_of_one_place_and_time) {
  const auto camera = seen("camera", 48, 37.5, 500, 0, 60, Count::exact(24));
  EXPECT_TRUE(
      same_incident(camera, seen("patrol", 48.004, 37.5, 1500, 30, 300, Count::about(20)), {}));
  EXPECT_FALSE(
      same_incident(camera, seen("patrol", 48.3, 37.5, 1500, 30, 300, Count::about(20)), {}));
  EXPECT_FALSE(
      same_incident(camera, seen("patrol", 48.004, 37.5, 1500, 3600, 300, Count::about(20)), {}));
}

TEST(SameIncident, does_not_chain_neighbouring_settlements_of_a_day) {
  const auto a = seen("news", 48, 37.5, 4000, 0, 86400, Count::at_least(1));
  EXPECT_FALSE(same_incident(a, seen("news", 48.09, 37.5, 4000, 0, 86400, Count::at_least(1)), {}));
  EXPECT_TRUE(same_incident(a, seen("other", 48, 37.5, 4000, 0, 86400, Count::at_least(1)), {}));
}

// Each says only which day; two days have a midnight in common and no event.
TEST(SameIncident, keeps_adjoining_days_apart) {
  constexpr std::int64_t kDay = 86400;
  const auto day = [](const char* who, std::int64_t n) {
    return seen(who, 48, 37.5, 4000, n * kDay, kDay, Count::at_least(1));
  };
  EXPECT_TRUE(same_incident(day("a", 0), day("b", 0), {}));
  EXPECT_FALSE(same_incident(day("a", 0), day("b", 1), {}));
  // Half days that share a quarter of an hour.
  const auto early = seen("a", 48, 37.5, 4000, 0, kDay / 2, Count::at_least(1));
  const auto late = seen("b", 48, 37.5, 4000, kDay / 2 - 900, kDay / 2, Count::at_least(1));
  EXPECT_FALSE(same_incident(early, late, {}));
  EXPECT_TRUE(same_incident(early, day("b", 0), {}));
}

// A report of the whole day could be of either; that the two others are of one, nothing explains.
TEST(Infer, counts_what_lies_apart_in_time_as_two) {
  const auto morning = seen("a", 48, 37.5, 4000, 0, 20'000, Count::exact(2));
  const auto evening = seen("b", 48, 37.5, 4000, 60'000, 20'000, Count::exact(3));
  const auto day = seen("c", 48, 37.5, 4000, 0, 86'400, Count::exact(1));
  EXPECT_EQ(infer({&morning, &day}, {}, {}).violations.low, 2);
  const Incident i = infer({&morning, &evening, &day}, {}, {});
  EXPECT_EQ(i.violations, (CountInterval{5, 5, 6, false}));
}

// Two that only touch, joined by a third, say of no moment that it happened then.
TEST(Infer, knows_no_moment_from_intervals_that_only_touch) {
  const auto first = seen("a", 48, 37.5, 4000, 0, 40'000, Count::exact(1));
  const auto second = seen("b", 48, 37.5, 4000, 40'000, 40'000, Count::exact(1));
  const auto day = seen("c", 48, 37.5, 4000, 0, 86'400, Count::exact(1));
  const Incident i = infer({&first, &second, &day}, {}, {});
  EXPECT_EQ(i.when, (Interval{{0}, {86'400 * 1'000'000'000LL}}));
  const auto moment = seen("d", 48, 37.5, 4000, 500, 0, Count::exact(1));
  EXPECT_EQ(infer({&first, &moment}, {}, {}).when, moment.when);
}

TEST(Infer, makes_one_honest_interval_of_a_camera_a_patrol_and_sensors) {
  const auto a = seen("camera", 48, 37.5, 500, 0, 60, Count::exact(24));
  const auto b = seen("patrol", 48, 37.5, 900, 0, 60, Count::about(20));
  const auto c = seen("sensors", 48, 37.5, 300, 0, 60, Count::exact(31));
  const Incident i = infer({&a, &b, &c}, {}, {});
  EXPECT_EQ(i.violations.low, 31);
  EXPECT_EQ(i.violations.best, 31);
  EXPECT_GE(i.violations.high, 31);
  EXPECT_GT(i.p_real, 0.99);
}

// Sixty who name one town give its one point sixty times.
TEST(Infer, is_no_surer_of_a_place_for_its_being_named_often) {
  std::vector<Observation> named;
  for (int i = 0; i < 60; ++i)
    named.push_back(seen(("paper" + std::to_string(i)).c_str(), 48, 37.5, 4000, 60LL * i, 3600,
                         Count::exact(1)));
  const auto place_of = [&](std::size_t n) {
    std::vector<const Observation*> members;
    for (std::size_t i = 0; i < n; ++i) members.push_back(&named[i]);
    return infer(members, {}, {}).place;
  };
  EXPECT_EQ(place_of(60).radius_m, place_of(1).radius_m);
  named.push_back(seen("camera", 48.02, 37.5, 500, 0, 3600, Count::exact(1)));
  EXPECT_LT(place_of(61).radius_m, place_of(60).radius_m);
}

TEST(Infer, counts_one_upstream_once) {
  auto a = seen("agency", 48, 37.5, 500, 0, 60, Count::exact(5), EffectClass::kBurst, 0.6);
  auto b = seen("paper", 48, 37.5, 500, 0, 60, Count::exact(4), EffectClass::kBurst, 0.6);
  a.upstream = b.upstream = "headline x";
  const Incident i = infer({&a, &b}, {}, {});
  EXPECT_EQ(i.violations, (CountInterval{5, 5, 5, false}));
  EXPECT_DOUBLE_EQ(i.p_real, 0.6);
  Source paper;
  paper.id = "paper";
  paper.upstream = {"agency"};
  a.upstream = b.upstream = "";
  EXPECT_DOUBLE_EQ(infer({&a, &b}, {paper}, {}).p_real, 0.6);
  EXPECT_DOUBLE_EQ(infer({&a, &b}, {}, {}).p_real, 0.84);
}

// Observers that each miss some of what happened: the interval must hold the truth.
TEST(Infer, holds_the_true_count_for_observers_that_miss_some) {
  std::mt19937 random(8);
  for (int round = 0; round < 500; ++round) {
    const int truth = 1 + static_cast<int>(random() % 40);
    std::vector<Observation> all;
    std::vector<bool> seen_by_any(static_cast<std::size_t>(truth), false);
    for (const char* name : {"a", "b", "c"}) {
      int n = 0;
      for (int k = 0; k < truth; ++k) {
        if (random() % 10 < 7) {
          ++n;
          seen_by_any[static_cast<std::size_t>(k)] = true;
        }
      }
      if (n > 0) all.push_back(seen(name, 48, 37.5, 500, 0, 60, Count::exact(n)));
    }
    const auto witnessed = std::count(seen_by_any.begin(), seen_by_any.end(), true);
    if (all.empty()) continue;
    std::vector<const Observation*> members;
    for (const auto& o : all) members.push_back(&o);
    const Incident i = infer(members, {}, {});
    EXPECT_LE(i.violations.low, witnessed);
    EXPECT_GE(i.violations.high, witnessed);
  }
}

std::vector<Observation> world(unsigned seed, int count) {
  std::mt19937 random(seed);
  std::vector<Observation> out;
  for (int i = 0; i < count; ++i) {
    out.push_back(seen(("s" + std::to_string(random() % 9)).c_str(), 48 + (random() % 10) * 0.02,
                       37 + (random() % 10) * 0.02, 200 + random() % 800, random() % 100'000,
                       random() % 900, Count::exact(1 + random() % 5)));
  }
  return out;
}

// Runs a world through a fuser in batches; the latest incidents by id, as text.
std::map<std::string, std::string> run(std::vector<Observation> input, std::size_t batch,
                                       unsigned threads) {
  Params params;
  params.threads = threads;
  Fuser fuser(params, {}, nullptr);
  std::map<std::string, std::string> latest;
  const auto take = [&] {
    const Change change = fuser.settle();
    for (const auto& id : change.superseded) latest.erase(id);
    for (const auto& i : change.updated) latest[i.id] = to_json(i);
  };
  std::size_t n = 0;
  for (auto& o : input) {
    fuser.add(std::move(o));
    if (++n % batch == 0) take();
  }
  take();
  return latest;
}

TEST(Fuser, gives_the_same_for_any_order_batch_and_thread_count) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    const auto input = world(seed, 250);
    const auto expected = run(input, 1'000'000, 1);
    EXPECT_GT(expected.size(), 3U);
    EXPECT_LT(expected.size(), 250U);
    std::mt19937 random(seed);
    for (const std::size_t batch : {std::size_t{1}, std::size_t{7}, std::size_t{10'000}}) {
      auto shuffled = input;
      std::shuffle(shuffled.begin(), shuffled.end(), random);
      EXPECT_EQ(run(shuffled, batch, batch == 7 ? 8 : 2), expected)
          << "seed " << seed << " batch " << batch;
    }
  }
}

// A store that remembers everything, for a fuser that forgets at once.
struct Memory : Lookback {
  void put(const Incident& i) {
    incidents[i.id].clear();
    for (const auto& e : i.evidence) {
      incidents[i.id].push_back(e.observation);
      incident_of[e.observation] = i.id;
    }
  }
  // Its incident falls apart until it is put again.
  void retract(const std::string& id) {
    all.erase(id);
    const auto it = incident_of.find(id);
    if (it == incident_of.end()) return;
    for (const auto& m : std::vector<std::string>(incidents.at(it->second))) incident_of.erase(m);
  }
  std::map<std::string, Observation> all;
  std::map<std::string, std::vector<std::string>> incidents;
  std::map<std::string, std::string> incident_of;
  std::map<std::string, std::string> episodes;  // by observation
  std::string episode_of(const std::string& id) const override {
    const auto it = episodes.find(id);
    return it == episodes.end() ? "" : it->second;
  }
  std::vector<Observation> overlapping(const Interval& when) const override {
    std::vector<Observation> out;
    for (const auto& [id, o] : all) {
      if (o.when.start <= when.end && o.when.end >= when.start) out.push_back(o);
    }
    return out;
  }
  std::vector<Observation> incident_members(const std::string& id) const override {
    std::vector<Observation> out;
    const auto it = incident_of.find(id);
    if (it == incident_of.end()) return out;
    for (const auto& m : incidents.at(it->second)) out.push_back(all.at(m));
    return out;
  }
};

TEST(Fuser, gives_the_same_when_it_forgets_and_looks_back) {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    auto input = world(seed, 200);
    const auto expected = run(input, 1'000'000, 1);
    std::mt19937 random(seed);
    std::shuffle(input.begin(), input.end(), random);
    Memory memory;
    Fuser fuser({}, {}, &memory);
    std::map<std::string, std::string> latest;
    std::size_t most = 0;
    for (const auto& o : input) {
      memory.all.emplace(o.id, o);
      fuser.add(o);
      const Change change = fuser.settle();
      for (const auto& id : change.superseded) latest.erase(id);
      for (const auto& i : change.updated) {
        latest[i.id] = to_json(i);
        memory.put(i);
      }
      fuser.forget_before({1'000'000'000'000'000});
      most = std::max(most, fuser.held());
    }
    EXPECT_EQ(latest, expected) << "seed " << seed;
    EXPECT_LT(fuser.held(), 1U);
  }
}

// Adds in random order, retracts every third at some time after, and settles now and then; what
// stands is what the others alone give.
void retracts_some(unsigned seed, bool forgets) {
  const auto all = world(seed, 200);
  std::mt19937 random(seed);
  std::vector<Observation> kept;
  std::vector<std::pair<std::size_t, const Observation*>> steps;  // when, and what
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t at = random() % 1000;
    steps.emplace_back(at, &all[i]);
    if (i % 3 == 0)
      steps.emplace_back(at + 1 + random() % 300, &all[i]);
    else
      kept.push_back(all[i]);
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  Memory memory;
  Fuser fuser({}, {}, forgets ? &memory : nullptr);
  std::map<std::string, std::string> latest;
  const auto settle = [&] {
    const Change change = fuser.settle();
    for (const auto& id : change.superseded) EXPECT_EQ(latest.erase(id), 1U) << id;
    for (const auto& i : change.updated) {
      latest[i.id] = to_json(i);
      memory.put(i);
    }
    fuser.forget_before({static_cast<std::int64_t>(random() % 100'000) * 1'000'000'000});
  };
  std::map<std::string, int> times;
  for (const auto& [at, o] : steps) {
    if (++times[o->id] == 1) {
      memory.all.emplace(o->id, *o);
      fuser.add(*o);
    } else {
      fuser.retract(o->id);
      memory.retract(o->id);
    }
    if (random() % 10 == 0) settle();
  }
  settle();
  const auto expected = run(kept, 1'000'000, 1);
  EXPECT_EQ(latest.size(), expected.size());
  for (const auto& [id, json] : expected)
    EXPECT_EQ(latest[id], json) << "seed " << seed << (forgets ? " forgetting" : "");
}

TEST(Fuser, has_never_seen_what_it_retracts) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    retracts_some(seed, false);
    retracts_some(seed, true);
  }
}

TEST(Fuser, names_what_a_retraction_splits) {
  const auto left = seen("a", 48, 37.5, 300, 0, 60, Count::exact(1));
  const auto right = seen("b", 48, 37.53, 300, 0, 60, Count::exact(1));
  const auto between = seen("c", 48, 37.515, 900, 0, 60, Count::exact(1));
  Fuser fuser({}, {}, nullptr);
  for (const auto* o : {&left, &right, &between}) fuser.add(*o);
  const auto joined = fuser.settle().updated;
  ASSERT_EQ(joined.size(), 1U);
  fuser.retract(between.id);
  const Change split = fuser.settle();
  EXPECT_EQ(split.updated.size(), 2U);
  for (const auto& i : split.updated) EXPECT_EQ(i.evidence.size(), 1U);
  EXPECT_EQ(split.superseded.size(), joined[0].id == "i" + between.id.substr(1) ? 1U : 0U);
}

constexpr std::int64_t kFullHour = std::int64_t{1'000} * 3600;

// An effect so many seconds after a full hour, so far to the east.
Observation fired(std::int64_t after_s, double east_km, std::string_view flag = {}) {
  auto o = seen("sound", 48, 37.5, 15, kFullHour + after_s, 1, Count::exact(1));
  const LocalFrame frame(*LatLon::from_degrees(48, 37.5));
  PointShape at;
  at.at = frame.to_latlon({1000 * east_km, 0});
  at.var_east_m2 = at.var_north_m2 = 225;
  o.shape = at;
  o.derived_from = {"a1"};
  if (!flag.empty()) o.flags.emplace_back(flag);
  o.id = observation_id(o);
  return o;
}

// Fire from before a full hour until after it, in two episodes of which each has a shot elsewhere:
// one incident, whichever is known first and whether or not it was forgotten.
class FireOverAFullHour : public ::testing::TestWithParam<bool> {
 protected:
  std::vector<std::string> bind(const Episode& episode) {
    for (const auto& o : episode) {
      memory_.all.emplace(o.id, o);
      memory_.episodes[o.id] = episode.front().id;
    }
    fuser_.bind(episode);
    return settle();
  }
  void take_back(const Episode& episode) {
    for (const auto& o : episode) {
      fuser_.retract(o.id);
      memory_.retract(o.id);
    }
    for (const auto& o : episode) memory_.episodes.erase(o.id);
  }
  // How many members each incident has, and how many happened.
  std::vector<std::string> settle() {
    const Change change = fuser_.settle();
    for (const auto& id : change.superseded) latest_.erase(id);
    for (const auto& i : change.updated) {
      latest_[i.id] = std::to_string(i.evidence.size()) + ": " + to_text(i.violations);
      memory_.put(i);
    }
    if (GetParam()) fuser_.forget_before({INT64_MAX});
    std::vector<std::string> out;
    for (const auto& [id, text] : latest_) out.push_back(text);
    std::sort(out.begin(), out.end());
    return out;
  }
  Memory memory_;
  Fuser fuser_{{}, {}, &memory_};
  std::map<std::string, std::string> latest_;
};

TEST_P(FireOverAFullHour, is_one_incident_while_both_its_parts_stand) {
  const Episode before{fired(-600, 3, kMisplacedFlag), fired(-40, 0), fired(-20, 0.2)};
  const Episode after{fired(15, 0.1), fired(500, 4, kMisplacedFlag)};
  const Episode far{fired(10, 1.5), fired(300, 1.4)}, late{fired(200, 0)};
  const auto alone = bind(before);
  ASSERT_EQ(alone.size(), 1U);
  EXPECT_EQ(bind(far).size(), 2U);
  EXPECT_EQ(bind(late).size(), 3U);
  const auto all = bind(after);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2].substr(0, 2), "5:");
  EXPECT_NE(all[2].substr(2), alone[0].substr(2));
  take_back(before);
  const auto apart = settle();
  ASSERT_EQ(apart.size(), 3U);
  EXPECT_EQ(apart[2].substr(0, 2), "2:") << "the part that stands is whole";
  EXPECT_EQ(bind(before), all) << "and joined again";
  take_back(after);
  take_back(before);
  EXPECT_EQ(settle().size(), 2U);
  EXPECT_EQ(bind(after).size(), 3U);
  EXPECT_EQ(bind(before), all) << "whichever comes first";
}

INSTANTIATE_TEST_SUITE_P(Fuser, FireOverAFullHour, ::testing::Bool());

TEST(Infer, adds_the_counts_of_hours_that_fire_went_on_over) {
  const std::vector<Observation> first{fired(-40, 0), fired(-20, 0.1)}, second{fired(15, 0.1)};
  const auto told_by = [](std::int64_t hour, std::int64_t count) {
    return seen("patrol", 48, 37.5, 300, kFullHour + hour * 1800 - 900, 1800, Count::exact(count));
  };
  const auto early = told_by(-1, 20), late = told_by(1, 4);
  const std::vector<std::string> of_second{second[0].id, late.id};
  const auto of = [&](const std::vector<const Observation*>& members) {
    return infer(members, {}, {},
                 [&](const std::string& id) {
                   return std::find(of_second.begin(), of_second.end(), id) == of_second.end()
                              ? "a"
                              : "b";
                 })
        .violations;
  };
  const auto a = of({&first[0], &first[1], &early}), b = of({&second[0], &late});
  EXPECT_EQ(of({&first[0], &first[1], &early, &second[0], &late}), a + b);
}

TEST(MakesIncident, leaves_alerts_heat_and_harm_out) {
  for (const auto e :
       {EffectClass::kAlert, EffectClass::kHeat, EffectClass::kHarm, EffectClass::kOther}) {
    EXPECT_FALSE(makes_incident(seen("s", 48, 37, 100, 0, 1, Count::exact(1), e)));
  }
  EXPECT_TRUE(makes_incident(seen("s", 48, 37, 100, 0, 1, Count::exact(1), EffectClass::kShot)));
}

}  // namespace
}  // namespace truce::fuse
