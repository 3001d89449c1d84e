#pragma once
// A world run once: its fire, its nodes, and the scene that they make of it, with the truth.

#include <cstddef>
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

// Arrivals, or readings of weather, or rounds fired, beyond which a world is refused.
inline constexpr std::size_t kRowsMax = 10'000'000;

// A pure function of world and seed: the same on every machine, to the last digit. Errors: a world
// that makes more than `rows_max`.
Result<Simulated> simulate(const World& world, std::uint64_t seed, std::size_t rows_max = kRowsMax);

// Members for scene.json on how the scene was made (scene_files' `making`).
std::string making_of(const Simulated& simulated);

}  // namespace truce::sim
