#include "app/geo_features.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "app/json_lines.h"

namespace truce::app {

namespace {

namespace dom = simdjson::dom;

Error bad_feature(const Place& place, std::string what, std::string expected) {
  return make_error(ErrorCode::kBadMission, std::move(what), place, std::move(expected));
}
// The same from another module, with all that lies behind it in one sentence.
Error bad_feature(const Place& place, const Error& e) {
  std::string what = e.message;
  const Error* inner = &e;
  for (; inner->cause != nullptr; inner = inner->cause.get()) what += ": " + inner->cause->message;
  return bad_feature(place, std::move(what), inner->expected);
}

std::string property(const dom::element& feature, const char* key) {
  std::string_view v;
  if (feature["properties"][key].get_string().get(v)) return {};
  return std::string(v);
}

Result<LatLon> position(const Place& place, const dom::element& at) {
  double lon = 999, lat = 999;
  if (at.at(0).get_double().get(lon) || at.at(1).get_double().get(lat))
    return bad_feature(place, "a position is not two numbers", "[longitude, latitude]");
  const auto p = LatLon::from_degrees(lat, lon);
  if (!p.ok())
    return bad_feature(place, "a position is off the earth: " + p.error().message,
                       "[longitude, latitude], " + p.error().expected);
  return *p;
}

Result<std::vector<LatLon>> line(const Place& place, const dom::element& geometry) {
  dom::array points;
  if (geometry["coordinates"].get_array().get(points))
    return bad_feature(place, "the line has no coordinates", "[[longitude, latitude], …]");
  std::vector<LatLon> out;
  for (const auto& p : points) {
    TRUCE_TRY(at, position(place, p));
    out.push_back(at);
  }
  if (out.size() < 2)
    return bad_feature(place, "the line has fewer than two points", "two points or more");
  return out;
}

Result<Area> area(const Place& place, const dom::element& geometry) {
  const auto rings = parse_geojson_area(simdjson::minify(geometry), {});
  if (!rings.ok()) return bad_feature(place, rings.error());
  auto out = Area::from_rings(*rings);
  if (!out.ok()) return bad_feature(place, out.error());
  return out;
}

Status read_shape(const dom::element& e, GeoFeature& out) {
  std::string_view type;
  dom::element geometry, coordinates;
  if (e["geometry"].get(geometry) || geometry["type"].get_string().get(type))
    return bad_feature(out.place, "the feature has no geometry",
                       "\"geometry\": {\"type\": …, \"coordinates\": …}");
  if (type == "Point") {
    if (geometry["coordinates"].get(coordinates))
      return bad_feature(out.place, "the point has no coordinates", "[longitude, latitude]");
    TRUCE_TRY(at, position(out.place, coordinates));
    out.shape = at;
  } else if (type == "LineString") {
    TRUCE_TRY(points, line(out.place, geometry));
    out.shape = std::move(points);
  } else if (type == "Polygon" || type == "MultiPolygon") {
    TRUCE_TRY(found, area(out.place, geometry));
    out.shape = std::move(found);
  } else {
    return bad_feature(out.place, "a geometry of type " + std::string(type),
                       "Point, LineString, Polygon or MultiPolygon");
  }
  return done();
}

GeoFeature read_feature(const dom::element& e, const Place& place, judge::Problems& problems) {
  GeoFeature out{place, {}, property(e, "kind"), property(e, "name"), 2, {}};
  std::string_view id;
  const bool has_id = !e["id"].get_string().get(id) && !id.empty();
  out.id = id;
  if (!has_id)
    problems.errors.push_back(
        bad_feature(place, "the feature has no id that is text",
                    "\"id\": \"…\" beside its \"type\", not among its properties"));
  if (e["properties"]["rank"].get_int64().get(out.rank)) out.rank = 2;
  if (const Status read = read_shape(e, out); !read.ok()) {
    problems.errors.push_back(read.error());
    if (has_id) problems.errors.back().message.insert(0, "feature \"" + out.id + "\": ");
  }
  if (!has_id) out.shape = {};
  return out;
}

}  // namespace

std::vector<GeoFeature> parse_features(std::string_view geojson, const std::string& source,
                                       judge::Problems& problems) {
  std::vector<GeoFeature> out;
  dom::parser parser;
  dom::element root;
  dom::array features;
  const JsonLines lines = json_lines(geojson, "features");
  const auto unusable = [&](std::uint64_t at, std::string what, std::string expected) {
    const Place place{.source = source, .line = at};
    problems.errors.push_back(bad_feature(place, std::move(what), std::move(expected)));
    out.push_back({place, {}, {}, {}, 2, {}});
    return out;
  };
  if (const auto e = parser.parse(simdjson::padded_string(geojson)).get(root))
    return lines.stops > 0
               ? unusable(lines.stops, "the file is not JSON from here on",
                          "commas between elements, quotes and brackets in pairs")
               : unusable(1, std::string("the file is not JSON: ") + simdjson::error_message(e),
                          "JSON in UTF-8");
  if (root["features"].get_array().get(features))
    return unusable(1, "the file has no list of features",
                    "{\"type\": \"FeatureCollection\", \"features\": […]}");
  for (const auto& e : features) {
    const Place place{.source = source,
                      .line = out.size() < lines.elements.size() ? lines.elements[out.size()] : 1};
    out.push_back(read_feature(e, place, problems));
  }
  return out;
}

void add_geometry(const GeoFeature& feature, judge::Geometry& geometry, judge::Problems& problems) {
  if (std::holds_alternative<std::monostate>(feature.shape)) {
    geometry.unreadable.insert(feature.id);
    return;
  }
  if (std::holds_alternative<LatLon>(feature.shape)) return;
  if (geometry.areas.contains(feature.id) || geometry.lines.contains(feature.id)) {
    problems.errors.push_back(bad_feature(feature.place,
                                          "there is a feature \"" + feature.id + "\" before",
                                          "an id of its own, in all files of geo/"));
    return;
  }
  if (const auto* area = std::get_if<Area>(&feature.shape))
    geometry.areas.emplace(feature.id, *area);
  else
    geometry.lines[feature.id] = {std::get<std::vector<LatLon>>(feature.shape)};
}

}  // namespace truce::app
