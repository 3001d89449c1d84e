#include "stages/judge/obligation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "stages/judge/internal/obligation_force.h"
#include "stages/judge/internal/time_tests.h"

namespace truce::judge::time_tests {
namespace {

// After the package of measures of 12 February 2015, and what mechanisms usually ask for.
constexpr const char* kObligations = R"(
[[obligation]]
id = "begin"
words = "the withdrawal begins no later than on day 2"
source = "Package of Measures, 12 Feb 2015"
kind = "achievement"
trigger = "ceasefire"
act = "withdrawal_started"
by = "end of day 2"
day_one = "the day itself"
preemptive = true
perdurant = true
standard = "clear"
compensated_by = "explain"

[[obligation]]
id = "complete"
words = "the withdrawal is complete within 14 days of its beginning"
kind = "achievement"
once_done = "begin"
trigger_of = "the same party"
act = "withdrawal_done"
within = "14 days"
ends_with = "agreement_ended"
standard = "clear"

[[obligation]]
id = "explain"
words = "whoever began late explains it within 24 h"
kind = "achievement"
once_breached = "begin"
trigger_of = "the same party"
act = "explained"
within = "24 h"
standard = "clear"

[[obligation]]
id = "announce"
words = "exercises are announced 48 h ahead, and no more than 30 days"
kind = "achievement"
trigger = "exercise"
trigger_of = "the same party"
same_sector = true
act = "announced"
ahead = "48 h"
not_before = "30 days"
standard = "clear"

[[obligation]]
id = "admit"
words = "monitors are admitted within 2 h of asking"
kind = "achievement"
binds = ["a"]
trigger = "access_asked"
same_sector = true
act = "access_given"
within = "2 h"
standard = "clear"

[[obligation]]
id = "no-denial"
words = "monitors are never turned away"
kind = "maintenance"
trigger = "ceasefire"
forbids = "access_denied"
ends_with = "agreement_ended"
perdurant = true
standard = "clear"

[[obligation]]
id = "report"
words = "the hotline is answered at least twice a day"
kind = "maintenance"
binds = ["a"]
trigger = "ceasefire"
act = "hotline_answered"
at_least = 2
per = "day"
day_one = "the day after"
within = "5 days"
standard = "clear"

[[obligation]]
id = "monitors"
words = "lists are handed over on day 3"
kind = "punctual"
binds = ["a"]
trigger = "ceasefire"
act = "lists_handed_over"
on = "day 3"
day_one = "the day itself"
standard = "clear"
)";

const std::vector<ObligationRule>& the_obligations() {
  static const Rules rules = read_rules(kObligations);
  EXPECT_TRUE(rules.errors.empty()) << rules.errors[0];
  return rules.obligations;
}

ObligationResult result_of(const Timeline& t, const std::string& obligation,
                           const std::string& party, const AsOf& as) {
  for (const auto& r : evaluate_obligations(the_obligations(), t, as)) {
    if (r.obligation == obligation && r.party == party) return r;
  }
  ADD_FAILURE() << obligation << " of " << party << " is missing";
  return {};
}

// In force from 00:00 local time on 15 February 2015.
Timeline ceasefire() {
  Timeline t;
  t.events.push_back(event("e0", "ceasefire", "", point("2015-02-15T00:00")));
  return t;
}
Timeline with_act(std::string name, Interval when, std::string party = "a") {
  Timeline t = ceasefire();
  t.events.push_back(event("e1", std::move(name), std::move(party), when));
  return t;
}
Interval instant(Instant t) { return {t, t}; }

TEST(Deadline, day_two_depends_on_which_day_is_day_one) {
  const auto last = [](DayOne one, std::string_view trigger) {
    return due({std::nullopt, 2, one}, point(trigger), kyiv()).latest;
  };
  EXPECT_EQ(last(DayOne::kTheDayItself, "2015-02-15T00:00").ns + 1, at("2015-02-17T00:00").ns);
  EXPECT_EQ(last(DayOne::kTheDayItself, "2015-02-15T23:59:59").ns + 1, at("2015-02-17T00:00").ns);
  EXPECT_EQ(last(DayOne::kTheDayAfter, "2015-02-15T00:00").ns + 1, at("2015-02-18T00:00").ns);
}

TEST(Deadline, a_length_of_time_and_the_end_of_a_day_differ_over_a_clock_change) {
  const Interval trigger = point("2015-03-28T12:00");  // clocks went on that night
  Deadline within;
  within.within = Duration::days(2);
  EXPECT_EQ(due(within, trigger, kyiv()).latest, at("2015-03-30T13:00"));
  const Instant end = due({std::nullopt, 2, DayOne::kTheDayItself}, trigger, kyiv()).latest;
  EXPECT_EQ(end.ns + 1, at("2015-03-30T00:00").ns);
  EXPECT_EQ((at("2015-03-30T00:00") - at("2015-03-29T00:00")).ns, Duration::hours(23).ns);
}

TEST(Deadline, a_trigger_astride_midnight_has_two_ends_of_day) {
  const Due d = due({std::nullopt, 1, DayOne::kTheDayItself},
                    between("2015-02-15T23:00", "2015-02-16T01:00"), kyiv());
  EXPECT_EQ(d.earliest.ns + 1, at("2015-02-16T00:00").ns);
  EXPECT_EQ(d.latest.ns + 1, at("2015-02-17T00:00").ns);
}

TEST(Obligation, is_not_triggered_before_its_trigger) {
  const auto r = result_of({}, "begin", "a", until("2015-03-15T00:00"));
  EXPECT_EQ(r.state, ObligationState::kNotTriggered);
  EXPECT_EQ(r.value, FindingValue::kNotApplicable);
}

TEST(Obligation, is_in_force_to_the_last_instant_and_breached_after_it) {
  const Instant end = at("2015-02-17T00:00");
  EXPECT_EQ(result_of(ceasefire(), "begin", "a", {kyiv(), end - kSecond}).state,
            ObligationState::kInForce);
  const auto r = result_of(ceasefire(), "begin", "a", {kyiv(), end + kSecond});
  EXPECT_EQ(r.state, ObligationState::kBreached);
  EXPECT_EQ(r.value, FindingValue::kBreach);
  EXPECT_EQ(r.p_low, 1);
  EXPECT_TRUE(r.in_force);  // perdurant
  EXPECT_EQ(to_english(r.why), "withdrawal_started was not done by 2015-02-16 23:59 +02:00 EET");
}

TEST(Obligation, an_act_a_second_before_the_deadline_fulfils_and_a_second_after_does_not) {
  const AsOf as = until("2015-02-18T00:00");
  const Instant end = at("2015-02-17T00:00");
  EXPECT_EQ(
      result_of(with_act("withdrawal_started", instant(end - kSecond)), "begin", "a", as).state,
      ObligationState::kFulfilled);
  const auto late = result_of(with_act("withdrawal_started", instant(end)), "begin", "a", as);
  EXPECT_EQ(late.state, ObligationState::kBreached);
  EXPECT_FALSE(late.in_force);  // done, though late
  EXPECT_TRUE(late.done_certain);
  const auto astride =
      result_of(with_act("withdrawal_started", {end - kSecond, end + kSecond}), "begin", "a", as);
  EXPECT_EQ(astride.state, ObligationState::kUndeterminable);
  EXPECT_EQ(astride.missing_fact, "act");
}

TEST(Obligation, only_a_preemptive_one_counts_what_was_done_before) {
  const auto early = with_act("withdrawal_started", point("2015-02-14T12:00"));
  EXPECT_EQ(result_of(early, "begin", "a", until("2015-02-18T00:00")).state,
            ObligationState::kFulfilled);
  Timeline t = ceasefire();
  t.events.push_back(event("q", "access_asked", "", point("2015-02-20T12:00")));
  t.events.push_back(event("g", "access_given", "a", point("2015-02-20T11:59:59")));
  EXPECT_EQ(result_of(t, "admit", "a", until("2015-02-21T00:00")).state,
            ObligationState::kBreached);
  t.events.back().when = point("2015-02-20T12:00");
  EXPECT_EQ(result_of(t, "admit", "a", until("2015-02-21T00:00")).state,
            ObligationState::kFulfilled);
}

TEST(Obligation, a_trigger_that_is_an_interval_gives_a_deadline_that_is_one) {
  Timeline t = ceasefire();
  t.events.push_back(
      event("q", "access_asked", "", between("2015-02-20T12:00", "2015-02-20T13:00")));
  const auto state = [&](std::string_view when) {
    return result_of(t, "admit", "a", until(when)).state;
  };
  EXPECT_EQ(state("2015-02-20T14:00"), ObligationState::kInForce);
  EXPECT_EQ(state("2015-02-20T14:30"), ObligationState::kUndeterminable);
  const AsOf last{kyiv(), {at("2015-02-20T15:00").ns - 1}};
  EXPECT_EQ(result_of(t, "admit", "a", last).state, ObligationState::kUndeterminable);
  EXPECT_EQ(state("2015-02-20T15:00"), ObligationState::kBreached);
  t.events.push_back(event("g", "access_given", "a", point("2015-02-20T14:00")));
  EXPECT_EQ(state("2015-02-21T00:00"), ObligationState::kFulfilled);
  t.events.back().when = point("2015-02-20T14:00:01");
  EXPECT_EQ(state("2015-02-21T00:00"), ObligationState::kUndeterminable);
  t.events.back().when = point("2015-02-20T15:00");
  EXPECT_EQ(state("2015-02-21T00:00"), ObligationState::kBreached);
}

TEST(Obligation, an_act_of_nobody_known_or_elsewhere_does_not_fulfil_it) {
  Timeline t = ceasefire();
  t.events.push_back(event("q", "access_asked", "", point("2015-02-20T12:00")));
  t.events.push_back(event("g", "access_given", "", point("2015-02-20T13:00")));
  EXPECT_EQ(result_of(t, "admit", "a", until("2015-02-21T00:00")).state,
            ObligationState::kUndeterminable);
  t.events.back().party = "a";
  t.events.back().sector = "s2";
  EXPECT_EQ(result_of(t, "admit", "a", until("2015-02-21T00:00")).state,
            ObligationState::kBreached);
}

TEST(Obligation, probabilities_of_acts_add_up) {
  const auto r = [](double p) {
    Timeline t = with_act("withdrawal_started", point("2015-02-15T12:00"));
    t.events.push_back(event("e2", "withdrawal_started", "a", point("2015-02-16T12:00")));
    t.events[1].p_real = t.events[2].p_real = p;
    return result_of(t, "begin", "a", until("2015-02-18T00:00"));
  };
  EXPECT_EQ(r(0.6).state, ObligationState::kFulfilled);  // 1 − 0.4² is over 0.8
  EXPECT_NEAR(r(0.6).p_high, 0.16, 1e-12);
  EXPECT_EQ(r(0.5).state, ObligationState::kUndeterminable);
  EXPECT_EQ(r(0.1).state, ObligationState::kBreached);
  EXPECT_NEAR(at_least(2, {0.5, 0.5, 0.5}), 0.5, 1e-12);
  EXPECT_EQ(at_least(2, {1.0}), 0);
}

TEST(Obligation, a_doubtful_trigger_leaves_a_breach_undeterminable) {
  Timeline t = ceasefire();
  t.events[0].p_real = 0.5;
  const auto r = result_of(t, "begin", "a", until("2015-02-18T00:00"));
  EXPECT_EQ(r.state, ObligationState::kUndeterminable);
  EXPECT_EQ(r.missing_fact, "trigger");
}

TEST(Obligation, one_follows_from_another) {
  Timeline t = with_act("withdrawal_started", point("2015-02-16T12:00"));
  const Instant due_at = at("2015-02-16T12:00") + Duration::days(14);
  auto r = result_of(t, "complete", "a", {kyiv(), due_at});
  EXPECT_EQ(r.state, ObligationState::kInForce);
  EXPECT_EQ(r.due->latest, due_at);
  EXPECT_EQ(result_of(t, "complete", "b", {kyiv(), due_at}).state, ObligationState::kNotTriggered);
  EXPECT_EQ(result_of(t, "complete", "a", {kyiv(), due_at + kSecond}).state,
            ObligationState::kBreached);
  t.events.push_back(event("e9", "agreement_ended", "", point("2015-02-20T00:00")));
  r = result_of(t, "complete", "a", {kyiv(), due_at + kSecond});
  EXPECT_EQ(r.state, ObligationState::kTerminated);
  EXPECT_EQ(r.value, FindingValue::kNotApplicable);
}

TEST(Obligation, an_end_that_may_have_come_first_leaves_it_open) {
  Timeline t = with_act("withdrawal_started", point("2015-02-16T12:00"));
  t.events.push_back(
      event("e9", "agreement_ended", "", between("2015-03-02T11:00", "2015-03-02T13:00")));
  EXPECT_EQ(result_of(t, "complete", "a", until("2015-03-10T00:00")).state,
            ObligationState::kUndeterminable);
}

TEST(Obligation, a_trigger_of_nobody_known_leaves_a_breach_undeterminable) {
  Timeline t = ceasefire();
  t.events.push_back(event("x", "exercise", "", point("2015-03-20T10:00")));
  for (const char* party : {"a", "b"}) {
    const auto r = result_of(t, "announce", party, until("2015-03-21T00:00"));
    EXPECT_EQ(r.state, ObligationState::kUndeterminable);
    EXPECT_EQ(r.missing_fact, "trigger");
  }
}

TEST(Obligation, a_breach_is_compensated_by_what_makes_it_good) {
  const AsOf as = until("2015-02-20T00:00");
  EXPECT_EQ(result_of(ceasefire(), "begin", "a", as).state, ObligationState::kBreached);
  EXPECT_EQ(result_of(ceasefire(), "explain", "a", as).state, ObligationState::kBreached);
  const auto t = with_act("explained", point("2015-02-17T20:00"));
  const auto r = result_of(t, "begin", "a", as);
  EXPECT_EQ(r.state, ObligationState::kBreachedAndCompensated);
  EXPECT_EQ(r.value, FindingValue::kBreach);
  EXPECT_FALSE(r.in_force);
  EXPECT_EQ(result_of(t, "begin", "b", as).state, ObligationState::kBreached);
}

TEST(Obligation, a_notice_comes_so_long_before_what_it_announces) {
  const Instant exercise = at("2015-03-20T10:00");
  const auto state = [&](Instant notice) {
    Timeline t = with_act("announced", instant(notice));
    t.events.push_back(event("x", "exercise", "a", instant(exercise)));
    return result_of(t, "announce", "a", until("2015-03-21T00:00")).state;
  };
  EXPECT_EQ(state(exercise - Duration::hours(48)), ObligationState::kFulfilled);
  EXPECT_EQ(state(exercise - Duration::hours(48) + kSecond), ObligationState::kBreached);
  EXPECT_EQ(state(exercise - Duration::days(30)), ObligationState::kFulfilled);
  EXPECT_EQ(state(exercise - Duration::days(30) - kSecond), ObligationState::kBreached);
}

TEST(Obligation, what_is_forbidden_is_kept_until_it_happens) {
  const AsOf as = until("2015-03-01T00:00");
  EXPECT_EQ(result_of(ceasefire(), "no-denial", "a", as).state, ObligationState::kInForce);
  EXPECT_EQ(result_of(ceasefire(), "no-denial", "a", as).value, FindingValue::kCompliant);
  auto t = with_act("access_denied", point("2015-02-20T12:00"));
  const auto r = result_of(t, "no-denial", "a", as);
  EXPECT_EQ(r.state, ObligationState::kBreached);
  EXPECT_TRUE(r.in_force);
  EXPECT_EQ(r.breached, std::optional(point("2015-02-20T12:00")));
  EXPECT_EQ(result_of(t, "no-denial", "b", as).state, ObligationState::kInForce);
  t.events[1].party = "";
  EXPECT_EQ(result_of(t, "no-denial", "a", as).state, ObligationState::kUndeterminable);
  t.events[1].party = "a";
  t.events.push_back(event("e9", "agreement_ended", "", point("2015-02-20T11:59:59")));
  EXPECT_EQ(result_of(t, "no-denial", "a", as).state, ObligationState::kFulfilled);
}

Timeline answered(const std::vector<Interval>& calls) {
  Timeline t = ceasefire();
  for (std::size_t i = 0; i < calls.size(); ++i)
    t.events.push_back(event("c" + std::to_string(i), "hotline_answered", "a", calls[i]));
  return t;
}

TEST(Obligation, at_least_so_many_a_day_is_held_against_every_whole_day) {
  std::vector<Interval> calls;
  for (const char* day : {"16", "17", "18", "19"}) {
    for (const char* hour : {"T00:00", "T23:59:59"})
      calls.push_back(point("2015-02-" + std::string(day) + hour));
  }
  const AsOf as = until("2015-02-25T00:00");
  EXPECT_EQ(result_of(answered(calls), "report", "a", as).state, ObligationState::kFulfilled);
  auto astride = calls;
  astride[3] = between("2015-02-17T23:59:59", "2015-02-18T00:00:01");
  EXPECT_EQ(result_of(answered(astride), "report", "a", as).state,
            ObligationState::kUndeterminable);
  calls[3] = point("2015-02-18T00:00");
  const auto r = result_of(answered(calls), "report", "a", as);
  EXPECT_EQ(r.state, ObligationState::kBreached);
  EXPECT_EQ(to_english(r.why), "hotline_answered was done fewer than 2 times on 2015-02-17");
  calls.resize(2);
  EXPECT_EQ(result_of(answered(calls), "report", "a", until("2015-02-17T23:59")).state,
            ObligationState::kInForce);
}

TEST(Obligation, a_day_on_which_the_duty_may_not_yet_have_held_is_undeterminable) {
  Timeline t = answered({point("2015-02-17T08:00"), point("2015-02-17T09:00")});
  t.events[0].when = between("2015-02-14T23:00", "2015-02-15T01:00");
  const auto after_15 = result_of(t, "report", "a", until("2015-02-16T00:00"));
  EXPECT_EQ(after_15.state, ObligationState::kUndeterminable);
  EXPECT_EQ(after_15.p_low, 0);
  EXPECT_EQ(result_of(t, "report", "a", until("2015-02-17T00:00")).state,
            ObligationState::kBreached);
}

TEST(Obligation, a_punctual_one_is_done_on_its_day) {
  const AsOf as = until("2015-02-20T00:00");
  const auto state = [&](std::string_view when) {
    return result_of(with_act("lists_handed_over", point(when)), "monitors", "a", as).state;
  };
  EXPECT_EQ(state("2015-02-16T23:59:59"), ObligationState::kBreached);
  EXPECT_EQ(state("2015-02-17T00:00"), ObligationState::kFulfilled);
  EXPECT_EQ(state("2015-02-17T23:59:59"), ObligationState::kFulfilled);
  EXPECT_EQ(state("2015-02-18T00:00"), ObligationState::kBreached);
}

TEST(Obligation, late_data_moves_a_breach_back) {
  Timeline t = with_act("withdrawal_started", point("2015-02-16T12:00"));
  t.events[1].known = 70;
  EXPECT_EQ(result_of(t, "begin", "a", {kyiv(), at("2015-02-18T00:00"), 69}).state,
            ObligationState::kBreached);
  EXPECT_EQ(result_of(t, "begin", "a", {kyiv(), at("2015-02-18T00:00"), 70}).state,
            ObligationState::kFulfilled);
  Event withdrawn = t.events[1];
  withdrawn.p_real = 0;
  withdrawn.known = 90;
  t.events.push_back(withdrawn);
  EXPECT_EQ(result_of(t, "begin", "a", {kyiv(), at("2015-02-18T00:00"), 90}).state,
            ObligationState::kBreached);
}

Timeline random_events(Draws& draws) {
  constexpr const char* kNames[] = {"ceasefire",     "withdrawal_started", "withdrawal_done",
                                    "explained",     "exercise",           "announced",
                                    "access_denied", "agreement_ended",    "access_asked",
                                    "access_given",  "hotline_answered",   "lists_handed_over"};
  Timeline t;
  const int n = static_cast<int>(draws.below(16));
  for (int i = 0; i < n; ++i) {
    const Instant from =
        at("2015-02-15T00:00") + Duration::hours(static_cast<int>(draws.below(600)));
    Event e = event("e" + std::to_string(i), kNames[draws.below(12)],
                    std::vector<std::string>{"", "a", "b"}[draws.below(3)],
                    {from, from + Duration::minutes(static_cast<int>(draws.below(3000)))});
    e.p_real = draws.below(3) == 0 ? 0.7 : 1;
    e.known = draws.below(10);
    t.events.push_back(e);
  }
  return t;
}

std::vector<ObligationRule> for_both() {
  auto rules = the_obligations();
  std::erase_if(rules, [](const ObligationRule& o) { return o.binds.size() < 2; });
  return rules;
}

TEST(Obligation, exchanged_parties_have_exchanged_results) {
  const auto rules = for_both();
  const AsOf as = until("2015-03-10T00:00");
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draws draws(seed);
    Timeline t = random_events(draws);
    const auto results = evaluate_obligations(rules, t, as);
    auto mirrored = evaluate_obligations(rules, swapped(t), as);
    ASSERT_EQ(mirrored.size(), results.size());
    for (auto& r : mirrored) {
      r.party = other_party(r.party);
      if (r.trigger.ends_with("/a") || r.trigger.ends_with("/b"))
        r.trigger.back() = r.trigger.back() == 'a' ? 'b' : 'a';
      EXPECT_NE(std::find(results.begin(), results.end(), r), results.end()) << seed << r.id();
    }
    draws.shuffle(t.events);
    EXPECT_EQ(evaluate_obligations(rules, t, as), results) << seed;
  }
}

