#pragma once
// A small world with known truth: two parties, Amber in the north and Cobalt in the south, on
// either side of a straight line of contact in the open sea, where nobody takes it for a real one.
// Events are drawn from a seed; arrays, cameras, patrols and the parties' liaison officers report
// what they could have noticed, each in its own shape and with its own mistakes.

#include <cstdint>
#include <string>
#include <vector>

namespace truce::missions {

struct SimulatedFile {
  std::string path;  // inside the mission's folder
  std::string text;
};

// The same seed gives the same bytes. sources.csv, feeds/*.ndjson and truth.csv; the last is for
// scoring and no feed.
std::vector<SimulatedFile> simulated_line(std::uint64_t seed);
inline constexpr std::uint64_t kSimulatedLineSeed = 20300603;

}  // namespace truce::missions
