// A log whose segment holds anything: opening it either cuts a tail, and then everything committed
// can be read and has its hash, or says which file is damaged and where.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/sim_disk.h"
#include "stages/ledger/ledger.h"

using namespace truce;

namespace {

constexpr const char* kDirectory = "log";
constexpr const char* kSegment = "log/00000000000000000000.log";

// What a ledger writes in so many commits of two entries.
std::string segment(int commits) {
  sim::SimDisk disk(1);
  const auto log = ledger::Ledger::open(disk, {.directory = kDirectory});
  TRUCE_ENSURE(log.ok());
  for (int i = 0; i < commits; ++i) {
    TRUCE_ENSURE((*log)->append({EntryKind::kTick, {i}, "{}", "x"}).ok());
    TRUCE_ENSURE((*log)->append({EntryKind::kClaim, {i}, R"({"a":1})", ""}).ok());
    TRUCE_ENSURE((*log)->commit().ok());
  }
  const auto file = disk.open(kSegment, false);
  TRUCE_ENSURE(file.ok());
  return *(*file)->read(0, *(*file)->size());
}

void check(const Error& e) {
  TRUCE_ENSURE(e.code == ErrorCode::kCorrupt && !e.message.empty() && !e.place.source.empty() &&
               e.place.byte_offset.has_value());
}

void put(sim::SimDisk& disk, std::string_view bytes) {
  TRUCE_ENSURE(disk.make_directories(kDirectory).ok());
  const auto file = disk.open(kSegment, true);
  TRUCE_ENSURE(file.ok() && (*file)->append(bytes).ok() && (*file)->sync().ok());
}

}  // namespace

std::vector<std::string> fuzz_seeds() { return {segment(1), segment(2), segment(5)}; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sim::SimDisk disk(1);
  put(disk, {reinterpret_cast<const char*>(data), size});
  const auto log = ledger::Ledger::open(disk, {.directory = kDirectory});
  if (!log.ok()) return check(log.error()), 0;
  auto reader = ledger::Reader::open(disk, kDirectory, 0);
  TRUCE_ENSURE(reader.ok());
  for (std::uint64_t read = 0;; ++read) {
    const auto entry = (*reader)->next();
    if (!entry.ok()) return check(entry.error()), 0;
    if (!*entry) return TRUCE_ENSURE(read == (*log)->committed()), 0;
    TRUCE_ENSURE((*entry)->position == read);
  }
}
