#include "stages/release/coarse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace truce::release {

namespace {

LatLon at_degrees(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

std::vector<LatLon> some_places() {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> lat(-89, 89), lon(-180, 179.999);
  std::vector<LatLon> out{at_degrees(48.14, 37.75), at_degrees(0, 0), at_degrees(-0.0001, 179.9999),
                          at_degrees(90, 0), at_degrees(-90, -180)};
  for (int i = 0; i < 300; ++i) out.push_back(at_degrees(lat(random), lon(random)));
  return out;
}

bool holds(const MultiPolygonRings& block, LatLon p) {
  const auto area = Area::from_rings(block);
  return area.ok() && area->contains(p);
}

TEST(Coarse, a_cell_holds_its_place_and_is_nowhere_narrower_than_its_side) {
  for (const LatLon at : some_places()) {
    const Cell cell = cell_of(at, 10'000);
    EXPECT_LE(cell.lat_min, at.lat_deg() + 1e-7);
    EXPECT_GE(cell.lat_max, at.lat_deg() - 1e-7);
    EXPECT_LE(cell.lon_min, at.lon_deg() + 1e-7);
    EXPECT_GE(cell.lon_max, at.lon_deg() - 1e-7);
    const double middle = (cell.lon_min + cell.lon_max) / 2;
    const auto south = at_degrees(cell.lat_min, middle), north = at_degrees(cell.lat_max, middle);
    EXPECT_GE(geodesic_between(south, north).distance_m, 9'999) << at.lat_deg();
    if (std::abs(at.lat_deg()) > 85) continue;  // where meridians meet a cell is all of them
    for (const double lat : {cell.lat_min, cell.lat_max}) {
      const auto west = at_degrees(lat, cell.lon_min), east = at_degrees(lat, cell.lon_max - 1e-7);
      EXPECT_GE(geodesic_between(west, east).distance_m, 9'990) << at.lat_deg();
    }
  }
}

TEST(Coarse, cells_of_a_finer_kind_lie_whole_in_one_of_a_wider) {
  for (const LatLon at : some_places()) {
    for (const double side_m : {625.0, 1000.0, 2500.0, 5000.0, 7000.0, 10'000.0, 30'000.0}) {
      const Cell fine = cell_of(at, side_m), wide = cell_of(at, 2 * side_m);
      EXPECT_LE(wide.lat_min, fine.lat_min + 1e-9);
      EXPECT_GE(wide.lat_max, fine.lat_max - 1e-9);
      EXPECT_LE(wide.lon_min, fine.lon_min + 1e-9) << at.lat_deg() << " " << side_m;
      EXPECT_GE(wide.lon_max, fine.lon_max - 1e-9) << at.lat_deg() << " " << side_m;
    }
  }
}

TEST(Coarse, a_block_holds_all_within_reach_of_wherever_the_place_is) {
  for (const LatLon at : some_places()) {
    if (std::abs(at.lat_deg()) > 80) continue;
    for (const double reach_m : {10.0, 4000.0, 10'001.0, 35'000.0}) {
      const auto block = block_around(at, 10'000, reach_m);
      for (int azimuth = 0; azimuth < 360; azimuth += 15)
        EXPECT_TRUE(holds(block, destination(at, azimuth, reach_m * 0.999)))
            << at.lat_deg() << " " << at.lon_deg() << " " << reach_m << " " << azimuth;
    }
  }
}

// The heart of it: nothing that is told depends on where in its cell a place is.
TEST(Coarse, all_places_of_a_cell_are_told_alike) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> share(0.001, 0.999);
  for (const LatLon at : some_places()) {
    const Cell cell = cell_of(at, 5000);
    for (int i = 0; i < 20; ++i) {
      const LatLon other = at_degrees(cell.lat_min + share(random) * (cell.lat_max - cell.lat_min),
                                      cell.lon_min + share(random) * (cell.lon_max - cell.lon_min));
      for (const double reach_m : {1.0, 4999.0, 12'000.0})
        EXPECT_EQ(block_around(other, 5000, reach_m), block_around(at, 5000, reach_m));
    }
  }
}

TEST(Coarse, reach_is_told_in_whole_cells) {
  const LatLon at = at_degrees(48.14, 37.75);
  EXPECT_EQ(block_around(at, 5000, 0), block_around(at, 5000, 5000));
  EXPECT_EQ(block_around(at, 5000, 5001), block_around(at, 5000, 9999));
  EXPECT_NE(block_around(at, 5000, 5000), block_around(at, 5000, 5001));
}

TEST(Coarse, across_the_meridian_of_180_degrees_it_is_in_two_parts) {
  for (const double lon : {179.99, -179.99}) {
    const auto block = block_around(at_degrees(10, lon), 10'000, 100);
    ASSERT_EQ(block.size(), 2U);
    EXPECT_TRUE(holds(block, at_degrees(10, 179.995)));
    EXPECT_TRUE(holds(block, at_degrees(10, -179.995)));
    EXPECT_FALSE(holds(block, at_degrees(10, 0)));
  }
}

TEST(Coarse, times_are_told_by_whole_stretches) {
  const Duration hour = Duration::hours(1);
  const auto t = [](std::int64_t s) { return Instant{s * 1'000'000'000}; };
  EXPECT_EQ(rounded({t(3601), t(3602)}, hour), (Interval{t(3600), t(7200)}));
  EXPECT_EQ(rounded({t(3600), t(7200)}, hour), (Interval{t(3600), t(7200)}));
  EXPECT_EQ(rounded({t(3600), t(3600)}, hour), (Interval{t(3600), t(7200)}));
  EXPECT_EQ(rounded({t(7100), t(7201)}, hour), (Interval{t(3600), t(10800)}));
  EXPECT_EQ(rounded({t(-10), t(-5)}, hour), (Interval{t(-3600), t(0)}));
}

TEST(Coarse, what_is_told_changes_on_the_hour_alone) {
  const Duration hour = Duration::hours(1), delay = Duration::hours(72);
  const Instant noon{1'745'064'000LL * 1'000'000'000};
  EXPECT_EQ(horizon(noon, delay, hour), noon - delay);
  EXPECT_EQ(horizon(noon + Duration::minutes(59), delay, hour), noon - delay);
  EXPECT_EQ(horizon(noon + hour, delay, hour), noon + hour - delay);
}

}  // namespace

}  // namespace truce::release
