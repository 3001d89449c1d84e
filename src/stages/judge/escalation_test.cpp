#include "stages/judge/escalation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/judge/cumulation.h"
#include "stages/judge/internal/escalation_episodes.h"
#include "stages/judge/internal/time_tests.h"

namespace truce::judge::time_tests {
namespace {

// After the tiers reported on 3 February 2026.
constexpr const char* kEscalation = R"(
[[escalation]]
id = "response"
words = "what follows a breach"
source = "Financial Times, 3 Feb 2026"
standard = "clear"
pause_max = "12 h"
same_place = "sector"
expanded_sectors = 3
expanded_severity = true
[[escalation.tier]]
id = "warning"
words = "a diplomatic warning"
needs = "breach"
lapses = "24 h"
[[escalation.tier]]
id = "second"
words = "the second phase"
needs = "continues"
after = "24 h"
persists = "24 h"
[[escalation.tier]]
id = "coordinated"
words = "the coordinated response"
needs = "expanded"
after = "72 h"

[[cumulation]]
id = "three-minor"
words = "three minor breaches within a day count as a serious one"
standard = "clear"
number = 3
severity = "minor"
window = "24 h"
counts_as = "serious"
per = "party"
)";

const Rules& the_rules() {
  static const Rules rules = read_rules(kEscalation);
  EXPECT_TRUE(rules.errors.empty()) << rules.errors[0];
  return rules;
}
const EscalationRule& the_escalation() { return the_rules().escalations.at(0); }

const Instant kInitial = at("2026-03-01T10:00");
Interval at_hour(int hours) {
  return {kInitial + Duration::hours(hours), kInitial + Duration::hours(hours)};
}
AsOf hour(int hours) { return {kyiv(), kInitial + Duration::hours(hours)}; }
Timeline breaches_at(const std::vector<int>& hours) {
  Timeline t;
  for (std::size_t i = 0; i < hours.size(); ++i)
    t.breaches.push_back(breach("f" + std::to_string(i), at_hour(hours[i])));
  return t;
}
TierState tier_at(const Timeline& t, std::size_t tier, const AsOf& as) {
  return episodes(the_escalation(), t, as).at(0).tiers.at(tier).state;
}

TEST(Escalation, a_warning_is_due_from_the_breach_to_a_day_after_it) {
  const Timeline t = breaches_at({0});
  EXPECT_EQ(tier_at(t, 0, hour(0)), TierState::kDue);
  EXPECT_EQ(tier_at(t, 0, hour(24)), TierState::kDue);
  EXPECT_EQ(tier_at(t, 0, {kyiv(), hour(24).until + kSecond}), TierState::kLapsed);
  EXPECT_EQ(tier_at(t, 1, hour(100)), TierState::kNotDue);
}

TEST(Escalation, tiers_run_from_the_initial_breach_and_not_from_the_last) {
  const Timeline t = breaches_at({0, 10, 20, 30});
  const auto e = episodes(the_escalation(), t, hour(31));
  ASSERT_EQ(e.size(), 1U);
  EXPECT_EQ(e[0].breach, "f0");
  EXPECT_EQ(e[0].t0, (Due{kInitial, kInitial}));
  EXPECT_EQ(tier_at(t, 1, hour(29)), TierState::kNotDue);  // 20 h after is not a day after
  EXPECT_EQ(tier_at(t, 1, hour(30)), TierState::kDue);
}

TEST(Escalation, what_continues_a_day_after_to_the_second) {
  Timeline t = breaches_at({0, 12, 24});
  EXPECT_EQ(tier_at(t, 1, hour(25)), TierState::kDue);
  t.breaches[2].when = {kInitial + Duration::hours(24) - kSecond,
                        kInitial + Duration::hours(24) - kSecond};
  EXPECT_EQ(tier_at(t, 1, hour(25)), TierState::kNotDue);
}

TEST(Escalation, a_longer_pause_begins_a_new_episode) {
  Timeline t = breaches_at({0, 12});
  EXPECT_EQ(episodes(the_escalation(), t, hour(13)).size(), 1U);
  t.breaches[1].when.start = t.breaches[1].when.end = at_hour(12).start + kSecond;
  EXPECT_EQ(episodes(the_escalation(), t, hour(13)).size(), 2U);
}

TEST(Escalation, another_provision_party_or_sector_is_another_breach) {
  for (int what = 0; what < 3; ++what) {
    Timeline t = breaches_at({0, 1});
    t.breaches[0].party = t.breaches[1].party = "a";
    if (what == 0) t.breaches[1].provision = "2";
    if (what == 1) t.breaches[1].party = "b";
    if (what == 2) t.breaches[1].sector = "s2";
    EXPECT_EQ(episodes(the_escalation(), t, hour(2)).size(), 2U) << what;
  }
}

TEST(Escalation, sectors_within_a_radius_are_one_place) {
  EscalationRule rule = the_escalation();
  rule.same_place = SamePlace::kRadius;
  Timeline t = breaches_at({0, 1});
  t.breaches[1].sector = "s2";
  const SectorCentres centres{{"s1", *LatLon::from_degrees(48, 37)},
                              {"s2", *LatLon::from_degrees(48.09, 37)}};  // 10,008 m apart
  rule.radius_m = 10'000;
  EXPECT_EQ(episodes(rule, t, hour(2), centres).size(), 2U);
  rule.radius_m = 10'020;
  EXPECT_EQ(episodes(rule, t, hour(2), centres).size(), 1U);
}

TEST(Escalation, an_initial_breach_that_is_an_interval_gives_times_between_two) {
  Timeline t = breaches_at({0, 12, 24, 36});
  t.breaches[0].when.end = kInitial + Duration::hours(4);
  const auto e = episodes(the_escalation(), t, hour(30)).at(0);
  EXPECT_EQ(e.t0.earliest, kInitial);
  EXPECT_EQ(e.t0.latest.ns + 1, (kInitial + Duration::hours(4)).ns);
  EXPECT_EQ(tier_at(t, 1, hour(23)), TierState::kNotDue);
  EXPECT_EQ(tier_at(t, 1, hour(24)), TierState::kMayBeDue);
  EXPECT_EQ(tier_at(t, 1, hour(36)), TierState::kDue);
  EXPECT_EQ(tier_at(t, 0, hour(24)), TierState::kDue);
  EXPECT_EQ(tier_at(t, 0, hour(25)), TierState::kMayBeDue);  // it may have lapsed
  EXPECT_EQ(tier_at(t, 0, hour(28)), TierState::kLapsed);
}

TEST(Escalation, expands_with_more_sectors_or_a_more_severe_breach) {
  Timeline t = breaches_at({0, 8, 16});
  t.breaches[1].sector = "s2";
  t.breaches[2].sector = "s1";
  EXPECT_EQ(tier_at(t, 2, hour(80)), TierState::kNotDue);
  Timeline wider = t;
  wider.breaches[2].sector = "s3";
  wider.breaches[2].when = at_hour(9);
  EXPECT_EQ(tier_at(wider, 2, hour(71)), TierState::kNotDue);
  EXPECT_EQ(tier_at(wider, 2, hour(72)), TierState::kDue);
  t.breaches[1].severity = "serious";
  EXPECT_EQ(tier_at(t, 2, {kyiv(), hour(72).until - kSecond}), TierState::kNotDue);
  EXPECT_EQ(tier_at(t, 2, hour(72)), TierState::kDue);
}

TEST(Escalation, no_tier_is_taken_without_a_signature_that_names_it) {
  Timeline t = breaches_at({0});
  t.signatures.push_back({"sig", "response", "warning", "f0", at_hour(5).start, 3});
  EXPECT_EQ(tier_at(t, 0, {kyiv(), hour(30).until, 2}), TierState::kLapsed);
  EXPECT_EQ(tier_at(t, 0, {kyiv(), hour(30).until, 3}), TierState::kSigned);
  EXPECT_EQ(tier_at(t, 0, hour(4)), TierState::kDue);  // not yet signed
  t.signatures[0].tier = "second";
  EXPECT_EQ(tier_at(t, 0, hour(6)), TierState::kDue);
  t.signatures[0] = {"sig", "response", "warning", "f9", at_hour(5).start, 3};
  EXPECT_EQ(tier_at(t, 0, hour(6)), TierState::kDue);
  t.signatures[0] = {"sig", "response", "warning", "f0", hour(24).until + kSecond, 3};
  EXPECT_EQ(tier_at(t, 0, hour(30)), TierState::kLapsed);
}

TEST(Escalation, nothing_is_signed_before_it_can_be_due) {
  Timeline t = breaches_at({0, 12, 24});
  t.signatures.push_back({"sig", "response", "second", "f0", at_hour(23).start, 3});
  EXPECT_EQ(tier_at(t, 1, hour(30)), TierState::kDue);
  t.signatures[0].when = at_hour(24).start;
  EXPECT_EQ(tier_at(t, 1, hour(30)), TierState::kSigned);
}

TEST(Escalation, a_doubtful_breach_makes_due_only_what_may_be) {
  Timeline t = breaches_at({0, 12, 24});
  t.breaches[2].value = FindingValue::kUndeterminable;
  t.breaches[2].probability = 0.5;
  EXPECT_EQ(tier_at(t, 1, hour(30)), TierState::kMayBeDue);
  t.breaches[2].probability = 0.1;
  EXPECT_EQ(tier_at(t, 1, hour(30)), TierState::kNotDue);
  t.breaches[0].value = FindingValue::kUndeterminable;
  t.breaches[0].probability = 0.5;
  const auto e = episodes(the_escalation(), t, hour(30)).at(0);
  EXPECT_EQ(e.breach, "f1");
  EXPECT_EQ(e.t0, (Due{kInitial, at_hour(12).start}));
}

TEST(Escalation, a_pause_that_may_be_too_long_leaves_the_initial_breach_open) {
  Timeline t = breaches_at({0, 11});
  t.breaches[1].when.end = at_hour(14).start;
  const auto e = episodes(the_escalation(), t, hour(15));
  ASSERT_EQ(e.size(), 2U);
  EXPECT_EQ(e[0].perhaps, std::vector<std::string>{"f1"});
  EXPECT_EQ(e[1].may_continue, "f0");
  EXPECT_EQ(e[1].tiers[0].state, TierState::kMayBeDue);
}

TEST(Escalation, a_breach_known_late_moves_the_clock_back) {
  Timeline t = breaches_at({0, 10});
  t.breaches[0].known = 80;
  const auto before = episodes(the_escalation(), t, {kyiv(), hour(20).until, 79}).at(0);
  const auto after = episodes(the_escalation(), t, {kyiv(), hour(20).until, 80}).at(0);
  EXPECT_EQ(before.breach, "f1");
  EXPECT_EQ(after.breach, "f0");
  EXPECT_EQ(before.t0.earliest - after.t0.earliest, Duration::hours(10));
}

TEST(Escalation, the_dry_run_says_what_would_follow_and_takes_nothing) {
  const Timeline t = breaches_at({0});
  const auto e = episodes(the_escalation(), t, hour(1)).at(0);
  const auto follow = would_follow(the_escalation(), e, kyiv());
  ASSERT_EQ(follow.size(), 3U);
  EXPECT_EQ(to_english(follow[2]),
            "with a signature the coordinated response would follow, from 2026-03-04 10:00 +02:00 "
            "EET on, where the breach has expanded");
  EXPECT_EQ(episodes(the_escalation(), t, hour(1)).at(0), e);
}

Timeline random_breaches(Draws& draws) {
  Timeline t;
  const int n = 1 + static_cast<int>(draws.below(9));
  for (int i = 0; i < n; ++i) {
    const Instant from = kInitial + Duration::minutes(static_cast<int>(draws.below(4000)));
    Breach b = breach("f" + std::to_string(i),
                      {from, from + Duration::minutes(static_cast<int>(draws.below(400)))});
    b.party = std::vector<std::string>{"", "a", "b"}[draws.below(3)];
    b.sector = "s" + std::to_string(draws.below(3));
    if (draws.below(4) == 0) b.severity = "serious";
    if (draws.below(4) == 0) b.value = FindingValue::kUndeterminable;
    t.breaches.push_back(b);
  }
  return t;
}

TEST(Escalation, is_the_same_for_both_parties_and_for_any_order_of_records) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draws draws(seed);
    Timeline t = random_breaches(draws);
    const auto all = episodes(the_escalation(), t, hour(80));
    EXPECT_EQ(episodes(the_escalation(), swapped(t), hour(80)), all) << seed;
    draws.shuffle(t.breaches);
    EXPECT_EQ(episodes(the_escalation(), t, hour(80)), all) << seed;
  }
}

