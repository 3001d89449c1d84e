#include "stages/judge/hazard.h"

#include <gtest/gtest.h>

#include <regex>

#include "base/json.h"

namespace truce::judge {
namespace {

std::string degrees_text(double v) { return std::to_string(v); }

// Posts in a row to the east, 0.1° apart.
Force row_of_posts(double lat, double lon, int number) {
  std::string text =
      "[[contingent]]\nid = \"c1\"\nname = \"Contingent One\"\nstrength = 10\n"
      "[[contingent]]\nid = \"c2\"\nname = \"Contingent Two\"\nstrength = 10\n";
  for (int k = 0; k < number; ++k)
    text += "[[post]]\nid = \"p" + std::to_string(k) + "\"\ncontingent = \"" +
            (k % 2 == 0 ? "c1" : "c2") + "\"\nname = \"Post " + std::to_string(k) +
            "\"\nkind = \"observation\"\nsectors = [\"s1\"]\nlat = " + degrees_text(lat) +
            "\nlon = " + degrees_text(lon + 0.1 * k) + "\n";
  const std::string limits =
      "warning = 0.3\nalarm = 0.8\nall_clear_after = \"2 h\"\nwatched_min = 0.5\n"
      "watch = [\"burst\"]\n";
  text += "[[hazard]]\nkind = \"fire\"\nwithin_m = 2000\n" + limits +
          "[[hazard]]\nkind = \"overflight\"\nwithin_m = 500\n" + limits +
          "[[hazard]]\nkind = \"threat\"\n";
  Problems problems;
  auto f = parse_force(text, "force.toml", {{"s1"}, {}}, problems);
  for (const auto& e : problems.errors) ADD_FAILURE() << e.to_text();
  return f.ok() ? *std::move(f) : Force{};
}
const Force& row_of_five() {
  static const Force kRowOfFive = row_of_posts(48.0, 37.0, 5);
  return kRowOfFive;
}

Instant hours_in(double h) {
  return *parse_instant("2026-02-01T00:00:00Z") + Duration::seconds(h * 3600);
}
Incident incident_near(EffectClass c, double lat, double lon, double radius_m, double p_real = 1) {
  Incident i;
  i.id = "i7";
  i.when = {hours_in(1), hours_in(1.5)};
  i.p_real = p_real;
  i.place.region = NamedPlace{"x", *LatLon::from_degrees(lat, lon), radius_m};
  i.place.sample = PlaceSample(i.place.region, 256);
  i.effects.push_back({c, ClassProbabilities::certain(c), {1, 1, 1, false}});
  i.evidence.push_back({"o1", "s", "s", 1});
  return i;
}
Incident fire_at(double lat, double lon, double radius_m, double p_real = 1) {
  return incident_near(EffectClass::kExplosionImpact, lat, lon, radius_m, p_real);
}

TEST(ForceHazard, is_raised_from_the_one_incident) {
  const auto all = hazards(row_of_five(), fire_at(48.0, 37.101, 100));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].post, "p1");
  EXPECT_EQ(all[0].level, HazardLevel::kAlarm);
  EXPECT_EQ(all[0].since, hours_in(1));
  EXPECT_EQ(all[0].evidence, (std::vector<std::string>{"i7", "o1"}));
  EXPECT_EQ(to_text(all[0]),
            "p1: alarm, fire since 2026-02-01T01:00:00Z, probability 1.0; no all-clear yet");
  EXPECT_TRUE(hazards(row_of_five(), fire_at(48.1, 37.1, 100)).empty());
}

TEST(ForceHazard, weighs_whether_it_happened_and_was_near) {
  const auto doubtful = hazards(row_of_five(), fire_at(48.0, 37.101, 100, 0.5));
  ASSERT_EQ(doubtful.size(), 1U);
  EXPECT_EQ(doubtful[0].level, HazardLevel::kWarning);
  EXPECT_NEAR(*doubtful[0].p, 0.5, 1e-9);
  EXPECT_TRUE(hazards(row_of_five(), fire_at(48.0, 37.101, 100, 0.2)).empty());
  const auto vague =
      hazards(row_of_five(), fire_at(48.0, 37.1, 2000));  // half of its mass within 2 km
  ASSERT_EQ(vague.size(), 1U);
  EXPECT_NEAR(*vague[0].p, 0.5, 0.05);
}

