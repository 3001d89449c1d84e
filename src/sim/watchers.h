#pragma once
// Observers beside the nodes, and what each writes down of the same fire: arrays a bearing, cameras
// a ring and a wedge, patrols what they heard with their counts rounded, a satellite hot pixels,
// parties claims; and a forged feed, which copies and invents. Each with the truth behind it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/geo.h"
#include "model/records.h"
#include "sim/simulate.h"

namespace truce::sim {

struct Watched {
  Observation observation;
  std::vector<std::uint32_t> effects;  // that it is of; empty: of nothing
  std::string cause;                   // "seen", "heard", "false", "copied", "invented"
};

struct WatchedFeed {
  std::string id;  // "arrays", "cameras", "patrols", "satellite", "forged"
  std::vector<Watched> rows;
};

struct Watch {
  std::vector<Source> sources;  // nodes not among them
  std::vector<WatchedFeed> feeds;
  std::vector<Claim> claims;
  std::vector<Health> health;  // of cameras
};

// Where and when the simulated plane lies. Lengths are kept to (d/6371 km)²/6 at a distance d from
// its middle (LocalFrame): 4e-6 at 30 km, 4e-4 at 310 km.
struct Globe {
  explicit Globe(const World& world);
  LatLon at(Xy p) const;
  Xy xy(LatLon p) const;
  Instant time(double time_s) const;
  double seconds(Instant t) const { return (t - epoch).in_seconds(); }
  LocalFrame frame;
  double middle_x_m, middle_y_m;
  Instant epoch;
};

Watch make_watch(const Simulated& simulated, const Globe& globe);

}  // namespace truce::sim
