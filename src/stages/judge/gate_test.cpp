#include "stages/judge/gate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "stages/judge/internal/gate_worlds.h"
#include "stages/judge/internal/time_tests.h"

namespace truce::judge::time_tests {
namespace {

// After the framework decision of 21 September 2016.
constexpr const char* kGate = R"(
[[gate]]
id = "disengagement"
words = "7 days of verified quiet in the area, then disengagement within 30 days"
source = "Framework decision, 21 Sep 2016"
sectors = ["s1"]
classes = ["burst"]
from = "2016-10-01T00:00"
days = 7
coverage_min = 0.8
unobserved_max = 3
breaches = ["1"]
standard = "clear"
doubt_max = 0.3
breach_while_open = "lost"
after_expiry = "count_again"
[[gate.step]]
name = "the pull-back"
event = "pull_back_done"
done_by = "each"
within = "10 days"
mirrored = "3 days"
)";

GateRule the_gate() {
  const Rules rules = read_rules(kGate);
  EXPECT_TRUE(rules.errors.empty()) << rules.errors[0];
  return rules.gates.at(0);
}

const GateDay& on(const GateHistory& h, std::string_view day) {
  const auto found = std::find_if(h.days.begin(), h.days.end(),
                                  [&](const GateDay& d) { return d.day == day_number(day); });
  TRUCE_ENSURE(found != h.days.end());
  return *found;
}

TEST(Gate, opens_at_the_end_of_the_seventh_verified_day) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  const auto before = history(the_gate(), t, {kyiv(), at("2016-10-08T00:00") - kSecond});
  EXPECT_EQ(before.state(), GateState::kCounting);
  EXPECT_EQ(before.days.back().low, 6);
  EXPECT_EQ(before.opening->earliest, at("2016-10-08T00:00"));
  const auto after = history(the_gate(), t, until("2016-10-08T00:00"));
  EXPECT_EQ(after.state(), GateState::kOpen);
  EXPECT_EQ(on(after, "2016-10-07").why.key, "gate.opened");
  EXPECT_EQ(after.transitions.back().at, point("2016-10-08T00:00"));
  EXPECT_EQ(on(after, "2016-10-07").why.records.size(), 1U);
}

TEST(Gate, a_day_begun_before_the_start_is_not_a_whole_day) {
  GateRule rule = the_gate();
  rule.from = at("2016-10-01T00:01");
  Timeline t;
  watch(t, "2016-10-01", 8);
  const auto h = history(rule, t, until("2016-10-09T00:00"));
  EXPECT_EQ(h.days.front().day, day_number("2016-10-02"));
  EXPECT_EQ(on(h, "2016-10-07").low, 6);
}

TEST(Gate, days_of_23_and_of_25_hours_are_days) {
  for (const char* first : {"2016-10-27", "2017-03-23"}) {
    GateRule rule = the_gate();
    rule.from = interval_of(day_number(first), kyiv()).start;
    Timeline t;
    watch(t, first, 7);
    const Instant end = t.quiet.back().when.end;
    EXPECT_NE((end - rule.from).ns, Duration::days(7).ns);
    EXPECT_EQ(history(rule, t, {kyiv(), end}).state(), GateState::kOpen);
    EXPECT_NE(history(rule, t, {kyiv(), end - kSecond}).state(), GateState::kOpen);
  }
}

TEST(Gate, an_hour_that_a_clock_change_adds_must_be_watched_too) {
  Timeline t;
  GateRule rule = the_gate();
  rule.from = at("2016-10-30T00:00");
  t.quiet.push_back(
      {"s1", {rule.from, rule.from + Duration::hours(24)}, EffectClass::kBurst, 1, 0, 1});
  EXPECT_EQ(on(history(rule, t, until("2016-10-31T00:00")), "2016-10-30").why.key,
            "gate.coverage_unknown");
  t.quiet.push_back({"s1",
                     {rule.from + Duration::hours(24), at("2016-10-31T00:00")},
                     EffectClass::kBurst,
                     1,
                     0,
                     1});
  EXPECT_EQ(history(rule, t, until("2016-10-31T00:00")).state(), GateState::kCounting);
}

