#include "base/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace truce {

namespace {

const date::time_zone* tz_of(const void* p) { return static_cast<const date::time_zone*>(p); }

date::sys_time<std::chrono::nanoseconds> to_sys(Instant t) {
  return date::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(t.ns));
}

// A civil time holds any year, an Instant those of 1677 to 2262: years beyond become the last ones
// within, which no reader takes.
date::local_time<std::chrono::nanoseconds> to_local(const CivilTime& t) {
  using namespace std::chrono;
  const std::int64_t day = std::clamp(days_from_epoch(t.day), days_from_epoch({1678, 1, 1}),
                                      days_from_epoch({2261, 12, 30}));
  return date::local_time<nanoseconds>(nanoseconds(day * 86'400'000'000'000) + hours(t.hour) +
                                       minutes(t.minute) + seconds(t.second) +
                                       nanoseconds(t.nanosecond));
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
  try {
    Zone zone;
    zone.tz_ = date::locate_zone(std::string(name));
    zone.name_ = std::string(name);
    return zone;
  } catch (const std::exception&) {
    return make_error(ErrorCode::kNotFound, "there is no time zone \"" + std::string(name) + "\"",
                      {}, "an IANA name such as Europe/Kyiv");
  }
}

Zone Zone::utc() {
  Zone zone;
  zone.name_ = "UTC";
  return zone;
}

Instant Zone::to_instant(const CivilTime& local, Repeated repeated) const {
  const auto wall = to_local(local);
  if (tz_ == nullptr) return {wall.time_since_epoch().count()};
  const auto info = tz_of(tz_)->get_info(wall);
  if (info.result == date::local_info::nonexistent) {
    return {std::chrono::nanoseconds(info.second.begin.time_since_epoch()).count()};
  }
  const auto& chosen = info.result == date::local_info::ambiguous && repeated == Repeated::kLater
                           ? info.second
                           : info.first;
  return {wall.time_since_epoch().count() - std::chrono::nanoseconds(chosen.offset).count()};
}

Interval Zone::readings(const CivilTime& local) const {
  const auto wall = to_local(local).time_since_epoch();
  if (tz_ == nullptr) return {{wall.count()}, {wall.count()}};
  const auto info = tz_of(tz_)->get_info(to_local(local));
  const auto by = [&](const date::sys_info& clock) {
    return Instant{wall.count() - std::chrono::nanoseconds(clock.offset).count()};
  };
  if (info.result == date::local_info::unique) return {by(info.first), by(info.first)};
  const auto [from, to] = std::minmax({by(info.first), by(info.second)});
  return {from, to};
}

CivilTime Zone::to_civil(Instant t) const {
  std::int64_t ns = t.ns + static_cast<std::int64_t>(offset_s(t)) * 1'000'000'000;
  constexpr std::int64_t kDay = 86'400'000'000'000;
  std::int64_t days = ns / kDay;
  ns %= kDay;
  if (ns < 0) {
    ns += kDay;
    --days;
  }
  const std::int64_t s = ns / 1'000'000'000;
  return {day_from_epoch(days), static_cast<int>(s / 3600), static_cast<int>(s / 60 % 60),
          static_cast<int>(s % 60), ns % 1'000'000'000};
}

int Zone::offset_s(Instant t) const {
  if (tz_ == nullptr) return 0;
  return static_cast<int>(tz_of(tz_)->get_info(to_sys(t)).offset.count());
}

std::string Zone::abbreviation(Instant t) const {
  if (tz_ == nullptr) return "UTC";
  return tz_of(tz_)->get_info(to_sys(t)).abbrev;
}

std::string to_local_text(Instant t, const Zone& zone) {
  const CivilTime c = zone.to_civil(t);
  const int offset = zone.offset_s(t);
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%04d-%02d-%02d %02d:%02d %c%02d:%02d ", c.day.year,
                c.day.month, c.day.day, c.hour, c.minute, offset < 0 ? '-' : '+',
                std::abs(offset) / 3600, std::abs(offset) / 60 % 60);
  return buffer + zone.abbreviation(t);
}

Interval ReportingDay::interval(CivilDay day) const {
  const bool plain = bound_hour == 0 && bound_minute == 0;
  const CivilDay first = plain ? day : add_days(day, -1);
  const CivilDay last = plain ? add_days(day, 1) : day;
  return {zone.to_instant({first, bound_hour, bound_minute}),
          zone.to_instant({last, bound_hour, bound_minute})};
}

CivilDay ReportingDay::day_of(Instant t) const {
  const CivilDay civil = zone.to_civil(t).day;
  for (int shift = -1; shift <= 1; ++shift) {
    const CivilDay day = add_days(civil, shift);
    if (interval(day).contains(t)) return day;
  }
  return civil;  // unreachable: consecutive intervals share their bounds
}

}  // namespace truce
