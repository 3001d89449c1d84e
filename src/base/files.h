#pragma once
// Whole files: read (gzip is unpacked by its magic number), mapped, or replaced at once. The
// ledger's disk goes through base/disk.h, so that a simulator can replace it.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace truce {

Result<std::string> read_file(const std::filesystem::path& path,
                              std::uint64_t bytes_max = 4ULL << 30);
// Writes beside the file, makes it durable and renames it into place.
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

// A file as bytes. One of more than kMappedBytes is mapped, for feeds larger than memory, and must
// not be cut while it is; what others do to a smaller one later is not seen.
class MappedFile {
 public:
  static constexpr std::size_t kMappedBytes = 256U << 20;
  static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();
  std::string_view bytes() const { return {data_ == nullptr ? "" : data_, size_}; }
  // Bytes before `offset` will not be needed soon: lets the kernel take their pages back.
  void done_before(std::uint64_t offset) const;

 private:
  MappedFile() = default;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
  bool mapped_ = false;
};

}  // namespace truce
