#pragma once
// Who fires what, when and at what: batteries behind the front, their fire missions, and the
// sounds that each round makes.

#include <cstdint>
#include <vector>

#include "sim/world.h"

namespace truce::sim {

struct Xy {
  double x_m = 0, y_m = 0;
};

// One sound with one place: a muzzle, an impact; in a seismic world an event.
struct Blast {
  double time_s = 0;
  Xy at;
  double source_db = 0;  // at 1 m
  bool muzzle = false;
  std::uint32_t salvo = 0;
};

// Rounds of one fire mission.
struct Salvo {
  std::uint32_t weapon = 0;   // index into World::weapons
  std::uint32_t battery = 0;  // numbered over all weapons
  bool left = false;          // the battery's side of the front; without a front false
  std::uint32_t rounds = 0;
  double start_s = 0;
  Xy from, target;
};

// A shell's straight way while it is faster than sound.
struct Shock {
  double time_s = 0;  // of firing
  Xy from;
  double ux = 0, uy = 0;  // direction
  double length_m = 0;
  double shell_m_s = 0;
  double level_db = 0;  // 1 m off the path
  std::uint32_t salvo = 0;
  std::int32_t blast = -1;  // of its muzzle, if it has one
};

struct Fire {
  std::vector<Blast> blasts;  // by time; the number of an effect is its index here
  std::vector<Salvo> salvos;
  std::vector<Shock> shocks;
};

// Only what happens within the world's hours.
Fire make_fire(const World& world, std::uint64_t seed);

}  // namespace truce::sim
