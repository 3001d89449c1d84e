#include "base/units.h"

#include <gtest/gtest.h>

namespace truce {
namespace {

Wedge wedge(std::initializer_list<std::string_view> words) {
  return *parse_compass_wedge(words.begin(), words.size());
}

TEST(Compass, knows_sixteen_winds_both_ways) {
  for (int i = 0; i < 16; ++i) EXPECT_EQ(*parse_compass_deg(compass_word(i * 22.5)), i * 22.5);
  EXPECT_EQ(*parse_compass_deg("ese"), 112.5);
  EXPECT_EQ(compass_word(359), "N");
  EXPECT_FALSE(parse_compass_deg("NNNE").ok());
}

TEST(Compass, joins_words_over_north) {
  const Wedge w = wedge({"NW", "NNE"});
  EXPECT_DOUBLE_EQ(w.azimuth_deg, 348.75);
  EXPECT_DOUBLE_EQ(w.half_width_deg, 45.0);
  EXPECT_TRUE(w.contains(315));
  EXPECT_TRUE(w.contains(30));
  EXPECT_FALSE(w.contains(180));
  EXPECT_DOUBLE_EQ(wedge({"E"}).half_width_deg, 11.25);
  EXPECT_TRUE(wedge({"N", "S"}).contains(90) != wedge({"N", "S"}).contains(270));
}

TEST(Azimuth, differs_by_the_short_way) {
  EXPECT_DOUBLE_EQ(azimuth_difference_deg(350, 10), -20);
  EXPECT_DOUBLE_EQ(azimuth_difference_deg(10, 350), 20);
  EXPECT_DOUBLE_EQ(normalize_azimuth_deg(-90), 270);
  EXPECT_DOUBLE_EQ(normalize_azimuth_deg(720), 0);
}

}  // namespace
}  // namespace truce
