// `truce user`, with its password from standard input.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/cli_answer.h"
#include "base/files.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

class UserCommand : public testing::Test {
 protected:
  void SetUp() override {
    mission_ =
        fs::path(testing::TempDir()) /
        ("user-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(mission_);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", mission_,
             fs::copy_options::recursive);
    fs::remove_all(mission_ / "var");
  }
  // The command's answer, with `typed` on its standard input.
  CliAnswer user(std::vector<std::string> words, const std::string& typed = {}) {
    const fs::path input = mission_.string() + ".in";
    EXPECT_TRUE(write_file_atomically(input, typed).ok());
    const int before = dup(STDIN_FILENO);
    const int file = open(input.c_str(), O_RDONLY);
    dup2(file, STDIN_FILENO);
    forget_input();
    std::vector<std::string> all{"user", words.front(), mission_.string()};
    all.insert(all.end(), words.begin() + 1, words.end());
    CliAnswer out = answer_to(all);
    dup2(before, STDIN_FILENO);
    close(before);
    close(file);
    forget_input();
    return out;
  }
  // What was read before, and that it came to its end.
  static void forget_input() {
    std::fflush(stdin);
    std::clearerr(stdin);
    std::cin.clear();
  }
  fs::path mission_;
  const std::string words_ = "correct horse battery\n";
};

TEST_F(UserCommand, accounts_are_added_listed_and_removed) {
  EXPECT_EQ(user({"list"}).status, 0);
  EXPECT_EQ(user({"list"}).out, "");
  const auto added = user({"add", "officer", "--role", "duty"}, words_);
  EXPECT_EQ(added.status, 0) << added.err;
  EXPECT_EQ(added.out, "officer may sign in as duty\n");
  EXPECT_EQ(added.out.find("horse"), std::string::npos);
  const auto liaison = user({"add", "liaison", "--role", "liaison", "--party", "ua"}, words_);
  EXPECT_EQ(liaison.status, 0) << liaison.err;
  const auto list = user({"list", "--json"}).out;
  EXPECT_NE(list.find("\"key\":\"\",\"name\":\"liaison\",\"party\":\"ua\",\"role\":\"liaison\"}\n"),
            std::string::npos)
      << list;
  EXPECT_EQ(user({"passwd", "liaison"}, "quite other words\n").status, 0);
  EXPECT_EQ(user({"forget-key", "liaison"}).status, 0);
  EXPECT_EQ(user({"remove", "liaison"}).status, 0);
  const auto last = user({"remove", "officer"});
  EXPECT_EQ(last.status, 0);
  EXPECT_NE(last.err.find("it was the last"), std::string::npos);
}

TEST_F(UserCommand, silly_input_is_refused_with_what_would_do) {
  struct Case {
    std::vector<std::string> words;
    std::string typed;
    int status;
    std::string said;
  };
  const std::vector<Case> cases{
      {{"add", "Officer", "--role", "duty"}, words_, 4, "a-z"},
      {{"add", "-x", "--role", "duty"}, words_, 2, ""},
      {{"add", "officer"}, words_, 2, "--role"},
      {{"add", "officer", "--role", "public"}, words_, 2, "verification"},
      {{"add", "officer", "--role", "boss"}, words_, 2, "verification"},
      {{"add", "officer", "--role", "liaison"}, words_, 2, "--party"},
      {{"add", "officer", "--role", "duty", "--party", "ua"}, words_, 2, "no --party"},
      {{"add", "officer", "--role", "liaison", "--party", "xx"}, words_, 2, "one of"},
      {{"add", "officer", "--role", "duty"}, "short\n", 4, "12"},
      {{"add", "officer", "--role", "duty"}, "", 2, "no password"},
      {{"add"}, "", 2, "NAME"},
      {{"list", "officer"}, "", 2, "the mission alone"},
      {{"remove", "officer", "--role", "duty"}, "", 2, "only `add`"},
      {{"remove", "officer"}, "", 5, "user list"},
      {{"passwd", "officer"}, words_, 5, "user list"},
      {{"forget-key", "officer"}, "", 5, "user list"},
      {{"promote", "officer"}, "", 2, "forget-key"}};
  for (const Case& c : cases) {
    const auto answer = user(c.words, c.typed);
    EXPECT_EQ(answer.status, c.status) << c.words[0] << " " << c.typed << answer.err;
    EXPECT_NE(answer.err.find(c.said), std::string::npos) << answer.err;
  }
  EXPECT_EQ(user({"list"}).out, "");
  EXPECT_EQ(user({"add", "officer", "--role", "duty"}, words_).status, 0);
  EXPECT_EQ(user({"add", "officer", "--role", "force"}, words_).status, 2);
}

TEST_F(UserCommand, a_folder_that_is_no_mission_gets_no_accounts) {
  fs::remove(mission_ / "mission.toml");
  EXPECT_EQ(user({"list"}).status, 5);
  EXPECT_FALSE(fs::exists(mission_ / "var"));
}

}  // namespace

}  // namespace truce::app
