#pragma once
// The parameters of params.toml by name. A parameter is added in three places that a test of app
// holds against each other: params.toml, Params, and here.

#include "stages/fuse/fuse.h"

namespace truce::fuse {

// Calls visit(name, value) for every parameter that a mission may set.
template <class Visit>
void for_each_param(Params& params, Visit visit) {
  visit("gap_s", params.gap_s);
  visit("events_per_km2_hour", params.events_per_km2_hour);
  visit("samples", params.samples);
  visit("members_max", params.members_max);
}

}  // namespace truce::fuse
