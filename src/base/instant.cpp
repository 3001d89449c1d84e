#include "base/instant.h"

#include <algorithm>
#include <array>

namespace truce {

namespace {

constexpr std::int64_t kNsPerS = 1'000'000'000;
constexpr std::int64_t kSPerDay = 86'400;

// Reads exactly `digits` decimal digits at `at`; -1 when they are not there.
int read_digits(std::string_view text, std::size_t at, std::size_t digits) {
  if (at + digits > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

int days_in_month(int year, int month) {
  static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

void append_padded(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> buffer;
  int n = 0;
  do {
    buffer[static_cast<std::size_t>(n++)] = static_cast<char>('0' + value % 10);
    value /= 10;
  } while (value != 0);
  for (int i = n; i < width; ++i) out.push_back('0');
  while (n > 0) out.push_back(buffer[static_cast<std::size_t>(--n)]);
}

void append_fraction(std::string& out, std::int64_t ns) {
  if (ns == 0) return;
  out.push_back('.');
  int width = 9;
  while (ns % 10 == 0) {
    ns /= 10;
    --width;
  }
  append_padded(out, ns, width);
}

// The civil part at the start of an RFC 3339 text; `used` is how much of it was read.
Result<CivilTime> read_civil(std::string_view text, std::size_t& used, bool seconds_required) {
  const auto fail = [&](const char* what) -> Error {
    return bad_input("\"" + std::string(text.substr(0, 64)) + "\" " + what, {},
                     "YYYY-MM-DDTHH:MM:SS");
  };
  CivilTime t;
  t.day.year = read_digits(text, 0, 4);
  t.day.month = read_digits(text, 5, 2);
  t.day.day = read_digits(text, 8, 2);
  if (t.day.year < 0 || t.day.month < 0 || t.day.day < 0 || text[4] != '-' || text[7] != '-') {
    return fail("does not start with a date");
  }
  if (!is_valid(t.day)) return fail("has no such day in its month");
  if (text.size() < 16 || (text[10] != 'T' && text[10] != ' ' && text[10] != 't'))
    return fail("has no time of day");
  t.hour = read_digits(text, 11, 2);
  t.minute = read_digits(text, 14, 2);
  if (t.hour < 0 || t.minute < 0 || text[13] != ':') return fail("has no time of day");
  used = 16;
  if (used < text.size() && text[used] == ':') {
    t.second = read_digits(text, 17, 2);
    if (t.second < 0) return fail("has no seconds after the colon");
    used = 19;
    if (used < text.size() && text[used] == '.') {
      std::int64_t scale = kNsPerS / 10;
      std::size_t i = used + 1;
      for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i, scale /= 10) {
        if (scale == 0) return fail("has more than nine fraction digits");
        t.nanosecond += (text[i] - '0') * scale;
      }
      if (i == used + 1) return fail("has no digits after the decimal point");
      used = i;
    }
  } else if (seconds_required) {
    return fail("has no seconds");
  }
  if (t.hour > 23 || t.minute > 59 || t.second > 59) return fail("is outside 00:00:00–23:59:59");
  return t;
}

}  // namespace

std::int64_t days_from_epoch(CivilDay day) {
  const std::int64_t y = day.month <= 2 ? day.year - 1 : day.year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (day.month + (day.month > 2 ? -3 : 9)) + 2) / 5 + day.day - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146'097 + doe - 719'468;
}

CivilDay day_from_epoch(std::int64_t days) {
  const std::int64_t z = days + 719'468;
  const std::int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const std::int64_t doe = z - era * 146'097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const int month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  return {static_cast<int>(yoe + era * 400 + (month <= 2 ? 1 : 0)), month,
          static_cast<int>(doy - (153 * mp + 2) / 5 + 1)};
}

CivilDay add_days(CivilDay day, int days) { return day_from_epoch(days_from_epoch(day) + days); }

bool is_valid(CivilDay day) {
  return day.month >= 1 && day.month <= 12 && day.day >= 1 &&
         day.day <= days_in_month(day.year, day.month);
}

Result<CivilTime> parse_civil_time(std::string_view text) {
  std::size_t used = 0;
  TRUCE_TRY(t, read_civil(text, used, false));
  if (used != text.size()) {
    return bad_input("\"" + std::string(text.substr(0, 64)) + "\" goes on after the time", {},
                     "a local time without offset");
  }
  return t;
}

Result<Instant> parse_instant(std::string_view text) {
  std::size_t used = 0;
  TRUCE_TRY(t, read_civil(text, used, true));
  std::int64_t offset_s = 0;
  const std::string_view rest = text.substr(used);
  if (rest == "Z" || rest == "z") {
    offset_s = 0;
  } else {
    const int hours = read_digits(rest, 1, 2);
    const int minutes = read_digits(rest, 4, 2);
    if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' || hours < 0 ||
        hours > 23 || minutes < 0 || minutes > 59) {
      return bad_input("\"" + std::string(text.substr(0, 64)) + "\" has no offset from UTC", {},
                       "Z or ±HH:MM at the end");
    }
    const std::int64_t size_s = std::int64_t{60} * (hours * 60 + minutes);
    offset_s = rest[0] == '-' ? -size_s : size_s;
  }
  const std::int64_t seconds = days_from_epoch(t.day) * kSPerDay + std::int64_t{3600} * t.hour +
                               std::int64_t{60} * t.minute + t.second - offset_s;
  // INT64_MIN ns is -9223372036.854775808 s.
  if (seconds < -9'223'372'036 || seconds > 9'223'372'035) {
    return bad_input("\"" + std::string(text) + "\" is outside 1677–2262");
  }
  return Instant{seconds * kNsPerS + t.nanosecond};
}