// As the rule says it, pair by pair: provision, party, sector and time.
Linked link_between(const Breach& a, const Breach& b) {
  const auto alike = [](const std::string& x, const std::string& y) {
    if (x == y) return Linked::kYes;
    return x.empty() || y.empty() ? Linked::kPerhaps : Linked::kNo;
  };
  return std::min({alike(a.party, b.party), a.sector == b.sector ? Linked::kYes : Linked::kNo,
                   linked_in_time(a, b, the_escalation().pause_max)});
}

// All that links of at least that strength lead to.
std::vector<std::string> led_to(const Timeline& t, const std::string& from, Linked least,
                                bool proved_only) {
  const auto counts = [&](const Breach& b) {
    return !proved_only || b.value == FindingValue::kBreach;
  };
  std::vector<std::string> out{from};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at_b = std::find_if(t.breaches.begin(), t.breaches.end(),
                                   [&](const Breach& b) { return b.id == out[i]; });
    for (const Breach& b : t.breaches) {
      if (counts(b) && link_between(*at_b, b) >= least &&
          std::find(out.begin(), out.end(), b.id) == out.end())
        out.push_back(b.id);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(Escalation, joins_what_links_lead_to_and_no_more) {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    Draws draws(seed);
    const Timeline t = random_breaches(draws);
    for (const Episode& e : episodes(the_escalation(), t, hour(80))) {
      auto members = e.members;
      std::sort(members.begin(), members.end());
      EXPECT_EQ(members, led_to(t, e.breach, Linked::kYes, true)) << seed;
      auto all = members;
      all.insert(all.end(), e.perhaps.begin(), e.perhaps.end());
      std::sort(all.begin(), all.end());
      EXPECT_EQ(all, led_to(t, e.breach, Linked::kPerhaps, false)) << seed;
    }
  }
}

// A day of fire along a whole front, and doubts besides.
TEST(Escalation, takes_in_thousands_of_breaches) {
  Draws draws(5);
  Timeline t;
  for (int i = 0; i < 12'000; ++i) {
    const Instant from = kInitial + Duration::minutes(static_cast<int>(draws.below(86'400)));
    Breach b = breach("f" + std::to_string(i), {from, from + Duration::minutes(1)});
    b.sector = "s" + std::to_string(draws.below(3));
    if (draws.below(3) == 0) b.value = FindingValue::kUndeterminable;
    t.breaches.push_back(b);
  }
  const auto all = episodes(the_escalation(), t, hour(24 * 70));
  std::size_t members = 0;
  for (const Episode& e : all) members += e.members.size();
  EXPECT_EQ(members, static_cast<std::size_t>(std::count_if(
                         t.breaches.begin(), t.breaches.end(),
                         [](const Breach& b) { return b.value == FindingValue::kBreach; })));
}

const Episode* episode_with(const std::vector<Episode>& all, const std::string& finding) {
  for (const Episode& e : all) {
    if (std::find(e.members.begin(), e.members.end(), finding) != e.members.end()) return &e;
  }
  return nullptr;
}

// What one episode of a sharp timing says against what was said before the timing was known.
void expect_bounded(const Episode& wide, const Episode& sharp, const std::string& where) {
  for (std::size_t i = 0; i < sharp.tiers.size(); ++i) {
    const TierState w = wide.tiers[i].state;
    const TierState s = sharp.tiers[i].state;
    EXPECT_TRUE(w == s || w == TierState::kMayBeDue)
        << where << " tier " << i << ": " << to_string(w) << " was " << to_string(s);
    if (sharp.tiers[i].opens && wide.tiers[i].opens) {
      EXPECT_LE(wide.tiers[i].opens->earliest, sharp.tiers[i].opens->earliest) << where;
    }
  }
  EXPECT_LE(wide.t0.earliest, sharp.t0.earliest) << where;
  EXPECT_GE(wide.t0.latest, sharp.t0.latest) << where;
}

// However the intervals shrink to instants: what was certain stays so.
TEST(Escalation, what_is_determined_holds_for_every_timing) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Draws draws(seed);
    Timeline t = random_breaches(draws);
    for (Breach& b : t.breaches) {
      b.value = FindingValue::kBreach;
      b.party = "a";
    }
    const AsOf as{kyiv(), kInitial + Duration::hours(70 + static_cast<int>(draws.below(80)))};
    const auto wide = episodes(the_escalation(), t, as);
    for (Breach& b : t.breaches) {
      const auto length = static_cast<std::uint64_t>(b.when.length().ns);
      b.when.start.ns += length == 0 ? 0 : static_cast<std::int64_t>(draws.below(length));
      b.when.end = b.when.start;
    }
    for (const Episode& sharp : episodes(the_escalation(), t, as)) {
      const Episode* w = episode_with(wide, sharp.breach);
      ASSERT_NE(w, nullptr);
      expect_bounded(*w, sharp, std::to_string(seed) + " " + sharp.breach);
    }
  }
}

std::vector<Cumulated> cumulated(const Timeline& t) {
  return cumulate(the_rules().cumulations.at(0), t, hour(100));
}
Timeline breaches_of_b_at(const std::vector<int>& hours) {
  Timeline t = breaches_at(hours);
  for (Breach& b : t.breaches) b.party = "b";
  return t;
}

TEST(Cumulation, three_within_a_day_count_as_one_to_the_second) {
  Timeline t = breaches_of_b_at({0, 10, 24});
  auto all = cumulated(t);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].certain);
  EXPECT_EQ(all[0].when, at_hour(24));
  EXPECT_EQ(to_english(all[0].why),
            "3 breaches of severity minor within 24 h count as one of severity serious");
  t.breaches[2].when.start = t.breaches[2].when.end = at_hour(24).start + kSecond;
  EXPECT_TRUE(cumulated(t).empty());
}

