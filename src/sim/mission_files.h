#pragma once
// A simulated world as a mission: ordinary feeds in the formats that `truce acquire` reads, an
// agreement that forbids all fire, and beside them, for scoring alone, the truth:
//
//   truth.csv   effect,salvo,time,lat,lon,class,weapon
//   labels.csv  feed,line,effects,cause; effects are joined by '|', none for reports of nothing
//
// A row is named by its feed and the line of the feed's one file on which it stands.

#include <string>
#include <vector>

#include "sim/simulate.h"

namespace truce::sim {

struct MissionFile {
  std::string name;  // from the mission's folder
  std::string bytes;
};

// Every observer in a feed of its own, so that any can be left out. Of a seismic world the stations
// with the layers under them, ground.csv.
std::vector<MissionFile> mission_files(const Simulated& simulated);

}  // namespace truce::sim
