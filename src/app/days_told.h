#pragma once
// Of which days anything is known: a day outside is one without data, never a zero.

#include <optional>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

struct DaysTold {
  CivilDay first, last;  // reporting days of the mission
  CivilDay last_whole;   // the last that was over when the last thing that we know of was; it may
                         // lie before `first`
};

// From the first to the last that a feed, or a window of what was watched, tells of; none of
// nothing. Errors: the store's.
Result<std::optional<DaysTold>> days_told(const Mission& mission, ledger::Store& store);

}  // namespace truce::app
