#pragma once
// Arrivals to effects. Thousands of sensors each say "I heard something at t"; salvos overlap, the
// wind bends the sound, and half of what is heard is false. `associate` finds the set of effects
// that explains the arrivals best: those that were heard, those that healthy sensors did not hear,
// and those that nothing explains.
//
// Frame: a flat local frame in metres (x east, y north) and seconds from any one origin. A frame
// tangent at the middle of a network that is d km across bends distances by less than (d/6371)²/24
// of their length: 2e-7 at 60 km across, 5e-4 at 700 km (base/geo.h says the same of LocalFrame).
//
// Method: seeds from a stack over place and time, each fitted with hits and misses (the penalty for
// a healthy sensor that should have heard and did not after NET-VISA: Arora, Russell & Sudderth
// 2013), chosen greedily, then assigned, split, merged and dropped until the joint score stands;
// wind, attenuation, detection, path error, clocks and false rates are fitted from the same data.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace truce::fuse {

struct SoundSensor {
  double x_m = 0;
  double y_m = 0;
  double noise_db = 0;  // background level
};

struct SoundArrival {
  std::uint32_t sensor = 0;  // index
  double time_s = 0;
  double sigma_s = 0;  // of the onset, as the detector says
  double level_db = 0;
};

struct WeatherReport {
  double time_s = 0;
  double x_m = 0;
  double y_m = 0;
  double east_m_s = 0;  // wind towards the east
  double north_m_s = 0;
  double sound_speed_m_s = 0;
};

// A time in which a sensor could not hear, as its health says.
struct Deafness {
  std::uint32_t sensor = 0;
  double from_s = 0;
  double until_s = 0;
};

struct SoundScene {
  std::vector<SoundSensor> sensors;
  std::vector<SoundArrival> arrivals;  // any order
  std::vector<WeatherReport> weather;  // empty: the wind is estimated
  std::vector<Deafness> deaf;
  double sound_speed_m_s = 340;  // nominal, still air
  double start_s = 0;            // what the arrivals cover
  double end_s = 0;
};

// Beliefs before the data, each refined by them. Numbers are wide on purpose.
struct AssociateParams {
  double source_db_mean = 150;  // at 1 m
  double source_db_sd = 10;
  double attenuation_db_km = 1.5;  // beyond spherical spreading
  double level_sd_db = 5;          // of a level around what distance predicts
  double detection_snr_db = 10;    // signal over noise at which half is detected
  double detection_width_db = 6;
  double path_error = 0.003;  // of the travel time, one sigma
  double wind_sd_m_s = 6;
  double clock_sigma_s = 0.02;  // of a healthy clock
  double stray_share = 0.003;   // of times, that err several times as much as the others
  double effects_per_km2_hour = 0.05;
  // Salvos: further shots that one shot lets expect, the mean time to the next, and how far apart
  // they fall (one sigma per axis).
  double salvo_share = 0.5;
  double salvo_spacing_s = 8;
  double salvo_spread_m = 250;
  // Shells faster than sound: the share of shots that fire one, and the level of their shock wave
  // 1 m off their way.
  double shock_share = 0.2;
  double shock_db_mean = 135;
  double shock_db_sd = 12;
  // Echoes: the share of arrivals that one follows, their mean delay, what they lose.
  double echo_share = 0.05;
  double echo_delay_s = 2;
  double echo_loss_db = 7;
  double named_min = 0.9;  // probability from which an arrival is called a shock wave or an echo
  unsigned threads = 1;
};

struct LocatedEffect {
  double x_m = 0;
  double y_m = 0;
  double time_s = 0;
  double source_db = 0;
  double source_sd_db = 0;
  std::array<double, 6> covariance{};  // xx, xy, yy (m²), xt, yt (m s), tt (s²)
  double strange = 0;
  double log_odds = 0;  // for this effect against none, natural logarithm
  // Log odds of the likeliest explanation of its arrivals without it that the search met, against
  // the one it is part of; very low where none was met or it was not doubted.
  double rival_log_odds = -1e300;
  std::vector<std::uint32_t> arrivals;  // indices into the scene's, ascending
  // Likewise arrivals that are none of its own direct sound: shock waves of its shell, heard before
  // it, and echoes of it. Each arrival is in one list of one effect at most.
  std::vector<std::uint32_t> shocks, echoes;
  std::vector<std::array<double, 2>> region50;  // ring in metres
  std::vector<std::array<double, 2>> region90;
  // When each of `arrivals`, in their order, should have come by the place and the air as they were
  // fitted, its sensor's clock included; with one sigma of that, and how far it went.
  struct Expected {
    double time_s = 0;
    double sigma_s = 0;
    double distance_m = 0;
  };
  std::vector<Expected> expected;
};

// A clock off by less is not told: that much an arrival may be late by itself.
inline constexpr double kClockOffS = 0.3;

struct ClockFault {
  std::uint32_t sensor = 0;
  double offset_s = 0;  // its clock minus true time
  double sigma_s = 0;
};

// A clock that went on with another offset, some time between two arrivals.
struct ClockJump {
  std::uint32_t sensor = 0;
  double from_s = 0;  // of scene time, as other sensors tell it
  double until_s = 0;
  double by_s = 0;  // later offset minus earlier
  double sigma_s = 0;
};

struct Association {
  std::vector<LocatedEffect> effects;  // ordered by time
  std::vector<ClockFault> clocks;      // off by more than kClockOffS, by sensor
  std::vector<ClockJump> jumps;        // by sensor
  // Stretches in which a sensor spoke and told of no effect that it should have heard, whatever its
  // clock; by sensor.
  std::vector<Deafness> unmatched;
  std::vector<Deafness> silent;  // that no health told of: sensors that fell silent for good
  std::vector<Deafness> floods;  // stretches in which a sensor said too much to say anything
};

Association associate(const SoundScene& scene, const AssociateParams& params);

}  // namespace truce::fuse
