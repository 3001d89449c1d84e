#pragma once
// The mission's lines, zones, sectors, places and protected objects, as features to serve.

#include <vector>

#include "app/mission.h"
#include "stages/serve/serve.h"

namespace truce::app {

// One row for each feature of geo/ and each protected object of the agreement, with its geometry
// beside it; by file and place in it, then as the agreement lists them. Of each feature: what it is
// called, and which zones and baselines of the agreement it draws, each with its validity.
std::vector<serve::Row> area_rows(const Mission& mission);

}  // namespace truce::app
