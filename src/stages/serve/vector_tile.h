#pragma once
// Mapbox vector tiles, version 2.1 (github.com/mapbox/vector-tile-spec), of one layer; and where
// places lie in them. Web Mercator, tile (0, 0) in the north-west.

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/polygon.h"

namespace truce::serve {

inline constexpr int kTileExtent = 4096;  // units across a tile
inline constexpr int kTileMargin = 64;    // units around it that are drawn too
inline constexpr int kTileZoomMax = 18;

struct TileId {
  int z = 0;  // 0 to kTileZoomMax
  std::uint32_t x = 0, y = 0;
};
// Errors: kBadInput where it is no tile that there is.
Result<TileId> parse_tile(std::string_view z, std::string_view x, std::string_view y);
// With its margin, cut at the meridian of 180° and at the ends of the map.
GeoBox box_of(const TileId& tile);

// In units from the tile's north-west corner, east and south positive.
struct TilePoint {
  double x = 0, y = 0;
};
TilePoint in_tile(const TileId& tile, LatLon at);
bool is_inside(TilePoint p);  // of the tile without its margin: each place is in one tile of a zoom

using TileValue = std::variant<std::string, std::int64_t>;
using TileTags = std::vector<std::pair<std::string, TileValue>>;

class TileLayer {
 public:
  explicit TileLayer(std::string name) : name_(std::move(name)) {}
  void add_point(TilePoint at, const TileTags& tags);
  // What of the rings lies in the tile or its margin. False, and nothing is added, where no area is
  // left of it when corners are put on whole units.
  bool add_polygon(const TileId& tile, const MultiPolygonRings& rings, const TileTags& tags);
  std::size_t size() const { return features_.size(); }
  // The tile as bytes; none where nothing was added.
  std::string to_bytes() const;

 private:
  void add(int type, const std::vector<std::uint32_t>& geometry, const TileTags& tags);
  std::string name_;
  std::vector<std::string> features_;  // encoded
  std::vector<std::string> keys_;
  std::vector<TileValue> values_;
  std::vector<std::pair<TileValue, std::uint32_t>> known_;  // sorted, place in values_
};

}  // namespace truce::serve
