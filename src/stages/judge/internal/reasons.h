#pragma once
// The facts of a verdict as messages: a key of the catalogue and what it speaks of. What the
// agreement and its notices call things is passed as it is; our own words are passed as keys, so
// that every language has its own.

#include "model/messages.h"
#include "stages/judge/internal/evaluate.h"

namespace truce::judge {

// All that the reasons of one finding draw on.
struct Matter {
  const Agreement& agreement;
  const Provision& provision;
  const Conduct& conduct;
  const Verdict& verdict;
};

Message message_of(const Matter& matter, const FactValue& fact);

}  // namespace truce::judge
