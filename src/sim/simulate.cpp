#include "sim/simulate.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "sim/air.h"
#include "sim/falsehood.h"

namespace truce::sim {

namespace {

// What a world makes by its own account, on average: rounds, false arrivals, readings.
double rows_expected(const World& w) {
  const double hours = w.terrain.hours;
  double blasts = w.seismic.on ? w.seismic.events_per_hour * hours : 0;
  for (const auto& x : w.weapons)
    blasts += x.batteries * x.missions_per_hour * hours * x.rounds.high * 2;
  const FalseArrivals& f = w.false_arrivals;
  const double false_each = hours * (f.per_sensor_hour + f.bursts_per_sensor_hour * f.burst.high);
  const double inventions = w.forged.inventors * w.forged.invented_per_hour * hours;
  const double floods = w.hostile.flooding * w.hostile.flood_per_s * w.hostile.flood_s;
  return blasts + w.nodes.count * (1 + false_each) + inventions + floods +
         w.wind.stations * (1 + hours * 3600 / w.wind.every_s);
}

Error too_many(const World& world) {
  return make_error(ErrorCode::kLimit,
                    "the world \"" + world.name + "\" would make too many arrivals", {},
                    "fewer nodes, hours, weapons or false arrivals");
}

bool before(const Heard& a, const Heard& b) {
  if (a.arrival.time_s != b.arrival.time_s) return a.arrival.time_s < b.arrival.time_s;
  if (a.arrival.sensor != b.arrival.sensor) return a.arrival.sensor < b.arrival.sensor;
  return a.arrival.level_db < b.arrival.level_db;
}

// After an arrival a node notices nothing for a while; a flood knows no such limit.
void deafen(const World& world, std::vector<Heard>& heard) {
  if (world.nodes.deaf_after_s <= 0) return;
  std::stable_sort(heard.begin(), heard.end(), [](const Heard& a, const Heard& b) {
    return a.true_time_s != b.true_time_s ? a.true_time_s < b.true_time_s : before(a, b);
  });
  std::vector<double> deaf_until(world.nodes.count, -1e18);
  std::vector<Heard> kept;
  for (const auto& h : heard) {
    double& until = deaf_until[h.arrival.sensor];
    if (h.cause != Cause::kFlood && h.true_time_s < until) continue;
    until = h.true_time_s + world.nodes.deaf_after_s;
    kept.push_back(h);
  }
  heard = std::move(kept);
}

void cut(double duration_s, std::vector<Heard>& heard) {
  const auto outside = [&](const Heard& h) {
    return h.true_time_s < 0 || h.true_time_s >= duration_s;
  };
  heard.erase(std::remove_if(heard.begin(), heard.end(), outside), heard.end());
}

// What a twin says comes under the other's name: true, and of no use to anyone.
void rename_twins(const std::vector<Node>& nodes, std::vector<Heard>& heard) {
  for (auto& h : heard) {
    const auto twin_of = nodes[h.arrival.sensor].twin_of;
    if (twin_of < 0) continue;
    h.arrival.sensor = static_cast<std::uint32_t>(twin_of);
    h.effect = -1;
    h.of = -1;
    h.cause = Cause::kTwin;
  }
}

// Jamming is known to those who are jammed.
void write_health(const World& world, const std::vector<Node>& nodes, Scene& scene) {
  for (const auto& j : world.jamming) {
    for (std::uint32_t n = 0; n < nodes.size(); ++n) {
      const double dx = nodes[n].at.x_m - j.x_km * 1000, dy = nodes[n].at.y_m - j.y_km * 1000;
      if (j.until_s > j.from_s && dx * dx + dy * dy <= j.radius_km * j.radius_km * 1e6)
        scene.health.push_back({n, j.from_s, j.until_s, "jammed"});
    }
  }
}

void write_arrivals(const std::vector<Heard>& heard, Scene& scene) {
  SceneTruth& truth = *scene.truth;
  for (std::uint32_t i = 0; i < heard.size(); ++i) {
    scene.arrivals.push_back(heard[i].arrival);
    truth.effect_of.push_back(heard[i].effect);
    truth.cause.emplace_back(to_string(heard[i].cause));
    truth.of.push_back(heard[i].of);
    if (heard[i].effect >= 0)
      truth.effects[static_cast<std::size_t>(heard[i].effect)].arrivals.push_back(i);
  }
}

void write_scene_of(const Simulated& s, const Air& air, const std::vector<Heard>& heard,
                    Scene& scene) {
  const World& w = s.world;
  scene.name = w.name;
  scene.width_m = w.terrain.width_km * 1000;
  scene.height_m = w.terrain.height_km * 1000;
  scene.duration_s = w.terrain.hours * 3600;
  scene.sound_speed_m_s = w.sound.speed_m_s;
  scene.truth.emplace();
  for (const auto& n : s.nodes) {
    scene.sensors.push_back({n.id, n.told.x_m, n.told.y_m, n.noise_db});
    scene.truth->sensors.push_back({n.at.x_m, n.at.y_m, n.clock_offset_s, n.silent_from_s});
  }
  for (const auto& b : s.fire.blasts) {
    scene.truth->effects.push_back({{}, b.at.x_m, b.at.y_m, b.time_s});
    scene.truth->source_db.push_back(b.source_db);
  }
  if (w.seismic.on) {
    for (const auto& l : w.seismic.layers)
      scene.layers.push_back({l.depth_km * 1000, l.p_km_s * 1000, l.s_km_s * 1000});
  } else {
    scene.wind = weather_readings(w, s.seed, air);
  }
  write_health(w, s.nodes, scene);
  write_arrivals(heard, scene);
}

}  // namespace

Result<Simulated> simulate(const World& world, std::uint64_t seed, std::size_t rows_max) {
  if (rows_expected(world) > static_cast<double>(rows_max)) return too_many(world);
  Simulated out;
  out.world = world;
  out.seed = seed;
  out.fire = make_fire(world, seed);
  out.nodes = make_nodes(world, seed);
  const Air air(world, seed);
  auto heard = world.seismic.on ? hear_ground(world, seed, out.nodes, out.fire, rows_max)
                                : hear_sounds(world, seed, out.nodes, out.fire, air, rows_max);
  const double false_share = 1 + world.false_arrivals.share;
  if (static_cast<double>(heard.size()) * false_share >= static_cast<double>(rows_max))
    return too_many(world);
  add_falsehoods(world, seed, out.nodes, heard);
  cut(world.terrain.hours * 3600, heard);
  deafen(world, heard);
  rename_twins(out.nodes, heard);
  std::stable_sort(heard.begin(), heard.end(), before);
  write_scene_of(out, air, heard, out.scene);
  return out;
}

std::string making_of(const Simulated& s) {
  std::size_t heard_by_5 = 0;
  for (const auto& e : s.scene.truth->effects) heard_by_5 += e.arrivals.size() >= 5 ? 1 : 0;
  return "\"seed\": " + std::to_string(s.seed) +
         ",\n \"effects\": " + std::to_string(s.fire.blasts.size()) +
         ",\n \"effects_heard_by_5\": " + std::to_string(heard_by_5) +
         ",\n \"salvos\": " + std::to_string(s.fire.salvos.size());
}

}  // namespace truce::sim
