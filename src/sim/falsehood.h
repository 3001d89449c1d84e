#pragma once
// Arrivals of nothing: noise that looks like an onset, bursts of it, and what nodes make up, copy
// or flood with.

#include <cstdint>
#include <vector>

#include "sim/hearing.h"

namespace truce::sim {

// Adds false arrivals, inventions and floods to what was heard, and lets copying nodes say what
// they copy instead of what they heard.
void add_falsehoods(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
                    std::vector<Heard>& heard);

}  // namespace truce::sim
