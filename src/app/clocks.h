#pragma once
// What the agreement says in time, from what the store holds: gates, obligations and escalations.

#include <cstdint>
#include <optional>
#include <vector>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

struct Clocks {
  judge::AsOf as;
  judge::Timeline timeline;
  std::vector<judge::GateHistory> gates;  // in the order of the agreement's rules
  std::vector<judge::ObligationResult> obligations;
  std::vector<std::vector<judge::Episode>> escalations;  // by rule
};

// As known when entries [0, known) of the log had been applied. Without `until` the clocks stand
// where what is known ends: the latest end of a report, an event or a window of quiet.
Result<Clocks> clocks_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                         std::optional<Instant> until);

}  // namespace truce::app
