#include "base/disk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace truce {

namespace {

class PosixFile : public DiskFile {
 public:
  PosixFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(fd_); }

  Result<std::uint64_t> size() override {
    struct stat info{};
    if (::fstat(fd_, &info) != 0) return io_error("size cannot be read", path_);
    return static_cast<std::uint64_t>(info.st_size);
  }
  Status append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return io_error("cannot be written", path_);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return done();
  }
  Status sync() override {
    if (::fdatasync(fd_) != 0) return io_error("cannot be made durable", path_);
    return done();
  }
  Status read_onto(std::string& out, std::uint64_t offset, std::uint64_t count) override {
    const std::size_t before = out.size();
    out.resize(before + count);
    std::size_t have = 0;
    while (have < count) {
      const ssize_t n =
          ::pread(fd_, out.data() + before + have, count - have, static_cast<off_t>(offset + have));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return io_error("cannot be read", path_);
      if (n == 0) break;
      have += static_cast<std::size_t>(n);
    }
    out.resize(before + have);
    return done();
  }
  Status truncate(std::uint64_t size) override {
    if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return io_error("cannot be cut", path_);
    return done();
  }
  Status lock() override {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd_, F_OFD_SETLK, &lock) == 0) return done();
    if (errno == EAGAIN || errno == EACCES)
      return make_error(ErrorCode::kBusy, "another program is writing here", {.source = path_});
    return io_error("cannot be locked", path_);
  }

 private:
  int fd_;
  std::string path_;
};

class PosixDisk : public Disk {
 public:
  // For its owner alone, as are files: a log holds everything.
  Status make_directories(const std::string& path) override {
    std::filesystem::path made;
    for (const auto& step : std::filesystem::path(path)) {
      made /= step;
      std::error_code unknown;
      const bool is_there = std::filesystem::is_directory(made, unknown);
      if (is_there || ::mkdir(made.c_str(), 0700) == 0) continue;
      const Error failed = io_error("cannot be created", made.string());
      if (!std::filesystem::is_directory(made, unknown)) return failed;  // nor by another meanwhile
    }
    return done();
  }
  Result<std::vector<std::string>> list(const std::string& directory) override {
    std::vector<std::string> names;
    std::error_code code;
    for (std::filesystem::directory_iterator it(directory, code), end; !code && it != end;
         it.increment(code)) {
      names.push_back(it->path().filename().string());
    }
    if (code)
      return make_error(
          code == std::errc::no_such_file_or_directory ? ErrorCode::kNotFound : ErrorCode::kIo,
          "cannot be listed: " + code.message(), {.source = directory});
    std::sort(names.begin(), names.end());
    return names;
  }
  Result<std::unique_ptr<DiskFile>> open(const std::string& path, bool create) override {
    const int fd =
        ::open(path.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | (create ? O_CREAT : 0), 0600);
    if (fd < 0 && !create && (errno == EACCES || errno == EROFS)) {
      const int read_only = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      if (read_only >= 0)
        return std::unique_ptr<DiskFile>(std::make_unique<PosixFile>(read_only, path));
    }
    if (fd < 0) return io_error("cannot be opened", path);
    return std::unique_ptr<DiskFile>(std::make_unique<PosixFile>(fd, path));
  }
  Status rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return io_error("cannot be renamed", from);
    return done();
  }
  Status remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return io_error("cannot be removed", path);
    return done();
  }
  Status sync_directory(const std::string& path) override {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return io_error("cannot be opened", path);
    const bool ok = ::fsync(fd) == 0;
    Error e = io_error("cannot be made durable", path);
    ::close(fd);
    if (!ok) return e;
    return done();
  }
};

}  // namespace

std::unique_ptr<Disk> posix_disk() { return std::make_unique<PosixDisk>(); }

}  // namespace truce
