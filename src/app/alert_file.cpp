#include "app/alert_file.h"

#include <cstdio>
#include <filesystem>

#include "base/printable.h"

namespace truce::app {

Result<std::unique_ptr<AlertFile>> AlertFile::open(Disk& disk, const std::string& path) {
  TRUCE_TRY(file, disk.open(path, true));
  std::unique_ptr<AlertFile> out(new AlertFile(std::move(file)));
  TRUCE_TRY(size, out->file_->size());
  if (size == 0)
    TRUCE_CHECK_OK(disk.sync_directory(std::filesystem::path(path).parent_path().string()));
  TRUCE_TRY(text, out->file_->read(0, size));
  const std::size_t whole = text.find_last_of('\n') + 1;  // 0 where there is no line
  if (whole < text.size()) TRUCE_CHECK_OK(out->file_->truncate(whole));
  for (std::size_t at = 0; at < whole;) {
    const std::size_t end = text.find('\n', at);
    out->said_.insert(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

Status AlertFile::say(const std::vector<Alert>& alerts) {
  std::string lines;
  for (const auto& a : alerts) {
    std::string line = to_json(a);
    if (said_.contains(line)) continue;
    if (before_saying) before_saying();
    std::fprintf(stderr, "ALERT %s\n", printable(to_text(a)).c_str());
    lines += line + "\n";
    said_.insert(std::move(line));
  }
  if (lines.empty()) return done();
  std::fflush(stderr);
  TRUCE_CHECK_OK(file_->append(lines));
  return file_->sync();
}

}  // namespace truce::app