TEST(Gate, unknown_coverage_pauses_and_neither_counts_nor_resets) {
  Timeline t;
  watch(t, "2016-10-01", 3);
  watch(t, "2016-10-05", 4);
  const auto h = history(the_gate(), t, until("2016-10-09T00:00"));
  EXPECT_EQ(on(h, "2016-10-04").state, GateState::kPaused);
  EXPECT_EQ(on(h, "2016-10-04").low, 3);
  EXPECT_EQ(on(h, "2016-10-04").why.key, "gate.coverage_unknown");
  EXPECT_EQ(on(h, "2016-10-08").state, GateState::kOpen);
}

TEST(Gate, holds_its_bounds_exactly) {
  const auto key = [](std::optional<double> coverage, std::optional<double> bound) {
    Timeline t;
    watch(t, "2016-10-01", 1);
    t.quiet[0].coverage = coverage;
    t.quiet[0].upper_bound = bound;
    return history(the_gate(), t, until("2016-10-02T00:00")).days.front().why.key;
  };
  EXPECT_EQ(key(0.8, 3), "gate.verified");
  EXPECT_EQ(key(0.7999, 3), "gate.coverage_low");
  EXPECT_EQ(key(0.8, 3.0001), "gate.unobserved");
  EXPECT_EQ(key(std::nullopt, 1), "gate.coverage_unknown");
  EXPECT_EQ(key(0.9, std::nullopt), "gate.coverage_unknown");
}

TEST(Gate, every_sector_must_be_watched) {
  GateRule rule = the_gate();
  rule.sectors = {"s1", "s2"};
  Timeline t;
  watch(t, "2016-10-01", 1);
  EXPECT_EQ(history(rule, t, until("2016-10-02T00:00")).state(), GateState::kPaused);
  watch(t, "2016-10-01", 1, 0.9, 1, "s2");
  EXPECT_EQ(history(rule, t, until("2016-10-02T00:00")).state(), GateState::kCounting);
}

TEST(Gate, hours_add_up_to_a_day_with_the_worst_coverage_and_all_the_bounds) {
  Timeline t;
  const Instant start = at("2016-10-01T00:00");
  for (int i = 0; i < 24; ++i)
    t.quiet.push_back({"s1",
                       {start + Duration::hours(i), start + Duration::hours(i + 1)},
                       EffectClass::kBurst,
                       i == 5 ? 0.8 : 1.0,
                       0.125,
                       1});
  EXPECT_EQ(history(the_gate(), t, until("2016-10-02T00:00")).state(), GateState::kCounting);
  t.quiet[7].upper_bound = 0.25;
  EXPECT_EQ(history(the_gate(), t, until("2016-10-02T00:00")).days[0].why.key, "gate.unobserved");
  t.quiet.erase(t.quiet.begin() + 7);
  EXPECT_EQ(history(the_gate(), t, until("2016-10-02T00:00")).days[0].why.key,
            "gate.coverage_unknown");
}

TEST(Gate, a_breach_resets_at_once_and_without_coverage_too) {
  Timeline t;
  watch(t, "2016-10-01", 3);
  t.breaches.push_back(breach("f1", point("2016-10-04T09:00")));
  const auto h = history(the_gate(), t, until("2016-10-04T10:00"));
  EXPECT_EQ(h.state(), GateState::kWaiting);
  EXPECT_EQ(h.days.back().high, 0);
  EXPECT_EQ(h.transitions.back().at, point("2016-10-04T09:00"));
  EXPECT_EQ(to_english(h.transitions.back().why),
            "breach f1 of provision 1 on 2016-10-04: the count begins again");
}

