#include "model/shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace truce {
namespace {

class ShapeWorld {
 public:
  explicit ShapeWorld(unsigned seed, GeoBox where = {47.5, 48.5, 37, 38.5})
      : random_(seed), where_(where) {}
  double in(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  // Longitudes of the box may go past 180.
  LatLon place() {
    const double lat = in(where_.lat_min, where_.lat_max);
    return *LatLon::from_degrees(lat, wrapped_lon_deg(in(where_.lon_min, where_.lon_max)));
  }
  Instant time() { return {static_cast<std::int64_t>(in(0, 3600) * 1e9)}; }
  Shape shape(int kind) {
    switch (kind) {
      case 0: {
        const double a = in(10, 3000), b = in(10, 3000);
        return PointShape{place(), a * a, b * b, in(-0.9, 0.9) * a * b};
      }
      case 1: {
        const double r = in(0, 5000);
        return AnnularSector{place(),
                             r,
                             r + in(500, 9000),
                             in(0, 360),
                             in(0, 1) < 0.2 ? 180 : in(5, 90),
                             in(100, 1000),
                             in(2, 12)};
      }
      case 2:
        return Bearing{place(), in(0, 360), in(0.5, 8), in(3000, 30000)};
      case 3:
        return Arrival{place(),  time(), in(0.05, 2), in(325, 350),
                       in(0, 3), 0,      false,       in(5000, 20000)};
      case 4:
        return PixelFootprint{place(), in(300, 2000), in(300, 1500), in(0, 360), in(50, 300)};
      case 5: {
        PolygonRings ring;
        const LatLon c = place();
        for (int i = 0; i < 7; ++i)
          ring.outer.push_back(destination(c, i * 360.0 / 7, in(1000, 9000)));
        ring.outer.push_back(ring.outer.front());
        return PolygonShape{{ring}, in(50, 500)};
      }
      case 6:
        return NamedPlace{"x", place(), in(300, 4000)};
      case 7: {
        Track t;
        t.sigma_m = in(50, 500);
        LatLon p = place();
        Instant at = time();
        for (int i = 0; i < 5; ++i) {
          t.fixes.push_back({p, at});
          p = destination(p, in(0, 360), in(100, 3000));
          at = at + Duration::seconds(in(10, 100));
        }
        return t;
      }
      default:
        return Nowhere{};
    }
  }
  When when() {
    const Instant t = time();
    return {{t, t + Duration::seconds(in(0, 600))}, in(1, 60)};
  }

  double maybe(double v) { return in(0, 1) < 0.5 ? 0 : v; }
  // What no source should say and some will: no width, no range, no sigma, one fix.
  Shape degenerate(int kind) {
    switch (kind) {
      case 0:
        return PointShape{place(), 0, maybe(1e6), in(-2e3, 2e3)};
      case 1: {
        const double r = maybe(in(0, 5000));
        return AnnularSector{place(), r, r, in(0, 360), maybe(180), 0, 0};
      }
      case 2:
        return Bearing{place(), maybe(in(0, 360)), 0, maybe(1e4)};
      case 3:
        return Arrival{place(), time(), 0, maybe(340), 0, 0, false, in(0, 2e4)};
      case 4:
        return PixelFootprint{place(), 0, maybe(700), in(0, 360), 0};
      case 5: {  // no thicker than a line
        const LatLon a = place(), b = destination(a, in(0, 360), in(0, 3000));
        return PolygonShape{{{{a, b, a, a}, {}}}, 0};
      }
      case 6:
        return NamedPlace{"x", place(), 0};
      case 7: {
        const LatLon a = place();
        const Instant t = time();
        if (in(0, 1) < 0.5) return Track{{{a, t}}, 0};
        return Track{{{a, t}, {destination(a, in(0, 360), 3000), t}}, 0};
      }
      default:
        return Nowhere{};
    }
  }

 private:
  std::mt19937 random_;
  GeoBox where_;
};

// Boxes of every size on and beside the shape, the whole earth now and then; places all over each,
// its corners among them.
void expect_bounds(ShapeWorld& w, bool degenerate, int rounds) {
  int finite = 0;
  for (int round = 0; round < rounds; ++round) {
    const Shape shape = degenerate ? w.degenerate(round % 9) : w.shape(round % 9);
    const When when = degenerate && round % 4 == 0 ? When{{{0}, {0}}, 0} : w.when();
    const auto near = support(shape, 8);
    const LatLon corner = round % 2 == 0 || near.size() < 4 ? w.place() : near[3];
    const double size = round % 50 == 49 ? 360 : std::pow(10, w.in(-5, 1));
    const double lat = std::max(-90.0, corner.lat_deg() - size * w.in(0, 1));
    const double lon = std::max(-180.0, corner.lon_deg() - size * w.in(0, 1));
    const Instant t = w.time();
    const SpaceTimeBox box{{lat, std::min(90.0, lat + size), lon, std::min(180.0, lon + size)},
                           {t, t + Duration::seconds(w.in(0, 900))}};
    const double bound = log_likelihood_bound(shape, when, box);
    ASSERT_FALSE(std::isnan(bound)) << "shape " << round % 9 << " round " << round;
    for (int i = 0; i < 40; ++i) {
      const int row = i / 2;
      const double u = i < 4 ? i % 2 : w.in(0, 1), v = i < 4 ? row : w.in(0, 1);
      // Coordinates at rest are rounded to 1e-7 degree; stay a hair inside.
      const double high = box.place.lat_max - 1e-7, right = box.place.lon_max - 1e-7;
      const LatLon p = *LatLon::from_degrees(
          std::min(std::max(lat + u * (box.place.lat_max - lat), lat + 1e-7), high),
          std::min(std::max(lon + v * (box.place.lon_max - lon), lon + 1e-7), right));
      const Instant at{
          box.time.start.ns +
          static_cast<std::int64_t>(w.in(0, 1) * static_cast<double>(box.time.length().ns))};
      const double ll = log_likelihood(shape, when, p, at);
      ASSERT_GE(bound + 1e-9 * (1 + std::abs(ll)), ll)
          << "shape " << round % 9 << " round " << round << " bound " << bound;
      finite += ll > -50 ? 1 : 0;
    }
  }
  EXPECT_GT(finite, rounds) << "almost no place in the boxes was near its shape";
}

TEST(Shape, bound_is_never_below_the_likelihood_in_the_box) {
  ShapeWorld w(11);
  expect_bounds(w, false, 9000);
}

TEST(Shape, bound_holds_for_shapes_without_width_sigma_or_range) {
  ShapeWorld w(15);
  expect_bounds(w, true, 9000);
}

TEST(Shape, bound_holds_across_the_meridian_of_180_degrees_and_at_the_poles) {
  for (const GeoBox where : {GeoBox{-20, -18, 179, 181}, GeoBox{89, 90, -180, 180},
                             GeoBox{-90, -89.5, -180, 180}, GeoBox{-1, 1, -180, 180}}) {
    ShapeWorld w(16, where);
    expect_bounds(w, false, 3600);
    expect_bounds(w, true, 1800);
  }
}

TEST(Shape, is_the_same_on_either_side_of_the_meridian_of_180_degrees) {
  ShapeWorld w(17, {-18.5, -18, 179.9, 180.1});
  for (int round = 0; round < 200; ++round) {
    const LatLon at = w.place(), p = w.place();
    const auto shifted = [](LatLon q) {
      return *LatLon::from_degrees(q.lat_deg(), wrapped_lon_deg(q.lon_deg() + 180));
    };
    const double r = w.in(0, 9000), az = w.in(0, 360);
    const auto say = [&](LatLon from, LatLon place) {
      return place_log_likelihood(Shape(AnnularSector{from, r, r + 2000, az, 20, 300, 4}), place);
    };
    EXPECT_NEAR(say(at, p), say(shifted(at), shifted(p)), 1e-6 * (1 + std::abs(say(at, p))));
    for (const LatLon q : support(Shape(NamedPlace{"x", at, 5000}), 64))
      EXPECT_LT(geodesic_between(at, q).distance_m, 30'000);
  }
}

TEST(Shape, bound_tends_to_the_likelihood_as_the_box_shrinks) {
  ShapeWorld w(12);
  for (int round = 0; round < 900; ++round) {
    const Shape shape = w.shape(round % 9);
    const When when = w.when();
    const auto near = support(shape, 16);
    const LatLon p = near.empty() ? w.place() : near[5];
    const Instant t = w.time();
    const double e = 2e-7;
    const SpaceTimeBox box{{p.lat_deg() - e, p.lat_deg() + e, p.lon_deg() - e, p.lon_deg() + e},
                           {t, t}};
    const double ll = log_likelihood(shape, when, p, t);
    EXPECT_NEAR(log_likelihood_bound(shape, when, box), ll, 0.01 + 1e-3 * std::abs(ll))
        << "shape " << round % 9;
  }
}

// The likelihood as a density on a fine grid over the reach, each cell with its share of the mass.
struct Grid {
  struct Cell {
    LatLon at;
    double share = 0;
  };
  std::vector<Cell> cells;
  double mass_km2 = 0;
  int index_of(LatLon p, int parts) const {  // in parts × parts, -1 outside
    const auto i = static_cast<int>(
        std::floor((p.lat_deg() - box.lat_min) / (box.lat_max - box.lat_min) * parts));
    const auto k = static_cast<int>(
        std::floor((p.lon_deg() - box.lon_min) / (box.lon_max - box.lon_min) * parts));
    return i < 0 || k < 0 || i >= parts || k >= parts ? -1 : i * parts + k;
  }
  GeoBox box;
};
Grid grid_of(const Shape& shape) {
  constexpr int kSide = 300;
  Grid g;
  g.box = reach(shape);
  const double dlat = (g.box.lat_max - g.box.lat_min) / kSide;
  const double dlon = (g.box.lon_max - g.box.lon_min) / kSide;
  double sum = 0;
  for (int i = 0; i < kSide * kSide; ++i) {
    const int row = i / kSide;
    const LatLon p = *LatLon::from_degrees(g.box.lat_min + dlat * (row + 0.5),
                                           g.box.lon_min + dlon * (i % kSide + 0.5));
    g.cells.push_back({p, std::exp(place_log_likelihood(shape, p))});
    sum += g.cells.back().share;
  }
  const auto per = metres_per_degree((g.box.lat_min + g.box.lat_max) / 2);
  g.mass_km2 = sum * dlat * per.lat * dlon * per.lon / 1e6;
  for (auto& c : g.cells) c.share /= sum;
  return g;
}
constexpr int kWithPlace[] = {0, 1, 2, 3, 4, 5, 6, 7};

TEST(Shape, mass_is_the_likelihood_summed_over_the_ground) {
  ShapeWorld w(18);
  for (const int kind : kWithPlace) {
    for (int round = 0; round < 5; ++round) {
      const Shape shape = w.shape(kind);
      const double share = mass_km2(shape) / grid_of(shape).mass_km2;
      // Corners that turn inwards and ways that cross themselves count their soft edge twice.
      EXPECT_GT(share, 0.98) << "shape " << kind;
      EXPECT_LT(share, kind == 7 ? 1.5 : kind == 5 ? 1.12 : 1.02) << "shape " << kind;
    }
  }
  EXPECT_EQ(mass_km2(Shape(Nowhere{})), 0);
}

TEST(Shape, support_follows_the_likelihood) {
  ShapeWorld w(13);
  for (const int kind : kWithPlace) {
    for (int round = 0; round < 3; ++round) {
      const Shape shape = w.shape(kind);
      const Grid grid = grid_of(shape);
      constexpr int kParts = 6;
      std::vector<double> difference(std::size_t{kParts} * kParts);
      for (const auto& c : grid.cells)
        difference[static_cast<std::size_t>(grid.index_of(c.at, kParts))] += c.share;
      const auto points = support(shape, 2000);
      ASSERT_EQ(points.size(), 2000U);
      for (const LatLon p : points) {
        const int i = grid.index_of(p, kParts);
        if (i >= 0) difference[static_cast<std::size_t>(i)] -= 1.0 / 2000;
      }
      double apart = 0;  // total variation
      for (const double d : difference) apart += std::abs(d) / 2;
      // A track's places are even in time, its likelihood along the way.
      EXPECT_LT(apart, kind == 7 ? 0.3 : 0.04) << "shape " << kind;
    }
  }
}

TEST(Shape, outline_holds_ninety_in_a_hundred) {
  ShapeWorld w(14);
  for (const int kind : kWithPlace) {
    for (int round = 0; round < 4; ++round) {
      const Shape shape = w.shape(kind);
      const auto area = Area::from_rings(outline(shape));
      ASSERT_TRUE(area.ok()) << area.error().to_text();
      double inside = 0;
      for (const auto& c : grid_of(shape).cells) inside += area->contains(c.at) ? c.share : 0;
      EXPECT_GE(inside, 0.88) << "shape " << kind;
      const bool may_hold_more = kind == 5 || kind == 7;  // drawn as given; a belt
      EXPECT_LE(inside, may_hold_more ? 1.0 : 0.92) << "shape " << kind;
    }
  }
}

TEST(Shape, reach_leaves_less_than_one_in_a_thousand_outside) {
  ShapeWorld w(19);
  for (const int kind : kWithPlace) {
    const Shape shape = w.shape(kind);
    const GeoBox box = reach(shape);
    const auto points = support(shape, 3000);
    const auto outside = std::count_if(points.begin(), points.end(), [&](LatLon p) {
      return !box.contains(p.lat_deg(), p.lon_deg());
    });
    EXPECT_LE(outside, 3) << "shape " << kind;
  }
}

TEST(Shape, false_reports_are_the_denser_the_more_a_source_makes_and_the_sharper_they_are) {
  ShapeWorld w(20);
  for (int kind = 0; kind < 9; ++kind) {
    const Shape shape = w.shape(kind);
    const When when = w.when();
    const double two = log_false_density(shape, when, 2);
    EXPECT_NEAR(log_false_density(shape, when, 4) - two, std::log(2), 1e-9) << "shape " << kind;
    EXPECT_TRUE(std::isfinite(log_false_density(shape, when, 0))) << "no source is beyond doubt";
    // Spread over the box that the shape reaches, the density makes the rate again.
    const GeoBox b = reach(shape);
    const auto per = metres_per_degree((b.lat_min + b.lat_max) / 2);
    const double km2 = (b.lat_max - b.lat_min) * per.lat * (b.lon_max - b.lon_min) * per.lon / 1e6;
    if (kind < 8) {
      EXPECT_NEAR(std::exp(two) * km2 * 3600, 2, 0.02) << "shape " << kind;
    }
  }
  const LatLon at = w.place();
  EXPECT_GT(log_false_density(Shape(NamedPlace{"x", at, 500}), w.when(), 1),
            log_false_density(Shape(NamedPlace{"x", at, 5000}), w.when(), 1));
}

TEST(Shape, reads_as_a_monitor_would_say_it) {
  const LatLon at = *LatLon::from_degrees(48.0953, 37.7548);
  EXPECT_EQ(to_words(Shape(AnnularSector{at, 3000, 5000, 112.5, 11.25, 0, 0})),
            "3–5 km ESE of 48.0953, 37.7548");
  EXPECT_EQ(to_words(Shape(Bearing{at, 118, 3, 10000})), "bearing 118° ± 3° from 48.0953, 37.7548");
  EXPECT_EQ(to_words(Shape(Nowhere{})), "place not known");
  EXPECT_EQ(to_words(Shape(NamedPlace{"", at, 4000})), "48.0953, 37.7548 (half within 4 km)");
}

}  // namespace
}  // namespace truce
