#pragma once
// Text that was not written by us, as a terminal can be given it.

#include <string>
#include <string_view>

namespace truce {

// A terminal obeys control characters (C0, DEL and C1; a tab does no harm), and those that turn the
// direction of writing hide what stands there: each is named as "\x1b". What is no UTF-8 is
// replaced.
std::string printable(std::string_view text);

// How many characters it has, of UTF-8.
std::size_t characters(std::string_view text);
// With blanks behind it, `width` characters long, or as long as it is where it is longer.
std::string padded(std::string text, std::size_t width);

}  // namespace truce