TEST(Gate, only_what_its_provisions_and_sectors_name_resets_it) {
  const auto state = [](Breach b) {
    Timeline t;
    watch(t, "2016-10-01", 3);
    t.breaches.push_back(std::move(b));
    return history(the_gate(), t, until("2016-10-04T00:00")).days.at(2);
  };
  Breach b = breach("f1", point("2016-10-03T09:00"));
  EXPECT_EQ(state(b).state, GateState::kWaiting);
  b.provision = "2";
  EXPECT_EQ(state(b).low, 3);
  b = breach("f1", point("2016-10-03T09:00"));
  b.sector = "s9";
  EXPECT_EQ(state(b).low, 3);
  b.sector = "";
  EXPECT_EQ(state(b).why.key, "gate.unplaced");
  EXPECT_EQ(state(b).low, 2);
}

TEST(Gate, a_doubtful_report_pauses_only_above_the_stated_probability) {
  const auto day = [](double p, FindingValue value) {
    Timeline t;
    watch(t, "2016-10-01", 1);
    Breach b = breach("f1", point("2016-10-01T09:00"));
    b.probability = p;
    b.value = value;
    t.breaches.push_back(b);
    return history(the_gate(), t, until("2016-10-02T00:00")).days.front();
  };
  EXPECT_EQ(day(0.3, FindingValue::kUndeterminable).state, GateState::kCounting);
  EXPECT_EQ(day(0.31, FindingValue::kUndeterminable).state, GateState::kPaused);
  EXPECT_EQ(day(0.31, FindingValue::kUndeterminable).why.key, "gate.doubt");
  EXPECT_EQ(day(0.9, FindingValue::kCompliant).state, GateState::kCounting);
  EXPECT_EQ(day(0.79, FindingValue::kBreach).state, GateState::kPaused);
  EXPECT_EQ(day(0.8, FindingValue::kBreach).state, GateState::kWaiting);
}

TEST(Gate, a_breach_astride_midnight_gives_two_counts) {
  Timeline t;
  watch(t, "2016-10-01", 12);
  t.breaches.push_back(breach("f1", between("2016-10-03T22:00", "2016-10-04T02:00")));
  const auto h = history(the_gate(), t, until("2016-10-05T00:00"));
  EXPECT_EQ(on(h, "2016-10-03").low, 0);
  EXPECT_EQ(on(h, "2016-10-03").high, 3);
  EXPECT_EQ(on(h, "2016-10-03").verdict, DayVerdict::kMaybeBreach);
  EXPECT_EQ(on(h, "2016-10-04").low, 0);
  EXPECT_EQ(on(h, "2016-10-04").high, 1);
  EXPECT_EQ(h.opening->earliest, at("2016-10-11T00:00"));
  EXPECT_EQ(h.opening->latest, at("2016-10-12T00:00"));
  const auto tenth = history(the_gate(), t, until("2016-10-11T00:00"));
  EXPECT_TRUE(tenth.days[9].may_be_open);
  EXPECT_EQ(tenth.days[9].state, GateState::kCounting);
  EXPECT_EQ(history(the_gate(), t, until("2016-10-12T00:00")).days[10].state, GateState::kOpen);
}

TEST(Gate, midnight_itself_belongs_to_the_day_that_begins) {
  const auto count = [](Interval when) {
    Timeline t;
    watch(t, "2016-10-01", 4);
    t.breaches.push_back(breach("f1", when));
    const auto h = history(the_gate(), t, until("2016-10-05T00:00"));
    return std::pair(h.days.back().low, h.days.back().high);
  };
  const Instant midnight = at("2016-10-04T00:00");
  EXPECT_EQ(count({midnight, midnight}), std::pair(0, 0));
  EXPECT_EQ(count({midnight - kSecond, midnight - kSecond}), std::pair(1, 1));
  EXPECT_EQ(count({midnight - kSecond, midnight}), std::pair(1, 1));
  EXPECT_EQ(count({midnight - kSecond, midnight + kSecond}), std::pair(0, 1));
}

