#pragma once
// Whole-file reading (gzip is unpacked by its magic number) and atomic replacement. Reading the disk
// for records goes through base/disk.h, so that a simulator can replace it.

#include <filesystem>
#include <string>

#include "base/result.h"

namespace truce {

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t bytes_max = 4ULL << 30);
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

}  // namespace truce
