#pragma once
// The columns of the table of violations, as monitors know them: what each says of an incident.
// Plain text, not escaped.

#include <string>
#include <vector>

#include "stages/report/report.h"

namespace truce::report {

// What an incident rests on, in the order of its evidence; observations that were not handed in are
// left out.
std::vector<const Observation*> evidence_of(const Input& input, const Incident& incident);

using Evidence = std::vector<const Observation*>;
std::string position_column(const Evidence& evidence);  // who observed, and from where
// Range and direction are told from the position in the column before it, so without its place.
std::string location_column(const Evidence& evidence);
std::string means_column(const Evidence& evidence);
// "explosion"; with best counts where there are several: "explosion 8, projectile 80".
std::string observation_column(const Incident& incident);
// How it was, as far as it is known: "impact 5, undetermined 3", "W to E, tracer".
std::string description_column(const Incident& incident, const Evidence& evidence);
std::string weapon_column(const Incident& incident, const Evidence& evidence);

}  // namespace truce::report
