#pragma once
// Beside the incidents: what else was judged, and where the readings of the text come apart.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

// Weapons seen where they stood, what flew, what was said; empty when nothing of it was judged.
std::string conducts_part(const Input& input);
// Where a provision comes to other values under other readings; empty when nowhere.
std::string differences_part(const Input& input);

}  // namespace truce::report
