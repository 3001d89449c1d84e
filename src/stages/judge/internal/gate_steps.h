#pragma once
// The steps behind an open gate: in time, mirrored, used or expired.

#include "stages/judge/gate.h"

namespace truce::judge {

enum class StepsState : std::uint8_t { kRunning, kUsed, kExpired, kUnclear };

struct StepsStatus {
  StepsState state = StepsState::kRunning;
  Interval at;  // when it came to that state; of kRunning the opening
  Why why;
};

// Of a gate that opened at an instant, with what has happened by `as.until`.
StepsStatus steps_of(const GateRule& rule, const Timeline& known, Instant opened, const AsOf& as);

// Whether the first step was certainly begun by someone before an instant.
bool first_step_begun(const GateRule& rule, const Timeline& known, Instant opened, Instant before);

}  // namespace truce::judge
