#include "app/log_digest.h"

#include "stages/ledger/ledger.h"

namespace truce::app {

Result<LogDigest> LogDigests::at(const std::string& log_directory, Disk& disk,
                                 std::uint64_t position) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!hash_ || position < entries_) {
    hash_ = std::make_unique<RunningHash>();
    entries_ = 0;
    received_ = Instant{INT64_MIN};
  }
  if (entries_ < position) {
    TRUCE_TRY(reader, ledger::Reader::open(disk, log_directory, entries_));
    reader->committed(position);
    for (; entries_ < position; ++entries_) {
      TRUCE_TRY(entry, reader->next());
      if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
      hash_->update({reinterpret_cast<const char*>(entry->hash.data()), entry->hash.size()});
      received_ = entry->entry.received;
    }
  }
  return LogDigest{to_hex(hash_->so_far()), received_};
}

}  // namespace truce::app
