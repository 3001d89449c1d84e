#include "app/cli_answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "app/exit_status.h"
#include "app/session.h"
#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

std::string temp(const std::string& name) {
  return (fs::path(::testing::TempDir()) / name).string();
}

std::string easter_copied_to(const std::string& name) {
  fs::remove_all(temp(name));
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", temp(name),
           fs::copy_options::recursive);
  fs::remove_all(fs::path(temp(name)) / "var");
  return temp(name);
}

// What a shell command prints.
std::string shell(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  std::array<char, 4096> buffer{};
  while (const auto n = std::fread(buffer.data(), 1, buffer.size(), pipe))
    out.append(buffer.data(), n);
  pclose(pipe);
  return out;
}

TEST(Cli, every_exit_status_of_an_error_is_documented) {
  for (const auto code :
       {ErrorCode::kBadInput, ErrorCode::kBadMission, ErrorCode::kNotFound, ErrorCode::kUnusable,
        ErrorCode::kIo, ErrorCode::kCorrupt, ErrorCode::kLimit, ErrorCode::kBusy}) {
    const auto all = exit_statuses();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [&](const auto& s) {
      return s.status == exit_code(code);
    })) << to_string(code);
  }
  const std::string readme = *read_file(fs::path(TRUCE_SOURCE_DIR) / "README.md");
  EXPECT_NE(readme.find(exit_status_line()), std::string::npos) << exit_status_line();
  EXPECT_NE(answer_to({"--help"}).out.find(exit_status_line()), std::string::npos);
  for (const auto& s : exit_statuses())
    EXPECT_NE(man_page().find("\n.B " + std::to_string(s.status) + "\n"), std::string::npos);
}

