#pragma once
// How sound travels, fades and is noticed: what the arrivals of effects should look like, given
// where and how strong they were. Every number here is fitted by calibrate_*.cpp from the priors of
// AssociateParams.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "stages/fuse/internal/gls.h"
#include "stages/fuse/internal/network.h"

namespace truce::fuse {

// Wind and excess of sound speed over knots in place and time, linear between them.
class WindField {
 public:
  static constexpr std::size_t kCorners = 8;
  struct Stencil {
    std::array<std::uint32_t, kCorners> knot{};
    std::array<double, kCorners> weight{};
  };
  using Value =
      std::array<double, 3>;  // wind to the east, to the north, excess of sound speed; m/s

  WindField() = default;
  WindField(const Network& net, double spacing_m, double spacing_s);
  std::size_t knots() const { return value_.size(); }
  Stencil stencil(double x_m, double y_m, double t_s) const;
  Value at(const Stencil& s) const;
  Value& knot(std::size_t k) { return value_[k]; }
  const Value& knot(std::size_t k) const { return value_[k]; }
  // Pairs of neighbouring knots along x, y and t.
  std::vector<std::array<std::uint32_t, 2>> neighbours_in_place() const;
  std::vector<std::array<std::uint32_t, 2>> neighbours_in_time() const;
  std::size_t moments() const { return count_[2]; }
  double moment_s(std::size_t k) const { return origin_[2] + static_cast<double>(k) * step_[2]; }
  double moment_of(double t_s) const { return (t_s - origin_[2]) / step_[2]; }

 private:
  std::uint32_t index(std::size_t i, std::size_t j, std::size_t k) const;
  std::array<std::size_t, 3> count_{1, 1, 1};
  std::array<double, 3> origin_{}, step_{1, 1, 1};
  std::vector<Value> value_ = std::vector<Value>(1);
};

// The way from a place to a sensor.
struct Path {
  double time_s = 0;  // that the arrival is later than the effect, the sensor's clock included
  double travel_s = 0;
  double ux = 0, uy = 0;  // unit vector from effect to sensor
  double distance_m = 0;
  double speed_m_s = 0;
  double along_m_s = 0;  // wind along the path
};

struct SensorState {
  double x_m = 0, y_m = 0;    // where it stands as far as the data tell
  double clock_s = 0;         // its clock minus true time
  double sigma_s = 0;         // what is left unsure of it
  double log_false_rate = 0;  // per second
  double noise_db = 0;
  bool clock_off = false;                   // by more than chance: free to be as wrong as it is
  std::vector<std::array<double, 2>> deaf;  // times it does not hear, from and until
  bool hears(double t_s) const {
    for (const auto& d : deaf) {
      if (d[0] <= t_s && t_s < d[1]) return false;
    }
    return true;
  }
};

class Air {
 public:
  Air(const Network& net, const AssociateParams& params, double sound_speed_m_s);

