#include "stages/acquire/time_format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

#include "stages/acquire/common.h"

namespace truce::acquire {

namespace {

constexpr std::string_view kFields = "YymdHMSbfz%";
constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// What a pattern has read so far.
struct Parts {
  CivilTime time{{1970, 1, 1}};
  std::optional<int> offset_s;
};

class Scanner {
 public:
  Scanner(std::string_view pattern, std::string_view text) : pattern_(pattern), text_(text) {}

  bool scan(Parts& parts) {
    for (std::size_t i = 0; i < pattern_.size(); ++i) {
      if (pattern_[i] == '%') {
        ++i;
        if (!field(pattern_[i], number_follows(i + 1), parts)) return false;
      } else if (pattern_[i] == ' ') {
        if (!spaces()) return false;
      } else if (at_ < text_.size() && text_[at_] == pattern_[i]) {
        ++at_;
      } else {
        return false;
      }
    }
    return at_ == text_.size();
  }

 private:
  bool number_follows(std::size_t i) const {
    return i + 1 < pattern_.size() && pattern_[i] == '%' &&
           std::string_view("YymdHMS").find(pattern_[i + 1]) != std::string_view::npos;
  }
  bool spaces() {
    const std::size_t start = at_;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    return at_ > start;
  }
  bool number(std::size_t digits_min, std::size_t digits_max, int& out) {
    std::size_t n = 0;
    out = 0;
    while (n < digits_max && at_ < text_.size() && is_digit(text_[at_])) {
      out = out * 10 + (text_[at_++] - '0');
      ++n;
    }
    return n >= digits_min;
  }
  // "Mar", "March", "Sept": at least three letters that begin the month's name.
  bool month_name(int& out) {
    std::size_t end = at_;
    while (end < text_.size() && is_letter(text_[end])) ++end;
    const std::string word = lower_ascii(text_.substr(at_, end - at_));
    at_ = end;
    out = month_of(word);
    return out != 0;
  }
  bool fraction(std::int64_t& ns) {
    std::int64_t unit = 100'000'000;
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_]) && unit > 0) {
      ns += (text_[at_++] - '0') * unit;
      unit /= 10;
    }
    return at_ > start;
  }
  // "Z", "+0200", "+02:00"
  bool offset(std::optional<int>& out) {
    if (at_ < text_.size() && text_[at_] == 'Z') {
      ++at_;
      out = 0;
      return true;
    }
    if (at_ >= text_.size() || (text_[at_] != '+' && text_[at_] != '-')) return false;
    const int sign = text_[at_++] == '-' ? -1 : 1;
    int hours = 0;
    int minutes = 0;
    if (!number(2, 2, hours)) return false;
    if (at_ < text_.size() && text_[at_] == ':') ++at_;
    if (!number(2, 2, minutes) || hours > 14 || minutes > 59) return false;
    out = sign * (hours * 3600 + minutes * 60);
    return true;
  }
  bool field(char f, bool packed, Parts& p) {
    const std::size_t least = packed ? 2 : 1;
    CivilTime& t = p.time;
    switch (f) {
      case 'Y':
        return number(4, 4, t.day.year);
      case 'y':
        if (!number(2, 2, t.day.year)) return false;
        t.day.year += t.day.year < 69 ? 2000 : 1900;  // as POSIX strptime
        return true;
      case 'm':
        return number(least, 2, t.day.month);
      case 'd':
        return number(least, 2, t.day.day);
      case 'H':
        return number(least, 2, t.hour) && t.hour < 24;
      case 'M':
        return number(least, 2, t.minute) && t.minute < 60;
      case 'S':
        return number(least, 2, t.second) && t.second < 60;
      case 'b':
        return month_name(t.day.month);
      case 'f':
        return fraction(t.nanosecond);
      case 'z':
        return offset(p.offset_s);
      default:
        if (at_ >= text_.size() || text_[at_] != '%') return false;
        ++at_;
        return true;
    }
  }

  std::string_view pattern_;
  std::string_view text_;
  std::size_t at_ = 0;
};

Error not_a_time(std::string_view text, std::string_view why, std::string_view wanted) {
  return bad_input("\"" + std::string(text.substr(0, 40)) + "\" " + std::string(why), {},
                   std::string(wanted));
}

