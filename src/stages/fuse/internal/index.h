#pragma once
// What lies near in place and time. Reports differ in extent by orders of magnitude, a shot heard
// for a second from one street and a night's shelling of a district, so one grid either holds
// everything in one cell or puts one report into thousands. Here an item lives in exactly one cell
// of one grid: of the grids of doubling cell size, the finest whose cells are at least four
// times the item, in place and in time. A search asks each grid that holds anything for the few
// cells that an item of its size could touch the query from.

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "base/geo.h"
#include "base/instant.h"
#include "base/polygon.h"

namespace truce::fuse {

class SpaceTimeIndex {
 public:
  using Item = std::uint64_t;
  void insert(Item item, const Interval& when, const GeoBox& box);
  // With the same interval and box as at its insert.
  void erase(Item item, const Interval& when, const GeoBox& box);
  // Appends to `out` every item whose closed interval and box touch these, in no particular order,
  // each once.
  void near(const Interval& when, const GeoBox& box, std::vector<Item>& out) const;

 private:
  struct Level {
    int time = 0;
    int place = 0;
    friend auto operator<=>(const Level&, const Level&) = default;
  };
  struct Held {
    Item item = 0;
    Interval when;
    GeoBox box;
  };
  static void append_touching(const std::vector<Held>& items, const Interval& when,
                              const GeoBox& box, std::vector<Item>& out);
  // One number of a cell's three: time, latitude, longitude.
  using Cell = std::uint64_t;
  using Grid = std::unordered_map<Cell, std::vector<Held>>;
  static Level level_of(const Interval& when, const GeoBox& box);
  static Cell cell_of(Level level, const Interval& when, const GeoBox& box);
  std::map<Level, Grid> grids_;
};

}  // namespace truce::fuse
