// What commands say of gates, obligations, escalations, cumulations and points.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>

#include "app/assemble.h"
#include "app/cli_answer.h"
#include "app/clocks.h"
#include "app/session.h"
#include "base/files.h"
#include "base/json.h"
#include "model/messages.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

bool answers(const CliAnswer& a, const std::string& part) {
  return a.out.find(part) != std::string::npos;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

// Sixty days in which two minor breaches within 40 days count as a serious one, run to the end.
std::string cumulating_mission(const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / ("truce-clock-pages-" + name);
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  fs::remove(to / "clocks.toml");
  std::string text = *read_file(to / "agreement.toml");
  text = replaced(text, "[standard_of_proof]",
                  "severities = [\"minor\", \"serious\"]\n\n[standard_of_proof]");
  text = replaced(text, "zones = [\"west\", \"east\"]",
                  "severity = \"minor\"\nzones = [\"west\", \"east\"]");
  text = replaced(text, "[[escalation]]", R"([[cumulation]]
id = "twice"
words = "two minor breaches within 40 days count as a serious one"
breaches = ["fire"]
standard = "clear"
number = 2
severity = "minor"
window = "40 days"
counts_as = "serious"
per = "all"

[[escalation]])");
  EXPECT_TRUE(write_file_atomically(to / "agreement.toml", text).ok());
  const CliAnswer run = answer_to({"run", to.string(), "--once", "--quiet"});
  EXPECT_EQ(run.status, 0) << run.err;
  return to.string();
}

std::vector<std::string> json_values(const std::string& lines, const std::string& key) {
  std::vector<std::string> out;
  const std::regex pattern("\"" + key + "\":\"([^\"]*)\"");
  for (std::sregex_iterator i(lines.begin(), lines.end(), pattern), end; i != end; ++i)
    out.push_back((*i)[1]);
  return out;
}

std::string line_with(const std::string& lines, const std::string& part) {
  const auto at = lines.find(part);
  if (at == std::string::npos) return {};
  const auto begin = lines.rfind('\n', at) + 1;
  return lines.substr(begin, lines.find('\n', at) - begin);
}

TEST(ClockPages, show_cumulations_in_every_language_and_as_json) {
  const std::string mission = cumulating_mission("shown");
  const CliAnswer clocks = answer_to({"clocks", mission});
  ASSERT_EQ(clocks.status, 0) << clocks.err;
  EXPECT_TRUE(answers(clocks, "Cumulation twice: counts as serious, a time between 2030-03-"))
      << clocks.out;
  EXPECT_TRUE(answers(clocks,
                      "2 breaches of severity minor within 960 h count as one of severity "
                      "serious"))
      << clocks.out;
  EXPECT_TRUE(answers(answer_to({"clocks", mission, "--language", "uk"}), "Сукупність twice:"));
  EXPECT_TRUE(answers(answer_to({"clocks", mission, "--language", "ru"}), "Совокупность twice:"));
  const std::string line =
      line_with(answer_to({"clocks", mission, "--json"}).out, "\"cumulation\":\"twice\"");
  ASSERT_FALSE(line.empty());
  EXPECT_EQ(*canonicalize(line), line);
  EXPECT_NE(line.find("\"certain\":true,\"counts_as\":\"serious\""), std::string::npos) << line;
}

TEST(ClockPages, explain_what_clocks_names) {
  const std::string mission = cumulating_mission("explained");
  const std::string clocks = answer_to({"clocks", mission, "--json"}).out;
  // The gate: its state, why, and the windows of quiet of its last day with their bytes.
  const CliAnswer gate = answer_to({"explain", mission, "disengagement"});
  ASSERT_EQ(gate.status, 0) << gate.err;
  for (const char* part : {"Gate disengagement: done", "every step was done", "open -> done",
                           "What it rests on: ", "1. ", "log entry ", "the bytes:"})
    EXPECT_TRUE(answers(gate, part)) << part << "\n" << gate.out;
  // The breaches that count as one, each by its finding.
  const std::string cumulated = line_with(clocks, "\"cumulation\":\"twice\"");
  const CliAnswer twice = answer_to({"explain", mission, json_values(cumulated, "breach").at(0)});
  ASSERT_EQ(twice.status, 0) << twice.err;
  EXPECT_TRUE(answers(twice, "What it rests on: 2 records")) << twice.out;
  EXPECT_TRUE(answers(twice, "2. finding ")) << twice.out;
  // The breach that an episode begins with says where its tiers stand.
  const std::string episode = line_with(clocks, "\"escalation\":\"response\"");
  const CliAnswer breach = answer_to({"explain", mission, json_values(episode, "breach").at(0)});
  EXPECT_TRUE(answers(breach, "Escalation response after ")) << breach.out;
  EXPECT_TRUE(answers(breach, "warning: lapsed; ")) << breach.out;
  // An event and a window of quiet, by the ids that the clocks print.
  for (const auto& [pattern, said] :
       {std::pair<const char*, const char*>{"\"(e2030[^\"]*)\"", "1. event e2030"},
        {"\"(quiet/[^\"]*)\"", "1. window of quiet quiet/"}}) {
    std::smatch id;
    ASSERT_TRUE(std::regex_search(clocks, id, std::regex(pattern))) << pattern;
    const CliAnswer a = answer_to({"explain", mission, id[1]});
    EXPECT_EQ(a.status, 0) << a.err;
    for (const char* part : {said, "log entry ", "the bytes:"})
      EXPECT_TRUE(answers(a, part)) << part << "\n" << a.out;
    EXPECT_TRUE(answers(answer_to({"explain", mission, id[1], "--json"}), "\"log_entry\":"));
  }
  EXPECT_TRUE(answers(answer_to({"explain", mission, "disengagement", "--json"}),
                      "\"gate\":\"disengagement\",\"reading\":\"base\",\"state\":\"done\""));
  EXPECT_NE(answer_to({"explain", mission, "no-such-thing"}).status, 0);
}

TEST(ClockPages, list_as_many_records_as_they_count) {
  const std::string mission = cumulating_mission("counted");
  const std::string clocks = answer_to({"clocks", mission, "--json"}).out;
  const auto all = line_with(clocks, "\"obligation\":\"maps\"");
  const CliAnswer a = answer_to({"explain", mission, json_values(all, "id").at(0)});
  ASSERT_EQ(a.status, 0) << a.err;
  std::smatch count;
  ASSERT_TRUE(std::regex_search(a.out, count, std::regex("rests on: ([0-9]+) record"))) << a.out;
  EXPECT_TRUE(answers(a, "\n  " + count[1].str() + ". ")) << a.out;
}

TEST(ClockPages, speak_the_language_asked_for_down_to_the_observation) {
  const std::string mission = cumulating_mission("spoken");
  const std::string clocks = answer_to({"clocks", mission, "--json"}).out;
  const std::string breach =
      json_values(line_with(clocks, "\"escalation\":\"response\""), "breach").at(0);
  for (const auto& [language, parts] :
       {std::pair{"uk", std::vector{"1. спостереження ", "джерело: ", "коли   ", "запис журналу "}},
        {"ru", std::vector{"1. наблюдение ", "источник: ", "когда  ", "запись журнала "}}}) {
    const CliAnswer a = answer_to({"explain", mission, breach, "--language", language});
    for (const char* part : parts) EXPECT_TRUE(answers(a, part)) << part << "\n" << a.out;
    for (const char* english : {"observation ", "log entry", "the bytes"})
      EXPECT_FALSE(answers(a, english)) << english << "\n" << a.out;
  }
}

TEST(ClockPages, are_in_the_report_with_tiers_and_who_signed) {
  const std::string mission = cumulating_mission("reported");
  auto session = Session::open_for_questions(mission, {.quiet = true});
  ASSERT_TRUE(session.ok()) << session.error().to_text();
  const auto in = assemble_report((*session)->mission, *(*session)->store, {2030, 3, 1},
                                  {2030, 4, 29}, {0}, "");
  ASSERT_TRUE(in.ok()) << in.error().to_text();
  ASSERT_FALSE(in->episodes.empty());
  EXPECT_EQ(in->episodes[0].tiers.at(0).words, "a diplomatic warning");
  EXPECT_TRUE(in->episodes[0].tiers[0].opens_earliest && in->episodes[0].tiers[0].lapses_latest);
  ASSERT_FALSE(in->cumulated.empty());
  EXPECT_EQ(in->cumulated[0].members.size(), 2U);
}

// No sentence of a page is a key, whatever it stands for, and every language has its own words.
TEST(ClockPages, of_agreements_print_no_message_keys) {
  const std::regex key("(gate|obligation|escalation|cumulation|gate_state|duty_state)\\.[a-z_]+");
  for (const auto& entry :
       fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / "examples/agreements")) {
    if (!fs::exists(entry.path() / "clocks.toml")) continue;
    for (const char* language : {"en", "uk", "ru"}) {
      for (const char* page : {"--cases", "--print"}) {
        const CliAnswer a =
            answer_to({"agreement", entry.path().string(), page, "--language", language});
        EXPECT_EQ(a.status, 0) << a.err;
        std::smatch found;
        EXPECT_FALSE(std::regex_search(a.out, found, key)) << found.str() << " in " << language;
        if (std::string(language) == "en" || std::string(page) == "--print") continue;
        for (const char* english : {" counted", ": lapsed", ": due,", " possible", ": open,"})
          EXPECT_FALSE(answers(a, english)) << english << " in " << language << "\n" << a.out;
      }
    }
  }
}

