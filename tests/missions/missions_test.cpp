// Whole missions: what they say of real days, that order, batches and threads do not matter, and
// that both parties are treated alike. Missions over the data beside the project skip without it.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <regex>
#include <sstream>

#include "app/alerts.h"
#include "app/assemble.h"
#include "app/clocks.h"
#include "app/commands.h"
#include "app/force_state.h"
#include "app/moved.h"
#include "app/session.h"
#include "base/csv.h"
#include "base/files.h"
#include "model/identity.h"
#include "model/json.h"
#include "sixty_days.h"

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
  // Of 28 July one region is stated, of 29 July neither: no sum.
  EXPECT_EQ(series(report_of(*s, {2020, 7, 27}, {2020, 7, 30}), "smm"),
            (std::vector<std::int64_t>{111, -1, -1, 1}));
}

// What the feeds said of a day stands beside the violations of the same day, from evening to
// evening; a night that begins before the bound is of the day after.
TEST(ReportingDays, are_those_of_what_the_sources_said_too) {
  auto donbas = run(copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/donbas-2017", "days"));
  const auto in = report_of(*donbas, {2017, 8, 23}, {2017, 8, 25});
  EXPECT_EQ(series(in, "smm"), (std::vector<std::int64_t>{1, 1, 2}));
  ASSERT_EQ(in.history.size(), 3U);
  EXPECT_EQ(in.history[2].incidents, 2);
  EXPECT_EQ(in.series.front().day_starts, "19:30");
  for (const auto& s : report_of(*donbas, {2017, 8, 23}, {2017, 8, 23}).sources)
    EXPECT_EQ(s.observations, s.source.id == "camera-avdiivka" ? 1 : 0) << s.source.id;
  auto line = run(copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/four-answers", "days-2"));
  EXPECT_EQ(series(report_of(*line, {2026, 3, 1}, {2026, 3, 4}), "posts"),
            (std::vector<std::int64_t>{-1, 7, 1, -1}));
}

// std::shuffle differs between libraries.
void shuffle(std::vector<std::string>& rows, std::size_t first, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (std::size_t i = rows.size(); i > first + 1; --i)
    std::swap(rows[i - 1], rows[first + random() % (i - first)]);
}

std::string joined(const std::vector<std::string>& rows, const char* between) {
  std::string out;
  for (const auto& row : rows) out += (out.empty() ? "" : between) + row;
  return out;
}

// The rows of a file in an order that a seed gives: of a CSV behind its header, of lines, or of a
// JSON array.
std::string shuffled(const std::string& extension, const std::string& text, std::uint64_t seed) {
  std::vector<std::string> rows;
  if (extension == ".json") {
    simdjson::dom::parser parser;
    const simdjson::dom::array array = parser.parse(text);
    for (const auto row : array) rows.push_back(simdjson::minify(row));
    shuffle(rows, 0, seed);
    return "[" + joined(rows, ",") + "]";
  }
  if (extension == ".ndjson") {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) rows.push_back(line);
    shuffle(rows, 0, seed);
  } else {
    CsvReader reader(text, "shuffled");
    while (auto row = reader.next()) {
      if (row->ok()) rows.emplace_back((*row)->bytes);
    }
    shuffle(rows, 1, seed);
  }
  return joined(rows, "\n") + "\n";
}

// Every file that the mission's feeds name, shuffled, in the mission's copy or in a folder of its
// own.
fs::path shuffle_feeds(const fs::path& folder, std::uint64_t seed) {
  const fs::path data = folder / "data";
  const std::string toml = *read_file(folder / "mission.toml");
  const std::regex name("\"((?:data:)?[^\"]*(\\.csv|\\.ndjson|\\.json)(?:\\.gz)?)\"");
  for (auto it = std::sregex_iterator(toml.begin(), toml.end(), name); it != std::sregex_iterator();
       ++it) {
    const std::string file = (*it)[1].str();
    const bool outside = file.rfind("data:", 0) == 0;
    const fs::path from = outside ? data_root() / file.substr(5) : folder / file;
    if (!fs::exists(from)) continue;
    const fs::path to = outside ? data / file.substr(5) : from;
    fs::create_directories(to.parent_path());
    EXPECT_TRUE(write_file_atomically(to, shuffled((*it)[2], *read_file(from), seed)).ok());
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

// Exchanges two parties in a text: the id, the id in capitals (as claims write it) and the name of
// each, as whole words. Doing it twice gives the text back.
class Exchange {
 public:
  Exchange(const judge::Party& a, const judge::Party& b) {
    pair(a.id, b.id);
    pair(capitals(a.id), capitals(b.id));
    pair(a.name, b.name);
    std::string any;
    for (const auto& [from, to] : other_) any += (any.empty() ? "" : "|") + escaped(from);
    words_ = std::regex("\\b(?:" + any + ")\\b");
  }
  std::string operator()(const std::string& text) const {
    std::string out;
    auto from = text.cbegin();
    for (auto it = std::sregex_iterator(text.begin(), text.end(), words_);
         it != std::sregex_iterator(); ++it) {
      out.append(from, (*it)[0].first);
      out += other_.at((*it)[0].str());
      from = (*it)[0].second;
    }
    return out.append(from, text.cend());
  }

 private:
  static std::string capitals(std::string s) {
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return std::toupper(c); });
    return s;
  }
  static std::string escaped(const std::string& s) {
    return std::regex_replace(s, std::regex(R"([.*+?^${}()|\[\]\\])"), R"(\$&)");
  }
  void pair(const std::string& a, const std::string& b) {
    other_[a] = b;
    other_[b] = a;
  }
  std::map<std::string, std::string, std::greater<>>
      other_;  // longer words before their beginnings
  std::regex words_;
};

// agreement.toml with the parties exchanged everywhere but in the [[party]] tables. Those say only
// which name goes with which id, so leaving them also exchanges the order in which the parties
// stand: whoever favours the first one named is found as well.
std::string exchange_agreement(const std::string& toml, const Exchange& exchange) {
  std::string out;
  std::istringstream lines(toml);
  bool in_party = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind('[', 0) == 0) in_party = line.rfind("[[party]]", 0) == 0;
    out += (in_party ? line : exchange(line)) + "\n";
  }
  return out;
}

