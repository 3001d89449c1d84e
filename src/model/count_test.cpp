#include "model/count.h"

#include <gtest/gtest.h>

#include <random>

#include "model/vocabulary.h"

namespace truce {
namespace {

TEST(Count, keeps_the_words_people_use) {
  for (const char* text :
       {"37", "about 800", "almost 50", "over 2000", "at least 3", "up to 5", "10-15", "n/k"}) {
    ASSERT_TRUE(parse_count(text).ok()) << text;
    EXPECT_EQ(to_text(*parse_count(text)), text);
  }
  EXPECT_EQ(*parse_count("over 2,000"), Count::over(2000));
  EXPECT_EQ(*parse_count("1 300"), Count::exact(1300));
  EXPECT_EQ(*parse_count("~150"), Count::about(150));
  EXPECT_EQ(*parse_count(">1300"), Count::over(1300));
  EXPECT_EQ(*parse_count("more than 30"), Count::over(30));
  EXPECT_EQ(*parse_count("ca. 20"), Count::about(20));
}

TEST(Count, refuses_what_is_none) {
  for (const char* bad :
       {"", "-3", "3.5", "many", "1,30", "15-10", "9999999999999999999", "about", "1,2,3"}) {
    EXPECT_FALSE(parse_count(bad).ok()) << bad;
  }
}

TEST(Count, subtracts_from_about_and_stays_as_vague_as_the_whole) {
  const Count rest = *subtract(Count::about(800), Count::exact(658));
  EXPECT_EQ(to_text(rest), "about 142");
  EXPECT_EQ(*rest.high() - rest.low(), *Count::about(800).high() - Count::about(800).low());
  EXPECT_FALSE(subtract(Count::exact(3), Count::exact(5)).ok());
  EXPECT_EQ(to_text(*subtract(Count::at_least(10), Count::exact(4))), "at least 6");
}

// Whatever the true numbers were, the interval of the sum and of the difference holds theirs.
TEST(Count, arithmetic_contains_every_truth) {
  std::mt19937 random(5);
  const auto any = [&random](std::int64_t n) {
    switch (random() % 7) {
      case 0:
        return Count::exact(n);
      case 1:
        return Count::about(n);
      case 2:
        return Count::almost(n);
      case 3:
        return Count::over(n);
      case 4:
        return Count::at_least(n);
      case 5:
        return Count::at_most(n);
      default:
        return Count::range(n, n + random() % 20);
    }
  };
  const auto truth = [&random](const Count& c) {
    const std::int64_t top = c.high().value_or(c.low() + 30);
    return c.low() + static_cast<std::int64_t>(random() % static_cast<unsigned>(top - c.low() + 1));
  };
  for (int i = 0; i < 20'000; ++i) {
    const Count a = any(random() % 500), b = any(random() % 500);
    const std::int64_t x = truth(a), y = truth(b);
    const Count sum = a + b;
    EXPECT_LE(sum.low(), x + y);
    EXPECT_GE(sum.high().value_or(x + y), x + y);
    if (x < y) continue;
    const auto difference = subtract(a, b);
    ASSERT_TRUE(difference.ok());
    EXPECT_LE(difference->low(), x - y);
    EXPECT_GE(difference->high().value_or(x - y), x - y);
  }
}

TEST(CountInterval, is_written_best_first) {
  EXPECT_EQ(to_text(CountInterval{9, 11, 14, false}), "11 (9–14)");
  EXPECT_EQ(to_text(CountInterval{7, 7, 7, false}), "7");
  EXPECT_EQ(to_text(interval_of(Count::at_least(3))), "3 (at least 3)");
}

// These names and numbers stand in logs for ever: do not change them, only add.
TEST(Vocabulary, keeps_its_names) {
  const char* effects[] = {"explosion_impact",
                           "explosion_airburst",
                           "explosion_outgoing",
                           "explosion_undetermined",
                           "projectile",
                           "muzzle_flash",
                           "illumination_flare",
                           "burst",
                           "shot",
                           "bursts_and_shots",
                           "heat",
                           "harm",
                           "alert",
                           "other"};
  for (std::size_t i = 0; i < kEffectClasses; ++i) {
    EXPECT_EQ(to_string(static_cast<EffectClass>(i)), effects[i]);
    EXPECT_EQ(effect_class_from(effects[i]), static_cast<EffectClass>(i));
  }
  const char* weapons[] = {"unknown",   "small_arms", "heavy_machine_gun", "grenade_launcher",
                           "mortar",    "artillery",  "rocket_artillery",  "tank",
                           "anti_tank", "missile",    "aircraft",          "uav",
                           "mine"};
  for (std::size_t i = 0; i < kWeaponClasses; ++i)
    EXPECT_EQ(to_string(static_cast<WeaponClass>(i)), weapons[i]);
  EXPECT_FALSE(effect_class_from("Explosion").has_value());
}

TEST(Vocabulary, counts_as_violations_what_reports_do) {
  EXPECT_TRUE(counts_as_violation(EffectClass::kIlluminationFlare));
  EXPECT_FALSE(counts_as_violation(EffectClass::kAlert));
  EXPECT_FALSE(counts_as_violation(EffectClass::kHeat));
  EXPECT_FALSE(counts_as_violation(EffectClass::kHarm));
}

}  // namespace
}  // namespace truce
