#include "base/result.h"

#include <gtest/gtest.h>

namespace truce {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0)
    return bad_input("odd", {.source = "f", .byte_offset = 4, .line = 2, .field = "n"},
                     "an even number");
  return n / 2;
}
Result<int> quarter(int n) {
  TRUCE_TRY(h, half(n));
  TRUCE_TRY(q, half(h));
  return q;
}

TEST(Result, carries_a_value_or_an_error_through_try) {
  EXPECT_EQ(*quarter(8), 2);
  ASSERT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(6).error().to_text(), "f:2 (byte 4), field n: odd; expected an even number");
}

TEST(Result, names_the_cause_and_keeps_its_code) {
  const Error e = wrap("cannot divide", half(3).error());
  EXPECT_EQ(e.to_text(),
            "cannot divide; because f:2 (byte 4), field n: odd; expected an even number");
  EXPECT_EQ(exit_code(e.code), 4);
}

TEST(ResultDeathTest, stops_on_a_programmers_error) {
  EXPECT_DEATH(TRUCE_ENSURE(1 + 1 == 3), "1 \\+ 1 == 3");
}

}  // namespace
}  // namespace truce
