#pragma once
// The air over the plane: its wind at every place and time, and how long sound takes through it.

#include <cstdint>

#include "sim/fire.h"
#include "sim/scene.h"
#include "sim/smooth_field.h"
#include "sim/world.h"

namespace truce::sim {

class Air {
 public:
  Air(const World& world, std::uint64_t seed);
  struct Vector {
    double east = 0, north = 0;  // m/s, where the air moves to
  };
  Vector wind(Xy at, double time_s) const;
  // Along the straight path, by the effective speed of sound c + w·u at three Gauss points (exact
  // for winds that vary as a polynomial of fifth degree; rays do not bend).
  double travel_s(Xy from, Xy to, double start_s) const;
  // Wind against the path in its middle, m/s, never negative.
  double head_wind(Xy from, Xy to, double time_s) const;

 private:
  const World& world_;
  SmoothField east_, north_;
};

// What the weather stations say, by time and station.
std::vector<WindReading> weather_readings(const World& world, std::uint64_t seed, const Air& air);

}  // namespace truce::sim