  // Where a time lies among the moments of the wind's knots.
  struct Moment {
    std::size_t before = 0, after = 0;
    double part = 0;
  };
  Moment moment(double t_s) const;
  // The wind along a path is taken as the mean of that at its ends.
  struct Origin {  // of sound
    double x_m, y_m;
    WindField::Value wind;
    Moment moment;
  };
  Origin origin(double x_m, double y_m, double t_s) const {
    return {x_m, y_m, wind.at(wind.stencil(x_m, y_m, t_s)), moment(t_s)};
  }
  Path path(const Origin& from, std::uint32_t s) const {
    const SensorState& at = sensor[s];
    const double dx = at.x_m - from.x_m;
    const double dy = at.y_m - from.y_m;
    Path p;
    p.distance_m = std::max(1.0, std::sqrt(dx * dx + dy * dy));
    p.ux = dx / p.distance_m;
    p.uy = dy / p.distance_m;
    const auto there = wind_at_sensor(s, from.moment);
    p.along_m_s = ((from.wind[0] + there[0]) * p.ux + (from.wind[1] + there[1]) * p.uy) / 2;
    p.speed_m_s = sound_speed_m_s + (from.wind[2] + there[2]) / 2 + p.along_m_s;
    p.travel_s = p.distance_m / p.speed_m_s;
    p.time_s = p.travel_s + at.clock_s;
    return p;
  }
  WindField::Value wind_at_sensor(std::uint32_t s, const Moment& m) const {
    const WindField::Value* v = &sensor_wind_[s * wind.moments()];
    WindField::Value out;
    for (std::size_t d = 0; d < 3; ++d)
      out[d] = v[m.before][d] + m.part * (v[m.after][d] - v[m.before][d]);
    return out;
  }
  // One sigma of the time of an arrival along the path, the onset's own included.
  double time_variance(const Path& p, double onset_sigma_s, std::uint32_t s) const {
    const double e = path_error * p.travel_s;
    return onset_sigma_s * onset_sigma_s + e * e + path_floor_s * path_floor_s +
           sensor[s].sigma_s * sensor[s].sigma_s;
  }
  TimeRow time_row(const Path& p, std::uint32_t a, double residual_s) const {
    const double onset = net->sigma_s(a);
    const double own = sensor[net->sensor_of(a)].sigma_s;
    return {-p.ux / p.speed_m_s,
            -p.uy / p.speed_m_s,
            residual_s,
            onset * onset + own * own + path_floor_s * path_floor_s,
            path_error * p.travel_s,
            p.ux,
            p.uy};
  }
  // Times err as a normal distribution says, but for a few that err so many times as much. log of
  // that density where the squared error over its variance is `q`, over that of the normal one at
  // nothing; and what it does to the variance: by how much more such an error is worth.
  double log_stray(double q) const {
    const double at = q * kStraysPerQ;
    if (at >= static_cast<double>(kStrays)) return log_stray_share_ - 0.5 * q / (kWide * kWide);
    const auto k = static_cast<std::size_t>(at);
    return stray_[k] + (at - static_cast<double>(k)) * (stray_[k + 1] - stray_[k]);
  }
  double stray_inflation(double q) const {
    const double core = std::exp(log_core_share_ - 0.5 * q - log_stray(q));
    return 1 / (core + (1 - core) / (kWide * kWide));
  }
  void heed_stray(TimeRow& r) const {
    const double variance = r.own2 + r.path_s * r.path_s;
    r.own2 += variance * (stray_inflation(r.residual * r.residual / variance) - 1);
  }
  double loss_db(const Path& p) const { return loss_db(p.distance_m, p.along_m_s); }
  // From 1 m to the sensor.
  double loss_db(double distance_m, double along_m_s) const {
    const double at = distance_m * (1 / kFadeStep);
    if (at < 20 || at >= static_cast<double>(kFades - 1))
      return 20 * std::log10(distance_m) + attenuation_db_m * distance_m -
             level_per_wind_db * along_m_s;
    const auto k = static_cast<std::size_t>(at);
    const double part = at - static_cast<double>(k);
    return fade_db_[k] + part * (fade_db_[k + 1] - fade_db_[k]) - level_per_wind_db * along_m_s;
  }
  double detection(double snr_db) const;  // probability
  // log(1 - detection)
  double log_miss(double snr_db) const { return tabled(log_miss_, snr_db); }
  double miss_slope(double snr_db) const { return tabled(miss_slope_, snr_db); }  // per dB
  // What is to be expected of one sensor at this signal over noise: the log probability that it
  // hears, the mean of that of what it does, and its variance. Nothing where one in a hundred does.
  struct Expectation {
    float log_hear = 0, mean = 0, variance = 0;
  };
  const Expectation& expectation(double snr_db) const {
    return expectation_[static_cast<std::size_t>(snr_place(snr_db))];
  }
  // An arrival as a fit looks at it. `odds`: what its log odds against being false hold whatever
  // the effect, its being noticed, the false rate and the false density of its level. The rest is
  // the density of its time and of its level around the expected one, without their constants.
  struct Said {
    double time_s = 0, odds = 0;
    float level_db = 0, variance_s2 = 0;
  };
  const Said& said(std::uint32_t a) const { return said_[a]; }
  // log of the false rate of its sensor around an arrival, per second
  double log_false_rate_at(std::uint32_t a) const {
    return log_false_rate.empty() ? sensor[net->sensor_of(a)].log_false_rate : log_false_rate[a];
  }
  // log of the density of false arrivals of this level above noise.
  double log_false_level(double excess_db) const;
  // Distance beyond which a source of this level is detected with less than one in 1,000, over the
  // quietest sensors.
  double range_m(double source_db) const { return reach_m(source_db - quietest_db_); }
  // Likewise over a sensor, by how much the source at 1 m is above its noise.
  double reach_m(double over_db) const {
    const double at = std::clamp(over_db - kReachMin, 0.0, static_cast<double>(kReaches - 1));
    return reach_m_[static_cast<std::size_t>(std::ceil(at))];
  }
  // A sensor as a fit looks at it.
  struct Listener {
    double x_m = 0, y_m = 0, clock_s = 0;
    double own2 = 0;  // variance that is its own: what is left unsure of it, and the paths' floor
    float noise_db = 0;
    bool deaf = false;  // at times
  };
  const Listener& listener(std::uint32_t s) const { return listener_[s]; }
  // After a change of anything below; of sensors, wind and path errors alone, `retabulate_paths`.
  void retabulate();
  void retabulate_paths();
  const SharedError& shared_error() const { return shared_error_; }

