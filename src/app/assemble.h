#pragma once
// What a report shows, gathered from the query store.

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

Result<report::Input> assemble_report(const Mission& mission, ledger::Store& store, CivilDay first,
                                      CivilDay last, Instant known_at, const std::string& log_hash);

// Claims that break their total down in the same statement: what the parts give against the total.
std::vector<std::string> claim_notes(const std::vector<Claim>& claims);

}  // namespace truce::app