TEST(ForceHazard, grows_with_the_certainty_of_the_event) {
  double last = 0;
  for (double p = 0; p <= 1; p += 0.05) {
    const auto all = hazards(row_of_five(), fire_at(48.0, 37.1, 500, p));
    const double now = all.empty() ? 0 : *all[0].p;
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(ForceHazard, is_not_made_of_what_nobody_can_place_nor_of_heat) {
  Incident nowhere = fire_at(48.0, 37.1, 100);
  nowhere.place = {};
  EXPECT_TRUE(hazards(row_of_five(), nowhere).empty());
  EXPECT_TRUE(hazards(row_of_five(), incident_near(EffectClass::kHeat, 48.0, 37.1, 100)).empty());
}

TEST(ForceHazard, tells_of_drones_over_a_post) {
  Incident drone = incident_near(EffectClass::kOther, 48.0, 37.2, 50);
  drone.effects[0].weapon = WeaponClass::kUav;
  const auto all = hazards(row_of_five(), drone);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].kind, HazardKind::kOverflight);
  EXPECT_EQ(all[0].post, "p2");
  drone.effects[0].weapon = WeaponClass::kTank;  // presence of forces is no overflight
  EXPECT_TRUE(hazards(row_of_five(), drone).empty());
}

// The box that spares the work never hides a hazard: against all posts, near and far, at every
// latitude and over the date line.
TEST(ForceHazard, is_never_lost_by_looking_at_the_box_first) {
  for (const double lat : {0.0, 48.0, 80.0, -89.99}) {
    for (const double lon : {37.0, 179.99, -179.99}) {
      const LatLon post = *LatLon::from_degrees(lat, lon);
      const Force f = row_of_posts(lat, lon, 1);
      for (int k = 0; k < 72; ++k) {
        for (const double away_m : {10.0, 1999.0, 2001.0}) {
          Conduct c;
          c.subject = "c";
          c.at = PlaceSample({destination(post, 5.0 * k, away_m)});
          EXPECT_EQ(hazards(f, c).size(), away_m < 2000 ? 1U : 0U) << lat << " " << lon << " " << k;
        }
      }
    }
  }
}

// ----------------------------------------------------------------------------------- do no harm

std::vector<Hazard> of_all_kinds(const Force& f, double lat, double lon) {
  std::vector<Hazard> out;
  for (int k = 0; k < 8; ++k) {
    for (auto& h : hazards(f, fire_at(lat + 0.003 * k, lon + 0.013 * k, 300.0 * k + 10)))
      out.push_back(h);
  }
  Statement s;
  s.id = "s1";
  s.about = "force";
  for (auto& h : hazards(f, s)) out.push_back(h);
  return out;
}

TEST(ForceHazard, says_nothing_of_place_but_the_post) {
  const auto all = of_all_kinds(row_of_five(), 48.0, 37.1);
  ASSERT_GE(all.size(), 8U);
  const std::regex json(
      R"re(\{"all_clear":"[a-z -]+","all_clear_at":null,"evidence":\["[a-z0-9]+"(,"[a-z0-9]+")*\],)re"
      R"re("kind":"[a-z]+","level":"[a-z]+","p":(null|1|0\.[0-9]),"post":"p[0-9]",)re"
      R"re("since":"[0-9T:Z.-]+"\})re");
  for (const Hazard& h : all) {
    EXPECT_TRUE(std::regex_match(to_json(h), json)) << to_json(h);
    EXPECT_EQ(*canonicalize(to_json(h)), to_json(h));
    for (const char* place : {"48", "37", "lat", "lon", "origin", " m", "km"}) {
      EXPECT_EQ(to_json(h).find(place), std::string::npos) << to_json(h);
      EXPECT_EQ(to_text(h).find(place), std::string::npos) << to_text(h);
    }
  }
}

// The whole scene moved elsewhere: not a byte of what goes out changes.
TEST(ForceHazard, reads_the_same_wherever_the_scene_lies) {
  const auto here = of_all_kinds(row_of_five(), 48.0, 37.1);
  const auto there = of_all_kinds(row_of_posts(48.0, -12.0, 5), 48.0, -11.9);
  ASSERT_EQ(here.size(), there.size());
  for (std::size_t k = 0; k < here.size(); ++k) {
    EXPECT_EQ(to_json(here[k]), to_json(there[k]));
    EXPECT_EQ(to_text(here[k]), to_text(there[k]));
  }
}

TEST(ForceHazard, does_not_tell_a_shot_from_an_impact) {
  const auto impact = hazards(row_of_five(), fire_at(48.0, 37.1, 100));
  for (const EffectClass c : {EffectClass::kExplosionOutgoing, EffectClass::kMuzzleFlash})
    EXPECT_EQ(hazards(row_of_five(), incident_near(c, 48.0, 37.1, 100)), impact);
}

