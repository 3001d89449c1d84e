#pragma once
// Waveforms in miniSEED 2 (FDSN, SEED manual 2.4), read record by record: no more than one record
// is unpacked at a time, whatever the file claims of itself.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"

namespace truce::acquire {

inline constexpr std::string_view kMiniSeed = "application/vnd.fdsn.mseed";

struct WaveformExtent {
  Interval when;  // from the first to the last sample, of all channels
  // Bytes that are no record, and where the first of them lies.
  std::uint64_t unread = 0;
  std::uint64_t unread_at = 0;
};
// Errors: kBadInput where there is no record with samples.
Result<WaveformExtent> waveform_extent(std::string_view bytes);

// What one channel shows within a window that is cut into equal bins: of each the least and the
// greatest sample, as the instrument counts; none where it has no sample.
struct Trace {
  std::string channel;  // NETWORK_STATION_LOCATION_CHANNEL
  double rate_hz = 0;
  struct Bin {
    float low = 0, high = 0;
  };
  std::vector<std::optional<Bin>> bins;
};
// The channels that have samples in the window, by name, each with so many bins. Errors: kBadInput
// for a window that has no length, kLimit for more than 24 channels.
Result<std::vector<Trace>> traces_within(std::string_view bytes, const Interval& window,
                                         std::size_t bins);

}  // namespace truce::acquire
