#pragma once
// Who it may have been: ranked, always with "cannot be determined", and only where the agreement
// provides for saying so. It rests on where it was fired from and who held that ground then, on the
// direction of fire and the reach of the weapon, and on what a party says of itself. What one side
// says of the other counts for nothing here.

#include <optional>
#include <string>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

inline constexpr const char* kCannotBeDetermined = "cannot_be_determined";

// What is known of the shot besides its place.
struct Direction {
  double from_deg = 0;  // azimuth at the impact towards where it came from
  double sigma_deg = 0;
};

struct Traces {
  std::optional<Direction> direction;
  std::vector<std::string> admitted_by;  // parties that said it was theirs
};

// From which way it flew, as those who saw it tell: the mean of the directions, each weighing as
// much; nothing where none is told, or where they contradict each other.
std::optional<Direction> direction_of(const std::vector<const Observation*>& members);

// Of which incident, or observation that is a member of one, a statement says that it was the
// speaker's own doing: what a person filed it under, "admission/ID". Empty: of none.
std::string admission_of(const Statement& statement);

// The farthest that a weapon of this kind is published to reach, in metres.
double range_max_m(const Weapon& weapon);

// Zones of kind "control" say which party held what, and when; inside their tolerance, and where
// two overlap or none is, the ground is nobody's. What stands somewhere is on the ground where it
// stands. Probabilities come to one.
Attribution attribute(const Agreement& agreement, const Conduct& conduct, const Traces& traces);

// The probabilities by party, as a conduct takes them; what cannot be determined is left out.
std::map<std::string, double> parties_of(const Attribution& attribution);

}  // namespace truce::judge
