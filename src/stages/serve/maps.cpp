// Files of the offline map and an operator's tiles, as answers.

#include "base/hash.h"
#include "stages/serve/internal/answer.h"
#include "stages/serve/service.h"

namespace truce::serve {

namespace {

// Bytes that stay as they are until their tag changes.
Response kept(const Request& request, std::string bytes, std::string_view type, bool gzip,
              const std::string& tag) {
  if (!accepts(request.header("Accept"), type)) return problem(406, "it is " + std::string(type));
  if (gzip && !accepts_coding(request.header("Accept-Encoding"), "gzip"))
    return problem(406, "it is stored as gzip");
  Response out;
  const std::string whole = "\"" + tag + "\"";
  if (request.header("If-None-Match").find(whole) != std::string_view::npos) {
    out.status = 304;
  } else {
    out.type = type;
    out.body = std::move(bytes);
    if (gzip) out.headers.push_back({"Content-Encoding", "gzip"});
  }
  out.headers.push_back({"ETag", whole});
  out.headers.push_back({"Cache-Control", "no-cache"});
  out.headers.push_back({"Vary", "Accept-Encoding"});
  return out;
}

}  // namespace

Response Service::answer_basemap(const Request& request, const Target& target) {
  const std::string& name = target.path[1];
  const MapFolder::File* file = options_.basemap.empty() ? nullptr : basemap_.find(name);
  if (file == nullptr) return problem(404, "there is no such file of the map");
  const bool is_geo = name.find(".geojson") != std::string::npos;
  return kept(request, file->bytes, is_geo ? kGeoJson : kJson, file->gzip, file->tag);
}

Response Service::answer_tile(const Request& request, const Target& target) {
  if (!tiles_) return problem(404, "there are no tiles");
  const auto id = parse_tile(target.path[1], target.path[2], target.path[3]);
  if (!id.ok()) return problem_of(id.error());
  auto bytes = tiles_->tile(*id);
  if (!bytes.ok()) return problem_of(bytes.error());
  if (!*bytes) return problem(404, "there is no such tile");
  const std::string tag = to_hex(sha256(**bytes)).substr(0, 32);
  const bool gzip = bytes->value().substr(0, 2) == "\x1f\x8b";
  return kept(request, **std::move(bytes), tiles_->about().media_type, gzip, tag);
}

}  // namespace truce::serve
