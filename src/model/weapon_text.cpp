#include "model/weapon_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace truce {

namespace {

struct System {
  std::string_view word;  // as it stands in a text, in lower case
  std::string_view name;
  double calibre_mm;  // of its tubes, as published for the type
};
// A longer word before one that it begins with.
constexpr std::array<System, 22> kSystems{{{"tornado-s", "tornado-s", 300},
                                           {"tornado-g", "tornado-g", 122},
                                           {"smerch", "smerch", 300},
                                           {"bm-30", "smerch", 300},
                                           {"uragan", "uragan", 220},
                                           {"bm-27", "uragan", 220},
                                           {"tochka-u", "tochka-u", 650},
                                           {"tochka", "tochka", 650},
                                           {"bm-21", "grad", 122},
                                           {"grad", "grad", 122},
                                           {"2s19", "2s19", 152},
                                           {"msta", "msta", 152},
                                           {"2s1", "2s1", 122},
                                           {"gvozdika", "2s1", 122},
                                           {"2s3", "2s3", 152},
                                           {"akatsiya", "2s3", 152},
                                           {"2s4", "2s4", 240},
                                           {"2s5", "2s5", 152},
                                           {"2s7", "2s7", 203},
                                           {"2s9", "2s9", 120},
                                           {"d-30", "d-30", 122},
                                           {"mt-12", "mt-12", 100}}};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
  return out;
}

bool is_part_of_a_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || (c & 0x80) != 0;
}

bool names(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_part_of_a_word(text[at - 1])) &&
        (end == text.size() || !is_part_of_a_word(text[end])))
      return true;
  }
  return false;
}

// The number that ends right before `end`, with at most one space between.
std::optional<double> number_before(std::string_view text, std::size_t end) {
  if (end > 0 && text[end - 1] == ' ') --end;
  std::size_t start = end;
  while (start > 0 &&
         (std::isdigit(static_cast<unsigned char>(text[start - 1])) != 0 || text[start - 1] == '.'))
    --start;
  double v = 0;
  const auto [stop, code] = std::from_chars(text.data() + start, text.data() + end, v);
  if (code != std::errc() || stop != text.data() + end || !(v >= 4 && v <= 1000)) return {};
  if (start > 0 && is_part_of_a_word(text[start - 1])) return {};
  return v;
}

// The one calibre in millimetres that the text names.
double calibre_in(std::string_view text) {
  double found = 0;
  for (auto at = text.find("mm"); at != text.npos; at = text.find("mm", at + 1)) {
    if (at + 2 < text.size() && is_part_of_a_word(text[at + 2])) continue;
    const auto v = number_before(text, at);
    if (!v) continue;
    if (found > 0 && *v != found) return 0;
    found = *v;
  }
  return found;
}

}  // namespace

WeaponWords weapon_words(std::string_view text) {
  const std::string words = lower(text);
  WeaponWords out{calibre_in(words), {}};
  for (const auto& s : kSystems) {
    if (!names(words, s.word)) continue;
    out.system = s.name;
    if (out.calibre_mm == 0) out.calibre_mm = s.calibre_mm;
    break;
  }
  return out;
}

std::vector<std::string_view> weapon_systems() {
  std::vector<std::string_view> out;
  for (const auto& s : kSystems) out.push_back(s.name);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace truce
