#pragma once
// The web app's files, inside the program as bytes: what web/dist held when it was built, or one
// page that says where the API is.

#include <span>
#include <string_view>

namespace truce::serve {

struct Asset {
  std::string_view name;  // "index.html", "assets/app-1f2e.js"
  std::string_view bytes;
  std::string_view brotli;  // the same packed; empty: there is none
  std::string_view gzip;
};

std::span<const Asset> assets();
const Asset* find_asset(std::string_view name);
std::string_view media_type_of(std::string_view name);

}  // namespace truce::serve
