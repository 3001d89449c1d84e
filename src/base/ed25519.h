#pragma once
// Ed25519 (RFC 8032; OpenSSL): who signed, and that nothing of it was changed since.

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace truce {

using Ed25519Key = std::array<std::uint8_t, 32>;     // public
using Ed25519Secret = std::array<std::uint8_t, 32>;  // the seed of the private key
using Ed25519Signature = std::array<std::uint8_t, 64>;

// Whether the signature is this key's of these bytes. A key that is no point of the curve made
// none.
bool ed25519_verify(const Ed25519Key& key, std::string_view bytes,
                    const Ed25519Signature& signature);
// For those who keep a secret: tests, and tools that sign at a terminal.
Ed25519Key ed25519_key_of(const Ed25519Secret& secret);
Ed25519Signature ed25519_sign(const Ed25519Secret& secret, std::string_view bytes);

}  // namespace truce