TEST(ForceHazard, is_the_same_whichever_party_it_was) {
  for (int k = 0; k < 20; ++k) {
    Conduct c = conduct_of(fire_at(48.0, 37.1, 200.0 * k + 1));
    c.parties = {{"a", 0.9}, {"b", 0.1}};
    Conduct d = c;
    d.parties = {{"b", 0.9}, {"a", 0.1}};
    EXPECT_EQ(hazards(row_of_five(), c), hazards(row_of_five(), d));
  }
  Statement s;
  s.id = "s1";
  s.about = "post/p1";
  s.party = "a";
  Statement t = s;
  t.party = "b";
  EXPECT_EQ(hazards(row_of_five(), s), hazards(row_of_five(), t));
}

// ----------------------------------------------------------------------------------------- threats

std::vector<std::string> threatened_posts(const std::string& about, const std::string& quote) {
  Statement s;
  s.id = "s1";
  s.when = hours_in(3);
  s.about = about;
  s.quote = quote;
  std::vector<std::string> out;
  for (const auto& h : hazards(row_of_five(), s)) {
    EXPECT_EQ(h.kind, HazardKind::kThreat);
    EXPECT_EQ(h.p, std::nullopt);
    EXPECT_EQ(h.evidence, std::vector<std::string>{"s1"});
    out.push_back(h.post);
  }
  return out;
}

TEST(ForceHazard, of_a_threat_concerns_the_posts_that_it_names) {
  using List = std::vector<std::string>;
  EXPECT_EQ(threatened_posts("post/p1", ""), List{"p1"});
  EXPECT_EQ(threatened_posts("contingent/c2", ""), (List{"p1", "p3"}));
  EXPECT_EQ(threatened_posts("force", "").size(), 5U);
  EXPECT_EQ(threatened_posts("", "Post 3 is a target"), List{"p3"});
  EXPECT_EQ(threatened_posts("", "leave, Contingent Two!"), (List{"p1", "p3"}));
  EXPECT_TRUE(threatened_posts("", "Post 33 and Outpost 3 and Post 3é").empty());
  EXPECT_TRUE(threatened_posts("post/p9", "").empty());
}

// --------------------------------------------------------------------------------------- all-clear

Quiet watched_from(double from, double until, std::optional<double> coverage) {
  Quiet q;
  q.sector = "s1";
  q.when = {hours_in(from), hours_in(until)};
  q.effect_class = EffectClass::kBurst;
  q.coverage = coverage;
  return q;
}
Hazard near_p1(double from, double until) {
  Hazard h;
  h.post = "p1";
  h.since = hours_in(from);
  h.last = hours_in(until);
  h.p = 1;
  return h;
}
Hazard first_cleared(const std::vector<Quiet>& watched,
                     std::vector<Hazard> all = {near_p1(1, 1.5)}) {
  return with_all_clear(row_of_five(), std::move(all), watched).front();
}

TEST(ForceAllClear, comes_after_the_stated_time_of_watched_quiet) {
  const Hazard h = first_cleared({watched_from(0, 24, 0.9)});
  EXPECT_EQ(h.all_clear, AllClear::kClear);
  EXPECT_EQ(h.all_clear_at, hours_in(3.5));
  EXPECT_NE(to_text(h).find("; all-clear at 2026-02-01T03:30:00Z"), std::string::npos);
}

TEST(ForceAllClear, does_not_come_when_nobody_watched) {
  for (const auto& watched : {std::vector<Quiet>{},
                              {watched_from(0, 24, std::nullopt)},
                              {watched_from(0, 24, 0.4)},
                              {watched_from(0, 1, 0.9)}}) {
    const Hazard h = first_cleared(watched);
    EXPECT_EQ(h.all_clear_at, std::nullopt);
    EXPECT_NE(to_text(h).find("no all-clear: not watched"), std::string::npos);
  }
  Quiet elsewhere = watched_from(0, 24, 0.9);
  elsewhere.sector = "s2";
  EXPECT_EQ(first_cleared({elsewhere}).all_clear, AllClear::kNotWatched);
  Quiet other = watched_from(0, 24, 0.9);
  other.effect_class = EffectClass::kShot;
  EXPECT_EQ(first_cleared({other}).all_clear, AllClear::kNotWatched);
}

