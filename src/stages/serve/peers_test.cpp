#include "stages/serve/internal/peers.h"

#include <gtest/gtest.h>

namespace truce::serve {

namespace {

TEST(Peers, are_an_ipv4_address_or_half_of_an_ipv6_one) {
  EXPECT_EQ(counted_as("192.0.2.7"), "c0000207");
  EXPECT_EQ(counted_as("::ffff:192.0.2.7"), "c0000207");
  EXPECT_EQ(counted_as("2001:db8:1:2::1"), "20010db800010002");
  EXPECT_EQ(counted_as("2001:db8:1:2:ffff::9"), counted_as("2001:db8:1:2::1"));
  EXPECT_NE(counted_as("2001:db8:1:3::1"), counted_as("2001:db8:1:2::1"));
  EXPECT_EQ(counted_as("fe80::1%eth0"), "fe80000000000000");
}

TEST(Peers, on_this_machine_are_not_counted) {
  for (const char* own : {"127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"})
    EXPECT_EQ(counted_as(own), "") << own;
  PeerCounts counts(1);
  EXPECT_TRUE(counts.enter(""));
  EXPECT_TRUE(counts.enter(""));
  counts.leave("");
}

TEST(Peers, have_so_many_and_others_their_own) {
  PeerCounts counts(2);
  EXPECT_TRUE(counts.enter("a"));
  EXPECT_TRUE(counts.enter("a"));
  EXPECT_FALSE(counts.enter("a"));
  EXPECT_TRUE(counts.enter("b"));
  counts.leave("a");
  EXPECT_TRUE(counts.enter("a"));
  EXPECT_FALSE(counts.enter("a"));
}

}  // namespace

}  // namespace truce::serve