TEST(Cumulation, what_depends_on_unknown_instants_may_count) {
  Timeline t = breaches_of_b_at({0, 10, 23});
  t.breaches[2].when.end = at_hour(26).start;
  const auto all = cumulated(t);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_FALSE(all[0].certain);
  EXPECT_EQ(to_breach(the_rules().cumulations[0], all[0], 9).value, FindingValue::kUndeterminable);
}

TEST(Cumulation, may_count_to_the_second) {
  Timeline t = breaches_of_b_at({0, 10, 26});
  t.breaches[0].when.end = {at_hour(2).start.ns + 1};  // its last instant is that of hour 2
  EXPECT_EQ(cumulated(t).size(), 1U);
  t.breaches[0].when.end.ns -= 1;
  EXPECT_TRUE(cumulated(t).empty());
}

TEST(Cumulation, a_breach_counts_once_and_only_with_its_like) {
  EXPECT_EQ(cumulated(breaches_of_b_at({0, 1, 2, 3, 4})).size(), 1U);
  EXPECT_EQ(cumulated(breaches_of_b_at({0, 1, 2, 3, 4, 5})).size(), 2U);
  Timeline t = breaches_of_b_at({0, 1, 2});
  t.breaches[1].severity = "serious";
  EXPECT_TRUE(cumulated(t).empty());
  t = breaches_of_b_at({0, 1, 2});
  t.breaches[1].party = "a";
  EXPECT_TRUE(cumulated(t).empty());
}

