#pragma once
// A ceasefire of sixty days with known truth, between two parties on a line in the open sea: a gate
// opens, is lost to a breach on the sixth day after, is nearly lost to a false report, and opens
// again. What `cover` would say of quiet is written by the world itself.

#include <string>
#include <vector>

#include "simulated_line.h"

namespace truce::missions {

// feeds/*.ndjson and sources.csv, the same bytes each time.
std::vector<SimulatedFile> sixty_days();

}  // namespace truce::missions
