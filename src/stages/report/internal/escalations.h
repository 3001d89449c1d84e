#pragma once
// What may follow a breach, and what lesser breaches come to.

#include <string>

#include "stages/report/report.h"

namespace truce::report {

// The section "Escalations"; empty where there was no episode.
std::string escalations_part(const Input& input);
// The section "Cumulated breaches"; empty where none were.
std::string cumulated_part(const Input& input);

}  // namespace truce::report
