#include "base/zone.h"

#include <gtest/gtest.h>

namespace truce {
namespace {

ReportingDay smm_day() {
  return {.zone = *Zone::find("Europe/Kyiv"), .bound_hour = 19, .bound_minute = 30};
}

TEST(Zone, turns_local_into_utc_and_back) {
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  EXPECT_EQ(to_text(kyiv.to_instant({{2020, 7, 27}, 0, 1})), "2020-07-26T21:01:00Z");
  EXPECT_EQ(to_text(kyiv.to_civil(*parse_instant("2020-07-26T21:01:00Z"))), "2020-07-27T00:01:00");
  EXPECT_EQ(to_local_text(*parse_instant("2020-07-26T21:01:00Z"), kyiv),
            "2020-07-27 00:01 +03:00 EEST");
  EXPECT_FALSE(Zone::find("Europe/Nowhere").ok());
}

TEST(Zone, reads_a_repeated_hour_as_asked_and_a_skipped_one_as_its_end) {
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  const CivilTime twice{{2020, 10, 25}, 3, 30};
  EXPECT_EQ(kyiv.to_instant(twice, Repeated::kLater) - kyiv.to_instant(twice), Duration::hours(1));
  EXPECT_EQ(to_text(kyiv.to_instant({{2020, 3, 29}, 3, 30})), "2020-03-29T01:00:00Z");
}

TEST(ReportingDay, runs_from_bound_to_bound_through_both_clock_changes) {
  const auto day = smm_day();
  EXPECT_EQ(to_text(day.interval({2020, 7, 27}).start), "2020-07-26T16:30:00Z");
  EXPECT_EQ(day.interval({2020, 7, 27}).length(), Duration::hours(24));
  EXPECT_EQ(day.interval({2020, 3, 29}).length(), Duration::hours(23));
  EXPECT_EQ(day.interval({2020, 10, 25}).length(), Duration::hours(25));
}

TEST(ReportingDay, finds_the_day_of_every_minute_around_the_changes) {
  const auto day = smm_day();
  for (const char* text : {"2020-03-28T00:00:00Z", "2020-10-24T00:00:00Z"}) {
    Instant t = *parse_instant(text);
    for (int m = 0; m < 3 * 1440; ++m, t = t + Duration::minutes(1))
      ASSERT_TRUE(day.interval(day.day_of(t)).contains(t));
  }
}

TEST(Zone, gives_years_that_no_instant_holds_the_last_ones_within) {
  EXPECT_EQ(day_from_epoch(Zone::utc().to_instant({{9999, 1, 1}}).ns / 86'400'000'000'000).year,
            2261);
  EXPECT_EQ(day_from_epoch(Zone::utc().to_instant({{1, 1, 1}}).ns / 86'400'000'000'000).year, 1678);
}

TEST(ReportingDay, is_the_civil_day_when_its_bound_is_midnight) {
  const ReportingDay day{.zone = Zone::utc()};
  EXPECT_EQ(to_text(day.interval({2025, 4, 20}).start), "2025-04-20T00:00:00Z");
  EXPECT_EQ(day.day_of(*parse_instant("2025-04-20T00:00:00Z")), (CivilDay{2025, 4, 20}));
}

TEST(Zone, gives_both_readings_of_a_time_that_the_clocks_repeat_or_skip) {
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  const auto words = [](const Interval& i) { return to_text(i.start) + " " + to_text(i.end); };
  EXPECT_EQ(words(kyiv.readings({{2026, 10, 25}, 3, 30})),
            "2026-10-25T00:30:00Z 2026-10-25T01:30:00Z");
  EXPECT_EQ(words(kyiv.readings({{2026, 3, 29}, 3, 30})),
            "2026-03-29T00:30:00Z 2026-03-29T01:30:00Z");
  const CivilTime plain{{2026, 3, 29}, 4, 0};
  EXPECT_EQ(kyiv.readings(plain).start, kyiv.to_instant(plain));
  EXPECT_EQ(kyiv.readings(plain).length(), Duration{0});
  EXPECT_EQ(words(Zone::utc().readings({{2026, 3, 29}, 3, 30})),
            "2026-03-29T03:30:00Z 2026-03-29T03:30:00Z");
}

}  // namespace
}  // namespace truce