namespace {

void put_pair(char* at, std::int64_t two_digits) {
  at[0] = static_cast<char>('0' + two_digits / 10);
  at[1] = static_cast<char>('0' + two_digits % 10);
}

}  // namespace

char* put_text(char* at, Instant t) {
  std::int64_t seconds = t.ns / kNsPerS;
  std::int64_t ns = t.ns % kNsPerS;
  if (ns < 0) {
    ns += kNsPerS;
    --seconds;
  }
  std::int64_t days = seconds / kSPerDay;
  std::int64_t left = seconds % kSPerDay;
  if (left < 0) {
    left += kSPerDay;
    --days;
  }
  const CivilDay day = day_from_epoch(days);  // of the years 1677 to 2262
  std::copy_n("....-..-..T..:..:..", 19, at);
  put_pair(at, day.year / 100);
  put_pair(at + 2, day.year % 100);
  put_pair(at + 5, day.month);
  put_pair(at + 8, day.day);
  put_pair(at + 11, left / 3600);
  put_pair(at + 14, left / 60 % 60);
  put_pair(at + 17, left % 60);
  at += 19;
  if (ns != 0) {
    *at++ = '.';
    for (std::int64_t unit = kNsPerS / 10; ns != 0; ns %= unit, unit /= 10)
      *at++ = static_cast<char>('0' + ns / unit);
  }
  *at++ = 'Z';
  return at;
}

std::string to_text(Instant t) {
  std::array<char, kInstantChars> text;
  return std::string(text.data(), put_text(text.data(), t));
}

Result<CivilDay> parse_day(std::string_view text) {
  CivilDay day{read_digits(text, 0, 4), read_digits(text, 5, 2), read_digits(text, 8, 2)};
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || day.year < 0 || !is_valid(day)) {
    return bad_input("\"" + std::string(text.substr(0, 64)) + "\" is not a day", {}, "YYYY-MM-DD");
  }
  return day;
}

std::string to_text(CivilDay day) {
  std::string out;
  append_padded(out, day.year, 4);
  out.push_back('-');
  append_padded(out, day.month, 2);
  out.push_back('-');
  append_padded(out, day.day, 2);
  return out;
}

std::string to_text(const CivilTime& time) {
  std::string out = to_text(time.day);
  out.push_back('T');
  append_padded(out, time.hour, 2);
  out.push_back(':');
  append_padded(out, time.minute, 2);
  out.push_back(':');
  append_padded(out, time.second, 2);
  append_fraction(out, time.nanosecond);
  return out;
}

}  // namespace truce
