#pragma once
// What arrivals say of the clocks, once effects stand. Reads what the search found and changes
// nothing of it.

#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

struct ClockWords {
  std::vector<ClockFault> fitted;   // of every sensor that an offset could be fitted to
  std::vector<ClockFault> off;      // by sensor
  std::vector<ClockJump> jumped;    // by sensor, at most one each
  std::vector<Deafness> unmatched;  // by sensor, at most one each
};

// `effects` ascending by time. Any number of threads gives the same.
ClockWords clocks_of(const std::vector<Fitted>& effects, const Network& net, const Air& air,
                     unsigned threads);

}  // namespace truce::fuse
