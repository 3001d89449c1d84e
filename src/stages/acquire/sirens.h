#pragma once
// Which alert of one feed is which of another, and which alert was never called off.

#include <string>
#include <vector>

#include "base/instant.h"

namespace truce::acquire {

// Of the durations of one feed, the length beyond which an alert cannot be believed to have lasted:
// half as long again as 999 of 1000 of them, and never under `least`. A feed of fewer than a
// thousand has no such quantile; there it is a hundred times the median.
Duration stuck_bound(std::vector<Duration> durations, Duration least);

struct AlertStart {
  std::string region;  // as its feed spells it
  Instant start;
};
struct AlertPair {
  std::size_t first = 0;   // index into a
  std::size_t second = 0;  // index into b
  Duration lag;            // b's start minus a's
};

// One-to-one pairs of alerts of the same region whose lag is within `reach` of `expected`: as many
// as can be, and of those the assignment with the least total distance from `expected`. In order of
// a.
std::vector<AlertPair> associate_alerts(const std::vector<AlertStart>& a,
                                        const std::vector<AlertStart>& b, Duration reach,
                                        Duration expected = {});

// How feed b runs behind feed a, learned from the two feeds alone.
struct LagModel {
  Duration median;
  Duration low, high;  // 5 % and 95 % of lags within reach
  Duration reach;      // beyond this far from the median, as many pairs meet as would by chance
};
LagModel learn_lag(const std::vector<AlertStart>& a, const std::vector<AlertStart>& b);

}  // namespace truce::acquire