TEST(ClockPages, keep_a_bar_inside_its_cell) {
  const fs::path to = fs::path(::testing::TempDir()) / "truce-clock-pages-bar";
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/guarantees-2026", to,
           fs::copy_options::recursive);
  const std::string cases = *read_file(to / "clocks.toml");
  ASSERT_TRUE(write_file_atomically(to / "clocks.toml",
                                    replaced(cases, "why = \"a person signs for it in time\"",
                                             "why = \"signed | in time\""))
                  .ok());
  const CliAnswer page = answer_to({"agreement", to.string(), "--print"});
  EXPECT_TRUE(answers(page, "| signed \\| in time |")) << page.err;
}

// ---------------------------------------------------------------------------------------- points

constexpr const char* kTwoParties = R"(id = "x"
title = "X"
source = "s"
time_zone = "Europe/Kyiv"
[standard_of_proof]
clear = 0.85
[[party]]
id = "a"
name = "A"
[[party]]
id = "b"
name = "B"
[[provision]]
id = "fire"
words = "no fire"
from = "2026-01-01T00:00"
standard_of_proof = "clear"
)";
constexpr const char* kTwoPositions = R"([[draft]]
id = "d1"
title = "First"
date = "2025-12-01"
source = "s"
[[draft.point]]
number = 1
text = "cease fire"
[[position]]
party = "a"
point = "d1/1"
stance = "accepts"
statement = { speaker = "ministry of A", date = "2025-12-10", quote = "we agree", url = "https://example.org/a" }
[[position]]
party = "b"
point = "d1/1"
stance = "amends"
words = "only at night"
statement = { speaker = "ministry of B", date = "2025-12-11", quote = "at night", url = "https://example.org/b" }
)";

