#pragma once
// One blast fitted to the picks around a seed: place, time and level that explain best which
// stations picked its P and S, when and how strong, and which did not.

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "stages/fuse/internal/assign.h"
#include "stages/fuse/internal/gls.h"
#include "stages/fuse/internal/ground.h"

namespace truce::fuse {

struct BlastSeed {
  double x_m = 0, y_m = 0, t_s = 0;
  std::uint32_t cell = 0;  // of the stack
};

struct FittedBlast {
  double x_m = 0, y_m = 0, t_s = 0, level_db = 0;
  std::array<double, 6> covariance{};  // xx, xy, yy, xt, yt, tt
  double level_sd_db = 0;
  double log_odds = -1e300;         // for this blast against its hits being false
  double strange = 0;               // how ill its times fit, in standard deviations
  std::vector<std::uint32_t> hits;  // entries, ascending
};

class BlastFitter {
 public:
  BlastFitter(const PickLists& net, const Ground& ground)
      : net_(net), ground_(ground), log_level_sd_(std::log(ground.level_sd_db)) {}

  // With picks that are free or belong to one of two blasts. `log_odds` stays very low when fewer
  // than four picks of three stations agree. `spread_s`: how far off the seed's times may be.
  struct Mine {
    std::int32_t first = kFree, second = kFree;
  };
  FittedBlast fit(const BlastSeed& seed, const Owners& owner, Mine mine, double spread_s);
  // Appends what could be picked of it, with `effect` twice as large as `number`, plus one for S.
  void edges(const FittedBlast& f, std::uint32_t number, std::vector<Edge>& out);
  // Place, time and level for given hits; then the odds. `last`: with the errors that paths share.
  void refit(FittedBlast& f, bool last);

 private:
  struct Ear {  // a list that may hold a pick of it
    std::uint32_t list, first, last, hit;
    double x, y, noise;
    double ux, uy, travel_s, slowness, expected_db;
  };
  struct Time {
    double log_density;  // of a residual
    double weight;       // 1/s²
  };
  Time timing(double residual_s, double variance) const;
  void gather(const FittedBlast& f, double gate_s);
  void look(const FittedBlast& f);
  double gain(const Ear& e, std::uint32_t entry, double t_s, double spread2) const;
  double log_miss(const Ear& e) const;
  double first_level(const FittedBlast& f, const Owners& owner, Mine mine, double spread_s);
  void choose(const FittedBlast& f, const Owners& owner, Mine mine, double spread_s);
  bool step(FittedBlast& f, double spread_s);
  bool step_shared(FittedBlast& f);
  void level(FittedBlast& f);
  double space_odds(const FittedBlast& f) const;
  void judge(FittedBlast& f);

  const PickLists& net_;
  const Ground& ground_;
  std::optional<SharedError> shared_;  // once it is asked for
  double log_level_sd_;
  std::vector<Ear> ears_;
  std::vector<TimeRow> rows_;
  std::vector<double> levels_;
  TimeSolver solver_;
  double log_det_ = 0;  // of the covariance of place and time
  double odds_ = 0;     // of hits and misses as last chosen
};

// A row of a blast's times for SharedError's solver, its residual's outliers widened.
TimeRow time_row(const Ground& ground, std::uint32_t entry, double residual_s, double travel_s,
                 double slowness_s_m, double ux, double uy);

}  // namespace truce::fuse
