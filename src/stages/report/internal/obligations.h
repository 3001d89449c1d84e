#pragma once
// What each party owes, and by when.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

// The section "Obligations"; empty when the agreement states none.
std::string obligations_part(const Input& input);

}  // namespace truce::report
