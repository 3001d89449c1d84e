#pragma once
// The typeface of a report, inside the page: IBM Plex (SIL Open Font License 1.1, fonts/OFL.txt).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace truce::report {

struct FontFile {
  std::string_view name;  // "ibm-plex-sans-latin-400-normal"
  std::span<const std::uint8_t> woff2;
};
std::span<const FontFile> font_files();  // put into the program by the build

std::string to_base64(std::span<const std::uint8_t> bytes);  // RFC 4648, section 4

// The @font-face rules, with the files as data: URLs.
const std::string& font_faces();

}  // namespace truce::report
