#pragma once
// Three types of time that do not convert into each other by accident: an Instant (UTC
// nanoseconds), a CivilTime (what a clock on a wall shows, in no zone), and an Interval between two
// instants. Zones and reporting days are in base/zone.h.

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace truce {

// A length of time in nanoseconds; leap seconds do not exist (POSIX time).
struct Duration {
  std::int64_t ns = 0;
  static constexpr Duration seconds(double s) { return {static_cast<std::int64_t>(s * 1e9)}; }
  static constexpr Duration whole_seconds(std::int64_t s) { return {s * 1'000'000'000}; }
  static constexpr Duration minutes(std::int64_t m) { return whole_seconds(m * 60); }
  static constexpr Duration hours(std::int64_t h) { return whole_seconds(h * 3600); }
  static constexpr Duration days(std::int64_t d) { return hours(d * 24); }
  constexpr double in_seconds() const { return static_cast<double>(ns) / 1e9; }
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.ns + b.ns}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.ns - b.ns}; }
};

// UTC nanoseconds since 1970-01-01T00:00:00Z; covers 1677-09-21 to 2262-04-11.
struct Instant {
  std::int64_t ns = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant t, Duration d) { return {t.ns + d.ns}; }
  friend constexpr Instant operator-(Instant t, Duration d) { return {t.ns - d.ns}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.ns - b.ns}; }
};

// Half open: start <= t < end. An interval with start == end is a single instant.
struct Interval {
  Instant start;
  Instant end;
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
  constexpr Duration length() const { return end - start; }
  constexpr bool contains(Instant t) const {
    return start == end ? t == start : (start <= t && t < end);
  }
  // True when some instant lies in both (a point interval counts as its instant).
  constexpr bool overlaps(const Interval& other) const {
    return start == other.end || end == other.start
               ? (start == end && other.contains(start)) ||
                     (other.start == other.end && contains(other.start))
               : start < other.end && other.start < end;
  }
};

struct CivilDay {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  friend constexpr auto operator<=>(const CivilDay&, const CivilDay&) = default;
};

struct CivilTime {
  CivilDay day;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t nanosecond = 0;
  friend constexpr auto operator<=>(const CivilTime&, const CivilTime&) = default;
};

// Proleptic Gregorian calendar arithmetic (Hinnant, "chrono-compatible low-level date algorithms").
std::int64_t days_from_epoch(CivilDay day);
CivilDay day_from_epoch(std::int64_t days);
CivilDay add_days(CivilDay day, int days);
bool is_valid(CivilDay day);

// RFC 3339 with "T" or " ", any offset, 0–9 fraction digits; an offset is required. Rejects second
// 60 and everything outside the range of Instant.
Result<Instant> parse_instant(std::string_view text);
// "2020-07-27T00:01:00Z"; fraction digits only as many as needed (0–9).
std::string to_text(Instant t);
// The same at `at`, where kInstantChars fit; returns what lies behind it.
constexpr std::size_t kInstantChars = 30;
char* put_text(char* at, Instant t);
// "YYYY-MM-DD"
Result<CivilDay> parse_day(std::string_view text);
std::string to_text(CivilDay day);
// "YYYY-MM-DDTHH:MM[:SS[.f]]" with "T" or " ", without an offset.
Result<CivilTime> parse_civil_time(std::string_view text);
std::string to_text(const CivilTime& time);  // YYYY-MM-DDTHH:MM:SS

}  // namespace truce
