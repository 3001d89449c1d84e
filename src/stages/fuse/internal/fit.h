#pragma once
// One effect fitted to the arrivals around a seed: place, time and source level that explain best
// which sensors heard it, when and how loud, and which did not.

#include <array>
#include <cstdint>
#include <vector>

#include "stages/fuse/internal/air.h"
#include "stages/fuse/internal/assign.h"
#include "stages/fuse/internal/gls.h"

namespace truce::fuse {

struct Seed {
  double x_m = 0, y_m = 0, t_s = 0;
  double score = 0;
};

struct Fitted {
  double x_m = 0, y_m = 0, t_s = 0, source_db = 0;
  std::array<double, 6> covariance{};  // xx, xy, yy, xt, yt, tt
  double source_sd_db = 0;
  // For this effect against its hits being false, but for the density of effects (see prior.h).
  double log_odds = -1e300;
  // Log odds of the likeliest other explanation of its arrivals that was met, against this one.
  double rival = -1e300;
  double strange = 0;               // how ill it fits, in standard deviations; 2 is a lot
  std::vector<std::uint32_t> hits;  // network's numbers, ascending
  std::vector<Edge> edges;          // what it could be heard by, as of its last place
  bool stale = true;                // moved since `edges` were looked up
};

// Which arrivals are taken by an effect already.
using Taken = std::vector<std::uint8_t>;

class Fitter {
 public:
  Fitter(const Network& net, const Air& air) : net_(net), air_(air) {}

  struct Options {
    double spread_s = 0.6;  // tolerance of the first look, shrinking to nothing
    int rounds = 8;
    double gate_s = 2.5;           // arrivals this far from the seed's times are looked at
    double log_odds_min = -1e300;  // what will hardly come to as much is given up early
  };
  // Fits with arrivals that are not taken. `log_odds` stays very low when fewer than three agree
  // and when the fit was given up.
  Fitted fit(const Seed& seed, const Taken& taken, const Options& options);
  // Appends what could be heard of `f`, its time known to `spread_s`: of all arrivals, or of those
  // not taken.
  void edges(const Fitted& f, std::uint32_t effect, double gate_s, double spread_s,
             const Taken* taken, std::vector<Edge>& out);
  // Times at which a source of this level at this place explains free arrivals, by a stack over
  // time alone with a tolerance of `spread_s`: seeds, likeliest first, none explaining an arrival
  // that one before it explains, each with log odds of at least `score_min`.
  struct Place {
    double x_m, y_m, from_s, to_s, source_db;
  };
  std::vector<Seed> shots(const Place& place, const Taken& taken, double spread_s,
                          double score_min);
  // Likewise at many places: `look` once at the middle of them, then `shots_here` at each that is
  // no further than `reach_m` from it, with the `silence` of a place nearby.
  void look(const Place& middle, double reach_m, const Taken& taken);
  double silence_at(const Place& place);  // log probability that those without arrivals miss
  std::vector<Seed> shots_here(const Place& place, double silence, const Taken& taken,
                               double spread_s, double score_min);
  // Place, time and level for given hits; then the odds.
  void refit(Fitted& f, int rounds = 2);

 private:
  struct Ear {  // a sensor that may have heard it
    std::uint32_t sensor;
    std::uint32_t first, last;                    // its arrivals in the gate
    double x, y, clock, along_x, along_y, speed;  // speed of sound in still air
    double own2;                                  // variance of its own
    double noise;
  };
  struct View {  // of an ear from a place
    double ux, uy, slowness, travel_s, time_s, loss_db;
  };
  struct Row {
    double tx, ty, residual, weight;  // of time by place; by time of effect it is 1
  };
  enum class Silent : std::uint8_t { kLeftOut, kKept };
  void gather(const Seed& seed, double source_db, const Taken* taken, double gate_s, Silent silent);
  template <class F>
  void for_each_near(double x_m, double y_m, double t_s, double source_db, F f);
  static double time_s(const Ear& e, double x, double y);  // as the view's
  View view(const Ear& e, double x, double y) const;
  void look_from(const Fitted& f);
  double variance_s2(const Ear& e, const View& v, const Air::Said& a) const {
    const double path = air_.path_error * v.travel_s;
    return static_cast<double>(a.variance_s2) + path * path + e.own2;
  }
  double heed_strays(bool again);
  TimeRow time_row(const Ear& e, const View& v, const Fitted& f, std::uint32_t a) const;
  double log_hit(const Air::Said& a, double residual, double variance, double expected_db) const;
  struct Vote {    // of an arrival for bins of time: a parabola where it is above nothing
    float origin;  // when the effect was by this arrival, in bins
    float peak, bend;
    std::int32_t first, last;  // bins it reaches
    float at(std::int32_t bin) const {
      const float r = origin - static_cast<float>(bin);
      return peak - bend * r * r;
    }
  };
  struct Votes {  // of one ear, and the bins they reach
    std::size_t begin, end;
    std::int32_t first, last;
  };
  void add_ear(const Votes& ear, float* row);
  bool step(Fitted& f, double damping);
  double silence(const Fitted& f);
  static void move(Fitted& f, const std::array<double, 3>& step);
  void choose(const Fitted& f);
  void level(Fitted& f, int rounds) const;
  void judge(Fitted& f, bool again);

  const Network& net_;
  const Air& air_;
  std::vector<Ear> ears_;         // that have arrivals in the gate, or were given hits
  std::vector<Ear> silent_;       // the others that may have heard it
  std::vector<View> views_;       // of `ears_` from where `look_from` was last
  std::vector<double> faint_db_;  // likewise of `silent_`: what they lose and their noise
  std::vector<Row> rows_;
  std::vector<TimeRow> times_;
  std::vector<double> inflation_;  // of the variance of each of `times_`
  TimeSolver solver_;
  std::vector<Vote> votes_;
  std::vector<Votes> ear_votes_;
  std::vector<float> ear_sum_, shot_sum_;
  std::vector<std::uint32_t> hit_of_ear_;
  const Taken* taken_ = nullptr;
};

}  // namespace truce::fuse