// Feeds in which parties can speak or be spoken of. The others are satellites, alerts and press,
// whose rows belong to no party.
bool names_parties(const Feed& feed) { return feed.format == "ndjson" || feed.format == "claims"; }

// A copy of the mission with the parties exchanged wherever they are named: agreement, sources, ids
// of zones in geo/ (coordinates stay), claims, notices and reports. Files outside the mission are
// exchanged or linked in a folder of the copy's own, which is returned.
fs::path exchange_mission(const Mission& mission, const fs::path& folder,
                          const Exchange& exchange) {
  const auto rewrite = [&](const fs::path& from, const fs::path& to, auto&& change) {
    const std::string text = *read_file(from);
    EXPECT_EQ(exchange(exchange(text)), text) << from << ": exchanged twice is not the same";
    fs::create_directories(to.parent_path());
    EXPECT_TRUE(write_file_atomically(to, change(text)).ok());
  };
  rewrite(folder / "agreement.toml", folder / "agreement.toml",
          [&](const std::string& text) { return exchange_agreement(text, exchange); });
  std::vector<fs::path> named;
  if (fs::exists(folder / "sources.csv")) named.push_back(folder / "sources.csv");
  if (fs::exists(folder / "geo")) {
    for (const auto& f : fs::directory_iterator(folder / "geo")) named.push_back(f.path());
  }
  for (const auto& f : named) rewrite(f, f, exchange);
  const fs::path data = folder / "data";
  for (const auto& feed : mission.feeds) {
    for (const auto& file : feed.files) {
      const bool outside = file.rfind("data:", 0) == 0;
      const fs::path from = outside ? data_root() / file.substr(5) : folder / file;
      const fs::path to = outside ? data / file.substr(5) : from;
      if (!fs::exists(from)) continue;
      fs::create_directories(to.parent_path());
      if (names_parties(feed))
        rewrite(from, to, exchange);
      else if (outside)
        fs::create_symlink(from, to);
    }
  }
  return data;
}

// Ids follow from content, and content names parties: for each record of the exchanged mission, its
// id and the id that it has after renaming back.
template <class Record>
void ids_back(Session& s, const char* kind, const Exchange& exchange,
              std::string (*id_of)(const Record&), std::map<std::string, std::string>& out) {
  for (const auto& row : *s.store->records(kind)) {
    auto record = from_json<Record>(exchange(row.json));
    ASSERT_TRUE(record.ok()) << record.error().to_text();
    record->id.clear();
    out[row.id] = id_of(*record);
  }
}

