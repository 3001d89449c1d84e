#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "app/assemble.h"
#include "app/bench.h"
#include "app/commands.h"
#include "app/session.h"
#include "base/files.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/sanitized.h"
#include "model/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

fs::path copy_of_example(const char* example, const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / name;
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions" / example, to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  return to;
}
fs::path copy_of_easter(const std::string& name) { return copy_of_example("easter-2025", name); }

std::string run(const fs::path& mission, unsigned threads, std::size_t batch) {
  auto session =
      Session::open(mission, {.threads = threads, .batch_entries = batch, .quiet = true});
  EXPECT_TRUE(session.ok()) << session.error().to_text();
  const Status taken = (*session)->intake->take_all();
  EXPECT_TRUE(taken.ok()) << taken.error().to_text();
  EXPECT_TRUE((*session)->freshen().ok());
  return *results_digest(*(*session)->store);
}

TEST(Mission, gives_the_same_findings_in_any_batches_and_threads) {
  const auto expected = run(copy_of_easter("easter-a"), 1, 10'000);
  EXPECT_EQ(run(copy_of_easter("easter-b"), 8, 1), expected);
  EXPECT_EQ(run(copy_of_easter("easter-c"), 2, 7), expected);
}

TEST(Mission, takes_a_feed_once_however_often_it_runs) {
  const auto mission = copy_of_easter("easter-d");
  const auto first = run(mission, 1, 10'000);
  EXPECT_EQ(run(mission, 1, 10'000), first);
  auto session = *Session::open(mission, {.quiet = true});
  EXPECT_EQ((*session->store->counts())[1].second, 0) << "duplicates";
}

TEST(Mission, records_a_damaged_gzip_as_refused_and_goes_on) {
  const auto mission = copy_of_easter("easter-gzip");
  const std::string damaged = "\x1f\x8b\x08 this is no gzip";
  ASSERT_TRUE(write_file_atomically(mission / "bad.csv.gz", damaged).ok());
  auto session = *Session::open(mission, {.quiet = true});
  Feed feed = session->mission.feeds.front();
  feed.id = "packed";
  const Status taken = session->intake->take_file(feed, "bad.csv.gz");
  ASSERT_TRUE(taken.ok()) << taken.error().to_text();
  const auto refused = *session->store->records("rejected");
  ASSERT_EQ(refused.size(), 1U);
  const auto r = *from_json<Rejection>(refused.front().json);
  EXPECT_EQ(r.reason, "damaged gzip");
  EXPECT_EQ(r.origin.file, "bad.csv.gz");
  EXPECT_LE(r.origin.offset, damaged.size());
}

TEST(Mission, can_be_rebuilt_from_its_log) {
  const auto mission = copy_of_easter("easter-e");
  const auto expected = run(mission, 1, 100);
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
  auto session = *Session::open(mission, {.quiet = true});
  EXPECT_EQ(*results_digest(*session->store), expected);
}

void replace_in(const fs::path& file, const std::string& old, const std::string& now) {
  auto text = *read_file(file);
  const auto at = text.find(old);
  ASSERT_NE(at, std::string::npos) << file << ": " << old;
  ASSERT_TRUE(write_file_atomically(file, text.replace(at, old.size(), now)).ok());
}

// What was worked out by an agreement, or by parameters, does not outlive it.
TEST(Mission, is_worked_out_anew_when_its_rules_change) {
  const auto mission = copy_of_easter("easter-rules");
  const auto fresh = copy_of_easter("easter-rules-fresh");
  std::vector<std::string> digests{run(mission, 1, 10'000)};
  const auto change = [&](const char* file, const std::string& old, const std::string& now) {
    for (const auto& m : {mission, fresh}) replace_in(m / file, old, now);
    digests.push_back(run(mission, 1, 10'000));
    fs::remove_all(fresh / "var");
    EXPECT_EQ(digests.back(), run(fresh, 1, 10'000)) << file;
  };
  change("agreement.toml", "preponderance = 0.65", "preponderance = 0.95");
  change("mission.toml", "[fuse]\n", "[fuse]\nsamples = 64\n");
  EXPECT_NE(digests[0], digests[1]);
  EXPECT_NE(digests[1], digests[2]);
}

TEST(Mission, reports_what_a_careful_analyst_would) {
  const auto mission = copy_of_easter("easter-f");
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto in =
      assemble_report(session->mission, *session->store, {2025, 4, 18}, {2025, 4, 22}, {0}, "");
  ASSERT_TRUE(in.ok()) << in.error().to_text();
  std::vector<std::int64_t> sirens, strikes;
  for (const auto& s : in->series) {
    for (const auto& v : s.per_day)
      (s.feed == "sirens" ? sirens : strikes).push_back(v.value_or(-1));
  }
  EXPECT_EQ(sirens, (std::vector<std::int64_t>{83, 22, 6, 43, 22}));
  EXPECT_EQ(strikes, (std::vector<std::int64_t>{27, 18, 3, 7, 17}));
  ASSERT_GE(in->claim_notes.size(), 2U);
  std::string notes;
  for (const auto& n : in->claim_notes) notes += n + "\n";
  EXPECT_NE(notes.find("2935; the parts it states give 2929"), std::string::npos) << notes;
  EXPECT_NE(notes.find("4900; the parts it states give 4816"), std::string::npos) << notes;
}

// A day of which no feed tells is one without data, and what was claimed of others is not its own.
TEST(Mission, reports_no_zero_where_it_knows_nothing) {
  const auto mission = copy_of_easter("easter-no-data");
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto report_of = [&](CivilDay day) {
    return *assemble_report(session->mission, *session->store, day, day, {0}, "");
  };
  const auto before = report_of({2020, 1, 1});
  ASSERT_EQ(before.series.size(), 2U);
  for (const auto& s : before.series) EXPECT_EQ(s.per_day.front(), std::nullopt) << s.feed;
  EXPECT_TRUE(before.claims.empty());
  EXPECT_TRUE(before.complaints.empty());
  const auto during = report_of({2025, 4, 20});
  for (const auto& s : during.series) EXPECT_TRUE(s.per_day.front().has_value()) << s.feed;
  ASSERT_FALSE(during.claims.empty());
  for (const auto& c : during.claims) EXPECT_LE(c.as_of, during.period.end);
  EXPECT_FALSE(during.complaints.empty()) << "the stuck alert runs through that day";
}

std::map<std::string, std::int64_t> counts_of(Session& session) {
  std::map<std::string, std::int64_t> out;
  for (const auto& [name, n] : *session.store->counts()) out[name] = n;
  return out;
}

// mission.toml of the four answers with another zone for its first feed.
void set_zone_of_posts(const fs::path& mission, const std::string& from, const std::string& to) {
  auto toml = *read_file(mission / "mission.toml");
  const auto at = toml.find("zone = \"" + from, toml.find("[[feed]]"));
  ASSERT_NE(at, std::string::npos);
  toml.replace(at + 8, from.size(), to);
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", toml).ok());
}

// What a feed was read as by a zone that proved wrong counts no more, and comes back with it.
TEST(Mission, reads_a_feed_anew_when_its_zone_is_put_right) {
  const auto mission = copy_of_example("four-answers", "zone");
  const auto fresh = copy_of_example("four-answers", "zone-fresh");
  const auto before = run(mission, 1, 10'000);
  for (const auto& m : {mission, fresh}) set_zone_of_posts(m, "Europe/Kyiv", "UTC");
  const auto after = run(mission, 1, 10'000);
  EXPECT_NE(after, before);
  EXPECT_EQ(after, run(fresh, 1, 10'000));
  // Nothing of both readings stands beside each other, also when the store is made from the log.
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
  EXPECT_EQ(*results_digest(*(*Session::open(mission, {.quiet = true}))->store), after);
  set_zone_of_posts(mission, "UTC", "Europe/Kyiv");
  EXPECT_EQ(run(mission, 1, 10'000), before);
}

// So does what a log holds from before readings were named in it.
TEST(Mission, reads_a_feed_anew_that_was_taken_before_readings_were_named) {
  const auto mission = copy_of_example("four-answers", "unnamed");
  {
    auto session = *Session::open(mission, {.quiet = true});
    for (auto& feed : session->mission.feeds) feed.reading.clear();
    ASSERT_TRUE(session->intake->take_all().ok());
  }
  set_zone_of_posts(mission, "Europe/Kyiv", "UTC");
  const auto fresh = copy_of_example("four-answers", "unnamed-fresh");
  set_zone_of_posts(fresh, "Europe/Kyiv", "UTC");
  EXPECT_EQ(run(mission, 1, 10'000), run(fresh, 1, 10'000));
}

// A run that ends while a file is read anew leaves what counted before, until the reading is whole.
TEST(Mission, counts_one_reading_of_a_file_also_after_a_crash) {
  const auto mission = copy_of_example("four-answers", "zone-crash");
  const auto fresh = copy_of_example("four-answers", "zone-crash-fresh");
  const auto before = run(mission, 1, 10'000);
  for (const auto& m : {mission, fresh}) set_zone_of_posts(m, "Europe/Kyiv", "UTC");
  {
    auto session = *Session::open(mission, {.quiet = true});
    const auto& feed = session->mission.feeds.front();
    const auto text = *read_file(session->mission.path_of(feed.files.front()));
    const FeedMark mark{
        feed.id, feed.files.front(), text.size(), to_hex(sha256(text)), feed.reading, 0};
    ASSERT_TRUE(session->log->append({EntryKind::kFeedOpened, {}, to_json(mark), {}}).ok());
    ASSERT_TRUE(session->log->commit().ok());
  }
  EXPECT_EQ(*results_digest(*(*Session::open(mission, {.quiet = true}))->store), before);
  EXPECT_EQ(run(mission, 1, 10'000), run(fresh, 1, 10'000));
}

// A file that grew by a row adds that row to the log and nothing else.
TEST(Mission, records_of_a_file_that_grew_what_is_new) {
  const auto mission = copy_of_easter("easter-grown");
  run(mission, 1, 10'000);
  const auto entries = [&] { return (*Session::open(mission, {.quiet = true}))->log->committed(); };
  const auto before = entries();
  std::ofstream(mission / "feeds/sirens.csv", std::ios::app)
      << "Test oblast,2025-04-19T05:00:00Z,2025-04-19T06:00:00Z\n";
  const auto grown = run(mission, 1, 10'000);
  EXPECT_EQ(entries(), before + 4) << "opened, the row, done, a tick";
  const auto fresh = copy_of_easter("easter-grown-fresh");
  fs::copy(mission / "feeds/sirens.csv", fresh / "feeds/sirens.csv",
           fs::copy_options::overwrite_existing);
  EXPECT_EQ(grown, run(fresh, 1, 10'000));
  auto session = *Session::open(mission, {.quiet = true});
  auto again = *Session::open(fresh, {.quiet = true});
  EXPECT_EQ(counts_of(*session)["observations"], counts_of(*again)["observations"]);
}

std::vector<std::string> observations_of(const Session& session) {
  std::vector<std::string> out;
  const auto rows = session.store->page(
      {.kind = "observation", .when = {Instant{INT64_MIN}, Instant{INT64_MAX}}, .limit = 100'000});
  for (const auto& row : *rows) out.push_back(row.json);
  return out;
}

// A run that stays reads of a growing file only what was added; each row says where it lies all the
// same.
TEST(Mission, takes_what_is_added_as_though_it_had_stood_there) {
  const auto mission = copy_of_example("simulated-line", "line-grows");
  const auto file = mission / "feeds/observations.ndjson";
  const std::string text = *read_file(file);
  const std::size_t one = text.find('\n', text.size() / 3) + 1;
  const std::size_t two = text.find('\n', 2 * text.size() / 3) + 1;
  std::ofstream(file) << text.substr(0, one);
  auto session = *Session::open(mission, {.quiet = true});
  session->intake->leave_open_lines = true;
  ASSERT_TRUE(session->intake->take_all().ok());
  for (const std::string& part : {text.substr(one, two - one), text.substr(two)}) {
    std::ofstream(file, std::ios::app) << part.substr(0, part.size() - 9);
    ASSERT_TRUE(session->intake->take_all().ok());
    std::ofstream(file, std::ios::app) << part.substr(part.size() - 9);
    ASSERT_TRUE(session->intake->take_all().ok());
  }
  const auto fresh = copy_of_example("simulated-line", "line-grown");
  EXPECT_EQ(*results_digest(*session->store), run(fresh, 1, 10'000));
  auto whole = *Session::open(fresh, {.quiet = true});
  EXPECT_EQ(observations_of(*session), observations_of(*whole));
}

TEST(Mission, reads_a_file_whole_whose_beginning_changed_as_it_grew) {
  const auto mission = copy_of_example("simulated-line", "line-changes");
  const auto file = mission / "feeds/observations.ndjson";
  const std::string text = *read_file(file);
  const std::size_t first = text.find('\n') + 1;
  const std::size_t half = text.find('\n', text.size() / 2) + 1;
  std::ofstream(file) << text.substr(first, half - first);
  auto session = *Session::open(mission, {.quiet = true});
  ASSERT_TRUE(session->intake->take_all().ok());
  const auto before = observations_of(*session).size();
  std::ofstream(file) << text.substr(0, half);
  ASSERT_TRUE(session->intake->take_all().ok());
  EXPECT_EQ(observations_of(*session).size(), before + 1);
}

// While a file is being written to, its last line may be half a line.
TEST(Mission, leaves_a_line_without_an_end_while_it_follows) {
  const auto mission = copy_of_easter("easter-open-line");
  std::ofstream(mission / "feeds/sirens.csv", std::ios::app)
      << "Test oblast,2025-04-19T05:00:00Z,2025-04-19T06:00:00";
  auto session = *Session::open(mission, {.quiet = true});
  session->intake->leave_open_lines = true;
  ASSERT_TRUE(session->intake->take_all().ok());
  EXPECT_TRUE(session->intake->left_open_lines());
  const auto before = counts_of(*session)["observations"];
  std::ofstream(mission / "feeds/sirens.csv", std::ios::app) << "Z\n";
  ASSERT_TRUE(session->intake->take_all().ok());
  EXPECT_FALSE(session->intake->left_open_lines());
  EXPECT_EQ(counts_of(*session)["observations"], before + 1);
  EXPECT_EQ(counts_of(*session)["rejected"], 0);
}

// Nothing was heard: that is no incident, whatever else the row says.
TEST(Mission, makes_no_incident_of_a_count_of_none) {
  const auto mission = copy_of_example("four-answers", "none-heard");
  const auto posts = mission / "feeds/posts.csv";
  run(mission, 1, 10'000);
  const auto count = [&] { return counts_of(**Session::open(mission, {.quiet = true})); };
  const auto before = count();
  const std::string text = *read_file(posts);
  const std::string columns = text.substr(0, text.find('\n'));
  ASSERT_EQ(columns, "time,post,lat,lon,what,n,weapon,means,sure,remarks");
  std::ofstream(posts, std::ios::app)
      << "2026-03-02 10:00,post 4,48.05,37.3,explosion,0,122 mm,heard,0.9,nothing heard\n";
  run(mission, 1, 10'000);
  auto after = count();
  EXPECT_EQ(after["observations"], before.at("observations") + 1);
  EXPECT_EQ(after["incidents"], before.at("incidents"));
}

// Two feeds that tell of the same alerts make no second alert of any.
TEST(Mission, counts_an_alert_of_two_feeds_once) {
  const auto mission = copy_of_easter("easter-twins");
  // The second feed tells of every alert but each fifth, 23 s later.
  std::istringstream first(*read_file(mission / "feeds/sirens.csv"));
  std::string line, second;
  std::getline(first, line);
  second = line + "\n";
  for (int row = 0; std::getline(first, line); ++row) {
    if (row % 5 == 4) continue;
    const auto comma = line.find(',');
    const auto start = *parse_instant(line.substr(comma + 1, 20)) + Duration::seconds(23);
    second += line.substr(0, comma + 1) + to_text(start) + line.substr(comma + 21) + "\n";
  }
  ASSERT_TRUE(write_file_atomically(mission / "feeds/volunteers.csv", second).ok());
  auto toml = *read_file(mission / "mission.toml");
  toml +=
      "\n[[feed]]\nid = \"volunteers\"\nformat = \"sirens\"\nlabel = \"volunteers' alerts\"\n"
      "files = [\"feeds/volunteers.csv\"]\nzone = \"UTC\"\n";
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", toml).ok());
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto in =
      *assemble_report(session->mission, *session->store, {2025, 4, 18}, {2025, 4, 22}, {0}, "");
  const auto told = std::count_if(in.alerts.begin(), in.alerts.end(), [](const Observation& o) {
    return o.origin.feed == "volunteers";
  });
  ASSERT_EQ(in.alert_twins.size(), 1U);
  EXPECT_EQ(in.alert_twins[0].count, told);
  EXPECT_DOUBLE_EQ(in.alert_twins[0].lag_s, 23);
  const auto once = static_cast<std::int64_t>(in.alerts.size()) - told;
  EXPECT_NE(report::to_html(in).find("<li>" + std::to_string(once) + " alerts touched"),
            std::string::npos);
}

// A feed that is delivered anew tells of an alert first as one that is on, then with its end.
TEST(Mission, takes_an_alert_with_and_without_its_end_for_one) {
  const auto mission = copy_of_easter("easter-on-now");
  const std::string at = "2025-04-20T10:00:00Z";
  ASSERT_TRUE(write_file_atomically(mission / "feeds/sirens.csv",
                                    "region,started_at,finished_at,naive\n"
                                    "A," +
                                        at + ",,\nA," + at +
                                        ",2025-04-20T10:40:00Z,\n"
                                        "A," +
                                        at +
                                        ",2025-04-20T11:00:00Z,True\n"
                                        "B," +
                                        at + ",,\nB," + at +
                                        ",2025-04-20T11:00:00Z,True\n"
                                        "B,2025-04-20T12:00:00Z,,\n")
                  .ok());
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto in =
      *assemble_report(session->mission, *session->store, {2025, 4, 20}, {2025, 4, 20}, {0}, "");
  std::set<std::string> said;
  for (const auto& o : in.alerts)
    said.insert(o.position + to_text(o.when.end).substr(10) + (o.flags.empty() ? "" : "?"));
  EXPECT_EQ(said, (std::set<std::string>{"AT10:40:00Z", "BT11:00:00Z?", "BT12:00:00Z?"}));
  EXPECT_EQ(in.alerts.size(), 3U);
  for (const auto& s : in.series)
    EXPECT_TRUE(s.feed != "sirens" || s.per_day.front() == 3) << s.per_day.front().value_or(-1);
}

TEST(Mission, reports_no_zero_of_a_feed_that_was_refused) {
  const auto mission = copy_of_easter("easter-refused");
  ASSERT_TRUE(write_file_atomically(mission / "feeds/sirens.csv", "a,b\n1,2\n").ok());
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto in =
      *assemble_report(session->mission, *session->store, {2025, 4, 18}, {2025, 4, 22}, {0}, "");
  for (const auto& s : in.series) {
    for (const auto& v : s.per_day) EXPECT_EQ(v.has_value(), s.feed != "sirens");
  }
}

// Runs an evaluation over the data beside the project; its lines.
std::vector<std::string> bench_lines(Status (*run_bench)(const fs::path&, std::ostream&)) {
  std::ostringstream out;
  const Status status = run_bench(fs::path(TRUCE_SHARED_DIR) / "data", out);
  EXPECT_TRUE(status.ok()) << status.error().to_text();
  std::vector<std::string> lines;
  std::istringstream in(out.str());
  for (std::string line; std::getline(in, line);) {
    EXPECT_EQ(*canonicalize(line), line);
    lines.push_back(line);
  }
  return lines;
}
bool has(const std::string& line, std::string_view part) {
  return line.find(part) != std::string::npos;
}

TEST(Bench, names_each_real_slip_and_nothing_where_there_is_none) {
  if (!fs::exists(fs::path(TRUCE_SHARED_DIR) / "data/smm"))
    GTEST_SKIP() << "no data beside the project";
  const std::map<std::string, std::string> wanted{
      {"slip-1", "place_described_two_ways"},
      {"slip-2", "give 22 or 32 minutes, not 43"},
      {"slip-3", "\"flags\":[]"},
      {"slip-4", "469 on 2017-12-22, 479 early 2018, 486 later"},
      {"slip-5", "which add up to 4816"},
      {"slip-6", "of 8064 complaints have no stated end state"}};
  std::size_t found = 0;
  for (const auto& line : bench_lines(&bench_smm)) {
    for (const auto& [name, part] : wanted) {
      if (!has(line, "\"case\":\"" + name + "\"")) continue;
      EXPECT_TRUE(has(line, part)) << line;
      ++found;
    }
  }
  EXPECT_EQ(found, wanted.size());
}

TEST(Bench, shows_the_lull_of_each_truce_and_says_where_there_is_no_data) {
  if (!fs::exists(fs::path(TRUCE_SHARED_DIR) / "data/conflict"))
    GTEST_SKIP() << "no data beside the project";
  if (kSanitized) GTEST_SKIP() << "whole years of data, by readers that have their own tests";
  int seen = 0;
  for (const auto& line : bench_lines(&bench_truces)) {
    if (has(line, "\"case\":\"ua_easter_2025\"")) {
      ++seen;
      EXPECT_TRUE(
          has(line,
              R"("2025-04-18":83,"2025-04-19":22,"2025-04-20":6,"2025-04-21":43,"2025-04-22":22)"))
          << line;
      EXPECT_TRUE(has(
          line, R"("2025-04-18":27,"2025-04-19":18,"2025-04-20":3,"2025-04-21":7,"2025-04-22":17)"))
          << line;
      EXPECT_TRUE(has(line, "states 2935; the parts it states give 2929"));
      EXPECT_FALSE(has(line, "states over 1300"));  // 1392 is over 1300
      EXPECT_TRUE(has(line, "from 2025-04-20T13:56:24Z runs for 7.7 days"));
    }
    if (has(line, "\"case\":\"gz_2023_pause\"")) {
      ++seen;
      EXPECT_TRUE(has(
          line, R"("2023-11-22":35,"2023-11-23":41,"2023-11-24":7,"2023-11-25":10,"2023-11-26":0)"))
          << line;
      EXPECT_TRUE(has(line, R"("2023-11-30":4,"2023-12-01":"no data")")) << line;
    }
  }
  EXPECT_EQ(seen, 2);
}

// The notice comes after the effects it explains: they are judged again, with their place.
TEST(Mission, judges_again_when_a_notice_comes_late) {
  const auto mission = copy_of_example("four-answers", "line-n");
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  int excused = 0;
  for (const auto& i : *session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
    for (const auto& f : *session->store->findings_of(i.id)) {
      if (f.reasons.empty() || f.reasons.back().fact != "exception") continue;
      EXPECT_EQ(f.value, FindingValue::kNotApplicable);
      EXPECT_EQ(f.provision, "fire");
      EXPECT_NE(f.reasons.back().words.find("demining that was announced (notice "),
                std::string::npos);
      ++excused;
    }
  }
  EXPECT_EQ(excused, 1);
}

// Of each of the four kinds one finding, explained down to the bytes.
TEST(Explain, reads_as_an_explanation_for_every_kind_of_finding) {
  const auto mission = copy_of_example("four-answers", "line-x");
  std::map<FindingValue, std::string> one;
  {
    run(mission, 1, 10'000);
    auto session = *Session::open(mission, {.quiet = true});
    for (const auto& i : *session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
      for (const auto& f : *session->store->findings_of(i.id)) one.emplace(f.value, f.id);
    }
  }
  const std::map<FindingValue, std::string> words{
      {FindingValue::kBreach, "It is a breach."},
      {FindingValue::kCompliant, "It is compliant."},
      {FindingValue::kNotApplicable, "It is not applicable:"},
      {FindingValue::kUndeterminable, "the missing fact is: "}};
  for (const auto& [value, text] : words) {
    ASSERT_TRUE(one.count(value)) << to_string(value);
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(command_explain({.mission = mission, .session = {.quiet = true}}, one[value]), 0);
    const std::string said = ::testing::internal::GetCapturedStdout();
    for (const char* part :
         {"Finding ", "Provision ", "The probability is the product of:", "observation ",
          "log entry ", "the bytes:\n     | 2026-03-0", "The file holds these bytes today."})
      EXPECT_NE(said.find(part), std::string::npos) << said;
    EXPECT_NE(said.find(text), std::string::npos) << said;
  }
}

// In another language all that a finding says of itself is in it; what was observed is as it came.
TEST(Explain, says_value_rule_and_reasons_in_the_language_asked_for) {
  const auto mission = copy_of_example("four-answers", "line-language");
  std::map<FindingValue, std::string> one;
  {
    run(mission, 1, 10'000);
    auto session = *Session::open(mission, {.quiet = true});
    for (const auto& i : *session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
      for (const auto& f : *session->store->findings_of(i.id)) one.emplace(f.value, f.id);
    }
  }
  struct Case {
    FindingValue value;
    Language language;
    const char* says;
  };
  for (const Case& c : std::vector<Case>{
           {FindingValue::kBreach, Language::kUkrainian, "\nЦе порушення.\nP(порушення) = 0,9"},
           {FindingValue::kBreach, Language::kRussian, "\nЭто нарушение.\nP(нарушение) = 0,9"},
           {FindingValue::kCompliant, Language::kUkrainian, "\nПоложення дотримано.\n"},
           {FindingValue::kCompliant, Language::kRussian, "\nПоложение соблюдено.\n"},
           {FindingValue::kNotApplicable, Language::kUkrainian, "\nПоложення не застосовується: "},
           {FindingValue::kNotApplicable, Language::kRussian, "\nПоложение не применяется: "},
           {FindingValue::kUndeterminable, Language::kUkrainian,
            "\nНеможливо визначити; бракує відомостей: "},
           {FindingValue::kUndeterminable, Language::kRussian,
            "\nНевозможно определить; недостаёт сведений: "}}) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(
        command_explain({.mission = mission, .session = {.quiet = true}}, one[c.value], c.language),
        0);
    const std::string said = ::testing::internal::GetCapturedStdout();
    EXPECT_NE(said.find(c.says), std::string::npos) << said;
    EXPECT_NE(said.find(":\n     | 2026-03-0"), std::string::npos) << said;
    const std::string own = said.substr(0, said.find("\n  1. "));
    for (const char* english : {"probability", "It is", "asks for", "What ", "Why", "lies", "place",
                                "observation", "Reading", "Provision "})
      EXPECT_EQ(own.find(english), std::string::npos) << english << "\n" << own;
  }
}

std::string explained(const fs::path& mission, const std::string& finding) {
  ::testing::internal::CaptureStdout();
  EXPECT_EQ(command_explain({.mission = mission, .session = {.quiet = true}}, finding), 0);
  return ::testing::internal::GetCapturedStdout();
}

// The finding of this value whose reasons hold this word.
std::string finding_because(const fs::path& mission, FindingValue value, const std::string& word) {
  auto session = *Session::open(mission, {.quiet = true});
  for (const auto& i : *session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
    for (const auto& f : *session->store->findings_of(i.id)) {
      for (const auto& r : f.reasons) {
        if (f.value == value && r.fact == word) return f.id;
      }
    }
  }
  return {};
}

TEST(Explain, follows_an_excuse_to_the_bytes_of_its_notice) {
  const auto mission = copy_of_example("four-answers", "line-notice");
  run(mission, 1, 10'000);
  const std::string said =
      explained(mission, finding_because(mission, FindingValue::kNotApplicable, "exception"));
  for (const char* part :
       {"Decided by exception: ", "What was announced\n  notice n",
        "feeds/notices.ndjson line 1, bytes 0 to ", "     | {\"kind\":\"notice\""})
    EXPECT_NE(said.find(part), std::string::npos) << said;
}

// Input that a terminal would obey is named, not obeyed.
TEST(Explain, prints_no_control_character_of_the_input) {
  const auto mission = copy_of_example("four-answers", "line-control");
  replace_in(mission / "feeds/posts.csv", "09:40,post 5", "09:40,post \x1b[31m5\x7f");
  replace_in(mission / "feeds/posts.csv", "near the zone's",
             "\xc2\x9b"
             "2J\xe2\x80\xae \u044f");
  run(mission, 1, 10'000);
  std::string said;
  for (const auto value : {FindingValue::kBreach, FindingValue::kUndeterminable,
                           FindingValue::kNotApplicable, FindingValue::kCompliant}) {
    auto session = *Session::open(mission, {.quiet = true});
    std::string id;
    for (const auto& i : *session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
      for (const auto& f : *session->store->findings_of(i.id)) id = f.value == value ? f.id : id;
      if (!id.empty()) said += explained(mission, id);
      id.clear();
    }
  }
  EXPECT_NE(said.find("by post \\x1b[31m5\\x7f"), std::string::npos) << said;
  EXPECT_NE(said.find("\\xc2\\x9b2J\\xe2\\x80\\xae \u044f"), std::string::npos) << said;
  for (const char* raw : {"\x1b", "\x7f", "\xc2\x9b", "\xe2\x80\xae"})
    EXPECT_EQ(said.find(raw), std::string::npos);
}

TEST(Explain, says_when_the_file_no_longer_holds_what_arrived) {
  const auto mission = copy_of_example("four-answers", "line-changed");
  run(mission, 1, 10'000);
  const std::string id = finding_because(mission, FindingValue::kBreach, "place");
  auto text = *read_file(mission / "feeds/posts.csv");
  for (auto at = text.find("about 20"); at != std::string::npos; at = text.find("about 20"))
    text.replace(at, 8, "about 90");
  ASSERT_TRUE(write_file_atomically(mission / "feeds/posts.csv", text).ok());
  const std::string changed = explained(mission, id);
  EXPECT_NE(changed.find("about 20,122 mm"), std::string::npos) << changed;
  EXPECT_NE(changed.find("holds other bytes today"), std::string::npos) << changed;
  fs::remove(mission / "feeds/posts.csv");
  auto mission_text = *read_file(mission / "mission.toml");
  const auto files = mission_text.find("files = [\"feeds/posts.csv\"]");
  ASSERT_NE(files, std::string::npos);
  mission_text.insert(files, "optional = true\n");
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", mission_text).ok());
  EXPECT_NE(explained(mission, id).find("cannot be read here"), std::string::npos);
}

TEST(Mission, says_everything_wrong_with_it_at_once) {
  const auto mission = copy_of_easter("easter-g");
  auto text = *read_file(mission / "mission.toml");
  text = "nonsense = 1\n" + text;
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", text).ok());
  ASSERT_TRUE(write_file_atomically(mission / "agreement.toml", "id = 3\n").ok());
  judge::Problems problems;
  EXPECT_FALSE(load_mission(mission, {}, problems).ok());
  EXPECT_GE(problems.errors.size(), 4U);
}

}  // namespace
}  // namespace truce::app
