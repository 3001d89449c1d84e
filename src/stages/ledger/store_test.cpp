#include "stages/ledger/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>

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
  EXPECT_EQ(*store->put_incident(incident_of(o, 0.9), {.findings = {f}}, 5), 2U);
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

Instant at_minute(std::int64_t minute, std::int64_t s = 0) {
  return {(minute * 60 + s) * 1'000'000'000};
}

TEST(Store, knows_how_many_entries_were_taken_in_before_a_minute) {
  auto store = fresh();
  EXPECT_EQ(*store->taken_in_before(at_minute(100)), 0U);
  ASSERT_TRUE(store->begin().ok());
  EXPECT_TRUE(*store->put_taken_in(0, at_minute(10, 59)));
  EXPECT_FALSE(*store->put_taken_in(1, at_minute(10)));
  EXPECT_TRUE(*store->put_taken_in(2, at_minute(12)));
  EXPECT_FALSE(*store->put_taken_in(3, at_minute(-3))) << "a clock that was set back";
  EXPECT_TRUE(*store->put_taken_in(4, at_minute(90))) << "and one that leapt ahead";
  EXPECT_FALSE(*store->put_taken_in(5, at_minute(13)));
  ASSERT_TRUE(store->commit(6).ok());
  EXPECT_EQ(*store->taken_in_before(at_minute(-9)), 0U);
  EXPECT_EQ(*store->taken_in_before(at_minute(10, 59)), 0U) << "of a minute nothing or all";
  EXPECT_EQ(*store->taken_in_before(at_minute(11)), 2U);
  EXPECT_EQ(*store->taken_in_before(at_minute(12, 30)), 2U);
  EXPECT_EQ(*store->taken_in_before(at_minute(13)), 4U);
  EXPECT_EQ(*store->taken_in_before(at_minute(90)), 4U) << "it holds back what is behind it";
  EXPECT_EQ(*store->taken_in_before(at_minute(91)), 6U);
  ASSERT_TRUE(store->begin_anew("rules").ok());
  EXPECT_TRUE(*store->put_taken_in(0, at_minute(10)));
}

std::string no_file_at(const std::string& name) {
  const std::string path = ::testing::TempDir() + name;
  for (const char* suffix : {"", "-wal", "-shm"}) std::remove((path + suffix).c_str());
  return path;
}

TEST(Store, is_for_its_owner_alone_with_all_that_lies_beside_it) {
  const std::string path = no_file_at("truce_store_private.sqlite");
  auto store = *Store::open(path);
  ASSERT_TRUE(store->begin().ok());
  ASSERT_TRUE(store->commit(1).ok());
  for (const char* part : {"", "-wal", "-shm"}) {
    const auto mode = std::filesystem::status(path + part).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << part;
  }
}

TEST(Store, forgets_what_was_not_committed) {
  const std::string path = no_file_at("truce_store_test.sqlite");
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

TEST(Store, names_the_members_of_the_incident_that_a_report_joined) {
  auto store = fresh();
  const auto a = observation(10, 20), b = observation(12, 20), c = observation(14, 20);
  for (const auto* o : {&a, &b, &c}) ASSERT_TRUE(*store->put_observation(*o, to_json(*o), 0, true));
  Incident both = incident_of(a, 0.5);
  both.evidence.push_back({b.id, b.source, b.source, 1});
  ASSERT_TRUE(store->put_incident(both, {}, 1).ok());
  ASSERT_TRUE(store->put_incident(incident_of(c, 0.5), {}, 1).ok());
  const std::vector<std::string> members{a.id, b.id};
  EXPECT_EQ(*store->incident_members(a.id), members);
  EXPECT_EQ(*store->incident_members(b.id), members);
  EXPECT_EQ(*store->incident_members(c.id), std::vector<std::string>{c.id});
  // It leaves, and names an incident of its own.
  ASSERT_TRUE(store->put_incident(incident_of(a, 0.5), {}, 2).ok());
  ASSERT_TRUE(store->put_incident(incident_of(b, 0.5), {}, 2).ok());
  EXPECT_EQ(*store->incident_members(b.id), std::vector<std::string>{b.id});
}

TEST(Store, looks_back_to_a_position) {
  const std::string path = testing::TempDir() + "looks_back.sqlite";
  std::filesystem::remove(path);
  auto store = *Store::open(path);
  auto a = observation(10, 20), b = observation(5000, 6000);
  a.origin.feed = b.origin.feed = "feed";
  ASSERT_TRUE(store->begin().ok());
  ASSERT_TRUE(*store->put_observation(a, to_json(a), 0, true));
  ASSERT_TRUE(store->put_incident(incident_of(a, 0.5), {}, 1).ok());
  ASSERT_TRUE(*store->put_observation(b, to_json(b), 1, true));
  ASSERT_TRUE(store->put_incident(incident_of(a, 0.9), {}, 2).ok());
  ASSERT_TRUE(store->put_incident(incident_of(b, 0.5), {}, 2).ok());
  ASSERT_TRUE(store->commit(2).ok());
  auto then = *Store::open_to_read(path);
  then->look_back_to(3);
  EXPECT_EQ(then->applied(), 2U) << "it has not come that far";
  then->look_back_to(1);
  EXPECT_EQ(then->applied(), 1U);
  const Interval always{{INT64_MIN}, {INT64_MAX}};
  EXPECT_EQ(then->observations_overlapping(always, true)->size(), 1U);
  EXPECT_FALSE(then->observation(b.id)->has_value());
  const auto incidents = *then->incidents_overlapping(always);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents.front().p_real, 0.5);
  EXPECT_EQ(incidents, *store->incidents_overlapping(always, 1));
  EXPECT_EQ((*then->feed_span("feed"))->end, a.when.start);
  EXPECT_EQ((*store->feed_span("feed"))->end, b.when.start);
  then->look_back_to(0);
  EXPECT_TRUE(then->incidents_overlapping(always)->empty());
  EXPECT_FALSE(then->feed_span("feed")->has_value());
}

TEST(Store, finds_incidents_that_overlap_however_long_they_are) {
  auto store = fresh();
  const auto night = observation(0, 40'000), shot = observation(39'000, 39'001);
  for (const auto* o : {&night, &shot})
    ASSERT_TRUE(store->put_incident(incident_of(*o, 1), {}, 1).ok());
  EXPECT_EQ(store->incidents_overlapping({{38'000'000'000'000}, {39'500'000'000'000}})->size(), 2U);
  EXPECT_EQ(store->incidents_overlapping({{38'000'000'000'000}, {38'500'000'000'000}})->size(), 1U);
}

TEST(Store, pages_lead_through_rows_once_in_an_order_that_stays) {
  auto store = fresh();
  for (int n = 0; n < 10; ++n) {  // two at a time
    const Interval when{{n / 2}, {n / 2}};
    ASSERT_TRUE(*store->put_record("claim", "c" + std::to_string(9 - n), when, "{}", 0));
  }
  std::vector<std::string> seen;
  PageQuery next{.kind = "claim", .when = {{0}, {3}}, .after_id = {}, .limit = 3};
  for (std::vector<PageRow> page{{}}; !page.empty();) {
    page = *store->page(next);
    for (const auto& row : page) seen.push_back(row.id);
    if (!page.empty()) next.after_start = page.back().when.start;
    if (!page.empty()) next.after_id = seen.back();
  }
  EXPECT_EQ(seen, (std::vector<std::string>{"c8", "c9", "c6", "c7", "c4", "c5", "c2", "c3"}));
}

TEST(Store, tells_what_came_to_be_known_behind_a_place_by_its_latest_version) {
  using Kind = ChangedRow::Kind;
  auto store = fresh();
  const auto a = observation(10, 20), b = observation(11, 20), c = observation(12, 20);
  for (const auto& [o, position] : {std::pair{a, 1U}, {b, 1U}, {c, 2U}, {a, 3U}})
    ASSERT_TRUE(store->put_incident(incident_of(o, 1), {}, position).ok());
  ASSERT_TRUE(store->supersede_incident(incident_id(b.id), 4).ok());
  ASSERT_TRUE(*store->put_record("hazard", "h", {}, "{}", 3));
  const auto behind = [&store](std::uint64_t position, Kind kind, const std::string& id) {
    std::string out;
    const auto rows = store->changes(position, kind, id, 9);
    for (const auto& [k, row] : *rows)
      out += std::to_string(row.position) + "/" + std::to_string(static_cast<int>(k)) + "/" +
             row.id.substr(0, 17) + " ";
    return out;
  };
  const std::string all =
      "2/3/i19700101T000012- 3/3/i19700101T000010- 4/1/i19700101T000011- 4/2/h ";
  EXPECT_EQ(behind(0, Kind::kConduct, ""), all);
  EXPECT_EQ(behind(2, Kind::kIncident, incident_id(c.id)), all.substr(22));
  EXPECT_EQ(behind(4, Kind::kGone, incident_id(b.id)), "4/2/h ");
  EXPECT_EQ(behind(4, Kind::kHazard, "h"), "");
  EXPECT_EQ(store->changes(0, Kind::kConduct, "", 1)->size(), 1U);
}

TEST(Store, finds_arrivals_by_when_they_were_heard) {
  auto store = fresh();
  const auto a = observation(10, 20), b = observation(12, 20);
  for (const auto* o : {&a, &b}) {
    ASSERT_TRUE(*store->put_observation(*o, to_json(*o), 0, false));
    ASSERT_TRUE(store->put_arrival(o->id, o->when.start).ok());
  }
  const Instant ten{10'000'000'000}, twelve{12'000'000'000};
  EXPECT_EQ(store->arrivals_heard(ten, twelve)->size(), 2U);
  EXPECT_EQ(*store->arrivals_heard(ten + Duration{1}, twelve), std::vector<Observation>{b});
}

TEST(Store, remembers_which_blocks_of_sound_are_to_be_located) {
  auto store = fresh();
  const Instant one{0}, two{3'600'000'000'000}, now{9'000'000'000'000};
  for (const Instant block : {two, one, two}) ASSERT_TRUE(store->put_sound_work(block).ok());
  ASSERT_EQ(store->sound_work()->size(), 2U);
  EXPECT_EQ(store->sound_work()->front().block, one);
  EXPECT_FALSE(store->sound_work()->front().last_located.has_value());
  ASSERT_TRUE(store->sound_located(one, now).ok());
  ASSERT_EQ(store->sound_work()->size(), 1U);
  ASSERT_TRUE(store->renew_sound_work(one, one).ok());
  ASSERT_EQ(store->sound_work()->size(), 2U);
  EXPECT_EQ(store->sound_work()->front().last_located, now);
}

TEST(Store, knows_episodes_until_one_of_them_is_taken_back) {
  auto store = fresh();
  ASSERT_TRUE(store->put_episode({"o2", "o1", "o3"}).ok());
  ASSERT_TRUE(store->put_episode({"o9"}).ok());
  EXPECT_EQ(*store->episode_of("o3"), "o2");
  EXPECT_EQ(*store->episode_of("o4"), "");
  EXPECT_EQ(*store->episode_members("o2"), (std::vector<std::string>{"o1", "o2", "o3"}));
  ASSERT_TRUE(store->retract_derived("o1").ok());
  EXPECT_TRUE(store->episode_members("o2")->empty());
  EXPECT_EQ(*store->episode_of("o9"), "o9");
}

TEST(Store, keeps_what_was_derived_and_no_longer_holds_for_those_that_cite_it) {
  auto store = fresh();
  auto a = observation(10, 20), b = observation(12, 20);
  b.derived_from = {"o1"};
  ASSERT_TRUE(*store->put_observation(a, to_json(a), 0, true));
  ASSERT_TRUE(store->put_derived(b, {0}, 3).ok());
  Incident both = incident_of(a, 0.5);
  both.evidence.push_back({b.id, b.source, b.source, 1});
  ASSERT_TRUE(store->put_incident(both, {}, 4).ok());
  EXPECT_EQ(store->counts()->front().second, 1) << "derived ones are not counted";
  EXPECT_EQ(*store->derived_of({0}), std::vector<std::string>{b.id});
  EXPECT_EQ(store->observations_overlapping(a.when, true)->size(), 2U);
  ASSERT_TRUE(store->retract_derived(b.id).ok());
  EXPECT_TRUE(store->derived_of({0})->empty());
  EXPECT_EQ(store->observations_overlapping(a.when, true)->size(), 1U);
  EXPECT_EQ((*store->observation(b.id))->json, to_json(b));
  EXPECT_TRUE(store->incident_members(b.id)->empty());
  ASSERT_TRUE(store->put_derived(b, {0}, 5).ok());
  EXPECT_EQ((*store->observation(b.id))->position, 3U) << "it holds again";
  EXPECT_EQ(store->observations_overlapping(a.when, true)->size(), 2U);
}

TEST(Store, keeps_of_each_block_what_was_found_last) {
  auto store = fresh();
  const Health a{"N-1", {{10}, {20}}, "silent", ""}, b{"N-2", {{15}, {90}}, "flood", ""};
  ASSERT_TRUE(store->put_found_health({b, a}, {0}, 1).ok());
  ASSERT_TRUE(store->put_found_health({a}, {100}, 1).ok());
  EXPECT_EQ(*store->found_health({{0}, {100}}), (std::vector<Health>{a, a, b}));
  EXPECT_EQ(*store->found_health({{50}, {100}}), std::vector<Health>{b});
  ASSERT_TRUE(store->put_found_health({}, {0}, 2).ok());
  EXPECT_EQ(*store->found_health({{0}, {100}}), std::vector<Health>{a});
}

TEST(Store, is_empty_for_new_rules_and_remembers_them) {
  const std::string path = no_file_at("truce_rules_store_test.sqlite");
  const auto o = observation(10, 20);
  {
    auto store = *Store::open(path);
    EXPECT_EQ(*store->rules(), "");
    ASSERT_TRUE(store->begin_anew("a").ok());
    ASSERT_TRUE(store->begin().ok());
    ASSERT_TRUE(*store->put_observation(o, to_json(o), 3, true));
    ASSERT_TRUE(store->put_newest({5}).ok());
    ASSERT_TRUE(store->commit(4).ok());
  }
  auto store = *Store::open(path);
  EXPECT_EQ(*store->rules(), "a");
  EXPECT_EQ(store->applied(), 4U);
  ASSERT_TRUE(store->begin_anew("b").ok());
  EXPECT_EQ(*store->rules(), "b");
  EXPECT_EQ(store->applied(), 0U);
  EXPECT_FALSE((*store->observation(o.id)).has_value());
  EXPECT_EQ(store->newest()->ns, INT64_MIN);
}

// As the first version of the store left it: what it held is made again from the log.
TEST(Store, begins_anew_where_an_old_one_stands) {
  const std::string path = no_file_at("truce_old_store_test.sqlite");
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &db), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(db, R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('applied', 7), ('duplicates', 2);
CREATE TABLE observations(
  id TEXT PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  makes_incident INTEGER NOT NULL, incident TEXT, position INTEGER NOT NULL, json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX observations_by_time ON observations(makes_incident, start_ns, end_ns);
INSERT INTO observations VALUES('o1', 1, 2, 1, 'i1', 3, '{}');
CREATE TABLE records(
  kind TEXT NOT NULL, id TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(kind, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE incidents(
  id TEXT NOT NULL, version INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  from_position INTEGER NOT NULL, until_position INTEGER, json TEXT NOT NULL, PRIMARY KEY(id, version)
) STRICT, WITHOUT ROWID;
INSERT INTO incidents VALUES('i1', 1, 1, 2, 3, NULL, '{}');
CREATE TABLE findings(
  incident TEXT NOT NULL, version INTEGER NOT NULL, ordinal INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(incident, version, ordinal)
) STRICT, WITHOUT ROWID;
INSERT INTO findings VALUES('i1', 1, 0, '{}'), ('i1', 1, 1, '{}');
CREATE TABLE progress(
  feed TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  entries INTEGER NOT NULL, complete INTEGER NOT NULL, PRIMARY KEY(feed, file)
) STRICT, WITHOUT ROWID;
PRAGMA user_version=1;
)sql",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  const auto o = observation(10, 20);
  for (int opened = 0; opened < 2; ++opened) {
    auto store = Store::open(path);
    ASSERT_TRUE(store.ok()) << store.error().to_text();
    EXPECT_EQ((*store)->applied(), opened == 0 ? 0U : 4U);
    if (opened == 0) {
      EXPECT_FALSE((*(*store)->incident("i1")).has_value());
      ASSERT_TRUE((*store)->begin().ok());
      ASSERT_TRUE(*(*store)->put_observation(o, to_json(o), 3, true));
      ASSERT_TRUE((*store)->commit(4).ok());
    }
    const auto counts = *(*store)->counts();
    EXPECT_EQ(counts.front().second, 1);
  }
}

}  // namespace
}  // namespace truce::ledger
