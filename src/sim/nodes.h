#pragma once
// The sensors of a world: where they are and where they say they are, what their clocks show, how
// long they live, and what is wrong with them on purpose.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/fire.h"
#include "sim/world.h"

namespace truce::sim {

struct Node {
  std::string id;
  Xy at, told;
  double noise_db = 0;
  double clock_offset_s = 0;
  double silent_from_s = std::numeric_limits<double>::infinity();  // 0 or below: dead
  std::uint32_t hidden_winds = 0;  // bit i: hills hide what comes from wind i of sixteen
  // Wrong on purpose.
  double jumps_from_s = std::numeric_limits<double>::infinity();
  double jump_s = 0;
  double moves_at_s = std::numeric_limits<double>::infinity();
  Xy moved_to;
  double floods_from_s = std::numeric_limits<double>::infinity();
  std::int32_t copies_of = -1;  // node whose arrivals it repeats instead of its own
  std::int32_t twin_of = -1;    // node by whose name it goes
  bool invents = false;

  Xy place(double time_s) const { return time_s < moves_at_s ? at : moved_to; }
  // What its clock shows at a true time.
  double clock(double time_s) const {
    return time_s + clock_offset_s + (time_s < jumps_from_s ? 0 : jump_s);
  }
};

std::vector<Node> make_nodes(const World& world, std::uint64_t seed);

// Jammed or silent: it reports nothing then.
bool is_mute(const World& world, const Node& node, double time_s);

}  // namespace truce::sim
