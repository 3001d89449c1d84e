#pragma once
// Distances from posts, for hazards alone: who may ask for many of them knows where the post is.

#include "base/polygon.h"
#include "model/place_sample.h"
#include "stages/judge/internal_position.h"

namespace truce::judge {

struct InternalGeometry {
  // False only where no place of the box lies within `distance_m`, of at most 100 km.
  static bool may_lie_within(const InternalPosition& p, const GeoBox& box, double distance_m);
  // The share of the places that lies within, the bound counted as inside.
  static double share_within(const InternalPosition& p, const std::vector<LatLon>& places,
                             double distance_m);
};

}  // namespace truce::judge
