#pragma once

#include <array>
#include <cstddef>

namespace truce::fuse {

// The place to which a score is climbed from `at`, one coordinate after the other with shrinking
// steps; for scores that are dear, smooth and of few coordinates.
template <std::size_t N, class Score>
std::array<double, N> climb(std::array<double, N> at, std::array<double, N> step, int rounds,
                            Score score) {
  double best = score(at);
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < N; ++i) {
      bool better = false;
      for (const double sign : {1.0, -1.0}) {
        for (int k = 0; k < 3; ++k) {
          auto next = at;
          next[i] += sign * step[i];
          const double v = score(next);
          if (!(v > best)) break;
          best = v;
          at = next;
          better = true;
        }
        if (better) break;
      }
      if (!better) step[i] /= 2;
    }
  }
  return at;
}

}  // namespace truce::fuse