TEST(ForceAllClear, is_counted_anew_after_a_break) {
  EXPECT_EQ(first_cleared({watched_from(0, 3, 0.9), watched_from(3, 24, 0.9)}).all_clear_at,
            hours_in(3.5));
  EXPECT_EQ(first_cleared({watched_from(0, 3, 0.9), watched_from(3.1, 24, 0.9)}).all_clear_at,
            hours_in(5.1));
  EXPECT_EQ(
      first_cleared({watched_from(0, 24, 0.9), watched_from(2, 3, std::nullopt)}).all_clear_at,
      hours_in(5));
  EXPECT_EQ(first_cleared({watched_from(0, 24, 0.9), watched_from(2, 3, 0.1)}).all_clear_at,
            hours_in(5));
}

TEST(ForceAllClear, waits_while_it_is_watched_and_quiet_for_too_short_a_time) {
  EXPECT_EQ(first_cleared({watched_from(0, 3.4, 0.9)}).all_clear, AllClear::kNotYet);
  EXPECT_EQ(first_cleared({watched_from(0, 3.5, 0.9)}).all_clear, AllClear::kClear);
  EXPECT_EQ(first_cleared({watched_from(0, 2, 0.9), watched_from(2, 4, std::nullopt)}).all_clear,
            AllClear::kNotWatched);
}

TEST(ForceAllClear, is_put_off_by_a_further_hazard_of_the_kind_to_the_post) {
  const std::vector<Quiet> day{watched_from(0, 24, 0.9)};
  const auto two = with_all_clear(row_of_five(), {near_p1(3, 3), near_p1(1, 1.5)}, day);
  EXPECT_EQ(two[0].all_clear_at, hours_in(5));
  EXPECT_EQ(two[1].all_clear_at, hours_in(5));
  const auto apart = with_all_clear(row_of_five(), {near_p1(1, 1.5), near_p1(4, 4)}, day);
  EXPECT_EQ(apart[0].all_clear_at, hours_in(3.5));
  EXPECT_EQ(apart[1].all_clear_at, hours_in(6));
  Hazard other = near_p1(3, 3);
  other.post = "p2";
  EXPECT_EQ(with_all_clear(row_of_five(), {near_p1(1, 1.5), other}, day)[0].all_clear_at,
            hours_in(3.5));
  other = near_p1(3, 3);
  other.kind = HazardKind::kOverflight;
  EXPECT_EQ(with_all_clear(row_of_five(), {near_p1(1, 1.5), other}, day)[0].all_clear_at,
            hours_in(3.5));
}

TEST(ForceAllClear, of_a_threat_is_left_to_people) {
  Hazard h = near_p1(1, 1);
  h.kind = HazardKind::kThreat;
  EXPECT_EQ(first_cleared({watched_from(0, 1000, 1)}, {h}).all_clear, AllClear::kNotWatched);
}

// Whatever the windows and hazards are: the time before an all-clear was watched throughout (asked
// minute by minute), held no hazard, and the same in any order.
TEST(ForceAllClear, rests_on_watched_quiet_whatever_happened) {
  std::uint32_t state = 3;
  const auto next = [&state](std::uint32_t n) {
    state = state * 1664525 + 1013904223;
    return static_cast<double>((state >> 16) % n);
  };
  int clear = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<Quiet> windows;
    for (int k = 0; k < 8; ++k) {
      const double from = next(20);
      windows.push_back(watched_from(from, from + next(8),
                                     k == 0 ? std::nullopt : std::optional(0.45 + next(5) / 10)));
    }
    std::vector<Hazard> all;
    for (double n = 1 + next(4); n > 0; --n) {
      const double from = next(15);
      all.push_back(near_p1(from, from + next(2)));
    }
    const auto done = with_all_clear(row_of_five(), all, windows);
    std::reverse(all.begin(), all.end());
    std::reverse(windows.begin(), windows.end());
    EXPECT_EQ(with_all_clear(row_of_five(), all, windows), done);
    for (const Hazard& h : done) {
      if (!h.all_clear_at) continue;
      ++clear;
      EXPECT_GE(*h.all_clear_at - h.last, Duration::hours(2));
      for (const Hazard& o : done)
        EXPECT_TRUE(o.since > *h.all_clear_at || *h.all_clear_at - o.last >= Duration::hours(2));
      for (Instant t = *h.all_clear_at - Duration::hours(2); t < *h.all_clear_at;
           t = t + Duration::minutes(1)) {
        bool good = false, bad = false;
        for (const Quiet& q : windows) {
          if (!(q.when.start <= t && t < q.when.end)) continue;
          (q.coverage && *q.coverage >= 0.5 ? good : bad) = true;
        }
        EXPECT_TRUE(good && !bad);
      }
    }
  }
  EXPECT_GT(clear, 50);
}

}  // namespace
}  // namespace truce::judge
