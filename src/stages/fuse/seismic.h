#pragma once
// Picks of P and S waves to blasts at the surface. A network of seismic stations says "a wave began
// here at t"; half of that may be false, blasts overlap, and stations die. `associate_seismic`
// finds the set of blasts that explains the picks best: those that were picked, those that healthy
// stations did not pick, and those that nothing explains. Every source lies at the ground.
//
// Frame: as in associate.h, a flat local frame in metres and seconds.
//
// Method: seeds from a stack over place and time, after which each is fitted with hits and misses
// (the penalty for a station that should have picked and did not after NET-VISA: Arora, Russell &
// Sudderth 2013), chosen greedily, shared out and merged until the joint score stands. Detection,
// attenuation, false rates, time errors and dead stations are fitted from the same picks.

#include <cstdint>
#include <vector>

#include "stages/fuse/associate.h"

namespace truce::fuse {

// Flat layers, ordered by the depth of their tops, the first at 0; speeds above 0.
struct GroundLayer {
  double depth_m = 0;
  double p_m_s = 0;
  double s_m_s = 0;
};

enum class PickPhase : std::uint8_t { kP, kS, kUnknown };

struct Pick {
  std::uint32_t station = 0;  // index
  double time_s = 0;
  double sigma_s = 0;   // of the onset, as the picker says
  double level_db = 0;  // of the same kind as the station's noise
  PickPhase phase = PickPhase::kUnknown;
};

struct SeismicScene {
  std::vector<SoundSensor> stations;
  std::vector<Pick> picks;  // any order; all numbers finite
  std::vector<Deafness> deaf;
  std::vector<GroundLayer> layers;  // empty: nothing is found
  double start_s = 0;               // what the picks cover
  double end_s = 0;
};

// Beliefs before the data, each refined by them. Numbers are wide on purpose.
struct SeismicParams {
  double spreading_db = 30;  // per tenfold distance: body waves 20, head waves 40
  double attenuation_db_km = 0.06;
  double s_gain_db = 0;        // level of S over P
  double level_sd_db = 5;      // of a level around what distance predicts
  double source_db_mean = 30;  // level of P at 10 km over the stations' median noise
  double source_db_sd = 20;
  double detection_snr_db = 8;  // signal over noise at which half is picked
  double detection_width_db = 5;
  double path_error = 0.01;   // of the travel time, one sigma
  double station_sd_s = 0.1;  // how late waves come to one station, one sigma
  double stray_share = 0.03;  // of true picks that are far off
  double events_per_km2_hour = 1e-4;
  unsigned threads = 1;
};

struct SeismicAssociation {
  // In `found` an effect's source_db is the level of P at 10 km; clocks are not looked at.
  Association found;
  // As what each arrival of each effect was taken: kP or kS.
  std::vector<std::vector<PickPhase>> phases;
};

SeismicAssociation associate_seismic(const SeismicScene& scene, const SeismicParams& params);

}  // namespace truce::fuse
