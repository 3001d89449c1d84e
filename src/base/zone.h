#pragma once
// Time zones (the system's tz database through Howard Hinnant's date) and the mission's reporting
// day.

#include <memory>
#include <string>
#include <string_view>

#include "base/instant.h"

namespace truce {

// How a civil time that a clock change skips or repeats is to be read. Never chosen silently: every
// caller says which.
enum class Repeated { kEarlier, kLater };

class Zone {
 public:
  // IANA name such as "Europe/Kyiv"; kNotFound when the system's database has no such zone.
  static Result<Zone> find(std::string_view name);
  static Zone utc();
  const std::string& name() const { return name_; }
  // A skipped civil time maps to the first instant after the gap.
  Instant to_instant(const CivilTime& local, Repeated repeated = Repeated::kEarlier) const;
  // From the first to the last instant that a civil time may mean. They are one and the same, but
  // where a clock change repeats the time, or skips it: then it is read by the clocks before and
  // after the change.
  Interval readings(const CivilTime& local) const;
  CivilTime to_civil(Instant t) const;
  // Offset from UTC in seconds at t (east positive), and its abbreviation ("EEST").
  int offset_s(Instant t) const;
  std::string abbreviation(Instant t) const;

 private:
  std::string name_;
  const void* tz_ = nullptr;  // date::time_zone, owned by the database
};

// "2020-07-27 00:01 +03:00 EEST"
std::string to_local_text(Instant t, const Zone& zone);

// The mission's day runs from `bound` on the day before to `bound` on the day it is named after,
// both local: the OSCE SMM's day named 27 July 2020 ran 26 July 19:30 to 27 July 19:30, Kyiv time,
// and was 23 or 25 hours long over the clock changes.
struct ReportingDay {
  Zone zone;
  int bound_hour = 0;  // 0:00 means the plain civil day
  int bound_minute = 0;
  Interval interval(CivilDay day) const;
  CivilDay day_of(Instant t) const;  // the day whose interval contains t
};

}  // namespace truce
