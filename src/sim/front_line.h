#pragma once
// A line of contact as a broken line, walked from its first point.

#include <array>
#include <vector>

#include "sim/fire.h"

namespace truce::sim {

class FrontLine {
 public:
  explicit FrontLine(const std::vector<std::array<double, 2>>& points_km);
  double length_m() const { return length_m_; }
  // The point `along_m` from the start (held to the ends), `left_m` to the left of the way.
  Xy at(double along_m, double left_m) const;

 private:
  struct Piece {
    Xy from;
    double ux, uy, start_m, length_m;
  };
  std::vector<Piece> pieces_;
  double length_m_ = 0;
};

}  // namespace truce::sim
