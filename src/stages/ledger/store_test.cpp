#include "stages/ledger/store.h"

#include <gtest/gtest.h>

#include "model/identity.h"
#include "model/json.h"

namespace truce::ledger {
namespace {

Observation observation(std::int64_t start_s, std::int64_t end_s) {
  Observation o;
  o.source = "s";
  o.when = {{start_s * 1'000'000'000}, {end_s * 1'000'000'000}};
  o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kBurst)});
  o.id = observation_id(o);
  return o;
}

Incident incident_of(const Observation& o, double p_real) {
  Incident i;
  i.id = incident_id(o.id);
  i.when = o.when;
  i.p_real = p_real;
  i.evidence.push_back({o.id, o.source, o.source, 1});
  return i;
}

std::unique_ptr<Store> fresh() {
  auto store = Store::open(":memory:");
  EXPECT_TRUE(store.ok());
  return *std::move(store);
}

TEST(Store, keeps_an_observation_once_and_counts_the_rest) {
  auto store = fresh();
  const auto o = observation(10, 20);
  EXPECT_TRUE(*store->put_observation(o, to_json(o), 0, true));
  EXPECT_FALSE(*store->put_observation(o, to_json(o), 1, true));
  const auto counts = *store->counts();
  EXPECT_EQ(counts[0], (std::pair<std::string, std::int64_t>{"observations", 1}));
  EXPECT_EQ(counts[1], (std::pair<std::string, std::int64_t>{"duplicates", 1}));
}

TEST(Store, finds_what_overlaps_however_long_it_is) {
  auto store = fresh();
  for (const auto& o : {observation(0, 100'000), observation(50, 60), observation(200, 210)}) {
    ASSERT_TRUE(*store->put_observation(o, to_json(o), 0, true));
  }
  EXPECT_EQ(store->observations_overlapping({{55'000'000'000}, {56'000'000'000}}, true)->size(),
            2U);
  EXPECT_EQ(store->observations_overlapping({{300'000'000'000}, {301'000'000'000}}, true)->size(),
            1U);
}

TEST(Store, answers_as_of_any_position) {
  auto store = fresh();
  const auto o = observation(10, 20);
  ASSERT_TRUE(*store->put_observation(o, to_json(o), 0, true));
  EXPECT_EQ(*store->put_incident(incident_of(o, 0.5), {}, 1), 1U);
  Finding f;
  f.subject = incident_id(o.id);
  f.provision = "p";
  f.reading = "base";
  f.id = finding_id(f.subject, f.provision, f.reading);
  EXPECT_EQ(*store->put_incident(incident_of(o, 0.9), {f}, 5), 2U);
  EXPECT_FALSE((*store->incident(f.subject, 0)).has_value());
  EXPECT_EQ((*store->incident(f.subject, 3))->p_real, 0.5);
  EXPECT_EQ((*store->incident(f.subject))->p_real, 0.9);
  EXPECT_TRUE((*store->findings_of(f.subject, 3)).empty());
  EXPECT_EQ((*store->finding(f.id))->version, 2U);
  EXPECT_EQ(*store->incident_members(o.id), std::vector<std::string>{o.id});
  ASSERT_TRUE(store->supersede_incident(f.subject, 9).ok());
  EXPECT_FALSE((*store->incident(f.subject)).has_value());
  EXPECT_TRUE((*store->incident(f.subject, 8)).has_value());
}

TEST(Store, forgets_what_was_not_committed) {
  const std::string path = ::testing::TempDir() + "truce_store_test.sqlite";
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
  const auto a = observation(1, 2), b = observation(3, 4);
  {
    auto store = *Store::open(path);
    ASSERT_TRUE(store->begin().ok());
    ASSERT_TRUE(*store->put_observation(a, to_json(a), 0, true));
    ASSERT_TRUE(store->commit(1).ok());
    ASSERT_TRUE(store->begin().ok());
    ASSERT_TRUE(*store->put_observation(b, to_json(b), 1, true));
  }
  auto store = *Store::open(path);
  EXPECT_EQ(store->applied(), 1U);
  EXPECT_TRUE((*store->observation(a.id)).has_value());
  EXPECT_FALSE((*store->observation(b.id)).has_value());
}

TEST(Store, remembers_how_far_each_feed_came) {
  auto store = fresh();
  const FeedProgress p{"f", "a.csv", 10, "00", 3, false};
  ASSERT_TRUE(store->put_progress(p).ok());
  EXPECT_EQ(**store->progress("f", "a.csv"), p);
  EXPECT_FALSE((*store->progress("f", "b.csv")).has_value());
}

}  // namespace
}  // namespace truce::ledger
