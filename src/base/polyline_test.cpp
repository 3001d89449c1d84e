#include "base/polyline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

#include <GeographicLib/Geodesic.hpp>

namespace truce {
namespace {

using Strings = std::vector<std::vector<LatLon>>;

LatLon spot(double lat, double lon) { return *LatLon::from_degrees(lat, lon); }

double to_edge_point_m(LatLon p, LatLon a, LatLon b, double t) {
  double distance_m = 0;
  GeographicLib::Geodesic::WGS84().Inverse(
      p.lat_deg(), p.lon_deg(), a.lat_deg() + t * (b.lat_deg() - a.lat_deg()),
      a.lon_deg() + t * (b.lon_deg() - a.lon_deg()), distance_m);
  return distance_m;
}

// The slow twin: exact geodesics to points of the edge 50 m apart or less, then around the nearest
// of them a hundred times closer, twice. Its last points are 5 mm apart, so it is too long by 3 mm
// on the line itself, and by less than a thousandth of that from a metre on.
double slow_edge_distance_m(LatLon p, LatLon a, LatLon b) {
  double least_m = std::numeric_limits<double>::infinity();
  double from = 0, to = 1;
  const double degrees = std::abs(b.lat_deg() - a.lat_deg()) + std::abs(b.lon_deg() - a.lon_deg());
  double steps = std::ceil(degrees * 111'700 / 50) + 1;  // no degree is longer
  for (int round = 0; round < 3; ++round) {
    const double step = (to - from) / steps;
    double nearest = from;
    for (int i = 0; i <= steps; ++i) {
      const double t = from + i * step;
      const double d = to_edge_point_m(p, a, b, t);
      if (d < least_m) {
        least_m = d;
        nearest = t;
      }
    }
    from = std::max(0.0, nearest - step);
    to = std::min(1.0, nearest + step);
    steps = 200;
  }
  return least_m;
}

double slow_distance_m(LatLon p, const Strings& strings) {
  double least_m = std::numeric_limits<double>::infinity();
  for (const auto& string : strings) {
    for (std::size_t i = 1; i < string.size(); ++i)
      least_m = std::min(least_m, slow_edge_distance_m(p, string[i - 1], string[i]));
  }
  return least_m;
}

// What the header promises.
constexpr double kPromised_m = 0.01;

class Wanderer {  // random lines and places around a middle, from a fixed seed
 public:
  Wanderer(unsigned seed, LatLon middle) : random_(seed), middle_(middle) {}
  double between(double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random_);
  }
  LatLon place(double reach_m) {
    return destination(middle_, between(0, 360), between(0, reach_m));
  }
  std::vector<LatLon> string(int points, double edge_m) {
    std::vector<LatLon> out{place(edge_m)};
    double heading = between(0, 360);
    while (static_cast<int>(out.size()) < points) {
      heading += between(-60, 60);
      out.push_back(destination(out.back(), heading, between(0, edge_m)));
    }
    return out;
  }

 private:
  std::mt19937 random_;
  LatLon middle_;
};

TEST(Polyline, keeps_the_metre_at_70_km_from_a_slanting_edge) {
  const LatLon a = spot(48.0, 37.0), b = spot(48.6, 38.4);  // 123 km
  const Polyline line = *Polyline::from_strings({{a, b}});
  const LatLon on_edge = spot(48.3, 37.7);
  for (const double side : {-1.0, 1.0}) {
    const LatLon p = destination(on_edge, geodesic_between(a, b).azimuth_deg + side * 90, 70'000);
    EXPECT_NEAR(line.distance_m(p), slow_distance_m(p, {{a, b}}), kPromised_m);
  }
}

TEST(Polyline, agrees_with_exact_geodesics_to_points_all_along_random_lines) {
  for (const double lat : {0.0, -33.0, 48.0, 70.0, 84.0}) {
    Wanderer wanderer(11, spot(lat, 37));
    for (const double edge_m : {20.0, 800.0, 9'000.0, 60'000.0}) {
      const Strings strings{wanderer.string(6, edge_m), wanderer.string(3, edge_m)};
      const Polyline line = *Polyline::from_strings(strings);
      for (const double reach_m : {500.0, 50'000.0, 250'000.0}) {
        const LatLon p = wanderer.place(reach_m);
        EXPECT_NEAR(line.distance_m(p), slow_distance_m(p, strings), kPromised_m)
            << lat << " " << edge_m << " " << reach_m;
      }
    }
  }
}

// At the equator the ellipsoid bends more along the meridian than across: at 1,000 km a chord to
// the north is 14 m shorter than one as far by the ground to the east.
TEST(Polyline, measures_by_the_ground_where_the_chord_would_choose_another_edge) {
  const LatLon p = spot(0, 30);
  Strings strings;
  for (const auto& [azimuth_deg, away_m] : {std::pair{0.0, 1'000'005.0}, std::pair{90.0, 1e6}}) {
    const LatLon foot = destination(p, azimuth_deg, away_m);
    strings.push_back(
        {destination(foot, azimuth_deg + 90, 300), foot, destination(foot, azimuth_deg - 90, 300)});
  }
  const double d = Polyline::from_strings(strings)->distance_m(p);
  EXPECT_NEAR(d, 1e6, 2 * kPromised_m);  // the foot itself is rounded
  EXPECT_NEAR(d, slow_distance_m(p, strings), kPromised_m);
}

TEST(Polyline, keeps_the_centimetre_at_1000_km_from_long_edges) {
  Wanderer wanderer(5, spot(45, 30));
  for (int i = 0; i < 6; ++i) {
    const auto string = wanderer.string(3, 600'000);
    const LatLon p = destination(string[1], wanderer.between(0, 360), 1'000'000);
    EXPECT_NEAR(Polyline::from_strings({string})->distance_m(p), slow_distance_m(p, {string}),
                kPromised_m);
  }
}

TEST(Polyline, finds_the_nearer_end_of_a_parallel_seen_across_the_pole) {
  // From beyond the pole the way along a parallel bulges towards one: its middle is the farthest.
  const LatLon a = spot(80, -40), b = spot(80, 60), p = spot(85, -175);
  const Polyline line = *Polyline::from_strings({{a, b}});
  EXPECT_NEAR(line.distance_m(p), geodesic_between(p, b).distance_m, kPromised_m);
  EXPECT_NEAR(line.distance_m(p), slow_distance_m(p, {{a, b}}), kPromised_m);
  EXPECT_NEAR(line.distance_m(spot(90, 0)), geodesic_between(spot(90, 0), a).distance_m,
              kPromised_m);
}

TEST(Polyline, measures_across_the_antimeridian_though_no_edge_crosses_it) {
  const LatLon a = spot(-17, 179.5), b = spot(-16, 179.9);
  const Polyline line = *Polyline::from_strings({{a, b}});
  const LatLon p = spot(-16.2, -179.8);
  EXPECT_NEAR(line.distance_m(p), slow_distance_m(p, {{a, b}}), kPromised_m);
}

TEST(Polyline, is_nothing_away_from_its_own_points) {
  Wanderer wanderer(3, spot(50, 36));
  const auto string = wanderer.string(200, 3'000);
  const Polyline line = *Polyline::from_strings({string});
  for (const auto& vertex : string) EXPECT_NEAR(line.distance_m(vertex), 0, 1e-6);
  // A place on an edge is rounded to 1e-7 degree before it is asked for: 8 mm away at most.
  for (std::size_t i = 1; i < string.size(); ++i) {
    const LatLon p = spot((string[i - 1].lat_deg() * 3 + string[i].lat_deg()) / 4,
                          (string[i - 1].lon_deg() * 3 + string[i].lon_deg()) / 4);
    EXPECT_NEAR(line.distance_m(p), 0, 0.009);
  }
}

TEST(Polyline, measures_to_the_vertex_where_no_edge_stands_square) {
  const LatLon corner_point = spot(48, 37);
  const Polyline line =
      *Polyline::from_strings({{spot(47.5, 36.5), corner_point, spot(47.5, 37.5)}});
  for (const double away_m : {0.5, 900.0, 50'000.0, 400'000.0}) {
    const LatLon p = destination(corner_point, 0, away_m);
    EXPECT_NEAR(line.distance_m(p), geodesic_between(p, corner_point).distance_m, kPromised_m);
  }
}

TEST(Polyline, takes_a_string_that_stands_still_for_its_point) {
  const LatLon post = spot(48, 37), p = spot(48.1, 37.2);
  const Polyline line = *Polyline::from_strings({{post, post}});
  EXPECT_NEAR(line.distance_m(p), geodesic_between(p, post).distance_m, 1e-6);
  EXPECT_NEAR(line.distance_m(post), 0, 1e-6);
}

TEST(Polyline, is_infinitely_far_when_empty) {
  for (const Polyline& line : {Polyline(), *Polyline::from_strings({})}) {
    EXPECT_TRUE(line.empty());
    EXPECT_TRUE(line.strings().empty());
    EXPECT_TRUE(std::isinf(line.distance_m(spot(48, 37))));
    EXPECT_TRUE(std::isinf(line.distance_bounds_m({48, 49, 37, 38}).least_m));
    EXPECT_TRUE(std::isinf(line.distance_bounds_m({48, 49, 37, 38}).most_m));
  }
}

TEST(Polyline, says_what_is_wrong_with_a_string) {
  const auto lone = Polyline::from_strings({{spot(1, 1), spot(2, 2)}, {spot(48, 37)}});
  ASSERT_FALSE(lone.ok());
  EXPECT_NE(lone.error().message.find("1 points"), std::string::npos) << lone.error().message;
  EXPECT_FALSE(Polyline::from_strings({{}}).ok());
  const auto around = Polyline::from_strings({{spot(-17, 179), spot(-17, -179)}});
  ASSERT_FALSE(around.ok());
  EXPECT_NE(around.error().message.find("antimeridian"), std::string::npos);
}

TEST(Polyline, gives_back_its_strings) {
  const Strings strings{{spot(1, 1), spot(2, 2)}, {spot(3, 3), spot(3, 3), spot(4, 5)}};
  EXPECT_EQ(Polyline::from_strings(strings)->strings(), strings);
}

TEST(PolylineBounds, hold_for_every_point_of_boxes_small_and_large) {
  Wanderer wanderer(8, spot(48, 37));
  const Polyline line = *Polyline::from_strings(
      {wanderer.string(300, 2'000), wanderer.string(3, 150'000), wanderer.string(40, 30)});
  for (int round = 0; round < 600; ++round) {
    const double lat = wanderer.between(40, 58), lon = wanderer.between(25, 50);
    const double size_deg = std::pow(10, wanderer.between(-4, 1));
    const GeoBox box{lat, lat + size_deg * wanderer.between(0, 1), lon,
                     lon + size_deg * wanderer.between(0, 2)};
    const auto [least_m, most_m] = line.distance_bounds_m(box);
    for (int i = 0; i < 40; ++i) {  // a point is rounded by up to 8 mm, its distance to 1 cm
      const double along_lat = i < 4 ? (i < 2 ? 0 : 1) : wanderer.between(0, 1);
      const double along_lon = i < 4 ? i % 2 : wanderer.between(0, 1);
      const double d = line.distance_m(spot(box.lat_min + along_lat * (box.lat_max - box.lat_min),
                                            box.lon_min + along_lon * (box.lon_max - box.lon_min)));
      EXPECT_GE(d, least_m - 0.02);
      EXPECT_LE(d, most_m + 0.02);
    }
  }
}

TEST(PolylineBounds, hold_on_either_side_of_a_long_edge_for_boxes_of_one_point) {
  const LatLon a = spot(55, 30), b = spot(55.5, 42);
  const Polyline line = *Polyline::from_strings({{a, b}});
  Wanderer wanderer(9, spot(55.25, 36));
  for (int i = 0; i < 300; ++i) {
    const LatLon p = wanderer.place(20'000);
    const auto [least_m, most_m] =
        line.distance_bounds_m({p.lat_deg(), p.lat_deg(), p.lon_deg(), p.lon_deg()});
    const double d = line.distance_m(p);
    EXPECT_GE(d, least_m - kPromised_m);
    EXPECT_LE(d, most_m + kPromised_m);
  }
}

TEST(PolylineBounds, hold_around_the_equator_and_near_a_pole_and_for_the_whole_earth) {
  for (const double lat : {0.0, 89.0}) {
    Wanderer wanderer(2, spot(lat, 10));
    const Polyline line = *Polyline::from_strings({wanderer.string(10, 20'000)});
    for (const GeoBox& box : {GeoBox{-1, 2, 8, 13}, GeoBox{88, 90, -180, 180},
                              GeoBox{-90, 90, -180, 180}, GeoBox{-90, -80, 100, 180}}) {
      const auto [least_m, most_m] = line.distance_bounds_m(box);
      for (int i = 0; i < 100; ++i) {
        const double d = line.distance_m(spot(wanderer.between(box.lat_min, box.lat_max),
                                              wanderer.between(box.lon_min, box.lon_max)));
        EXPECT_GE(d, least_m - 0.02);
        EXPECT_LE(d, most_m + 0.02);
      }
    }
  }
}

TEST(PolylineBounds, are_the_distance_of_the_middle_and_half_the_diagonal) {
  Wanderer wanderer(6, spot(48, 37));
  for (const auto& [points, edge_m] : {std::pair{2'000, 1'000.0}, std::pair{4, 900'000.0}}) {
    const Polyline line = *Polyline::from_strings({wanderer.string(points, edge_m)});
    for (int round = 0; round < 300; ++round) {
      const LatLon sw = wanderer.place(300'000);
      const double size_deg = std::pow(10, wanderer.between(-4, -1));
      const LatLon ne = spot(sw.lat_deg() + size_deg, sw.lon_deg() + size_deg);
      const auto [least_m, most_m] =
          line.distance_bounds_m({sw.lat_deg(), ne.lat_deg(), sw.lon_deg(), ne.lon_deg()});
      const double middle_m = line.distance_m(
          spot((sw.lat_deg() + ne.lat_deg()) / 2, (sw.lon_deg() + ne.lon_deg()) / 2));
      // Pieces bow by 0.1 m at most, and both the bound and the distance it stands for count that;
      // the middle is rounded; a thousandth for degrees as long as anywhere in the box; and what
      // the chord leaves open, which grows as the cube of the distance.
      const double chord_m = 21 * std::pow(middle_m / 1e6, 3);
      const double half_m = geodesic_between(sw, ne).distance_m / 2;
      const double slack_m = 0.25 + 0.001 * half_m + chord_m;
      EXPECT_GE(least_m, std::max(0.0, middle_m - half_m - slack_m));
      EXPECT_LE(most_m, middle_m + half_m + slack_m);
    }
  }
}

}  // namespace
}  // namespace truce