TEST(Gate, late_data_moves_a_state_back_and_says_why) {
  Timeline t;
  watch(t, "2016-10-01", 8);
  Breach late = breach("f1", point("2016-10-05T12:00"));
  late.known = 50;
  t.breaches.push_back(late);
  const auto before = history(the_gate(), t, {kyiv(), at("2016-10-09T00:00"), 49});
  const auto after = history(the_gate(), t, {kyiv(), at("2016-10-09T00:00"), 50});
  EXPECT_EQ(before.state(), GateState::kOpen);
  EXPECT_EQ(after.state(), GateState::kCounting);
  const auto moves = what_moved(before, after);
  ASSERT_EQ(moves.size(), 5U);  // the fifth to the eighth, and the ninth that has just begun
  EXPECT_EQ(moves[0].day, day_number("2016-10-05"));
  EXPECT_EQ(moves[2].why.key, "gate.moved_back");
  EXPECT_EQ(to_english(moves[2].why),
            "2016-10-07: counting with a count of 2, where it had been open with a count of 7");
  EXPECT_NE(std::find(moves[4].why.records.begin(), moves[4].why.records.end(), "f1"),
            moves[4].why.records.end());
  EXPECT_TRUE(what_moved(after, after).empty());
}

TEST(Gate, coverage_that_is_corrected_later_replaces_what_was_known) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  QuietDay corrected = t.quiet[3];
  corrected.coverage = 0.2;
  corrected.known = 9;
  t.quiet.push_back(corrected);
  EXPECT_EQ(history(the_gate(), t, {kyiv(), at("2016-10-08T00:00"), 8}).state(), GateState::kOpen);
  const auto h = history(the_gate(), t, {kyiv(), at("2016-10-08T00:00"), 9});
  EXPECT_EQ(h.state(), GateState::kCounting);
  EXPECT_EQ(on(h, "2016-10-04").why.key, "gate.coverage_low");
}

TEST(Gate, waits_for_an_event_that_may_have_been_on_either_of_two_days) {
  GateRule rule = the_gate();
  rule.starts_with = "monitors_deployed";
  Timeline t;
  watch(t, "2016-10-01", 12);
  EXPECT_EQ(history(rule, t, until("2016-10-03T00:00")).days.back().why.key, "gate.not_started");
  t.events.push_back(
      event("e1", "monitors_deployed", "", between("2016-10-02T20:00", "2016-10-03T04:00")));
  const auto h = history(rule, t, until("2016-10-05T00:00"));
  EXPECT_EQ(on(h, "2016-10-04").low, 1);
  EXPECT_EQ(on(h, "2016-10-04").high, 2);
  t.events[0].p_real = 0.5;
  const auto doubted = history(rule, t, until("2016-10-12T00:00"));
  EXPECT_NE(doubted.state(), GateState::kOpen);
  EXPECT_TRUE(doubted.days[8].may_be_open);
}

// What the open gate says of a step of each party, at two instants.
GateDay with_steps(Interval a, Interval b, std::string_view as_of_text) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  t.events = {event("ea", "pull_back_done", "a", a), event("eb", "pull_back_done", "b", b)};
  GateRule rule = the_gate();
  rule.after_expiry = AfterExpiry::kClosed;
  return history(rule, t, until(as_of_text)).days.back();
}

TEST(Gate, a_step_is_in_time_to_the_last_instant) {
  const Instant last = at("2016-10-18T00:00");  // ten times 24 h after it opened
  const auto key = [&](Instant t) {
    return with_steps({t, t}, {t, t}, "2016-10-20T00:00").why.key;
  };
  EXPECT_EQ(key(last - kSecond), "gate.used");
  EXPECT_EQ(key(last), "gate.used");
  EXPECT_EQ(key(last + kSecond), "gate.expired");
  EXPECT_EQ(with_steps({last - kSecond, last + kSecond}, {last, last}, "2016-10-20T00:00").why.key,
            "gate.step_unclear");
}

