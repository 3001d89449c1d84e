#pragma once
// What a report says of gates and obligations.

#include "app/mission.h"
#include "stages/ledger/store.h"
#include "stages/report/report.h"

namespace truce::app {

// As they stood at the end of the period, or where what is known ends before it.
Status add_clock_parts(const Mission& mission, ledger::Store& store, report::Input& in);

}  // namespace truce::app
