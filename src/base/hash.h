#pragma once
// SHA-256 (OpenSSL) and hexadecimal.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace truce {

using Hash = std::array<std::uint8_t, 32>;
Hash sha256(std::string_view bytes);
class Sha256 {  // streaming
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  Sha256& update(std::string_view bytes);
  Hash finish();  // resets

 private:
  void* context_;
};
std::string to_hex(const std::uint8_t* bytes, std::size_t count);
std::string to_hex(const Hash& hash);
Result<std::vector<std::uint8_t>> from_hex(std::string_view text);
// CRC-32C (Castagnoli), for torn-write detection only.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed = 0);

}  // namespace truce
