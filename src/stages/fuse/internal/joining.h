#pragma once
// What the steps of join.h share: the block's effects on a plane, in metres and seconds.

#include <algorithm>
#include <cmath>
#include <map>
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

inline constexpr double kSoundMS = 340;  // where bearings alone must tell the time

inline bool took(const Effect& e, const std::string& source) {
  return std::find(e.sources.begin(), e.sources.end(), source) != e.sources.end();
}
inline void take(Effect& e, const Observation& o) {
  e.taken.push_back(o.id);
  e.sources.push_back(o.source);
}

// What was measured of a wave at a place: when it came, whence, or both.
struct Wave {
  Xy from;
  bool has_time = false;
  double time_s = 0, onset_s = 0;                // and its sigma, without that of the way
  double way_share = 0;                          // error of the travel time, as a share
  double azimuth_rad = 0, azimuth_variance = 0;  // 0: there is none
};

// Arrivals of sound that no effect explains.
class FreeArrivals {
 public:
  // `arrivals` must outlive this.
  FreeArrivals(const std::vector<Observation>& arrivals, const std::vector<Effect>& effects,
               const Plane& plane);
  // Gives those to the effect that are likelier of it than false, one of a source, and places it
  // anew by them and by `waves`. Returns by how much they speak for it, in log odds.
  double add_to(Effect& e, std::vector<Wave> waves, double way_share, double reach_m);

 private:
  struct Free {
    const Observation* observation = nullptr;
    Xy at;
    double time_s = 0, sigma_s = 0;
    double log_false = 0;  // per second, as though all of the sensor's were false
    bool used = false;
  };
  std::vector<Free> free_;  // by time
  std::map<std::string, double> said_;
};

// Steps 1 and 2: adds bearings and pixels to effects, and crossings to the end of the list. What is
// left over and likelier of a shot beside an effect than of nothing stands `beside` it.
void add_shapes(std::vector<Effect>& effects, const std::vector<const Observation*>& others,
                const Plane& plane, const JoinBlock& block, const Params& params);

// Step 3: effects (by time) of one fire, by index. In each the volleys; a gun's stands before its
// impacts'.
struct Fire {
  std::vector<std::vector<std::size_t>> volleys;  // one, or the gun's and the impacts'
  std::vector<std::size_t> misplaced;             // shots of it that were put elsewhere
  double p_pair = 1;                              // that two volleys are of one fire
};
std::vector<Fire> fires_of(const std::vector<Effect>& effects, const Params& params);

}  // namespace truce::fuse::joining
