#pragma once
// Generalised optimal sub-pattern assignment (Rahmathullah, García-Fernández & Svensson 2017) with
// alpha = 2 and p = 1: the sum of distances between paired points, plus half the cutoff for every
// point left alone on either side, at its smallest over all pairings.

#include <array>
#include <cstddef>
#include <vector>

namespace truce::sim {

using ScorePoint = std::array<double, 3>;  // x, y and time as a length, all in metres

struct Gospa {
  double total_m = 0;        // location_m + cutoff/2 · (missed + invented)
  double location_m = 0;     // sum over pairs
  std::size_t missed = 0;    // truths alone
  std::size_t invented = 0;  // reports alone
};

// Exact. Costs little while few points lie within the cutoff of each other, which is when pairs can
// be argued over at all.
Gospa gospa(const std::vector<ScorePoint>& reported, const std::vector<ScorePoint>& truth,
            double cutoff_m);

}  // namespace truce::sim
