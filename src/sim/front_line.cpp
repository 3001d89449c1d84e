#include "sim/front_line.h"

#include <algorithm>

#include "sim/steady_math.h"

namespace truce::sim {

FrontLine::FrontLine(const std::vector<std::array<double, 2>>& points_km) {
  TRUCE_ENSURE(points_km.size() >= 2);
  for (std::size_t i = 1; i < points_km.size(); ++i) {
    const Xy from{points_km[i - 1][0] * 1000, points_km[i - 1][1] * 1000};
    const double dx = points_km[i][0] * 1000 - from.x_m;
    const double dy = points_km[i][1] * 1000 - from.y_m;
    const double length = steady_length(dx, dy);
    if (length == 0) continue;
    pieces_.push_back({from, dx / length, dy / length, length_m_, length});
    length_m_ += length;
  }
  TRUCE_ENSURE(!pieces_.empty());
}

Xy FrontLine::at(double along_m, double left_m) const {
  const double along = std::clamp(along_m, 0.0, length_m_);
  const auto after = std::upper_bound(pieces_.begin() + 1, pieces_.end(), along,
                                      [](double a, const Piece& p) { return a < p.start_m; });
  const Piece& p = *(after - 1);
  const double s = along - p.start_m;
  return {p.from.x_m + p.ux * s - p.uy * left_m, p.from.y_m + p.uy * s + p.ux * left_m};
}

}  // namespace truce::sim
