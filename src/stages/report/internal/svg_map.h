#pragma once
// The map of a report: land, lines and zones in ink, incidents as the regions the solver used.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

std::string svg_map(const Input& input);
std::string escape(std::string_view text);
// The finding that a page shows for an incident: the worst value under any reading, base first on
// ties.
const Finding* leading_finding(const Input& input, const std::string& incident);

}  // namespace truce::report