  const Network* net;
  double sound_speed_m_s;
  WindField wind;
  std::vector<SensorState> sensor;
  double attenuation_db_m = 0;
  double level_per_wind_db = 0;  // louder by this for each m/s of wind along the path
  double level_sd_db = 5;
  double snr_half_db = 10, snr_width_db = 6, detection_cap = 0.98;
  double source_mean_db = 150, source_sd_db = 8;
  // Error of a path's time: this share of it, of which `path_shared` is common to paths that leave
  // the effect side by side and fades with the angle between them over `path_angle` (radians).
  double path_error = 0.003, path_floor_s = 0.01;
  double path_shared = 0.3, path_angle = 0.4;
  double stray_share = 0.003;  // of times, that err kWide times as much
  double log_density = -30;    // of effects, per m² and s
  // What is left unsure of the wind at the knots: covariance of (east, north) of every knot, row by
  // row; empty before it was fitted.
  std::vector<double> wind_covariance;
  double place_sd_m = 30;     // of sensors from where they are said to stand, per axis
  double clock_sd_s = 0.02;   // of clocks that are not off
  double sensor_freedom = 0;  // likewise clocks and places of sensors
  double wind_freedom = 0;    // how many parameters the wind has taken from the data
  double wind_place_step = 2, wind_time_step = 2;  // m/s between knots, one sigma
  std::vector<double> log_false_rate;              // per arrival; empty: as the sensor's
  std::vector<double> company;  // per arrival: log of how much denser false ones are near real ones
  std::vector<double> false_level;  // log density per dB, from kExcessMin in steps of 1 dB
  static constexpr double kExcessMin = -20;
  static constexpr std::size_t kExcessBins = 100;

 private:
  static constexpr double kFadeStep = 20;  // m
  static constexpr std::size_t kFades = 3000;
  static constexpr double kReachMin = 0;  // dB
  static constexpr std::size_t kReaches = 220;
  static constexpr double kSnrMin = -60, kSnrPerDb = 8;
  static constexpr std::size_t kSnrs = 1200;
  static double snr_place(double snr_db) {
    return std::clamp((snr_db - kSnrMin) * kSnrPerDb, 0.0, static_cast<double>(kSnrs));
  }
  static double tabled(const std::vector<float>& table, double snr_db) {
    const double at = snr_place(snr_db);
    const auto i = static_cast<std::size_t>(at);
    return table[i] + (at - static_cast<double>(i)) * (table[i + 1] - table[i]);
  }
  static constexpr double kWide = 5;  // times as much strays err
  static constexpr double kStraysPerQ = 4;
  static constexpr std::size_t kStrays = 200;
  SharedError shared_error_{0.3, 0.4};
  double reach_of(double over_db) const;

  std::vector<float> log_miss_, miss_slope_;  // by signal over noise
  std::vector<Expectation> expectation_;      // likewise
  std::vector<double> stray_;                 // by q
  double log_core_share_ = 0, log_stray_share_ = 0;
  std::vector<double> reach_m_;                // by whole dB
  std::vector<Said> said_;                     // per arrival
  std::vector<float> fade_db_;                 // by distance in steps of kFadeStep
  std::vector<Listener> listener_;             // per sensor
  std::vector<WindField::Value> sensor_wind_;  // per sensor and moment of the wind's knots
  double quietest_db_ = 0;
};

}  // namespace truce::fuse
