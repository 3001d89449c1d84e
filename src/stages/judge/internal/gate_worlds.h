#pragma once
// The possible timings of what happened around a gate, followed side by side.
//
//   breach somewhere in 22:00–02:00      day 5 │ day 6
//                                     ─────[███│███]─────
//   world 1: it was on day 5   count  … 4    0 │  1
//   world 2: it was on day 6   count  … 4    5 │  0
//
// A world holds what the days to come depend on: where the count stands, when the gate opened, and
// how many straddling breaches are still to come. Worlds that agree in this are one.

#include <map>
#include <vector>

#include "stages/judge/internal/gate_days.h"

namespace truce::judge {

// Breaches alike: each was on one of these days.
struct Straddle {
  DayNumber first;
  DayNumber last;
  int number = 1;      // no more than there are days
  bool loose = false;  // too many to follow: may be on any of its days, whatever was before
  std::vector<std::string> findings;
};

// Sound for any number of breaches: beyond these bounds a straddle is loose, which only widens.
inline constexpr std::int64_t kStraddleDaysMax = 7;
inline constexpr std::size_t kStraddlesAtOnceMax = 4;
std::vector<Straddle> straddles_of(const GateBreaches& breaches, const ::truce::Zone& zone);

struct World {
  GateState phase = GateState::kWaiting;
  int count = 0;
  DayNumber start;           // first day that may count
  DayNumber opened;          // of an open gate: the day at whose end it opened
  std::vector<int> to_come;  // by straddle: how many of its breaches are still to come
  friend auto operator<=>(const World&, const World&) = default;
};
using Worlds = std::map<World, Why>;  // each with why it is where it is

// What is the same for every world on a day.
struct DayFacts {
  DayNumber day;
  Interval when;
  bool over = false;
  std::vector<const Breach*> breaches;  // certainly on this day
  Why not_verified;                     // empty key: verified
};

Worlds next_day(const Worlds& worlds, const DayFacts& facts, const std::vector<Straddle>& straddles,
                const GateRule& rule, const Timeline& known, const AsOf& as);

// Whether some world has a straddling breach left that may be on the day; its findings.
std::vector<std::string> may_fall_on(const Worlds& worlds, const std::vector<Straddle>& straddles,
                                     DayNumber day);

}  // namespace truce::judge
