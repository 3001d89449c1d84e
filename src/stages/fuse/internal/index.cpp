#include "stages/fuse/internal/index.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

// Half an hour: reports within minutes of each other are asked for together, so finer cells only
// mean that more of them are asked.
constexpr std::int64_t kFinestNs = 1'800'000'000'000;
constexpr double kFinestDeg = 0.02;  // about 2 km
constexpr int kTimeLevels = 22;      // 239 years, and all beyond
constexpr int kPlaceLevels = 17;     // four times around the earth
constexpr int kCellsPerItem = 4;

std::int64_t time_size(int level) { return kFinestNs << level; }
double place_size(int level) { return std::ldexp(kFinestDeg, level); }

// Cells are numbered from 0 at the beginning of time, 180° south and 720° west.
std::uint64_t time_cell(int level, std::int64_t ns) {
  const auto since_min = static_cast<std::uint64_t>(ns) - static_cast<std::uint64_t>(INT64_MIN);
  return since_min / static_cast<std::uint64_t>(time_size(level));
}
std::uint64_t place_cell(int level, double deg, double least) {
  return static_cast<std::uint64_t>((std::clamp(deg, least, -least) - least) / place_size(level));
}
constexpr double kLeastLat = -180;
constexpr double kLeastLon = -720;
constexpr int kPlaceBits = 20;
static_assert(2 * 720 / kFinestDeg < 1 << kPlaceBits);

std::uint64_t packed(std::uint64_t time, std::uint64_t lat, std::uint64_t lon) {
  return (time << (2 * kPlaceBits)) | (lat << kPlaceBits) | lon;
}

}  // namespace

SpaceTimeIndex::Level SpaceTimeIndex::level_of(const Interval& when, const GeoBox& box) {
  Level level;
  while (level.time < kTimeLevels && time_size(level.time) / kCellsPerItem < when.length().ns)
    ++level.time;
  const double extent = std::max(box.lat_max - box.lat_min, box.lon_max - box.lon_min);
  while (level.place < kPlaceLevels && place_size(level.place) / kCellsPerItem < extent)
    ++level.place;
  return level;
}

SpaceTimeIndex::Cell SpaceTimeIndex::cell_of(Level level, const Interval& when, const GeoBox& box) {
  return packed(time_cell(level.time, when.start.ns),
                place_cell(level.place, box.lat_min, kLeastLat),
                place_cell(level.place, box.lon_min, kLeastLon));
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
  grids_[level][cell_of(level, when, box)].push_back({item, when, box});
}

void SpaceTimeIndex::erase(Item item, const Interval& when, const GeoBox& box) {
  const Level level = level_of(when, box);
  const auto grid = grids_.find(level);
  TRUCE_ENSURE(grid != grids_.end());
  const auto cell = grid->second.find(cell_of(level, when, box));
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

// An item begins at most a quarter of a cell before what it touches; the longest of all, anywhere.
void SpaceTimeIndex::near(const Interval& when, const GeoBox& box, std::vector<Item>& out) const {
  for (const auto& [level, grid] : grids_) {
    const std::int64_t back_ns = time_size(level.time) / kCellsPerItem;
    const bool longest = level.time == kTimeLevels || when.start.ns < INT64_MIN + back_ns;
    const double back_deg = place_size(level.place) / kCellsPerItem;
    struct Range {
      std::uint64_t first, last;
      std::uint64_t size() const { return last - first + 1; }
    };
    const Range time{time_cell(level.time, longest ? INT64_MIN : when.start.ns - back_ns),
                     time_cell(level.time, when.end.ns)};
    const Range lat{place_cell(level.place, box.lat_min - back_deg, kLeastLat),
                    place_cell(level.place, box.lat_max, kLeastLat)};
    const Range lon{place_cell(level.place, box.lon_min - back_deg, kLeastLon),
                    place_cell(level.place, box.lon_max, kLeastLon)};
    const double cells = static_cast<double>(time.size()) * static_cast<double>(lat.size()) *
                         static_cast<double>(lon.size());
    if (cells > static_cast<double>(grid.size())) {
      for (const auto& [cell, items] : grid) append_touching(items, when, box, out);
      continue;
    }
    for (std::uint64_t t = time.first; t <= time.last; ++t) {
      for (std::uint64_t y = lat.first; y <= lat.last; ++y) {
        for (std::uint64_t x = lon.first; x <= lon.last; ++x) {
          if (const auto it = grid.find(packed(t, y, x)); it != grid.end())
            append_touching(it->second, when, box, out);
        }
      }
    }
  }
}

}  // namespace truce::fuse
