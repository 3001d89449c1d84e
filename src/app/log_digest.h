#pragma once
// Which log results were made from: one hash over its entries.

#include <cstdint>
#include <string>

#include "app/mission.h"
#include "stages/ledger/ledger.h"

namespace truce::app {

struct LogDigest {
  std::string hash;  // SHA-256 over the hashes of the entries [0, position), hex
  Instant received;  // when the last of them came to us; the first instant there is where none did
};

// Reads each entry once, however often it is asked.
class LogDigests {
 public:
  // Of the first `position` entries of the log in a folder. Errors: the log's; fewer entries than
  // that are a mistake of whoever asks.
  Result<LogDigest> at(const std::string& log_directory, Disk& disk, std::uint64_t position);

 private:
  std::string hashes_;  // 32 bytes an entry
  std::vector<Instant> received_;
};

}  // namespace truce::app