TEST(Gate, a_mirrored_step_holds_the_parties_together) {
  const Instant a = at("2016-10-13T08:00");
  const auto key = [&](Duration apart) {
    const Instant b = a + apart;
    return with_steps({a, a}, {b, b}, "2016-10-17T00:00").why.key;
  };
  EXPECT_EQ(key(Duration::days(3)), "gate.used");
  EXPECT_EQ(key(Duration::days(3) + kSecond), "gate.not_mirrored");
  EXPECT_EQ(key(Duration::days(-3)), "gate.used");
  EXPECT_EQ(key(Duration::days(-3) - kSecond), "gate.not_mirrored");
}

TEST(Gate, one_party_alone_does_not_take_a_step_of_each) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  t.events = {event("ea", "pull_back_done", "a", point("2016-10-09T08:00"))};
  EXPECT_EQ(history(the_gate(), t, until("2016-10-12T00:00")).state(), GateState::kOpen);
  t.events.push_back(event("eb", "pull_back_done", "", point("2016-10-10T08:00")));
  const auto h = history(the_gate(), t, until("2016-10-19T00:00"));
  EXPECT_EQ(h.days.back().why.key, "gate.step_unclear");
}

TEST(Gate, a_step_that_may_have_been_in_time_has_not_expired) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  t.events = {event("ea", "pull_back_done", "a", point("2016-10-09T08:00")),
              event("eb", "pull_back_done", "b", point("2016-10-10T08:00")),
              event("eb2", "pull_back_done", "b", point("2016-10-18T08:00"))};
  t.events[1].p_real = 0.5;
  const auto h = history(the_gate(), t, until("2016-10-20T00:00"));
  EXPECT_EQ(h.days.back().state, GateState::kClosed);
  EXPECT_NE(h.days.back().why.key, "gate.expired");
}

TEST(Gate, a_step_counts_from_the_one_before_whenever_that_was) {
  GateRule rule = the_gate();
  rule.after_expiry = AfterExpiry::kClosed;
  rule.steps.insert(rule.steps.begin(), {"the order", "ordered", DoneBy::kAny,
                                         Deadline{Duration::days(2), 0, {}}, std::nullopt, 0});
  rule.steps[1].deadline.within = Duration::days(1);
  const auto key = [&](std::string_view done) {
    Timeline t;
    watch(t, "2016-10-01", 7);
    t.events = {event("eo", "ordered", "a", between("2016-10-08T08:00", "2016-10-08T10:00")),
                event("ea", "pull_back_done", "a", point(done)),
                event("eb", "pull_back_done", "b", point(done))};
    return history(rule, t, until("2016-10-12T00:00")).days.back().why.key;
  };
  EXPECT_EQ(key("2016-10-09T08:00"), "gate.used");
  EXPECT_EQ(key("2016-10-09T08:00:01"), "gate.step_unclear");
  EXPECT_EQ(key("2016-10-09T10:00"), "gate.expired");
}

TEST(Gate, a_breach_loses_an_open_gate_until_the_first_step_is_begun) {
  Timeline t;
  watch(t, "2016-10-01", 12);
  t.breaches.push_back(breach("f1", point("2016-10-10T12:00")));
  EXPECT_EQ(on(history(the_gate(), t, until("2016-10-12T00:00")), "2016-10-10").why.key,
            "gate.lost");
  t.events = {event("ea", "pull_back_done", "a", point("2016-10-09T08:00"))};
  EXPECT_EQ(history(the_gate(), t, until("2016-10-12T00:00")).state(), GateState::kOpen);
  t.events.clear();
  GateRule kept = the_gate();
  kept.while_open = WhileOpen::kKept;
  EXPECT_EQ(history(kept, t, until("2016-10-12T00:00")).state(), GateState::kOpen);
}

