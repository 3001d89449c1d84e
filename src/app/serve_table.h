#pragma once
// [serve] of mission.toml: what is said to the server beside the records.

#include <toml++/toml.h>

#include <filesystem>

#include "app/mission.h"

namespace truce::app {

// Of a mission.toml. Paths are relative to the mission's folder. What is wrong goes to `problems`.
ServeTable parse_serve_table(const toml::table& mission_toml, const std::filesystem::path& folder,
                             judge::Problems& problems);

}  // namespace truce::app
