#pragma once
// For tests: a front of nodes that hear, with patrols that report, as a mission; an hour of it.

#include <gtest/gtest.h>

#include <filesystem>

#include "base/files.h"
#include "sim/mission_files.h"
#include "sim/simulate.h"
#include "sim/world.h"

namespace truce::app {

inline void write_heard_world(const std::filesystem::path& to) {
  const auto world = sim::parse_world(R"(
[terrain]
width_km = 14
height_km = 10
hours = 1.1
[nodes]
count = 24
[[weapon]]
batteries = 3
missions_per_hour = 3
rounds = [1, 3]
gap_s = [6, 12]
[false]
per_sensor_hour = 4
[patrols]
count = 2
)",
                                      "heard-world");
  ASSERT_TRUE(world.ok()) << world.error().to_text();
  for (const auto& f : sim::mission_files(*sim::simulate(*world, 5))) {
    std::filesystem::create_directories((to / f.name).parent_path());
    ASSERT_TRUE(write_file_atomically(to / f.name, f.bytes).ok());
  }
}

}  // namespace truce::app
