#pragma once
// Which of many boxes touch a given one: a grid of equal cells, each with the boxes that touch it.

#include <cstdint>
#include <vector>

#include "base/polygon.h"

namespace truce::judge {

class BoxGrid {
 public:
  BoxGrid() = default;
  explicit BoxGrid(const std::vector<GeoBox>& boxes);
  // Adds the numbers of the boxes that overlap `box`, ascending.
  void overlapping(const GeoBox& box, std::vector<std::uint32_t>& out) const;

 private:
  struct Cells {
    std::size_t row_min = 0, row_max = 0, column_min = 0, column_max = 0;
  };
  Cells cells_of(const GeoBox& box) const;

  std::vector<GeoBox> boxes_;
  GeoBox bounds_;
  std::size_t side_ = 0;  // cells per row and column; 0 when there are no boxes
  std::vector<std::vector<std::uint32_t>> cells_;
};

}  // namespace truce::judge