// However the intervals shrink to instants, what was determined stays as it was.
TEST(Obligation, what_is_determined_holds_for_every_timing) {
  const auto& rules = the_obligations();
  const AsOf as = until("2015-03-20T00:00");
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Draws draws(seed);
    Timeline t = random_events(draws);
    for (Event& e : t.events) e.p_real = 1;
    const auto wide = evaluate_obligations(rules, t, as);
    for (Event& e : t.events) {
      const auto length = static_cast<std::uint64_t>(e.when.length().ns);
      const Instant one =
          e.when.start + Duration{static_cast<std::int64_t>(length == 0 ? 0 : draws.below(length))};
      e.when = {one, one};
    }
    for (const auto& sharp : evaluate_obligations(rules, t, as)) {
      const auto w = std::find_if(wide.begin(), wide.end(),
                                  [&](const auto& r) { return r.id() == sharp.id(); });
      if (w == wide.end()) continue;
      EXPECT_LE(w->p_low, sharp.p_low) << seed << " " << sharp.id();
      EXPECT_GE(w->p_high, sharp.p_high) << seed << " " << sharp.id();
    }
  }
}

TEST(Obligation, becomes_a_finding) {
  const auto r = result_of(ceasefire(), "begin", "a", until("2015-02-18T00:00"));
  const Finding f = to_finding(r, the_obligations()[0], "base");
  EXPECT_EQ(f.id, "begin/e0/a/base");
  EXPECT_EQ(f.value, FindingValue::kBreach);
  EXPECT_EQ(f.probability, 1);
  EXPECT_EQ(f.threshold, 0.8);
  EXPECT_EQ(f.subject, "deadline/e0/a");
  EXPECT_EQ(f.reasons.at(0).message, "obligation.breached");
  EXPECT_EQ(::truce::words_of(f.reasons[0], Language::kEnglish), to_english(r.why));
  EXPECT_NE(::truce::words_of(f.reasons[0], Language::kUkrainian).find("не виконано"),
            std::string::npos);
}

