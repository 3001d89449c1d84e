#pragma once
// Deadlines relative to something whose time is an interval.
//
// "Within 14 days" is a length of time: 14 × 24 h from the instant of the trigger, over clock
// changes too. "By the end of day 2" speaks of civil days of the agreement's zone, of 23, 24 or
// 25 h; which day is day 1 the agreement must say. The two differ by up to a day, and a day is what
// parties quarrel about: neither is ever taken for the other.

#include <optional>
#include <string>

#include "base/instant.h"
#include "base/zone.h"
#include "model/messages.h"

namespace truce::judge {

// Days since 1970-01-01 of the agreement's civil calendar.
struct DayNumber {
  std::int64_t n = 0;
  friend constexpr auto operator<=>(DayNumber, DayNumber) = default;
  friend constexpr DayNumber operator+(DayNumber d, std::int64_t days) { return {d.n + days}; }
};
DayNumber day_of(Instant t, const ::truce::Zone& zone);
// From midnight to midnight; empty where the zone skipped the whole day.
Interval interval_of(DayNumber day, const ::truce::Zone& zone);
std::string to_text(DayNumber day);

enum class DayOne : std::uint8_t { kTheDayItself, kTheDayAfter };

struct Deadline {
  std::optional<Duration> within;  // of the trigger
  int day = 0;                     // else by the end of this day, counted from 1
  DayOne day_one = DayOne::kTheDayItself;
  friend bool operator==(const Deadline&, const Deadline&) = default;
};

// The last instant that is in time, at its earliest and at its latest.
struct Due {
  Instant earliest;
  Instant latest;
  friend bool operator==(const Due&, const Due&) = default;
};
Due due(const Deadline& deadline, const Interval& trigger, const ::truce::Zone& zone);
// "2016-10-08 23:59 +03:00 EEST", or "a time between … and …".
std::string to_text(const Due& d, const ::truce::Zone& zone, Language l = Language::kEnglish);
// The same as an argument of a message.
std::string due_argument(const Due& d, const ::truce::Zone& zone);

// Saturates where Instant ends.
Instant plus(Instant t, Duration d);

}  // namespace truce::judge