TEST(Cumulation, of_nobody_knows_whom_is_only_possible) {
  const auto none = cumulated(breaches_at({0, 1, 2}));
  ASSERT_EQ(none.size(), 1U);
  EXPECT_FALSE(none[0].certain);
  EXPECT_EQ(none[0].why.key, "cumulation.group_unclear");
  EXPECT_EQ(none[0].group, "");
  // Of a and of b two each and one of nobody knows whom: it may be either's, the same for both.
  Timeline t = breaches_at({0, 1, 2, 3, 4});
  for (const std::size_t i : {0U, 3U}) t.breaches[i].party = "a";
  for (const std::size_t i : {1U, 4U}) t.breaches[i].party = "b";
  const auto all = cumulated(t);
  ASSERT_EQ(all.size(), 2U);
  for (const Cumulated& c : all) {
    EXPECT_FALSE(c.certain);
    EXPECT_EQ(c.members.size(), 3U);
    EXPECT_EQ(c.party, c.group);
  }
  EXPECT_NE(all[0].id(), all[1].id());
}

TEST(Cumulation, by_sector_of_nobody_knows_where_is_only_possible) {
  CumulationRule rule = the_rules().cumulations.at(0);
  rule.per = CumulatedPer::kSector;
  Timeline t = breaches_at({0, 1, 2});
  ASSERT_EQ(cumulate(rule, t, hour(100)).size(), 1U);
  EXPECT_TRUE(cumulate(rule, t, hour(100))[0].certain);
  t.breaches[0].sector.clear();
  ASSERT_EQ(cumulate(rule, t, hour(100)).size(), 1U);
  EXPECT_FALSE(cumulate(rule, t, hour(100))[0].certain);
}

