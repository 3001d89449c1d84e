// Views over all incidents say what the reports and the store say.

#include "app/served_views.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <set>

#include "app/assemble.h"
#include "app/board.h"
#include "app/histogram.h"
#include "app/incident_tiles.h"
#include "app/served_evidence.h"
#include "app/session.h"
#include "base/files.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

constexpr std::array<const char*, 3> kMissions{"easter-2025", "sixty-days", "simulated-line"};

class Views : public testing::Test {
 protected:
  void open(const std::string& name) {
    const fs::path to =
        fs::path(testing::TempDir()) /
        ("views-" + name + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(to);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions" / name, to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    session_ = *Session::open(to, {.quiet = true});
    views_ = std::make_unique<ServedViews>(std::make_shared<const Mission>(session_->mission));
  }
  void take_all() { ASSERT_TRUE(session_->intake->take_all().ok()); }
  Result<serve::View> ask(const std::string& target) {
    return views_->answer(*session_->store, *serve::parse_target("/api/" + target));
  }
  std::string body(const std::string& target) {
    const auto view = ask(target);
    EXPECT_TRUE(view.ok()) << target << ": " << view.error().to_text();
    return view.ok() ? view->body : "{}";
  }
  // All that a report of one day says in the board's terms.
  BoardCell reported(CivilDay day) {
    const auto in = assemble_report(session_->mission, *session_->store, day, day, {}, "");
    EXPECT_TRUE(in.ok());
    BoardCell out;
    out.incidents = in->history.front().incidents;
    out.violations = in->history.front().violations;
    for (const auto& [id, findings] : in->findings) {
      const auto value = report::base_value(findings);
      out.breach += value == FindingValue::kBreach ? 1 : 0;
      out.compliant += value == FindingValue::kCompliant ? 1 : 0;
      out.undeterminable += value == FindingValue::kUndeterminable ? 1 : 0;
    }
    return out;
  }

  std::unique_ptr<Session> session_;
  std::unique_ptr<ServedViews> views_;
};

TEST_F(Views, a_board_has_the_figures_of_each_days_report) {
  for (const char* name : kMissions) {
    open(name);
    take_all();
    IncidentIndex index(session_->mission);
    ASSERT_TRUE(index.follow(*session_->store).ok());
    const auto& span = session_->mission.report_days;
    const auto board =
        board_of(session_->mission, *session_->store, index, span.front(), span.back());
    ASSERT_TRUE(board.ok());
    std::int64_t all = 0;
    std::map<CivilDay, BoardCell> by_day;
    for (const BoardCell& c : board->cells) {
      BoardCell& sum = by_day[c.day];
      sum.incidents += c.incidents;
      CountInterval found = c.violations;
      if (c.incidents == 0) found = {};
      sum.violations = sum.violations + found;
      sum.breach += c.breach;
      sum.compliant += c.compliant;
      sum.undeterminable += c.undeterminable;
      all += c.incidents;
    }
    EXPECT_GT(all, 0) << name;
    for (const auto& [day, sum] : by_day) {
      const BoardCell said = reported(day);
      EXPECT_EQ(sum.incidents, said.incidents) << name << " " << to_text(day);
      EXPECT_EQ(sum.violations, said.violations) << name << " " << to_text(day);
      EXPECT_EQ(sum.breach, said.breach) << name << " " << to_text(day);
      EXPECT_EQ(sum.compliant, said.compliant) << name << " " << to_text(day);
      EXPECT_EQ(sum.undeterminable, said.undeterminable) << name << " " << to_text(day);
    }
  }
}

// What went out when the log had so many entries can be had again, to the byte.
TEST_F(Views, as_of_a_position_are_what_they_were_then) {
  open("simulated-line");
  const fs::path feed = session_->mission.folder / "feeds/observations.ndjson";
  const std::string all = *read_file(feed);
  const std::size_t half = all.find('\n', all.size() / 2) + 1;
  ASSERT_TRUE(write_file_atomically(feed, all.substr(0, half)).ok());
  take_all();
  const std::uint64_t then = session_->store->applied();
  const auto& days = session_->mission.report_days;
  const std::string span = to_text(days.front()) + "_" + to_text(days.back());
  std::map<std::string, std::string> told;
  for (const std::string& asked :
       {std::string("board"), std::string("histogram"), std::string("reports"),
        "reports/" + span + ".html", "reports/" + span + ".json"})
    told[asked] = body(asked);
  ASSERT_TRUE(write_file_atomically(feed, all).ok());
  take_all();
  ASSERT_GT(session_->store->applied(), then);
  const auto mission = std::make_shared<const Mission>(session_->mission);
  for (const auto& [asked, before] : told) EXPECT_NE(body(asked), before) << asked;
  const fs::path folder = session_->mission.folder;
  for (const bool is_made_anew : {false, true}) {
    session_.reset();
    for (const char* suffix : {"", "-wal", "-shm"}) {
      if (is_made_anew) fs::remove(folder / ("var/store.sqlite" + std::string(suffix)));
    }
    session_ = *Session::open(folder, {.quiet = true});
    for (const auto& [asked, before] : told) {
      const auto evidence = StoreEvidence::open(mission, std::make_shared<LogDigests>());
      ASSERT_TRUE(evidence.ok()) << evidence.error().to_text();
      const auto target = *serve::parse_target("/api/" + asked);
      EXPECT_EQ((*evidence)->view_as_of(target, then)->body, before) << asked;
      EXPECT_FALSE((*evidence)->view_as_of(target, session_->store->applied() + 1).ok());
    }
  }
}

TEST_F(Views, boards_of_each_class_add_up_to_the_board_of_all_that_counts) {
  open("donbas-2017");
  take_all();
  IncidentIndex index(session_->mission);
  ASSERT_TRUE(index.follow(*session_->store).ok());
  const auto& span = session_->mission.report_days;
  const auto best = [&](std::optional<EffectClass> only) {
    const auto board =
        board_of(session_->mission, *session_->store, index, span.front(), span.back(), only);
    std::int64_t sum = 0;
    for (const BoardCell& c : board->cells) sum += c.incidents == 0 ? 0 : c.violations.best;
    return sum;
  };
  std::int64_t sum = 0;
  std::size_t with_some = 0;
  for (std::size_t k = 0; k < kEffectClasses; ++k) {
    const auto effect_class = static_cast<EffectClass>(k);
    const std::int64_t n = best(effect_class);
    with_some += n > 0 ? 1 : 0;
    if (counts_as_violation(effect_class)) sum += n;
  }
  EXPECT_GE(with_some, 2U);
  EXPECT_EQ(sum, best(std::nullopt));
  EXPECT_FALSE(ask("board?class=none").ok());
}

TEST_F(Views, a_day_of_which_nothing_is_known_has_no_cell_and_a_zero_no_bound) {
  open("easter-2025");
  take_all();
  const std::string future = body("board?from=2035-01-01&to=2035-01-07");
  EXPECT_NE(future.find("\"cells\":[]"), std::string::npos) << future;
  EXPECT_NE(future.find("\"trend\":[],\"trend_of_all\":null"), std::string::npos);
  const std::string board = body("board");
  EXPECT_NE(board.find("\"coverage\":null"), std::string::npos);
  EXPECT_NE(board.find("\"incidents\":0"), std::string::npos);
  simdjson::dom::parser parser;
  simdjson::dom::element e;
  ASSERT_EQ(parser.parse(board).get(e), simdjson::SUCCESS);
  for (const auto cell : e["cells"].get_array()) {
    const bool is_zero = std::int64_t(cell["incidents"]) == 0;
    bool unbounded = false;
    if (cell["violations"]["unbounded"].get(unbounded) != simdjson::SUCCESS) unbounded = false;
    EXPECT_TRUE(!is_zero || unbounded);
  }
}

TEST(Coverage, counts_time_of_which_nothing_is_said_as_not_watched) {
  const auto at = [](int hour) { return Instant{} + Duration::hours(hour); };
  const Interval day{at(0), at(24)};
  Quiet q{"east", {at(0), at(12)}, EffectClass::kExplosionUndetermined, 0.8, 0, {}};
  EXPECT_EQ(coverage_of({}, "east", day), std::nullopt);
  EXPECT_EQ(coverage_of({q}, "west", day), std::nullopt);
  EXPECT_DOUBLE_EQ(*coverage_of({q}, "east", day), 0.4);
  Quiet better = q;
  better.when = {at(6), at(30)};
  better.coverage = 0.9;  // half of the day at .8, the rest from 6 on at .9
  EXPECT_DOUBLE_EQ(*coverage_of({q, better}, "east", day), (6 * 0.8 + 18 * 0.9) / 24);
  Quiet of_shots = q;
  of_shots.effect_class = EffectClass::kShot;
  of_shots.coverage = 0.1;
  EXPECT_DOUBLE_EQ(*coverage_of({q, of_shots}, "east", day), 0.05) << "the least watched class";
  q.coverage = std::nullopt;
  EXPECT_EQ(coverage_of({q}, "east", day), std::nullopt) << "unknown is not zero";
}

TEST_F(Views, an_index_that_follows_is_as_one_made_anew) {
  for (const char* name : kMissions) {
    open(name);
    IncidentIndex followed(session_->mission);
    ASSERT_TRUE(followed.follow(*session_->store).ok());
    EXPECT_EQ(followed.size(), 0U);
    take_all();
    ASSERT_TRUE(followed.follow(*session_->store).ok());
    IncidentIndex anew(session_->mission);
    ASSERT_TRUE(anew.follow(*session_->store).ok());
    EXPECT_GT(anew.size(), 0U) << name;
    EXPECT_EQ(followed.size(), anew.size());
    EXPECT_EQ(followed.near({-90, 90, -180, 180}).size(), anew.near({-90, 90, -180, 180}).size());
    const auto a = followed.in_time(judge::kAlways), b = anew.in_time(judge::kAlways);
    ASSERT_EQ(a.size(), b.size()) << name;
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i]->id, b[i]->id);
      EXPECT_EQ(a[i]->violations, b[i]->violations);
      EXPECT_EQ(a[i]->value, b[i]->value);
    }
    EXPECT_EQ(incident_tile(followed, {0, 0, 0}, judge::kAlways),
              incident_tile(anew, {0, 0, 0}, judge::kAlways));
  }
}

