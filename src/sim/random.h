#pragma once
// Random numbers that are the same on every machine, in any order of asking.
//
// Each thing that is drawn has a generator of its own, keyed by the seed and by what it is for
// (`Random(seed, Draw::kPath, effect, sensor)`). So more sensors, fewer false reports or another
// order of work change nothing about the rest: worlds can be compared pair by pair.

#include <cstdint>

namespace truce::sim {

// What a generator is for. Never renumber: worlds of a seed would change.
enum class Draw : std::uint32_t {
  kNode = 1,
  kWind = 2,
  kFalse = 3,
  kPath = 4,
  kBattery = 5,
  kWeather = 6,
  kHidden = 7,
  kForged = 8,
  kHostile = 9,
  kEvent = 10,
  kSharedError = 11,
  kEcho = 12,
  kShock = 13,
  kWatcher = 14,
  kParty = 15,
  kPatrol = 16,
  kSatellite = 17,
  kArray = 18,
  kResample = 19,
};

// splitmix64 (Steele, Lea & Flood 2014) from a mixed key.
class Random {
 public:
  Random(std::uint64_t seed, Draw draw, std::uint64_t a = 0, std::uint64_t b = 0);
  std::uint64_t next();
  double uniform();  // [0, 1), multiples of 2^-53
  double between(double low, double high);
  bool chance(double p);
  std::uint64_t below(std::uint64_t n);  // 0 for n == 0; bias below n / 2^64
  double normal();                       // Box & Muller (1958), one of the pair
  double exponential(double mean);
  std::uint64_t poisson(double mean);  // counts exponential gaps: for means up to some thousands

 private:
  std::uint64_t state_;
};

}  // namespace truce::sim
