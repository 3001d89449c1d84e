// Places where it burns again and again.
//
// Comparing every detection with every other is quadratic exactly where it hurts: a steel plant is
// seen thousands of times a year. So detections are first gathered into cells of a quarter of the
// radius, each holding the distinct days on which fire was seen in it; a place is judged by the
// cells around it, and what a furnace costs does not grow with how often a day it was seen.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>

#include "base/units.h"
#include "stages/acquire/firms.h"

namespace truce::acquire {

namespace {

constexpr double kMetersPerDegree = 111'195;
constexpr std::int64_t kCellsPerRadius = 4;

struct Sighting {
  std::int64_t y;
  std::int64_t x;
  std::int64_t day;
  friend auto operator<=>(const Sighting&, const Sighting&) = default;
};

class Sightings {
 public:
  explicit Sightings(const StaticHeatRule& rule)
      : rule_(rule), step_deg_(rule.radius_m / kCellsPerRadius / kMetersPerDegree) {
    TRUCE_ENSURE(rule.radius_m > 0 && rule.days_min > 0);
  }

  Sighting cell_of(const HeatPoint& p) const {
    return {static_cast<std::int64_t>(std::floor(p.at.lat_deg() / step_deg_)),
            static_cast<std::int64_t>(std::floor(p.at.lon_deg() / step_deg_)),
            days_from_epoch(p.day)};
  }
  void add(const std::vector<HeatPoint>& points) {
    for (const auto& p : points) all_.push_back(cell_of(p));
  }
  void seal() {
    std::sort(all_.begin(), all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
  }
  bool is_static(const Sighting& cell) const {
    // Cells are equal in degrees, so a metre spans more of them eastward the further from the
    // equator.
    const double stretch =
        1 / std::max(0.05, std::cos(to_radians(static_cast<double>(cell.y) * step_deg_)));
    std::vector<std::int64_t> days;
    for (std::int64_t dy = -kCellsPerRadius; dy <= kCellsPerRadius; ++dy) {
      const double half =
          std::sqrt(static_cast<double>(kCellsPerRadius * kCellsPerRadius - dy * dy));
      const auto reach = static_cast<std::int64_t>(half * stretch + 0.5);
      gather(cell.y + dy, cell.x - reach, cell.x + reach, days);
    }
    std::sort(days.begin(), days.end());
    const auto distinct = std::unique(days.begin(), days.end()) - days.begin();
    return distinct >= rule_.days_min &&
           days[static_cast<std::size_t>(distinct - 1)] - days.front() >= rule_.span_days_min;
  }

 private:
  void gather(std::int64_t y, std::int64_t x_first, std::int64_t x_last,
              std::vector<std::int64_t>& days) const {
    auto it = std::lower_bound(all_.begin(), all_.end(), Sighting{y, x_first, INT64_MIN});
    for (; it != all_.end() && it->y == y && it->x <= x_last; ++it) days.push_back(it->day);
  }

  StaticHeatRule rule_;
  double step_deg_;
  std::vector<Sighting> all_;
};

}  // namespace

std::vector<bool> find_static_heat(const std::vector<HeatPoint>& points, const StaticHeatRule& rule,
                                   const std::vector<HeatPoint>& earlier) {
  Sightings seen(rule);
  seen.add(points);
  seen.add(earlier);
  seen.seal();
  // Neighbouring points mostly share a cell: judge each cell once, in the order of cells.
  std::vector<std::pair<Sighting, std::size_t>> wanted;
  wanted.reserve(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) wanted.emplace_back(seen.cell_of(points[i]), i);
  std::sort(wanted.begin(), wanted.end());
  std::vector<bool> out(points.size());
  bool judged = false;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    const bool same = k > 0 && std::tie(wanted[k].first.y, wanted[k].first.x) ==
                                   std::tie(wanted[k - 1].first.y, wanted[k - 1].first.x);
    if (!same) judged = seen.is_static(wanted[k].first);
    out[wanted[k].second] = judged;
  }
  return out;
}

}  // namespace truce::acquire
