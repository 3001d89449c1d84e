#pragma once
// Travel times of the first P or S wave from a source at the surface to a station at the surface,
// over flat layers. Such a wave goes straight through the top layer or runs along the top of a
// deeper, faster one (a head wave), so that its time is a chain of straight lines: with v_i the
// speed and h_i the thickness of a layer, the head wave of layer k comes at
//   d / v_k + 2 Σ_{i<k} h_i √(1/v_i² − 1/v_k²)   from   d = 2 Σ_{i<k} h_i / √((v_k/v_i)² − 1) on,
// and only where v_k is greater than every speed above it (Ewing, Jardetzky & Press 1957; Shearer
// 2009). The table holds these lines themselves and is therefore exact.

#include <vector>

#include "stages/fuse/seismic.h"

namespace truce::fuse {

class TravelTimes {
 public:
  // Of P or S; `layers` as GroundLayer says, at least one.
  TravelTimes(const std::vector<GroundLayer>& layers, PickPhase phase);

  struct Time {
    double time_s;
    double slowness_s_m;  // how it grows with distance
  };
  Time at(double distance_m) const {
    std::size_t i = branches_.size() - 1;
    while (i > 0 && distance_m < branches_[i].from_m) --i;
    return {branches_[i].intercept_s + distance_m * branches_[i].slowness_s_m,
            branches_[i].slowness_s_m};
  }
  double top_m_s() const { return 1 / branches_[0].slowness_s_m; }

 private:
  struct Branch {
    double from_m, slowness_s_m, intercept_s;
    double time_s(double distance_m) const { return intercept_s + distance_m * slowness_s_m; }
  };
  std::vector<Branch> branches_;  // of the earliest wave, by distance
};

}  // namespace truce::fuse
