#include "stages/serve/internal/day_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace truce::serve {

DayFile::~DayFile() {
  if (file_ >= 0) close(file_);
}

Status DayFile::open_day(const std::string& day) {
  if (file_ >= 0 && day == day_) return done();
  if (file_ >= 0) close(file_);
  file_ = -1;
  if (mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST)
    return io_error("cannot be made", folder_);
  const std::string path = folder_ + "/" + day + ".jsonl";
  file_ = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0) return io_error("cannot be opened", path);
  day_ = day;
  return done();
}

Status DayFile::append(Instant at, std::string_view line) {
  if (folder_.empty()) return done();
  TRUCE_CHECK_OK(open_day(to_text(at).substr(0, 10)));
  const std::string ended = std::string(line) + "\n";
  std::string_view left = ended;
  while (!left.empty()) {
    const ssize_t n = ::write(file_, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error("cannot be written", folder_);
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  return done();
}

}  // namespace truce::serve
