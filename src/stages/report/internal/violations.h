#pragma once
// The table of incidents.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

CountInterval all_violations(const Input& input);  // of all incidents together
std::string violations_table(const Input& input);

}  // namespace truce::report
