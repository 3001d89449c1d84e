#include "model/shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace truce {
namespace {

class World {
 public:
  explicit World(unsigned seed) : random_(seed) {}
  double in(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  LatLon place() { return *LatLon::from_degrees(in(47.5, 48.5), in(37, 38.5)); }
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

 private:
  std::mt19937 random_;
};

TEST(Shape, bound_is_never_below_the_likelihood_in_the_box) {
  World w(11);
  for (int round = 0; round < 3000; ++round) {
    const Shape shape = w.shape(round % 9);
    const When when = w.when();
    const LatLon corner = round % 2 == 0              ? w.place()
                          : support(shape, 8).empty() ? w.place()
                                                      : support(shape, 8)[3];
    const double size = std::pow(10, w.in(-4, 0));
    const double lat = corner.lat_deg() - size * w.in(0, 1),
                 lon = corner.lon_deg() - size * w.in(0, 1);
    const Instant t = w.time();
    const SpaceTimeBox box{{lat, lat + size, lon, lon + size},
                           {t, t + Duration::seconds(w.in(0, 900))}};
    const double bound = log_likelihood_bound(shape, when, box);
    for (int i = 0; i < 40; ++i) {
      const double u = i < 4 ? i % 2 : w.in(0, 1), v = i < 4 ? i / 2 : w.in(0, 1);
      // Coordinates at rest are rounded to 1e-7 degree; stay a hair inside.
      const LatLon p =
          *LatLon::from_degrees(std::clamp(lat + u * size, lat + 1e-7, lat + size - 1e-7),
                                std::clamp(lon + v * size, lon + 1e-7, lon + size - 1e-7));
      const Instant at{
          box.time.start.ns +
          static_cast<std::int64_t>(w.in(0, 1) * static_cast<double>(box.time.length().ns))};
      ASSERT_GE(bound + 1e-9, log_likelihood(shape, when, p, at))
          << "shape " << round % 9 << " round " << round;
    }
  }
}

TEST(Shape, bound_tends_to_the_likelihood_as_the_box_shrinks) {
  World w(12);
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

TEST(Shape, support_follows_the_likelihood) {
  // Mass of the halves north and south of the median of a brute-force grid must be alike.
  World w(13);
  for (const int kind : {0, 1, 4, 5, 6}) {
    for (int round = 0; round < 6; ++round) {
      const Shape shape = w.shape(kind);
      const When when{{{0}, {0}}, 1};
      const GeoBox box = reach(shape);
      const double middle = (box.lat_min + box.lat_max) / 2;
      double north = 0, all = 0;
      for (int i = 0; i < 160; ++i) {
        for (int k = 0; k < 160; ++k) {
          const LatLon p =
              *LatLon::from_degrees(box.lat_min + (box.lat_max - box.lat_min) * (i + 0.5) / 160,
                                    box.lon_min + (box.lon_max - box.lon_min) * (k + 0.5) / 160);
          const double density = std::exp(log_likelihood(shape, when, p, {0}));
          all += density;
          if (p.lat_deg() > middle) north += density;
        }
      }
      const auto points = support(shape, 2000);
      ASSERT_GE(points.size(), 1000U);
      const auto count = std::count_if(points.begin(), points.end(),
                                       [&](LatLon p) { return p.lat_deg() > middle; });
      EXPECT_NEAR(static_cast<double>(count) / static_cast<double>(points.size()), north / all,
                  0.06)
          << "shape " << kind;
    }
  }
}

TEST(Shape, outline_holds_about_ninety_in_a_hundred) {
  World w(14);
  for (const int kind : {0, 1, 4, 5, 6}) {
    const Shape shape = w.shape(kind);
    const auto area = Area::from_rings(outline(shape));
    ASSERT_TRUE(area.ok()) << area.error().to_text();
    const auto points = support(shape, 2000);
    const auto inside =
        std::count_if(points.begin(), points.end(), [&](LatLon p) { return area->contains(p); });
    EXPECT_GE(static_cast<double>(inside) / static_cast<double>(points.size()), 0.82)
        << "shape " << kind;
  }
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
