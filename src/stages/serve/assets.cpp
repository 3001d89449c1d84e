#include "stages/serve/assets.h"

#include <array>
#include <utility>

#include "stages/serve/internal/asset_files.h"

namespace truce::serve {

namespace {

constexpr std::string_view kBuiltInPage =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>truce</title>\n"
    "<h1>truce</h1>\n<p>This program was built without the web app (<code>make web</code>, then "
    "build again). Its records are at <a href=\"/api\">/api</a>: "
    "<a href=\"/api/collections\">collections</a>, "
    "<a href=\"/api/openapi.json\">description</a>.</p>\n</html>\n";
constexpr std::array kBuiltIn{Asset{"index.html", kBuiltInPage, {}, {}}};

}  // namespace

std::span<const Asset> assets() {
  return asset_files().empty() ? std::span<const Asset>(kBuiltIn) : asset_files();
}

const Asset* find_asset(std::string_view name) {
  for (const Asset& asset : assets()) {
    if (asset.name == name) return &asset;
  }
  return nullptr;
}

std::string_view media_type_of(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{
      {{".css", "text/css; charset=utf-8"},
       {".geojson", "application/geo+json"},
       {".html", "text/html; charset=utf-8"},
       {".ico", "image/x-icon"},
       {".js", "text/javascript; charset=utf-8"},
       {".json", "application/json"},
       {".map", "application/json"},
       {".mjs", "text/javascript; charset=utf-8"},
       {".png", "image/png"},
       {".svg", "image/svg+xml"},
       {".txt", "text/plain; charset=utf-8"},
       {".webmanifest", "application/manifest+json"},
       {".woff2", "font/woff2"},
       {".pbf", "application/x-protobuf"}}};
  for (const auto& [ending, type] : kTypes) {
    if (name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace truce::serve
