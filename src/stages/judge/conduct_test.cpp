#include "stages/judge/conduct.h"

#include <gtest/gtest.h>

namespace truce::judge {
namespace {

Observation weapon_seen(WeaponClass weapon, const std::string& words, std::int64_t count) {
  Observation o;
  o.id = "o1";
  o.shape = PointShape{*LatLon::from_degrees(48.1, 37.9), 100, 100, 0};
  Item item;
  item.count = Count::exact(count);
  item.classes = ClassProbabilities::certain(EffectClass::kOther);
  item.weapon = weapon;
  item.weapon_text = words;
  o.items = {item};
  o.p_real = 0.9;
  return o;
}

TEST(Conduct, of_a_weapon_that_stood_somewhere_is_presence) {
  const auto c = conduct_of(weapon_seen(WeaponClass::kArtillery, "122mm D-30", 4), 64);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->act, Act::kPresence);
  EXPECT_EQ(c->domain, Domain::kLand);
  EXPECT_EQ(c->subject, "o1");
  EXPECT_EQ(c->count, (CountInterval{4, 4, 4, false}));
  EXPECT_EQ(c->weapons.front().min_mm, 122);
  EXPECT_EQ(c->at.places().size(), 64U);
  EXPECT_TRUE(c->from.empty());
  EXPECT_EQ(c->p_real, 0.9);
}

TEST(Conduct, of_what_flew_is_overflight) {
  const auto c = conduct_of(weapon_seen(WeaponClass::kUav, "", 1), 8);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->act, Act::kOverflight);
  EXPECT_EQ(c->domain, Domain::kAir);
}

TEST(Conduct, is_none_without_a_weapon_or_a_place_or_where_it_was_fire) {
  Observation o = weapon_seen(WeaponClass::kUnknown, "", 1);
  EXPECT_FALSE(conduct_of(o, 8).has_value());
  o = weapon_seen(WeaponClass::kTank, "", 1);
  o.shape = Nowhere{};
  EXPECT_FALSE(conduct_of(o, 8).has_value());
  o = weapon_seen(WeaponClass::kTank, "", 1);
  o.items[0].classes = ClassProbabilities::certain(EffectClass::kExplosionOutgoing);
  EXPECT_FALSE(conduct_of(o, 8).has_value());
}

TEST(Conduct, of_a_statement_about_the_force_names_who_said_it) {
  Statement s;
  s.id = "s1";
  s.party = "north";
  s.about = "post/p2";
  const auto c = conduct_of(s);
  ASSERT_TRUE(c.has_value());
  EXPECT_EQ(c->act, Act::kStatement);
  EXPECT_EQ(c->parties, (std::map<std::string, double>{{"north", 1}}));
  EXPECT_EQ(c->targets, std::vector<std::string>{"force"});
  s.about = "point/3";
  EXPECT_FALSE(conduct_of(s).has_value());
}

}  // namespace
}  // namespace truce::judge
