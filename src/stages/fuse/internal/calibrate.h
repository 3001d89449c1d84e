#pragma once
// The air, the ears and the false reports fitted to the effects found so far and to what is left.

#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

// Whether an effect is sure and rich enough for the air to be learnt from it.
inline bool teaches(const Fitted& f) { return f.hits.size() >= 5 && f.log_odds > 3; }

// False rates per sensor, the levels of what is false, and how much likelier each arrival is to be
// of no effect of its own for what was heard around it, from the arrivals not taken.
void calibrate_false(const Network& net, const Taken& taken, const AssociateParams& prior,
                     Air& air);
// Source levels, attenuation, coupling of level and wind, spread of levels and detection curve.
void calibrate_levels(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air);
// Density of effects over the ground and the time that are looked at.
void calibrate_density(std::size_t effects, Air& air);
// Wind field, sensors' clocks and places. Effects' own places and times are solved for
// with them (and left unchanged here: refit follows). `last` also works out what is left unsure.
void calibrate_times(const std::vector<Fitted>& effects, const std::vector<WeatherReport>& weather,
                     const AssociateParams& prior, bool last, Air& air);
// The error of the paths' times, from effects refitted to the air as it is now; from more of them
// at `last`.
void calibrate_path_error(const std::vector<Fitted>& effects, const AssociateParams& prior,
                          bool last, Air& air);

}  // namespace truce::fuse