TEST(Cli, wrong_words_are_answered_with_what_was_expected) {
  struct Case {
    std::vector<std::string> words;
    int status;
    const char* says;
  };
  const std::string none = temp("no-such-mission");
  const std::string feed =
      (fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025/feeds/sirens.csv").string();
  const std::vector<Case> cases{
      {{}, 2, "no command is given; expected a command, one of run, check"},
      {{"runn"}, 2, "there is no command \"runn\" (did you mean run?); expected a command"},
      {{"run"}, 2, "run: MISSION is required; expected what `truce run --help` lists"},
      {{"run", "m", "--threads", "0"}, 2, "--threads"},
      {{"run", "m", "--treads", "2"}, 2, "did you mean --threads?"},
      {{"run", none.c_str(), "--once"}, 5, "no mission folder here; expected a folder"},
      {{"check", none.c_str()}, 5, "no mission folder here"},
      {{"check", TRUCE_SOURCE_DIR}, 3, "expected a file in the mission's folder"},
      {{"acquire", "sirenes", feed.c_str(), "--dry-run"}, 2, "one of "},
      {{"acquire", "sirens", feed.c_str()}, 2, "--into MISSION, or --dry-run"},
      {{"acquire", "sirens", feed.c_str(), "--dry-run", "--into", "m"}, 2, "one of the two"},
      {{"acquire", "sirens", none.c_str(), "--dry-run"}, 5, "no-such-mission"},
      {{"acquire", "sirens", TRUCE_SOURCE_DIR, "--dry-run"}, 4, "is not a regular file"},
      {{"acquire", "csv", feed.c_str(), "--dry-run"}, 2, "csv needs --mapping"},
      {{"locate", none.c_str()}, 5, "there is no such folder"},
      {{"score", none.c_str()}, 5, "there is no such folder"},
      {{"bench", "smm", feed.c_str()}, 4, "is not a folder"},
      {{"acquire", "viina", feed.c_str(), "--dry-run"}, 4, "expected the columns datetime, "},
      {{"acquire", "sirens", feed.c_str(), "--dry-run", "--zone", "Kyiv"}, 2, "--zone: "},
      {{"report", "m", "--day", "19.4.2025"}, 2, "--day: "},
      {{"report", "m", "--day", "2025-04-19", "--until", "2025-04-18"}, 2, "on or after --day"},
      {{"report", "m", "--day", "2025-04-19", "--audience", "public"}, 2, "--audience staff"},
      {{"completion", "tcsh"}, 2, "bash, zsh or fish"}};
  for (const auto& c : cases) {
    const CliAnswer said = answer_to(c.words);
    EXPECT_EQ(said.status, c.status) << c.says << "\n" << said.err;
    EXPECT_NE(said.err.find(c.says), std::string::npos) << c.says << "\n" << said.err;
    EXPECT_EQ(said.err.rfind("truce: ", 0) == 0 || said.err.find("\ntruce: ") != std::string::npos,
              true)
        << said.err;
  }
}

TEST(Cli, says_its_version_as_an_option_too) {
  EXPECT_EQ(answer_to({"--version"}).out, answer_to({"version"}).out);
  EXPECT_EQ(answer_to({"--version"}).status, 0);
}

TEST(Cli, works_the_cases_in_time_of_an_agreement) {
  const std::string folder =
      (fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/disengagement-2016").string();
  const CliAnswer cases = answer_to({"agreement", folder.c_str(), "--cases", "--language", "uk"});
  EXPECT_EQ(cases.status, 0) << cases.err;
  for (const char* part :
       {"a-breach-around-midnight     base         допуск area, момент: 2016-10-03 00:00 +03:00 "
        "EEST: відкрито, зараховано: 7",
        "quiet-in-the-area-alone      ua-reading", "допуск втрачено"})
    EXPECT_NE(cases.out.find(part), std::string::npos) << part << "\n" << cases.out;
  const CliAnswer json = answer_to({"agreement", folder.c_str(), "--json"});
  EXPECT_NE(json.out.find("\"case\":\"seven-days\",\"found\":\"open, 7 counted\",\"reading\":"
                          "\"base\",\"rule\":\"area\""),
            std::string::npos)
      << json.out;
}

TEST(Cli, prints_an_agreement_in_the_language_asked_for) {
  const std::string folder =
      (fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/package-2015").string();
  const char* at = folder.c_str();
  const CliAnswer english = answer_to({"agreement", at, "--cases"});
  EXPECT_EQ(answer_to({"agreement", at, "--cases", "--language", "en"}).out, english.out);
  const CliAnswer russian = answer_to({"agreement", at, "--cases", "--language", "ru"});
  EXPECT_EQ(russian.status, 0);
  for (const char* part :
       {" нарушение      1,0000  ", " невозможно определить (сторона) 0,5000  ",
        "расстояние: все вероятные места события лежат не ближе установленного расстояния: "
        "25\u00a0000 м (линия: the line of contact)",
        ": ошибок нет. 6 положений, 4 толкования, проверено без расхождений: "})
    EXPECT_NE(russian.out.find(part), std::string::npos) << part << "\n" << russian.out;
  EXPECT_EQ(russian.out.find("probability"), std::string::npos);
  EXPECT_EQ(std::count(russian.out.begin(), russian.out.end(), '\n'),
            std::count(english.out.begin(), english.out.end(), '\n'));
  const CliAnswer page = answer_to({"agreement", at, "--print", "--language", "uk"});
  for (const char* part :
       {"| випадок | тлумачення | оцінка | P | чому |\n|---|---|---|---|---|\n",
        "Стандарт доказування: clear (0,85). Джерело: ", "Прочитано й визнано правильним:"})
    EXPECT_NE(page.out.find(part), std::string::npos) << part << "\n" << page.out;
  const CliAnswer json = answer_to({"agreement", at, "--json", "--language", "uk"});
  EXPECT_NE(json.out.find("\"час: час події лежить поза строком дії положення\"],\"value\":"
                          "\"not_applicable\""),
            std::string::npos)
      << json.out;
  const CliAnswer unknown = answer_to({"agreement", at, "--language", "de"});
  EXPECT_EQ(unknown.status, 2);
  EXPECT_NE(unknown.err.find("--language"), std::string::npos) << unknown.err;
  for (const char* shell : {"bash", "zsh", "fish"})
    EXPECT_NE(completion(shell).find("language"), std::string::npos) << shell;
  EXPECT_NE(man_page().find("one of en, uk, ru"), std::string::npos);
}

TEST(Cli, answers_in_json_where_asked) {
  const std::string mission = easter_copied_to("cli-json");
  const CliAnswer run = answer_to({"run", mission.c_str(), "--once", "--json"});
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_EQ(run.err, "");
  const CliAnswer replayed = answer_to({"replay", mission.c_str(), "--json"});
  EXPECT_NE(replayed.out.find("\"same\":true"), std::string::npos) << replayed.out;
  const CliAnswer report = answer_to({"report", mission.c_str(), "--day", "2025-04-20", "--json"});
  EXPECT_NE(report.out.find("2025-04-20.html"), std::string::npos) << report.out;
  const CliAnswer fine = answer_to({"check", mission.c_str(), "--json"});
  EXPECT_NE(fine.out.find("\"ok\":true"), std::string::npos);
  ASSERT_TRUE(write_file_atomically(fs::path(mission) / "agreement.toml", "id = 3\n").ok());
  const CliAnswer wrong = answer_to({"check", mission.c_str(), "--json"});
  EXPECT_EQ(wrong.status, 3);
  EXPECT_NE(wrong.out.find("\"file\":\"agreement.toml\""), std::string::npos) << wrong.out;
  for (const auto* said : {&run, &replayed, &report, &fine, &wrong})
    EXPECT_EQ(*canonicalize(said->out) + "\n", said->out);
}

TEST(Cli, a_run_says_why_rows_were_rejected_and_goes_on) {
  const std::string mission = easter_copied_to("cli-rejected");
  const auto feed = fs::path(mission) / "feeds/claims.csv";
  const auto text = *read_file(feed);
  const auto header = text.find('\n') + 1;
  std::string bad = text.substr(0, header);
  for (int i = 0; i < 5; ++i) bad += "x,y\n";
  ASSERT_TRUE(write_file_atomically(feed, bad + text.substr(header)).ok());
  const CliAnswer said = answer_to({"run", mission.c_str(), "--once"});
  EXPECT_EQ(said.status, 0);
  EXPECT_NE(said.err.find("feeds/claims.csv:2 (byte " + std::to_string(header) + ")"),
            std::string::npos)
      << said.err;
  EXPECT_NE(said.err.find("rejected: "), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("feeds/claims.csv: 2 more rejected"), std::string::npos) << said.err;
  EXPECT_NE(said.out.find("5 rows that could not be read"), std::string::npos) << said.out;
}

TEST(Cli, a_store_that_is_none_is_named_with_what_to_do) {
  const std::string mission = easter_copied_to("cli-store");
  fs::create_directories(fs::path(mission) / "var/log");
  ASSERT_TRUE(
      write_file_atomically(fs::path(mission) / "var/store.sqlite", std::string(5000, 'x')).ok());
  const CliAnswer said = answer_to({"run", mission.c_str(), "--once"});
  EXPECT_EQ(said.status, 7) << said.err;
  EXPECT_NE(said.err.find("store.sqlite: "), std::string::npos) << said.err;
  EXPECT_NE(said.err.find("delete the file and run again"), std::string::npos) << said.err;
}

TEST(Cli, a_var_that_cannot_be_written_is_named_with_what_to_do) {
  const std::string mission = easter_copied_to("cli-var");
  ASSERT_TRUE(write_file_atomically(fs::path(mission) / "var", "a file").ok());
  const CliAnswer said = answer_to({"run", mission.c_str(), "--once"});
  EXPECT_EQ(said.status, 6) << said.err;
  EXPECT_NE(said.err.find("that this user may write"), std::string::npos) << said.err;
}

TEST(Cli, a_second_run_on_a_mission_is_told_of_the_first) {
  const std::string mission = easter_copied_to("cli-lock");
  const auto first = Session::open(mission, {.quiet = true});
  ASSERT_TRUE(first.ok());
  const CliAnswer said = answer_to({"run", mission.c_str(), "--once"});
  EXPECT_EQ(said.status, 9);
  EXPECT_NE(said.err.find("one program at a time that writes"), std::string::npos) << said.err;
}

TEST(Cli, questions_are_answered_beside_a_run) {
  const std::string mission = easter_copied_to("cli-beside");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const std::vector<std::string> report{"report", mission.c_str(), "--day", "2025-04-20"};
  const auto page = fs::path(mission) / "var/reports/2025-04-20.json";
  // All but the moment it was made.
  const auto written = [&] {
    const std::string text = *read_file(page);
    const auto at = text.find("\"as_known_at\"");
    return text.substr(0, at) + text.substr(text.find(',', at));
  };
  ASSERT_EQ(answer_to(report).status, 0);
  const std::string alone = written();
  fs::remove(page);
  const std::string ids = *read_file(fs::path(mission) / "var/reports/2025-04-18_2025-04-22.json");
  const auto at = ids.find("\"id\":\"i") + 6;
  const std::string finding = ids.substr(at, ids.find('"', at) - at);
  const CliAnswer chain = answer_to({"explain", mission.c_str(), finding.c_str()});

  const auto running = Session::open(mission, {.quiet = true});
  ASSERT_TRUE(running.ok());
  const CliAnswer beside = answer_to(report);
  EXPECT_EQ(beside.status, 0) << beside.err;
  EXPECT_EQ(written(), alone);
  EXPECT_EQ(answer_to({"explain", mission.c_str(), finding.c_str()}).out, chain.out);
  EXPECT_EQ(answer_to({"replay", mission.c_str()}).status, 0);
  // The run goes on as if nobody had asked.
  ASSERT_TRUE((*running)->intake->take_all().ok());

  // Results by rules that no longer stand are not given as if they did.
  std::ofstream(fs::path(mission) / "agreement.toml", std::ios::app) << "\n# looked over\n";
  const CliAnswer changed = answer_to(report);
  EXPECT_EQ(changed.status, 2) << changed.err;
  EXPECT_NE(changed.err.find("have changed since results were worked out"), std::string::npos);
}

fs::path only_segment(const std::string& mission) {
  for (const auto& f : fs::directory_iterator(fs::path(mission) / "var/log"))
    if (f.path().extension() == ".log") return f.path();
  return {};
}

// Entries that results rest on were acknowledged: a log without them is damaged, not torn.
TEST(Cli, a_log_shorter_than_its_results_is_left_as_it_is) {
  const std::string mission = easter_copied_to("cli-short-log");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const auto segment = only_segment(mission);
  const auto left = fs::file_size(segment) - 500;
  fs::resize_file(segment, left);
  for (const char* command : {"run", "explain", "replay"}) {
    std::vector<std::string> words{command, mission};
    if (std::string(command) == "explain") words.push_back("news");
    if (std::string(command) == "run") words.push_back("--once");
    const CliAnswer said = answer_to(words);
    EXPECT_EQ(said.status, 7) << command << said.err;
    EXPECT_NE(said.err.find(segment.filename().string()), std::string::npos) << said.err;
    EXPECT_EQ(fs::file_size(segment), left) << command;
  }
}

TEST(Cli, questions_need_no_files_of_feeds) {
  const std::string mission = easter_copied_to("cli-no-feeds");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  fs::remove_all(fs::path(mission) / "feeds");
  EXPECT_EQ(answer_to({"replay", mission.c_str()}).status, 0);
  EXPECT_EQ(answer_to({"report", mission.c_str(), "--day", "2025-04-20"}).status, 0);
  EXPECT_EQ(answer_to({"explain", mission.c_str(), "news"}).status, 0);
  EXPECT_EQ(answer_to({"check", mission.c_str()}).status, 3);
}

TEST(Cli, a_damaged_record_of_the_store_is_named_with_what_to_do) {
  const std::string mission = easter_copied_to("cli-damaged-record");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const auto store = fs::path(mission) / "var/store.sqlite";
  auto bytes = *read_file(store);
  for (auto at = bytes.find("\"provision\":"); at != std::string::npos;
       at = bytes.find("\"provision\":", at))
    bytes[at + 3] = '0';
  ASSERT_TRUE(write_file_atomically(store, bytes).ok());
  const CliAnswer said = answer_to({"report", mission.c_str(), "--day", "2025-04-20"});
  EXPECT_EQ(said.status, 7) << said.err;
  EXPECT_NE(said.err.find("delete var/store.sqlite and run again"), std::string::npos) << said.err;
}

// Whatever a page is made of, not incidents and findings alone.
TEST(Cli, replay_sees_a_claim_that_was_altered) {
  const std::string mission = easter_copied_to("cli-altered");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const auto store = fs::path(mission) / "var/store.sqlite";
  auto bytes = *read_file(store);
  const auto at = bytes.find("\"value\":4900");
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(write_file_atomically(store, bytes.replace(at, 12, "\"value\":4901")).ok());
  const CliAnswer said = answer_to({"replay", mission.c_str()});
  EXPECT_EQ(said.status, 7) << said.out;
}

TEST(Cli, replay_alters_nothing_that_it_verifies) {
  const std::string mission = easter_copied_to("cli-evidence");
  EXPECT_EQ(answer_to({"replay", mission.c_str()}).status, 5) << "nothing is there to verify";
  EXPECT_FALSE(fs::exists(fs::path(mission) / "var"));
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const fs::path segment = only_segment(mission);
  std::ofstream(segment, std::ios::app) << "a write that a crash cut short";
  const std::string before = *read_file(segment);
  const CliAnswer said = answer_to({"replay", mission.c_str()});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.err.find("the last 30 bytes were never acknowledged"), std::string::npos)
      << said.err;
  EXPECT_EQ(*read_file(segment), before);
}

TEST(Cli, a_mission_on_outside_data_says_that_no_data_was_given) {
  const std::string energy = (fs::path(TRUCE_SOURCE_DIR) / "tests/missions/energy-2025").string();
  const CliAnswer without = answer_to({"check", energy.c_str()});
  EXPECT_NE(without.err.find("no --data was given"), std::string::npos) << without.err;
  const std::string empty = temp("empty-data");
  fs::create_directories(empty);
  const CliAnswer with = answer_to({"check", energy.c_str(), "--data", empty.c_str()});
  EXPECT_NE(with.err.find("under the folder given with --data"), std::string::npos) << with.err;
}

TEST(Cli, every_command_teaches_beyond_its_options) {
  for (const char* name : {"run", "check", "acquire", "report", "explain", "replay"})
    EXPECT_NE(answer_to({name, "--help"}).out.find("\n  truce " + std::string(name) + " "),
              std::string::npos)
        << name;
}

TEST(Cli, reports_nothing_of_a_mission_that_never_ran) {
  const std::string mission = easter_copied_to("cli-never-ran");
  const CliAnswer said = answer_to({"report", mission.c_str(), "--day", "2025-04-20"});
  EXPECT_EQ(said.status, 5);
  EXPECT_NE(said.err.find("truce run MISSION --once"), std::string::npos) << said.err;
}

TEST(Cli, an_evaluation_without_its_data_fails) {
  const fs::path empty = fs::path(::testing::TempDir()) / "no-data";
  fs::create_directories(empty);
  for (const char* name : {"attribution", "mixed", "scenes", "smm", "truces"}) {
    const CliAnswer said = answer_to({"bench", name, empty.c_str()});
    EXPECT_EQ(said.status, 5) << name << said.err;
    EXPECT_TRUE(said.out.empty()) << name;
  }
}

TEST(Cli, explains_a_finding_and_names_those_of_an_incident) {
  const std::string mission = easter_copied_to("cli-explain");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).out, "");
  const std::string json = *read_file(fs::path(mission) / "var/reports/2025-04-18_2025-04-22.json");
  const auto at = json.find("\"id\":\"i") + 6;
  const std::string id = json.substr(at, json.find('"', at) - at);
  const std::string incident = id.substr(0, id.find('/'));
  const CliAnswer all = answer_to({"explain", mission.c_str(), incident.c_str()});
  EXPECT_EQ(all.status, 5);
  EXPECT_NE(all.err.find(incident + "/1/base"), std::string::npos) << all.err;
  const std::string finding = incident + "/1/base";
  const CliAnswer chain = answer_to({"explain", mission.c_str(), finding.c_str(), "--json"});
  EXPECT_EQ(chain.status, 0) << chain.err;
  EXPECT_EQ(*canonicalize(chain.out) + "\n", chain.out);
  EXPECT_NE(chain.out.find("\"bytes\":"), std::string::npos);
  EXPECT_NE(answer_to({"explain", mission.c_str(), finding.c_str()}).out.find("the bytes:"),
            std::string::npos);
}

