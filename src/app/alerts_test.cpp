#include "app/alerts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/alert_file.h"
#include "app/session.h"
#include "base/files.h"
#include "model/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

fs::path force_mission(const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / ("alerts-" + name);
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  return to;
}

std::unique_ptr<Session> open_saying(const fs::path& mission, std::size_t batch = 10'000) {
  auto session = Session::open(
      mission, {.threads = 1, .batch_entries = batch, .quiet = true, .says_alerts = true});
  EXPECT_TRUE(session.ok()) << session.error().to_text();
  return *std::move(session);
}

// What a run over the mission's feeds says on standard error.
std::string said_by_a_run(const fs::path& mission, std::size_t batch = 10'000) {
  ::testing::internal::CaptureStderr();
  auto session = open_saying(mission, batch);
  EXPECT_TRUE(session->intake->take_all().ok());
  return ::testing::internal::GetCapturedStderr();
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Alerts, follow_from_the_log_whatever_the_batches) {
  const auto mission = force_mission("batches");
  const std::string said = said_by_a_run(mission);
  const std::string file = *read_file(mission / "var/alerts.jsonl");
  EXPECT_EQ(lines_in(file), 10U);
  EXPECT_EQ(lines_in(said), 10U) << said;
  for (const std::size_t batch : {std::size_t{1}, std::size_t{7}}) {
    const auto other = force_mission("batches-" + std::to_string(batch));
    EXPECT_EQ(said_by_a_run(other, batch), said);
    EXPECT_EQ(*read_file(other / "var/alerts.jsonl"), file);
  }
}

TEST(Alerts, are_the_same_when_made_anew_from_the_log) {
  const auto mission = force_mission("anew");
  said_by_a_run(mission);
  const std::string file = *read_file(mission / "var/alerts.jsonl");
  for (const char* name : {"store.sqlite", "store.sqlite-wal", "store.sqlite-shm"})
    fs::remove(mission / "var" / name);
  EXPECT_EQ(said_by_a_run(mission), "") << "what the file holds is not said again";
  EXPECT_EQ(*read_file(mission / "var/alerts.jsonl"), file);
  fs::remove(mission / "var/alerts.jsonl");
  EXPECT_EQ(lines_in(said_by_a_run(mission)), 10U);
  EXPECT_EQ(*read_file(mission / "var/alerts.jsonl"), file);
}

// A run that was killed leaves a file that ends anywhere, and a store that has all that the log has
// or less.
TEST(Alerts, are_neither_lost_nor_said_twice_wherever_a_crash_cut_the_file) {
  const auto mission = force_mission("cut");
  said_by_a_run(mission);
  const std::string file = *read_file(mission / "var/alerts.jsonl");
  for (std::size_t cut = 0; cut <= file.size(); cut += 61) {
    ASSERT_TRUE(write_file_atomically(mission / "var/alerts.jsonl", file.substr(0, cut)).ok());
    ::testing::internal::CaptureStderr();
    open_saying(mission);
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(lines_in(said), 10 - lines_in(file.substr(0, cut))) << cut;
    EXPECT_EQ(*read_file(mission / "var/alerts.jsonl"), file) << cut;
  }
}

// One row, and nothing after it: no tick, no look, no other report.
TEST(Alerts, follow_the_evidence_without_further_input) {
  const auto mission = force_mission("at-once");
  auto session = open_saying(mission);
  std::vector<std::string> said;
  session->engine->on_alerts = [&](const std::vector<Alert>& fresh) {
    for (const auto& a : fresh) said.push_back(to_text(a));
    return done();
  };
  const std::string reports = *read_file(mission / "feeds/reports.ndjson");
  ASSERT_TRUE(
      write_file_atomically(mission / "one.ndjson", reports.substr(0, reports.find('\n') + 1))
          .ok());
  Feed feed = session->mission.feeds.front();
  feed.id = "one";
  ASSERT_TRUE(session->intake->take_file(feed, "one.ndjson").ok());
  EXPECT_EQ(said,
            (std::vector<std::string>{"birch: alarm, fire since 2030-03-01T01:00:00Z, probability "
                                      "1.0; no all-clear yet"}));
}

