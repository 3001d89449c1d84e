#include "app/serve_table.h"

#include <algorithm>
#include <array>

namespace truce::app {

namespace {

void say_wrong(const toml::node& at, const std::string& key, std::string what, std::string expected,
               judge::Problems& problems) {
  problems.errors.push_back(make_error(ErrorCode::kBadMission, std::move(what),
                                       {.source = "mission.toml",
                                        .line = at.source().begin.line,
                                        .column = at.source().begin.column,
                                        .field = "serve." + key},
                                       std::move(expected)));
}

}  // namespace

ServeTable parse_serve_table(const toml::table& mission_toml, const std::filesystem::path& folder,
                             judge::Problems& problems) {
  ServeTable out;
  out.basemap = folder / "var" / "basemap";
  const toml::node* node = mission_toml.get("serve");
  if (node == nullptr) return out;
  const toml::table* table = node->as_table();
  if (table == nullptr) {
    say_wrong(*node, "", "is not a table", "[serve]", problems);
    return out;
  }
  // The others are read by mission.cpp, with what a mission is reached by.
  constexpr std::array<std::string_view, 8> kKeys{
      "basemap", "behind_proxy", "boundaries", "certificate", "host", "key", "listen", "tiles"};
  for (const auto& [name, value] : *table) {
    const std::string key(name.str());
    const auto text = value.value<std::string>();
    const bool is_map = key == "basemap" || key == "boundaries" || key == "tiles";
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
      say_wrong(value, key, "is not a key that means anything here",
                "one of basemap, behind_proxy, boundaries, certificate, host, key, listen, tiles",
                problems);
    else if (!is_map)
      continue;
    else if (!text || text->empty())
      say_wrong(value, key, "is not text", "text", problems);
    else if (key == "basemap")
      out.basemap = folder / *text;
    else if (key == "tiles")
      out.tiles = folder / *text;
    else
      out.boundaries = *text;
  }
  if (!out.tiles.empty() && !std::filesystem::exists(out.tiles))
    say_wrong(*table, "tiles", "there is no file " + out.tiles.string(), "an MBTiles file",
              problems);
  return out;
}

}  // namespace truce::app
