#pragma once
// Pages made from the descriptions of a command line: the man page and completion for shells. What
// a value completes to follows from its type name: a folder, a file, one of "a|b|c", or nothing.

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace truce::app {

inline constexpr const char* kFolderType = "FOLDER";
inline constexpr const char* kFileType = "PATH";

std::string joined(const std::vector<std::string>& words, std::string_view between);
std::string man_page_of(const CLI::App& cli);
std::string bash_completion_of(const CLI::App& cli);
std::string zsh_completion_of(const CLI::App& cli);
std::string fish_completion_of(const CLI::App& cli);

}  // namespace truce::app
