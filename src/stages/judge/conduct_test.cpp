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
  const auto all = conducts_of(weapon_seen(WeaponClass::kArtillery, "122mm D-30", 4), 64);
  ASSERT_EQ(all.size(), 1U);
  const Conduct* c = all.data();
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
  const auto all = conducts_of(weapon_seen(WeaponClass::kUav, "", 1), 8);
  ASSERT_EQ(all.size(), 1U);
  const Conduct* c = all.data();
  EXPECT_EQ(c->act, Act::kOverflight);
  EXPECT_EQ(c->domain, Domain::kAir);
}

TEST(Conduct, of_a_gun_and_a_drone_seen_at_once_are_two) {
  Observation o = weapon_seen(WeaponClass::kArtillery, "", 1);
  o.items.push_back(weapon_seen(WeaponClass::kUav, "", 3).items.front());
  const auto all = conducts_of(o, 8);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].act, Act::kPresence);
  EXPECT_EQ(all[1].act, Act::kOverflight);
  EXPECT_EQ(all[1].count.best, 3);
}

TEST(Conduct, along_a_way_was_at_every_place_of_it) {
  Observation o = weapon_seen(WeaponClass::kUav, "", 1);
  o.shape =
      Track{{{*LatLon::from_degrees(48, 37), {0}}, {*LatLon::from_degrees(48, 38), {60}}}, 50};
  const auto all = conducts_of(o, 32);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].is_way);
  EXPECT_EQ(all[0].at.places().size(), 32U);
}

TEST(Conduct, takes_nine_tenths_for_sure_and_less_not) {
  ClassProbabilities c;
  c.p[static_cast<std::size_t>(EffectClass::kExplosionOutgoing)] = static_cast<float>(0.9);
  EXPECT_TRUE(is_of_a_muzzle(c));
  c.p[static_cast<std::size_t>(EffectClass::kExplosionOutgoing)] = 0.89F;
  EXPECT_FALSE(is_of_a_muzzle(c));
}

TEST(Conduct, is_none_without_a_weapon_or_a_place_or_where_it_was_fire) {
  Observation o = weapon_seen(WeaponClass::kUnknown, "", 1);
  EXPECT_TRUE(conducts_of(o, 8).empty());
  o = weapon_seen(WeaponClass::kTank, "", 1);
  o.shape = Nowhere{};
  EXPECT_TRUE(conducts_of(o, 8).empty());
  o = weapon_seen(WeaponClass::kTank, "", 1);
  o.items[0].classes = ClassProbabilities::certain(EffectClass::kExplosionOutgoing);
  EXPECT_TRUE(conducts_of(o, 8).empty());
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