// Sixty days: the gate opens, expires, is lost to a breach on day 6 of the next count, is held up
// by days that nobody watched and by a report that proves false, opens again and is used.
Timeline sixty_days() {
  Timeline t;
  watch(t, "2016-10-01", 27);  // to the 27th
  watch(t, "2016-10-30", 31);  // nobody knows of the 28th and 29th; the 30th has 25 hours
  t.breaches.push_back(breach("f-real", point("2016-10-24T03:10")));
  Breach report = breach("f-false", point("2016-11-01T14:00"));
  report.value = FindingValue::kUndeterminable;
  report.probability = 0.6;
  t.breaches.push_back(report);
  report.value = FindingValue::kCompliant;  // the site visit found nothing
  report.probability = 0.05;
  report.known = 100;
  t.breaches.push_back(report);
  t.events = {event("ea", "pull_back_done", "a", point("2016-11-05T09:00")),
              event("eb", "pull_back_done", "b", point("2016-11-06T17:00"))};
  return t;
}

struct Expected {
  const char* day;  // on which it moved
  GateState from, to;
  int low;
  const char* key;
};

void expect_transitions(const GateHistory& h, const std::vector<Expected>& expected) {
  ASSERT_EQ(h.transitions.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const GateTransition& t = h.transitions[i];
    const Instant inside{last_of(t.at).ns - 1};  // the end of a day belongs to the next
    EXPECT_EQ(to_text(day_of(inside, kyiv())), expected[i].day);
    EXPECT_EQ(t.from, expected[i].from) << expected[i].day;
    EXPECT_EQ(t.to, expected[i].to) << expected[i].day;
    EXPECT_EQ(t.low, expected[i].low) << expected[i].day;
    EXPECT_EQ(t.high, expected[i].low) << expected[i].day;
    EXPECT_EQ(t.why.key, expected[i].key) << expected[i].day;
    EXPECT_FALSE(to_english(t.why).empty());
  }
}

TEST(Gate, sixty_days_with_a_loss_a_false_report_and_a_second_opening) {
  using enum GateState;
  const auto first = [](const char* day, GateState from) {
    return Expected{day, from, kCounting, 1, "gate.verified"};
  };
  const auto until_the_report =
      std::vector<Expected>{first("2016-10-01", kWaiting),
                            {"2016-10-07", kCounting, kOpen, 7, "gate.opened"},
                            {"2016-10-18", kOpen, kWaiting, 0, "gate.expired"},
                            first("2016-10-19", kWaiting),
                            {"2016-10-24", kCounting, kWaiting, 0, "gate.breach"},
                            first("2016-10-25", kWaiting),
                            {"2016-10-28", kCounting, kPaused, 3, "gate.coverage_unknown"},
                            {"2016-10-30", kPaused, kCounting, 4, "gate.verified"}};
  const Timeline t = sixty_days();
  auto before = until_the_report;
  before.insert(before.end(), {{"2016-11-01", kCounting, kPaused, 5, "gate.doubt"},
                               {"2016-11-02", kPaused, kCounting, 6, "gate.verified"},
                               {"2016-11-03", kCounting, kOpen, 7, "gate.opened"},
                               {"2016-11-06", kOpen, kDone, 7, "gate.used"}});
  expect_transitions(history(the_gate(), t, {kyiv(), at("2016-11-30T00:00"), 99}), before);
  auto after = until_the_report;
  after.insert(after.end(), {{"2016-11-02", kCounting, kOpen, 7, "gate.opened"},
                             {"2016-11-06", kOpen, kDone, 7, "gate.used"}});
  expect_transitions(history(the_gate(), t, {kyiv(), at("2016-11-30T00:00"), 100}), after);
}

