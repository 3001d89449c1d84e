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

// A finding on an obligation under one reading: that a deadline was missed, that something owed is
// absent, that something forbidden happened. Worked out when it is asked for, as all clocks are.
struct ObligationFinding {
  Finding finding;
  judge::ObligationResult result;
  judge::ObligationRule rule;
  std::vector<std::string> records;  // events behind it, its trigger among them; sorted
};
// By id, "maps/e2030…/cobalt/base"; none where no obligation has one. With an obligation's id alone
// the ids that there are go to `ids`.
Result<std::optional<ObligationFinding>> find_obligation(const Mission& mission,
                                                         ledger::Store& store,
                                                         const std::string& id,
                                                         std::vector<std::string>& ids);

}  // namespace truce::app
