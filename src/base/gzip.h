#pragma once

#include <string>
#include <string_view>

namespace truce {

// Packed by gzip at its fastest: records become a quarter, at some 150 MB/s. Equal bytes for equal
// bytes.
std::string gzipped(std::string_view bytes);

}  // namespace truce