TEST(Cli, explains_how_grave_a_breach_is_and_what_must_follow_in_each_language) {
  const std::string mission = easter_copied_to("cli-severity");
  const auto file = fs::path(mission) / "agreement.toml";
  std::string text = *read_file(file);
  text.replace(text.find("time_zone"), 0, "severities = [\"minor\", \"serious\"]\n");
  text.replace(text.find("zones = ["), 0,
               "severity = \"serious\"\nremedies = [\"an inquiry\", \"withdrawal\"]\n");
  ASSERT_TRUE(write_file_atomically(file, text).ok());
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).out, "");
  const std::string reports = mission + "/var/reports/2025-04-18_2025-04-22";
  const std::string json = *read_file(reports + ".json");
  EXPECT_NE(json.find("\"remedies\":[\"an inquiry\",\"withdrawal\"],\"severity\":\"serious\""),
            std::string::npos);
  EXPECT_NE(read_file(reports + ".html")->find("; severity: serious; remedies: an inquiry"),
            std::string::npos);
  const auto at = json.find("\"id\":\"i") + 6;
  const std::string id = json.substr(at, json.find_first_of("/\"", at) - at) + "/1/base";
  const auto said = [&](const char* language) {
    return answer_to({"explain", mission.c_str(), id.c_str(), "--language", language}).out;
  };
  EXPECT_NE(said("en").find("A breach counts as: serious\n"), std::string::npos) << said("en");
  EXPECT_NE(said("en").find("The text states as remedies: an inquiry; withdrawal\n"),
            std::string::npos);
  EXPECT_NE(said("uk").find("Тяжкість порушення: serious\n"), std::string::npos) << said("uk");
  EXPECT_NE(said("ru").find("Тяжесть нарушения: serious\n"), std::string::npos) << said("ru");
  const CliAnswer chain = answer_to({"explain", mission.c_str(), id.c_str(), "--json"});
  EXPECT_EQ(*canonicalize(chain.out) + "\n", chain.out);
  EXPECT_NE(chain.out.find("\"consequences\":{\"remedies\":[\"an inquiry\""), std::string::npos);
}

