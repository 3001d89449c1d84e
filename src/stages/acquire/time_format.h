#pragma once
// Times as feeds write them, read by a pattern from a mapping file.

#include <string>
#include <string_view>
#include <vector>

#include "base/zone.h"

namespace truce::acquire {

// A month by its first three letters in lower case, 1 to 12; 0 when it is none.
int month_of(std::string_view word);

// How long a stated time lasts, from the finest.
enum class TimePrecision { kSecond, kMinute, kHour, kDay, kMonth, kYear };

// What a text says of when.
struct ReadTime {
  Interval readings;  // Zone::readings: one instant, but where a clock change leaves two
  // kDay, kMonth or kYear where the text has no time of day; else kSecond: the pattern cannot tell.
  TimePrecision precision = TimePrecision::kSecond;
};

// `iso` (RFC 3339, the same without an offset, or a day), `unix_s`, `unix_ms`, or a pattern of
// %Y %y %m %d %H %M %S %b %f %z %% and literal text. A space stands for one or more spaces; numbers
// may lack leading zeros, but for those of %Y (four digits) and %y (two), and unless another number
// follows at once ("%Y%m%d").
class TimeFormat {
 public:
  // Errors: an unknown %, or a pattern from which no day follows (day, or month with year, or
  // year).
  static Result<TimeFormat> parse(std::string_view pattern);
  // `zone` reads times without an offset. Errors: the text does not follow the pattern, the day
  // does not exist, or the year lies outside 1700 to 2200.
  Result<ReadTime> read(std::string_view text, const Zone& zone) const;

 private:
  enum class Kind { kIso, kUnixSeconds, kUnixMilliseconds, kPattern };
  Kind kind_ = Kind::kIso;
  std::string pattern_;
  TimePrecision precision_ = TimePrecision::kSecond;  // of what the pattern reads
};

}  // namespace truce::acquire
