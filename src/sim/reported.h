#pragma once
// Effects that some associator reports of a scene, as text: one JSON object per line,
//
//   {"arrivals":[3,7,12],"x_m":1250.5,"y_m":800,"time_s":61.2,
//    "region50":[[x,y],…],"region90":[[x,y],…]}
//
// the regions as rings in metres or left out. How programs other than ours are scored.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/score.h"

namespace truce::sim {

// Errors: a line that is no such object, an arrival at or above `arrivals`, a number not finite.
Result<std::vector<ScoredEffect>> parse_reported(std::string_view lines, const std::string& source,
                                                 std::size_t arrivals);

}  // namespace truce::sim