// The provision moves into points.toml: nothing else is to be seen of it, and whatever changes
// there changes what results follow from.
TEST(Cli, a_mission_takes_its_provisions_from_points) {
  const std::string mission = easter_copied_to("cli-points");
  const auto file = fs::path(mission) / "agreement.toml";
  std::string text = *read_file(file);
  const auto from = text.find("[[provision]]"), to = text.find("[[reading]]");
  std::string provision = text.substr(from, to - from);
  text.replace(from, to - from, "[points]\nfile = \"points.toml\"\nversion = \"announced\"\n\n");
  provision.replace(0, 13, "[[draft.point.provision]]");
  const std::string points =
      "[[draft]]\nid = \"announced\"\ntitle = \"As announced\"\nsource = \"announcements\"\n"
      "[[draft.point]]\nnumber = 1\n" +
      provision;
  const CliAnswer before = answer_to({"check", mission.c_str()});
  ASSERT_TRUE(write_file_atomically(file, text).ok());
  const CliAnswer missing = answer_to({"check", mission.c_str()});
  EXPECT_EQ(missing.status, 3);
  EXPECT_NE(missing.err.find("points.toml"), std::string::npos) << missing.err;
  ASSERT_TRUE(write_file_atomically(fs::path(mission) / "points.toml", points).ok());
  const CliAnswer after = answer_to({"check", mission.c_str()});
  EXPECT_EQ(after.out, before.out) << after.err;
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  EXPECT_NE(answer_to({"replay", mission.c_str(), "--json"}).out.find("\"same\":true"),
            std::string::npos);
  std::string other = points;
  other.replace(other.find("2025-04-19T18:00"), 16, "2025-04-19T20:00");
  ASSERT_TRUE(write_file_atomically(fs::path(mission) / "points.toml", other).ok());
  const CliAnswer changed = answer_to({"run", mission.c_str(), "--once"});
  EXPECT_NE((changed.out + changed.err).find("have changed: all is worked out anew"),
            std::string::npos)
      << changed.out << changed.err;
}

