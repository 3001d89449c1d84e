#pragma once
// Shock waves of shells. A shell faster than sound drags a cone behind it, so that sensors beside
// its way hear it before they hear the gun. For a straight way at one speed, Mach number M, the
// cone's rays leave the gun at the angle H = acos(1/M) to either side of the way, and a sensor at
// the angle A inside of such a ray hears the shock after cos(A) of the time that the muzzle blast
// takes: with D its angle off the way and A = H - |D|,
//
//     t = t0 + T cos(A),     the same as  (r/v) (cos D + sqrt(M² - 1) |sin D|)  for T = r/c,
//
// (Sadler, Pham & Sadler 1998). So each arrival left over before a muzzle blast tells A, and with
// the direction to its sensor where the ray on its side runs: all on one side agree on one number.
// Shots of one place shortly after each other share the cone. T is that of the fitted air.

#include <cstdint>
#include <vector>

#include "stages/fuse/internal/echoes.h"
#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

struct ShockHit {
  std::uint32_t arrival = 0;  // network's number
  std::uint32_t effect = 0;
  double odds = 0;  // density of such a shock wave over what the arrival is otherwise
};

struct Cone {
  double way = 0;   // direction of the shell, radians anticlockwise from east
  double half = 0;  // H
  double level_db = 0;
  double log_odds = -1e300;    // for its being there against its hits being chance
  std::vector<ShockHit> hits;  // by effect in the order of the shots, then sensor
};

// The likeliest cone of these shots. `open[a]`: arrivals that may be its shock waves; `otherwise`:
// log density of each, per second and dB, if it is not.
Cone find_cone(const Network& net, const Air& air, const AssociateParams& prior,
               const std::vector<Fitted>& effects, const std::vector<std::uint32_t>& shots,
               const std::vector<std::uint8_t>& open, const std::vector<double>& otherwise);

}  // namespace truce::fuse
