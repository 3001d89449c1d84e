#include "app/log_digest.h"

#include "base/hash.h"

namespace truce::app {

Result<LogDigest> LogDigests::at(const std::string& log_directory, Disk& disk,
                                 std::uint64_t position) {
  const auto n = static_cast<std::size_t>(position);
  if (received_.size() < n) {
    TRUCE_TRY(reader, ledger::Reader::open(disk, log_directory, received_.size()));
    reader->committed(position);
    while (received_.size() < n) {
      TRUCE_TRY(entry, reader->next());
      TRUCE_ENSURE(entry.has_value());
      hashes_.append(reinterpret_cast<const char*>(entry->hash.data()), entry->hash.size());
      received_.push_back(entry->entry.received);
    }
  }
  return LogDigest{to_hex(sha256(std::string_view(hashes_).substr(0, n * Hash().size()))),
                   n == 0 ? Instant{INT64_MIN} : received_[n - 1]};
}

}  // namespace truce::app
