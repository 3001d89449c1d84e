#pragma once
// When sound came to each sensor, and when it should have.

#include <string>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

// For the effects of an incident that were located from arrivals in the air: each arrival behind
// them with the time it should have come at by the place and the air as they were fitted, one sigma
// of that, and how far it went. The block is located anew, which gives what it gave. Echoes and
// shock waves are named too; they had no part in the place (`used` false) and are given by the
// still air's speed. {"arrivals":[…],"origin":{…}|null,"origins":[…]}. Errors: kNotFound where
// there is no such incident; kLimit; the store's.
Result<std::string> arrivals_json(const Mission& mission, ledger::Store& store,
                                  std::string_view incident);

}  // namespace truce::app