// What nobody knows may join what is known, and never takes away what is certain.
TEST(Cumulation, those_of_a_party_alone_stay_certain) {
  Timeline t = breaches_of_b_at({0, 1, 2, 3});
  t.breaches[1].party.clear();
  const auto all = cumulated(t);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(all[0].certain);
  EXPECT_EQ(all[0].members, (std::vector<std::string>{"f0", "f2", "f3"}));
}

TEST(Cumulation, lies_in_the_sector_of_the_last) {
  Timeline t = breaches_of_b_at({0, 1, 2});
  t.breaches[0].sector = "s2";
  EXPECT_EQ(cumulated(t).at(0).sector, "s1");
  t.breaches[0].when = t.breaches[2].when;  // it may have been the last as well
  EXPECT_EQ(cumulated(t).at(0).sector, "");
}

TEST(Cumulation, becomes_a_breach_that_escalates) {
  Timeline t = breaches_of_b_at({0, 1, 2});
  const auto all = cumulated(t);
  const Breach b = to_breach(the_rules().cumulations[0], all.at(0), 5);
  EXPECT_EQ(b.severity, "serious");
  EXPECT_EQ(b.id, "three-minor/b/f0");
  EscalationRule serious = the_escalation();
  serious.severity_min = "serious";
  EXPECT_TRUE(episodes(serious, t, hour(3)).empty());
  t.breaches.push_back(b);
  EXPECT_EQ(episodes(serious, t, hour(3)).at(0).t0.earliest, at_hour(2).start);
}

