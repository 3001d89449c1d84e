#pragma once
// Lines of a JSON text, for complaints: the parser that reads its values keeps no places.

#include <cstdint>
#include <string_view>
#include <vector>

namespace truce::app {

struct JsonLines {
  std::uint64_t stops = 0;              // where it is no longer JSON; 0 where all of it may be
  std::vector<std::uint64_t> elements;  // where each element of the list begins
};

// `list` is the key of a list in the object that the text holds.
JsonLines json_lines(std::string_view text, std::string_view list);

}  // namespace truce::app
