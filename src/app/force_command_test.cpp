// `truce force`, and that no way of asking gives away where a post stands.

#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "app/cli_answer.h"
#include "app/session.h"
#include "base/files.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

std::string sixty_days_at(const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / ("force-" + name);
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  return to.string();
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ForceCommand, says_what_phases_wait_for_what_posts_add_and_what_they_are_warned_of) {
  const auto mission = sixty_days_at("said");
  ASSERT_EQ(answer_to({"run", mission, "--once", "--quiet"}).status, 0);
  const auto then = answer_to({"force", mission, "--until", "2030-03-04T22:00:00Z"});
  ASSERT_EQ(then.status, 0) << then.err;
  EXPECT_TRUE(holds(then.out, "Phase west: not ready")) << then.out;
  EXPECT_TRUE(holds(then.out, "gate disengagement is waiting")) << then.out;
  EXPECT_TRUE(holds(then.out, "west of impact explosion: coverage 0.93, with it 0.97"));
  EXPECT_TRUE(holds(then.out,
                    "Hazard to cedar: alarm, fire since 2030-03-04T20:00:00Z, "
                    "probability 1.0; no all-clear yet"))
      << then.out;
  EXPECT_FALSE(holds(then.out, "Hazard to birch")) << "over by then: " << then.out;
  const auto open = answer_to({"force", mission, "--until", "2030-03-14T22:00:00Z", "--json"});
  EXPECT_TRUE(holds(open.out, R"("phase":"west","ready":true)")) << open.out;
}

// What is not known any more is not enough.
TEST(ForceCommand, coverage_of_long_ago_is_not_known) {
  const auto mission = sixty_days_at("old");
  ASSERT_EQ(answer_to({"run", mission, "--once", "--quiet"}).status, 0);
  const auto later = answer_to({"force", mission, "--until", "2030-05-03T00:00:00Z"});
  EXPECT_TRUE(holds(later.out, "west of impact explosion: coverage not known, with it not known"))
      << later.out;
  const auto soon = answer_to({"force", mission, "--until", "2030-04-30T18:00:00Z"});
  EXPECT_TRUE(holds(soon.out, "west of impact explosion: coverage 0.93")) << soon.out;
}

TEST(ForceCommand, needs_a_force) {
  const auto mission = sixty_days_at("none");
  fs::remove(fs::path(mission) / "force.toml");
  const auto heard = answer_to({"force", mission});
  EXPECT_EQ(heard.status, 5);
  EXPECT_TRUE(holds(heard.err, "force.toml")) << heard.err;
}

TEST(ForceCommand, check_says_every_problem_of_the_force_and_no_coordinate) {
  const auto mission = sixty_days_at("wrong");
  const fs::path file = fs::path(mission) / "force.toml";
  std::string text = *read_file(file);
  const auto replace = [&](const std::string& old, const std::string& now) {
    const auto at = text.find(old);
    ASSERT_NE(at, std::string::npos) << old;
    text.replace(at, old.size(), now);
  };
  replace("lat = 0.158231", "lat = 91.158231");
  replace("sectors = [\"east\"]", "sectors = [\"north\"]");
  replace("needs_gates = [\"disengagement\"]", "needs_gates = [\"quiet\"]");
  ASSERT_TRUE(write_file_atomically(file, text).ok());
  const auto heard = answer_to({"check", mission});
  EXPECT_EQ(heard.status, 3);
  EXPECT_TRUE(holds(heard.err, "force.toml:18")) << heard.err;
  EXPECT_TRUE(holds(heard.err, "there is no sector \"north\"")) << heard.err;
  EXPECT_TRUE(holds(heard.err, "there is no gate \"quiet\"")) << heard.err;
  EXPECT_FALSE(holds(heard.err, "158231")) << heard.err;
}

// Every digit of a position after the first three, wherever it might turn up: in answers, in what
// is said, in everything that the program writes.
TEST(ForceCommand, no_answer_and_no_file_holds_a_coordinate_of_a_post) {
  const auto mission = sixty_days_at("silent");
  const std::vector<std::string> digits{"58231", "52917", "43871", "41359", "21543", "12687"};
  std::string all;
  const auto hear = [&](std::vector<std::string> words) {
    words.insert(words.begin() + 1, mission);
    const auto heard = answer_to(words);
    EXPECT_EQ(heard.status, 0) << words.front() << ": " << heard.err;
    EXPECT_FALSE(heard.out.empty() && heard.err.empty()) << words.front();
    all += heard.out + heard.err;
  };
  hear({"check"});
  hear({"check", "--json"});
  hear({"run", "--once"});
  for (const char* until : {"2030-03-01T12:00:00Z", "2030-03-05T00:00:00Z", "2030-04-20T00:00:00Z"})
    hear({"force", "--until", until}), hear({"force", "--json", "--until", until});
  hear({"force", "--as-of", "10"});
  hear({"clocks"});
  hear({"clocks", "--json"});
  hear({"sign", "--at", "2030-03-18T12:00:00Z"});
  hear({"report", "--day", "2030-03-18"});
  hear({"replay", "--json"});
  hear({"params"});
  const auto session = Session::open(mission, {.quiet = true});
  ASSERT_TRUE(session.ok());
  for (const auto& i : *(*session)->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}})) {
    const auto heard = answer_to({"explain", mission, i.id + "/fire/base"});
    all += heard.out + heard.err;
  }
  std::size_t files = 0;
  for (const auto& f : fs::recursive_directory_iterator(fs::path(mission) / "var")) {
    if (!f.is_regular_file()) continue;
    ++files;
    all += *read_file(f.path());
  }
  EXPECT_GE(files, 5U);
  ASSERT_TRUE(holds(all, "birch")) << "nothing was asked";
  for (const auto& d : digits) EXPECT_FALSE(holds(all, d)) << d;
}

}  // namespace
}  // namespace truce::app
