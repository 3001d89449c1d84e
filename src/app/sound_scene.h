#pragma once
// A scene's files as what the associator takes.

#include "sim/scene.h"
#include "stages/fuse/fuse.h"

namespace truce::app {

// The plane of the scene is the local frame. `with_weather` false withholds the weather stations.
fuse::SoundScene sound_scene(const sim::Scene& scene, bool with_weather);

// Whether all arrivals are sound in air: seismic phases are not associated yet.
bool acoustic(const sim::Scene& scene);

}  // namespace truce::app
