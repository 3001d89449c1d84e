// Bytes cut at '\f' become the files of a scene. What is accepted has indices that lead somewhere
// and numbers that are numbers; what is not names its file.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/scene.h"

std::vector<std::string> fuzz_seeds() {
  const std::string json =
      R"({"name":"s","width_km":10,"height_km":8,"hours":1,"sound_speed_m_s":340})";
  const std::string sensors = "\fsensor,x_km,y_km,noise_db\na,1,2,50\nb,3,4,51\n";
  const std::string arrivals = "\farrival,sensor,time_s,sigma_s,level_db\n0,b,3,0.1,60\n";
  const std::string rest =
      "\ftime_s,x_km,y_km,east_m_s,north_m_s,sound_speed_m_s\n0,1,2,3,4,340\n"
      "\fdepth_km,p_km_s,s_km_s\n0,5,2.9\n"
      "\feffect,time_s,x_km,y_km,source_db\n0,1,2,3,150\n\farrival,effect\n0,0\n"
      "\fsensor,x_km,y_km,clock_offset_s,silent_from_s\na,1,2,0.5,\n"
      "\fsensor,from_s,until_s,why\na,1,2,off\n";
  return {json + sensors + arrivals, json + sensors + arrivals + rest};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < size; ++i) {
    if (data[i] == '\f') {
      parts.emplace_back();
    } else {
      parts.back().push_back(static_cast<char>(data[i]));
    }
  }
  parts.resize(std::max<std::size_t>(parts.size(), 3));
  truce::sim::SceneFiles files{parts[0], parts[1], parts[2], {}, {}, {}, {}, {}, {}};
  std::optional<std::string>* more[] = {&files.wind,   &files.layers,        &files.truth,
                                        &files.labels, &files.sensors_truth, &files.health};
  for (std::size_t i = 3; i < parts.size() && i < 9; ++i) *more[i - 3] = parts[i];
  const auto scene = truce::sim::parse_scene(files);
  if (!scene.ok()) {
    TRUCE_ENSURE(!scene.error().message.empty() && !scene.error().place.source.empty());
    return 0;
  }
  for (const auto& a : scene->arrivals)
    TRUCE_ENSURE(a.sensor < scene->sensors.size() && std::isfinite(a.time_s) && a.sigma_s >= 0);
  if (!scene->truth) return 0;
  TRUCE_ENSURE(scene->truth->effect_of.size() == scene->arrivals.size());
  for (const auto& e : scene->truth->effects) {
    for (const auto a : e.arrivals) TRUCE_ENSURE(a < scene->arrivals.size());
  }
  return 0;
}
