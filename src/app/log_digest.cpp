#include "app/log_digest.h"

#include <algorithm>

#include "stages/ledger/ledger.h"

namespace truce::app {

// From which the way is shortest; where all are beyond, the one that was least far begins anew.
LogDigests::Place& LogDigests::nearest(std::uint64_t position) {
  Place* best = nullptr;
  for (Place& place : places_) {
    if (place.entries <= position && (best == nullptr || place.entries > best->entries))
      best = &place;
  }
  if (best == nullptr) {
    best = std::min_element(places_.begin(), places_.end(),
                            [](const Place& a, const Place& b) { return a.entries < b.entries; });
    *best = {};
  }
  if (!best->hash) best->hash = std::make_unique<RunningHash>();
  return *best;
}

Result<LogDigest> LogDigests::at(const std::string& log_directory, Disk& disk,
                                 std::uint64_t position) {
  const std::lock_guard<std::mutex> lock(mutex_);
  Place& place = nearest(position);
  if (place.entries < position) {
    TRUCE_TRY(reader, ledger::Reader::open(disk, log_directory, place.entries));
    reader->committed(position);
    for (; place.entries < position; ++place.entries) {
      TRUCE_TRY(entry, reader->next());
      if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
      place.hash->update({reinterpret_cast<const char*>(entry->hash.data()), entry->hash.size()});
      place.received = entry->entry.received;
    }
  }
  return LogDigest{to_hex(place.hash->so_far()), place.received};
}

}  // namespace truce::app
