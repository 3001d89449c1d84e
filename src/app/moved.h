#pragma once
// What late data moved: clocks as they were known at an earlier position of the log, held against
// the same instant as it is known later. Time that went by moves nothing here, only records do.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "app/clocks.h"

namespace truce::app {

// Under one reading.
struct ReadingMoved {
  struct GateMoves {
    std::string gate;
    std::vector<judge::GateMove> days;
  };
  struct Change {
    std::string subject;        // "obligation hotline of north"
    std::string before, after;  // "none" where there was no such thing
    judge::Why why;  // as it is now; its records are those that only one of them rests on
  };
  std::string reading;
  std::vector<GateMoves> gates;
  std::vector<Change> obligations;
  std::vector<Change> tiers;
  std::vector<Change> cumulations;
};

struct Moved : ReadingMoved {       // under the base text
  Instant until;                    // where what was known ended
  std::vector<ReadingMoved> other;  // readings, where it is not what the base text's is
};

// Between entries [0, since) and entries [0, known).
Result<Moved> what_moved_since(const Mission& mission, ledger::Store& store, std::uint64_t since,
                               std::uint64_t known);

// By gate and day: how it moved since it was first told. A day is told when every sector and class
// of the gate has a window up to its end or later; what came in the same look at the feeds is known
// with it.
using MovedDays = std::map<std::pair<std::string, judge::DayNumber>, judge::GateMove>;
// `now`: the clocks with all that is known; days before `first` are left out.
Result<MovedDays> moved_since_told(const Mission& mission, ledger::Store& store, const Clocks& now,
                                   Instant first);

}  // namespace truce::app
