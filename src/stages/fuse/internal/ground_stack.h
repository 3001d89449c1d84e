#pragma once
// Seeds of blasts: every free pick votes, for each cell of the ground near its station, for the
// time at which a blast there would have caused it. A vote is the log odds of the pick's time and
// level against a false one; a list votes once for a time. Cells hear only their nearest stations,
// so that work grows with the ground and not with the network's square.

#include <cstdint>
#include <vector>

#include "stages/fuse/internal/ground_fit.h"

namespace truce::fuse {

class BlastStack {
 public:
  BlastStack(const PickLists& net, const Ground& ground);

  double cell_m() const { return cell_m_; }
  // How far off a seed's times may be, one sigma.
  double spread_s() const { return 0.5 * cell_m_ / ground_.times[1].top_m_s(); }
  // Local maxima of at least `score_min`, best first.
  std::vector<BlastSeed> seeds(const Owners& owner, double score_min, unsigned threads) const;
  // What is left of a seed's score when only picks that are free now vote.
  double score(const BlastSeed& seed, const Owners& owner) const;

 private:
  struct Votes;
  class Cell;
  struct Near {
    std::uint32_t station;
    double distance_m;
  };
  struct Peak {
    std::int32_t score;
    std::uint32_t cell, bin;
  };
  struct Curve {  // a vote is top + base of the pick − (level − mean)² × per
    double mean_db, top, per;
  };
  Votes votes_of(const Owners& owner) const;
  std::vector<Near> nearest(double x_m, double y_m) const;
  Curve curve(double distance_m, unsigned phase) const;
  double x_of(std::size_t cell) const;
  double y_of(std::size_t cell) const;
  std::vector<BlastSeed> apart(std::vector<Peak> peaks) const;

  const PickLists& net_;
  const Ground& ground_;
  double cell_m_ = 1, bin_s_ = 1, first_s_ = 0, reach_m_ = 0;
  std::vector<std::vector<Near>> near_;  // by cell
  std::size_t columns_ = 1, rows_ = 1, bins_ = 1;
};

}  // namespace truce::fuse
