#include "stages/fuse/internal/index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

namespace truce::fuse {
namespace {

struct Thing {
  Interval when;
  GeoBox box;
};

// The brute-force twin: whatever touches is found, each once, also after others are gone.
TEST(SpaceTimeIndex, misses_nothing_that_touches) {
  std::mt19937_64 random(5);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto thing = [&] {
    const double size = std::pow(10, -3 + 4 * unit());
    const double seconds = std::pow(10, 7 * unit()) - 1;
    const Instant start{static_cast<std::int64_t>((unit() - 0.5) * 4e15)};
    const double lat = -60 + 110 * unit();
    const double lon = unit() < 0.8 ? 30 + 2 * unit() : -180 + 340 * unit();
    return Thing{{start, start + Duration::seconds(seconds)},
                 {lat, lat + size, lon, lon + size * unit()}};
  };
  SpaceTimeIndex index;
  std::vector<Thing> things;
  std::set<std::size_t> there;
  for (std::size_t i = 0; i < 3000; ++i) {
    things.push_back(thing());
    index.insert(i, things[i].when, things[i].box);
    there.insert(i);
    if (i % 3 == 2) {
      const std::size_t gone = random() % i;
      if (there.erase(gone) == 1) index.erase(gone, things[gone].when, things[gone].box);
    }
  }
  std::size_t touching = 0;
  std::size_t offered = 0;
  for (int q = 0; q < 1000; ++q) {
    const Thing query = thing();
    std::vector<SpaceTimeIndex::Item> found;
    index.near(query.when, query.box, found);
    const std::set<SpaceTimeIndex::Item> set(found.begin(), found.end());
    EXPECT_EQ(set.size(), found.size());
    offered += found.size();
    for (const auto i : found) EXPECT_TRUE(there.count(i));
    for (const auto i : there) {
      const Thing& t = things[i];
      const bool meets = t.when.start <= query.when.end && query.when.start <= t.when.end &&
                         t.box.overlaps(query.box);
      touching += meets ? 1U : 0U;
      EXPECT_TRUE(!meets || set.count(i) == 1) << i;
    }
  }
  EXPECT_GT(touching, 1000U);
  EXPECT_LT(offered, 1000U * there.size() / 4) << "it hardly narrows anything";
}

}  // namespace
}  // namespace truce::fuse
