#pragma once
// Gates over time, as a picture with its reasons.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

// The section "Gates"; empty when the agreement states none.
std::string gates_part(const Input& input);

}  // namespace truce::report
