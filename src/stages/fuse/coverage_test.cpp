// A stated 90 % region must hold the truth 90 times of 100. Each round fixes where something
// happened and draws reports of it that err just as their shapes say: for each, a place is drawn
// from the shape's likelihood by rejection (not by support(), which the engine uses), and the shape
// is moved so that this place falls on the truth. The regions of the incidents are then counted.

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "base/polygon.h"
#include "base/sanitized.h"
#include "model/identity.h"
#include "stages/fuse/fuse.h"

namespace truce::fuse {
namespace {

enum class Kind { kPoint, kNamedPlace, kSector, kRing, kBearing, kPixel };

class Reports {
 public:
  explicit Reports(unsigned seed) : random_(seed) {}
  LatLon truth() { return *LatLon::from_degrees(in(46, 50), in(30, 39)); }
  Observation of(Kind kind, LatLon truth, int number) {
    const Shape stencil = shape(kind, truth);
    const LatLon drawn = drawn_from(stencil);
    Observation o;
    o.source = "s" + std::to_string(number);
    o.when = {{0}, {60'000'000'000}};
    o.shape = moved(stencil, 2 * truth.lat_deg() - drawn.lat_deg(),
                    2 * truth.lon_deg() - drawn.lon_deg());
    o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kBurst)});
    o.p_real = 0.9;
    o.id = observation_id(o);
    return o;
  }

 private:
  double in(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_);
  }
  Shape shape(Kind kind, LatLon at) {
    switch (kind) {
      case Kind::kPoint: {
        const double a = std::exp(in(4, 7.5)), b = std::exp(in(4, 7.5));
        return PointShape{at, a * a, b * b, in(-0.9, 0.9) * a * b};
      }
      case Kind::kNamedPlace:
        return NamedPlace{"x", at, in(300, 3000)};
      case Kind::kSector: {
        const double r = in(500, 6000);
        return AnnularSector{at, r, r + in(500, 4000), in(0, 360), in(8, 50), in(0, 600), in(1, 9)};
      }
      case Kind::kRing: {
        const double r = in(0, 5000);
        return AnnularSector{at, r, r + in(500, 4000), 0, 180, in(0, 600), 0};
      }
      case Kind::kBearing:
        return Bearing{at, in(0, 360), in(0.7, 6), in(8000, 25000)};
      case Kind::kPixel:
        return PixelFootprint{at, in(300, 2000), in(300, 1500), in(0, 360), in(50, 400)};
    }
    return Nowhere{};
  }
  LatLon drawn_from(const Shape& s) {
    const GeoBox b = reach(s);
    while (true) {
      const LatLon p = *LatLon::from_degrees(in(b.lat_min, b.lat_max), in(b.lon_min, b.lon_max));
      if (std::log(in(0, 1)) < place_log_likelihood(s, p)) return p;
    }
  }
  static Shape moved(Shape s, double lat, double lon) {
    const LatLon to = *LatLon::from_degrees(lat, lon);
    if (auto* p = std::get_if<PointShape>(&s)) p->at = to;
    if (auto* p = std::get_if<NamedPlace>(&s)) p->at = to;
    if (auto* p = std::get_if<AnnularSector>(&s)) p->from = to;
    if (auto* p = std::get_if<Bearing>(&s)) p->from = to;
    if (auto* p = std::get_if<PixelFootprint>(&s)) p->centre = to;
    return s;
  }
  std::mt19937_64 random_;
};

struct Case {
  const char* name;
  std::vector<Kind> kinds;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> cases() {
  using enum Kind;
  return {{"point", {kPoint}},
          {"named_place", {kNamedPlace}},
          {"sector", {kSector}},
          {"ring", {kRing}},
          {"bearing", {kBearing}},
          {"pixel", {kPixel}},
          {"two_points", {kPoint, kPoint}},
          {"point_and_named_place", {kPoint, kNamedPlace}},
          {"point_and_sector", {kPoint, kSector}},
          {"two_sectors", {kSector, kSector}},
          {"sector_and_ring", {kSector, kRing}},
          {"two_rings", {kRing, kRing}},
          {"two_bearings", {kBearing, kBearing}},
          {"three_bearings", {kBearing, kBearing, kBearing}},
          {"bearing_and_sector", {kBearing, kSector}},
          {"bearing_and_named_place", {kBearing, kNamedPlace}},
          {"pixel_and_sector", {kPixel, kSector}},
          {"sector_bearing_and_named_place", {kSector, kBearing, kNamedPlace}},
          {"four_kinds", {kPoint, kSector, kBearing, kNamedPlace}},
          {"eight_points", std::vector<Kind>(8, kPoint)},
          {"twenty_named_places", std::vector<Kind>(20, kNamedPlace)}};
}

class Coverage : public ::testing::TestWithParam<Case> {};

TEST_P(Coverage, of_the_region_the_circle_and_the_sample_is_ninety_in_a_hundred) {
  // The tolerance is some three standard deviations of what so many rounds give.
  constexpr int kRounds = kSanitized ? 150 : 1500;
  constexpr double kTolerance = kSanitized ? 8 : 2;
  Reports reports(1);
  int in_region = 0, in_circle = 0, in_sample = 0;
  for (int round = 0; round < kRounds; ++round) {
    const LatLon truth = reports.truth();
    std::vector<Observation> all;
    for (const Kind k : GetParam().kinds)
      all.push_back(reports.of(k, truth, static_cast<int>(all.size())));
    std::vector<const Observation*> members;
    for (const auto& o : all) members.push_back(&o);
    const Posterior place = infer(members, {}, {}).place;
    const auto region = Area::from_rings(outline(place.region));
    ASSERT_TRUE(region.ok()) << region.error().to_text();
    in_region += region->contains(truth) ? 1 : 0;
    in_circle += geodesic_between(place.best, truth).distance_m <= place.radius_m ? 1 : 0;
    // What judge weighs zones by: the truth lies south of a share of the sample that is even.
    int north = 0;
    const auto sample = place.sample.places();
    for (const LatLon p : sample) north += p.lat_e7 > truth.lat_e7 ? 1 : 0;
    const double share = static_cast<double>(north) / static_cast<double>(sample.size());
    in_sample += share > 0.05 && share < 0.95 ? 1 : 0;
  }
  const auto percent = [](int n) { return 100.0 * n / kRounds; };
  std::printf("coverage %s: region %.1f %%, circle %.1f %%, sample %.1f %%\n", GetParam().name,
              percent(in_region), percent(in_circle), percent(in_sample));
  RecordProperty("region_percent", std::to_string(percent(in_region)));
  EXPECT_NEAR(percent(in_region), 90, kTolerance);
  EXPECT_NEAR(percent(in_circle), 90, kTolerance);
  EXPECT_NEAR(percent(in_sample), 90, kTolerance);
}

INSTANTIATE_TEST_SUITE_P(Reports, Coverage, ::testing::ValuesIn(cases()),
                         [](const auto& param) { return std::string(param.param.name); });

}  // namespace
}  // namespace truce::fuse
