#include "base/instant.h"

#include <gtest/gtest.h>

#include <random>

namespace truce {
namespace {

TEST(Instant, reads_and_writes_rfc_3339) {
  EXPECT_EQ(parse_instant("1970-01-01T00:00:01.5Z")->ns, 1'500'000'000);
  EXPECT_EQ(parse_instant("2020-07-27 00:01:00+03:00")->ns,
            parse_instant("2020-07-26T21:01:00Z")->ns);
  EXPECT_EQ(to_text(Instant{-1}), "1969-12-31T23:59:59.999999999Z");
  EXPECT_EQ(to_text(*parse_instant("2024-02-29T12:00:00.120Z")), "2024-02-29T12:00:00.12Z");
}

TEST(Instant, round_trips_over_its_whole_range) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const Instant t{static_cast<std::int64_t>(random())};
    if (t.ns < -9'223'372'036'000'000'000 || t.ns > 9'223'372'035'000'000'000) continue;
    const auto back = parse_instant(to_text(t));
    ASSERT_TRUE(back.ok()) << to_text(t);
    ASSERT_EQ(back->ns, t.ns);
  }
}

TEST(Instant, refuses_what_is_not_a_time) {
  for (const char* bad :
       {"", "2020", "2020-02-30T00:00:00Z", "2021-02-29T00:00:00Z", "2020-01-01T24:00:00Z",
        "2020-01-01T00:00:60Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00.Z",
        "2020-01-01T00:00:00.0123456789Z", "9999-01-01T00:00:00Z", "2020-13-01T00:00:00Z",
        "2020-01-01T00:00:00+3:00", "2020-01-01T00:00:00Zx"}) {
    EXPECT_FALSE(parse_instant(bad).ok()) << bad;
  }
}

TEST(Instant, counts_days_as_the_calendar_does) {
  for (std::int64_t d = -800'000; d < 800'000; d += 37)
    ASSERT_EQ(days_from_epoch(day_from_epoch(d)), d);
  EXPECT_EQ(add_days({2024, 2, 28}, 2), (CivilDay{2024, 3, 1}));
  EXPECT_EQ(days_from_epoch({2000, 3, 1}), 11017);
}

TEST(Interval, is_half_open_and_a_point_counts_as_its_instant) {
  const Interval a{{0}, {10}};
  EXPECT_TRUE(a.contains({0}));
  EXPECT_FALSE(a.contains({10}));
  EXPECT_FALSE(a.overlaps({{10}, {20}}));
  EXPECT_TRUE(a.overlaps({{9}, {20}}));
  EXPECT_TRUE(a.overlaps({{5}, {5}}));
  EXPECT_FALSE(a.overlaps({{10}, {10}}));
  EXPECT_TRUE((Interval{{5}, {5}}).overlaps({{5}, {5}}));
}

}  // namespace
}  // namespace truce
