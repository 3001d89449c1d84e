#include "app/sound_scene.h"

#include <algorithm>

namespace truce::app {

fuse::SoundScene sound_scene(const sim::Scene& scene, bool with_weather) {
  fuse::SoundScene out;
  for (const auto& s : scene.sensors) out.sensors.push_back({s.x_m, s.y_m, s.noise_db});
  for (const auto& a : scene.arrivals)
    out.arrivals.push_back({a.sensor, a.time_s, a.sigma_s, a.level_db});
  for (const auto& h : scene.health) out.deaf.push_back({h.sensor, h.from_s, h.until_s});
  if (with_weather) {
    for (const auto& w : scene.wind)
      out.weather.push_back({w.time_s, w.x_m, w.y_m, w.east_m_s, w.north_m_s, w.sound_speed_m_s});
  }
  out.sound_speed_m_s = scene.sound_speed_m_s;
  out.end_s = scene.duration_s;
  return out;
}

fuse::SeismicScene seismic_scene(const sim::Scene& scene) {
  fuse::SeismicScene out;
  for (const auto& s : scene.sensors) out.stations.push_back({s.x_m, s.y_m, s.noise_db});
  for (const auto& a : scene.arrivals) {
    const auto phase = a.phase == sim::Phase::kP   ? fuse::PickPhase::kP
                       : a.phase == sim::Phase::kS ? fuse::PickPhase::kS
                                                   : fuse::PickPhase::kUnknown;
    out.picks.push_back({a.sensor, a.time_s, a.sigma_s, a.level_db, phase});
  }
  for (const auto& h : scene.health) out.deaf.push_back({h.sensor, h.from_s, h.until_s});
  for (const auto& l : scene.layers) out.layers.push_back({l.depth_m, l.p_m_s, l.s_m_s});
  out.end_s = scene.duration_s;
  return out;
}

bool lacks_layers(const sim::Scene& scene) {
  return scene.layers.empty() &&
         std::any_of(scene.arrivals.begin(), scene.arrivals.end(),
                     [](const auto& a) { return a.phase != sim::Phase::kSound; });
}

std::vector<sim::ScoredEffect> scored(const std::vector<fuse::LocatedEffect>& effects) {
  std::vector<sim::ScoredEffect> out;
  for (const auto& e : effects)
    out.push_back({e.arrivals, e.x_m, e.y_m, e.time_s, e.region50, e.region90});
  return out;
}

}  // namespace truce::app
