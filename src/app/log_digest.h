#pragma once
// Which log results were made from: one hash over its entries.

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/disk.h"
#include "base/instant.h"
#include "base/running_hash.h"

namespace truce::app {

struct LogDigest {
  std::string hash;  // SHA-256 over the hashes of the entries [0, position), hex
  Instant received;  // when the last of them came to us; the first instant there is where none did
};

// Goes on from where it was asked for last: a log only ever grows, and some are told of it late.
// From any thread.
class LogDigests {
 public:
  // Of the first `position` entries of the log in a folder. Errors: the log's; kCorrupt where there
  // are fewer.
  Result<LogDigest> at(const std::string& log_directory, Disk& disk, std::uint64_t position);

 private:
  struct Place {
    std::unique_ptr<RunningHash> hash;
    std::uint64_t entries = 0;
    Instant received{INT64_MIN};
  };
  Place& nearest(std::uint64_t position);
  std::mutex mutex_;
  std::array<Place, 3> places_;  // of who is told at once, of who a day late, and of no one yet
};

}  // namespace truce::app
