#pragma once
// Texts as words between white space.

#include <string>
#include <string_view>
#include <vector>

namespace truce::judge {

std::vector<std::string_view> split_words(std::string_view text);
std::string join_words(const std::vector<std::string_view>& words);

}  // namespace truce::judge
