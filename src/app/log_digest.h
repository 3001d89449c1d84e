#pragma once
// Which log results were made from: one hash over its entries.

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

// Goes on from where it was asked for last: a log only ever grows. From any thread.
class LogDigests {
 public:
  // Of the first `position` entries of the log in a folder. Errors: the log's; kCorrupt where there
  // are fewer.
  Result<LogDigest> at(const std::string& log_directory, Disk& disk, std::uint64_t position);

 private:
  std::mutex mutex_;
  std::unique_ptr<RunningHash> hash_;
  std::uint64_t entries_ = 0;
  Instant received_{INT64_MIN};
};

}  // namespace truce::app
