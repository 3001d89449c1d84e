#include "stages/judge/internal/box_grid.h"

#include <gtest/gtest.h>

#include <random>

namespace truce::judge {
namespace {

TEST(BoxGrid, finds_what_looking_at_every_box_finds) {
  std::mt19937_64 dice(5);
  const auto between = [&](double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(dice);
  };
  for (const std::size_t n : {0U, 1U, 7U, 300U}) {
    std::vector<GeoBox> boxes;
    for (std::size_t i = 0; i < n; ++i) {
      const double lat = between(47, 50), lon = between(30, 48);
      boxes.push_back({lat, lat + between(0, 0.5), lon, lon + between(0, 2)});
    }
    const BoxGrid grid(boxes);
    for (int k = 0; k < 500; ++k) {
      const double lat = between(46, 51), lon = between(29, 49);
      const GeoBox box{lat, lat + between(0, 0.3), lon, lon + between(0, 0.3)};
      std::vector<std::uint32_t> found, all;
      grid.overlapping(box, found);
      for (std::uint32_t i = 0; i < n; ++i) {
        if (boxes[i].overlaps(box)) all.push_back(i);
      }
      EXPECT_EQ(found, all);
    }
  }
}

}  // namespace
}  // namespace truce::judge
