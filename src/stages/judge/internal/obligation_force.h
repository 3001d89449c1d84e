#pragma once
// One obligation of one party, held against one trigger.

#include "stages/judge/obligation.h"

namespace truce::judge {

struct ObligationTrigger {
  std::string id;
  std::string sector;
  Interval when;
  double p_low = 1;  // that it happened and triggers
  double p_high = 1;
  std::vector<std::string> records;
};

ObligationResult judge_obligation(const ObligationRule& rule, const ObligationTrigger& trigger,
                                  const std::string& party, const Timeline& known, const AsOf& as);

// That at least so many happened, of independent ones with these probabilities (Poisson binomial).
double at_least(int number, const std::vector<double>& p);

}  // namespace truce::judge
