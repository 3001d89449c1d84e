#include "stages/judge/differences.h"

#include <gtest/gtest.h>

#include "model/identity.h"

namespace truce::judge {
namespace {

Provision provision_named(const std::string& id) {
  Provision p;
  p.id = id;
  return p;
}

Agreement two_readings() {
  Agreement a;
  a.readings = {{"base", "", "", {provision_named("1"), provision_named("2")}},
                {"south", "b", "", {provision_named("1"), provision_named("2")}}};
  return a;
}

Finding found(const std::string& provision, const std::string& reading, FindingValue value,
              double place) {
  Finding f;
  f.subject = "i1";
  f.provision = provision;
  f.reading = reading;
  f.value = value;
  f.probability = place;
  f.reasons.push_back({.fact = "time", .probability = 1, .words = "", .message = "", .args = {}});
  f.reasons.push_back(
      {.fact = "place", .probability = place, .words = "", .message = "", .args = {}});
  return f;
}

TEST(Differences, names_the_fact_on_which_readings_part) {
  const auto out = differences(two_readings(), {found("1", "base", FindingValue::kBreach, 1),
                                                found("1", "south", FindingValue::kCompliant, 0.1),
                                                found("2", "base", FindingValue::kBreach, 1),
                                                found("2", "south", FindingValue::kBreach, 0.9)});
  ASSERT_EQ(out.size(), 1U);  // on the other provision they come to the same
  EXPECT_EQ(out[0].id, difference_id("i1", "1"));
  EXPECT_EQ(out[0].facts, std::vector<std::string>{"place"});
  ASSERT_EQ(out[0].sides.size(), 2U);
  EXPECT_EQ(out[0].sides[0], (Difference::Side{"base", FindingValue::kBreach, 1}));
  EXPECT_EQ(out[0].sides[1], (Difference::Side{"south", FindingValue::kCompliant, 0.1}));
}

TEST(Differences, may_rest_on_the_standard_of_proof_alone) {
  Finding strict = found("1", "south", FindingValue::kUndeterminable, 0.7);
  strict.threshold = 0.95;
  Finding base = found("1", "base", FindingValue::kBreach, 0.7);
  base.threshold = 0.65;
  const auto out = differences(two_readings(), {base, strict});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].facts, std::vector<std::string>{"standard_of_proof"});
}

TEST(Differences, holds_a_reading_that_finds_nothing_to_be_one_under_which_it_does_not_apply) {
  auto out = differences(two_readings(), {found("1", "south", FindingValue::kBreach, 1)});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].sides[0].value, FindingValue::kNotApplicable);
  EXPECT_EQ(out[0].facts, std::vector<std::string>{"place"});
  Agreement only_south = two_readings();
  only_south.readings[0].provisions.erase(only_south.readings[0].provisions.begin());
  out = differences(only_south, {found("1", "south", FindingValue::kBreach, 1)});
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].facts, std::vector<std::string>{"provision"});
  EXPECT_TRUE(
      differences(two_readings(), {found("1", "south", FindingValue::kNotApplicable, 0)}).empty());
}

}  // namespace
}  // namespace truce::judge