TEST(Cli, tells_points_as_they_were_known_on_a_day) {
  const std::string plan = (fs::path(TRUCE_SOURCE_DIR) / "examples/agreements/plan-2025").string();
  const auto said = [&](const char* day) {
    return answer_to({"agreement", plan.c_str(), "--points", "--as-of", day});
  };
  EXPECT_EQ(said("2025-12-24").out, answer_to({"agreement", plan.c_str(), "--points"}).out);
  EXPECT_NE(said("2025-12-24").out.find("20-points: Plan of 20 points, 2025-12-24;"),
            std::string::npos);
  EXPECT_EQ(said("2025-12-23").out,
            "28-points: Draft of 28 points, of no known day; 0 points listed, 28 not known\n");
  EXPECT_EQ(said("24 December").status, 2);
  EXPECT_NE(said("24 December").err.find("--as-of"), std::string::npos);
  EXPECT_EQ(answer_to({"agreement", plan.c_str(), "--as-of", "2025-12-24"}).status, 2);
}

TEST(Cli, warns_of_a_weapon_system_that_no_report_can_name) {
  const std::string mission = easter_copied_to("cli-system");
  const auto file = fs::path(mission) / "agreement.toml";
  std::string text = *read_file(file);
  text.replace(text.find("zones = ["), 0,
               "weapons = [{ system = \"iskandr\" }, { system = \"smerh\" }]\n");
  ASSERT_TRUE(write_file_atomically(file, text).ok());
  const CliAnswer said = answer_to({"check", mission.c_str()});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.err.find("did you mean \"smerch\"?"), std::string::npos) << said.err;
  EXPECT_EQ(said.err.find("warning: agreement.toml:"), 0U) << said.err;
  const CliAnswer json = answer_to({"check", mission.c_str(), "--json"});
  EXPECT_EQ(*canonicalize(json.out) + "\n", json.out);
  EXPECT_NE(json.out.find("\"ok\":true"), std::string::npos) << json.out;
  EXPECT_NE(json.out.find("\"warnings\":[{\"column\":"), std::string::npos) << json.out;
}

