#pragma once
// What the program's exit status means: the one list behind --help, the man page and the README.

#include <span>
#include <string>
#include <string_view>

namespace truce::app {

struct ExitStatus {
  int status = 0;
  std::string_view name;     // "usage", one or two words
  std::string_view meaning;  // what a person does about it
};
std::span<const ExitStatus> exit_statuses();

// "Exit status: 0 done, 2 usage, …".
std::string exit_status_line();

}  // namespace truce::app
