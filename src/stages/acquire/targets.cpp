#include "stages/acquire/targets.h"

#include <toml++/toml.h>

#include <algorithm>

namespace truce::acquire {

// In UTF-8, А–П is D0 90–9F and its lower case D0 B0–BF; Р–Я is D0 A0–AF, lower D1 80–8F; Ѐ–Џ is
// D0 80–8F, lower D1 90–9F; Ґ is D2 90, lower D2 91.
std::string fold_case(std::string_view utf8) {
  std::string out(utf8);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto c = static_cast<unsigned char>(out[i]);
    if (c >= 'A' && c <= 'Z') {
      out[i] = static_cast<char>(c + 32);
    } else if ((c == 0xd0 || c == 0xd2) && i + 1 < out.size()) {
      const auto d = static_cast<unsigned char>(out[i + 1]);
      if (c == 0xd2) {
        if (d == 0x90) out[i + 1] = static_cast<char>(0x91);
      } else if (d <= 0x8f) {
        out[i] = static_cast<char>(0xd1);
        out[i + 1] = static_cast<char>(d + 0x10);
      } else if (d <= 0x9f) {
        out[i + 1] = static_cast<char>(d + 0x20);
      } else if (d <= 0xaf) {
        out[i] = static_cast<char>(0xd1);
        out[i + 1] = static_cast<char>(d - 0x20);
      }
      ++i;
    }
  }
  return out;
}

Result<TargetWords> TargetWords::parse(std::string_view mapping_toml, std::string_view source) {
  TargetWords out;
  if (mapping_toml.empty()) return out;
  try {
    const toml::table root = toml::parse(mapping_toml);
    const auto* table = root["targets"].as_table();
    if (table == nullptr) return out;
    for (const auto& [name, list] : *table) {
      const auto* words = list.as_array();
      if (words == nullptr) {
        return make_error(ErrorCode::kBadMission, "is not a list",
                          {.source = std::string(source),
                           .line = list.source().begin.line,
                           .field = "targets." + std::string(name.str())},
                          "a list of words");
      }
      std::vector<std::string> folded;
      for (const auto& w : *words) {
        if (const auto s = w.value<std::string>()) folded.push_back(fold_case(*s));
      }
      out.words_.emplace_back(std::string(name.str()), std::move(folded));
    }
    return out;
  } catch (const toml::parse_error& e) {
    return make_error(ErrorCode::kBadMission, std::string(e.description()),
                      {.source = std::string(source), .line = e.source().begin.line}, "TOML");
  }
}

std::vector<std::string> TargetWords::found_in(std::string_view text) const {
  std::vector<std::string> out;
  if (words_.empty() || text.empty()) return out;
  const std::string folded = fold_case(text);
  for (const auto& [name, words] : words_) {
    if (std::any_of(words.begin(), words.end(),
                    [&](const std::string& w) { return folded.find(w) != std::string::npos; }))
      out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace truce::acquire
