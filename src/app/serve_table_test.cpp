#include "app/serve_table.h"

#include <gtest/gtest.h>

namespace truce::app {

namespace {

ServeTable parsed(const char* text, judge::Problems& problems) {
  return parse_serve_table(toml::parse(text), "m", problems);
}

TEST(ServeTable, says_where_maps_lie_and_whose_view_is_drawn) {
  judge::Problems problems;
  EXPECT_EQ(parsed("", problems).basemap, "m/var/basemap");
  const ServeTable table = parsed("[serve]\nbasemap = \"maps\"\nboundaries = \"un\"", problems);
  EXPECT_EQ(table.basemap, "m/maps");
  EXPECT_EQ(table.boundaries, "un");
  EXPECT_TRUE(table.tiles.empty());
  EXPECT_TRUE(problems.errors.empty());
}

TEST(ServeTable, refuses_what_means_nothing_with_its_line) {
  for (const char* bad : {"serve = 1", "[serve]\nbasmap = \"x\"", "[serve]\ntiles = 1",
                          "[serve]\ntiles = \"none.mbtiles\"", "[serve]\nboundaries = \"\""}) {
    judge::Problems problems;
    parsed(bad, problems);
    ASSERT_EQ(problems.errors.size(), 1U) << bad;
    EXPECT_GT(problems.errors[0].place.line, 0U) << bad;
  }
}

}  // namespace

}  // namespace truce::app
