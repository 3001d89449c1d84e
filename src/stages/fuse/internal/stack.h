#pragma once
// Seeds: where and when an effect may have been, from a stack of all arrivals that are not taken.

#include <vector>

#include "stages/fuse/internal/fit.h"

namespace truce::fuse {

struct StackOptions {
  double cell_m = 500;
  double bin_s = 0.5;
  int apart_cells = 1;   // a seed beats all others this near in place …
  int apart_bins = 2;    // … and time
  double score_min = 0;  // log odds below which a cell is not a seed
  unsigned threads = 1;
};

// Local maxima of the stack, in order of place then time.
std::vector<Seed> stack(const Network& net, const Air& air, const Taken& taken,
                        const StackOptions& options);

}  // namespace truce::fuse
