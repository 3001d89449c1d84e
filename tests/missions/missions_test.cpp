// Whole missions: what they say of real days, that order, batches and threads do not matter, and
// that both parties are treated alike. Missions over the data beside the project skip without it.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "app/assemble.h"
#include "app/session.h"
#include "base/csv.h"
#include "base/files.h"
#include "model/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

fs::path data_root() { return fs::path(TRUCE_SHARED_DIR) / "data"; }
#define NEED_DATA() \
  if (!fs::exists(data_root())) GTEST_SKIP() << "no data beside the project"

std::vector<fs::path> all_missions() {
  std::vector<fs::path> out;
  for (const char* folder : {"examples/missions", "tests/missions"}) {
    for (const auto& entry : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / folder)) {
      const bool needs_data = std::string(folder) == "tests/missions";
      if (fs::exists(entry.path() / "mission.toml") && (!needs_data || fs::exists(data_root())))
        out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}
fs::path mission(const char* name) { return fs::path(TRUCE_SOURCE_DIR) / "tests/missions" / name; }

// A copy in the tests' own folder, without what an earlier run wrote.
fs::path copy_of(const fs::path& from, const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / ("truce-missions-" + name);
  fs::remove_all(to);
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    if (entry.path().filename() != "var")
      fs::copy(entry.path(), to / entry.path().filename(), fs::copy_options::recursive);
  }
  return to;
}

std::unique_ptr<Session> run(const fs::path& folder, SessionOptions options = {}) {
  if (options.data.empty()) options.data = data_root();
  options.quiet = true;
  auto session = Session::open(folder, options);
  EXPECT_TRUE(session.ok()) << session.error().to_text();
  const Status taken = (*session)->intake->take_all();
  EXPECT_TRUE(taken.ok()) << taken.error().to_text();
  return *std::move(session);
}

report::Input report_of(Session& s, CivilDay first, CivilDay last) {
  auto in = assemble_report(s.mission, *s.store, first, last, {0}, "");
  EXPECT_TRUE(in.ok()) << in.error().to_text();
  return *std::move(in);
}

std::vector<std::int64_t> series(const report::Input& in, std::string_view feed) {
  std::vector<std::int64_t> out;
  for (const auto& s : in.series) {
    if (s.feed != feed) continue;
    for (const auto& v : s.per_day) out.push_back(v.value_or(-1));
  }
  return out;
}

TEST(EasterFromTheFullFeeds, says_what_a_careful_analyst_would) {
  NEED_DATA();
  auto s = run(copy_of(mission("easter-2025-full"), "easter"));
  const auto in = report_of(*s, {2025, 4, 18}, {2025, 4, 22});
  const auto sirens = series(in, "sirens");
  EXPECT_EQ(sirens, (std::vector<std::int64_t>{83, 22, 6, 43, 22}));
  EXPECT_EQ(std::min_element(sirens.begin(), sirens.end()) - sirens.begin(), 2) << "the lull";
  EXPECT_EQ(series(in, "news"), (std::vector<std::int64_t>{27, 18, 3, 7, 17}));
  std::string notes;
  for (const auto& n : in.claim_notes) notes += n + "\n";
  EXPECT_NE(notes.find("2935; the parts it states give 2929"), std::string::npos) << notes;
  EXPECT_NE(notes.find("4900; the parts it states give 4816"), std::string::npos) << notes;
  int stuck = 0;
  for (const auto& row : *s->store->records("complaint")) {
    const auto c = from_json<ComplaintNote>(row.json);
    ASSERT_TRUE(c.ok());
    if (c->text.find("from 2025-04-20T") != std::string::npos) ++stuck;
  }
  EXPECT_EQ(stuck, 1) << "one interval of the window never ends";
}

TEST(EnergyMoratorium,
     the_same_attack_is_a_breach_under_one_reading_and_not_applicable_under_the_other) {
  NEED_DATA();
  auto s = run(copy_of(mission("energy-2025"), "energy"));
  const Interval between{*parse_instant("2025-03-18T00:00:00+03:00"),
                         *parse_instant("2025-03-25T00:00:00+03:00")};
  int on_20_march = 0;
  int compared = 0;
  for (const auto& i : *s->store->incidents_overlapping(between)) {
    const bool energy = std::find(i.targets.begin(), i.targets.end(), "energy") != i.targets.end();
    if (!energy || i.when.start < between.start || i.when.end > between.end) continue;
    std::map<std::string, Finding> by_reading;
    for (const auto& f : *s->store->findings_of(i.id)) by_reading[f.reading] = f;
    ASSERT_EQ(by_reading.size(), 2U);
    EXPECT_EQ(by_reading["from-25-march"].value, FindingValue::kNotApplicable);
    EXPECT_NE(by_reading["base"].value, FindingValue::kNotApplicable);
    ++compared;
    const bool breach = by_reading["base"].value == FindingValue::kBreach;
    if (to_text(i.when.start).substr(0, 10) == "2025-03-20" && breach) ++on_20_march;
  }
  EXPECT_GE(compared, 5);
  EXPECT_GE(on_20_march, 1);
}

TEST(GazaPause, shows_the_alerts_stop) {
  NEED_DATA();
  auto s = run(copy_of(mission("gaza-2023"), "gaza"));
  EXPECT_EQ(series(report_of(*s, {2023, 11, 22}, {2023, 11, 30}), "alerts"),
            (std::vector<std::int64_t>{35, 41, 7, 10, 0, 0, 0, 0, 4}));
  EXPECT_EQ((*s->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})).size(), 0U)
      << "an alert is never an incident";
}

