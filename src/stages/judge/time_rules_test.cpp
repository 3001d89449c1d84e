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

// A gate and an escalation of what the cumulation beside them comes to.
std::string rules_about(const std::string& breaches, const std::string& cumulation) {
  return R"([[gate]]
id = "g"
words = "w"
sectors = ["s1"]
classes = ["burst"]
from = "2016-10-01T00:00"
days = 7
coverage_min = 0.8
unobserved_max = 3
breaches = [")" +
         breaches + R"("]
standard = "clear"
breach_while_open = "lost"
[[escalation]]
id = "e"
words = "w"
breaches = [")" +
         breaches + R"("]
standard = "clear"
pause_max = "6 h"
same_place = "anywhere"
[[escalation.tier]]
id = "t"
words = "w"
needs = "breach"
[[cumulation]]
id = ")" +
         cumulation +
         R"("
words = "w"
breaches = ["1"]
standard = "clear"
number = 3
severity = "minor"
window = "24 h"
counts_as = "serious"
per = "all"
)";
}

ClockRules clocks_read(const std::string& text, std::vector<std::string>& errors) {
  const auto parsed = toml::parse(text);
  Problems problems;
  TomlReader r("agreement.toml", problems);
  r.set_zone(kyiv());
  auto out = parse_clocks(static_cast<const toml::table&>(parsed), r,
                          {{"a", "b"}, {"1"}, {{"clear", 0.8}}, {"minor", "serious"}, false, {}});
  for (const Error& e : problems.errors) errors.push_back(e.to_text());
  return out;
}

TEST(TimeRules, gates_and_escalations_name_cumulations_as_they_name_provisions) {
  std::vector<std::string> errors;
  const ClockRules rules = clocks_read(rules_about("three-minor", "three-minor"), errors);
  EXPECT_TRUE(errors.empty()) << errors.front();
  // Three flights alone are nothing to the gate; as one breach they take its count back.
  Timeline t;
  watch(t, "2016-10-01", 6);
  for (const char* id : {"f1", "f2", "f3"})
    t.breaches.push_back(breach(id, point("2016-10-05T10:00")));
  const AsOf as{kyiv(), at("2016-10-06T00:00")};
  EXPECT_EQ(states_of(rules, t, as).gates.at(0).days.back().why.key, "gate.today");
  EXPECT_EQ(states_of(rules, t, as).gates.at(0).days.back().low, 0);
  EXPECT_EQ(states_of(rules, t, as).escalations.at(0).size(), 1U);
  t.breaches.pop_back();
  EXPECT_EQ(states_of(rules, t, as).gates.at(0).days.back().low, 5);
  EXPECT_TRUE(states_of(rules, t, as).escalations.at(0).empty());
}

// One that only may have come to a graver breach takes nothing away, and lets nothing count.
TEST(TimeRules, a_cumulation_that_is_only_possible_pauses_a_gate) {
  std::vector<std::string> errors;
  const ClockRules rules = clocks_read(rules_about("three-minor", "three-minor"), errors);
  Timeline t;
  watch(t, "2016-10-01", 6);
  for (const char* time : {"2016-10-03T12:00", "2016-10-03T13:00", "2016-10-04T11:00"})
    t.breaches.push_back(breach(time, point(time)));
  t.breaches.back().when.end = at("2016-10-04T13:00");
  const auto days = states_of(rules, t, {kyiv(), at("2016-10-06T00:00")}).gates.at(0).days;
  ASSERT_EQ(days.size(), 6U);
  EXPECT_EQ(days[3].why.key, "gate.doubt");
  EXPECT_EQ(days[3].state, GateState::kPaused);
  EXPECT_EQ(days[4].low, 4);
}

TEST(TimeRules, a_cumulation_has_no_name_of_a_provision_and_what_is_named_is_there) {
  std::vector<std::string> errors;
  clocks_read(rules_about("1", "1"), errors);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].find("there is a provision \"1\" whose breaches bear that name"),
            std::string::npos)
      << errors[0];
  errors.clear();
  clocks_read(rules_about("2", "three-minor"), errors);
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_NE(errors[0].find("there is no provision or cumulation \"2\""), std::string::npos);
}

TEST(TimeRules, say_of_a_mistake_nothing_that_only_follows_from_it) {
  const char* const kOwed =
      "[[obligation]]\nid = \"o\"\nwords = \"w\"\nkind = \"achievement\"\ntrigger = \"t\"\n"
      "act = \"a\"\nstandard = \"clear\"\n";
  EXPECT_EQ(read_rules(kOwed + std::string("within = \"999999999 days\"\n")).errors.size(), 1U);
  const auto none = read_rules(kOwed).errors;
  ASSERT_EQ(none.size(), 1U);
  EXPECT_NE(none[0].find("without a deadline"), std::string::npos);
}

}  // namespace
}  // namespace truce::judge::time_tests
