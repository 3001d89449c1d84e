#pragma once
// Names of records for outsiders. An incident's own id begins with its time to the second and ends
// with a hash of what it was made of; what leaves is the id sealed with a key of the mission, which
// says nothing, is the same wherever the record is named, and can be opened again by us alone.
//
// A synthetic initialisation vector, as SIV has it (RFC 5297): the tag is BLAKE2b keyed over
// purpose and text, and the text is XChaCha20 with the tag as nonce. Equal texts seal alike, which
// links between records need; whatever was altered or made up does not open.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace truce::release {

using SealKey = std::array<std::uint8_t, 32>;
// At random, of the system.
SealKey new_seal_key();

// `purpose` keeps audiences and uses apart: what was sealed for one opens for no other. The result
// is of letters, digits, "-" and "_", four for three bytes.
std::string sealed(const SealKey& key, std::string_view purpose, std::string_view text);
std::optional<std::string> opened(const SealKey& key, std::string_view purpose,
                                  std::string_view sealed_text);

}  // namespace truce::release
