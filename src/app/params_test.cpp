#include "app/params.h"

#include <gtest/gtest.h>

#include <set>

#include "base/files.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

fs::path mission_with(const std::string& name, const std::string& tables) {
  const fs::path to = fs::path(::testing::TempDir()) / name;
  fs::remove_all(to);
  fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/easter-2025", to,
           fs::copy_options::recursive);
  const std::string text = *read_file(to / "mission.toml");
  const auto from = text.find("[fuse]");
  const auto until = text.find("[[feed]]");
  EXPECT_TRUE(write_file_atomically(to / "mission.toml",
                                    text.substr(0, from) + tables + "\n" + text.substr(until))
                  .ok());
  return to;
}

TEST(Params, descriptions_and_structs_name_the_same_and_agree_on_defaults) {
  for (const auto& stage : stage_params()) {
    const auto values = values_of(Mission{}, stage.stage);
    ASSERT_EQ(values.size(), stage.params.size()) << stage.stage;
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ(values[i].name, stage.params[i].name) << stage.stage;
      EXPECT_EQ(values[i].value, stage.params[i].initial) << stage.params[i].name;
    }
  }
}

TEST(Params, every_description_file_is_in_the_program) {
  std::set<std::string> known;
  for (const auto& stage : stage_params()) known.insert(stage.stage);
  for (const auto& folder : fs::directory_iterator(fs::path(TRUCE_SOURCE_DIR) / "src/stages")) {
    if (fs::exists(folder.path() / "params.toml")) {
      EXPECT_TRUE(known.contains(folder.path().filename().string())) << folder.path();
    }
  }
}

TEST(Params, page_is_current) {
  EXPECT_EQ(*read_file(fs::path(TRUCE_SOURCE_DIR) / "docs/parameters.md"), params_markdown())
      << "make docs writes it";
}

TEST(Params, a_mission_sets_them_and_the_rest_keep_their_defaults) {
  judge::Problems problems;
  const auto mission = load_mission(
      mission_with("params-set", "[fuse]\ngap_s = 300\nsamples = 64\n[acquire]\nstuck_h = 24.0"),
      {}, problems);
  ASSERT_TRUE(mission.ok()) << mission.error().to_text();
  EXPECT_EQ(mission->fuse.gap_s, 300);
  EXPECT_EQ(mission->fuse.samples, 64U);
  EXPECT_EQ(mission->fuse.members_max, fuse::Params{}.members_max);
  EXPECT_EQ(mission->acquire.stuck_h, 24);
}

// The first problem that a mission with these tables has, in words.
std::string complaint(const std::string& tables) {
  judge::Problems problems;
  const auto mission = load_mission(mission_with("params-bad", tables), {}, problems);
  EXPECT_FALSE(mission.ok());
  EXPECT_EQ(problems.errors.size(), 1U);
  return problems.errors.empty() ? "" : problems.errors.front().to_text();
}

TEST(Params, a_wrong_value_is_refused_with_its_line_and_what_was_expected) {
  const std::string far = complaint("[fuse]\nsamples = 64\ngap_s = 90000");
  EXPECT_NE(far.find("mission.toml:13:9, field fuse.gap_s: 90000"), std::string::npos) << far;
  EXPECT_NE(far.find("a number from 0 to 86400 (s)"), std::string::npos) << far;
  const std::string half = complaint("[fuse]\nsamples = 64.5");
  EXPECT_NE(half.find("a whole number from 16 to 4096"), std::string::npos) << half;
  const std::string text = complaint("[fuse]\ngap_s = \"ten minutes\"");
  EXPECT_NE(text.find("ten minutes"), std::string::npos) << text;
  const std::string nan = complaint("[fuse]\ngap_s = nan");
  EXPECT_NE(nan.find("cannot be its value"), std::string::npos) << nan;
  const std::string unknown = complaint("[acquire]\ngap = 1");
  EXPECT_NE(unknown.find("stuck_h"), std::string::npos) << unknown;
  const std::string shape = complaint("fuse = 3");
  EXPECT_NE(shape.find("expected"), std::string::npos) << shape;
}

}  // namespace
}  // namespace truce::app
