// Where a mission is served, and what must be there before others may reach it.

#include "app/serving.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

fs::path mission_served_by(const std::string& table) {
  const fs::path to =
      fs::path(testing::TempDir()) /
      ("serving-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  const std::string text = *read_file(to / "mission.toml");
  const auto feeds = text.find("[[feed]]");
  EXPECT_TRUE(write_file_atomically(to / "mission.toml",
                                    text.substr(0, feeds) + table + "\n" + text.substr(feeds))
                  .ok());
  return to;
}

Result<Mission> loaded_with(const std::string& table, judge::Problems& problems) {
  return load_mission(mission_served_by(table), {}, problems);
}

std::string serve_complaint(const std::string& table) {
  judge::Problems problems;
  EXPECT_FALSE(loaded_with(table, problems).ok()) << table;
  return problems.errors.empty() ? "" : problems.errors.front().to_text();
}

TEST(Serving, a_mission_says_where_it_is_served) {
  judge::Problems problems;
  const auto plain = loaded_with("", problems);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->serve.address, "127.0.0.1");
  EXPECT_EQ(plain->serve.port, 8080);
  const auto mission = loaded_with(
      "[serve]\nlisten = \"0.0.0.0:443\"\ncertificate = \"tls/chain.pem\"\nkey = \"tls/key.pem\"\n"
      "host = [\"truce.example\", \"www.truce.example\"]",
      problems);
  ASSERT_TRUE(mission.ok()) << problems.errors.front().to_text();
  EXPECT_EQ(mission->serve.address, "0.0.0.0");
  EXPECT_EQ(mission->serve.port, 443);
  EXPECT_TRUE(mission->serve.has_tls());
  EXPECT_EQ(mission->serve.hosts.size(), 2U);
  const auto six = loaded_with("[serve]\nlisten = \"[::1]:8443\"\nbehind_proxy = true", problems);
  ASSERT_TRUE(six.ok());
  EXPECT_EQ(six->serve.address, "::1");
  EXPECT_TRUE(six->serve.behind_proxy);
}

TEST(Serving, what_is_wrong_in_it_is_said_with_its_line) {
  for (const char* bad :
       {"listen = \"8080\"", "listen = \":8080\"", "listen = \"localhost:8080\"",
        "listen = \"127.0.0.1:0\"", "listen = \"127.0.0.1:99999\"", "listen = \"127.0.0.1:80x\"",
        "listen = 8080", "certificate = \"a.pem\"", "key = \"a.pem\"", "host = \"Truce.Example\"",
        "host = \"a:80\"", "host = [\"\"]", "behind_proxy = \"yes\"", "listne = \"127.0.0.1:80\""})
    EXPECT_NE(serve_complaint(std::string("[serve]\n") + bad).find("mission.toml:"),
              std::string::npos)
        << bad;
  EXPECT_NE(serve_complaint("[release]\npublic_delay_h = 1").find("public_delay_h"),
            std::string::npos);
}

TEST(Serving, others_reach_it_with_accounts_and_tls_alone) {
  const ServePlan local;
  EXPECT_TRUE(check_plan(local, false).ok());
  ServePlan open = local;
  open.address = "0.0.0.0";
  open.hosts = {"truce.example"};
  const auto words = [](const ServePlan& plan, bool has_accounts) {
    const Status status = check_plan(plan, has_accounts);
    return status.ok() ? std::string() : status.error().to_text();
  };
  EXPECT_NE(words(open, false).find("no accounts"), std::string::npos);
  EXPECT_NE(words(open, true).find("in the open"), std::string::npos);
  open.certificate = open.key = "x.pem";
  EXPECT_EQ(words(open, true), "");
  EXPECT_NE(words(open, false), "") << "TLS alone is not enough";
  open.hosts.clear();
  EXPECT_NE(words(open, true).find("no name"), std::string::npos);
  ServePlan proxied = local;
  proxied.behind_proxy = true;
  proxied.hosts = {"truce.example"};
  EXPECT_NE(words(proxied, false).find("no accounts"), std::string::npos)
      << "behind a proxy everyone comes from this machine";
  EXPECT_EQ(words(proxied, true), "");
}

TEST(Serving, keys_and_accounts_are_kept_in_var_and_nobody_else_reads_them) {
  judge::Problems problems;
  auto mission = loaded_with("", problems);
  ASSERT_TRUE(mission.ok());
  fs::create_directories(mission->var());
  mission->serve.port = 0;
  const auto serving = Serving::start(*mission, std::nullopt);
  ASSERT_TRUE(serving.ok()) << serving.error().to_text();
  EXPECT_EQ((*serving)->address().substr(0, 17), "http://127.0.0.1:");
  const std::string token = (mission->var() / "metrics.token").string();
  for (const std::string& path : {mission->accounts_path(), mission->seal_key_path(), token})
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << path;
  const std::string shown = *read_file(token);
  EXPECT_EQ(shown.size(), 65U);
  EXPECT_TRUE(Serving::start(*mission, std::nullopt).ok());
  EXPECT_EQ(*read_file(token), shown) << "it stays";
  ASSERT_TRUE(write_file_atomically(token, "secret\n").ok());
  EXPECT_EQ(Serving::start(*mission, std::nullopt).error().code, ErrorCode::kCorrupt);
  fs::remove(token);
  mission->serve.address = "0.0.0.0";
  EXPECT_EQ(Serving::start(*mission, std::nullopt).error().code, ErrorCode::kUnusable);
}

}  // namespace

}  // namespace truce::app
