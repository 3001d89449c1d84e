#pragma once
// Incidents over a span of time in bins of one length.

#include <string>
#include <vector>

#include "app/incident_index.h"

namespace truce::app {

struct HistogramBin {
  Interval when;
  std::int64_t incidents = 0;  // whose middle lies in it
  std::int64_t unsharp = 0;    // of these, whose own interval is longer than the bin
  std::array<CountInterval, kFamilies> families{};
};

struct Histogram {
  Interval when;
  std::vector<HistogramBin> bins;
  std::vector<Instant> change_points;  // where a bin begins from which the rate is another one
};

// `bins`: 1 to kCountsMax; `when` at least so many nanoseconds long. Lengths of bins differ by less
// than a nanosecond.
Histogram histogram_of(const IncidentIndex& index, const Interval& when, std::size_t bins);
// {"bins", "change_points", "from", "to"}, as docs/api.md has it.
std::string histogram_json(const Histogram& histogram);

}  // namespace truce::app
