#include <gtest/gtest.h>

#include <filesystem>

#include "app/assemble.h"
#include "app/session.h"
#include "base/files.h"
#include "model/json.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

fs::path copy_of_easter(const std::string& name) {
  const fs::path to = fs::path(::testing::TempDir()) / name;
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", to,
           fs::copy_options::recursive);
  fs::remove_all(to / "var");
  return to;
}

std::string run(const fs::path& mission, unsigned threads, std::size_t batch) {
  auto session =
      Session::open(mission, {.threads = threads, .batch_entries = batch, .quiet = true});
  EXPECT_TRUE(session.ok()) << session.error().to_text();
  const Status taken = (*session)->intake->take_all();
  EXPECT_TRUE(taken.ok()) << taken.error().to_text();
  return *results_digest(*(*session)->store);
}

TEST(Mission, gives_the_same_findings_in_any_batches_and_threads) {
  const auto expected = run(copy_of_easter("easter-a"), 1, 10'000);
  EXPECT_EQ(run(copy_of_easter("easter-b"), 8, 1), expected);
  EXPECT_EQ(run(copy_of_easter("easter-c"), 2, 7), expected);
}

TEST(Mission, takes_a_feed_once_however_often_it_runs) {
  const auto mission = copy_of_easter("easter-d");
  const auto first = run(mission, 1, 10'000);
  EXPECT_EQ(run(mission, 1, 10'000), first);
  auto session = *Session::open(mission, {.quiet = true});
  EXPECT_EQ((*session->store->counts())[1].second, 0) << "duplicates";
}

TEST(Mission, can_be_rebuilt_from_its_log) {
  const auto mission = copy_of_easter("easter-e");
  const auto expected = run(mission, 1, 100);
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
  auto session = *Session::open(mission, {.quiet = true});
  EXPECT_EQ(*results_digest(*session->store), expected);
}

TEST(Mission, reports_what_a_careful_analyst_would) {
  const auto mission = copy_of_easter("easter-f");
  run(mission, 1, 10'000);
  auto session = *Session::open(mission, {.quiet = true});
  const auto in =
      assemble_report(session->mission, *session->store, {2025, 4, 18}, {2025, 4, 22}, {0}, "");
  ASSERT_TRUE(in.ok()) << in.error().to_text();
  std::vector<std::int64_t> sirens, strikes;
  for (const auto& s : in->series) {
    for (const auto& v : s.per_day)
      (s.feed == "sirens" ? sirens : strikes).push_back(v.value_or(-1));
  }
  EXPECT_EQ(sirens, (std::vector<std::int64_t>{83, 22, 6, 43, 22}));
  EXPECT_EQ(strikes, (std::vector<std::int64_t>{27, 18, 3, 7, 17}));
  ASSERT_GE(in->claim_notes.size(), 2U);
  std::string notes;
  for (const auto& n : in->claim_notes) notes += n + "\n";
  EXPECT_NE(notes.find("2935; the parts it states give 2929"), std::string::npos) << notes;
  EXPECT_NE(notes.find("4900; the parts it states give 4816"), std::string::npos) << notes;
}

TEST(Mission, says_everything_wrong_with_it_at_once) {
  const auto mission = copy_of_easter("easter-g");
  auto text = *read_file(mission / "mission.toml");
  text = "nonsense = 1\n" + text;
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", text).ok());
  ASSERT_TRUE(write_file_atomically(mission / "agreement.toml", "id = 3\n").ok());
  judge::Problems problems;
  EXPECT_FALSE(load_mission(mission, {}, problems).ok());
  EXPECT_GE(problems.errors.size(), 4U);
}

}  // namespace
}  // namespace truce::app
