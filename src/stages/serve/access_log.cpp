#include "stages/serve/internal/access_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/json.h"

namespace truce::serve {

std::string access_json(const Access& a) {
  std::string out;
  JsonWriter w(out);
  const auto text_or_null = [&w](std::string_view key, const std::string& text) {
    w.key(key);
    text.empty() ? w.null() : w.string(to_valid_utf8(text));
  };
  w.begin_object();
  text_or_null("account", a.account);
  w.key("at").string(to_text(a.at)).key("method").string(to_valid_utf8(a.method));
  text_or_null("party", a.party);
  w.key("records").integer(static_cast<std::int64_t>(a.records));
  w.key("role").string(to_string(a.role)).key("status").integer(a.status);
  w.key("target").string(to_valid_utf8(a.target));
  if (!a.tried.empty()) w.key("tried").string(a.tried);
  w.end_object();
  return out;
}

AccessLog::~AccessLog() {
  if (file_ >= 0) close(file_);
}

Status AccessLog::open_day(const std::string& day) {
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

Status AccessLog::write(const Access& access) {
  if (folder_.empty()) return done();
  TRUCE_CHECK_OK(open_day(to_text(access.at).substr(0, 10)));
  const std::string line = access_json(access) + "\n";
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t n = ::write(file_, left.data(), left.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return io_error("cannot be written", folder_);
    left.remove_prefix(static_cast<std::size_t>(n));
  }
  return done();
}

}  // namespace truce::serve