std::string errors_of(const char* toml) {
  std::string all;
  for (const auto& e : read_rules(toml).errors) all += e + "\n";
  return all;
}

TEST(ObligationRule, deadlines_in_a_ring_are_found_with_their_line_and_a_remedy) {
  const std::string all = errors_of(R"([[obligation]]
id = "x"
words = "w"
kind = "achievement"
once_done = "y"
act = "x_done"
within = "3 days"
standard = "clear"
[[obligation]]
id = "y"
words = "w"
kind = "achievement"
trigger = "x_done"
act = "y_done"
within = "3 days"
standard = "clear"
)");
  EXPECT_NE(all.find("agreement.toml:5:13, field once_done: deadlines in a ring never come due: "
                     "\"x\" waits for \"y\" waits for \"x\"; expected one of them with a trigger "
                     "outside the ring, such as the signature"),
            std::string::npos)
      << all;
}

TEST(ObligationRule, what_mirrors_the_other_party_is_no_ring) {
  EXPECT_EQ(errors_of(R"([[obligation]]
id = "x"
words = "when the other has withdrawn, withdraw within 3 days"
kind = "achievement"
trigger = "withdrawn"
trigger_of = "the other party"
act = "withdrawn"
within = "3 days"
preemptive = true
standard = "clear"
)"),
            "");
}

TEST(ObligationRule, says_everything_wrong_with_its_line) {
  const std::string all = errors_of(R"([[obligation]]
id = "x"
words = "w"
kind = "achievement"
trigger = "e"
once_done = "nobody"
act = "x_done"
by = "end of day 2"
within = "3 days"
standard = "clear"
compensated_by = "y"
[[obligation]]
id = "y"
words = "w"
kind = "maintenance"
binds = ["c"]
trigger = "e"
act = "z"
standard = "clear"
)");
  for (const char* part :
       {"5:11, field trigger: more than one thing triggers it",
        "6:13, field once_done: there is no obligation \"nobody\"",
        "8:6, field by: there is a \"within\" too", "field day_one: which day is day 1",
        "11:18, field compensated_by: \"y\" does not wait for this breach",
        "16:9, field binds: there is no party \"c\"", "field per: how often"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

}  // namespace
}  // namespace truce::judge::time_tests
