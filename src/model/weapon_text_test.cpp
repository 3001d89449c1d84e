#include "model/weapon_text.h"

#include <gtest/gtest.h>

namespace truce {
namespace {

TEST(WeaponText, reads_the_calibre_where_one_is_named) {
  EXPECT_EQ(weapon_words("122mm howitzer"), (WeaponWords{122, ""}));
  EXPECT_EQ(weapon_words("mortar (82 mm)"), (WeaponWords{82, ""}));
  EXPECT_EQ(weapon_words("14.5mm heavy machine gun"), (WeaponWords{14.5, ""}));
  EXPECT_EQ(weapon_words("100mm or 100 MM"), (WeaponWords{100, ""}));
}

TEST(WeaponText, lists_every_system_that_words_can_name) {
  const auto systems = weapon_systems();
  EXPECT_GE(systems.size(), 15U);
  for (const auto s : systems) EXPECT_EQ(weapon_words(s).system, s);
}

TEST(WeaponText, says_nothing_where_the_words_do_not) {
  EXPECT_EQ(weapon_words(""), (WeaponWords{}));
  EXPECT_EQ(weapon_words("small arms"), (WeaponWords{}));
  EXPECT_EQ(weapon_words("120mm or 122mm"), (WeaponWords{}));
  EXPECT_EQ(weapon_words("within 300 m"), (WeaponWords{}));
  EXPECT_EQ(weapon_words("5000mm"), (WeaponWords{}));
  EXPECT_EQ(weapon_words("x120mm"), (WeaponWords{}));
  EXPECT_EQ(weapon_words("graduated fire"), (WeaponWords{}));
}

TEST(WeaponText, knows_systems_by_name) {
  EXPECT_EQ(weapon_words("BM-21 Grad"), (WeaponWords{122, "grad"}));
  EXPECT_EQ(weapon_words("Tornado-S launcher"), (WeaponWords{300, "tornado-s"}));
  EXPECT_EQ(weapon_words("Tochka-U"), (WeaponWords{650, "tochka-u"}));
  EXPECT_EQ(weapon_words("2S1 Gvozdika, 122mm"), (WeaponWords{122, "2s1"}));
}

}  // namespace
}  // namespace truce
