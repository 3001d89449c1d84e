#include "sim/gospa.h"

#include <algorithm>
#include <cmath>

#include "sim/assignment.h"

namespace truce::sim {

namespace {

double distance(const ScorePoint& a, const ScorePoint& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

// Indices in the order of the third coordinate, time.
std::vector<std::uint32_t> by_time(const std::vector<ScorePoint>& points) {
  std::vector<std::uint32_t> order(points.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return points[a][2] < points[b][2]; });
  return order;
}

}  // namespace

Gospa gospa(const std::vector<ScorePoint>& reported, const std::vector<ScorePoint>& truth,
            double cutoff_m) {
  const auto order = by_time(reported);
  std::vector<std::vector<Partner>> near(truth.size());
  for (std::size_t t = 0; t < truth.size(); ++t) {
    const auto first =
        std::lower_bound(order.begin(), order.end(), truth[t][2] - cutoff_m,
                         [&](std::uint32_t r, double bound) { return reported[r][2] < bound; });
    for (auto it = first; it != order.end() && reported[*it][2] <= truth[t][2] + cutoff_m; ++it) {
      const double d = distance(truth[t], reported[*it]);
      if (d < cutoff_m) near[t].push_back({*it, d});
    }
  }
  const auto chosen = assign(near, reported.size(), cutoff_m);
  Gospa out;
  std::size_t pairs = 0;
  for (std::size_t t = 0; t < truth.size(); ++t) {
    if (chosen[t] == kAlone) continue;
    out.location_m += distance(truth[t], reported[chosen[t]]);
    ++pairs;
  }
  out.missed = truth.size() - pairs;
  out.invented = reported.size() - pairs;
  out.total_m = out.location_m + cutoff_m / 2 * static_cast<double>(out.missed + out.invented);
  return out;
}

}  // namespace truce::sim
