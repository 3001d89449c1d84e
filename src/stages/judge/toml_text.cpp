#include "stages/judge/internal/toml_text.h"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace truce::judge {

namespace {

std::string leaf_text(const toml::node& value) {
  std::ostringstream out;
  out << toml::toml_formatter(value, toml::format_flags::allow_unicode_strings);
  return out.str();
}

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

std::string toml_string(std::string_view text) { return leaf_text(toml::value<std::string>(text)); }

std::string toml_key(std::string_view key) {
  if (!key.empty() && std::all_of(key.begin(), key.end(), is_bare)) return std::string(key);
  return toml_string(key);
}

std::string on_one_line(const toml::node& value) {
  std::string out;
  if (const auto* list = value.as_array()) {
    for (const auto& n : *list) out += (out.empty() ? "" : ", ") + on_one_line(n);
    return "[" + out + "]";
  }
  if (const auto* table = value.as_table()) {
    for (const auto& [key, n] : *table)
      out += (out.empty() ? "" : ", ") + toml_key(key.str()) + " = " + on_one_line(n);
    return "{ " + out + " }";
  }
  return leaf_text(value);
}

std::vector<std::pair<std::string, const toml::node*>> in_order_of_source(const toml::table& t) {
  std::vector<std::pair<std::string, const toml::node*>> out;
  for (const auto& [key, node] : t) out.emplace_back(std::string(key.str()), &node);
  const auto place = [](const auto& entry) {
    const auto at = entry.second->source().begin;
    return std::tuple(at.line, at.column);
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return out;
}

Error not_toml(const toml::parse_error& e, std::string_view source) {
  return make_error(ErrorCode::kBadMission, std::string(e.description()),
                    {.source = std::string(source),
                     .line = e.source().begin.line,
                     .column = e.source().begin.column},
                    "TOML: key = value, with text in quotes");
}

}  // namespace truce::judge
