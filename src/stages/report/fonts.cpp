#include "stages/report/internal/fonts.h"

#include <algorithm>

namespace truce::report {

namespace {

bool has(std::string_view name, std::string_view part) {
  return name.find(part) != std::string_view::npos;
}

std::string face(const FontFile& f) {
  const bool mono = has(f.name, "mono");
  return std::string("@font-face{font-family:\"") + (mono ? "Plex Mono" : "Plex") +
         "\";font-weight:" + (has(f.name, "600") ? "600" : "400") +
         ";src:url(data:font/woff2;base64," + to_base64(f.woff2) + ") format(\"woff2\")" +
         (mono                      ? ""
          : has(f.name, "cyrillic") ? ";unicode-range:U+0400-04FF"
                                    : ";unicode-range:U+0000-00FF,U+2000-22FF") +
         "}\n";
}

}  // namespace

std::string to_base64(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t word = 0;
    for (std::size_t k = 0; k < 3; ++k) word = word << 8 | (k < have ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += k <= have ? kDigits[word >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

const std::string& font_faces() {
  static const std::string faces = [] {
    std::string out;
    for (const auto& f : font_files()) out += face(f);
    return out;
  }();
  return faces;
}

}  // namespace truce::report
