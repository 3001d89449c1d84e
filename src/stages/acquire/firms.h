#pragma once
// Flares, furnaces and power plants burn in one place on many days; recognised from that alone.

#include <vector>

#include "base/geo.h"
#include "base/instant.h"

namespace truce::acquire {

struct HeatPoint {
  LatLon at;
  CivilDay day;
};

// For each point, whether within about `cell_m` of it fire was seen on `days_min` days or more that
// stretch over at least three times as many.
std::vector<bool> find_static_heat(const std::vector<HeatPoint>& points, double cell_m,
                                   int days_min);

}  // namespace truce::acquire
