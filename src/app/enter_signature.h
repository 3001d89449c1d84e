#pragma once
// A signature into the log, whoever writes it.

#include <optional>

#include "app/commands.h"
#include "model/records.h"

namespace truce::app {

// Where it stands in the log, and when that received it.
struct Entered {
  std::uint64_t position = 0;
  Instant at;
};

// Durable as a file first, so that nothing is lost whoever takes it in: this session where it may
// write, else the run that is on. None: it is left there, and no run has come to it for a while.
Result<std::optional<Entered>> enter_signature(Session& s, const MissionOptions& o,
                                               const ::truce::Signature& record);

}  // namespace truce::app
