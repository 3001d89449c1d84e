#include "sim/smooth_field.h"

#include <cmath>

#include "base/units.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {
constexpr int kWaves = 16;
}

SmoothField::SmoothField(Random random, Scales scales) {
  for (int i = 0; i < kWaves; ++i) {
    const double kx = random.normal() / scales.metres;
    const double ky = random.normal() / scales.metres;
    const double kt = random.normal() / scales.seconds;
    waves_.push_back({kx, ky, kt, random.between(0, 2 * kPi)});
  }
}

double SmoothField::at(double x_m, double y_m, double time_s) const {
  double sum = 0;
  for (const auto& w : waves_) sum += steady_cos(w.kx * x_m + w.ky * y_m + w.kt * time_s + w.phase);
  return sum * std::sqrt(2.0 / kWaves);
}

}  // namespace truce::sim
