#pragma once
// Symbolic counts: what a monitor writes when he cannot count. "About 800" is not 800, "at least 3"
// has no top, and both survive every step to the report as the words they were.
//
// A Count keeps the words (its kind and figures) and means an interval [low, high] with a best
// value. Arithmetic is interval arithmetic that keeps the words where words can say the result:
// "about 800" minus 658 is "about 142", with the spread of the 800.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace truce {

enum class CountKind : std::uint8_t {
  kExact,
  kAbout,
  kAlmost,
  kOver,
  kAtLeast,
  kAtMost,
  kRange,
  kUnknown
};

struct Count {
  CountKind kind = CountKind::kUnknown;
  std::int64_t value = 0;  // the figure stated; of a range its lower end
  std::int64_t upper = 0;  // the upper end of a range, else 0
  // Half the spread that "about" carries, in units of the count; kept through arithmetic so that
  // the remainder of a large "about" stays as vague as the whole was.
  std::int64_t spread = 0;
  friend bool operator==(const Count&, const Count&) = default;

  static Count exact(std::int64_t n);
  static Count about(std::int64_t n);
  static Count almost(std::int64_t n);
  static Count over(std::int64_t n);
  static Count at_least(std::int64_t n);
  static Count at_most(std::int64_t n);
  static Count range(std::int64_t low, std::int64_t high);
  static Count unknown();

  std::int64_t low() const;                  // never negative
  std::optional<std::int64_t> high() const;  // nullopt: no top
  std::int64_t best() const;
};

// "37", "about 800", "almost 50", "over 2,000", "more than 30", "at least 3", "up to 5", "10-15",
// "ca. 20", "some 40", ">1300", "~150". Errors: anything else, negative, above 1e12.
Result<Count> parse_count(std::string_view text);
std::string to_text(
    const Count& count);  // "about 800"; parse_count(to_text(c)) == c for stated counts

Count operator+(const Count& a, const Count& b);
// Errors when even the highest a is below the lowest b.
Result<Count> subtract(const Count& whole, const Count& part);

// Low, best and high of a number we infer, as opposed to a Count, which somebody stated.
struct CountInterval {
  std::int64_t low = 0;
  std::int64_t best = 0;
  std::int64_t high = 0;  // meaningless when unbounded
  bool unbounded = false;
  friend bool operator==(const CountInterval&, const CountInterval&) = default;
};
CountInterval interval_of(const Count& count);
CountInterval operator+(const CountInterval& a, const CountInterval& b);
std::string to_text(const CountInterval& c);  // "11 (9–14)", "3 (at least 3)", "exact" as "7"

}  // namespace truce
