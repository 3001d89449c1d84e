#pragma once
// What a party must do, or must keep to, and by when.
//
// The kinds are those of Hashmi, Governatori & Wynn ("Normative requirements for regulatory
// compliance: an abstract formal framework", Information Systems Frontiers 18, 2016): achievement
// (done at least once in its term), maintenance (kept all through it), punctual (done on its day);
// an achievement may be preemptive (what was done before the term counts), any may be perdurant
// (it stays in force when it is violated) and may be compensated by another.
//
// Triggers and acts happened somewhere in an interval, and perhaps not at all. So P(breach) is a
// range: its low end takes every act that may have been in time as in time, its high end none of
// them. It is a breach where the low end reaches the standard of proof, compliance where the high
// end is no more than what the standard leaves, and else it cannot be determined.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/records.h"
#include "stages/judge/deadline.h"
#include "stages/judge/timeline.h"
#include "stages/judge/why.h"

namespace truce::judge {

enum class ObligationKind : std::uint8_t { kAchievement, kMaintenance, kPunctual };
enum class TriggerKind : std::uint8_t { kEvent, kOnceDone, kOnceBreached };
enum class WhoseTrigger : std::uint8_t { kAnybodys, kTheSame, kTheOther };

struct ObligationRule {
  std::string id;
  std::string words;
  std::string source;
  std::vector<std::string> encodes;  // spans of the agreement's text
  ObligationKind kind = ObligationKind::kAchievement;
  std::vector<std::string> binds;  // parties, sorted

  TriggerKind trigger_kind = TriggerKind::kEvent;
  std::string trigger;  // name of an event, or id of an obligation
  WhoseTrigger whose = WhoseTrigger::kAnybodys;
  bool same_sector = false;  // acts count only in the sector of the trigger

  std::string act;      // event that is asked for
  std::string forbids;  // event that must not be; of a maintenance, instead of `act`
  int at_least = 1;     // of the act: in all, or on every day
  bool per_day = false;
  DayOne first_day = DayOne::kTheDayItself;  // of a daily duty

  // Its term: from the trigger to the deadline; of a punctual obligation the day of the deadline;
  // of one with `ahead` all before the trigger.
  std::optional<Deadline> deadline;
  std::optional<Duration> ahead;       // no later than this before the trigger
  std::optional<Duration> not_before;  // and no earlier than this
  bool preemptive = false;
  bool perdurant = false;
  std::string ends_with;  // event that ends it; empty: none

  std::string compensated_by;  // obligation that is triggered once this one is breached
  std::string standard;
  double tau = 1;
  std::size_t line = 0;
  friend bool operator==(const ObligationRule&, const ObligationRule&) = default;
};

enum class ObligationState : std::uint8_t {
  kNotTriggered,
  kInForce,
  kFulfilled,
  kBreached,
  kBreachedAndCompensated,
  kTerminated,
  kUndeterminable,
};
std::string_view to_string(ObligationState s);

// One obligation of one party by one trigger.
struct ObligationResult {
  std::string obligation;
  std::string trigger;  // id of the event, or of the result that triggered it; empty: none yet
  std::string party;
  std::string sector;  // of the trigger
  ObligationState state = ObligationState::kNotTriggered;
  bool in_force = false;   // still: also after a breach, where it is perdurant
  std::optional<Due> due;  // none: without end
  FindingValue value = FindingValue::kNotApplicable;
  double p_low = 0;  // P(breach)
  double p_high = 0;
  std::string missing_fact;      // trigger, deadline, act; set where undeterminable
  std::optional<Interval> done;  // when the act was done as often as asked, in time or late
  bool done_certain = false;
  std::optional<Interval> breached;  // when
  Why why;
  std::string id() const { return obligation + "/" + trigger + "/" + party; }
  friend bool operator==(const ObligationResult&, const ObligationResult&) = default;
};

// By obligation, trigger and party. The rules must hold no cycle (the parser says so).
std::vector<ObligationResult> evaluate_obligations(const std::vector<ObligationRule>& rules,
                                                   const Timeline& all, const AsOf& as);

// As a finding under the reading `reading`, on a missed deadline, an absence or a forbidden event:
// "maps/e2030…/cobalt/base". Its probability is the middle of the range.
Finding to_finding(const ObligationResult& result, const ObligationRule& rule,
                   const std::string& reading);

// Obligations whose deadlines hang on each other in a ring, each ring once, from its first id on:
// nothing in it could ever come due.
std::vector<std::vector<std::string>> rings_of(const std::vector<ObligationRule>& rules);

}  // namespace truce::judge
