#pragma once
// Effects over time, as a picture.

#include <string>
#include <vector>

#include "stages/report/report.h"

namespace truce::report {

// What one bar stands for. Counts are best counts.
struct HourBar {
  Interval when;
  double sharp = 0;  // of incidents whose time is known to the length of a bar
  double spread =
      0;  // the share of the others, spread evenly over the time their sources leave open
};

// Bars of 1, 3, 6 or 12 hours, so that there are at most kBarsMax; together they cover the period.
inline constexpr std::size_t kBarsMax = 150;
std::vector<HourBar> hour_bars(const Input& input);

// The section "Hour by hour" with its caption; empty when there is nothing to draw.
std::string hours_part(const Input& input);

}  // namespace truce::report
