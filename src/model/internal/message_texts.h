#pragma once
// The catalogues as they are written, put into the program by the build.

#include <string_view>

namespace truce {

// What messages/LANGUAGE.toml holds; empty when there is none.
std::string_view message_text(std::string_view language);

}  // namespace truce
