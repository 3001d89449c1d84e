#include "stages/fuse/internal/network.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

namespace truce::fuse {

namespace {
constexpr double kCellM = 3000;
constexpr int kCellsMax = 2000;   // per axis
constexpr double kBeyondS = 300;  // how long before and after its scene a sensor is believed
constexpr double kFloodS = 10;
constexpr std::size_t kFloodCount = 40;  // arrivals in kFloodS that are still believed
constexpr double kCompanyM = 50'000;     // tiles of the plane
}  // namespace

PlaceGrid::PlaceGrid(const std::vector<SoundSensor>& sensors) {
  if (sensors.empty()) return;
  double x1 = sensors[0].x_m, y1 = sensors[0].y_m;
  x0_m = x1;
  y0_m = y1;
  for (const auto& s : sensors) {
    x0_m = std::min(x0_m, s.x_m);
    x1 = std::max(x1, s.x_m);
    y0_m = std::min(y0_m, s.y_m);
    y1 = std::max(y1, s.y_m);
  }
  cell_m = std::max(kCellM, std::max(x1 - x0_m, y1 - y0_m) / kCellsMax);
  columns = static_cast<int>((x1 - x0_m) / cell_m) + 1;
  rows = static_cast<int>((y1 - y0_m) / cell_m) + 1;
}

std::size_t PlaceGrid::cell_of(const SoundSensor& s) const {
  const auto column = static_cast<std::size_t>((s.x_m - x0_m) / cell_m);
  const auto row = static_cast<std::size_t>((s.y_m - y0_m) / cell_m);
  return row * static_cast<std::size_t>(columns) + column;
}

std::vector<std::uint32_t> by_place(const std::vector<SoundSensor>& sensors) {
  const PlaceGrid grid(sensors);
  std::vector<std::uint32_t> order(sensors.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto& u = sensors[a];
    const auto& v = sensors[b];
    return std::tuple(grid.cell_of(u), u.x_m, u.y_m) < std::tuple(grid.cell_of(v), v.x_m, v.y_m);
  });
  return order;
}

Network::Network(const SoundScene& scene)
    : start_s(scene.start_s), end_s(scene.end_s), sensors_(scene.sensors) {
  std::vector<std::uint32_t> order(scene.arrivals.size());
  std::iota(order.begin(), order.end(), 0U);
  // A clock that is off by more than that says nothing.
  std::erase_if(order, [&](std::uint32_t a) {
    const double t = scene.arrivals[a].time_s;
    return !(scene.start_s - kBeyondS <= t && t <= scene.end_s + kBeyondS);
  });
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto& u = scene.arrivals[a];
    const auto& v = scene.arrivals[b];
    return std::tie(u.sensor, u.time_s, u.level_db, a) <
           std::tie(v.sensor, v.time_s, v.level_db, b);
  });
  leave_out_floods(scene, order);
  first_.assign(sensors_.size() + 1, 0);
  for (const auto a : order) {
    const auto& v = scene.arrivals[a];
    ++first_[v.sensor + 1];
    original_.push_back(a);
    sensor_.push_back(v.sensor);
    time_.push_back(v.time_s);
    sigma_.push_back(v.sigma_s);
    level_.push_back(v.level_db);
  }
  first_s = start_s;
  if (!time_.empty()) first_s = std::min(first_s, *std::min_element(time_.begin(), time_.end()));
  if (!time_.empty()) end_s = std::max(end_s, *std::max_element(time_.begin(), time_.end()));
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  per_s_ = 1 / std::max(1e-9, end_s - first_s);
  part();
  if (sensors_.empty()) return;
  grid_ = PlaceGrid(sensors_);
  x_min = grid_.x0_m;
  y_min = grid_.y0_m;
  std::vector<std::size_t> cell;
  for (const auto& s : sensors_) cell.push_back(grid_.cell_of(s));
  by_place_ = std::is_sorted(cell.begin(), cell.end());
  const auto cells = static_cast<std::size_t>(grid_.columns) * static_cast<std::size_t>(grid_.rows);
  for (std::size_t c = 0, s = 0; by_place_ && c <= cells; ++c) {
    while (s < cell.size() && cell[s] < c) ++s;
    first_in_cell_.push_back(static_cast<std::uint32_t>(s));
  }
  bound();
}

// `order`: arrivals by sensor, then time.
void Network::leave_out_floods(const SoundScene& scene, std::vector<std::uint32_t>& order) {
  std::vector<std::uint32_t> kept;
  std::size_t flooded = 0;  // arrivals before it are of a flood or kept already
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& a = scene.arrivals[order[i]];
    if (i + kFloodCount < order.size()) {
      const auto& b = scene.arrivals[order[i + kFloodCount]];
      if (a.sensor == b.sensor && b.time_s - a.time_s <= kFloodS) {
        if (i < flooded) {
          floods.back().until_s = b.time_s;
        } else {
          floods.push_back({a.sensor, a.time_s, b.time_s});
        }
        flooded = i + kFloodCount + 1;
      }
    }
    if (i >= flooded) kept.push_back(order[i]);
  }
  order = std::move(kept);
}

// The extent is that of sensors that can locate something together: one that is said to stand on
// the other side of the earth does not stretch the ground to be searched.
void Network::bound() {
  std::map<std::pair<std::int64_t, std::int64_t>, int> tiles;
  const auto tile = [](double v) {
    return static_cast<std::int64_t>(std::floor(std::clamp(v / kCompanyM, -1e9, 1e9)));
  };
  for (const auto& s : sensors_) ++tiles[{tile(s.x_m), tile(s.y_m)}];
  const auto company = [&](const SoundSensor& s) {
    int sum = 0;
    for (std::int64_t dx = -1; dx <= 1; ++dx) {
      for (std::int64_t dy = -1; dy <= 1; ++dy) {
        const auto it = tiles.find({tile(s.x_m) + dx, tile(s.y_m) + dy});
        sum += it == tiles.end() ? 0 : it->second;
      }
    }
    return sum;
  };
  bool first = true;
  for (const auto& s : sensors_) {
    if (company(s) < 3) continue;
    x_min = first ? s.x_m : std::min(x_min, s.x_m);
    x_max = first ? s.x_m : std::max(x_max, s.x_m);
    y_min = first ? s.y_m : std::min(y_min, s.y_m);
    y_max = first ? s.y_m : std::max(y_max, s.y_m);
    first = false;
  }
  if (first) {
    x_max = x_min;
    y_max = y_min;
  }
}

void Network::part() {
  for (std::uint32_t s = 0; s < sensors_.size(); ++s) {
    const std::uint32_t n = first_[s + 1] - first_[s];
    std::uint32_t a = first_[s];
    for (std::uint32_t i = 0; i < n; ++i) {
      while (a < first_[s + 1] && part_of(time_[a], n) < i) ++a;
      parts_.push_back(a);
    }
    parts_.push_back(first_[s + 1]);
  }
}

void Network::within(double x_m, double y_m, double range_m,
                     std::vector<std::uint32_t>& out) const {
  for_ranges(x_m, y_m, range_m, [&](std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t s = first; s < last; ++s) {
      const double dx = sensors_[s].x_m - x_m;
      const double dy = sensors_[s].y_m - y_m;
      if (dx * dx + dy * dy <= range_m * range_m) out.push_back(s);
    }
  });
}

}  // namespace truce::fuse
