#pragma once
// Gates: so many consecutive days of verified quiet, then steps that may be taken.
//
// The difficulty is that a day without reports is not a quiet day. A day counts only where every
// sector and class was watched well enough, and what may have gone unobserved is little enough. A
// day of which that is not known neither counts nor resets: the count pauses. Only a breach that is
// proved resets it, so a false report can delay a gate but not take it away.
//
// A breach at an unknown instant around midnight was on one of two days, and the count differs. The
// gate is followed in every possible timing ("world") at once; it is open only where all of them
// say so, and the counts are given from the lowest to the highest. The history is a function of the
// records known: with other records another history, and what_moved says where they part.

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "model/records.h"
#include "stages/judge/deadline.h"
#include "stages/judge/timeline.h"
#include "stages/judge/why.h"

namespace truce::judge {

enum class DoneBy : std::uint8_t { kAny, kEach };  // one party suffices; every party must

// A step that may be taken while the gate is open: an event that must come in time.
struct GateStep {
  std::string name;
  std::string event;
  DoneBy by = DoneBy::kAny;
  Deadline deadline;                 // of the step before, of the first from the opening
  std::optional<Duration> mirrored;  // all parties within this of each other
  std::size_t line = 0;
  friend bool operator==(const GateStep&, const GateStep&) = default;
};

enum class WhileOpen : std::uint8_t { kLost, kKept };  // by a breach before the first step
enum class AfterExpiry : std::uint8_t { kClosed, kCountAgain };  // when a step is late

struct GateRule {
  std::string id;
  std::string words;
  std::string source;
  std::vector<std::string> encodes;  // spans of the agreement's text
  std::vector<std::string> sectors;  // sorted
  std::vector<EffectClass> classes;  // sorted
  std::string starts_with;           // event that the count waits for; empty: none
  Instant from;                      // no day before this counts
  int days = 1;
  double coverage_min = 0;
  double unobserved_max = 0;
  std::vector<std::string> breaches;  // provisions that reset; empty: any
  std::string standard;               // of proof
  double tau = 1;                     // of that standard
  double doubt_max = 0;               // an open finding above this keeps a day from counting
  WhileOpen while_open = WhileOpen::kLost;
  AfterExpiry after_expiry = AfterExpiry::kClosed;
  std::vector<std::string> parties;  // who must take the steps; sorted
  std::vector<GateStep> steps;
  std::size_t line = 0;
  friend bool operator==(const GateRule&, const GateRule&) = default;
};

// In the order of caution: of worlds that differ, the least is said. Done is an open gate whose
// every step was taken in time; closed one of which a step was not, or may not have been.
enum class GateState : std::uint8_t { kWaiting, kPaused, kCounting, kClosed, kOpen, kDone };
std::string_view to_string(GateState s);

enum class DayVerdict : std::uint8_t {
  kNotStarted,
  kVerified,
  kNotVerified,
  kBreach,
  kMaybeBreach
};
std::string_view to_string(DayVerdict v);

// Where the gate stood at the end of a day, or at `until` where that is sooner.
struct GateDay {
  DayNumber day;
  Interval when;
  DayVerdict verdict = DayVerdict::kNotStarted;  // of the day alone
  GateState state = GateState::kWaiting;
  int low = 0;  // count of days, at the least and at the most
  int high = 0;
  bool may_be_open = false;  // open in some timing, not in all
  Why why;
  friend bool operator==(const GateDay&, const GateDay&) = default;
};

struct GateTransition {
  Interval at;  // the instant at the end of a day, or when the breach was
  GateState from = GateState::kWaiting;
  GateState to = GateState::kWaiting;
  int low = 0;
  int high = 0;
  Why why;
  friend bool operator==(const GateTransition&, const GateTransition&) = default;
};

struct GateHistory {
  std::string gate;
  std::vector<GateDay> days;  // the last may not be over
  std::vector<GateTransition> transitions;
  // If every day to come is quiet and verified; empty where it is open, done or closed.
  std::optional<Due> opening;
  GateState state() const { return days.empty() ? GateState::kWaiting : days.back().state; }
  friend bool operator==(const GateHistory&, const GateHistory&) = default;
};

// From the first day that may count to `as.until`; at most kGateDaysMax days back from there.
inline constexpr std::int64_t kGateDaysMax = 4000;
GateHistory history(const GateRule& rule, const Timeline& all, const AsOf& as);

::truce::Gate to_record(const GateRule& rule, const GateHistory& h);

// A day of which two histories of one gate say different things.
struct GateMove {
  DayNumber day;
  std::optional<GateDay> before;
  std::optional<GateDay> after;
  Why why;  // its records: those that only one of the two rests on, up to this day
  friend bool operator==(const GateMove&, const GateMove&) = default;
};
// Of days that both tell of, and of days that only one of them does.
std::vector<GateMove> what_moved(const GateHistory& before, const GateHistory& after);

}  // namespace truce::judge