// A drone is no incident, and over a post it is a hazard all the same; so is one whose way leads
// by.
TEST(Alerts, warn_of_what_flies_over_a_post) {
  const auto mission = force_mission("drone");
  auto session = open_saying(mission);
  std::vector<std::string> said;
  session->engine->on_alerts = [&](const std::vector<Alert>& fresh) {
    for (const auto& a : fresh) said.push_back(to_text(a));
    return done();
  };
  Observation drone;
  drone.source = "west-a";
  drone.when = {*parse_instant("2030-03-05T10:00:00Z"), *parse_instant("2030-03-05T10:01:00Z")};
  drone.shape = PointShape{*LatLon::from_degrees(0.158231, 0.152917), 100, 100, 0};
  Item item;
  item.count = Count::exact(1);
  item.classes = ClassProbabilities::certain(EffectClass::kOther);
  item.weapon = WeaponClass::kUav;
  drone.items = {item};
  Observation passing = drone;
  passing.when = {*parse_instant("2030-03-06T10:00:00Z"), *parse_instant("2030-03-06T10:05:00Z")};
  passing.shape = Track{{{*LatLon::from_degrees(0.158231, 0.10), passing.when.start},
                         {*LatLon::from_degrees(0.158231, 0.20), passing.when.end}},
                        50};
  std::string lines;
  for (const auto& o : {drone, passing})
    lines += "{\"kind\":\"observation\",\"record\":" + to_json(o) + "}\n";
  ASSERT_TRUE(write_file_atomically(mission / "one.ndjson", lines).ok());
  Feed feed = session->mission.feeds.front();
  feed.id = "one";
  ASSERT_TRUE(session->intake->take_file(feed, "one.ndjson").ok());
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(said[0].find("birch: alarm, overflight since 2030-03-05T10:00:00Z"), 0U) << said[0];
  EXPECT_EQ(said[1].find("birch: alarm, overflight since 2030-03-06T10:00:00Z"), 0U) << said[1];
}

// Incidents resolve to places: their ids are for the staff's file alone.
TEST(Alerts, say_no_incident_where_they_are_heard) {
  const auto mission = force_mission("heard");
  const std::string said = said_by_a_run(mission);
  EXPECT_EQ(said.find("i2030"), std::string::npos) << said;
  EXPECT_NE(read_file(mission / "var/alerts.jsonl")->find("i2030"), std::string::npos);
}

TEST(Alerts, of_a_damaged_store_are_an_error) {
  const auto store = *ledger::Store::open(":memory:");
  ASSERT_TRUE(store->begin().ok());
  const std::string damaged =
      R"({"all_clear_at":null,"evidence":[1],"kind":"fire","known":1,"last":"2030-03-01T01:00:00Z",)"
      R"("level":"alarm","p":1,"post":"birch","since":"2030-03-01T01:00:00Z","what":"raised"})";
  ASSERT_TRUE(store->put_record("hazard", "1", {}, damaged, 0).ok());
  ASSERT_TRUE(store->commit(1).ok());
  const auto alerts = alerts_of(*store);
  ASSERT_FALSE(alerts.ok());
  EXPECT_EQ(alerts.error().code, ErrorCode::kCorrupt);
}

TEST(Alerts, findings_do_not_change_with_the_force) {
  const auto mission = force_mission("findings");
  said_by_a_run(mission);
  const std::string with = *results_digest(*open_saying(mission)->store);
  fs::remove(mission / "force.toml");
  auto without = open_saying(mission);
  EXPECT_EQ(*results_digest(*without->store), with);
  EXPECT_TRUE(alerts_of(*without->store)->empty());
}

// ---------------------------------------------------------------------------------- the keeper

