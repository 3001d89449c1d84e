#include "stages/serve/feature.h"

#include <simdjson.h>

#include <map>
#include <set>

#include "model/json.h"

namespace truce::serve {

namespace {

Geometry geometry_of_shape(const Shape& shape) {
  const auto* point = std::get_if<PointShape>(&shape);
  if (point != nullptr && point->var_east_m2 == 0 && point->var_north_m2 == 0)
    return {.point = point->at};
  Geometry out{.rings = outline(shape)};
  turn_rings(out.rings);
  return out;
}

// Of an incident its place alone: the rest of it goes out as it was stored.
Result<Posterior> place_in(const Row& row) {
  thread_local simdjson::ondemand::parser parser;
  thread_local std::string json;
  json.reserve(row.json.size() + simdjson::SIMDJSON_PADDING);
  json = row.json;
  simdjson::ondemand::document record;
  simdjson::ondemand::object place;
  std::string_view text;
  const bool is_found = parser.iterate(json).get(record) == simdjson::SUCCESS &&
                        record["place"].get_object().get(place) == simdjson::SUCCESS &&
                        place.raw_json().get(text) == simdjson::SUCCESS;
  if (is_found) return from_json<Posterior>(text);
  return make_error(ErrorCode::kCorrupt, "an incident has no place", {.source = row.id});
}

void put_when(JsonWriter& w, const Interval& when) {
  w.begin_object().key("end").string(to_text(when.end));
  w.key("start").string(to_text(when.start)).end_object();
}

std::string csv_cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

// A spreadsheet runs a cell that begins like a formula, and feeds are written by others.
std::string harmless(std::string_view text) {
  const bool acts =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  return (acts ? "'" : "") + std::string(text);
}

using Cells = std::map<std::string, std::string, std::less<>>;

Result<Cells> cells_of(simdjson::dom::parser& parser, const Row& row) {
  simdjson::dom::object object;
  if (parser.parse(row.json).get(object) != simdjson::SUCCESS)
    return make_error(ErrorCode::kCorrupt, "a record is no JSON object", {.source = row.id});
  Cells out;
  for (const auto field : object) {
    std::string_view text;
    const bool is_text = field.value.get(text) == simdjson::SUCCESS;
    out[std::string(field.key)] = is_text ? harmless(text) : simdjson::minify(field.value);
  }
  return out;
}

}  // namespace

Result<Geometry> geometry_of(const Collection& collection, const Row& row) {
  if (row.geometry) return *row.geometry;
  switch (collection.geometry) {
    case GeometryOf::kNone:
      return Geometry{};
    case GeometryOf::kIncident: {
      TRUCE_TRY(place, place_in(row));
      return geometry_of_shape(place.region);
    }
    case GeometryOf::kObservation: {
      TRUCE_TRY(observation, from_json<Observation>(row.json));
      return geometry_of_shape(observation.shape);
    }
    case GeometryOf::kNotice: {
      TRUCE_TRY(notice, from_json<Notice>(row.json));
      return geometry_of_shape(notice.shape);
    }
    case GeometryOf::kSource: {
      TRUCE_TRY(source, from_json<Source>(row.json));
      return Geometry{.point = source.at};
    }
    case GeometryOf::kWeather: {
      TRUCE_TRY(weather, from_json<Weather>(row.json));
      return Geometry{.point = weather.at};
    }
  }
  return Geometry{};
}

void put_feature(JsonWriter& w, const Row& row, const Geometry& geometry, std::string_view links) {
  w.begin_object().key("geometry");
  put_geometry(w, geometry);
  w.key("id").string(row.id);
  if (!links.empty()) w.key("links").raw(links);
  if (row.position != kNoPosition)
    w.key("position").integer(static_cast<std::int64_t>(row.position));
  w.key("properties").raw(row.json).key("type").string("Feature");
  if (row.when) {
    w.key("when");
    put_when(w, *row.when);
  }
  w.end_object();
}

Result<std::string> csv_of(const std::vector<Row>& rows, const std::vector<Geometry>& geometries) {
  simdjson::dom::parser parser;
  std::vector<Cells> all;
  std::set<std::string> columns;
  for (const Row& row : rows) {
    TRUCE_TRY(cells, cells_of(parser, row));
    for (const auto& [name, value] : cells) columns.insert(name);
    all.push_back(std::move(cells));
  }
  for (const char* own : {"id", "when"}) columns.erase(own);
  std::string out = "id,position,start,end";
  for (const auto& name : columns) out += "," + csv_cell(name);
  out += ",geometry_wkt\r\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    out += csv_cell(harmless(row.id)) + ",";
    out += (row.position == kNoPosition ? "" : std::to_string(row.position)) + ",";
    out += row.when ? to_text(row.when->start) + "," + to_text(row.when->end) : std::string(",");
    for (const auto& name : columns) {
      const auto it = all[i].find(name);
      out += "," + (it == all[i].end() ? std::string() : csv_cell(it->second));
    }
    out += "," + csv_cell(wkt_of(geometries[i])) + "\r\n";
  }
  return out;
}

}  // namespace truce::serve
