#include "base/hash.h"

#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/running_hash.h"

namespace truce {
namespace {

TEST(Hash, gives_the_published_values) {
  EXPECT_EQ(to_hex(sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c("6789", crc32c("12345")), 0xE3069283U);
}

TEST(Hash, streams_to_the_same_value_and_starts_anew) {
  Sha256 h;
  EXPECT_EQ(h.update("a").update("bc").finish(), sha256("abc"));
  EXPECT_EQ(h.finish(), sha256(""));
}

TEST(Hash, of_what_goes_on_is_known_at_any_time) {
  RunningHash h;
  EXPECT_EQ(h.so_far(), sha256(""));
  h.update("a");
  EXPECT_EQ(h.so_far(), sha256("a"));
  h.update("bc");
  EXPECT_EQ(h.so_far(), sha256("abc"));
  EXPECT_EQ(h.so_far(), sha256("abc"));
}

TEST(Hex, goes_both_ways_and_refuses_the_rest) {
  EXPECT_EQ(to_hex(from_hex("00ff10")->data(), 3), "00ff10");
  EXPECT_FALSE(from_hex("0").ok());
  EXPECT_FALSE(from_hex("0g").ok());
}

TEST(Base64, is_that_of_the_standard) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xff\xfe\xfb"), "//77");
}

}  // namespace
}  // namespace truce