class AlertsKept : public ::testing::Test {
 protected:
  void SetUp() override {
    judge::Problems problems;
    auto parsed = judge::parse_force(
        "[[contingent]]\nid = \"c\"\nname = \"Contingent\"\nstrength = 1\n"
        "[[post]]\nid = \"p\"\ncontingent = \"c\"\nname = \"Post Oak\"\nkind = \"post\"\n"
        "lat = 48\nlon = 37\nsectors = [\"s\"]\n"
        "[[hazard]]\nkind = \"fire\"\nwithin_m = 2000\nwarning = 0.3\nalarm = 0.8\n"
        "all_clear_after = \"2 h\"\nwatched_min = 0.5\nwatch = [\"burst\"]\n"
        "[[hazard]]\nkind = \"overflight\"\nwithin_m = 2000\nwarning = 0.3\nalarm = 0.8\n"
        "all_clear_after = \"2 h\"\nwatched_min = 0.5\nwatch = [\"burst\"]\n"
        "[[hazard]]\nkind = \"threat\"\n",
        "force.toml", {{"s"}, {}}, problems);
    ASSERT_TRUE(parsed.ok()) << parsed.error().to_text();
    force_ = *std::move(parsed);
    store_ = *ledger::Store::open(":memory:");
    begin_anew();
  }
  void begin_anew() {
    keeper_ = std::make_unique<AlertKeeper>(force_, *store_);
    ASSERT_TRUE(keeper_->restore().ok());
  }
  static Instant hour(double h) {
    return *parse_instant("2026-02-01T00:00:00Z") + Duration::seconds(h * 3600);
  }
  // Reports, by their numbers, of fire at the post.
  void fire(std::vector<int> reports, double from, double until, double p_real) {
    Incident i;
    i.id = "i" + std::to_string(reports.front());
    i.when = {hour(from), hour(until)};
    i.p_real = p_real;
    i.place.region = NamedPlace{"x", *LatLon::from_degrees(48, 37), 100};
    i.place.sample = PlaceSample(i.place.region, 64);
    i.effects.push_back(
        {EffectClass::kBurst, ClassProbabilities::certain(EffectClass::kBurst), {1, 1, 1, false}});
    for (const int r : reports) i.evidence.push_back({"o" + std::to_string(r), "s", "s", 1});
    ASSERT_TRUE(keeper_->changed(i, ++known_).ok());
  }
  void watched(double from, double until, std::optional<double> coverage) {
    Quiet q;
    q.sector = "s";
    q.when = {hour(from), hour(until)};
    q.effect_class = EffectClass::kBurst;
    q.coverage = coverage;
    ASSERT_TRUE(store_->put_record("quiet", to_json(q), q.when, to_json(q), known_).ok());
    ASSERT_TRUE(keeper_->watched(q, ++known_).ok());
  }
  std::string said() {
    std::string out;
    for (const auto& a : keeper_->take_new())
      out += std::string(a.what == AlertWhat::kAllClear ? "clear" : to_string(a.hazard.level)) +
             " " + to_text(a.hazard.since).substr(11, 5) +
             (a.hazard.all_clear_at ? " at " + to_text(*a.hazard.all_clear_at).substr(11, 5) : "") +
             ";";
    return out;
  }

  judge::Force force_;
  std::unique_ptr<ledger::Store> store_;
  std::unique_ptr<AlertKeeper> keeper_;
  std::uint64_t known_ = 0;
};

TEST_F(AlertsKept, one_event_is_said_once_and_again_when_it_is_graver) {
  fire({1}, 1, 1.5, 0.5);
  EXPECT_EQ(said(), "warning 01:00;");
  fire({1, 2}, 1, 1.5, 0.6);
  EXPECT_EQ(said(), "");
  fire({1, 2, 3}, 1, 1.5, 0.9);
  EXPECT_EQ(said(), "alarm 01:00;");
  fire({1, 2, 3, 4}, 1, 1.5, 0.5);
  EXPECT_EQ(said(), "") << "what was said stands";
  fire({0, 3}, 1, 1.5, 0.95);
  EXPECT_EQ(said(), "") << "the same under another name";
  fire({7}, 1.2, 1.5, 0.95);
  EXPECT_EQ(said(), "alarm 01:12;") << "another";
}

