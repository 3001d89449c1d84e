#pragma once
// Everything that the agreement says in time under one reading, and where all of it stands.

#include <vector>

#include "stages/judge/cumulation.h"
#include "stages/judge/escalation.h"
#include "stages/judge/gate.h"
#include "stages/judge/obligation.h"

namespace truce::judge {

struct ClockRules {
  std::vector<GateRule> gates;
  std::vector<ObligationRule> obligations;
  std::vector<EscalationRule> escalations;
  std::vector<CumulationRule> cumulations;
  bool empty() const;
  friend bool operator==(const ClockRules&, const ClockRules&) = default;
};

// f("gate", a's gates, b's gates), and so for each kind: what they have in common is an id, words,
// a source, a standard of proof and the spans that they encode.
template <class F>
void each_kind(const ClockRules& a, const ClockRules& b, F f) {
  f("gate", a.gates, b.gates);
  f("obligation", a.obligations, b.obligations);
  f("escalation", a.escalations, b.escalations);
  f("cumulation", a.cumulations, b.cumulations);
}

struct ClockStates {
  std::vector<GateHistory> gates;  // in the order of the rules, as all of these
  std::vector<ObligationResult> obligations;
  std::vector<std::vector<Episode>> escalations;    // by rule
  std::vector<std::vector<Cumulated>> cumulations;  // by rule
  friend bool operator==(const ClockStates&, const ClockStates&) = default;
};

// What many minor breaches come to counts as one more breach, for gates and escalations; as an open
// one where it only may have come to that.
ClockStates states_of(const ClockRules& rules, Timeline timeline, const AsOf& as);

// The rule that a result is of.
const ObligationRule& rule_of(const ClockRules& rules, const ObligationResult& result);

// Whether it can be told, under two readings, that they stand in different places. Which records
// say so is another matter: findings are others under another reading.
bool stands_otherwise(const GateHistory& a, const GateHistory& b);
bool stands_otherwise(const ObligationResult& a, const ObligationResult& b);
bool stands_otherwise(const std::vector<Episode>& a, const std::vector<Episode>& b);
bool stands_otherwise(const std::vector<Cumulated>& a, const std::vector<Cumulated>& b);

}  // namespace truce::judge
