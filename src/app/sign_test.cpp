// `truce sign`: shows, refuses, and writes only when told to.

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "app/cli.h"
#include "app/session.h"
#include "base/files.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

class Signing : public ::testing::Test {
 protected:
  struct Answer {
    int status = 0;
    std::string out, err;
  };
  static Answer answer(std::vector<std::string> words) {
    words.insert(words.begin(), "truce");
    std::vector<const char*> argv;
    for (const auto& w : words) argv.push_back(w.c_str());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Answer a;
    a.status = run_cli(static_cast<int>(argv.size()), argv.data());
    a.out = ::testing::internal::GetCapturedStdout();
    a.err = ::testing::internal::GetCapturedStderr();
    return a;
  }
  void SetUp() override {
    const fs::path to =
        fs::path(::testing::TempDir()) /
        (std::string("sign-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(to);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    mission_ = to.string();
    ASSERT_EQ(answer({"run", mission_, "--once", "--quiet"}).status, 0);
    const auto listed = answer({"sign", mission_, "--at", kSoonAfter});
    const std::string before = "response warning after ";
    const auto at = listed.out.find(before);
    ASSERT_NE(at, std::string::npos) << listed.out;
    breach_ = listed.out.substr(at + before.size());
    breach_.resize(breach_.find(':'));
  }
  Answer sign(const std::string& tier, const std::string& at, bool yes,
              const std::string& escalation = "response") {
    std::vector<std::string> words{
        "sign",     mission_, "--escalation", escalation,        "--tier", tier,
        "--breach", breach_,  "--by",         "head of mission", "--at",   at};
    if (yes) words.push_back("--yes");
    return answer(words);
  }
  std::uint64_t entries() {
    return (*Session::open_for_questions(mission_, {.quiet = true}))->log->committed();
  }
  static bool holds_text(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  static constexpr const char* kSoonAfter = "2030-03-18T12:00:00Z";
  std::string mission_, breach_;
};

TEST_F(Signing, shows_what_is_open_and_the_record_and_writes_nothing_unless_told_to) {
  const auto before = entries();
  const auto shown = sign("warning", kSoonAfter, false);
  EXPECT_EQ(shown.status, 0) << shown.err;
  EXPECT_TRUE(holds_text(shown.out, "2030-03-19 11:02 +02:00 EET")) << "until when: " << shown.out;
  EXPECT_TRUE(holds_text(shown.out, "a common response would follow, from")) << shown.out;
  EXPECT_TRUE(holds_text(shown.out, R"("signer":"head of mission")")) << shown.out;
  EXPECT_TRUE(holds_text(shown.out, "nothing was written")) << shown.out;
  EXPECT_EQ(entries(), before);
}

TEST_F(Signing, writes_a_signature_that_the_clocks_show) {
  EXPECT_FALSE(holds_text(answer({"clocks", mission_}).out, "warning: signed"));
  const auto written = sign("warning", kSoonAfter, true);
  ASSERT_EQ(written.status, 0) << written.err;
  EXPECT_TRUE(holds_text(written.out, "signed: log position ")) << written.out;
  EXPECT_TRUE(holds_text(answer({"clocks", mission_}).out,
                         "warning: signed; a diplomatic warning was signed at 2030-03-18 14:00"));
  EXPECT_EQ(answer({"replay", mission_}).status, 0) << "it follows from the log";
  const auto again = sign("warning", "2030-03-18T13:00:00Z", true);
  EXPECT_EQ(again.status, 2);
  EXPECT_TRUE(holds_text(again.err, "warning is signed")) << again.err;
}

TEST_F(Signing, refuses_what_is_not_due_lapsed_or_unknown_and_says_what_is_open) {
  const auto before = entries();
  const auto early = sign("response", kSoonAfter, true);
  EXPECT_EQ(early.status, 2);
  EXPECT_TRUE(holds_text(early.err, "response is not_due")) << early.err;
  EXPECT_TRUE(holds_text(early.err, "open now: ")) << early.err;
  EXPECT_TRUE(holds_text(early.err, "response warning after " + breach_)) << early.err;
  const auto late = sign("warning", "2030-03-20T12:00:00Z", true);
  EXPECT_EQ(late.status, 2);
  EXPECT_TRUE(holds_text(late.err, "warning is lapsed")) << late.err;
  EXPECT_TRUE(holds_text(sign("warning", kSoonAfter, true, "other").err,
                         "there is no escalation \"other\""));
  EXPECT_TRUE(holds_text(sign("third", kSoonAfter, true).err, "expected warning, response"));
  breach_ = "i1/fire/base";
  const auto unknown = sign("warning", kSoonAfter, true);
  EXPECT_TRUE(holds_text(unknown.err, "no episode of response holds a breach \"i1/fire/base\""))
      << unknown.err;
  EXPECT_EQ(answer({"sign", mission_, "--tier", "warning"}).status, 2);
  EXPECT_EQ(answer({"sign", mission_, "--yes"}).status, 2);
  EXPECT_EQ(entries(), before);
}

TEST_F(Signing, lists_nothing_where_nothing_may_be_signed) {
  const auto listed = answer({"sign", mission_, "--at", "2030-02-01T00:00:00Z"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_EQ(listed.out, "at 2030-02-01 02:00 +02:00 EET no tier may be signed\n");
  EXPECT_TRUE(holds_text(answer({"sign", mission_, "--at", kSoonAfter, "--json"}).out,
                         R"("state":"due","tier":"warning")"));
}

}  // namespace
}  // namespace truce::app