TEST_F(AlertsKept, an_all_clear_waits_until_somebody_watched_long_enough) {
  fire({1}, 1, 1.5, 0.9);
  said();
  watched(1, 2, 0.9);
  watched(2, 3, 0.9);
  EXPECT_EQ(said(), "") << "an hour and a half of two";
  watched(3, 4, {});
  watched(4, 5, 0.4);
  watched(5, 6, 0.9);
  EXPECT_EQ(said(), "") << "a break begins the count anew";
  watched(6, 7, 0.9);
  EXPECT_EQ(said(), "clear 01:00 at 07:00;");
  watched(7, 9, 0.9);
  EXPECT_EQ(said(), "") << "once";
}

TEST_F(AlertsKept, an_all_clear_waits_for_what_goes_on_and_for_all_of_its_kind) {
  fire({1}, 1, 1.5, 0.9);
  fire({1, 2}, 1, 3, 0.9);
  EXPECT_EQ(said(), "alarm 01:00;") << "that it goes on is kept and not said";
  watched(1, 4, 0.9);
  EXPECT_EQ(said(), "");
  fire({5}, 4.5, 4.5, 0.9);
  said();
  watched(4, 5, 0.9);
  EXPECT_EQ(said(), "");
  watched(5, 7, 0.9);
  EXPECT_EQ(said(), "clear 01:00 at 06:30;");
}

TEST_F(AlertsKept, what_is_told_late_is_said_and_cleared_by_what_was_watched_then) {
  watched(0, 10, 0.9);
  fire({1}, 1, 1.5, 0.9);
  EXPECT_EQ(said(), "alarm 01:00;clear 01:00 at 03:30;");
  fire({1, 2}, 1, 2, 0.9);
  EXPECT_EQ(said(), "alarm 01:00;clear 01:00 at 04:00;") << "an all-clear that was too early";
  fire({3}, 9, 9.5, 0.9);
  EXPECT_EQ(said(), "alarm 09:00;");
}

TEST_F(AlertsKept, a_threat_is_what_a_person_filed_as_one_and_has_no_all_clear) {
  Statement s;
  s.id = "s1";
  s.when = hour(1);
  s.quote = "Post Oak was visited today.";
  s.about = "2";
  ASSERT_TRUE(keeper_->stated(s, ++known_).ok());
  EXPECT_EQ(said(), "");
  s.about = "threat";
  ASSERT_TRUE(keeper_->stated(s, ++known_).ok());
  EXPECT_EQ(said(), "warning 01:00;");
  s.id = "s2";
  s.about = "contingent/c";
  s.quote = "";
  ASSERT_TRUE(keeper_->stated(s, ++known_).ok());
  EXPECT_EQ(said(), "warning 01:00;");
  watched(0, 48, 1);
  EXPECT_EQ(said(), "");
}

// At every point, one that begins anew says what one that went on would.
TEST_F(AlertsKept, a_keeper_that_begins_anew_goes_on_as_it_was) {
  const auto story = [this](bool anew) {
    std::string out;
    const auto step = [&] {
      out += said();
      if (anew) begin_anew();
    };
    fire({1}, 1, 1.5, 0.5), step();
    fire({1, 2}, 1, 3, 0.5), step();
    fire({1, 2}, 1, 3, 0.9), step();
    watched(3, 4, 0.9), step();
    fire({9}, 3.5, 3.6, 0.4), step();
    watched(4, 8, 0.9), step();
    fire({1, 2, 4}, 1, 7, 0.9), step();
    return out;
  };
  const std::string went_on = story(false);
  store_ = *ledger::Store::open(":memory:");
  known_ = 0;
  begin_anew();
  EXPECT_EQ(story(true), went_on);
  EXPECT_EQ(went_on, "warning 01:00;alarm 01:00;warning 03:30;clear 01:00 at 05:36;alarm 01:00;");
}

}  // namespace
}  // namespace truce::app
