#pragma once
// Which alert of one feed is which of another.

#include <string>
#include <vector>

#include "base/instant.h"

namespace truce::acquire {

struct AlertStart {
  std::string region;
  Instant start;
};
struct AlertPair {
  std::size_t first = 0;   // index into a
  std::size_t second = 0;  // index into b
  Duration lag;            // b's start minus a's
};

std::string normal_region(std::string_view name);
// One-to-one pairs of alerts of the same region that start within `reach` of each other, nearest
// first.
std::vector<AlertPair> associate_alerts(const std::vector<AlertStart>& a,
                                        const std::vector<AlertStart>& b, Duration reach);

}  // namespace truce::acquire