std::string folder_of_points() {
  const fs::path to = fs::path(::testing::TempDir()) / "truce-clock-pages-points";
  fs::remove_all(to);
  fs::create_directories(to);
  EXPECT_TRUE(write_file_atomically(to / "agreement.toml", kTwoParties).ok());
  EXPECT_TRUE(write_file_atomically(to / "points.toml", kTwoPositions).ok());
  return to.string();
}

TEST(ClockPages, tell_who_holds_what_of_a_point_and_on_what_statement) {
  const std::string folder = folder_of_points();
  const CliAnswer all = answer_to({"agreement", folder, "--points"});
  ASSERT_EQ(all.status, 0) << all.err;
  for (const char* part :
       {"  1: open\n",
        "    a: accepts, since 2025-12-10; ministry of A, 2025-12-10: “we agree”, "
        "https://example.org/a\n",
        "    b: amends “only at night”, since 2025-12-11; ministry of B, 2025-12-11: “at night”, "
        "https://example.org/b\n"})
    EXPECT_TRUE(answers(all, part)) << part << "\n" << all.out;
  const CliAnswer before = answer_to({"agreement", folder, "--points", "--as-of", "2025-12-10"});
  EXPECT_TRUE(answers(before, "    b: no position is known\n")) << before.out;
  const CliAnswer ukrainian = answer_to({"agreement", folder, "--points", "--language", "uk"});
  EXPECT_TRUE(answers(ukrainian, "    b: змінює «only at night», з 2025-12-11; ")) << ukrainian.out;
  const CliAnswer json = answer_to({"agreement", folder, "--points", "--json"});
  const std::string line = json.out.substr(0, json.out.find('\n'));
  EXPECT_EQ(*canonicalize(line), line);
  EXPECT_NE(line.find("\"stance\":\"amends\",\"statement\":{\"date\":"), std::string::npos) << line;
  EXPECT_NE(line.find("\"words\":\"only at night\""), std::string::npos) << line;
}

// A provision may be one of the points that could not be read.
TEST(ClockPages, blame_no_gate_for_a_file_of_points_that_is_wrong) {
  const std::string folder = folder_of_points();
  ASSERT_TRUE(write_file_atomically(fs::path(folder) / "agreement.toml",
                                    std::string(kTwoParties) + R"([[gate]]
id = "g"
words = "w"
sectors = ["s1"]
from = "2026-01-01T00:00"
days = 7
coverage_min = 0.8
unobserved_max = 3
breaches = ["ceasefire"]
standard = "clear"
breach_while_open = "lost"
[points]
file = "sub/points.toml"
version = "d1"
)")
                  .ok());
  const CliAnswer a = answer_to({"agreement", folder});
  EXPECT_NE(a.status, 0);
  EXPECT_NE(a.err.find("is no file of points beside this one"), std::string::npos) << a.err;
  EXPECT_EQ(a.err.find("no provision"), std::string::npos) << a.err;
}

TEST(ClockPages, name_the_option_whose_time_is_none) {
  const CliAnswer a = answer_to({"clocks", "no-mission", "--until", "nonsense"});
  EXPECT_EQ(a.status, 2);
  EXPECT_NE(a.err.find("--until"), std::string::npos) << a.err;
}

}  // namespace
}  // namespace truce::app
