#include "stages/fuse/internal/index.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

// Half an hour: reports within minutes of each other are asked for together, so finer cells only
// mean that more of them are asked.
constexpr std::int64_t kFinestNs = 1'800'000'000'000;
constexpr double kFinestDeg = 0.02;  // about 2 km
constexpr int kTimeLevels = 22;      // 239 years
constexpr int kPlaceLevels = 15;     // 327 degrees, and all beyond

std::int64_t time_cell(int level, std::int64_t ns) {
  const std::int64_t size = kFinestNs << level;
  return ns >= 0 ? ns / size : -((-ns + size - 1) / size);
}
std::int64_t place_cell(int level, double deg) {
  return static_cast<std::int64_t>(std::floor(deg / std::ldexp(kFinestDeg, level)));
}

}  // namespace

std::size_t SpaceTimeIndex::CellHash::operator()(const Cell& c) const {
  std::uint64_t h = 0x9e3779b97f4a7c15ULL;
  for (const std::int64_t v : c) {
    h = (h ^ static_cast<std::uint64_t>(v)) * 0xbf58476d1ce4e5b9ULL;
    h ^= h >> 29;
  }
  return static_cast<std::size_t>(h);
}

SpaceTimeIndex::Level SpaceTimeIndex::level_of(const Interval& when, const GeoBox& box) {
  Level level;
  while (level.time < kTimeLevels && (kFinestNs << level.time) < when.length().ns) ++level.time;
  const double extent = std::max(box.lat_max - box.lat_min, box.lon_max - box.lon_min);
  while (level.place < kPlaceLevels && std::ldexp(kFinestDeg, level.place) < extent) ++level.place;
  return level;
}

SpaceTimeIndex::Cell SpaceTimeIndex::cell_of(Level level, Instant start, double lat, double lon) {
  return {time_cell(level.time, start.ns), place_cell(level.place, lat),
          place_cell(level.place, lon)};
}

void SpaceTimeIndex::append_touching(const std::vector<Held>& items, const Interval& when,
                                     const GeoBox& box, std::vector<Item>& out) {
  for (const Held& h : items) {
    if (h.when.start <= when.end && when.start <= h.when.end && h.box.overlaps(box))
      out.push_back(h.item);
  }
}

void SpaceTimeIndex::insert(Item item, const Interval& when, const GeoBox& box) {
  const Level level = level_of(when, box);
  grids_[level][cell_of(level, when.start, box.lat_min, box.lon_min)].push_back({item, when, box});
}

void SpaceTimeIndex::erase(Item item, const Interval& when, const GeoBox& box) {
  const Level level = level_of(when, box);
  const auto grid = grids_.find(level);
  TRUCE_ENSURE(grid != grids_.end());
  const auto cell = grid->second.find(cell_of(level, when.start, box.lat_min, box.lon_min));
  TRUCE_ENSURE(cell != grid->second.end());
  auto& items = cell->second;
  const auto it =
      std::find_if(items.begin(), items.end(), [item](const Held& h) { return h.item == item; });
  TRUCE_ENSURE(it != items.end());
  *it = items.back();
  items.pop_back();
  if (items.empty()) grid->second.erase(cell);
  if (grid->second.empty()) grids_.erase(grid);
}

// An item begins at most one cell before what it touches.
void SpaceTimeIndex::near(const Interval& when, const GeoBox& box, std::vector<Item>& out) const {
  for (const auto& [level, grid] : grids_) {
    Cell first = cell_of(level, when.start, box.lat_min, box.lon_min);
    for (auto& c : first) --c;
    const Cell last = cell_of(level, when.end, box.lat_max, box.lon_max);
    double cells = 1;
    for (std::size_t i = 0; i < first.size(); ++i)
      cells *= static_cast<double>(last[i] - first[i] + 1);
    if (cells > static_cast<double>(grid.size())) {
      for (const auto& [cell, items] : grid) {
        bool inside = true;
        for (std::size_t i = 0; i < cell.size(); ++i)
          inside = inside && first[i] <= cell[i] && cell[i] <= last[i];
        if (inside) append_touching(items, when, box, out);
      }
      continue;
    }
    for (Cell c = first; c[0] <= last[0]; ++c[0]) {
      for (c[1] = first[1]; c[1] <= last[1]; ++c[1]) {
        for (c[2] = first[2]; c[2] <= last[2]; ++c[2]) {
          if (const auto it = grid.find(c); it != grid.end())
            append_touching(it->second, when, box, out);
        }
      }
    }
  }
}

}  // namespace truce::fuse
