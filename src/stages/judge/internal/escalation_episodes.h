#pragma once
// Which breaches are one and the same that goes on.

#include "stages/judge/escalation.h"

namespace truce::judge {

struct EpisodeBreaches {
  std::vector<const Breach*> members;  // proved, by time
  std::vector<const Breach*> perhaps;  // linked in some timing, or not proved
  std::string may_continue;
};

// The rule's breaches: those proved and those that may be one, by time.
struct RuleBreaches {
  std::vector<const Breach*> proved;
  std::vector<const Breach*> doubtful;
};
RuleBreaches breaches_of(const EscalationRule& rule, const Timeline& known);

std::vector<EpisodeBreaches> episodes_of(const EscalationRule& rule, const RuleBreaches& breaches,
                                         const SectorCentres& centres);

// Whether no more than a pause lay between two: in no timing, in some, in all.
enum class Linked : std::uint8_t { kNo, kPerhaps, kYes };
Linked linked_in_time(const Breach& a, const Breach& b, Duration pause_max);

// Place of a severity among those of the rule, -1 for none.
int rank_of(const EscalationRule& rule, const std::string& severity);

}  // namespace truce::judge
