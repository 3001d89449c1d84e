#include "stages/serve/vector_tile.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <protozero/pbf_writer.hpp>

namespace truce::serve {

namespace {

using Pixel = std::pair<std::int32_t, std::int32_t>;

constexpr std::uint32_t kMoveTo = 1, kLineTo = 2, kClosePath = 7;
constexpr int kPoint = 1, kPolygon = 3;
constexpr double kLatMax = 85.05112877980659;  // where the map ends

std::uint32_t command(std::uint32_t id, std::size_t count) {
  return id | (static_cast<std::uint32_t>(count) << 3U);
}
std::uint32_t zigzag(std::int32_t v) {
  return (static_cast<std::uint32_t>(v) << 1U) ^ static_cast<std::uint32_t>(v >> 31);
}

void put_step(std::vector<std::uint32_t>& out, Pixel to, Pixel& pen) {
  out.push_back(zigzag(to.first - pen.first));
  out.push_back(zigzag(to.second - pen.second));
  pen = to;
}

// What of a ring lies on one side of a line along an axis (Sutherland and Hodgman 1974).
template <class Depth>
std::vector<TilePoint> cut(const std::vector<TilePoint>& ring, Depth depth) {
  std::vector<TilePoint> out;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const TilePoint a = ring[i], b = ring[(i + 1) % ring.size()];
    const double in_a = depth(a), in_b = depth(b);
    if (in_a >= 0) out.push_back(a);
    if ((in_a >= 0) == (in_b >= 0)) continue;
    const double t = in_a / (in_a - in_b);
    out.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
  }
  return out;
}

// On whole units, none twice in a row, open; fewer than three where nothing is left.
std::vector<Pixel> pixels_of(const TileId& tile, const Ring& ring) {
  std::vector<TilePoint> points;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) points.push_back(in_tile(tile, ring[i]));
  constexpr double kLow = -kTileMargin, kHigh = kTileExtent + kTileMargin;
  points = cut(points, [](TilePoint p) { return p.x - kLow; });
  points = cut(points, [](TilePoint p) { return kHigh - p.x; });
  points = cut(points, [](TilePoint p) { return p.y - kLow; });
  points = cut(points, [](TilePoint p) { return kHigh - p.y; });
  std::vector<Pixel> out;
  for (const TilePoint& p : points) {
    const Pixel at{static_cast<std::int32_t>(std::lround(p.x)),
                   static_cast<std::int32_t>(std::lround(p.y))};
    if (out.empty() || out.back() != at) out.push_back(at);
  }
  while (out.size() > 1 && out.front() == out.back()) out.pop_back();
  return out;
}

// Twice the area, positive where the ring runs clockwise as one sees it.
std::int64_t doubled_area(const std::vector<Pixel>& ring) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Pixel a = ring[i], b = ring[(i + 1) % ring.size()];
    sum += std::int64_t{a.first} * b.second - std::int64_t{b.first} * a.second;
  }
  return sum;
}

// Outer rings run clockwise, holes the other way. False where nothing is left of it.
bool put_ring(std::vector<std::uint32_t>& out, std::vector<Pixel> ring, bool is_outer, Pixel& pen) {
  const std::int64_t area = ring.size() < 3 ? 0 : doubled_area(ring);
  if (area == 0) return false;
  if ((area > 0) != is_outer) std::reverse(ring.begin(), ring.end());
  out.push_back(command(kMoveTo, 1));
  put_step(out, ring.front(), pen);
  out.push_back(command(kLineTo, ring.size() - 1));
  for (std::size_t i = 1; i < ring.size(); ++i) put_step(out, ring[i], pen);
  out.push_back(command(kClosePath, 1));
  return true;
}

std::string encoded(const TileValue& value) {
  constexpr protozero::pbf_tag_type kString = 1, kSint = 6;
  std::string out;
  protozero::pbf_writer w(out);
  if (const auto* text = std::get_if<std::string>(&value))
    w.add_string(kString, *text);
  else
    w.add_sint64(kSint, std::get<std::int64_t>(value));
  return out;
}

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t out = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

Result<TileId> parse_tile(std::string_view z, std::string_view x, std::string_view y) {
  const auto zoom = number_of(z), column = number_of(x), row = number_of(y);
  const bool is_zoom = zoom && *zoom <= std::uint32_t{kTileZoomMax};
  const std::uint32_t count = is_zoom ? 1U << *zoom : 0;
  if (!is_zoom || !column || !row || *column >= count || *row >= count)
    return bad_input("is no tile",
                     {.source = std::string(z) + "/" + std::string(x) + "/" + std::string(y)},
                     "zoom 0 to 18, column and row from 0 and below two to the power of it");
  return TileId{static_cast<int>(*zoom), *column, *row};
}

