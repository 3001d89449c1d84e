#include "sim/sim_disk.h"

#include <algorithm>

namespace truce::sim {

class SimFile : public DiskFile {
 public:
  SimFile(SimDisk& disk, std::shared_ptr<SimDisk::Content> content)
      : disk_(disk), content_(std::move(content)) {}
  Result<std::uint64_t> size() override { return static_cast<std::uint64_t>(content_->now.size()); }
  Status append(std::string_view bytes) override {
    const bool failing = disk_.fail_after_ == 1;
    if (disk_.fail_after_ > 0) --disk_.fail_after_;
    if (failing) {
      content_->now.append(bytes.substr(0, disk_.random_() % (bytes.size() + 1)));
      return make_error(ErrorCode::kIo, "the simulated disk is full");
    }
    content_->now.append(bytes);
    return done();
  }
  Status sync() override {
    if (!disk_.sync_lies_) content_->durable = content_->now;
    return done();
  }
  Status read_onto(std::string& out, std::uint64_t offset, std::uint64_t count) override {
    if (offset < content_->now.size()) out.append(content_->now, offset, count);
    return done();
  }
  Status truncate(std::uint64_t size) override {
    content_->now.resize(size);
    return done();
  }
  Status lock() override { return done(); }

 private:
  SimDisk& disk_;
  std::shared_ptr<SimDisk::Content> content_;
};

void SimDisk::crash() {
  constexpr std::size_t kSector = 512;
  for (auto it = files_.begin(); it != files_.end();) {
    Content& c = *it->second;
    if (!c.named && random_() % 2 == 0) {
      it = files_.erase(it);
      continue;
    }
    // What was written and not synced: the file's length is anything in between, and each sector
    // behind the durable part is there or reads as zeros.
    const std::size_t low = std::min(c.now.size(), c.durable.size());
    std::size_t length =
        c.now.size() == c.durable.size()
            ? c.now.size()
            : std::min(c.now.size(),
                       low + random_() % (std::max(c.now.size(), c.durable.size()) - low + 1));
    if (c.now.size() < c.durable.size())
      length = random_() % 2 == 0 ? c.durable.size() : c.now.size();
    std::string after =
        length > c.now.size() ? c.durable.substr(0, length) : c.now.substr(0, length);
    std::copy_n(c.durable.begin(), std::min(low, length), after.begin());
    for (std::size_t sector = low / kSector * kSector; sector < after.size(); sector += kSector) {
      if (random_() % 2 == 0) continue;
      const std::size_t from = std::max(sector, low);
      const std::size_t to = std::min(sector + kSector, after.size());
      if (from < to)
        std::fill(after.begin() + static_cast<std::ptrdiff_t>(from),
                  after.begin() + static_cast<std::ptrdiff_t>(to), '\0');
    }
    auto content = std::make_shared<Content>(Content{after, after, true});
    it->second = content;
    ++it;
  }
}

Status SimDisk::make_directories(const std::string&) { return done(); }

Result<std::vector<std::string>> SimDisk::list(const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& [path, content] : files_) {
    if (path.rfind(directory + "/", 0) == 0) out.push_back(path.substr(directory.size() + 1));
  }
  return out;
}

Result<std::unique_ptr<DiskFile>> SimDisk::open(const std::string& path, bool create) {
  auto it = files_.find(path);
  if (it == files_.end()) {
    if (!create) return make_error(ErrorCode::kNotFound, "no such file", {.source = path});
    it = files_.emplace(path, std::make_shared<Content>()).first;
  }
  return std::unique_ptr<DiskFile>(std::make_unique<SimFile>(*this, it->second));
}

Status SimDisk::rename(const std::string& from, const std::string& to) {
  const auto it = files_.find(from);
  if (it == files_.end()) return make_error(ErrorCode::kNotFound, "no such file", {.source = from});
  files_[to] = it->second;
  files_.erase(from);
  return done();
}

Status SimDisk::remove(const std::string& path) {
  files_.erase(path);
  return done();
}

Status SimDisk::sync_directory(const std::string& path) {
  for (auto& [name, content] : files_) {
    if (!sync_lies_ && name.rfind(path + "/", 0) == 0) content->named = true;
  }
  return done();
}

}  // namespace truce::sim
