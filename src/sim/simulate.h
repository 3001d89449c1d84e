#pragma once
// A world run once: its fire, its nodes, and the scene that they make of it, with the truth.

#include <cstdint>
#include <vector>

#include "sim/fire.h"
#include "sim/hearing.h"
#include "sim/nodes.h"
#include "sim/scene.h"
#include "sim/world.h"

namespace truce::sim {

struct Simulated {
  World world;
  std::uint64_t seed = 0;
  Fire fire;
  std::vector<Node> nodes;
  Scene scene;  // its effects are fire.blasts, one by one
};

// A pure function of the two: the same on every machine, to the last digit. Errors: a world that
// would make more than `kRowsMax` arrivals or readings.
Result<Simulated> simulate(const World& world, std::uint64_t seed);
inline constexpr double kRowsMax = 3e7;

// Members for scene.json on how the scene was made (scene_files' `making`).
std::string making_of(const Simulated& simulated);

}  // namespace truce::sim
