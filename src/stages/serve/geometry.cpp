#include "stages/serve/geometry.h"

#include <algorithm>
#include <charconv>

#include "base/text_buffer.h"

namespace truce::serve {

namespace {

// Twice the signed area in degrees: positive where the ring runs counter-clockwise.
double signed_area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 1; i < ring.size(); ++i)
    sum += ring[i - 1].lon_deg() * ring[i].lat_deg() - ring[i].lon_deg() * ring[i - 1].lat_deg();
  return sum;
}

void turn(Ring& ring, bool is_outer) {
  if ((signed_area(ring) < 0) == is_outer) std::reverse(ring.begin(), ring.end());
}

// As a number is written, of its whole ten-millionths: the way through a double takes ten times as
// long, and a page of regions is mostly corners.
void put_degrees(TextBuffer& out, std::int32_t e7) {
  constexpr std::uint32_t kPerDegree = 10'000'000;
  const std::uint32_t size =
      e7 < 0 ? 0U - static_cast<std::uint32_t>(e7) : static_cast<std::uint32_t>(e7);
  const bool is_tiny = size > 0 && size < 10;  // is written with an exponent
  if (is_tiny) return append_json_number(out, e7 / static_cast<double>(kPerDegree));
  constexpr std::size_t kCharsMax = 12;  // "-180" and a point before seven figures
  char* at = out.room(kCharsMax);
  char* const end = at + kCharsMax;
  if (e7 < 0) *at++ = '-';
  at = std::to_chars(at, end, size / kPerDegree).ptr;
  if (const std::uint32_t part = size % kPerDegree; part > 0) {
    char* const point = at;
    at = std::to_chars(at, end, kPerDegree + part).ptr;  // the one keeps the zeros behind it
    *point = '.';
    while (at[-1] == '0') --at;
  }
  out.to(at);
}

void put_point(TextBuffer& out, LatLon at) {
  out.push_back('[');
  put_degrees(out, at.lon_e7);
  out.push_back(',');
  put_degrees(out, at.lat_e7);
  out.push_back(']');
}

void put_point(JsonWriter& w, LatLon at) {
  TextBuffer out;
  put_point(out, at);
  w.raw(out.view());
}

void put_points(JsonWriter& w, const std::vector<LatLon>& points) {
  TextBuffer out;
  for (const LatLon& at : points) {
    out.push_back(out.size() == 0 ? '[' : ',');
    put_point(out, at);
  }
  out += out.size() == 0 ? "[]" : "]";
  w.raw(out.view());
}

void put_polygon(JsonWriter& w, const PolygonRings& part) {
  w.begin_array();
  put_points(w, part.outer);
  for (const auto& hole : part.holes) put_points(w, hole);
  w.end_array();
}

// One is written as itself, several as an array of them.
template <class Parts, class Put>
void put_parts(JsonWriter& w, const Parts& parts, Put put) {
  if (parts.size() == 1) return put(w, parts.front());
  w.begin_array();
  for (const auto& part : parts) put(w, part);
  w.end_array();
}

void put_wkt_points(std::string& out, const std::vector<LatLon>& points) {
  out += '(';
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) out += ',';
    append_json_number(out, points[i].lon_deg());
    out += ' ';
    append_json_number(out, points[i].lat_deg());
  }
  out += ')';
}

// Whether a segment, straight in longitude and latitude, touches the box (Liang and Barsky 1984).
bool touches(LatLon a, LatLon b, const GeoBox& box) {
  const double dx = b.lon_deg() - a.lon_deg();
  const double dy = b.lat_deg() - a.lat_deg();
  double from = 0, to = 1;
  const auto cut = [&from, &to](double step, double room) {
    if (step == 0) return room >= 0;
    const double t = room / step;
    if (step < 0) from = std::max(from, t);
    if (step > 0) to = std::min(to, t);
    return from <= to;
  };
  return cut(-dx, a.lon_deg() - box.lon_min) && cut(dx, box.lon_max - a.lon_deg()) &&
         cut(-dy, a.lat_deg() - box.lat_min) && cut(dy, box.lat_max - a.lat_deg());
}

bool touches(const std::vector<LatLon>& line, const GeoBox& box) {
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (touches(line[i - 1], line[i], box)) return true;
  }
  return false;
}

}  // namespace

void turn_rings(MultiPolygonRings& rings) {
  for (auto& part : rings) {
    turn(part.outer, true);
    for (auto& hole : part.holes) turn(hole, false);
  }
}

void put_geometry(JsonWriter& w, const Geometry& g) {
  if (g.empty()) {
    w.null();
    return;
  }
  w.begin_object().key("coordinates");
  const char* type = "Point";
  if (g.point) {
    put_point(w, *g.point);
  } else if (!g.lines.empty()) {
    put_parts(w, g.lines, put_points);
    type = g.lines.size() == 1 ? "LineString" : "MultiLineString";
  } else {
    put_parts(w, g.rings, put_polygon);
    type = g.rings.size() == 1 ? "Polygon" : "MultiPolygon";
  }
  w.key("type").string(type).end_object();
}

std::string wkt_of(const Geometry& g) {
  if (g.empty()) return {};
  std::string out;
  if (g.point) {
    put_wkt_points(out, {*g.point});
    return "POINT" + out;
  }
  const bool is_area = g.lines.empty();
  out = is_area ? "MULTIPOLYGON(" : "MULTILINESTRING(";
  for (std::size_t i = 0; i < g.lines.size(); ++i) {
    if (i > 0) out += ',';
    put_wkt_points(out, g.lines[i]);
  }
  for (std::size_t i = 0; is_area && i < g.rings.size(); ++i) {
    out += i > 0 ? ",(" : "(";
    put_wkt_points(out, g.rings[i].outer);
    for (const auto& hole : g.rings[i].holes) {
      out += ',';
      put_wkt_points(out, hole);
    }
    out += ')';
  }
  return out + ")";
}

bool lies_in(const Geometry& g, const std::vector<GeoBox>& boxes) {
  if (g.empty() || boxes.empty()) return true;
  if (g.point) {
    return std::any_of(boxes.begin(), boxes.end(), [&g](const GeoBox& box) {
      return box.contains(g.point->lat_deg(), g.point->lon_deg());
    });
  }
  if (!g.lines.empty()) {
    return std::any_of(boxes.begin(), boxes.end(), [&g](const GeoBox& box) {
      return std::any_of(g.lines.begin(), g.lines.end(),
                         [&box](const auto& line) { return touches(line, box); });
    });
  }
  const auto area = Area::from_rings(g.rings);
  // Rings that cross themselves have no inside that could be asked: better shown than hidden.
  if (!area.ok()) return true;
  return std::any_of(boxes.begin(), boxes.end(), [&area](const GeoBox& box) {
    return area->bounds().overlaps(box) && area->overlaps(box);
  });
}

}  // namespace truce::serve
