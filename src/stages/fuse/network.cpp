#include "stages/fuse/internal/network.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace truce::fuse {

namespace {
constexpr double kCellM = 3000;
constexpr int kCellsMax = 2000;  // per axis
}  // namespace

Network::Network(const SoundScene& scene)
    : start_s(scene.start_s), end_s(scene.end_s), sensors_(scene.sensors) {
  std::vector<std::uint32_t> order(scene.arrivals.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto& u = scene.arrivals[a];
    const auto& v = scene.arrivals[b];
    return std::tie(u.sensor, u.time_s, u.level_db, a) <
           std::tie(v.sensor, v.time_s, v.level_db, b);
  });
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
  if (!time_.empty()) end_s = std::max(end_s, *std::max_element(time_.begin(), time_.end()));
  std::partial_sum(first_.begin(), first_.end(), first_.begin());
  if (sensors_.empty()) return;
  x_min = x_max = sensors_[0].x_m;
  y_min = y_max = sensors_[0].y_m;
  for (const auto& s : sensors_) {
    x_min = std::min(x_min, s.x_m);
    x_max = std::max(x_max, s.x_m);
    y_min = std::min(y_min, s.y_m);
    y_max = std::max(y_max, s.y_m);
  }
  cell_m_ = std::max(kCellM, std::max(x_max - x_min, y_max - y_min) / kCellsMax);
  columns_ = static_cast<int>((x_max - x_min) / cell_m_) + 1;
  rows_ = static_cast<int>((y_max - y_min) / cell_m_) + 1;
  cells_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
  for (std::uint32_t s = 0; s < sensors_.size(); ++s) {
    const auto c = static_cast<std::size_t>((sensors_[s].x_m - x_min) / cell_m_);
    const auto r = static_cast<std::size_t>((sensors_[s].y_m - y_min) / cell_m_);
    cells_[r * static_cast<std::size_t>(columns_) + c].push_back(s);
  }
}

std::uint32_t Network::lower_bound(std::uint32_t s, double t_s) const {
  const auto from = time_.begin() + first_[s];
  const auto to = time_.begin() + first_[s + 1];
  return static_cast<std::uint32_t>(std::lower_bound(from, to, t_s) - time_.begin());
}

void Network::within(double x_m, double y_m, double range_m,
                     std::vector<std::uint32_t>& out) const {
  const std::size_t before = out.size();
  const auto cell = [&](double v, int count) {
    return static_cast<int>(std::clamp(std::floor(v / cell_m_), 0.0, static_cast<double>(count)));
  };
  const int c0 = cell(x_m - range_m - x_min, columns_ - 1);
  const int c1 = cell(x_m + range_m - x_min, columns_ - 1);
  const int r0 = cell(y_m - range_m - y_min, rows_ - 1);
  const int r1 = cell(y_m + range_m - y_min, rows_ - 1);
  for (int r = r0; r <= r1; ++r) {
    for (int c = c0; c <= c1; ++c) {
      for (const auto s : cells_[static_cast<std::size_t>(r * columns_ + c)]) {
        const double dx = sensors_[s].x_m - x_m;
        const double dy = sensors_[s].y_m - y_m;
        if (dx * dx + dy * dy <= range_m * range_m) out.push_back(s);
      }
    }
  }
  std::sort(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
}

}  // namespace truce::fuse
