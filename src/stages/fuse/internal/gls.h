#pragma once
// Times of one effect whose errors hang together: air that bends one path bends its neighbour too,
// so two sensors in one direction are worth less than two. Generalised least squares (Aitken 1936).

#include <array>
#include <vector>

namespace truce::fuse {

struct TimeRow {    // one hit
  double tx, ty;    // seconds per metre of the effect's place; of its time it is 1
  double residual;  // observed minus expected, seconds
  double own2;      // variance of the onset and of what else is the hit's alone
  double path_s;    // one sigma of the path's error
  double ux, uy;    // direction of the path
};

struct TimeFit {
  std::array<double, 3> step{};        // of x, y, t
  std::array<double, 6> covariance{};  // xx, xy, yy, xt, yt, tt
  double misfit = 0;                   // rᵀ V⁻¹ r before the step
  double misfit_after = 0;             // after it, were it linear
  double log_det = 0;                  // of V
  double log_det_normal = 0;           // of Gᵀ V⁻¹ G
};

// How much of their paths' error two hits share: `share` × exp(−angle between the paths / scale).
class SharedError {
 public:
  SharedError(double share, double angle_rad);
  double operator()(const TimeRow& a, const TimeRow& b) const {
    const double dx = a.ux - b.ux;
    const double dy = a.uy - b.uy;
    const double at = (dx * dx + dy * dy) * kPerChord2;
    const auto k = static_cast<std::size_t>(at);
    return fade_[k] + (at - static_cast<double>(k)) * (fade_[k + 1] - fade_[k]);
  }

 private:
  static constexpr std::size_t kSteps = 1024;
  static constexpr double kPerChord2 = kSteps / 4.0;  // the chord's square runs from 0 to 4
  std::array<double, kSteps + 3> fade_{};
};

// What becomes of one hit when it is left out: how far it then lies from what the others expect,
// the variance of that, and by how much place and time move.
struct LeftOut {
  double residual = 0, variance = 0;
  std::array<double, 3> step{};
};

class TimeSolver {
 public:
  // False when fewer than three rows or none of them tells places apart.
  bool solve(const std::vector<TimeRow>& rows, const SharedError& shared, TimeFit& out) {
    return factor(rows, shared) && solve_again(rows, out);
  }
  // The covariance of their errors alone; then rows as many with errors as those had.
  bool factor(const std::vector<TimeRow>& rows, const SharedError& shared);
  bool solve_again(const std::vector<TimeRow>& rows, TimeFit& out);
  // Of the rows that were solved last, each in turn, without solving again (Cook 1977, for errors
  // that hang together).
  std::vector<LeftOut> leave_each_out(const TimeFit& fit) const;

 private:
  std::vector<double> v_, per_;
  std::vector<std::array<double, 4>> right_;
  double log_det_ = 0;
};

}  // namespace truce::fuse