TEST_F(Views, an_index_has_what_the_store_has) {
  open("simulated-line");
  take_all();
  IncidentIndex index(session_->mission);
  ASSERT_TRUE(index.follow(*session_->store).ok());
  const auto stored = session_->store->incidents_overlapping(judge::kAlways);
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(index.size(), stored->size());
  std::set<std::string> near;
  for (const auto& incident : *stored) {
    if (!incident.place.known()) continue;
    const double lat = incident.place.best.lat_deg(), lon = incident.place.best.lon_deg();
    const auto found = index.near({lat - 1e-6, lat + 1e-6, lon - 1e-6, lon + 1e-6});
    EXPECT_TRUE(std::any_of(found.begin(), found.end(), [&](const auto* i) {
      return i->id == incident.id;
    })) << incident.id;
  }
}

TEST_F(Views, a_histogram_holds_each_incident_of_its_time_once) {
  open("sixty-days");
  take_all();
  IncidentIndex index(session_->mission);
  ASSERT_TRUE(index.follow(*session_->store).ok());
  const auto& span = session_->mission.report_days;
  const Interval when{session_->mission.reporting_day.interval(span.front()).start,
                      session_->mission.reporting_day.interval(span.back()).end};
  const std::size_t all = index.in_time(when).size();
  ASSERT_GT(all, 0U);
  for (const std::size_t bins : {1U, 7U, 60U, 2000U}) {
    const Histogram h = histogram_of(index, when, bins);
    std::size_t sum = 0;
    for (std::size_t i = 0; i < h.bins.size(); ++i) {
      sum += static_cast<std::size_t>(h.bins[i].incidents);
      EXPECT_EQ(h.bins[i].when.start, i == 0 ? when.start : h.bins[i - 1].when.end);
    }
    EXPECT_EQ(sum, all) << bins;
    EXPECT_EQ(h.bins.back().when.end, when.end);
  }
}

