#include "stages/judge/internal/words.h"

#include <algorithm>

namespace truce::judge {

std::vector<std::string_view> split_words(std::string_view text) {
  constexpr std::string_view kWhite = " \t\r\n";
  std::vector<std::string_view> out;
  for (auto at = text.find_first_not_of(kWhite); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(kWhite, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kWhite, end);
  }
  return out;
}

std::string join_words(const std::vector<std::string_view>& words) {
  std::string out;
  for (const auto w : words) {
    if (!out.empty()) out += ' ';
    out += w;
  }
  return out;
}

}  // namespace truce::judge
