#pragma once
// A random number for every place and time that varies smoothly: stationary Gaussian, mean 0,
// variance 1, correlation exp(−½((Δr/scale_m)² + (Δt/scale_s)²)), by random Fourier features
// (Rahimi & Recht 2007). Of what winds and path errors have in common.

#include <cstdint>
#include <vector>

#include "sim/random.h"

namespace truce::sim {

class SmoothField {
 public:
  struct Scales {
    double metres = 1;
    double seconds = 1;
  };
  SmoothField(Random random, Scales scales);
  double at(double x_m, double y_m, double time_s) const;

 private:
  struct Wave {
    double kx, ky, kt, phase;
  };
  std::vector<Wave> waves_;
};

}  // namespace truce::sim
