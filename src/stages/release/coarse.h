#pragma once
// Places made coarse. A grid that is the same for everything and for ever, never random noise: the
// mean of many noisy answers is the truth, and the thousandth answer by a grid says what the first
// did.
//
// The obvious way – the cells that a region touches – betrays what it should hide: a small region
// that touches four cells lies at their corner, to within its own size. So what is told depends on
// two things alone: in which cell the most likely place lies, and how far the region reaches from
// it, counted in whole cells. Whoever knows the rule learns the cell and nothing within it.

#include <optional>

#include "base/geo.h"
#include "base/instant.h"
#include "base/polygon.h"

namespace truce::release {

// A cell of the grid whose sides are at least so long everywhere in it: 160 km halved as often as
// that allows, so that each cell lies in one of each wider kind. Were they not nested, who reads
// what two audiences are told would know where two cells overlap, which can be a sliver.
struct Cell {
  double lat_min = 0, lat_max = 0, lon_min = 0, lon_max = 0;  // degrees
};
Cell cell_of(LatLon at, double side_m);

// The cell and as many lengths of its side around it as hold everything within `reach_m` of any
// place in it, one at least; outer rings counter-clockwise, in two parts across the meridian of
// 180°.
MultiPolygonRings block_around(LatLon at, double side_m, double reach_m);

// The times between which it was, at whole multiples of `round` since 1970: none is inside it.
Interval rounded(const Interval& when, Duration round);
// The latest that is told at `now`: a whole multiple of `round`, so that the moment at which
// something comes to be told says no more than the times told with it.
Instant horizon(Instant now, Duration delay, Duration round);

}  // namespace truce::release
