#pragma once
// Incidents as vector tiles for a map.

#include <string>

#include "app/incident_index.h"
#include "stages/serve/serve.h"

namespace truce::app {

inline constexpr int kRegionZoomMin = 8;              // below it, points that stand for several
inline constexpr int kClustersAcross = 32;            // of a tile
inline constexpr std::size_t kTileRegionsMax = 5000;  // with more, points here too

// The layer "incidents" of those of some instant of `when`. Regions: "best", "class", "end_s",
// "id", "start_s", "value"; a region that is too small to have an area is a point. Points that
// stand for several: "best" (their sum), "end_s" (the latest), "n", "start_s" (the earliest),
// "value" (the gravest), in the middle of them. Times in s since 1970 UTC; "value" is left out
// where there is no finding. Empty where nothing is.
std::string incident_tile(const IncidentIndex& index, const serve::TileId& tile,
                          const Interval& when);

}  // namespace truce::app
