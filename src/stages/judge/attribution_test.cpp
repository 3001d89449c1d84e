#include "stages/judge/attribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "model/messages.h"

namespace truce::judge {
namespace {

LatLon ground_at(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

Area box(double south, double north, double west, double east) {
  return *Area::from_rings(
      {{{ground_at(south, west), ground_at(south, east), ground_at(north, east),
         ground_at(north, west), ground_at(south, west)},
        {}}});
}

// A held the west of 38°, B the east of 38.02°; between them nobody.
Agreement two_sides() {
  Agreement a;
  a.parties = {{"a", "A", {}}, {"b", "B", {}}};
  a.zones = {Zone{"west", "", "control", "a", box(46, 51, 35, 38)},
             Zone{"east", "", "control", "b", box(46, 51, 38.02, 41)}};
  return a;
}

double of(const Attribution& a, const std::string& party) {
  for (const auto& x : a.alternatives) {
    if (x.party == party) return x.probability;
  }
  return -1;
}

Conduct impact(double lon) {
  Conduct c;
  c.at = PlaceSample(std::vector<LatLon>{ground_at(48, lon)});
  Weapon mortar;
  mortar.weapon = WeaponClass::kMortar;
  mortar.min_mm = mortar.max_mm = 120;
  c.weapons = {mortar};
  return c;
}

TEST(Attribution, names_who_held_the_place_of_firing) {
  Conduct c;
  c.from = PlaceSample(std::vector<LatLon>{ground_at(48, 37.9)});
  const Attribution found = attribute(two_sides(), c, {});
  EXPECT_EQ(found.alternatives.front().party, "a");
  EXPECT_NEAR(of(found, "a"), 0.98, 1e-12);
  EXPECT_EQ(of(found, "b"), 0);
  EXPECT_NEAR(of(found, kCannotBeDetermined), 0.02, 1e-12);
}

TEST(Attribution, says_nothing_of_ground_that_nobody_held) {
  Conduct c;
  c.from = PlaceSample(std::vector<LatLon>{ground_at(48, 38.01)});
  EXPECT_EQ(of(attribute(two_sides(), c, {}), kCannotBeDetermined), 1);
  EXPECT_EQ(of(attribute(two_sides(), Conduct{}, {}), kCannotBeDetermined), 1);
}

TEST(Attribution, follows_who_held_it_then) {
  Agreement a = two_sides();
  const Instant change = *parse_instant("2026-01-10T00:00:00Z");
  a.zones[0].valid.end = change;
  a.zones.push_back(Zone{"west", "", "control", "b", box(46, 51, 35, 38), {change, {INT64_MAX}}});
  Conduct c;
  c.from = PlaceSample(std::vector<LatLon>{ground_at(48, 37.9)});
  c.when = {change - Duration::hours(1), change - Duration::hours(1)};
  EXPECT_GT(of(attribute(a, c, {}), "a"), 0.9);
  c.when = {change, change};
  EXPECT_GT(of(attribute(a, c, {}), "b"), 0.9);
  c.when = {change - Duration::hours(1), change + Duration::hours(1)};
  EXPECT_EQ(of(attribute(a, c, {}), kCannotBeDetermined), 1);
}

// A mortar reaches 7 km: what fell 20 km behind the line came from the same side.
TEST(Attribution, narrows_by_the_reach_of_the_weapon) {
  EXPECT_GT(of(attribute(two_sides(), impact(37.7), {}), "a"), 0.9);
  const Attribution near = attribute(two_sides(), impact(38.01), {});
  EXPECT_NEAR(of(near, "a"), of(near, "b"), 0.05);
  Conduct far = impact(37.7);
  far.weapons[0].weapon = WeaponClass::kMissile;
  EXPECT_LT(of(attribute(two_sides(), far, {}), "a"), 0.7);
}

TEST(Attribution, narrows_by_the_direction_of_fire) {
  const Conduct c = impact(38.01);
  EXPECT_GT(of(attribute(two_sides(), c, {Direction{270, 10}, {}}), "a"), 0.85);
  EXPECT_GT(of(attribute(two_sides(), c, {Direction{90, 10}, {}}), "b"), 0.85);
}

TEST(Attribution, heeds_what_a_party_says_of_itself) {
  const Conduct c = impact(38.01);
  EXPECT_GT(of(attribute(two_sides(), c, {{}, {"b"}}), "b"), 0.9);
  EXPECT_EQ(of(attribute(two_sides(), c, {{}, {"b", "b"}}), "b"),
            of(attribute(two_sides(), c, {{}, {"b"}}), "b"));
  // Two that both say so, and somebody who is no party, say nothing of which it was.
  EXPECT_EQ(attribute(two_sides(), c, {{}, {"a", "b"}}).alternatives.front().probability,
            attribute(two_sides(), c, {}).alternatives.front().probability);
  EXPECT_EQ(of(attribute(two_sides(), c, {{}, {"x"}}), "b"),
            of(attribute(two_sides(), c, {}), "b"));
}

TEST(Attribution, takes_what_stands_somewhere_to_be_of_who_held_the_ground) {
  Conduct c = impact(37.9);
  c.act = Act::kPresence;
  EXPECT_NEAR(of(attribute(two_sides(), c, {}), "a"), 0.98, 1e-12);
}

Observation flew(double from_deg) {
  Observation o;
  o.items.emplace_back();
  o.items.back().from_deg = from_deg;
  return o;
}

TEST(Attribution, takes_the_mean_of_directions_told_and_none_of_those_that_contradict) {
  const Observation west = flew(270), south_west = flew(250), east = flew(90), silent;
  ASSERT_TRUE(direction_of({&west, &south_west, &silent}).has_value());
  EXPECT_NEAR(direction_of({&west, &south_west, &silent})->from_deg, 260, 1e-9);
  EXPECT_FALSE(direction_of({&west, &east}).has_value());
  EXPECT_FALSE(direction_of({&silent}).has_value());
  Observation towards;
  towards.items.emplace_back();
  towards.items.back().to_deg = 10;
  EXPECT_NEAR(direction_of({&towards})->from_deg, 190, 1e-9);
}

TEST(Attribution, reads_what_a_statement_admits) {
  Statement s;
  s.about = "admission/o20260301T000000-1";
  EXPECT_EQ(admission_of(s), "o20260301T000000-1");
  s.about = "point/3";
  EXPECT_EQ(admission_of(s), "");
}

TEST(Attribution, says_why_in_three_languages) {
  const Attribution found = attribute(two_sides(), impact(38.01), {{}, {"b"}});
  for (const auto& x : found.alternatives) {
    for (const Language l : kLanguages) EXPECT_TRUE(has_message(x.message, l)) << x.message;
    EXPECT_EQ(x.words, say({x.message, x.args}, Language::kEnglish));
  }
  EXPECT_NE(found.alternatives.front().words.find("B said of itself"), std::string::npos);
}

TEST(Attribution, treats_both_parties_alike) {
  Agreement exchanged = two_sides();
  exchanged.zones[0].party = "b";
  exchanged.zones[1].party = "a";
  for (double lon = 37.6; lon < 38.4; lon += 0.01) {
    for (const char* who : {"", "a", "b"}) {
      Traces traces, mirrored;
      if (*who != 0) traces.admitted_by = {who};
      if (*who != 0) mirrored.admitted_by = {*who == 'a' ? "b" : "a"};
      const auto one = attribute(two_sides(), impact(lon), traces);
      const auto two = attribute(exchanged, impact(lon), mirrored);
      EXPECT_EQ(of(one, "a"), of(two, "b"));
      EXPECT_EQ(of(one, "b"), of(two, "a"));
    }
  }
}

// Guns stand where their side holds the ground, and are located with the error that is stated: of
// those of which p is said, a share p must be right.
TEST(Attribution, is_right_as_often_as_it_says) {
  std::mt19937_64 dice(11);
  std::uniform_real_distribution<double> lon(37.9, 38.12);
  std::normal_distribution<double> error(0, 1);
  struct Bin {
    double said = 0, right = 0;
    int n = 0;
  };
  std::map<int, Bin> bins;
  for (int k = 0; k < 20'000; ++k) {
    const double true_lon = lon(dice);
    if (true_lon >= 38 && true_lon < 38.02) continue;
    const double sigma_m = 1500;
    const double shift_m = error(dice) * sigma_m;
    Conduct c;
    const LatLon stated =
        destination(ground_at(48, true_lon), shift_m < 0 ? 270 : 90, std::abs(shift_m));
    c.from = PlaceSample(PointShape{stated, sigma_m * sigma_m, sigma_m * sigma_m, 0}, 256);
    const Attribution found = attribute(two_sides(), c, {});
    const double a = of(found, "a"), b = of(found, "b");
    if (a + b == 0) continue;
    // Of what is said of parties at all.
    const double said = std::max(a, b) / (a + b);
    const bool is_a = true_lon < 38;
    Bin& bin = bins[static_cast<int>(said * 10)];
    bin.said += said;
    bin.right += (a > b) == is_a ? 1 : 0;
    ++bin.n;
  }
  for (const auto& [_, bin] : bins) {
    if (bin.n < 200) continue;
    const double sigma = std::sqrt(0.25 / bin.n);
    EXPECT_NEAR(bin.right / bin.n, bin.said / bin.n, 3 * sigma + 0.02) << bin.said / bin.n;
  }
}

}  // namespace
}  // namespace truce::judge