TEST(Cli, explains_a_feed_by_its_files) {
  const std::string mission = easter_copied_to("cli-feed");
  ASSERT_EQ(answer_to({"run", mission.c_str(), "--once", "--quiet"}).status, 0);
  const CliAnswer said = answer_to({"explain", mission.c_str(), "news"});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.out.find("the file still holds them"), std::string::npos) << said.out;
  const CliAnswer json = answer_to({"explain", mission.c_str(), "news", "--json"});
  EXPECT_EQ(*canonicalize(json.out) + "\n", json.out);
  std::ofstream(fs::path(mission) / "feeds/strike_reports.csv", std::ios::app) << "\n";
  EXPECT_NE(answer_to({"explain", mission.c_str(), "news"}).out.find("has changed since"),
            std::string::npos);
}

TEST(Cli, prints_the_values_of_a_mission) {
  const std::string mission = easter_copied_to("cli-params");
  const CliAnswer said = answer_to({"params", mission.c_str()});
  EXPECT_EQ(said.status, 0) << said.err;
  EXPECT_NE(said.out.find("gap_s = 600"), std::string::npos) << said.out;
  const CliAnswer json = answer_to({"params", "--json"});
  EXPECT_EQ(*canonicalize(json.out) + "\n", json.out);
}

// What bash offers for a line whose last word is being written.
std::string offered(const std::string& line) {
  const std::string script = temp("truce.bash");
  EXPECT_TRUE(write_file_atomically(script, completion("bash")).ok());
  const std::string ask =
      "source '" + script + "'; COMP_WORDS=(" + line +
      "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _truce; echo \"${COMPREPLY[*]}\"";
  return shell("cd '" + std::string(TRUCE_SOURCE_DIR) + "' && bash -c '" + [&] {
    std::string quoted;
    for (const char c : ask) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted;
  }() + "'");
}

