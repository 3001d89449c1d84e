#include "stages/serve/reader.h"

#include <array>

namespace truce::serve {

namespace {

constexpr std::array<std::string_view, 6> kRoleWords{"duty",    "verification", "commission",
                                                     "liaison", "force",        "public"};

}  // namespace

std::string_view to_string(Role role) { return kRoleWords.at(static_cast<std::size_t>(role)); }

std::optional<Role> role_of(std::string_view word) {
  for (std::size_t i = 0; i < kRoleWords.size(); ++i) {
    if (kRoleWords.at(i) == word) return static_cast<Role>(i);
  }
  return std::nullopt;
}

}  // namespace truce::serve
