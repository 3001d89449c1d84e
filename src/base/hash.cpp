#include "base/hash.h"

#include <openssl/evp.h>

namespace truce {

namespace {

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t c = i;
    for (int k = 0; k < 8; ++k) c = (c & 1U) != 0 ? (c >> 1) ^ 0x82f63b78U : c >> 1;
    table[i] = c;
  }
  return table;
}
constexpr auto kCrcTable = crc_table();

std::uint32_t crc_by_table(std::uint32_t crc, std::string_view bytes) {
  for (const char c : bytes)
    crc = kCrcTable[(crc ^ static_cast<std::uint8_t>(c)) & 0xffU] ^ (crc >> 8);
  return crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc_by_cpu(std::uint32_t crc,
                                                           std::string_view bytes) {
  const char* p = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t c = crc;
  for (; left >= 8; p += 8, left -= 8) {
    std::uint64_t word = 0;
    __builtin_memcpy(&word, p, 8);
    c = __builtin_ia32_crc32di(c, word);
  }
  auto c32 = static_cast<std::uint32_t>(c);
  for (; left > 0; ++p, --left) c32 = __builtin_ia32_crc32qi(c32, static_cast<std::uint8_t>(*p));
  return c32;
}
#endif

}  // namespace

// OpenSSL's one-call functions look the algorithm up by name each time, which for a log entry costs
// as much as the hash.
Hash sha256(std::string_view bytes) {
  thread_local Sha256 hash;
  return hash.update(bytes).finish();
}

namespace {
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return found;
}
}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  TRUCE_ENSURE(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), algorithm(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256& Sha256::update(std::string_view bytes) {
  TRUCE_ENSURE(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) ==
               1);
  return *this;
}

Hash Sha256::finish() {
  Hash hash;
  TRUCE_ENSURE(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_), hash.data(), nullptr) == 1);
  TRUCE_ENSURE(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_), nullptr, nullptr) == 1);
  return hash;
}

std::string to_hex(const std::uint8_t* bytes, std::size_t count) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out(count * 2, '0');
  for (std::size_t i = 0; i < count; ++i) {
    out[2 * i] = kDigits[bytes[i] >> 4];
    out[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return out;
}

std::string to_hex(const Hash& hash) { return to_hex(hash.data(), hash.size()); }

Result<std::vector<std::uint8_t>> from_hex(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  if (text.size() % 2 != 0) return bad_input("an odd number of hexadecimal digits");
  std::vector<std::uint8_t> out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = digit(text[i]);
    const int low = digit(text[i + 1]);
    if (high < 0 || low < 0)
      return bad_input("not a hexadecimal digit", {.source = {}, .byte_offset = i});
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::uint32_t crc32c(std::string_view bytes, std::uint32_t seed) {
  const std::uint32_t start = ~seed;
#if defined(__x86_64__)
  static const bool has_cpu = __builtin_cpu_supports("sse4.2") != 0;
  if (has_cpu) return ~crc_by_cpu(start, bytes);
#endif
  return ~crc_by_table(start, bytes);
}

}  // namespace truce
