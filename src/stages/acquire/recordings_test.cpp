#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/hash.h"
#include "base/miniseed_test.h"
#include "stages/acquire/reader_test.h"

namespace truce::acquire {
namespace {

const Instant kNoon = *parse_instant("2025-04-20T12:00:00Z");
// A segment that holds a small picture with an end of its own, then the picture, then what a camera
// puts behind it.
const std::string kJpeg = std::string("\xff\xd8\xff\xe1\0\x0esmall\xff\xd8...\xff\xd9", 18) +
                          std::string("\xff\xda\0\2 a picture ", 15) + "\xff\xd9 and more";
const std::string kPng = std::string("\x89PNG\r\n\x1a\n\0\0\0\4IDATIENDcrc.", 24) +
                         std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12);

std::filesystem::path seismo() { return std::filesystem::path(TRUCE_SHARED_DIR) / "data/seismo"; }

#define NEED_RECORDINGS() \
  if (!std::filesystem::exists(seismo())) GTEST_SKIP() << "no data beside the project"

struct Kept : Sink {
  std::vector<Recording> recordings;
  std::vector<std::string> raw;
  std::vector<Complaint> complaints;
  void record(Entry entry) override {
    if (entry.kind != EntryKind::kRecording) return;
    recordings.push_back(*from_json<Recording>(entry.payload));
    raw.push_back(entry.raw);
  }
  void complain(Complaint c) override { complaints.push_back(std::move(c)); }
};

Status take(std::string_view bytes, std::string file, Kept& into, Zone zone = Zone::utc()) {
  Context context;
  context.feed = "f";
  context.file = std::move(file);
  context.zone = std::move(zone);
  context.sources.emplace_back().id = "post-12";
  return find_format("recordings")->read(bytes, context, into);
}

std::string why_not(std::string_view bytes, std::string file) {
  Kept kept;
  const Status status = take(bytes, std::move(file), kept);
  EXPECT_TRUE(kept.recordings.empty());
  return status.ok() ? "was taken" : status.error().to_text();
}

std::vector<std::int32_t> ramp(std::size_t n) {
  std::vector<std::int32_t> out(n);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

TEST(Recordings, keep_a_photo_with_its_source_and_time) {
  Kept kept;
  ASSERT_TRUE(take(kJpeg, "recordings/post-12/20250420T061100Z-gate.jpg", kept).ok());
  ASSERT_EQ(kept.recordings.size(), 1U);
  const Recording& r = kept.recordings[0];
  EXPECT_EQ(r.source, "post-12");
  EXPECT_EQ(r.media_type, "image/jpeg");
  EXPECT_EQ(to_text(r.when.start), "2025-04-20T06:11:00Z");
  EXPECT_EQ(r.when.start, r.when.end);
  EXPECT_EQ(r.sha256, to_hex(sha256(kJpeg)));
  EXPECT_EQ(r.bytes, kJpeg.size());
  EXPECT_EQ(kept.raw[0], kJpeg);
  EXPECT_EQ(r.id.substr(0, 17), "r20250420T061100-");
  EXPECT_TRUE(kept.complaints.empty());
}

TEST(Recordings, read_a_name_without_Z_in_the_zone_of_the_feed_with_both_readings) {
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  Kept kept;
  ASSERT_TRUE(take(kPng, "post-12/20250420T091100.png", kept, kyiv).ok());
  ASSERT_TRUE(take(kPng, "post-12/20251026T033000.png", kept, kyiv).ok());  // twice that night
  EXPECT_EQ(to_text(kept.recordings.at(0).when.start), "2025-04-20T06:11:00Z");
  EXPECT_EQ(kept.recordings.at(0).media_type, "image/png");
  EXPECT_EQ(kept.recordings.at(1).when.length(), Duration::whole_seconds(3600));
}

TEST(Recordings, refuse_what_is_none_and_say_why) {
  const auto has = [](const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_TRUE(has(why_not("MZ a program", "post-12/20250420T061100Z.jpg"), "neither JPEG nor PNG"));
  EXPECT_TRUE(has(why_not("", "post-12/20250420T061100Z.jpg"), "neither JPEG nor PNG"));
  EXPECT_TRUE(has(why_not(kJpeg.substr(0, 30), "post-12/20250420T061100Z.jpg"), "ends too early"));
  EXPECT_TRUE(has(why_not(kPng.substr(0, 30), "post-12/20250420T061100Z.png"), "ends too early"));
  EXPECT_TRUE(has(why_not(kJpeg, "post-12/gate.jpg"), "does not begin with its time"));
  EXPECT_TRUE(has(why_not(kJpeg, "post-12/20251332T061100Z.jpg"), "does not begin with its time"));
  EXPECT_TRUE(has(why_not(kJpeg, "20250420T061100Z.jpg"), "names its source"));
  EXPECT_TRUE(has(why_not(kJpeg, "/20250420T061100Z.jpg"), "names its source"));
  EXPECT_TRUE(has(why_not(kJpeg + std::string(9U << 20U, ' '), "post-12/20250420T061100Z.jpg"),
                  "too large"));
  EXPECT_TRUE(has(why_not(kJpeg, "post-12/gate.jpg"), "post-12/gate.jpg"));
  EXPECT_TRUE(has(why_not(kJpeg, "sound/20250420T061100Z.jpg"), "was taken"));  // and rejected
}

TEST(Recordings, ask_back_about_a_source_that_the_mission_does_not_name) {
  Kept kept;
  ASSERT_TRUE(take(kJpeg, "post-13/20250420T061100Z.jpg", kept).ok());
  ASSERT_EQ(kept.complaints.size(), 1U);
  EXPECT_EQ(kept.complaints[0].kind, "recording_of_unknown_source");
}

TEST(Recordings, take_a_waveform_by_its_own_time) {
  const std::string bytes = miniseed(ramp(3001), kNoon, 100);
  Kept kept;
  ASSERT_TRUE(take(bytes, "post-12/whatever", kept).ok());
  ASSERT_EQ(kept.recordings.size(), 1U);
  EXPECT_EQ(kept.recordings[0].media_type, kMiniSeed);
  EXPECT_EQ(kept.recordings[0].when, (Interval{kNoon, kNoon + Duration::whole_seconds(30)}));
  EXPECT_EQ(kept.raw[0], bytes);
  EXPECT_TRUE(kept.complaints.empty());
}

TEST(Recordings, keep_what_can_be_read_of_a_damaged_waveform_and_say_so) {
  const std::string one = miniseed(ramp(100), kNoon, 100);
  ASSERT_EQ(one.size() % 512, 0U);
  const std::string later = miniseed(ramp(100), kNoon + Duration::whole_seconds(10), 100);
  Kept kept;
  ASSERT_TRUE(take(one + std::string(192, '?') + later, "post-12/a.mseed", kept).ok());
  ASSERT_EQ(kept.recordings.size(), 1U);
  EXPECT_EQ(to_text(kept.recordings[0].when.end), "2025-04-20T12:00:10.99Z");
  ASSERT_EQ(kept.complaints.size(), 1U);
  EXPECT_EQ(kept.complaints[0].kind, "recording_damaged");
  EXPECT_NE(kept.complaints[0].text.find("192 bytes from byte " + std::to_string(one.size())),
            std::string::npos)
      << kept.complaints[0].text;
  Kept cut;  // in the midst of the second record
  ASSERT_TRUE(take((one + later).substr(0, one.size() + 200), "post-12/a.mseed", cut).ok());
  EXPECT_EQ(to_text(cut.recordings.at(0).when.end), "2025-04-20T12:00:00.99Z");
  EXPECT_EQ(cut.complaints.at(0).kind, "recording_damaged");
}

TEST(Waveform, gives_of_each_bin_the_least_and_the_greatest_sample) {
  const auto traces = traces_within(miniseed(ramp(1000), kNoon, 100),
                                    {kNoon, kNoon + Duration::whole_seconds(10)}, 10);
  ASSERT_TRUE(traces.ok());
  ASSERT_EQ(traces->size(), 1U);
  const Trace& t = traces->front();
  EXPECT_EQ(t.channel, "XX_TEST__BDF");
  EXPECT_DOUBLE_EQ(t.rate_hz, 100);
  for (std::size_t i = 0; i < 10; ++i) {
    ASSERT_TRUE(t.bins.at(i));
    EXPECT_EQ(t.bins[i]->low, static_cast<float>(100 * i));
    EXPECT_EQ(t.bins[i]->high, static_cast<float>(100 * i + 99));
  }
}

// A record of 512 bytes that claims as many samples as can be said, at one in a hundred seconds.
TEST(Waveform, that_claims_more_than_it_holds_is_not_believed) {
  const std::string good = miniseed(ramp(100), kNoon, 1);
  for (const char encoding : {'\3', '\1', '\4', '\x0a', '\x0b'}) {
    std::string bad = good;
    bad[30] = bad[31] = '\xff';
    bad[52] = encoding;
    EXPECT_FALSE(waveform_extent(bad).ok()) << int{encoding};
    const auto both = waveform_extent(good + bad);
    ASSERT_TRUE(both.ok());
    EXPECT_EQ(both->when.end, kNoon + Duration::whole_seconds(99));
    EXPECT_EQ(both->unread, bad.size());
    EXPECT_EQ(both->unread_at, good.size());
  }
}

TEST(Waveform, shows_gaps_takes_records_in_any_order_and_leaves_out_what_lies_outside) {
  const auto s = [](std::int64_t n) { return Duration::whole_seconds(n); };
  const std::string bytes = miniseed({7, 7, 7, 7}, kNoon + s(6), 4) +
                            miniseed({1, 2, 3, 4}, kNoon, 4) + miniseed({9, 9}, kNoon + s(600), 1) +
                            miniseed({-5}, kNoon + s(1), 1, "BHZ");
  const auto traces = *traces_within(bytes, {kNoon, kNoon + s(8)}, 8);
  ASSERT_EQ(traces.size(), 2U);
  const Trace& sound = traces[0];
  EXPECT_EQ(sound.bins[0]->low, 1);
  EXPECT_EQ(sound.bins[0]->high, 4);
  EXPECT_FALSE(sound.bins[3]);
  EXPECT_EQ(sound.bins[6]->high, 7);
  EXPECT_EQ(traces[1].channel, "XX_TEST__BHZ");
  EXPECT_EQ(traces[1].bins[1]->low, -5);
  EXPECT_TRUE(traces_within(bytes, {kNoon - s(60), kNoon - s(50)}, 8)->empty());
  EXPECT_FALSE(traces_within(bytes, {kNoon, kNoon}, 8).ok());
}

TEST(Waveform, has_a_bound_on_channels) {
  std::string bytes;
  for (int i = 0; i < 25; ++i) bytes += miniseed({1, 2}, kNoon, 1, "B" + std::to_string(10 + i));
  const auto traces = traces_within(bytes, {kNoon, kNoon + Duration::whole_seconds(2)}, 2);
  ASSERT_FALSE(traces.ok());
  EXPECT_EQ(traces.error().code, ErrorCode::kLimit);
}

// An infrasound element on Hawaii, two hours, and an array of nineteen that heard an earthquake.
TEST(Waveform, reads_what_stations_wrote) {
  NEED_RECORDINGS();
  const auto hawaii =
      *read_file(seismo() / "obspy_mseed/obspy/signal/tests/data/IM.I59H1..BDF_2020_10_31.mseed");
  const auto when = waveform_extent(hawaii);
  ASSERT_TRUE(when.ok()) << when.error().to_text();
  EXPECT_EQ(to_text(when->when.start).substr(0, 10), "2020-10-31");
  EXPECT_EQ(when->unread, 0U);
  const auto element = *traces_within(hawaii, when->when, 100);
  ASSERT_EQ(element.size(), 1U);
  EXPECT_EQ(element[0].channel, "IM_I59H1__BDF");
  EXPECT_TRUE(std::all_of(element[0].bins.begin(), element[0].bins.end() - 1,
                          [](const auto& bin) { return bin.has_value(); }));
  const auto array =
      *read_file(seismo() / "parkfield_aftershock_cleanbf/cleanbf/data/aftershock_beginning.mseed");
  const auto heard = waveform_extent(array);
  ASSERT_TRUE(heard.ok()) << heard.error().to_text();
  const auto elements = *traces_within(array, heard->when, 200);
  EXPECT_GE(elements.size(), 19U);
  EXPECT_LE(elements.size(), 20U);
}

// Every encoding, and records that are broken: each ends in an extent or in a reason.
TEST(Waveform, bears_every_file_that_readers_of_it_are_tested_with) {
  NEED_RECORDINGS();
  std::size_t read = 0, refused = 0;
  for (const char* folder : {"libmseed_vectors", "obspy_mseed"}) {
    for (const auto& f : std::filesystem::recursive_directory_iterator(seismo() / folder)) {
      if (!f.is_regular_file() || f.file_size() > (8U << 20U)) continue;
      const auto bytes = *read_file(f.path());
      const auto extent = waveform_extent(bytes);
      ++(extent.ok() ? read : refused);
      if (!extent.ok()) {
        EXPECT_FALSE(extent.error().expected.empty());
        continue;
      }
      EXPECT_LE(extent->when.start, extent->when.end) << f.path();
      if (!(extent->when.start < extent->when.end)) continue;
      const auto traces = traces_within(bytes, extent->when, 40);
      EXPECT_TRUE(traces.ok() || traces.error().code == ErrorCode::kLimit) << f.path();
    }
  }
  EXPECT_GT(read, 50U);
  EXPECT_GT(refused, 10U);
}

}  // namespace
}  // namespace truce::acquire
