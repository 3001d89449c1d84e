// `truce clocks` and `truce force`: what they are asked with, and what late data moved.

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "app/cli_answer.h"
#include "app/moved.h"
#include "app/session.h"
#include "base/files.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

class ClocksCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    mission_ =
        fs::path(::testing::TempDir()) /
        (std::string("clocks-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(mission_);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", mission_,
             fs::copy_options::recursive);
    fs::remove_all(mission_ / "var");
    fs::remove(mission_ / "feeds/late.ndjson");
  }
  std::uint64_t take_in() {
    EXPECT_EQ(answer_to({"run", mission_.string(), "--once", "--quiet"}).status, 0);
    return (*Session::open_to_read(mission_, {.quiet = true}))->store->applied();
  }
  void late(const std::string& rows) {
    ASSERT_TRUE(write_file_atomically(mission_ / "feeds/late.ndjson", rows).ok());
  }
  void replace(const std::string& file, const std::string& old, const std::string& now) {
    std::string text = *read_file(mission_ / file);
    const auto at = text.find(old);
    ASSERT_NE(at, std::string::npos) << old;
    ASSERT_TRUE(write_file_atomically(mission_ / file, text.replace(at, old.size(), now)).ok());
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }
  CliAnswer clocks(std::vector<std::string> options) {
    options.insert(options.begin(), {"clocks", mission_.string()});
    return answer_to(std::move(options));
  }

  fs::path mission_;
};

TEST_F(ClocksCommand, says_by_what_it_was_known_and_moved_under_each_reading) {
  const auto before = std::to_string(take_in());
  late(*read_file(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days/feeds/late.ndjson"));
  const auto after = std::to_string(take_in());
  const auto now = clocks({"--since", before});
  EXPECT_TRUE(has(now.out, "as known by the first " + before + " entries and as known now:\n"));
  EXPECT_TRUE(has(now.out, "gate disengagement, 2030-03-26: open with a count of 7")) << now.out;
  const auto then = clocks({"--since", before, "--as-of", after});
  EXPECT_TRUE(has(then.out, "and as known by the first " + after + " entries:\n")) << then.out;
  const auto nothing = clocks({"--since", before, "--as-of", before});
  EXPECT_TRUE(has(nothing.out, "nothing was moved")) << nothing.out;
  EXPECT_FALSE(has(nothing.out, "Under the reading")) << nothing.out;
  // Seven days are counted sooner: under the other reading the gate opened, and stays open.
  const auto other = now.out.find("Under the reading once-open this moved otherwise:\n");
  ASSERT_NE(other, std::string::npos) << now.out;
  EXPECT_TRUE(has(now.out.substr(other), "gate disengagement, ")) << now.out;
  EXPECT_TRUE(has(clocks({"--since", before, "--json"}).out, R"("reading":"once-open")"));
}

TEST_F(ClocksCommand, says_which_cumulations_late_data_moved) {
  replace("agreement.toml", "[standard_of_proof]",
          "severities = [\"minor\", \"serious\"]\n\n"
          "[standard_of_proof]");
  replace("agreement.toml", "words = \"No fire", "severity = \"minor\"\nwords = \"No fire");
  replace("agreement.toml", "[[obligation]]",
          "[[cumulation]]\nid = \"twice\"\nwords = \"two in two days\"\nstandard = \"clear\"\n"
          "number = 2\nseverity = \"minor\"\nwindow = \"48 h\"\ncounts_as = \"serious\"\n"
          "per = \"all\"\n\n[[obligation]]");
  const std::string reports = *read_file(mission_ / "feeds/reports.ndjson");
  const std::string first = reports.substr(0, reports.find('\n') + 1);
  ASSERT_TRUE(write_file_atomically(mission_ / "feeds/reports.ndjson", first).ok());
  const auto before = std::to_string(take_in());
  ASSERT_TRUE(write_file_atomically(mission_ / "feeds/reports.ndjson", reports).ok());
  take_in();
  const auto moved = clocks({"--since", before});
  EXPECT_TRUE(has(moved.out, ": certain, where it had been none")) << moved.out << moved.err;
  EXPECT_TRUE(has(moved.out, "  cumulation twice from i20300301")) << moved.out;
}

TEST_F(ClocksCommand, refuses_numbers_and_times_that_are_none_by_their_option) {
  const auto entries = take_in();
  const std::string more = std::to_string(entries + 1);
  const std::vector<std::vector<std::string>> wrong{{"clocks", "--since", "-1"},
                                                    {"clocks", "--since", more},
                                                    {"clocks", "--as-of", "-1"},
                                                    {"clocks", "--as-of", more},
                                                    {"clocks", "--until", "tomorrow"},
                                                    {"force", "--as-of", "-1"},
                                                    {"force", "--as-of", more},
                                                    {"force", "--until", "tomorrow"},
                                                    {"clocks", "--since", "99999999999999999999"}};
  for (auto words : wrong) {
    const std::string option = words[1];
    words.insert(words.begin() + 1, mission_.string());
    const auto refused = answer_to(words);
    EXPECT_EQ(refused.status, 2) << words[0] << option << refused.err;
    EXPECT_TRUE(has(refused.err, option)) << refused.err;
    EXPECT_EQ(refused.out, "");
  }
  const auto reversed = clocks({"--since", "10", "--as-of", "9"});
  EXPECT_EQ(reversed.status, 2);
  EXPECT_TRUE(has(reversed.err, "--since")) << reversed.err;
}

// A statement makes no incident and may be a breach: a late one moves days that were told.
TEST_F(ClocksCommand, a_late_statement_moves_days_that_were_told) {
  replace("agreement.toml", "breaches = [\"fire\"]\nstandard = \"clear\"\nbreach_while_open",
          "breaches = [\"fire\", \"threats\"]\nstandard = \"clear\"\nbreach_while_open");
  replace("agreement.toml", "[[gate]]",
          "[[provision]]\nid = \"threats\"\nwords = \"nobody threatens the force\"\n"
          "source = \"invented, article 6\"\nacts = [\"statement\"]\nprotects = [\"force\"]\n"
          "standard_of_proof = \"clear\"\n\n[[gate]]");
  take_in();
  late(R"({"kind":"statement","record":{"about":"force","quote":"Leave, or be made to.",)"
       R"("speaker":"a broadcast","when":"2030-03-12T06:00:00Z"}})"
       "\n");
  take_in();
  const auto s = Session::open_to_read(mission_, {.quiet = true});
  ASSERT_TRUE(s.ok());
  const auto now = clocks_of((*s)->mission, *(*s)->store, ledger::Store::kNow, {});
  ASSERT_TRUE(now.ok());
  const auto moved = moved_since_told((*s)->mission, *(*s)->store, *now, {INT64_MIN});
  ASSERT_TRUE(moved.ok());
  ASSERT_FALSE(moved->empty());
  EXPECT_EQ(judge::to_text(moved->begin()->first.second), "2030-03-12");
}

}  // namespace
}  // namespace truce::app
