#pragma once
// A scene's files as what the associator takes, and what it says as the scorer takes it.

#include "sim/scene.h"
#include "stages/fuse/fuse.h"

namespace truce::app {

// The plane of the scene is the local frame. `with_weather` false withholds the weather stations.
fuse::SoundScene sound_scene(const sim::Scene& scene, bool with_weather);

// Of a scene with layers. What says neither P nor S is a pick of unknown phase.
fuse::SeismicScene seismic_scene(const sim::Scene& scene);

// Whether there are P or S waves and no layers to tell how long they travelled.
bool lacks_layers(const sim::Scene& scene);

std::vector<sim::ScoredEffect> scored(const std::vector<fuse::LocatedEffect>& effects);

}  // namespace truce::app
