#include "stages/judge/internal/box_grid.h"

#include <algorithm>
#include <cmath>

namespace truce::judge {

namespace {

constexpr std::size_t kSideMax = 256;

// Of `side` equal steps from `low` to `high`, the one that holds v; the nearest where none does.
std::size_t step_of(double v, double low, double high, std::size_t side) {
  const double width = high - low;
  if (!(width > 0)) return 0;
  const double step = std::floor((v - low) / width * static_cast<double>(side));
  return static_cast<std::size_t>(std::clamp(step, 0.0, static_cast<double>(side - 1)));
}

}  // namespace

BoxGrid::BoxGrid(const std::vector<GeoBox>& boxes) : boxes_(boxes) {
  if (boxes.empty()) return;
  bounds_ = boxes.front();
  for (const GeoBox& b : boxes)
    bounds_ = {std::min(bounds_.lat_min, b.lat_min), std::max(bounds_.lat_max, b.lat_max),
               std::min(bounds_.lon_min, b.lon_min), std::max(bounds_.lon_max, b.lon_max)};
  side_ = std::min(kSideMax, 4 * static_cast<std::size_t>(std::sqrt(boxes.size())) + 1);
  cells_.resize(side_ * side_);
  for (std::uint32_t i = 0; i < boxes.size(); ++i) {
    const Cells c = cells_of(boxes[i]);
    for (std::size_t row = c.row_min; row <= c.row_max; ++row) {
      for (std::size_t column = c.column_min; column <= c.column_max; ++column)
        cells_[row * side_ + column].push_back(i);
    }
  }
}

BoxGrid::Cells BoxGrid::cells_of(const GeoBox& box) const {
  return {step_of(box.lat_min, bounds_.lat_min, bounds_.lat_max, side_),
          step_of(box.lat_max, bounds_.lat_min, bounds_.lat_max, side_),
          step_of(box.lon_min, bounds_.lon_min, bounds_.lon_max, side_),
          step_of(box.lon_max, bounds_.lon_min, bounds_.lon_max, side_)};
}

void BoxGrid::overlapping(const GeoBox& box, std::vector<std::uint32_t>& out) const {
  if (side_ == 0 || !bounds_.overlaps(box)) return;
  const std::size_t before = out.size();
  const Cells c = cells_of(box);
  for (std::size_t row = c.row_min; row <= c.row_max; ++row) {
    for (std::size_t column = c.column_min; column <= c.column_max; ++column) {
      for (const std::uint32_t i : cells_[row * side_ + column]) {
        if (boxes_[i].overlaps(box)) out.push_back(i);
      }
    }
  }
  const auto first = out.begin() + static_cast<std::ptrdiff_t>(before);
  std::sort(first, out.end());
  out.erase(std::unique(first, out.end()), out.end());
}

}  // namespace truce::judge
