#include "app/signature_folder.h"

#include <algorithm>

#include "base/files.h"
#include "model/json.h"
#include "stages/ledger/ledger.h"

namespace truce::app {

namespace fs = std::filesystem;

std::vector<fs::path> signatures_left(const fs::path& mission) {
  std::vector<fs::path> out;
  std::error_code none;
  fs::directory_iterator file(mission / kSignatureFolder, none), end;
  for (; !none && file != end; file.increment(none)) {
    if (file->path().extension() == ".ndjson") out.push_back(file->path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

Status leave_signature(const fs::path& mission, Disk& disk, const ::truce::Signature& record) {
  const fs::path folder = mission / kSignatureFolder;
  TRUCE_CHECK_OK(disk.make_directories(folder.string()));
  TRUCE_CHECK_OK(disk.sync_directory(folder.parent_path().string()));
  TRUCE_CHECK_OK(
      write_file_atomically(folder / (record.id + ".ndjson"),
                            "{\"kind\":\"signature\",\"record\":" + to_json(record) + "}\n"));
  return disk.sync_directory(folder.string());
}

bool are_apart(Instant a, Instant b) {
  return a > judge::plus(b, kSignedAndEntered) || b > judge::plus(a, kSignedAndEntered);
}

Result<Instant> end_of_log(const Mission& mission, ledger::Store& store) {
  TRUCE_TRY(clocks, clocks_of(mission, store, ledger::Store::kNow, {}));
  Instant out = clocks.as.until;
  TRUCE_TRY(ticks, store.records("tick"));
  for (const auto& row : ticks) {
    TRUCE_TRY(tick, ledger::from_store<Tick>(row.json));
    out = std::max(out, tick.time);
  }
  return out;
}

Result<Instant> entered_at(const Mission& mission, Disk& disk, std::uint64_t position) {
  TRUCE_TRY(reader, ledger::Reader::open(disk, mission.log_directory(), position));
  TRUCE_TRY(entry, reader->next());
  if (entry) return entry->entry.received;
  return make_error(ErrorCode::kCorrupt, "the log does not hold entry " + std::to_string(position),
                    {.source = mission.log_directory()}, "`truce replay` to see what is wrong");
}

Result<EnteredAt> entered_elsewhen(const Mission& mission, Disk& disk, const Clocks& clocks) {
  EnteredAt out;
  for (const auto& s : clocks.base().timeline.signatures) {
    TRUCE_TRY(at, entered_at(mission, disk, s.known));
    if (are_apart(at, s.when)) out.emplace(s.id, at);
  }
  return out;
}

}  // namespace truce::app
