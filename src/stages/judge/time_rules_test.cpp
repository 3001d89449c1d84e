#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "stages/judge/internal/time_tests.h"

namespace truce::judge::time_tests {
namespace {

// What stands between ```toml and ``` on a page.
std::string examples_of(const std::string& page) {
  std::ifstream in(page);
  std::string out, line;
  bool inside = false;
  while (std::getline(in, line)) {
    if (line.starts_with("```"))
      inside = line == "```toml";
    else if (inside)
      out += line + "\n";
  }
  return out;
}

TEST(TimeRules, the_examples_of_the_page_are_what_they_say) {
  std::string text = examples_of(std::string(TRUCE_SOURCE_DIR) + "/docs/agreement-time.md");
  const Rules rules = read_rules(text);
  for (const auto& e : rules.errors) ADD_FAILURE() << e;
  ASSERT_EQ(rules.gates.size(), 1U);
  EXPECT_EQ(rules.gates[0].steps.at(1).mirrored, std::optional(Duration::hours(24)));
  EXPECT_EQ(rules.obligations.size(), 8U);
  ASSERT_EQ(rules.escalations.size(), 1U);
  EXPECT_EQ(rules.escalations[0].tiers.size(), 3U);
  EXPECT_EQ(rules.cumulations.size(), 1U);
}

TEST(TimeRules, two_days_and_the_end_of_day_two_are_as_the_page_says) {
  const Interval monday = point("2016-10-03T15:00");
  Deadline within;
  within.within = Duration::days(2);
  EXPECT_EQ(due(within, monday, kyiv()).latest, at("2016-10-05T15:00"));
  EXPECT_EQ(due({std::nullopt, 2, DayOne::kTheDayItself}, monday, kyiv()).latest.ns + 1,
            at("2016-10-05T00:00").ns);
  EXPECT_EQ(due({std::nullopt, 2, DayOne::kTheDayAfter}, monday, kyiv()).latest.ns + 1,
            at("2016-10-06T00:00").ns);
}

}  // namespace
}  // namespace truce::judge::time_tests
