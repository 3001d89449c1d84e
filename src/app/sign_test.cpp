// `truce sign`: shows, refuses, and writes only when told to.

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>
#include <thread>
#include <vector>

#include "app/cli_answer.h"
#include "app/session.h"
#include "app/signature_folder.h"
#include "base/files.h"
#include "model/identity.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

class Signing : public ::testing::Test {
 protected:
  void SetUp() override {
    const fs::path to =
        fs::path(::testing::TempDir()) /
        (std::string("sign-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(to);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", to,
             fs::copy_options::recursive);
    fs::remove_all(to / "var");
    mission_ = to.string();
    for (const auto& f : fs::directory_iterator(to / "feeds")) cut(f.path());
    ASSERT_EQ(answer_to({"run", mission_, "--once", "--quiet"}).status, 0);
    const auto listed = answer_to({"sign", mission_, "--at", kSoonAfter});
    const std::string before = "tier warning of response after ";
    const auto at = listed.out.find(before);
    ASSERT_NE(at, std::string::npos) << listed.out;
    breach_ = listed.out.substr(at + before.size());
    breach_.resize(breach_.find(':'));
  }
  // What is told of later than kSoonAfter is not known yet.
  static void cut(const fs::path& feed) {
    std::istringstream rows(*read_file(feed));
    std::string kept;
    for (std::string row; std::getline(rows, row);) {
      std::string last;
      for (auto at = row.find("2030-"); at != std::string::npos; at = row.find("2030-", at + 1))
        last = std::max(last, row.substr(at, 20));
      if (last <= kSoonAfter) kept += row + "\n";
    }
    ASSERT_TRUE(write_file_atomically(feed, kept).ok());
  }
  std::vector<fs::path> left() { return signatures_left(mission_); }
  std::size_t signatures() {
    const auto session = Session::open_for_questions(mission_, {.quiet = true});
    return (*session)->store->records("signature")->size();
  }
  CliAnswer sign_by(const std::string& office) {
    return answer_to({"sign", mission_, "--escalation", "response", "--tier", "warning", "--breach",
                      breach_, "--by", office, "--at", kSoonAfter, "--yes"});
  }
  CliAnswer sign(const std::string& tier, const std::string& at, bool yes,
                 const std::string& escalation = "response") {
    std::vector<std::string> words{
        "sign",     mission_, "--escalation", escalation,        "--tier", tier,
        "--breach", breach_,  "--by",         "head of mission", "--at",   at};
    if (yes) words.push_back("--yes");
    return answer_to(words);
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
  EXPECT_FALSE(holds_text(answer_to({"clocks", mission_}).out, "warning: signed"));
  const auto written = sign("warning", kSoonAfter, true);
  ASSERT_EQ(written.status, 0) << written.err;
  EXPECT_TRUE(holds_text(written.out, "signed: log position ")) << written.out;
  EXPECT_TRUE(holds_text(written.out, ", entered at ")) << "the log's time is another";
  EXPECT_TRUE(left().empty()) << "the log holds it";
  const auto clocks = answer_to({"clocks", mission_, "--until", kSoonAfter}).out;
  EXPECT_TRUE(
      holds_text(clocks, "warning: signed; a diplomatic warning was signed at 2030-03-18 14:00"));
  EXPECT_TRUE(holds_text(clocks, "+02:00 EET, entered at ")) << clocks;
  EXPECT_TRUE(
      holds_text(answer_to({"clocks", mission_, "--until", kSoonAfter, "--language", "uk"}).out,
                 ", внесено "));
  EXPECT_TRUE(holds_text(answer_to({"clocks", mission_, "--until", kSoonAfter, "--json"}).out,
                         R"({"entered":")"));
  EXPECT_EQ(answer_to({"replay", mission_}).status, 0) << "it follows from the log";
  const auto again = sign("warning", "2030-03-18T13:00:00Z", true);
  EXPECT_EQ(again.status, 2);
  EXPECT_TRUE(holds_text(again.err, "warning is signed")) << again.err;
  EXPECT_TRUE(holds_text(again.err, ", entered at ")) << again.err;
}

TEST_F(Signing, refuses_what_is_not_due_lapsed_or_unknown_and_says_what_is_open) {
  const auto before = entries();
  const auto early = sign("response", kSoonAfter, true);
  EXPECT_EQ(early.status, 2);
  EXPECT_TRUE(holds_text(early.err, "response is not due")) << early.err;
  EXPECT_TRUE(holds_text(early.err, "expected tier response of response after ")) << early.err;
  EXPECT_TRUE(holds_text(early.err, "; or tier warning of response after " + breach_)) << early.err;
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
  EXPECT_EQ(answer_to({"sign", mission_, "--tier", "warning"}).status, 2);
  EXPECT_EQ(answer_to({"sign", mission_, "--yes"}).status, 2);
  EXPECT_EQ(entries(), before);
}

TEST_F(Signing, lists_nothing_where_nothing_may_be_signed) {
  const auto listed = answer_to({"sign", mission_, "--at", "2030-02-01T00:00:00Z"});
  EXPECT_EQ(listed.status, 0);
  EXPECT_EQ(listed.out, "at 2030-02-01 02:00 +02:00 EET no tier may be signed\n");
  EXPECT_TRUE(holds_text(answer_to({"sign", mission_, "--at", kSoonAfter, "--json"}).out,
                         R"("state":"due","tier":"warning")"));
}

TEST_F(Signing, names_what_lapsed_and_what_comes_where_nothing_may_be_signed) {
  constexpr const char* kBetween = "2030-03-03T00:00:00Z";
  const std::string lapsed = "tier warning of response after i20300301T120000-",
                    next = "tier response of response after i20300301T010000-";
  const auto listed = answer_to({"sign", mission_, "--at", kBetween});
  EXPECT_EQ(listed.status, 0);
  EXPECT_TRUE(holds_text(listed.out, "no tier may be signed\n  " + lapsed)) << listed.out;
  EXPECT_TRUE(holds_text(listed.out, "/fire/base lapsed at a time between 2030-03-02 14:00 "));
  EXPECT_TRUE(holds_text(listed.out, "\n  " + next)) << listed.out;
  EXPECT_TRUE(holds_text(listed.out, "/fire/base opens at a time between 2030-03-04 03:00 "));
  const auto json = answer_to({"sign", mission_, "--at", kBetween, "--json"}).out;
  EXPECT_TRUE(holds_text(json, R"("state":"lapsed","tier":"warning"},"open":[],"opens_next":{)"))
      << json;
  const auto refused = sign("warning", kBetween, false);
  EXPECT_TRUE(
      holds_text(refused.err, "expected nothing at that time: no tier may be signed; " + lapsed))
      << refused.err;
}

// What lapsed while nobody signed cannot be signed after the fact.
TEST_F(Signing, refuses_a_time_before_what_the_log_holds) {
  const fs::path events = fs::path(mission_) / "feeds/events.ndjson";
  const std::string later =
      R"({"kind":"event","record":{"name":"ceasefire","when":{"end":"2030-03-21T09:00:00Z","start":"2030-03-21T09:00:00Z"}}})";
  ASSERT_TRUE(write_file_atomically(events, *read_file(events) + later + "\n").ok());
  ASSERT_EQ(answer_to({"run", mission_, "--once", "--quiet"}).status, 0);
  const auto before = entries();
  const auto back = sign("warning", kSoonAfter, true);
  EXPECT_EQ(back.status, 2);
  EXPECT_TRUE(holds_text(back.err, "--at")) << back.err;
  EXPECT_TRUE(holds_text(back.err, "until 2030-03-21 11:00")) << back.err;
  EXPECT_TRUE(holds_text(back.err, "cannot be dated back")) << back.err;
  EXPECT_EQ(entries(), before);
  EXPECT_TRUE(left().empty());
}

TEST_F(Signing, refuses_an_office_that_no_log_should_hold) {
  const auto before = entries();
  for (const auto& office : {std::string("head \xff"), std::string("head\nof mission"),
                             std::string("head\tof mission"), std::string(201, 'h')}) {
    const auto refused = sign_by(office);
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_TRUE(holds_text(refused.err, "--by")) << refused.err;
  }
  EXPECT_FALSE(fs::exists(fs::path(mission_) / kSignatureFolder)) << "nothing was written";
  EXPECT_EQ(entries(), before);
  EXPECT_EQ(sign_by(std::string(200, 'h')).status, 0);
}

TEST_F(Signing, says_why_its_folder_cannot_be_made) {
  ASSERT_TRUE(write_file_atomically(fs::path(mission_) / kSignatureFolder, "").ok());
  const auto refused = sign("warning", kSoonAfter, true);
  EXPECT_EQ(refused.status, 6) << refused.err;
  EXPECT_TRUE(holds_text(refused.err, kSignatureFolder)) << refused.err;
}

TEST_F(Signing, says_which_time_is_none) {
  const auto refused = sign("warning", "tomorrow", true);
  EXPECT_EQ(refused.status, 2);
  EXPECT_TRUE(holds_text(refused.err, "--at")) << refused.err;
}

// Beside a program that writes: it is left for that one, and what it took is said.
TEST_F(Signing, waits_for_the_program_that_writes) {
  auto writing = Session::open(mission_, {.quiet = true});
  ASSERT_TRUE(writing.ok());
  std::thread run([&] {
    while (left().empty()) std::this_thread::yield();
    EXPECT_TRUE((*writing)->intake->take_all().ok());
  });
  const auto written = sign("warning", kSoonAfter, true);
  run.join();
  EXPECT_EQ(written.status, 0) << written.err;
  EXPECT_TRUE(holds_text(written.out, "signed: log position ")) << written.out;
  EXPECT_TRUE(left().empty());
}

// The program that writes ends before it came to it.
TEST_F(Signing, takes_it_in_itself_where_the_other_ends) {
  auto writing = Session::open(mission_, {.quiet = true});
  ASSERT_TRUE(writing.ok());
  std::thread run([&] {
    while (left().empty()) std::this_thread::yield();
    writing->reset();
  });
  const auto written = sign("warning", kSoonAfter, true);
  run.join();
  EXPECT_TRUE(holds_text(written.out, "signed: log position ")) << written.out << written.err;
  EXPECT_TRUE(left().empty());
}

// A crash may come before the file is taken, or after it and before the file is removed.
TEST_F(Signing, is_taken_once_through_crashes) {
  ::truce::Signature record;
  record.signer = "head of mission";
  record.escalation = "response";
  record.tier = "warning";
  record.breach = breach_;
  record.when = *parse_instant(kSoonAfter);
  record.origin.feed = kSignatureFeed;
  record.id = signature_id(record);
  record.origin = {};
  const auto disk = posix_disk();
  for (int crash = 0; crash < 2; ++crash) {
    ASSERT_TRUE(leave_signature(mission_, *disk, record).ok());
    ASSERT_EQ(answer_to({"run", mission_, "--once", "--quiet"}).status, 0);
    EXPECT_TRUE(left().empty());
    EXPECT_EQ(signatures(), 1U);
  }
}

}  // namespace
}  // namespace truce::app
