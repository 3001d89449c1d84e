#include "stages/report/internal/words.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace truce::report {

namespace {

constexpr std::array<const char*, 12> kMonths{"January",   "February", "March",    "April",
                                              "May",       "June",     "July",     "August",
                                              "September", "October",  "November", "December"};

std::string month(CivilDay d) { return kMonths.at(static_cast<std::size_t>(d.month - 1)); }

// What `words` says of each clock of a period, one after the other. Clocks do not change twice
// within a day.
template <class Words>
std::string over_changes(const Interval& period, const Zone& zone, Words words) {
  std::string out = words(period.start, zone);
  std::string last = out;
  const auto look = [&](Instant t) {
    const std::string now = words(t, zone);
    if (now != last) out += ", then " + now;
    last = now;
  };
  for (Instant t = period.start; t < period.end; t = t + Duration::days(1)) look(t);
  if (period.start < period.end) look(period.end - Duration{1});
  return out;
}

}  // namespace

std::string n(std::int64_t v) { return std::to_string(v); }

std::string grouped(std::int64_t v) {
  std::string digits = std::to_string(v);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), "\u2009");
  return digits;
}

std::string one_decimal(double v) {
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.1f", v);
  return buffer.data();
}

std::string plural(std::int64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string day_text(CivilDay d) { return n(d.day) + " " + month(d).substr(0, 3); }

std::string days_title(const std::vector<CivilDay>& days) {
  const CivilDay a = days.front();
  const CivilDay b = days.back();
  std::string end = n(b.day) + " " + month(b) + " " + n(b.year);
  if (a == b) return end;
  if (a.year != b.year) return n(a.day) + " " + month(a) + " " + n(a.year) + " – " + end;
  return a.month == b.month ? n(a.day) + "–" + end : n(a.day) + " " + month(a) + " – " + end;
}

std::string time_text(Instant t, const Zone& zone) {
  const CivilTime c = zone.to_civil(t);
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%02d:%02d", c.hour, c.minute);
  return buffer.data();
}

std::string moment(Instant t, const Zone& zone) {
  return day_text(zone.to_civil(t).day) + " " + time_text(t, zone);
}

std::string span_text(const Interval& i, const Zone& zone) {
  return moment(i.start, zone) + " – " + moment(i.end, zone);
}

std::string offset_text(Instant t, const Zone& zone) {
  const int m = zone.offset_s(t) / 60;
  if (m == 0) return "UTC";
  std::array<char, 24> minutes{};
  if (m % 60 != 0) std::snprintf(minutes.data(), minutes.size(), ":%02d", std::abs(m) % 60);
  return zone.abbreviation(t) + ", UTC\u2009" + (m < 0 ? "\u2212" : "+") + "\u2009" +
         n(std::abs(m) / 60) + minutes.data();
}

std::string offsets_text(const Interval& period, const Zone& zone) {
  return over_changes(period, zone, offset_text);
}

std::string zone_names(const Interval& period, const Zone& zone) {
  return over_changes(period, zone, [](Instant t, const Zone& z) { return z.abbreviation(t); });
}

std::string interval_text(const CountInterval& c) {
  if (c.unbounded) return n(c.low) + " or more";
  return c.low == c.high ? "exact" : n(c.low) + "–" + n(c.high);
}

std::string probability(double p) {
  std::array<char, 16> buffer{};
  const double clamped = std::clamp(p, 0.0001, 0.9999);
  std::snprintf(buffer.data(), buffer.size(), clamped < 0.01 || clamped > 0.99 ? "%.4f" : "%.2f",
                clamped);
  return buffer.data();
}

std::string value_words(FindingValue v) {
  switch (v) {
    case FindingValue::kBreach:
      return "breach";
    case FindingValue::kCompliant:
      return "compliant";
    case FindingValue::kNotApplicable:
      return "not applicable";
    case FindingValue::kUndeterminable:
      return "undeterminable";
  }
  return {};
}

}  // namespace truce::report
