#pragma once
// Words that tell what was hit, per language, from a feed's mapping:
//   [targets]
//   energy = ["енерг", "энерг", "electricity"]

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace truce::acquire {

class TargetWords {
 public:
  static Result<TargetWords> parse(std::string_view mapping_toml, std::string_view source);
  // Names of targets of which a word stands in the text, sorted; upper and lower case alike for
  // Latin and Cyrillic.
  std::vector<std::string> found_in(std::string_view text) const;

 private:
  std::vector<std::pair<std::string, std::vector<std::string>>> words_;
};

// Lower case for ASCII and the Cyrillic of Ukrainian and Russian; other letters stay.
std::string fold_case(std::string_view utf8);

}  // namespace truce::acquire
