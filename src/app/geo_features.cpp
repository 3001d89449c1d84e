#include "app/geo_features.h"

#include <simdjson.h>

#include <optional>
#include <utility>

namespace truce::app {

namespace {

namespace dom = simdjson::dom;

Error bad_feature(const std::string& where, std::string what) {
  return make_error(ErrorCode::kBadMission, std::move(what), {.source = where},
                    "a GeoJSON feature with id, properties.kind and geometry");
}

std::string property(const dom::element& feature, const char* key) {
  std::string_view v;
  if (feature["properties"][key].get_string().get(v)) return {};
  return std::string(v);
}

Result<LatLon> position(const std::string& where, const dom::element& at) {
  double lon = 999, lat = 999;
  if (at.at(0).get_double().get(lon) || at.at(1).get_double().get(lat))
    return bad_feature(where, "a position without two numbers");
  const auto p = LatLon::from_degrees(lat, lon);
  if (!p.ok()) return bad_feature(where, p.error().message);
  return *p;
}

Result<std::vector<LatLon>> line(const std::string& where, const dom::element& geometry) {
  dom::array points;
  if (geometry["coordinates"].get_array().get(points))
    return bad_feature(where, "a line without points");
  std::vector<LatLon> out;
  for (const auto& p : points) {
    TRUCE_TRY(at, position(where, p));
    out.push_back(at);
  }
  return out;
}

Result<Area> area(const std::string& where, const dom::element& geometry) {
  TRUCE_TRY(rings, parse_geojson_area(simdjson::minify(geometry), {.source = where}));
  auto out = Area::from_rings(rings);
  if (!out.ok()) return wrap("not a usable area", out.error(), {.source = where});
  return out;
}

Result<GeoFeature> feature(const std::string& where, const dom::element& e) {
  std::string_view id, type;
  dom::element geometry, coordinates;
  if (e["id"].get_string().get(id) || e["geometry"].get(geometry) ||
      geometry["type"].get_string().get(type))
    return bad_feature(where, "lacks id or geometry");
  GeoFeature out{where, std::string(id), property(e, "kind"), property(e, "name"), 2, {}};
  if (e["properties"]["rank"].get_int64().get(out.rank)) out.rank = 2;
  if (type == "Point") {
    if (geometry["coordinates"].get(coordinates))
      return bad_feature(where, "a point without two numbers");
    TRUCE_TRY(at, position(where, coordinates));
    out.shape = at;
  } else if (type == "LineString") {
    TRUCE_TRY(points, line(where, geometry));
    out.shape = std::move(points);
  } else {
    TRUCE_TRY(found, area(where, geometry));
    out.shape = std::move(found);
  }
  return out;
}

}  // namespace

std::vector<GeoFeature> parse_features(std::string_view geojson, const std::string& source,
                                       judge::Problems& problems) {
  std::vector<GeoFeature> out;
  dom::parser parser;
  dom::element root;
  dom::array features;
  if (const auto e = parser.parse(simdjson::padded_string(geojson)).get(root)) {
    problems.errors.push_back(
        bad_feature(source, std::string("not JSON: ") + simdjson::error_message(e)));
    return out;
  }
  if (root["features"].get_array().get(features)) {
    problems.errors.push_back(bad_feature(source, "has no features"));
    return out;
  }
  std::size_t n = 0;
  for (const auto& e : features) {
    auto read = feature(source + " feature " + std::to_string(++n), e);
    if (read.ok())
      out.push_back(*std::move(read));
    else
      problems.errors.push_back(read.error());
  }
  return out;
}

void add_geometry(const GeoFeature& feature, judge::Geometry& geometry, judge::Problems& problems) {
  bool is_new = true;
  if (const auto* area = std::get_if<Area>(&feature.shape))
    is_new = geometry.areas.emplace(feature.id, *area).second;
  else if (const auto* line = std::get_if<std::vector<LatLon>>(&feature.shape))
    is_new = geometry.lines.emplace(feature.id, std::vector<std::vector<LatLon>>{*line}).second;
  if (!is_new)
    problems.errors.push_back(
        bad_feature(feature.where, "the id \"" + feature.id + "\" is used twice"));
}

}  // namespace truce::app
