#include "base/ed25519.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/hash.h"

namespace truce {

namespace {

template <std::size_t N>
std::array<std::uint8_t, N> hex_bytes(std::string_view hex) {
  const auto bytes = *from_hex(hex);
  std::array<std::uint8_t, N> out{};
  std::copy(bytes.begin(), bytes.end(), out.begin());
  return out;
}

// RFC 8032, 7.1, test 3.
const auto kSecret =
    hex_bytes<32>("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
const auto kPublic =
    hex_bytes<32>("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
const auto kOfIt = hex_bytes<64>(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");

TEST(Ed25519, signs_and_verifies_what_the_standard_does) {
  const std::string bytes("\xaf\x82", 2);
  EXPECT_EQ(ed25519_key_of(kSecret), kPublic);
  EXPECT_EQ(ed25519_sign(kSecret, bytes), kOfIt);
  EXPECT_TRUE(ed25519_verify(kPublic, bytes, kOfIt));
}

TEST(Ed25519, nothing_changed_is_verified) {
  const std::string bytes("\xaf\x82", 2);
  EXPECT_FALSE(ed25519_verify(kPublic, "\xaf\x83", kOfIt));
  EXPECT_FALSE(ed25519_verify(kPublic, "", kOfIt));
  auto signature = kOfIt;
  signature[40] ^= 1;
  EXPECT_FALSE(ed25519_verify(kPublic, bytes, signature));
  auto key = kPublic;
  key[0] ^= 1;
  EXPECT_FALSE(ed25519_verify(key, bytes, kOfIt));
}

}  // namespace

}  // namespace truce
