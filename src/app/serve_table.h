#pragma once
// [serve] of mission.toml: what is said to the server beside the records.

#include <toml++/toml.h>

#include <filesystem>
#include <string>

#include "stages/judge/judge.h"

namespace truce::app {

struct ServeTable {
  // Of the offline map, made by `make basemap`: var/basemap where nothing is said.
  std::filesystem::path basemap;
  // An operator's MBTiles; empty: none.
  std::filesystem::path tiles;
  // By whose view boundaries are drawn: "un", or a GeoJSON file of the mission; empty: none are.
  std::string boundaries;
};

// Paths are relative to the mission's folder. What is wrong goes to `problems`.
ServeTable parse_serve_table(const toml::table& mission_toml, const std::filesystem::path& folder,
                             judge::Problems& problems);
// The same of a mission's folder; what is wrong there has been said by load_mission.
ServeTable read_serve_table(const std::filesystem::path& folder);

}  // namespace truce::app
