#pragma once
// The command line: parsing it, and what is made from its descriptions.

#include <string>
#include <string_view>

namespace truce::app {

// Runs one command line; gives the exit status.
int run_cli(int argc, const char* const* argv);

// The man page truce(1) in roff.
std::string man_page();

// A completion script for "bash", "zsh" or "fish"; empty for any other shell.
std::string completion(std::string_view shell);

}  // namespace truce::app