// Incidents and findings with the parties renamed back when `exchange` is given, in order.
std::vector<std::string> findings_and_incidents(Session& s, const Exchange* exchange) {
  std::map<std::string, std::string> ids;
  if (exchange != nullptr) ids_back<Notice>(s, "notice", *exchange, notice_id, ids);
  std::vector<std::string> out;
  const auto add = [&](std::string_view json) {
    out.push_back(exchange != nullptr ? (*exchange)(std::string(json)) : std::string(json));
    for (const auto& [from, to] : ids) {
      for (auto at = out.back().find(from); at != std::string::npos; at = out.back().find(from, at))
        out.back().replace(at, from.size(), to);
    }
  };
  EXPECT_TRUE(s.store->for_each_latest(add).ok());
  std::sort(out.begin(), out.end());  // the store's order is by id, and ids name provisions
  return out;
}

TEST_P(EveryMission, treats_exchanged_parties_alike) {
  const std::string name = GetParam().filename().string();
  const auto other = copy_of(GetParam(), name + "-q");
  auto s = run(copy_of(GetParam(), name + "-p"));
  const auto& parties = s->mission.agreement.parties;
  ASSERT_EQ(parties.size(), 2U);
  const Exchange exchange(parties[0], parties[1]);
  SessionOptions options;
  options.data = exchange_mission(s->mission, other, exchange);
  auto t = run(other, options);
  ASSERT_EQ(t->mission.agreement.parties[0].id, parties[0].id);
  EXPECT_EQ(findings_and_incidents(*t, &exchange), findings_and_incidents(*s, nullptr));
}

