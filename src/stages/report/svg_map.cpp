#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace truce::report {

namespace {

constexpr double kMapWidth = 430;
constexpr double kHeightMax = 520;
constexpr double kGlyphApart = 13;  // glyphs nearer than this are drawn as one, with their number
constexpr double kGlyphMin = 9;     // a region drawn smaller than this many units becomes a glyph

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
    const double scale = std::min(kMapWidth / w, kHeightMax / h);
    scale_x = scale * shrink;
    scale_y = scale;
    height = std::ceil(h * scale);
  }
  double x(LatLon p) const { return (p.lon_deg() - box.lon_min) * scale_x; }
  double y(LatLon p) const { return (box.lat_max - p.lat_deg()) * scale_y; }
};

std::string path_of(const Projection& pr, const MultiPolygonRings& polygons) {
  std::string d;
  const auto ring = [&](const Ring& r) {
    for (std::size_t i = 0; i + 1 < r.size(); ++i)
      d += (i == 0 ? "M" : "L") + one_decimal(pr.x(r[i])) + " " + one_decimal(pr.y(r[i]));
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
    d += (i == 0 ? "M" : "L") + one_decimal(pr.x(line[i])) + " " + one_decimal(pr.y(line[i]));
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
    for (const auto& i : in.incidents) grow(box, outline(i.place.region));
  }
  if (box.lat_min > box.lat_max) return {-90, 90, -180, 180};
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

// A rectangle of the picture that something stands in.
struct Box {
  double x0, y0, x1, y1;
  bool meets(const Box& o) const { return x0 < o.x1 && o.x0 < x1 && y0 < o.y1 && o.y0 < y1; }
};

// Incidents whose regions are too small to see, gathered where they would lie on each other.
struct Glyph {
  double x = 0, y = 0;
  std::int64_t incidents = 0;
  const Finding* lead = nullptr;  // the one that asks most to be looked at
};

std::vector<Glyph> glyphs_of(const Projection& pr, const Input& in,
                             const std::vector<const Incident*>& small) {
  std::vector<Glyph> out;  // x and y are sums until the end
  for (const auto* i : small) {
    const double x = pr.x(i->place.best);
    const double y = pr.y(i->place.best);
    const auto near = std::find_if(out.begin(), out.end(), [&](const Glyph& g) {
      const auto k = static_cast<double>(g.incidents);
      return std::hypot(g.x / k - x, g.y / k - y) < kGlyphApart;
    });
    Glyph& g = near == out.end() ? out.emplace_back() : *near;
    g.x += x;
    g.y += y;
    ++g.incidents;
    const Finding* f = leading_finding(in, i->id);
    if (f != nullptr && (g.lead == nullptr || rank_of(f->value) < rank_of(g.lead->value)))
      g.lead = f;
  }
  for (auto& g : out) {
    g.x /= static_cast<double>(g.incidents);
    g.y /= static_cast<double>(g.incidents);
  }
  return out;
}

bool is_free(const Box& box, const std::vector<Box>& taken) {
  return std::none_of(taken.begin(), taken.end(), [&](const Box& t) { return t.meets(box); });
}

std::string draw_glyph(const Glyph& g) {
  return "<ellipse class=\"i " + value_class(g.lead) + "\" cx=\"" + one_decimal(g.x) + "\" cy=\"" +
         one_decimal(g.y) + "\" rx=\"6\" ry=\"4\" transform=\"rotate(-30 " + one_decimal(g.x) +
         " " + one_decimal(g.y) + ")\"/>";
}

// How many incidents a glyph stands for, at whichever of its corners there is room; where there is
// none, above it to the right.
std::string draw_count(const Glyph& g, std::vector<Box>& taken) {
  if (g.incidents < 2) return {};
  const std::string count = std::to_string(g.incidents);
  const double w = 6 * static_cast<double>(count.size());
  const auto box_at = [&](double x, double y) { return Box{x - 1, y - 8, x + w + 1, y + 1}; };
  const std::array<std::pair<double, double>, 4> corners{
      {{g.x + 7, g.y - 3}, {g.x + 7, g.y + 10}, {g.x - 7 - w, g.y - 3}, {g.x - 7 - w, g.y + 10}}};
  const auto* at = std::find_if(corners.begin(), corners.end(), [&](const auto& c) {
    return is_free(box_at(c.first, c.second), taken);
  });
  const auto [x, y] = at == corners.end() ? corners.front() : *at;
  taken.push_back(box_at(x, y));
  return "<text class=\"m-count\" x=\"" + one_decimal(x) + "\" y=\"" + one_decimal(y) + "\">" +
         count + "</text>";
}

// Names of places where there is room: beside the dot, above or below. A name that fits
// nowhere goes, and its dot with it; the larger place is asked first.
std::string draw_places(const Projection& pr, const Input& in, std::vector<Box>& taken) {
  auto places = in.places;
  std::stable_sort(places.begin(), places.end(),
                   [](const MapPlace& a, const MapPlace& b) { return a.rank < b.rank; });
  std::string out;
  for (const auto& p : places) {
    if (!pr.box.contains(p.at.lat_deg(), p.at.lon_deg())) continue;
    const double x = pr.x(p.at);
    const double y = pr.y(p.at);
    const auto letters = std::count_if(p.name.begin(), p.name.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    const double w = 5.8 * static_cast<double>(letters);
    for (const auto& [tx, ty] :
         {std::pair(x + 5, y + 3.5), std::pair(x - 5 - w, y + 3.5), std::pair(x + 11, y + 3.5),
          std::pair(x - 11 - w, y + 3.5), std::pair(x - w / 2, y - 5), std::pair(x - w / 2, y + 12),
          std::pair(x - w / 2, y - 10), std::pair(x - w / 2, y + 17)}) {
      const Box box{tx, ty - 9, tx + w, ty + 2};
      const bool inside =
          box.x0 > 2 && box.x1 < kMapWidth - 2 && box.y0 > 2 && box.y1 < pr.height - 2;
      if (!inside || !is_free(box, taken)) continue;
      taken.push_back(box);
      taken.push_back({x - 2, y - 2, x + 2, y + 2});
      out += "<circle class=\"m-dot\" cx=\"" + one_decimal(x) + "\" cy=\"" + one_decimal(y) +
             "\" r=\"1.8\"/><text class=\"m-place\" x=\"" + one_decimal(tx) + "\" y=\"" +
             one_decimal(ty) + "\">" + escape(p.name) + "</text>";
      break;
    }
  }
  return out;
}

std::string scale_bar(const Projection& pr) {
  for (const int km : {200, 100, 50, 20, 10, 5, 2, 1}) {
    const double units = km / 111.2 * pr.scale_y;
    if (units > kMapWidth / 4) continue;
    const std::string y = one_decimal(pr.height - 8);
    return "<path class=\"m-bar\" d=\"M8 " + one_decimal(pr.height - 12) + "V" + y + "H" +
           one_decimal(8 + units) + "V" + one_decimal(pr.height - 12) +
           "\"/><text class=\"m-small\" x=\"" + one_decimal(12 + units) + "\" y=\"" + y + "\">" +
           std::to_string(km) + " km</text>";
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

int rank_of(FindingValue v) {
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
}

std::optional<FindingValue> base_value(const std::vector<Finding>& findings) {
  std::optional<FindingValue> out;
  for (const Finding& f : findings) {
    if (f.reading == "base" && (!out || rank_of(f.value) < rank_of(*out))) out = f.value;
  }
  return out;
}

const Finding* leading_finding(const Input& input, const std::string& incident) {
  const auto it = input.findings.find(incident);
  if (it == input.findings.end()) return nullptr;
  const Finding* best = nullptr;
  for (const auto& f : it->second) {
    if (best == nullptr || std::pair(rank_of(f.value), f.reading != "base") <
                               std::pair(rank_of(best->value), best->reading != "base"))
      best = &f;
  }
  return best;
}

std::string svg_map(const Input& in) {
  const Projection pr(extent(in));
  std::string out = "<svg class=\"mapsvg\" viewBox=\"0 0 " + one_decimal(kMapWidth) + " " +
                    one_decimal(pr.height) +
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
    if (!i.place.known()) continue;
    const double size = i.place.radius_m / 111'200 * pr.scale_y * 2;
    if (size < kGlyphMin)
      small.push_back(&i);
    else
      out += "<path class=\"i " + value_class(leading_finding(in, i.id)) + "\" d=\"" +
             path_of(pr, outline(i.place.region)) + "\"/>";
  }
  std::vector<Box> taken{{0, pr.height - 22, kMapWidth / 4 + 60, pr.height}};  // the scale bar
  const auto glyphs = glyphs_of(pr, in, small);
  std::string marks;
  for (const auto& g : glyphs) {
    taken.push_back({g.x - 6, g.y - 6, g.x + 6, g.y + 6});
    marks += draw_glyph(g);
  }
  for (const auto& g : glyphs) marks += draw_count(g, taken);
  out += draw_places(pr, in, taken) + marks;
  return out + scale_bar(pr) + "</svg>";
}

}  // namespace truce::report