TEST_F(Views, a_report_is_the_same_bytes_and_has_a_policy_by_its_own_style) {
  open("sixty-days");
  take_all();
  const std::string name = to_text(session_->mission.report_days.front());
  const auto one = ask("reports/" + name + ".html");
  ASSERT_TRUE(one.ok()) << one.error().to_text();
  EXPECT_EQ(one->body, body("reports/" + name + ".html"));
  ServedViews other(std::make_shared<const Mission>(session_->mission));
  EXPECT_EQ(
      other.answer(*session_->store, *serve::parse_target("/api/reports/" + name + ".html"))->body,
      one->body);
  EXPECT_EQ(one->body.find(" style="), std::string::npos);
  ASSERT_EQ(one->headers.size(), 1U);
  EXPECT_NE(one->headers[0].value.find("style-src 'sha256-"), std::string::npos);
  EXPECT_EQ(one->headers[0].value.find("unsafe"), std::string::npos);
  EXPECT_NE(one->headers[0].value.find("sandbox"), std::string::npos);
  EXPECT_NE(one->headers[0].value.find("frame-ancestors 'self'"), std::string::npos);
  EXPECT_EQ(body("reports/" + name + ".json").substr(0, 14), "{\"agreement\":\"");
  EXPECT_NE(body("reports").find("\"name\":\"" + name + "\""), std::string::npos);
}

TEST_F(Views, what_is_asked_wrongly_is_refused) {
  open("easter-2025");
  take_all();
  for (const char* bad :
       {"board?from=x", "board?from=2025-04-22&to=2025-04-18",
        "board?from=2020-01-01&to=2025-01-01", "board?x=1", "histogram?bins=0",
        "histogram?bins=2001", "histogram?bins=x",
        "histogram?from=2025-04-20T00:00:00Z&to=2025-04-20T00:00:00Z",
        "histogram?from=2025-04-20T00:00:00Z&to=2025-04-20T00:00:09Z&bins=10",
        "histogram?from=1700-01-01T00:00:00Z&to=2200-01-01T00:00:00Z", "tiles/incidents/0/0/1",
        "tiles/incidents/19/0/0", "tiles/incidents/0/0/0?from=x", "agreement?x=1", "reports?x=1"}) {
    const auto view = ask(bad);
    ASSERT_FALSE(view.ok()) << bad;
    EXPECT_EQ(view.error().code, ErrorCode::kBadInput) << bad;
  }
  for (const char* none :
       {"nothing", "board/x", "tiles/incidents/0/0", "reports/2025-04-18.pdf", "reports/x.html",
        "reports/2025-04-19_2025-04-18.html", "reports/2025-04-18_2025-04-18.html",
        "reports/2025-4-18.html", "reports/.html", "reports/a/b"}) {
    const auto view = ask(none);
    ASSERT_FALSE(view.ok()) << none;
    EXPECT_EQ(view.error().code, ErrorCode::kNotFound) << none;
  }
}

}  // namespace

}  // namespace truce::app