INSTANTIATE_TEST_SUITE_P(Missions, EveryMission, ::testing::ValuesIn(all_missions()),
                         [](const auto& param) {
                           std::string name = param.param.filename().string();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Sixty days: the committed feeds are what the world writes, and the gate goes as its makers meant:
// lost at once to a breach, open after seven verified days, lost on the sixth day after, nearly
// lost to a traveller's report, open again, done.
TEST(SixtyDays, are_the_bytes_that_their_world_writes) {
  const fs::path folder = fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days";
  for (const auto& f : missions::sixty_days())
    EXPECT_EQ(*read_file(folder / f.path), f.text) << f.path;
}

TEST(SixtyDays, open_lose_and_open_the_gate_and_say_why) {
  const fs::path folder =
      copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-gate");
  const auto session = run(folder);
  const auto clocks = clocks_of(session->mission, *session->store, ledger::Store::kNow, {});
  ASSERT_TRUE(clocks.ok()) << clocks.error().to_text();
  std::string told;
  for (const auto& t : clocks->base().states.gates.at(0).transitions)
    told += to_text(t.at.start).substr(5, 5) + " " + std::string(judge::to_string(t.to)) + "\n";
  EXPECT_EQ(told,
            "03-03 counting\n03-04 waiting\n03-05 counting\n03-07 paused\n03-08 counting\n"
            "03-12 open\n03-18 waiting\n03-19 counting\n03-23 paused\n03-24 counting\n"
            "03-26 open\n04-07 done\n");
  for (const auto& t : clocks->base().states.gates.at(0).transitions) {
    EXPECT_FALSE(judge::to_english(t.why).empty());
    EXPECT_FALSE(t.why.records.empty());
  }
  // As known before the traveller's report, the gate stood otherwise on that day.
  const auto& now = clocks->base().states.gates.at(0);
  const auto before = clocks_of(session->mission, *session->store, 0, clocks->as.until);
  ASSERT_TRUE(before.ok());
  EXPECT_FALSE(judge::what_moved(before->base().states.gates.at(0), now).empty());
}

const judge::ObligationResult& result_of(const ReadingClocks& clocks, const std::string& obligation,
                                         const std::string& party) {
  const auto& all = clocks.states.obligations;
  const auto it = std::find_if(all.begin(), all.end(), [&](const auto& r) {
    return r.obligation == obligation && r.party == party;
  });
  TRUCE_ENSURE(it != all.end());
  return *it;
}

// The breach of 18 March takes the gate away under the base text alone.
TEST(SixtyDays, keep_the_gate_open_under_the_reading_that_says_so) {
  const auto session =
      run(copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-read"));
  const auto clocks = clocks_of(session->mission, *session->store, ledger::Store::kNow, {});
  ASSERT_TRUE(clocks.ok()) << clocks.error().to_text();
  ASSERT_EQ(clocks->readings.size(), 2U);
  const auto& other = clocks->readings[1];
  EXPECT_EQ(other.reading, "once-open");
  std::string told;
  for (const auto& t : other.states.gates.at(0).transitions)
    told += to_text(t.at.start).substr(5, 5) + " " + std::string(judge::to_string(t.to)) + "\n";
  EXPECT_EQ(told,
            "03-03 counting\n03-04 waiting\n03-05 counting\n03-07 paused\n03-08 counting\n"
            "03-12 open\n04-07 done\n");
  for (const auto& b : other.timeline.breaches)
    EXPECT_NE(b.id.find("/once-open"), std::string::npos) << "a breach is a finding of the reading";
  EXPECT_FALSE(judge::stands_otherwise(result_of(other, "maps", "cobalt"),
                                       result_of(clocks->base(), "maps", "cobalt")));
  const auto in =
      assemble_report(session->mission, *session->store, {2030, 3, 1}, {2030, 4, 29}, {0}, "");
  ASSERT_TRUE(in.ok()) << in.error().to_text();
  ASSERT_EQ(in->gates.at(0).elsewhere.size(), 1U);
  EXPECT_EQ(to_text(in->gates[0].elsewhere[0].first), "2030-03-18");
  EXPECT_EQ(in->gates[0].elsewhere[0].days, 8) << "18 to 25 March";
  ASSERT_EQ(in->obligations.size(), 4U);
}

judge::TierState warning_of(const ReadingClocks& clocks, std::size_t episode) {
  return clocks.states.escalations.at(0).at(episode).tiers.at(0).state;
}

// A signature names a finding under one reading. What was taken was taken, however the text is
// read.
TEST(SixtyDays, a_signature_counts_under_every_reading) {
  const fs::path folder =
      copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-signed");
  Signature s;
  s.signer = "the duty officer";
  s.escalation = "response";
  s.tier = "warning";
  s.when = *parse_instant("2030-03-01T12:00:00Z");
  {
    const auto session = run(folder);
    const auto clocks = clocks_of(session->mission, *session->store, ledger::Store::kNow, {});
    ASSERT_TRUE(clocks.ok()) << clocks.error().to_text();
    for (const auto& r : clocks->readings) EXPECT_EQ(warning_of(r, 0), judge::TierState::kLapsed);
    s.breach = clocks->base().states.escalations.at(0).at(0).breach;
  }
  const auto events = folder / "feeds/events.ndjson";
  ASSERT_TRUE(
      write_file_atomically(
          events, *read_file(events) + "{\"kind\":\"signature\",\"record\":" + to_json(s) + "}\n")
          .ok());
  const auto session = run(folder);
  const auto clocks = clocks_of(session->mission, *session->store, ledger::Store::kNow, {});
  ASSERT_TRUE(clocks.ok()) << clocks.error().to_text();
  for (const auto& r : clocks->readings) {
    EXPECT_EQ(warning_of(r, 0), judge::TierState::kSigned) << r.reading;
    EXPECT_EQ(warning_of(r, 1), judge::TierState::kLapsed) << r.reading;
  }
}

TEST(SixtyDays, explain_what_is_owed_down_to_the_bytes) {
  const fs::path folder =
      copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-owed");
  std::map<std::string, std::string> ids;
  {
    const auto session = run(folder);
    const auto clocks = clocks_of(session->mission, *session->store, ledger::Store::kNow, {});
    ASSERT_TRUE(clocks.ok()) << clocks.error().to_text();
    for (const auto& r : clocks->base().states.obligations)
      ids[r.obligation + " " + r.party] = r.id() + "/base";
  }
  const auto explained = [&](const std::string& id, bool json, Language l) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(command_explain({.mission = folder, .json = json, .session = {.quiet = true}}, id, l),
              0);
    return ::testing::internal::GetCapturedStdout();
  };
  const std::string late = explained(ids["maps cobalt"], false, Language::kEnglish);
  for (const char* part :
       {"It is a breach.", "P(breach) = 1.0000", "\"clear\", asks for 0.85",
        "Obligation maps: Each party hands over the maps of its mines within 14 days",
        "Stated in: invented, article 4", "Reading base: the text as it stands", "Owed by: Cobalt",
        "State: breached", "Due: 2030-03-15 00:00 +02:00 EET",
        "maps_handed_over was not done by 2030-03-15", "What it rests on: 2 records", "ceasefire",
        "maps_handed_over, of cobalt", "when   2030-03-16 09:00 +02:00 EET", "log entry ",
        "feeds/events.ndjson line ", "The file holds these bytes today."})
    EXPECT_NE(late.find(part), std::string::npos) << part << "\n" << late;
  const std::string absent = explained(ids["hotline amber"], false, Language::kUkrainian);
  for (const char* part : {"Це порушення.", "Зобов’язання hotline", "Без кінцевого строку.",
                           "hotline_answered: 2030-04-10 не виконано"})
    EXPECT_NE(absent.find(part), std::string::npos) << part << "\n" << absent;
  const std::string json = explained(ids["maps amber"], true, Language::kEnglish);
  simdjson::dom::parser parser;
  const auto read = parser.parse(simdjson::padded_string(json));
  ASSERT_EQ(read.error(), simdjson::SUCCESS) << json;
  EXPECT_EQ(std::string(read["state"].get_c_str().value()), "fulfilled");
  EXPECT_EQ(read["evidence"].get_array().value().size(), 2U);
  EXPECT_EQ(std::string(read["finding"]["subject"].get_c_str().value()).find("deadline/"), 0U);
  ::testing::internal::CaptureStderr();
  EXPECT_NE(command_explain({.mission = folder, .session = {.quiet = true}}, "maps"), 0);
  const std::string all = ::testing::internal::GetCapturedStderr();
  EXPECT_NE(all.find(ids["maps amber"]), std::string::npos) << all;
}

std::unique_ptr<Session> sixty_days_run(const std::string& name) {
  return run(copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", name));
}

std::string readiness_at(Session& s, const char* until) {
  std::string out;
  const auto state =
      force_state_of(s.mission, *s.store, ledger::Store::kNow, parse_instant(until).value_or({}));
  EXPECT_TRUE(state.ok()) << state.error().to_text();
  for (const auto& r : state->phases) out += r.phase + ": " + judge::to_words(r) + "\n";
  return out;
}

// A phase waits for its gate and for what its posts would see; what nobody knows is not enough.
TEST(SixtyDays, let_phases_begin_when_the_gate_is_open_and_coverage_is_known) {
  const auto s = sixty_days_run("sixty-days-phases");
  EXPECT_EQ(
      readiness_at(*s, "2030-03-09T22:00:00Z"),
      "west: gate disengagement is counting\neast: gate disengagement is counting; phase west "
      "comes before and is not ready\n");
  EXPECT_EQ(readiness_at(*s, "2030-03-13T22:00:00Z"), "west: ready\neast: ready\n");
  EXPECT_EQ(readiness_at(*s, "2030-03-18T22:00:00Z"),
            "west: gate disengagement is waiting\neast: gate disengagement is waiting; phase west "
            "comes before and is not ready\n")
      << "lost by a breach";
  EXPECT_EQ(readiness_at(*s, "2030-03-29T21:00:00Z"),
            "west: ready\neast: coverage of impact explosion in sector east is not known, 0.95 is "
            "needed\n");
}

// By fire near them, by a traveller's report, by statements that somebody filed as threats; over
// only when watched: in the west not before the 21st, for nobody knew of the two days before.
TEST(SixtyDays, warn_posts_and_give_an_all_clear_only_by_what_was_watched) {
  const auto s = sixty_days_run("sixty-days-alerts");
  std::string told;
  for (const auto& a : *alerts_of(*s->store)) told += to_text(a) + "\n";
  EXPECT_EQ(told,
            "birch: alarm, fire since 2030-03-01T01:00:00Z, probability 1.0; no all-clear yet\n"
            "cedar: alarm, fire since 2030-03-01T12:00:00Z, probability 1.0; no all-clear yet\n"
            "birch: alarm, fire since 2030-03-02T07:00:00Z, probability 1.0; no all-clear yet\n"
            "cedar: alarm, fire since 2030-03-04T20:00:00Z, probability 1.0; no all-clear yet\n"
            "birch: alarm, fire since 2030-03-18T09:00:00Z, probability 1.0; no all-clear yet\n"
            "cedar: warning, fire since 2030-03-23T00:00:00Z, probability 0.4; no all-clear yet\n"
            "birch: all-clear, fire since 2030-03-01T01:00:00Z was over at 2030-03-21T16:00:00Z\n"
            "cedar: all-clear, fire since 2030-03-01T12:00:00Z was over at 2030-03-23T18:02:00Z\n"
            "birch: warning, threat since 2030-03-21T06:00:00Z; no all-clear yet\n"
            "cedar: warning, threat since 2030-04-01T17:00:00Z; no all-clear yet\n");
}

// The satellite's two days come a week late: the gate opens five days sooner by them, and the page
// marks each day that it had told otherwise.
TEST(SixtyDays, say_what_late_data_moved) {
  const fs::path folder =
      copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-late");
  fs::rename(folder / "feeds/late.ndjson", folder / "late");
  run(folder);
  std::uint64_t before = 0;
  {
    const auto s = run(folder);
    before = s->store->applied();
    EXPECT_TRUE(what_moved_since(s->mission, *s->store, before, before)->gates.at(0).days.empty());
    for (const auto& d : report_of(*s, {2030, 3, 1}, {2030, 4, 29}).gates.at(0).days)
      EXPECT_EQ(d.moved, "") << to_text(d.day);
  }
  fs::rename(folder / "late", folder / "feeds/late.ndjson");
  const auto s = run(folder);
  const auto moved = what_moved_since(s->mission, *s->store, before, ledger::Store::kNow);
  ASSERT_TRUE(moved.ok()) << moved.error().to_text();
  std::string days, marked;
  for (const auto& m : moved->gates.at(0).days) days += judge::to_text(m.day).substr(5) + " ";
  EXPECT_EQ(days, "03-19 03-20 03-21 03-22 03-23 03-24 03-25 03-26 03-27 03-28 03-29 ");
  EXPECT_EQ(judge::to_english(moved->gates.at(0).days.at(7).why),
            "2030-03-26: open with a count of 7, where it had been counting with a count of 5");
  EXPECT_EQ(moved->gates.at(0).days.at(0).why.records,
            (std::vector<std::string>{"quiet/east/explosion_impact/2030-03-18T22:00:00Z",
                                      "quiet/west/explosion_impact/2030-03-18T22:00:00Z"}));
  EXPECT_TRUE(moved->obligations.empty());
  EXPECT_TRUE(moved->tiers.empty());
  const auto in = report_of(*s, {2030, 3, 1}, {2030, 4, 29});
  for (const auto& d : in.gates.at(0).days)
    marked += d.moved.empty() ? "" : to_text(d.day).substr(5) + " ";
  EXPECT_EQ(marked, days);
  EXPECT_NE(report::to_html(in).find("11 days say otherwise than when first told"),
            std::string::npos);
}

// Reports of the eighteenth day's fire that come late begin an episode whose first tier has lapsed.
TEST(SixtyDays, say_which_tiers_late_data_moved) {
  const fs::path folder =
      copy_of(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", "sixty-days-witness");
  const std::string reports = *read_file(folder / "feeds/reports.ndjson");
  std::vector<std::string> rows;
  std::istringstream lines(reports);
  for (std::string line; std::getline(lines, line);) rows.push_back(line);
  ASSERT_EQ(rows.size(), 11U);
  std::vector<std::string> fewer = rows;
  fewer.erase(fewer.begin() + 8, fewer.begin() + 10);
  ASSERT_TRUE(
      write_file_atomically(folder / "feeds/reports.ndjson", joined(fewer, "\n") + "\n").ok());
  const auto before = run(folder)->store->applied();
  ASSERT_TRUE(write_file_atomically(folder / "feeds/reports.ndjson",
                                    joined(fewer, "\n") + "\n" + rows[8] + "\n" + rows[9] + "\n")
                  .ok());
  const auto s = run(folder);
  const auto moved = what_moved_since(s->mission, *s->store, before, ledger::Store::kNow);
  ASSERT_TRUE(moved.ok()) << moved.error().to_text();
  std::string told;
  for (const auto& c : moved->tiers)
    told += c.before + " " + c.after + " " + std::to_string(c.why.records.size()) + "\n";
  EXPECT_EQ(told, "none not_due 1\nnone lapsed 1\n");
  ASSERT_FALSE(moved->gates.at(0).days.empty());
  EXPECT_EQ(judge::to_text(moved->gates.at(0).days.front().day), "2030-03-18");
}

}  // namespace
}  // namespace truce::app
