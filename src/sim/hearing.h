#pragma once
// What the nodes notice of the world: every sound on its way through the air or the ground to every
// node, with what it loses on the way, whether it is noticed, and when the node says it was.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/air.h"
#include "sim/fire.h"
#include "sim/nodes.h"
#include "sim/scene.h"
#include "sim/world.h"

namespace truce::sim {

enum class Cause : std::uint8_t {
  kDirect,
  kEcho,
  kShock,
  kFalse,
  kBurst,
  kCopied,
  kInvented,
  kFlood,
  kTwin,  // by a node that goes by another's name
};
std::string_view to_string(Cause cause);

struct Heard {
  double true_time_s = 0;  // at the node, before its clock
  SceneArrival arrival;
  std::int32_t effect = -1;  // set for what arrives directly
  Cause cause = Cause::kFalse;
  std::int32_t of = -1;  // the effect that an echo or a shock wave comes from
};

// How likely a node of that background notices a sound of that level: logistic in their difference.
double notice_probability(const Detection& detection, double level_db, double noise_db);

// Sigma of an onset, which is what the sensor says of it.
double onset_sigma_s(const Nodes& nodes, double snr_db);

// All that is noticed of the fire, up to `rows_max`; of nodes that are mute at that time nothing.
std::vector<Heard> hear_sounds(const World& world, std::uint64_t seed,
                               const std::vector<Node>& nodes, const Fire& fire, const Air& air,
                               std::size_t rows_max);
// The same of a seismic network: P and S through flat layers.
std::vector<Heard> hear_ground(const World& world, std::uint64_t seed,
                               const std::vector<Node>& nodes, const Fire& fire,
                               std::size_t rows_max);

// First arrival from surface to surface: the direct wave or the head wave along some layer below
// (Aki & Richards 2002, box 9.4). `layers` from the top; `s_wave` takes their speeds of S.
double layered_travel_s(const std::vector<Layer>& layers, double distance_m, bool s_wave);

}  // namespace truce::sim