TEST(Cumulation, exchanged_parties_have_exchanged_results) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Draws draws(seed);
    const Timeline t = random_breaches(draws);
    const auto all = cumulated(t);
    auto mirrored = cumulated(swapped(t));
    ASSERT_EQ(mirrored.size(), all.size()) << seed;
    for (auto& c : mirrored) {
      c.group = other_party(c.group);
      c.party = other_party(c.party);
      EXPECT_NE(std::find(all.begin(), all.end(), c), all.end()) << seed;
    }
  }
}

TEST(EscalationRule, says_everything_wrong_with_its_line) {
  std::string all;
  for (const auto& e : read_rules(R"([[escalation]]
id = "x"
words = "w"
standard = "clear"
severity_min = "grim"
same_place = "radius"
[[escalation.tier]]
id = "t"
words = "w"
needs = "expanded"
after = "72 h"
lapses = "24 h"
persists = "1 h"
[[cumulation]]
id = "c"
words = "w"
standard = "clear"
number = 1
severity = "minor"
counts_as = "serious"
per = "day"
)")
                           .errors)
    all += e + "\n";
  for (const char* part :
       {"5:16, field severity_min: there is no severity \"grim\"", "field pause_max",
        "field radius_m: a radius goes with", "10:9, field needs: what an expansion is",
        "12:10, field lapses: it lapses before", "13:12, field persists", "18:10, field number",
        "field window", "21:7, field per: \"day\" is not known here"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

}  // namespace
}  // namespace truce::judge::time_tests