TEST(Cli, completes_in_bash) {
  EXPECT_EQ(offered("truce re"), "report replay\n");
  EXPECT_EQ(offered("truce report --un"), "--until\n");
  EXPECT_EQ(offered("truce run exam"), "examples\n");
  EXPECT_EQ(offered("truce run --data exam"), "examples\n");
  EXPECT_EQ(offered("truce run --threads 2 exam"), "examples\n");
  EXPECT_EQ(offered("truce acquire s"), "sirens smm-json smm-csv smm-totals\n");
  EXPECT_EQ(offered("truce acquire --feed x s"), "sirens smm-json smm-csv smm-totals\n");
  EXPECT_EQ(offered("truce acquire sirens REA"), "README.md\n");
  EXPECT_EQ(offered("truce explain m x"), "\n");
  EXPECT_EQ(offered("truce completion f"), "fish\n");
}

TEST(Cli, completion_for_other_shells_names_every_command) {
  for (const char* name : {"run", "check", "acquire", "report", "explain", "replay", "params"}) {
    EXPECT_NE(completion("zsh").find("    " + std::string(name) + ") _arguments"),
              std::string::npos);
    EXPECT_NE(completion("fish").find("-a " + std::string(name) + " "), std::string::npos);
  }
}

TEST(Cli, man_page_is_plain_roff_and_says_every_command_and_option) {
  const std::string page = man_page();
  for (const char* text : {".SS \"truce run MISSION [OPTIONS]\"", "\\fB\\-\\-threads\\fR",
                           "truce report MISSION \\-\\-day DAY [OPTIONS]", ".SH EXIT STATUS"})
    EXPECT_NE(page.find(text), std::string::npos) << text;
  EXPECT_EQ(page.find("COMMAND \\-\\-help"), std::string::npos);
  if (shell("command -v groff").empty()) GTEST_SKIP() << "groff is not here: not set in type";
  EXPECT_TRUE(write_file_atomically(temp("truce.1"), page).ok());
  EXPECT_EQ(shell("groff -man -Tutf8 -K utf8 -ww -z '" + temp("truce.1") + "' 2>&1"), "");
}