GeoBox box_of(const TileId& tile) {
  const double tiles = std::ldexp(1.0, tile.z);
  const double margin = static_cast<double>(kTileMargin) / kTileExtent;
  const auto lon = [tiles](double x) { return std::clamp(x / tiles * 360 - 180, -180.0, 180.0); };
  const auto lat = [tiles](double y) {
    if (y <= 0) return 90.0;  // what lies beyond the map belongs to its edge
    if (y >= tiles) return -90.0;
    const double angle = std::numbers::pi * (1 - 2 * y / tiles);
    return std::atan(std::sinh(angle)) * 180 / std::numbers::pi;
  };
  return {lat(tile.y + 1 + margin), lat(tile.y - margin), lon(tile.x - margin),
          lon(tile.x + 1 + margin)};
}

TilePoint in_tile(const TileId& tile, LatLon at) {
  const double tiles = std::ldexp(1.0, tile.z);
  const double lat = std::clamp(at.lat_deg(), -kLatMax, kLatMax) * std::numbers::pi / 180;
  const double x = (at.lon_deg() + 180) / 360 * tiles;
  const double y = (1 - std::asinh(std::tan(lat)) / std::numbers::pi) / 2 * tiles;
  return {(x - tile.x) * kTileExtent, (y - tile.y) * kTileExtent};
}

bool is_inside(TilePoint p) {
  return p.x >= 0 && p.x < kTileExtent && p.y >= 0 && p.y < kTileExtent;
}

void TileLayer::add_point(TilePoint at, const TileTags& tags) {
  std::vector<std::uint32_t> geometry{command(kMoveTo, 1)};
  Pixel pen{0, 0};
  put_step(
      geometry,
      {static_cast<std::int32_t>(std::lround(at.x)), static_cast<std::int32_t>(std::lround(at.y))},
      pen);
  add(kPoint, geometry, tags);
}

bool TileLayer::add_polygon(const TileId& tile, const MultiPolygonRings& rings,
                            const TileTags& tags) {
  std::vector<std::uint32_t> geometry;
  Pixel pen{0, 0};
  for (const auto& part : rings) {
    if (!put_ring(geometry, pixels_of(tile, part.outer), true, pen)) continue;
    for (const auto& hole : part.holes) put_ring(geometry, pixels_of(tile, hole), false, pen);
  }
  if (!geometry.empty()) add(kPolygon, geometry, tags);
  return !geometry.empty();
}

void TileLayer::add(int type, const std::vector<std::uint32_t>& geometry, const TileTags& tags) {
  constexpr protozero::pbf_tag_type kTags = 2, kType = 3, kGeometry = 4;
  std::vector<std::uint32_t> numbers;
  for (const auto& [key, value] : tags) {
    const auto at = std::find(keys_.begin(), keys_.end(), key);
    numbers.push_back(static_cast<std::uint32_t>(at - keys_.begin()));
    if (at == keys_.end()) keys_.push_back(key);
    auto it = std::lower_bound(known_.begin(), known_.end(), value,
                               [](const auto& k, const TileValue& v) { return k.first < v; });
    if (it == known_.end() || it->first != value) {
      it = known_.emplace(it, value, static_cast<std::uint32_t>(values_.size()));
      values_.push_back(value);
    }
    numbers.push_back(it->second);
  }
  std::string out;
  protozero::pbf_writer w(out);
  w.add_packed_uint32(kTags, numbers.begin(), numbers.end());
  w.add_enum(kType, type);
  w.add_packed_uint32(kGeometry, geometry.begin(), geometry.end());
  features_.push_back(std::move(out));
}

std::string TileLayer::to_bytes() const {
  constexpr protozero::pbf_tag_type kLayers = 3, kName = 1, kFeatures = 2, kKeys = 3, kValues = 4,
                                    kExtent = 5, kVersion = 15;
  if (features_.empty()) return {};
  std::string layer;
  protozero::pbf_writer w(layer);
  w.add_uint32(kVersion, 2);
  w.add_string(kName, name_);
  for (const auto& feature : features_) w.add_message(kFeatures, feature);
  for (const auto& key : keys_) w.add_string(kKeys, key);
  for (const auto& value : values_) w.add_message(kValues, encoded(value));
  w.add_uint32(kExtent, kTileExtent);
  std::string out;
  protozero::pbf_writer(out).add_message(kLayers, layer);
  return out;
}

}  // namespace truce::serve
