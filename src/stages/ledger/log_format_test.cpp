#include "stages/ledger/log_format.h"

#include <gtest/gtest.h>

namespace truce::ledger {
namespace {

Entry sample() {
  return {EntryKind::kTick, {1'500'000'000}, R"({"time":"1970-01-01T00:00:01.5Z"})", "raw"};
}

// The worked example of docs/log-format.md.
TEST(LogFormat, writes_the_bytes_its_page_shows) {
  std::string out;
  append_entry(out, {EntryKind::kTick, {1}, "{}", "x"});
  append_mark(out, 1);
  EXPECT_EQ(to_hex(reinterpret_cast<const std::uint8_t*>(out.data()), 28),
            "14000000" + to_hex(reinterpret_cast<const std::uint8_t*>(out.data()) + 4, 4) +
                "09"
                "0100000000000000"
                "02000000"
                "7b7d"
                "01000000"
                "78");
  Frame frame;
  ASSERT_EQ(decode_frame(out, frame, true), FrameState::kWhole);
  EXPECT_EQ(frame.bytes, 8U + 20 + 32);
  ASSERT_EQ(decode_frame(std::string_view(out).substr(frame.bytes), frame, true),
            FrameState::kWhole);
  EXPECT_EQ(frame.mark, 1U);
}

TEST(LogFormat, gives_back_the_entry) {
  std::string out;
  const Hash hash = append_entry(out, sample());
  Frame frame;
  ASSERT_EQ(decode_frame(out, frame, true), FrameState::kWhole);
  EXPECT_EQ(frame.hash, hash);
  EXPECT_EQ(*decode_body(frame.body), sample());
}

TEST(LogFormat, notices_every_changed_byte_and_every_cut) {
  std::string out;
  append_entry(out, sample());
  Frame frame;
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::string bad = out;
    bad[i] = static_cast<char>(bad[i] ^ 0x41);
    EXPECT_NE(decode_frame(bad, frame, true), FrameState::kWhole) << i;
    EXPECT_EQ(decode_frame(std::string_view(out).substr(0, i), frame, true), FrameState::kShort)
        << i;
  }
}

TEST(LogFormat, names_segments_so_that_they_sort) {
  EXPECT_EQ(segment_name(42), "00000000000000000042.log");
  EXPECT_EQ(segment_position(segment_name(42)), 42U);
  EXPECT_FALSE(segment_position("lock").has_value());
  EXPECT_FALSE(segment_position("0000000000000000004x.log").has_value());
}

}  // namespace
}  // namespace truce::ledger
