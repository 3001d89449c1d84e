#pragma once
// Values of a TOML file as text again, each on one line.

#include <toml++/toml.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace truce::judge {

// Bare where it may be, else quoted.
std::string toml_key(std::string_view key);
std::string toml_string(std::string_view text);
// Tables and arrays inline, strings escaped.
std::string on_one_line(const toml::node& value);
// A table's values as they stand in the file; a table of the parser is ordered by key.
std::vector<std::pair<std::string, const toml::node*>> in_order_of_source(const toml::table& t);

Error not_toml(const toml::parse_error& e, std::string_view source);

}  // namespace truce::judge
