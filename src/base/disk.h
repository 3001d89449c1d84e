#pragma once
// The few operations the ledger needs of a disk, as an interface: the real one is POSIX, the
// simulator's loses unsynced writes, tears the last one and fails on purpose (src/sim).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace truce {

class DiskFile {
 public:
  virtual ~DiskFile() = default;
  virtual Result<std::uint64_t> size() = 0;
  virtual Status append(std::string_view bytes) = 0;  // all or an error; may tear on a crash
  virtual Status sync() = 0;                          // data and size durable when it returns
  // Appends up to `count` bytes to `out`; fewer only at the end.
  virtual Status read_onto(std::string& out, std::uint64_t offset, std::uint64_t count) = 0;
  Result<std::string> read(std::uint64_t offset, std::uint64_t count) {
    std::string out;
    TRUCE_CHECK_OK(read_onto(out, offset, count));
    return out;
  }
  virtual Status truncate(std::uint64_t size) = 0;
  virtual Status
  lock() = 0;  // exclusive for as long as the file is open; kBusy when another holds it
};

class Disk {
 public:
  virtual ~Disk() = default;
  virtual Status make_directories(const std::string& path) = 0;
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;  // names, sorted
  virtual Result<std::unique_ptr<DiskFile>> open(const std::string& path, bool create) = 0;
  virtual Status rename(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& path) = 0;
  virtual Status sync_directory(
      const std::string& path) = 0;  // makes creations and renames durable
};

std::unique_ptr<Disk> posix_disk();

}  // namespace truce
