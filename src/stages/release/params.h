#pragma once
// The parameters of params.toml by name. A parameter is added in three places that a test of app
// holds against each other: params.toml, Params, and here.

#include "stages/release/release.h"

namespace truce::release {

// Calls visit(name, value) for every parameter that a mission may set.
template <class Visit>
void for_each_param(Params& params, Visit visit) {
  visit("public_delay_h", params.public_delay_h);
  visit("public_cell_m", params.public_cell_m);
  visit("public_round_s", params.public_round_s);
  visit("liaison_delay_h", params.liaison_delay_h);
  visit("liaison_cell_m", params.liaison_cell_m);
  visit("liaison_round_s", params.liaison_round_s);
  visit("commission_cell_m", params.commission_cell_m);
  visit("commission_round_s", params.commission_round_s);
  visit("force_cell_m", params.force_cell_m);
  visit("force_round_s", params.force_round_s);
}

}  // namespace truce::release
