#include "base/printable.h"

#include <gtest/gtest.h>

namespace truce {
namespace {

TEST(Printable, names_what_a_terminal_would_obey) {
  EXPECT_EQ(printable("Київ\t20"), "Київ\t20");
  EXPECT_EQ(printable("\x1b[31mred"), "\\x1b[31mred");
  EXPECT_EQ(printable("a\nb\x7f"), "a\\x0ab\\x7f");
  EXPECT_EQ(printable("\xc2\x9bx"), "\\xc2\\x9bx");
  EXPECT_EQ(printable("\xe2\x80\xaetxt"), "\\xe2\\x80\\xaetxt");
}

TEST(Printable, pads_by_characters) {
  EXPECT_EQ(padded("місце", 7) + "|", "місце  |");
  EXPECT_EQ(padded("place", 7) + "|", "place  |");
  EXPECT_EQ(padded("достовірність", 7) + "|", "достовірність|");
  EXPECT_EQ(characters("м²"), 2U);
}

}  // namespace
}  // namespace truce
