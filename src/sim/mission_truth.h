#pragma once
// The truth beside a simulated mission, as something that incidents can be scored against. What
// `truce sim` writes; the unit is the salvo, for an incident is effects that belong together.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/geo.h"
#include "base/instant.h"
#include "sim/score.h"

namespace truce::sim {

struct MissionTruth {
  // Rows of feeds take the place of arrivals: numbered in the order of labels.csv.
  std::map<std::pair<std::string, std::uint64_t>, std::uint32_t> rows;  // by feed and line
  std::vector<TrueEffect> salvos;  // place: mean of impacts, else of muzzles; time: of the first
  std::vector<std::int64_t> effects_of_salvo;
  std::vector<std::string> party_of_salvo;  // whose it was; empty: the world has no sides
  // Each with the rows that tell of it alone: of nodes, arrays and satellites.
  std::vector<TrueEffect> effects;
  LocalFrame frame;  // of the places above
  Instant epoch;     // of the times above
};

// Errors: files that are not what mission_files writes.
Result<MissionTruth> parse_mission_truth(std::string_view truth_csv, std::string_view labels_csv);

}  // namespace truce::sim