TEST(Cli, simulates_a_world_checks_its_mission_runs_and_scores_it) {
  const std::string world = temp("world.toml"), dir = temp("simulated");
  fs::remove_all(dir);
  ASSERT_TRUE(write_file_atomically(
                  world,
                  "name = \"small\"\n[terrain]\nwidth_km = 20\nheight_km = 16\nhours = 3\n"
                  "front_km = [[0, 8], [20, 9]]\n[nodes]\ncount = 0\n[[weapon]]\n"
                  "batteries = 4\nmissions_per_hour = 1\n[cameras]\ncount = 3\n"
                  "[patrols]\ncount = 4\n")
                  .ok());
  const CliAnswer made = answer_to({"sim", world.c_str(), "--out", dir.c_str()});
  ASSERT_EQ(made.status, 0) << made.err;
  EXPECT_EQ(answer_to({"check", dir.c_str()}).status, 0);
  EXPECT_EQ(answer_to({"run", dir.c_str(), "--once", "--quiet"}).status, 0);
  const CliAnswer score = answer_to({"score", dir.c_str(), "--json"});
  ASSERT_EQ(score.status, 0) << score.err;
  EXPECT_NE(score.out.find("\"count_coverage\":"), std::string::npos) << score.out;
  EXPECT_EQ(score.out.find("\"found\":0,"), std::string::npos) << score.out;
}

TEST(Cli, scores_a_scene_against_effects_of_any_program) {
  const std::string world = temp("scene.toml"), dir = temp("scene"), effects = temp("e.ndjson");
  fs::remove_all(dir);
  ASSERT_TRUE(write_file_atomically(world,
                                    "name = \"scene\"\n[terrain]\nhours = 0.2\n[[weapon]]\n"
                                    "missions_per_hour = 10\n")
                  .ok());
  ASSERT_EQ(answer_to({"sim", world.c_str(), "--out", dir.c_str()}).status, 0);
  ASSERT_TRUE(write_file_atomically(effects, "").ok());
  const CliAnswer nothing =
      answer_to({"score", dir.c_str(), "--effects", effects.c_str(), "--json"});
  EXPECT_NE(nothing.out.find("\"recall\":0,"), std::string::npos) << nothing.out << nothing.err;
  EXPECT_EQ(answer_to({"score", dir.c_str()}).status, 2);
  ASSERT_TRUE(write_file_atomically(effects, "{\"arrivals\":[99999999]}\n").ok());
  EXPECT_EQ(answer_to({"score", dir.c_str(), "--effects", effects.c_str()}).status, 4);
}

TEST(Cli, locate_says_a_size_where_levels_are_those_of_a_blast) {
  for (const auto& [impact_db, sized] : {std::pair{"180", true}, std::pair{"146", false}}) {
    const std::string world = temp("blast.toml"), dir = temp("blast");
    fs::remove_all(dir);
    ASSERT_TRUE(write_file_atomically(world,
                                      "name = \"blast\"\n[terrain]\nhours = 0.1\n[[weapon]]\n"
                                      "missions_per_hour = 10\nrounds = [1, 1]\nimpact_db = " +
                                          std::string(impact_db) + "\n")
                    .ok());
    ASSERT_EQ(answer_to({"sim", world.c_str(), "--out", dir.c_str()}).status, 0);
    const CliAnswer said = answer_to({"locate", dir.c_str(), "--quiet"});
    EXPECT_EQ(said.status, 0) << said.err;
    EXPECT_NE(said.out.find("\"source_db\":"), std::string::npos);
    EXPECT_EQ(said.out.find("\"tnt_kg\":[") != std::string::npos, sized) << said.out;
  }
}

TEST(Cli, a_world_that_is_wrong_names_its_line) {
  const std::string world = temp("wrong.toml"), dir = temp("nowhere");
  ASSERT_TRUE(write_file_atomically(world, "[terrain]\nwitdh_km = 3\n").ok());
  const CliAnswer said = answer_to({"sim", world.c_str(), "--out", dir.c_str()});
  EXPECT_EQ(said.status, 4);
  EXPECT_NE(said.err.find("wrong.toml:2"), std::string::npos) << said.err;
  EXPECT_FALSE(fs::exists(dir));
  EXPECT_EQ(answer_to({"sim"}).status, 2);
}

}  // namespace
}  // namespace truce::app
