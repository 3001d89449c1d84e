#include "sim/reported.h"

#include <gtest/gtest.h>

namespace truce::sim {
namespace {

TEST(Reported, is_one_effect_per_line) {
  const auto r = parse_reported(
      "{\"arrivals\":[0,2],\"x_m\":1.5,\"y_m\":-2,\"time_s\":3,\"region90\":[[0,0],[1,0],[1,1]]}"
      "\n\n"
      "{\"time_s\":1,\"y_m\":0,\"x_m\":0,\"arrivals\":[]}",
      "f", 3);
  ASSERT_TRUE(r.ok()) << r.error().to_text();
  ASSERT_EQ(r->size(), 2U);
  EXPECT_EQ((*r)[0].arrivals, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_DOUBLE_EQ((*r)[0].y_m, -2);
  EXPECT_EQ((*r)[0].region90.size(), 3U);
  EXPECT_TRUE((*r)[0].region50.empty());
}

TEST(Reported, names_line_and_field_of_what_is_wrong) {
  const auto complaint = [](const std::string& text) {
    const auto r = parse_reported(text, "f", 3);
    return r.ok() ? std::string() : r.error().to_text();
  };
  const std::string good = "{\"arrivals\":[],\"x_m\":1,\"y_m\":1,\"time_s\":1}\n";
  EXPECT_NE(complaint(good + "nonsense\n").find("f:2"), std::string::npos);
  EXPECT_NE(
      complaint(good + good + "{\"arrivals\":[3],\"x_m\":1,\"y_m\":1,\"time_s\":1}").find("f:3"),
      std::string::npos);
  EXPECT_NE(complaint("{\"arrivals\":[],\"x_m\":\"1\",\"y_m\":1,\"time_s\":1}").find("x_m"),
            std::string::npos);
  EXPECT_NE(complaint("[]").find("no JSON object"), std::string::npos);
}

}  // namespace
}  // namespace truce::sim
