#pragma once
// For tests: samples as a station writes them, in miniSEED 2 by the SEED manual 2.4 (fixed header,
// blockette 1000, 32-bit integers), in records of 512 bytes.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"

namespace truce {

// `rate_hz` is a whole number, or one divided by one; `channel` has three letters.
inline std::string miniseed(const std::vector<std::int32_t>& samples, Instant start, double rate_hz,
                            std::string_view channel = "BDF") {
  constexpr std::size_t kRecord = 512, kData = 64, kAtOnce = (kRecord - kData) / 4;
  std::string out;
  const auto put = [&out](std::uint64_t v, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
      out += static_cast<char>((v >> static_cast<unsigned>(shift)) & 0xffU);
  };
  const auto put_time = [&put](Instant t) {
    using namespace std::chrono;
    const sys_time<nanoseconds> at{nanoseconds(t.ns)};
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss<nanoseconds> time{at - day};
    put(static_cast<std::uint64_t>(int{date.year()}), 2);
    put(static_cast<std::uint64_t>((day - sys_days{date.year() / 1 / 1}).count() + 1), 2);
    put(static_cast<std::uint64_t>(time.hours().count()), 1);
    put(static_cast<std::uint64_t>(time.minutes().count()), 1);
    put(static_cast<std::uint64_t>(time.seconds().count()), 1);
    put(0, 1);
    put(static_cast<std::uint64_t>(time.subseconds().count() / 100'000), 2);
  };
  for (std::size_t from = 0; from < samples.size(); from += kAtOnce) {
    const std::size_t n = std::min(kAtOnce, samples.size() - from);
    const std::size_t begin = out.size();
    out += "000001D TEST   ";  // sequence, quality, station of five letters, no location
    out.append(channel).append("XX");
    put_time(start + Duration::seconds(static_cast<double>(from) / rate_hz));
    put(n, 2);
    const double factor = rate_hz >= 1 ? rate_hz : -1 / rate_hz;
    put(static_cast<std::uint16_t>(static_cast<std::int16_t>(std::lround(factor))), 2);
    put(1, 2);      // multiplier
    put(0, 3);      // flags
    put(1, 1);      // blockettes
    put(0, 4);      // correction
    put(kData, 2);  // where the samples begin
    put(48, 2);     // and the blockette
    put(1000, 2), put(0, 2), put(3, 1), put(1, 1), put(9, 1), put(0, 1);
    put(0, 8);
    for (std::size_t i = from; i < from + n; ++i) put(static_cast<std::uint32_t>(samples[i]), 4);
    out.resize(begin + kRecord);
  }
  return out;
}

}  // namespace truce
