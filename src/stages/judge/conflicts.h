#pragma once
// Provisions that contradict each other: what two of them say where both speak, and nothing states
// which gives way, is found when the agreement is read, and never resolved silently.

#include <string>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

struct Conflict {
  std::size_t line = 0;  // of the later provision; of a circle, of its first
  std::string what;
  std::string remedy;
  std::vector<std::string> provisions;  // that take part in it
};
// In one reading: provisions that give way to each other in a circle; a permission that holds where
// a prohibition or limit does; two that both set aside a third, and differ.
std::vector<Conflict> conflicts(const Agreement& agreement, const Reading& reading);

// Whether some conduct is spoken of by both.
bool overlap(const Agreement& agreement, const Provision& a, const Provision& b);

}  // namespace truce::judge
