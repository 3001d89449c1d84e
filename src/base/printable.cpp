#include "base/printable.h"

#include <algorithm>

#include <array>
#include <cstdio>

#include "base/json.h"

namespace truce {

namespace {

std::string escaped_byte(char c) {
  std::array<char, 8> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "\\x%02x", static_cast<unsigned char>(c));
  return buffer.data();
}

// Whether a terminal does something at this character, of valid UTF-8, in place of showing it.
bool is_obeyed(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return (byte(0) < 0x20 && byte(0) != '\t') || byte(0) == 0x7f;
  if (character.size() == 2) return byte(0) == 0xc2 && byte(1) < 0xa0;
  // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069
  if (character.size() != 3 || byte(0) != 0xe2) return false;
  return (byte(1) == 0x80 &&
          (byte(2) == 0x8e || byte(2) == 0x8f || (byte(2) >= 0xaa && byte(2) <= 0xae))) ||
         (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = to_valid_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < valid.size();) {
    const auto byte = static_cast<unsigned char>(valid[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const std::string_view character = std::string_view(valid).substr(i, length);
    if (is_obeyed(character)) {
      for (const char c : character) out += escaped_byte(c);
    } else {
      out += character;
    }
    i += length;
  }
  return out;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::string padded(std::string text, std::size_t width) {
  const std::size_t n = characters(text);
  if (n < width) text.append(width - n, ' ');
  return text;
}

}  // namespace truce
