#pragma once
// Picks laid out for search, and what is believed of ground, stations and false picks.
//
// Picks stand in lists: list 2s holds what may be P at station s, list 2s + 1 what may be S, each
// by time. A pick of unknown phase stands in both, as two entries of one pick. Picks are numbered
// in the order of their content, so that nothing depends on the order in which they came.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stages/fuse/internal/travel_time.h"

namespace truce::fuse {

inline constexpr double kHalfLog2Pi = 0.9189385332046727;

class PickLists {
 public:
  // Leaves out picks far from the scene's time, and of one label at one station those that come
  // within their own onset error after another: two such cannot be told apart.
  explicit PickLists(const SeismicScene& scene);

  std::size_t stations() const { return station_.size(); }
  std::uint32_t lists() const { return static_cast<std::uint32_t>(2 * station_.size()); }
  std::uint32_t picks() const { return static_cast<std::uint32_t>(original_.size()); }
  std::uint32_t entries() const { return static_cast<std::uint32_t>(time_s.size()); }
  const SoundSensor& station(std::uint32_t s) const { return station_[s]; }
  std::uint32_t begin_of(std::uint32_t l) const { return first_[l]; }
  std::uint32_t end_of(std::uint32_t l) const { return first_[l + 1]; }
  // First entry of the list at or after t.
  std::uint32_t lower_bound(std::uint32_t l, double t_s) const;
  std::uint32_t original(std::uint32_t number) const { return original_[number]; }  // scene's index

  // By entry.
  std::vector<double> time_s, level_db, variance_s2;
  std::vector<std::uint32_t> pick, list;
  std::vector<PickPhase> label;

  double start_s = 0, end_s = 0;
  double median_noise_db = 0;
  // The ground that is searched: that of stations in company of others, with a rim.
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
  double spacing_m = 1000;  // between neighbouring stations, roughly

 private:
  void bound();
  std::vector<SoundSensor> station_;
  std::vector<std::uint32_t> first_, original_;
};

// Which blast a pick belongs to, by number of the pick.
inline constexpr std::int32_t kFree = -1;
using Owners = std::vector<std::int32_t>;

// log Φ(−z), linear between points of a table, z held within ±8.
class NormalTail {
 public:
  NormalTail();
  double log_at(double z) const { return at(value_, z); }
  double slope_at(double z) const { return at(slope_, z); }  // of the log

 private:
  static constexpr double kReach = 8, kPerUnit = 64;
  using Row = std::array<double, static_cast<std::size_t>(2 * kReach * kPerUnit) + 2>;
  static double at(const Row& row, double z) {
    const double where = (std::min(std::max(z, -kReach), kReach) + kReach) * kPerUnit;
    const auto i = static_cast<std::size_t>(where);
    return row[i] + (where - static_cast<double>(i)) * (row[i + 1] - row[i]);
  }
  Row value_{}, slope_{};
};

class Ground {
 public:
  Ground(const PickLists& net, const SeismicScene& scene, const SeismicParams& params);

  const PickLists& net;
  const NormalTail tail;
  std::array<TravelTimes, 2> times;  // P, S

  // Levels: what a station hears of a blast of `level` (P at 10 km).
  double spreading_db, attenuation_db_km, s_gain_db, level_sd_db;
  double snr_db, width_db;
  double loss_db(double distance_m, unsigned phase) const {
    const double d = std::max(distance_m, 100.0);
    return spreading_db * (std::log10(d) - 4) + attenuation_db_km * (d / 1000 - 10) -
           (phase == 1 ? s_gain_db : 0);
  }
  // How far beyond half detection a level of that mean is, in standard deviations of both.
  double beyond(double over_noise_db) const {
    return (over_noise_db - snr_db) / std::sqrt(width_db * width_db + level_sd_db * level_sd_db);
  }

  // Times.
  std::array<double, 2> path_error;         // of the travel time
  double floor_s = 0.03;                    // beside the onset's own error
  double shared = 0.3, shared_angle = 0.4;  // see SharedError
  double stray_share;
  // By list, what its waves are late by for the ground under the station and its clock.
  std::vector<double> delay_s, delay_variance;
  TravelTimes::Time travel(std::uint32_t list, double distance_m) const {
    auto time = times[list % 2].at(distance_m);
    time.time_s += delay_s[list];
    return time;
  }
  // Of a pick's time, its path left aside.
  double own_variance(std::uint32_t entry) const {
    return net.variance_s2[entry] + floor_s * floor_s + delay_variance[net.list[entry]];
  }
  double time_variance(std::uint32_t entry, double travel_s) const {
    const double path = path_error[net.list[entry] % 2] * travel_s;
    return own_variance(entry) + path * path;
  }

  // Blasts.
  double level_mean_db, level_spread_db;
  double log_density;  // per m² and s

  // By entry: log of the density of false picks like it, per second and dB; and that of noticing a
  // wave of its level.
  std::vector<double> log_false, log_notice;
  std::vector<std::vector<std::array<double, 2>>> deaf;  // by station
  bool is_deaf(std::uint32_t station, double t_s) const;

  void retabulate();  // after a change of the detection curve
};

}  // namespace truce::fuse