TEST(Gate, what_the_false_report_delayed_comes_back_when_it_is_refuted) {
  const Timeline t = sixty_days();
  const AsOf then{kyiv(), at("2016-11-03T00:00"), 99};
  const AsOf later{kyiv(), at("2016-11-03T00:00"), 100};
  const auto moves = what_moved(history(the_gate(), t, then), history(the_gate(), t, later));
  ASSERT_EQ(moves.size(), 3U);
  EXPECT_EQ(moves[1].why.key, "gate.moved_on");
  EXPECT_EQ(moves[1].after->state, GateState::kOpen);
  EXPECT_EQ(moves[1].why.records[0], "f-false");
}

Timeline random_timeline(Draws& draws) {
  Timeline t;
  for (int day = 0; day < 25; ++day) {
    if (draws.below(8) != 0) watch(t, to_text(day_number("2016-10-20") + day), 1);
  }
  const int breaches = static_cast<int>(draws.below(4));
  for (int i = 0; i < breaches; ++i) {
    const Instant from =
        at("2016-10-20T00:00") + Duration::hours(static_cast<int>(draws.below(500)));
    const auto length = Duration::hours(static_cast<int>(draws.below(60)));
    t.breaches.push_back(breach("f" + std::to_string(i), {from, from + length}));
    t.breaches.back().party = draws.below(2) == 0 ? "a" : "b";
    if (draws.below(4) == 0) t.breaches.back().value = FindingValue::kUndeterminable;
  }
  const int acts = static_cast<int>(draws.below(4));
  for (int i = 0; i < acts; ++i) {
    const Instant when =
        at("2016-10-26T00:00") + Duration::hours(static_cast<int>(draws.below(400)));
    t.events.push_back(event("e" + std::to_string(i), "pull_back_done",
                             draws.below(2) == 0 ? "a" : "b",
                             {when, when + Duration::hours(static_cast<int>(draws.below(30)))}));
    if (draws.below(5) == 0) t.events.back().p_real = 0.5;
  }
  return t;
}

TEST(Gate, is_the_same_for_both_parties_and_for_any_order_of_records) {
  GateRule rule = the_gate();
  rule.from = at("2016-10-20T00:00");
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Draws draws(seed);
    Timeline t = random_timeline(draws);
    const auto h = history(rule, t, until("2016-11-14T00:00"));
    EXPECT_EQ(history(rule, swapped(t), until("2016-11-14T00:00")), h) << seed;
    draws.shuffle(t.quiet);
    draws.shuffle(t.breaches);
    draws.shuffle(t.events);
    EXPECT_EQ(history(rule, t, until("2016-11-14T00:00")), h) << seed;
    for (const GateDay& d : h.days) EXPECT_EQ(to_english(d.why).find('?'), std::string::npos);
  }
}

// Every way to put the straddling breaches on one of their days each.
void for_each_timing(Timeline t, std::size_t i, const std::function<void(const Timeline&)>& f) {
  if (i == t.breaches.size()) return f(t);
  const Interval when = t.breaches[i].when;
  const DayNumber first = day_of(first_of(when), kyiv());
  const DayNumber last = day_of(last_of(when), kyiv());
  if (first == last || t.breaches[i].value != FindingValue::kBreach)
    return for_each_timing(t, i + 1, f);
  for (DayNumber day = first; day <= last; day = day + 1) {
    const Instant noon = interval_of(day, kyiv()).start + Duration::hours(12);
    t.breaches[i].when = {noon, noon};
    for_each_timing(t, i + 1, f);
  }
}

