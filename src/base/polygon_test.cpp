#include "base/polygon.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/units.h"

namespace truce {
namespace {

LatLon at(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

Area square_with_hole() {
  return *Area::from_rings({{{at(0, 0), at(0, 10), at(10, 10), at(10, 0), at(0, 0)},
                             {{at(4, 4), at(4, 6), at(6, 6), at(6, 4), at(4, 4)}}}});
}

TEST(Area, counts_its_boundary_in_and_its_holes_out) {
  const Area a = square_with_hole();
  EXPECT_TRUE(a.contains(at(1, 1)));
  EXPECT_TRUE(a.contains(at(0, 5)));
  EXPECT_TRUE(a.contains(at(10, 10)));
  EXPECT_TRUE(a.contains(at(4, 5)));
  EXPECT_FALSE(a.contains(at(5, 5)));
  EXPECT_FALSE(a.contains(at(10.0000001, 5)));
  EXPECT_FALSE(Area().contains(at(0, 0)));
}

// A star around a centre, compared with the winding of angles: another way to the same answer.
TEST(Area, agrees_with_the_sum_of_angles_at_random_points) {
  std::mt19937 random(4);
  std::uniform_real_distribution<double> radius(1, 5), where(-6, 6);
  for (int round = 0; round < 20; ++round) {
    Ring ring;
    for (int i = 0; i < 13; ++i) {
      const double r = radius(random);
      const double angle = i * 2 * kPi / 13;
      ring.push_back(at(r * std::sin(angle), r * std::cos(angle)));
    }
    ring.push_back(ring.front());
    const Area area = *Area::from_rings({{ring, {}}});
    for (int i = 0; i < 300; ++i) {
      const LatLon p = at(where(random), where(random));
      double turn = 0;
      for (std::size_t k = 0; k + 1 < ring.size(); ++k) {
        const double a =
            std::atan2(ring[k].lat_deg() - p.lat_deg(), ring[k].lon_deg() - p.lon_deg());
        const double b =
            std::atan2(ring[k + 1].lat_deg() - p.lat_deg(), ring[k + 1].lon_deg() - p.lon_deg());
        turn += std::remainder(b - a, 2 * kPi);
      }
      EXPECT_EQ(area.contains(p), std::abs(turn) > kPi);
    }
    for (int i = 0; i < 200; ++i) {
      const double lat = where(random), lon = where(random);
      const GeoBox box{lat, lat + 0.7, lon, lon + 0.7};
      bool all = true, some = false;
      for (int k = 0; k < 400; ++k) {
        const bool in =
            area.contains(at(lat + 0.7 * std::floor(k / 20.0) / 19, lon + 0.7 * (k % 20) / 19));
        all = all && in;
        some = some || in;
      }
      EXPECT_TRUE(all || !area.contains(box));
      EXPECT_TRUE(!some || area.overlaps(box));
    }
  }
}

TEST(Area, names_the_place_where_a_ring_crosses_itself) {
  const auto bow = Area::from_rings({{{at(0, 0), at(2, 2), at(2, 0), at(0, 2), at(0, 0)}, {}}});
  ASSERT_FALSE(bow.ok());
  EXPECT_NE(bow.error().message.find("latitude 1.0"), std::string::npos) << bow.error().message;
  EXPECT_FALSE(Area::from_rings({{{at(0, 0), at(2, 2), at(2, 0)}, {}}}).ok());
}

TEST(Area, measures_and_buffers_on_the_ground) {
  const Area a =
      *Area::from_rings({{{at(48, 37), at(48, 38), at(49, 38), at(49, 37), at(48, 37)}, {}}});
  EXPECT_NEAR(a.area_m2() / 1e6, 8214, 30);
  EXPECT_NEAR(a.boundary_distance_m(at(48.5, 36.9)), 7390, 40);
  const Area grown = *a.buffered(1000);
  EXPECT_TRUE(grown.contains(destination(at(48.5, 37), 270, 950)));
  EXPECT_FALSE(grown.contains(destination(at(48.5, 37), 270, 1100)));
  const Area belt = *Area::buffer_line({at(48, 37), at(48.5, 37)}, 2000);
  EXPECT_TRUE(belt.contains(destination(at(48.2, 37), 90, 1950)));
  EXPECT_FALSE(belt.contains(destination(at(48.2, 37), 90, 2050)));
}

// A long parallel bows by kilometres away from the great circle between its ends.
TEST(Area, keeps_the_metre_to_a_long_edge_far_away) {
  const Area a =
      *Area::from_rings({{{at(48, 30), at(48, 40), at(52, 40), at(52, 30), at(48, 30)},
                          {{at(49, 34), at(49, 36), at(50, 36), at(50, 34), at(49, 34)}}}});
  for (const double lat : {47.0, 48.4, 48.8, 49.1}) {
    const LatLon p = at(lat, 35);
    const LatLon foot = at(lat < 48.5 ? 48 : 49, 35);  // a meridian is square to every parallel
    EXPECT_NEAR(a.boundary_distance_m(p), geodesic_between(p, foot).distance_m, 0.01);
  }
  EXPECT_TRUE(std::isinf(Area().boundary_distance_m(at(48, 35))));
}

TEST(Area, unites_and_intersects) {
  const Area a = *Area::from_rings({{{at(0, 0), at(0, 2), at(2, 2), at(2, 0), at(0, 0)}, {}}});
  const Area b = *Area::from_rings({{{at(1, 1), at(1, 3), at(3, 3), at(3, 1), at(1, 1)}, {}}});
  EXPECT_TRUE(Area::unite({a, b})->contains(at(2.5, 2.5)));
  EXPECT_FALSE(Area::intersect(a, b)->contains(at(0.5, 0.5)));
  EXPECT_TRUE(Area::intersect(a, b)->contains(at(1.5, 1.5)));
}

TEST(GeoJsonArea, reads_polygons_and_says_what_is_wrong) {
  EXPECT_EQ(
      parse_geojson_area(R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]})", {})
          ->size(),
      1U);
  for (const char* bad : {"", "{}", R"({"type":"Point","coordinates":[0,0]})",
                          R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]})",
                          R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,95],[0,0]]]})",
                          R"({"type":"Polygon","coordinates":[[["x",0],[1,0],[1,1],[0,0]]]})"}) {
    EXPECT_FALSE(parse_geojson_area(bad, {}).ok()) << bad;
  }
}

}  // namespace
}  // namespace truce
