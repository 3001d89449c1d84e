#include "sim/random.h"

#include <cmath>

#include "base/units.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

}  // namespace

Random::Random(std::uint64_t seed, Draw draw, std::uint64_t a, std::uint64_t b)
    : state_(mixed(seed + kGolden)) {
  for (const std::uint64_t part : {static_cast<std::uint64_t>(draw), a, b})
    state_ = mixed(state_ ^ mixed(part + kGolden)) + kGolden;
}

std::uint64_t Random::next() { return mixed(state_ += kGolden); }
double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
double Random::between(double low, double high) { return low + (high - low) * uniform(); }
bool Random::chance(double p) { return uniform() < p; }
std::uint64_t Random::below(std::uint64_t n) { return n == 0 ? 0 : next() % n; }

double Random::normal() {
  const double radius = std::sqrt(-2 * steady_log(1 - uniform()));
  return radius * steady_cos(2 * kPi * uniform());
}

double Random::exponential(double mean) { return -mean * steady_log(1 - uniform()); }

std::uint64_t Random::poisson(double mean) {
  std::uint64_t n = 0;
  for (double sum = exponential(1); sum < mean; sum += exponential(1)) ++n;
  return n;
}

}  // namespace truce::sim