TEST(Gate, tells_the_bounds_of_all_timings_and_no_others) {
  GateRule rule = the_gate();
  rule.from = at("2016-10-22T00:00");
  rule.days = 4;
  const AsOf as = until("2016-11-14T00:00");
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    Draws draws(seed);
    const Timeline t = random_timeline(draws);
    const auto h = history(rule, t, as);
    std::vector<int> low(h.days.size(), 99), high(h.days.size(), 0);
    std::vector<GateState> least(h.days.size(), GateState::kDone);
    std::vector<bool> may(h.days.size(), false);
    for_each_timing(t, 0, [&](const Timeline& timing) {
      const auto one = history(rule, timing, as);
      for (std::size_t i = 0; i < h.days.size(); ++i) {
        low[i] = std::min(low[i], one.days[i].low);
        high[i] = std::max(high[i], one.days[i].high);
        least[i] = std::min(least[i], one.days[i].state);
        if (one.days[i].state >= GateState::kOpen) may[i] = true;
      }
    });
    for (std::size_t i = 0; i < h.days.size(); ++i) {
      const std::string where = std::to_string(seed) + " " + to_text(h.days[i].day);
      EXPECT_EQ(h.days[i].low, low[i]) << where;
      EXPECT_EQ(h.days[i].high, high[i]) << where;
      EXPECT_EQ(h.days[i].state, least[i]) << where;
      EXPECT_EQ(h.days[i].may_be_open || h.days[i].state >= GateState::kOpen, may[i]) << where;
    }
  }
}

TEST(Gate, more_straddling_breaches_than_can_be_followed_never_open_it_early) {
  Timeline t;
  watch(t, "2016-10-01", 30);
  for (int i = 0; i < 40; ++i) {
    const Instant from = at("2016-10-02T00:00") + Duration::hours(std::int64_t{3} * i);
    t.breaches.push_back(breach("f" + std::to_string(i), {from, from + Duration::hours(40 + i)}));
  }
  const auto h = history(the_gate(), t, until("2016-10-31T00:00"));
  EXPECT_EQ(on(h, "2016-10-09").low, 0);
  EXPECT_EQ(on(h, "2016-10-20").state, GateState::kOpen);
}

TEST(Gate, becomes_a_record) {
  Timeline t;
  watch(t, "2016-10-01", 7);
  const auto h = history(the_gate(), t, until("2016-10-08T00:00"));
  const ::truce::Gate g = to_record(the_gate(), h);
  EXPECT_EQ(g.state, "open");
  EXPECT_EQ(g.since, at("2016-10-08T00:00"));
}

TEST(GateRule, says_everything_wrong_with_its_line) {
  const Rules rules = read_rules(R"([[gate]]
id = "g"
words = "w"
sectors = []
days = 0
coverage_min = 1.5
unobserved_max = 3
breaches = ["9"]
standard = "none"
brech_while_open = "lost"
[[gate.step]]
name = "s"
event = "e"
done_by = "any"
by = "day 2"
mirrored = "3 days"
)");
  std::string all;
  for (const auto& e : rules.errors) all += e + "\n";
  for (const char* part :
       {"agreement.toml:4:11, field sectors: no sector", "5:8, field days",
        "6:16, field coverage_min", "field from: no day is said",
        "8:12, field breaches: there is no provision \"9\"",
        "9:12, field standard: there is no such standard", "10:20, field brech_while_open",
        "field breach_while_open", "15:6, field by: is not the end of a day",
        "field day_one: which day is day 1", "16:12, field mirrored"})
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(Why, every_key_has_a_sentence) {
  const auto keys = why_keys();
  EXPECT_GE(keys.size(), 47U);
  EXPECT_TRUE(problems_of_messages().empty()) << "see model_test: other arguments than in English";
  for (const std::string& key : keys) {
    for (const Language l : kLanguages) {
      const std::string said = words_of(why(key, {"11", "12", "13", "14", "15"}), l);
      EXPECT_FALSE(said.empty());
      EXPECT_EQ(said.find('?'), std::string::npos) << said;
      EXPECT_EQ(said == key, false) << said;
    }
  }
  EXPECT_EQ(why("gate.used", {}, {"b", "a", "b"}).records, (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace truce::judge::time_tests
