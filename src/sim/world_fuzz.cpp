// Any text as a world: accepted or refused with its place; what is accepted and small enough runs,
// and its truth fits its arrivals.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/simulate.h"

std::vector<std::string> fuzz_seeds() {
  const std::string small =
      "name = \"w\"\nseed = 3\n[terrain]\nwidth_km = 9\nheight_km = 7\nhours = 0.05\n"
      "front_km = [[0, 3], [9, 4]]\n[nodes]\ncount = 9\nlayout = \"front\"\n"
      "[[weapon]]\nbatteries = 2\nmissions_per_hour = 40\nrounds = [1, 3]\nmuzzle_db = 140\n"
      "supersonic_km = 2\nshell_m_s = 500\n[forged]\ncopies = 1\ninventors = 2\n"
      "[hostile]\nflooding = 1\nflood_per_s = 50\njumping = 1\nmoved = 1\n[[jamming]]\n"
      "until_s = 60\nx_km = 4\ny_km = 3\nradius_km = 2\n[wind]\neddy_m_s = 1\nturn_deg = 20\n";
  const std::string seismic =
      "[terrain]\nhours = 0.1\n[nodes]\ncount = 6\n[seismic]\non = true\nevents_per_hour = 30\n"
      "[[seismic.layer]]\ndepth_km = 0\n[[seismic.layer]]\ndepth_km = 8\np_km_s = 7\n";
  return {small, seismic, "[terrain]\nhours = 0.1\n"};
}

namespace {

bool is_small(const truce::sim::World& w) {
  double blasts = w.seismic.on ? w.seismic.events_per_hour * w.terrain.hours : 0;
  for (const auto& x : w.weapons)
    blasts += x.batteries * (1 + x.missions_per_hour * w.terrain.hours * x.rounds.high);
  const auto& f = w.false_arrivals;
  const double each = w.terrain.hours * (f.per_sensor_hour + f.bursts_per_sensor_hour * 100);
  return w.nodes.count <= 50 && blasts < 300 && w.nodes.count * each < 20000 && f.share < 3 &&
         w.forged.invented_per_hour * w.terrain.hours < 100 && w.forged.copies < 50 &&
         w.hostile.flooding * w.hostile.flood_per_s * w.hostile.flood_s < 20000 &&
         w.wind.stations * (1 + w.terrain.hours * 3600 / w.wind.every_s) < 20000;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto world = truce::sim::parse_world(
      std::string_view(reinterpret_cast<const char*>(data), size), "fuzz.toml");
  if (!world.ok()) {
    TRUCE_ENSURE(!world.error().message.empty() && world.error().place.source == "fuzz.toml");
    return 0;
  }
  if (!is_small(*world)) return 0;
  const auto made = truce::sim::simulate(*world, world->seed);
  if (!made.ok()) return 0;
  const auto& scene = made->scene;
  TRUCE_ENSURE(scene.truth->effect_of.size() == scene.arrivals.size());
  for (const auto& a : scene.arrivals) TRUCE_ENSURE(a.sensor < scene.sensors.size());
  return 0;
}
