#include "stages/judge/why.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace truce::judge {

Why why(std::string key, std::vector<std::string> args, std::vector<std::string> records) {
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return {std::move(key), std::move(args), std::move(records)};
}

std::string words_of(const Why& w, Language language) {
  TRUCE_ENSURE(has_message(w.key, language));
  return say({w.key, w.args}, language);
}

std::string to_english(const Why& w) { return words_of(w, Language::kEnglish); }

std::vector<std::string> why_keys() {
  constexpr std::array<std::string_view, 4> kTables{"cumulation", "escalation", "gate",
                                                    "obligation"};
  std::vector<std::string> out;
  for (auto& key : message_keys(Language::kEnglish)) {
    if (std::any_of(kTables.begin(), kTables.end(),
                    [&](std::string_view t) { return key.substr(0, key.find('.')) == t; }))
      out.push_back(std::move(key));
  }
  return out;
}

std::string number_text(double v) {
  std::array<char, 32> out{};
  std::snprintf(out.data(), out.size(), "%g", v);
  return out.data();
}

}  // namespace truce::judge
