#include "base/geo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace truce {
namespace {

LatLon degrees(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

TEST(LatLon, refuses_what_is_off_the_earth) {
  EXPECT_FALSE(LatLon::from_degrees(91, 0).ok());
  EXPECT_FALSE(LatLon::from_degrees(0, std::nan("")).ok());
  EXPECT_EQ(degrees(0, 180).lon_e7, -1'800'000'000);
}

TEST(Geodesic, measures_degrees_of_latitude_as_wgs84_has_them) {
  EXPECT_NEAR(geodesic_between(degrees(0, 0), degrees(1, 0)).distance_m, 110574.389, 0.01);
  EXPECT_NEAR(geodesic_between(degrees(48, 37), degrees(48, 38)).azimuth_deg, 90, 0.5);
}

TEST(Geodesic, comes_back_to_where_it_started) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> az(0, 360), d(1, 300e3);
  for (int i = 0; i < 300; ++i) {
    const LatLon p = degrees(48, 37.5);
    const double azimuth = az(random);
    const double distance = d(random);
    const auto g = geodesic_between(p, destination(p, azimuth, distance));
    EXPECT_NEAR(g.distance_m, distance, 0.02);
  }
}

TEST(LocalFrame, keeps_distances_within_its_stated_error) {
  std::mt19937 random(2);
  for (const double reach : {30e3, 100e3, 500e3}) {
    std::uniform_real_distribution<double> xy(-reach / 1.5, reach / 1.5);
    const LocalFrame frame(degrees(48, 37));
    for (int i = 0; i < 200; ++i) {
      const LocalFrame::Xy a{xy(random), xy(random)};
      const LocalFrame::Xy b{xy(random), xy(random)};
      const double flat = std::hypot(a.x_m - b.x_m, a.y_m - b.y_m);
      const double real = geodesic_between(frame.to_latlon(a), frame.to_latlon(b)).distance_m;
      EXPECT_NEAR(flat, real, real * (reach / 6371e3) * (reach / 6371e3) / 6 * 1.05 + 0.03);
    }
  }
}

}  // namespace
}  // namespace truce
