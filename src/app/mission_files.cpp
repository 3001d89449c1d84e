#include "app/mission_files.h"

#include <chrono>

namespace truce::app {

namespace {

using FileClock = std::filesystem::file_time_type::clock;

// Disks round the times of files, and some to two seconds.
constexpr std::chrono::seconds kRounding{2};

}  // namespace

void add_mark(Marks& marks, const std::filesystem::path& path) {
  std::error_code missing;
  const auto status = std::filesystem::status(path, missing);
  if (!std::filesystem::exists(status)) return;
  // What is no file has no size; that it stands there is a change all the same.
  const bool is_file = std::filesystem::is_regular_file(status);
  const auto size = is_file ? std::filesystem::file_size(path, missing) : 0;
  if (missing) return;
  const auto time = std::filesystem::last_write_time(path, missing);
  if (!missing) marks[path.string()] = {size, time};
}

MissionFiles::MissionFiles(std::filesystem::path folder)
    : folder_(std::move(folder)), looked_(FileClock::now()), seen_(marks()) {}

void MissionFiles::know(const std::vector<std::string>& files) {
  for (const auto& name : files) {
    const bool is_known = seen_.contains((folder_ / name).string());
    if (!named_.insert(name).second || is_known) continue;
    Marks one;
    add_mark(one, folder_ / name);
    for (const auto& [path, mark] : one) {
      if (mark.second + kRounding < looked_) seen_[path] = mark;
    }
  }
}

bool MissionFiles::have_changed() {
  const auto now = FileClock::now();
  Marks all = marks();
  if (all == seen_) return false;
  seen_ = std::move(all);
  looked_ = now;
  return true;
}

Marks MissionFiles::marks() const {
  Marks out;
  for (const char* name : {"sources.csv", "ground.csv", "cases.csv"}) add_mark(out, folder_ / name);
  for (const auto& [inner, ending] :
       {std::pair("", ".toml"), std::pair("geo", ".geojson"), std::pair("text", ".md")}) {
    std::error_code none;
    std::filesystem::directory_iterator file(folder_ / inner, none), end;
    for (; !none && file != end; file.increment(none)) {
      if (file->path().extension() == ending) add_mark(out, file->path());
    }
  }
  for (const auto& name : named_) add_mark(out, folder_ / name);
  return out;
}

}  // namespace truce::app
