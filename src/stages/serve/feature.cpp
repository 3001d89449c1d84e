#include "stages/serve/feature.h"

#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/json.h"
#include "model/json.h"

namespace truce::serve {

namespace {

// Twice the signed area in degrees: positive where the ring runs counter-clockwise.
double signed_area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 1; i < ring.size(); ++i)
    sum += ring[i - 1].lon_deg() * ring[i].lat_deg() - ring[i].lon_deg() * ring[i - 1].lat_deg();
  return sum;
}

// Outer rings run counter-clockwise, holes clockwise (RFC 7946, 3.1.6).
void turn(Ring& ring, bool is_outer) {
  if ((signed_area(ring) < 0) == is_outer) std::reverse(ring.begin(), ring.end());
}

Geometry geometry_of_shape(const Shape& shape) {
  const auto* point = std::get_if<PointShape>(&shape);
  if (point != nullptr && point->var_east_m2 == 0 && point->var_north_m2 == 0)
    return {.point = point->at, .rings = {}};
  Geometry out{.point = std::nullopt, .rings = outline(shape)};
  for (auto& part : out.rings) {
    turn(part.outer, true);
    for (auto& hole : part.holes) turn(hole, false);
  }
  return out;
}

void put_point(JsonWriter& w, LatLon at) {
  w.begin_array().number(at.lon_deg()).number(at.lat_deg()).end_array();
}

void put_polygon(JsonWriter& w, const PolygonRings& part) {
  const auto put_ring = [&w](const Ring& ring) {
    w.begin_array();
    for (const LatLon& at : ring) put_point(w, at);
    w.end_array();
  };
  w.begin_array();
  put_ring(part.outer);
  for (const auto& hole : part.holes) put_ring(hole);
  w.end_array();
}

void put_geometry(JsonWriter& w, const Geometry& g) {
  if (g.empty()) {
    w.null();
    return;
  }
  w.begin_object().key("coordinates");
  if (g.point) {
    put_point(w, *g.point);
  } else if (g.rings.size() == 1) {
    put_polygon(w, g.rings.front());
  } else {
    w.begin_array();
    for (const auto& part : g.rings) put_polygon(w, part);
    w.end_array();
  }
  w.key("type").string(g.point ? "Point" : g.rings.size() == 1 ? "Polygon" : "MultiPolygon");
  w.end_object();
}

void put_when(JsonWriter& w, const Interval& when) {
  w.begin_object().key("end").string(to_text(when.end));
  w.key("start").string(to_text(when.start)).end_object();
}

void put_wkt_place(std::string& out, LatLon at) {
  append_json_number(out, at.lon_deg());
  out += ' ';
  append_json_number(out, at.lat_deg());
}

void put_wkt_ring(std::string& out, const Ring& ring) {
  out += '(';
  for (std::size_t i = 0; i < ring.size(); ++i) {
    if (i > 0) out += ',';
    put_wkt_place(out, ring[i]);
  }
  out += ')';
}

std::string wkt_of(const Geometry& g) {
  if (g.empty()) return {};
  std::string out;
  if (g.point) {
    out = "POINT(";
    put_wkt_place(out, *g.point);
    return out + ")";
  }
  out = "MULTIPOLYGON(";
  for (std::size_t i = 0; i < g.rings.size(); ++i) {
    out += i > 0 ? ",(" : "(";
    put_wkt_ring(out, g.rings[i].outer);
    for (const auto& hole : g.rings[i].holes) {
      out += ',';
      put_wkt_ring(out, hole);
    }
    out += ')';
  }
  return out + ")";
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
  if (row.place) return Geometry{.point = std::nullopt, .rings = *row.place};
  switch (collection.geometry) {
    case GeometryOf::kNone:
      return Geometry{};
    case GeometryOf::kIncident: {
      TRUCE_TRY(incident, from_json<Incident>(row.json));
      return geometry_of_shape(incident.place.region);
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
      return Geometry{.point = source.at, .rings = {}};
    }
    case GeometryOf::kWeather: {
      TRUCE_TRY(weather, from_json<Weather>(row.json));
      return Geometry{.point = weather.at, .rings = {}};
    }
  }
  return Geometry{};
}

bool lies_in(const Geometry& g, const std::vector<GeoBox>& boxes) {
  if (g.empty() || boxes.empty()) return true;
  if (g.point) {
    return std::any_of(boxes.begin(), boxes.end(), [&g](const GeoBox& box) {
      return box.contains(g.point->lat_deg(), g.point->lon_deg());
    });
  }
  const auto area = Area::from_rings(g.rings);
  // Rings that cross themselves have no inside that could be asked: better shown than hidden.
  if (!area.ok()) return true;
  return std::any_of(boxes.begin(), boxes.end(), [&area](const GeoBox& box) {
    return area->bounds().overlaps(box) && area->overlaps(box);
  });
}

std::string feature_json(const Row& row, const Geometry& geometry, std::string_view links) {
  std::string out;
  JsonWriter w(out);
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
  return out;
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
