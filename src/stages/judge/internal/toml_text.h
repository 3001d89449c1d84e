#pragma once
// A TOML file read whole, and its values as text again, each on one line.

#include <toml++/toml.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "stages/judge/agreement.h"

namespace truce::judge {

// Bare where it may be, else quoted.
std::string toml_key(std::string_view key);
std::string toml_string(std::string_view text);
// Tables and arrays inline, strings escaped.
std::string on_one_line(const toml::node& value);
// A table's values as they stand in the file; a table of the parser is ordered by key.
std::vector<std::pair<std::string, const toml::node*>> in_order_of_source(const toml::table& t);

Error not_toml(const toml::parse_error& e, std::string_view source);

// What `read` makes of the root table, whatever it says meanwhile; nothing where the text is no
// TOML, which is said.
template <class T, class F>
std::optional<T> read_toml(std::string_view text, std::string_view source, Problems& problems,
                           F read) {
  if (!is_utf8(text)) {
    problems.errors.push_back(make_error(ErrorCode::kBadMission, "is not UTF-8",
                                         {.source = std::string(source), .line = 1}, "UTF-8"));
    return std::nullopt;
  }
  try {
    const toml::table root = toml::parse(text, std::string(source));
    return read(root);
  } catch (const toml::parse_error& e) {
    problems.errors.push_back(not_toml(e, source));
    return std::nullopt;
  }
}

// The same, or the first of the problems that were said meanwhile.
template <class T, class F>
Result<T> read_whole(std::string_view text, std::string_view source, Problems& problems, F read) {
  const std::size_t before = problems.errors.size();
  auto out = read_toml<T>(text, source, problems, read);
  if (problems.errors.size() > before) return problems.errors[before];
  return *std::move(out);
}

}  // namespace truce::judge
