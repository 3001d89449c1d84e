#include "base/files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>

namespace truce {

namespace {

Result<std::string> gunzip(std::string_view packed, std::uint64_t bytes_max,
                           const std::filesystem::path& path) {
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
    return make_error(ErrorCode::kLimit, "no memory to unpack", {.source = path.string()});
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  constexpr std::size_t kPiece = 1U << 16;
  std::string out;
  int code = Z_OK;
  while (code != Z_STREAM_END) {
    const std::size_t at = out.size();
    if (at > bytes_max) break;
    out.resize(at + kPiece);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + at);
    stream.avail_out = kPiece;
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(at + kPiece - stream.avail_out);
    // Several members in a row are one file.
    if (code == Z_STREAM_END && stream.avail_in > 0) code = inflateReset(&stream);
    if (code != Z_OK && code != Z_STREAM_END) break;
  }
  const auto consumed = static_cast<std::uint64_t>(stream.total_in);
  inflateEnd(&stream);
  if (out.size() > bytes_max)
    return make_error(ErrorCode::kLimit, "unpacks to more than the limit",
                      {.source = path.string()}, std::to_string(bytes_max) + " bytes at most");
  if (code != Z_STREAM_END)
    return bad_input("damaged gzip", {.source = path.string(), .byte_offset = consumed});
  return out;
}

// Bytes read: fewer than `size` where the file ends before or cannot be read.
std::size_t read_whole(int fd, char* to, std::size_t size) {
  std::size_t have = 0;
  while (have < size) {
    const ssize_t n = ::read(fd, to + have, size - have);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    have += static_cast<std::size_t>(n);
  }
  return have;
}

}  // namespace

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t bytes_max) {
  TRUCE_TRY(mapped, MappedFile::open(path));
  if (mapped.bytes().size() > bytes_max) {
    return make_error(ErrorCode::kLimit, "larger than the limit", {.source = path.string()},
                      std::to_string(bytes_max) + " bytes at most");
  }
  if (mapped.bytes().substr(0, 2) == "\x1f\x8b") return gunzip(mapped.bytes(), bytes_max, path);
  return std::string(mapped.bytes());
}

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  // A pipe without a writer is not waited for.
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return io_error("cannot be opened", path);
  struct stat info{};
  if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
    ::close(fd);
    errno = errno == 0 ? EISDIR : errno;
    return make_error(ErrorCode::kBadInput, "is not a regular file", {.source = path.string()},
                      "a file");
  }
  MappedFile file;
  file.size_ = static_cast<std::size_t>(info.st_size);
  file.mapped_ = file.size_ > kMappedBytes;
  if (file.size_ > 0) {
    void* p = file.mapped_ ? ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd, 0)
                           : ::mmap(nullptr, file.size_, PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
      ::close(fd);
      return io_error("cannot be mapped", path);
    }
    file.data_ = static_cast<const char*>(p);
    if (file.mapped_) {
      ::madvise(p, file.size_, MADV_SEQUENTIAL);
    } else if (const auto have = read_whole(fd, static_cast<char*>(p), file.size_);
               have < file.size_) {
      ::close(fd);
      return make_error(ErrorCode::kIo, "was cut while it was read", {.source = path.string()});
    }
  }
  ::close(fd);
  return file;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(other.mapped_) {}

void MappedFile::done_before(std::uint64_t offset) const {
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t end = offset / page * page;
  if (mapped_ && data_ != nullptr && end > 0)
    ::madvise(const_cast<char*>(data_), end, MADV_DONTNEED);
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path temporary = path.string() + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return io_error("cannot be created", temporary);
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      Error e = io_error("cannot be written", temporary);
      ::close(fd);
      return e;
    }
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  if (::fsync(fd) != 0 || ::close(fd) != 0) return io_error("cannot be made durable", temporary);
  if (::rename(temporary.c_str(), path.c_str()) != 0)
    return io_error("cannot be put in place", path);
  return done();
}

}  // namespace truce