TEST(Christmas, has_no_findings_where_nothing_but_alerts_and_fires_was_seen) {
  NEED_DATA();
  auto s = run(copy_of(mission("christmas-2023"), "christmas"));
  const auto in = report_of(*s, {2023, 1, 4}, {2023, 1, 9});
  for (const auto n : series(in, "sirens")) EXPECT_GT(n, 0) << "the sirens went on";
  EXPECT_TRUE(in.incidents.empty());
}

TEST(JulyMeasures, keep_the_published_totals_as_totals) {
  NEED_DATA();
  auto s = run(copy_of(mission("minsk-2020"), "minsk"));
  EXPECT_EQ(s->store->records("stated_total")->size(), 92U);
  EXPECT_EQ((*s->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})).size(), 0U)
      << "totals and deaths are never counted as effects";
}

// The rows of a CSV in an order that a seed gives, the header first.
std::string shuffled_csv(const std::string& text, std::uint64_t seed) {
  CsvReader reader(text, "shuffled");
  std::vector<std::string_view> rows;
  while (auto row = reader.next()) {
    if (row->ok()) rows.push_back((*row)->bytes);
  }
  std::mt19937_64 random(seed);
  for (std::size_t i = rows.size(); i > 2; --i)  // std::shuffle differs between libraries
    std::swap(rows[i - 1], rows[1 + random() % (i - 1)]);
  std::string out;
  for (const auto row : rows) out += std::string(row) + "\n";
  return out;
}

// Every CSV that the mission's feeds name, shuffled, in the mission's copy or in a folder of its
// own.
fs::path shuffle_feeds(const fs::path& folder, std::uint64_t seed) {
  const fs::path data = folder / "data";
  const std::string toml = *read_file(folder / "mission.toml");
  const std::regex name("\"((?:data:)?[^\"]*\\.csv(?:\\.gz)?)\"");
  for (auto it = std::sregex_iterator(toml.begin(), toml.end(), name); it != std::sregex_iterator();
       ++it) {
    const std::string file = (*it)[1].str();
    const bool outside = file.rfind("data:", 0) == 0;
    const fs::path from = outside ? data_root() / file.substr(5) : folder / file;
    if (!fs::exists(from)) continue;
    const fs::path to = outside ? data / file.substr(5) : from;
    fs::create_directories(to.parent_path());
    EXPECT_TRUE(write_file_atomically(to, shuffled_csv(*read_file(from), seed)).ok());
  }
  return data;
}

class EveryMission : public ::testing::TestWithParam<fs::path> {};

TEST_P(EveryMission, finds_the_same_in_any_order_batches_and_threads) {
  const std::string name = GetParam().filename().string();
  auto first = run(copy_of(GetParam(), name + "-a"), {.threads = 1, .batch_entries = 10'000});
  const auto expected = *results_digest(*first->store);
  std::int64_t entries = 0;
  for (const auto& [kind, n] : *first->store->counts()) entries += kind == "observations" ? n : 0;
  first.reset();
  const auto digest = [&](const char* suffix, SessionOptions options, std::uint64_t seed) {
    const auto folder = copy_of(GetParam(), name + suffix);
    if (seed > 0) options.data = shuffle_feeds(folder, seed);
    const auto out = *results_digest(*run(folder, options)->store);
    fs::remove_all(folder);
    return out;
  };
  EXPECT_EQ(digest("-b", {.threads = 2, .batch_entries = entries < 10'000 ? 7U : 700U}, 0),
            expected);
  if (entries < 2'000) {  // every entry a transaction and a sync
    EXPECT_EQ(digest("-c", {.threads = 8, .batch_entries = 1}, 5), expected);
  }
  EXPECT_EQ(digest("-d", {.threads = 8, .batch_entries = 997}, 6), expected);
}

// Party a becomes b and b becomes a, as whole words; places and coordinates stay.
std::string exchange(const std::string& text, const std::string& a, const std::string& b) {
  const std::regex words("\\b(" + a + "|" + b + ")\\b");
  std::string out;
  auto from = text.cbegin();
  for (auto it = std::sregex_iterator(text.begin(), text.end(), words);
       it != std::sregex_iterator(); ++it) {
    out.append(from, (*it)[0].first);
    out += (*it)[0].str() == a ? b : a;
    from = (*it)[0].second;
  }
  return out.append(from, text.cend());
}

std::vector<std::string> findings_and_incidents(Session& s) {
  std::vector<std::string> out;
  EXPECT_TRUE(
      s.store->for_each_latest([&](std::string_view json) { out.emplace_back(json); }).ok());
  return out;
}

TEST_P(EveryMission, treats_exchanged_parties_alike) {
  const std::string name = GetParam().filename().string();
  const auto plain = copy_of(GetParam(), name + "-p");
  const auto other = copy_of(GetParam(), name + "-q");
  auto s = run(plain);
  ASSERT_EQ(s->mission.agreement.parties.size(), 2U);
  const auto& parties = s->mission.agreement.parties;
  const auto swap_all = [&](const std::string& text) {
    const std::string ids = exchange(text, parties[0].id, parties[1].id);
    return exchange(ids, parties[0].name, parties[1].name);
  };
  for (const char* file : {"agreement.toml", "sources.csv"}) {
    if (!fs::exists(other / file)) continue;
    const std::string text = *read_file(other / file);
    ASSERT_TRUE(write_file_atomically(other / file, swap_all(text)).ok());
  }
  auto t = run(other);
  const auto expected = findings_and_incidents(*s);
  auto got = findings_and_incidents(*t);
  for (auto& line : got) line = swap_all(line);
  EXPECT_EQ(got, expected);
}

INSTANTIATE_TEST_SUITE_P(Missions, EveryMission, ::testing::ValuesIn(all_missions()),
                         [](const auto& param) {
                           std::string name = param.param.filename().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace truce::app
