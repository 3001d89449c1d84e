#pragma once
// A scene's files as what the associator takes, and what it says as the scorer takes it.

#include "sim/scene.h"
#include "stages/fuse/fuse.h"

namespace truce::app {

// The plane of the scene is the local frame. `with_weather` false withholds the weather stations.
fuse::SoundScene sound_scene(const sim::Scene& scene, bool with_weather);

// Whether all arrivals are sound in air: seismic phases are not associated yet.
bool acoustic(const sim::Scene& scene);

std::vector<sim::ScoredEffect> scored(const std::vector<fuse::LocatedEffect>& effects);

}  // namespace truce::app
