#include "app/mission_files.h"

#include <gtest/gtest.h>

#include <string>

#include "app/mission.h"
#include "base/files.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

class OwnFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::path(::testing::TempDir()) /
        (std::string("own-") + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::copy(fs::path(TRUCE_SOURCE_DIR) / "examples/missions/sixty-days", folder_,
             fs::copy_options::recursive);
    fs::remove_all(folder_ / "var");
    write("events.map", "");
    write("mission.toml", *read_file(folder_ / "mission.toml") +
                              "\n[[feed]]\nid = \"mapped\"\nformat = \"ndjson\"\n"
                              "files = [\"none\"]\noptional = true\nmapping = \"events.map\"\n");
    for (const auto& f : fs::recursive_directory_iterator(folder_)) {
      if (f.is_regular_file())
        fs::last_write_time(f.path(), fs::last_write_time(f.path()) - std::chrono::hours(1));
    }
  }
  void write(const std::string& name, const std::string& text) {
    fs::create_directories((folder_ / name).parent_path());
    ASSERT_TRUE(write_file_atomically(folder_ / name, text).ok());
  }
  std::vector<std::string> files_read() {
    judge::Problems problems;
    auto mission = load_mission(folder_, {}, problems);
    EXPECT_TRUE(mission.ok()) << mission.error().to_text();
    return mission.ok() ? mission->files : std::vector<std::string>();
  }

  fs::path folder_;
};

TEST_F(OwnFiles, all_that_a_mission_is_read_from_are_looked_at_and_feeds_are_not) {
  MissionFiles own(folder_);
  const auto files = files_read();
  own.know(files);
  EXPECT_FALSE(own.have_changed());
  EXPECT_EQ(std::count(files.begin(), files.end(), "events.map"), 1);
  for (const auto& name : files) {
    write(name, *read_file(folder_ / name) + "\n");
    EXPECT_TRUE(own.have_changed()) << name;
    EXPECT_FALSE(own.have_changed()) << name;
  }
  for (const char* name :
       {"feeds/reports.ndjson", "feeds/new.csv", "SOURCES.md", "var/log/x.toml"}) {
    write(name, "one more");
    EXPECT_FALSE(own.have_changed()) << name;
  }
}

TEST_F(OwnFiles, one_that_comes_or_goes_is_a_change) {
  MissionFiles own(folder_);
  own.know(files_read());
  for (const char* name :
       {"ground.csv", "cases.csv", "points.toml", "text/en.md", "geo/new.geojson"}) {
    write(name, "new");
    EXPECT_TRUE(own.have_changed()) << name;
    fs::remove(folder_ / name);
    EXPECT_TRUE(own.have_changed()) << name;
  }
  fs::remove(folder_ / "force.toml");
  EXPECT_TRUE(own.have_changed());
}

// Whoever loads cannot tell whether it read what stood there before.
TEST_F(OwnFiles, a_change_while_the_mission_is_loaded_is_seen) {
  for (const char* name : {"agreement.toml", "events.map"}) {
    MissionFiles own(folder_);
    const auto files = files_read();
    write(name, *read_file(folder_ / name) + "\n");
    own.know(files);
    EXPECT_TRUE(own.have_changed()) << name;
    EXPECT_FALSE(own.have_changed()) << name;
  }
}

TEST_F(OwnFiles, what_stands_in_the_place_of_a_file_is_seen) {
  const auto marks_of = [this] {
    Marks out;
    add_mark(out, folder_ / "place");
    return out;
  };
  const Marks nothing = marks_of();
  EXPECT_TRUE(nothing.empty());
  fs::create_directory(folder_ / "place");
  const Marks folder = marks_of();
  EXPECT_EQ(folder.size(), 1U);
  fs::remove(folder_ / "place");
  write("place", "a row\n");
  EXPECT_NE(marks_of(), folder);
}

}  // namespace
}  // namespace truce::app
