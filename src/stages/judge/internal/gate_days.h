#pragma once
// What one day says by itself, before any counting.

#include <string>
#include <vector>

#include "stages/judge/gate.h"

namespace truce::judge {

// Findings that reset or hold up the count of a gate.
struct GateBreaches {
  std::vector<Breach> proved;  // of a sector of the gate: each resets on one of its days
  std::vector<Breach> doubts;  // the rest that may be one: each holds up every day that it touches
};
GateBreaches breaches_of(const GateRule& rule, const Timeline& known);

// Why the day cannot be verified, by coverage or doubt; empty key where it can.
Why why_not_verified(const GateRule& rule, const Timeline& known, const GateBreaches& breaches,
                     const Interval& day);

// The windows of quiet that a day rests on, by id.
std::vector<std::string> quiet_records_on(const GateRule& rule, const Timeline& known,
                                          const Interval& day);

}  // namespace truce::judge
