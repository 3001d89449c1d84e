#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

#include "stages/report/internal/svg_map.h"

namespace truce::report {

namespace {

constexpr double kWidth = 430;
constexpr double kHeightMax = 520;
constexpr double kGlyphMin = 9;  // a region drawn smaller than this many units becomes a glyph

// Equirectangular at the middle latitude: fit for a theatre, said to be approximate.
struct Projection {
  GeoBox box;
  double scale_x = 1;
  double scale_y = 1;
  double height = 0;
  explicit Projection(const GeoBox& b) : box(b) {
    const double shrink = std::cos((b.lat_min + b.lat_max) / 2 * 3.14159265358979 / 180);
    const double w = std::max(0.01, (b.lon_max - b.lon_min) * shrink);
    const double h = std::max(0.01, b.lat_max - b.lat_min);
    const double scale = std::min(kWidth / w, kHeightMax / h);
    scale_x = scale * shrink;
    scale_y = scale;
    height = std::ceil(h * scale);
  }
  double x(LatLon p) const { return (p.lon_deg() - box.lon_min) * scale_x; }
  double y(LatLon p) const { return (box.lat_max - p.lat_deg()) * scale_y; }
};

std::string number(double v) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f", v);
  return buffer;
}

std::string path_of(const Projection& pr, const MultiPolygonRings& polygons) {
  std::string d;
  const auto ring = [&](const Ring& r) {
    for (std::size_t i = 0; i + 1 < r.size(); ++i)
      d += (i == 0 ? "M" : "L") + number(pr.x(r[i])) + " " + number(pr.y(r[i]));
    d += "Z";
  };
  for (const auto& p : polygons) {
    ring(p.outer);
    for (const auto& h : p.holes) ring(h);
  }
  return d;
}

std::string line_path(const Projection& pr, const std::vector<LatLon>& line) {
  std::string d;
  for (std::size_t i = 0; i < line.size(); ++i)
    d += (i == 0 ? "M" : "L") + number(pr.x(line[i])) + " " + number(pr.y(line[i]));
  return d;
}

void grow(GeoBox& box, const MultiPolygonRings& polygons) {
  for (const auto& p : polygons) {
    for (const LatLon q : p.outer) {
      box = {std::min(box.lat_min, q.lat_deg()), std::max(box.lat_max, q.lat_deg()),
             std::min(box.lon_min, q.lon_deg()), std::max(box.lon_max, q.lon_deg())};
    }
  }
}

GeoBox extent(const Input& in) {
  GeoBox box{90, -90, 180, -180};
  for (const auto& f : in.map) {
    grow(box, f.areas);
    for (const auto& line : f.lines) {
      for (const LatLon q : line) grow(box, {{{q}, {}}});
    }
  }
  if (box.lat_min > box.lat_max) {
    for (const auto& i : in.incidents) grow(box, i.place.region90);
  }
  if (box.lat_min > box.lat_max) return {44, 53, 22, 41};
  const double pad = 0.03 * std::max(box.lat_max - box.lat_min, box.lon_max - box.lon_min);
  return {box.lat_min - pad, box.lat_max + pad, box.lon_min - pad, box.lon_max + pad};
}

std::string value_class(const Finding* f) {
  return f == nullptr ? "na" : std::string(to_string(f->value));
}

std::string draw_feature(const Projection& pr, const MapFeature& f) {
  std::string out;
  if (!f.areas.empty()) {
    const std::string css = f.kind == "land"     ? "m-land"
                            : f.kind == "water"  ? "m-water"
                            : f.kind == "region" ? "m-region"
                                                 : "m-zone";
    out += "<path class=\"" + css + "\" d=\"" + path_of(pr, f.areas) + "\"/>";
  }
  for (const auto& line : f.lines) {
    const std::string d = line_path(pr, line);
    if (f.kind == "line_of_contact")
      out += "<path class=\"m-loc\" d=\"" + d + "\"/><path class=\"m-core\" d=\"" + d + "\"/>";
    else
      out += std::string("<path class=\"") +
             (f.kind == "river"          ? "m-river"
              : f.kind == "reading_line" ? "m-reading"
                                         : "m-withdrawal") +
             "\" d=\"" + d + "\"/>";
  }
  return out;
}

// Incidents whose regions are too small to see, gathered where they would lie on each other.
std::string draw_glyphs(const Projection& pr, const Input& in,
                        const std::vector<const Incident*>& small) {
  struct Group {
    double x = 0, y = 0;
    std::int64_t incidents = 0;
    const Finding* worst = nullptr;
  };
  std::map<std::pair<int, int>, Group> groups;
  for (const auto* i : small) {
    const double x = pr.x(i->place.best);
    const double y = pr.y(i->place.best);
    Group& g = groups[{static_cast<int>(x / 14), static_cast<int>(y / 14)}];
    g.x += x;
    g.y += y;
    ++g.incidents;
    const Finding* f = leading_finding(in, i->id);
    if (g.worst == nullptr || (f != nullptr && f->value == FindingValue::kBreach)) g.worst = f;
  }
  std::string out;
  for (const auto& [key, g] : groups) {
    const double x = g.x / static_cast<double>(g.incidents);
    const double y = g.y / static_cast<double>(g.incidents);
    out += "<ellipse class=\"i " + value_class(g.worst) + "\" cx=\"" + number(x) + "\" cy=\"" +
           number(y) + "\" rx=\"6\" ry=\"4\" transform=\"rotate(-30 " + number(x) + " " +
           number(y) + ")\"/>";
    if (g.incidents > 1)
      out += "<text class=\"m-count\" x=\"" + number(x + 7) + "\" y=\"" + number(y - 3) + "\">" +
             std::to_string(g.incidents) + "</text>";
  }
  return out;
}

std::string scale_bar(const Projection& pr) {
  for (const int km : {200, 100, 50, 20, 10, 5, 2, 1}) {
    const double units = km / 111.2 * pr.scale_y;
    if (units > kWidth / 4) continue;
    const std::string y = number(pr.height - 8);
    return "<path class=\"m-bar\" d=\"M8 " + number(pr.height - 12) + "V" + y + "H" +
           number(8 + units) + "V" + number(pr.height - 12) + "\"/><text class=\"m-small\" x=\"" +
           number(12 + units) + "\" y=\"" + y + "\">" + std::to_string(km) + " km</text>";
  }
  return {};
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

const Finding* leading_finding(const Input& input, const std::string& incident) {
  const auto it = input.findings.find(incident);
  if (it == input.findings.end()) return nullptr;
  const auto rank = [](FindingValue v) {
    switch (v) {
      case FindingValue::kBreach:
        return 0;
      case FindingValue::kUndeterminable:
        return 1;
      case FindingValue::kCompliant:
        return 2;
      case FindingValue::kNotApplicable:
        return 3;
    }
    return 4;
  };
  const Finding* best = nullptr;
  for (const auto& f : it->second) {
    if (best == nullptr || std::pair(rank(f.value), f.reading != "base") <
                               std::pair(rank(best->value), best->reading != "base"))
      best = &f;
  }
  return best;
}

std::string svg_map(const Input& in) {
  const Projection pr(extent(in));
  std::string out = "<svg class=\"mapsvg\" viewBox=\"0 0 " + number(kWidth) + " " +
                    number(pr.height) +
                    "\" role=\"img\" aria-label=\"Map of the incidents\"><rect class=\"m-out\" "
                    "width=\"100%\" height=\"100%\"/>";
  for (const char* kind : {"land", "water", "river", "region", "zone", "sector", "withdrawal_line",
                           "reading_line", "line_of_contact"}) {
    for (const auto& f : in.map) {
      if (f.kind == kind) out += draw_feature(pr, f);
    }
  }
  std::vector<const Incident*> small;
  for (const auto& i : in.incidents) {
    if (!i.place.known) continue;
    const double size = i.place.radius_m / 111'200 * pr.scale_y * 2;
    if (size < kGlyphMin)
      small.push_back(&i);
    else
      out += "<path class=\"i " + value_class(leading_finding(in, i.id)) + "\" d=\"" +
             path_of(pr, i.place.region90) + "\"/>";
  }
  out += draw_glyphs(pr, in, small);
  for (const auto& p : in.places) {
    if (!pr.box.contains(p.at.lat_deg(), p.at.lon_deg())) continue;
    const std::string x = number(pr.x(p.at));
    const std::string y = number(pr.y(p.at));
    out += "<circle class=\"m-dot\" cx=\"" + x + "\" cy=\"" + y +
           "\" r=\"1.8\"/><text class=\"m-place\" x=\"" + number(pr.x(p.at) + 4) + "\" y=\"" +
           number(pr.y(p.at) + 3.5) + "\">" + escape(p.name) + "</text>";
  }
  return out + scale_bar(pr) + "</svg>";
}

}  // namespace truce::report
