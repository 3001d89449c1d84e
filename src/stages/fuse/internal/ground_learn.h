#pragma once
// Ground, stations and false picks fitted to the blasts found so far and to what is left.

#include <vector>

#include "stages/fuse/internal/ground_fit.h"

namespace truce::fuse {

// False rates per station and label, bursts apart, and the levels of what is false.
void learn_false(const Owners& owner, Ground& ground);
// Spreading, absorption, gain of S, spread of levels, detection curve; blasts' levels and density.
void learn_levels(const std::vector<FittedBlast>& blasts, const SeismicParams& prior,
                  Ground& ground);
// Errors of the paths' times by phase, how much of them paths share, and the share of strays.
struct Effort {
  std::size_t blasts_max;  // that are asked
  int rounds;              // of the climb to the likeliest
};
void learn_times(const std::vector<FittedBlast>& blasts, const Effort& effort,
                 const SeismicParams& prior, Ground& ground);
// How late waves come to each station.
void learn_delays(const std::vector<FittedBlast>& blasts, const SeismicParams& prior,
                  Ground& ground);
// Times in which a station said nothing though there was something to pick: added to what the
// ground holds as deaf, and returned.
std::vector<Deafness> learn_silence(const std::vector<FittedBlast>& blasts, Ground& ground);

}  // namespace truce::fuse
