#pragma once
// What the agreement says in time, from what the store holds: gates, obligations and escalations.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

// Under one reading: its rules, and its findings as breaches.
struct ReadingClocks {
  std::string reading;
  judge::Timeline timeline;
  judge::ClockStates states;
};

struct Clocks {
  judge::AsOf as;
  std::vector<ReadingClocks> readings;  // in the order of the agreement's, base first
  const ReadingClocks& base() const { return readings.front(); }
};

// As known when entries [0, known) of the log had been applied. Without `until` the clocks stand
// where what is known ends: the latest end of a report, an event or a window of quiet.
Result<Clocks> clocks_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                         std::optional<Instant> until);

}  // namespace truce::app