Result<ReadTime> in_range(Instant t, std::string_view text) {
  if (in_years(t)) return ReadTime{{t, t}};
  return not_a_time(text, "is out of range", "a year from 1700 to 2200");
}

// A day without a time begins at one instant, whatever the clocks do then.
Result<ReadTime> civil(const CivilTime& t, TimePrecision precision,
                       const std::optional<int>& offset_s, const Zone& zone,
                       std::string_view text) {
  if (!is_valid(t.day))
    return not_a_time(text, "is a day that does not exist", "a day of the calendar");
  if (!in_years(t.day)) return not_a_time(text, "is out of range", "a year from 1700 to 2200");
  if (!offset_s && precision < TimePrecision::kDay) return ReadTime{zone.readings(t), precision};
  const Instant at = offset_s ? Zone::utc().to_instant(t) - Duration::whole_seconds(*offset_s)
                              : zone.to_instant(t);
  return ReadTime{{at, at}, precision};
}

Result<ReadTime> iso(std::string_view text, const Zone& zone) {
  if (const auto t = parse_instant(text); t.ok()) return in_range(*t, text);
  if (const auto t = parse_civil_time(text); t.ok())
    return civil(*t, TimePrecision::kSecond, {}, zone, text);
  if (const auto day = parse_day(text); day.ok())
    return civil({*day}, TimePrecision::kDay, {}, zone, text);
  return not_a_time(text, "is not a time", "a time such as 2025-04-19T18:00:00Z, or a day");
}

Result<ReadTime> since_1970(std::string_view text, std::int64_t unit_ns) {
  std::int64_t n = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (code != std::errc() || end != text.data() + text.size()) {
    return not_a_time(text, "is not a whole number", "seconds or milliseconds since 1970");
  }
  if (n > 7'300'000'000'000'000'000 / unit_ns || n < -8'600'000'000'000'000'000 / unit_ns) {
    return not_a_time(text, "is out of range", "a year from 1700 to 2200");
  }
  return in_range(Instant{n * unit_ns}, text);
}

bool has(std::string_view pattern, char field) {
  return pattern.find(std::string{'%', field}) != std::string_view::npos;
}

}  // namespace

int month_of(std::string_view word) {
  const auto m = std::find(kMonths.begin(), kMonths.end(), word.substr(0, 3));
  return m == kMonths.end() ? 0 : static_cast<int>(m - kMonths.begin()) + 1;
}

Result<TimeFormat> TimeFormat::parse(std::string_view pattern) {
  TimeFormat out;
  out.pattern_ = pattern;
  if (pattern == "iso") return out;
  out.kind_ = pattern == "unix_s"    ? Kind::kUnixSeconds
              : pattern == "unix_ms" ? Kind::kUnixMilliseconds
                                     : Kind::kPattern;
  if (out.kind_ != Kind::kPattern) return out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') continue;
    ++i;
    if (i == pattern.size() || kFields.find(pattern[i]) == std::string_view::npos) {
      return not_a_time(pattern, "has a % that means nothing", "%Y %y %m %d %H %M %S %b %f %z %%");
    }
  }
  const bool year = has(pattern, 'Y') || has(pattern, 'y');
  const bool month = has(pattern, 'm') || has(pattern, 'b');
  if (!year || (has(pattern, 'd') && !month)) {
    return not_a_time(pattern, "gives no day", "iso, unix_s, unix_ms, or at least a year (%Y)");
  }
  if (!has(pattern, 'H'))
    out.precision_ = has(pattern, 'd') ? TimePrecision::kDay
                     : month           ? TimePrecision::kMonth
                                       : TimePrecision::kYear;
  return out;
}

Result<ReadTime> TimeFormat::read(std::string_view text, const Zone& zone) const {
  if (kind_ == Kind::kIso) return iso(text, zone);
  if (kind_ == Kind::kUnixSeconds) return since_1970(text, 1'000'000'000);
  if (kind_ == Kind::kUnixMilliseconds) return since_1970(text, 1'000'000);
  Parts parts;
  if (!Scanner(pattern_, text).scan(parts)) {
    return not_a_time(text, "does not follow " + pattern_, "a time like that");
  }
  return civil(parts.time, precision_, parts.offset_s, zone, text);
}

}  // namespace truce::acquire
