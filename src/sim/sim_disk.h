#pragma once
// A disk that fails as disks do, from one seed. Writes sit in a cache until synced; a crash keeps
// an arbitrary set of unsynced 512-byte sectors and drops the rest, and forgets files whose
// directory was not synced.

#include <map>
#include <memory>
#include <random>

#include "base/disk.h"

namespace truce::sim {

class SimDisk : public Disk {
 public:
  explicit SimDisk(std::uint64_t seed) : random_(seed) {}
  // The machine stops and starts again: open files are void.
  void crash();
  // Sync returns as if it had worked but makes nothing durable: what a test of tests needs.
  void let_sync_lie(bool lie) { sync_lies_ = lie; }
  // The next `n`-th operation that writes fails with an io error; 0 never.
  void fail_write_after(int n) { fail_after_ = n; }

  Status make_directories(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Result<std::unique_ptr<DiskFile>> open(const std::string& path, bool create) override;
  Status rename(const std::string& from, const std::string& to) override;
  Status remove(const std::string& path) override;
  Status sync_directory(const std::string& path) override;

 private:
  friend class SimFile;
  struct Content {
    std::string now;
    std::string durable;
    bool named = false;  // its directory entry is durable
  };
  std::map<std::string, std::shared_ptr<Content>> files_;
  std::mt19937_64 random_;
  bool sync_lies_ = false;
  int fail_after_ = 0;
};

}  // namespace truce::sim
