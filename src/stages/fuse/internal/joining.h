#pragma once
// What the steps of join.h share: the block's effects on a plane, in metres and seconds.

#include <cmath>
#include <string>
#include <vector>

#include "base/geo.h"
#include "model/records.h"
#include "stages/fuse/fuse.h"

namespace truce::fuse::joining {

using Xy = LocalFrame::Xy;

inline Xy operator-(Xy a, Xy b) { return {a.x_m - b.x_m, a.y_m - b.y_m}; }
inline double length(Xy a) { return std::hypot(a.x_m, a.y_m); }

struct Covariance {  // metres²
  double xx = 0, xy = 0, yy = 0;
  double along(Xy u) const {
    return u.x_m * u.x_m * xx + 2 * u.x_m * u.y_m * xy + u.y_m * u.y_m * yy;
  }
  Xy times(Xy u) const { return {xx * u.x_m + xy * u.y_m, xy * u.x_m + yy * u.y_m}; }
  double det() const { return xx * yy - xy * xy; }
  double squared(Xy u) const {  // in sigmas
    return (yy * u.x_m * u.x_m - 2 * xy * u.x_m * u.y_m + xx * u.y_m * u.y_m) / det();
  }
  double sigma_m() const { return std::sqrt(std::max(xx, yy)); }
};

struct Effect {
  Observation observation;
  Xy at;
  Covariance place;
  double time_s = 0, sigma_s = 0;
  std::vector<std::string> taken;          // ids of what was added
  std::vector<std::string> sources;        // of them
  std::vector<const Observation*> beside;  // bearings of shots beside it that were not located
  bool moved = false;
};

struct Plane {
  LocalFrame frame;
  Instant epoch;
  double seconds(Instant t) const { return (t - epoch).in_seconds(); }
};

// A scalar that is measured with a variance, its value off by `residual`, `gradient` per metre.
inline void update(Effect& e, Xy gradient, double residual, double variance) {
  const Xy pg = e.place.times(gradient);
  const double s = e.place.along(gradient) + variance;
  e.at = {e.at.x_m + pg.x_m * residual / s, e.at.y_m + pg.y_m * residual / s};
  e.place.xx -= pg.x_m * pg.x_m / s;
  e.place.xy -= pg.x_m * pg.y_m / s;
  e.place.yy -= pg.y_m * pg.y_m / s;
  e.moved = true;
}

// Steps 1 and 2: adds bearings and pixels to effects, and crossings to the end of the list. What is
// left over and likelier of a shot beside an effect than of nothing stands `beside` it.
void add_shapes(std::vector<Effect>& effects, const std::vector<const Observation*>& others,
                const Plane& plane, const std::vector<Source>& sources, const Params& params);

// Step 3: effects (by time) of one fire, by index. In each the volleys; a gun's stands before its
// impacts'.
struct Fire {
  std::vector<std::vector<std::size_t>> volleys;  // one, or the gun's and the impacts'
  std::vector<std::size_t> misplaced;             // shots of it that were put elsewhere
};
std::vector<Fire> fires_of(const std::vector<Effect>& effects, const Params& params);

}  // namespace truce::fuse::joining
