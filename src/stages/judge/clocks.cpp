#include "stages/judge/clocks.h"

#include <algorithm>
#include <utility>

#include "base/result.h"

namespace truce::judge {

bool ClockRules::empty() const {
  return gates.empty() && obligations.empty() && escalations.empty() && cumulations.empty();
}

ClockStates states_of(const ClockRules& rules, Timeline timeline, const AsOf& as) {
  ClockStates out;
  for (const CumulationRule& rule : rules.cumulations)
    out.cumulations.push_back(cumulate(rule, timeline, as));
  for (std::size_t i = 0; i < rules.cumulations.size(); ++i) {
    for (const Cumulated& c : out.cumulations[i])
      timeline.breaches.push_back(to_breach(rules.cumulations[i], c, 0));
  }
  for (const GateRule& rule : rules.gates) out.gates.push_back(history(rule, timeline, as));
  out.obligations = evaluate_obligations(rules.obligations, timeline, as);
  for (const EscalationRule& rule : rules.escalations)
    out.escalations.push_back(episodes(rule, timeline, as));
  return out;
}

const ObligationRule& rule_of(const ClockRules& rules, const ObligationResult& result) {
  const auto it = std::find_if(rules.obligations.begin(), rules.obligations.end(),
                               [&](const ObligationRule& o) { return o.id == result.obligation; });
  TRUCE_ENSURE(it != rules.obligations.end());
  return *it;
}

namespace {

bool other_day(const GateDay& a, const GateDay& b) {
  return a.day != b.day || a.verdict != b.verdict || a.state != b.state || a.low != b.low ||
         a.high != b.high || a.may_be_open != b.may_be_open;
}

bool other_tier(const TierStatus& a, const TierStatus& b) {
  return a.tier != b.tier || a.state != b.state || a.opens != b.opens || a.lapses != b.lapses;
}

template <class T, class Other>
bool any_other(const std::vector<T>& a, const std::vector<T>& b, Other other) {
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [&](const T& x, const T& y) { return !other(x, y); });
}

}  // namespace

bool stands_otherwise(const GateHistory& a, const GateHistory& b) {
  return a.opening != b.opening || any_other(a.days, b.days, other_day);
}

bool stands_otherwise(const ObligationResult& a, const ObligationResult& b) {
  return a.state != b.state || a.value != b.value || a.due != b.due || a.p_low != b.p_low ||
         a.p_high != b.p_high || a.missing_fact != b.missing_fact;
}

bool stands_otherwise(const std::vector<Cumulated>& a, const std::vector<Cumulated>& b) {
  return any_other(a, b, [](const Cumulated& x, const Cumulated& y) {
    return x.group != y.group || x.certain != y.certain || x.when != y.when;
  });
}

bool stands_otherwise(const std::vector<Episode>& a, const std::vector<Episode>& b) {
  return any_other(a, b, [](const Episode& x, const Episode& y) {
    return x.t0 != y.t0 || any_other(x.tiers, y.tiers, other_tier);
  });
}

}  // namespace truce::judge
