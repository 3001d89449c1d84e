#include "stages/serve/internal/server_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "stages/serve/fake_records.h"
#include "stages/serve/service.h"

namespace truce::serve {
namespace {

std::string all_in(const std::string& folder) {
  std::ostringstream out;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    out << std::ifstream(file.path()).rdbuf();
  return out.str();
}

class ServerLogTest : public testing::Test {
 protected:
  ServerLogTest() { std::filesystem::remove_all(folder_); }
  Instant now_{1'745'064'000LL * 1'000'000'000};
  std::string folder_ = testing::TempDir() + "server-log-" +
                        testing::UnitTest::GetInstance()->current_test_info()->name();
};

// A clock that each look at it moves on, as by work that takes long.
TEST_F(ServerLogTest, tells_of_errors_and_of_long_answers_alone) {
  FakeSource source;
  Duration each;
  {
    Service service({"Test", "0.1"}, source, {.log_folder = folder_, .now = [&] {
                                                now_ = now_ + each;
                                                return now_;
                                              }});
    const auto get = [&service](const std::string& target) {
      return service.answer_here({"GET", target, {{"Host", "127.0.0.1"}}, ""}).status;
    };
    EXPECT_EQ(get("/api"), 200);
    EXPECT_EQ(get("/api/collections/none\x7f"), 400);
    each = Duration::whole_seconds(2);
    EXPECT_EQ(get("/api"), 200);
    each = {};
    service.figures().refused = 3;
    service.generation();
    service.generation();
  }
  std::istringstream lines(all_in(folder_));
  std::vector<std::string> told;
  for (std::string line; std::getline(lines, line);) told.push_back(line);
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[0], R"({"at":"2025-04-19T12:00:00Z","event":"started","version":"0.1"})");
  EXPECT_NE(told[1].find(R"("status":400)"), std::string::npos) << told[1];
  EXPECT_NE(told[1].find(R"("detail":)"), std::string::npos) << "the reason is in it";
  EXPECT_NE(told[2].find(R"("status":200,"target":"/api","took_ms":)"), std::string::npos);
  EXPECT_NE(told[3].find(R"("event":"turned_away","number":3)"), std::string::npos);
  EXPECT_NE(told[4].find(R"("event":"stopped")"), std::string::npos);
}

TEST_F(ServerLogTest, takes_no_more_lines_in_a_minute_than_it_says) {
  {
    ServerLog log(folder_);
    for (int i = 0; i < kServerLinesAMinute + 7; ++i) log.write(now_, "x", [](JsonWriter&) {});
    log.write(now_ + Duration::minutes(1), "y", [](JsonWriter&) {});
  }
  const std::string all = all_in(folder_);
  EXPECT_EQ(std::count(all.begin(), all.end(), '\n'), kServerLinesAMinute + 2);
  EXPECT_NE(all.find(R"("event":"left_out","number":7)"), std::string::npos);
}

TEST_F(ServerLogTest, loses_lines_where_none_can_be_written_and_goes_on) {
  std::ofstream(folder_) << "a file where the folder should be";
  ServerLog log(folder_);
  log.write(now_, "x", [](JsonWriter&) {});
  EXPECT_EQ(log.lost(), 1);
  std::filesystem::remove(folder_);
  log.write(now_, "x", [](JsonWriter&) {});
  EXPECT_EQ(log.lost(), 1);
  EXPECT_NE(all_in(folder_).find(R"("event":"x")"), std::string::npos);
}

}  // namespace
}  // namespace truce::serve
