#include "stages/fuse/internal/travel_time.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace truce::fuse {

TravelTimes::TravelTimes(const std::vector<GroundLayer>& layers, PickPhase phase) {
  const auto speed = [&](std::size_t i) {
    return phase == PickPhase::kS ? layers[i].s_m_s : layers[i].p_m_s;
  };
  std::vector<Branch> lines{{0, 1 / speed(0), 0}};
  double fastest = speed(0);
  for (std::size_t k = 1; k < layers.size(); ++k) {
    if (speed(k) <= fastest) continue;
    fastest = speed(k);
    Branch head{0, 1 / speed(k), 0};
    for (std::size_t i = 0; i < k; ++i) {
      const double thickness = layers[i + 1].depth_m - layers[i].depth_m;
      const double ratio = speed(k) / speed(i);
      head.intercept_s += 2 * thickness * std::sqrt((ratio - 1) * (ratio + 1)) / speed(k);
      head.from_m += 2 * thickness / std::sqrt((ratio - 1) * (ratio + 1));
    }
    lines.push_back(head);
  }
  // From each line to the one that is first to come earlier than it.
  branches_.push_back(lines[0]);
  while (branches_.size() < 2 * lines.size()) {
    const Branch& now = branches_.back();
    Branch next{std::numeric_limits<double>::infinity(), 0, 0};
    for (const Branch& line : lines) {
      double from = std::max(line.from_m, now.from_m);
      if (line.slowness_s_m < now.slowness_s_m) {
        from = std::max(
            from, (line.intercept_s - now.intercept_s) / (now.slowness_s_m - line.slowness_s_m));
      } else if (line.from_m <= now.from_m || line.time_s(from) >= now.time_s(from)) {
        continue;
      }
      if (from < next.from_m || (from == next.from_m && line.slowness_s_m < next.slowness_s_m))
        next = {from, line.slowness_s_m, line.intercept_s};
    }
    if (!std::isfinite(next.from_m)) break;
    branches_.push_back(next);
  }
}

}  // namespace truce::fuse
