#include "stages/release/seal.h"

#include <sodium.h>

#include <algorithm>
#include <vector>

#include "base/result.h"

namespace truce::release {

namespace {

constexpr std::size_t kTagBytes = 16;
constexpr std::size_t kSealedMax = 4096;
constexpr std::string_view kSigns =  // the reader of base64 takes some bytes beyond ASCII for them
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
using Tag = std::array<unsigned char, kTagBytes>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Two keys of one, so that neither use learns of the other.
SealKey subkey(const SealKey& key, std::uint64_t number) {
  SealKey out{};
  crypto_kdf_derive_from_key(out.data(), out.size(), number, "trucesea", key.data());
  return out;
}

Tag tag_of(const SealKey& key, std::string_view purpose, std::string_view text) {
  const SealKey own = subkey(key, 1);
  Tag out{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, own.data(), own.size(), out.size());
  const std::uint64_t length = purpose.size();  // so that no purpose runs into a text
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&length), sizeof length);
  crypto_generichash_update(&state, bytes_of(purpose), purpose.size());
  crypto_generichash_update(&state, bytes_of(text), text.size());
  crypto_generichash_final(&state, out.data(), out.size());
  return out;
}

std::string crossed(const SealKey& key, const Tag& tag, std::string_view text) {
  const SealKey own = subkey(key, 2);
  std::array<unsigned char, crypto_stream_xchacha20_NONCEBYTES> nonce{};
  std::copy(tag.begin(), tag.end(), nonce.begin());
  std::string out(text.size(), '\0');
  if (text.empty()) return out;
  crypto_stream_xchacha20_xor(reinterpret_cast<unsigned char*>(out.data()), bytes_of(text),
                              text.size(), nonce.data(), own.data());
  return out;
}

}  // namespace

SealKey new_seal_key() {
  TRUCE_ENSURE(sodium_init() >= 0);
  SealKey out{};
  randombytes_buf(out.data(), out.size());
  return out;
}

std::string sealed(const SealKey& key, std::string_view purpose, std::string_view text) {
  TRUCE_ENSURE(sodium_init() >= 0);
  const Tag tag = tag_of(key, purpose, text);
  const std::string whole =
      std::string(reinterpret_cast<const char*>(tag.data()), tag.size()) + crossed(key, tag, text);
  constexpr int kForm = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string out(sodium_base64_encoded_len(whole.size(), kForm), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes_of(whole), whole.size(), kForm);
  out.pop_back();  // the NUL
  return out;
}

std::optional<std::string> opened(const SealKey& key, std::string_view purpose,
                                  std::string_view sealed_text) {
  TRUCE_ENSURE(sodium_init() >= 0);
  if (sealed_text.empty() || sealed_text.size() > kSealedMax ||
      sealed_text.find_first_not_of(kSigns) != std::string_view::npos)
    return std::nullopt;
  std::vector<unsigned char> whole(sealed_text.size());
  std::size_t n = 0;
  const char* end = nullptr;
  const int read =
      sodium_base642bin(whole.data(), whole.size(), sealed_text.data(), sealed_text.size(), nullptr,
                        &n, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  if (read != 0 || end != sealed_text.data() + sealed_text.size() || n < kTagBytes)
    return std::nullopt;
  Tag tag{};
  std::copy_n(whole.begin(), kTagBytes, tag.begin());
  std::string text =
      crossed(key, tag, {reinterpret_cast<const char*>(whole.data()) + kTagBytes, n - kTagBytes});
  const Tag right = tag_of(key, purpose, text);
  if (sodium_memcmp(tag.data(), right.data(), tag.size()) != 0) return std::nullopt;
  return text;
}

}  // namespace truce::release
