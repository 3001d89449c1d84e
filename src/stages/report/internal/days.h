#pragma once
// What was said and found per day, as tables: of some days beside the map, of many below it in two
// columns, since a table of sixty rows in half a page's width leaves the other half empty.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

// Both tables where the period has few days, each with its heading; else empty.
std::string days_beside(const Input& input);
// Both tables where it has many; else empty.
std::string days_below(const Input& input);

}  // namespace truce::report
