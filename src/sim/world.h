#pragma once
// A world: everything from which a simulation is made, as one small TOML file says it. Plain
// values; what each means, its unit and range stand in world_fields.h, from which reader and
// description are made.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace truce::sim {

struct Span {  // uniform between the two
  double low = 0, high = 0;
};

struct Terrain {
  double width_km = 60, height_km = 40, hours = 1;
  std::vector<std::array<double, 2>> front_km;  // the line of contact; empty: none
};

struct Nodes {  // acoustic nodes, or the stations of a seismic network
  std::uint32_t count = 120;
  std::string layout = "uniform";
  double spread_km = 8;
  double noise_db = 53, noise_sd_db = 3;
  double misplaced_share = 0, misplaced_m = 60;
  double clock_share = 0, clock_s = 0.6;
  double dead_share = 0, dying_share = 0;
  double deaf_after_s = 0;
  double onset_s = 0.04, weak_onset_s = 0.12;
  double stray_share = 0, stray_factor = 4;
};

struct Detection {
  double snr_db = 6, width_db = 2;
};

struct Sound {
  double speed_m_s = 340.5;
  double spreading_db = 20, absorption_db_km = 1.2, level_sd_db = 4;
  double path_error = 0.004, shared_error = 0, shared_km = 5;
  double echo_share = 0, echo_delay_s = 1.5, echo_loss_db = 8;
  double shadow_db = 0;
  double hidden_share = 0, hidden_db = 12;
};

struct Wind {
  double east_m_s = 0, north_m_s = 0;
  double turn_deg = 0, turn_from_s = 0, turn_over_s = 3600;
  double shear_m_s = 0;
  double eddy_m_s = 0, eddy_km = 15, eddy_s = 1800;
  std::uint32_t stations = 6;
  double every_s = 300, noise_m_s = 0.8, noise_sound_m_s = 0.3;
};

struct Weapon {
  std::string name = "mortar";
  std::string kind = "mortar";  // of the vocabulary's weapon classes
  std::string side = "both";
  std::uint32_t batteries = 4;
  double missions_per_hour = 4;
  Span rounds{1, 6}, gap_s{4, 12};
  Span behind_km{1, 5}, target_km{0, 4};
  double scatter_m = 120;
  double muzzle_db = 0, impact_db = 146, level_sd_db = 2;
  double shell_m_s = 300;
  double supersonic_km = 0, shock_db = 135;
};

struct FalseArrivals {
  double per_sensor_hour = 15, excess_db = 5;
  double bursts_per_sensor_hour = 0;
  Span burst{4, 12};
  double burst_gap_s = 1.5;
  double share = 0;
};

struct Jamming {
  double from_s = 0, until_s = 0, x_km = 0, y_km = 0, radius_km = 0;
};

struct Forged {
  std::uint32_t copies = 0;
  double copy_delay_s = 0.4;
  std::uint32_t inventors = 0;
  double invented_per_hour = 4;
};

struct Hostile {
  std::uint32_t flooding = 0;
  double flood_per_s = 10000, flood_s = 1;
  std::uint32_t jumping = 0;
  double jump_s = 3600;
  std::uint32_t moved = 0;
  double moved_km = 5;
  std::uint32_t twins = 0;
};

struct LayerSpec {
  double depth_km = 0, p_km_s = 5.8, s_km_s = 3.36;
};

struct Seismic {
  bool on = false;
  double events_per_hour = 4;
  double source_db = 140, source_sd_db = 8;
  double spreading_db = 30, absorption_db_km = 0.08;
  double s_gain_db = 3;
  std::vector<LayerSpec> layers;
};

struct Arrays {
  std::uint32_t count = 0;
  double sigma_deg = 3, misaligned_deg = 0, reach_km = 20, notices = 0.9, false_per_hour = 0.5;
};
struct Cameras {
  std::uint32_t count = 0;
  double reach_km = 9, ring_km = 2, notices = 0.9;
  double blind_from_s = 0, blind_until_s = 0;
};
struct Patrols {
  std::uint32_t count = 0;
  double reach_km = 8, ring_km = 2, notices = 0.8, rounds_above = 9;
};
struct Satellite {
  std::uint32_t passes = 0;
  double pixel_m = 375, sigma_m = 150, seen = 0.3, within_s = 1800, false_per_pass = 1;
};
struct Parties {
  double claims_per_hour = 0, inflation = 1.5, denial_share = 0.2;
  std::uint32_t invented = 0, copied = 0;
};

struct World {
  std::string name = "world";
  std::uint64_t seed = 1;
  Terrain terrain;
  Nodes nodes;
  Detection detection;
  Sound sound;
  Wind wind;
  FalseArrivals false_arrivals;
  Forged forged;
  Hostile hostile;
  Seismic seismic;
  Arrays arrays;
  Cameras cameras;
  Patrols patrols;
  Satellite satellite;
  Parties parties;
  std::vector<Weapon> weapons;
  std::vector<Jamming> jamming;

  // Observers beside the nodes: such a world becomes a mission as well as a scene.
  bool is_mixed() const {
    return arrays.count + cameras.count + patrols.count + satellite.passes > 0;
  }
};

// Errors: not TOML, a key nobody knows, a value outside its range; each with its line.
Result<World> parse_world(std::string_view toml, const std::string& source);

// Every key with unit, range, default and meaning, as a TOML file that parse_world accepts.
std::string describe_world();

}  // namespace truce::sim
