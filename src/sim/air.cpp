#include "sim/air.h"

#include <algorithm>
#include <array>

#include "base/units.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

Xy between(Xy a, Xy b, double share) {
  return {a.x_m + (b.x_m - a.x_m) * share, a.y_m + (b.y_m - a.y_m) * share};
}

struct GaussPoint {
  double at, weight;
};
constexpr std::array<GaussPoint, 3> kGauss{
    {{0.1127016653792583, 5.0 / 18}, {0.5, 8.0 / 18}, {0.8872983346207417, 5.0 / 18}}};

// Never slower than this, whatever the wind: a path has to end.
constexpr double kSlowest_m_s = 50;

}  // namespace

Air::Air(const World& world, std::uint64_t seed)
    : world_(world),
      east_(Random(seed, Draw::kWind, 1), {world.wind.eddy_km * 1000, world.wind.eddy_s}),
      north_(Random(seed, Draw::kWind, 2), {world.wind.eddy_km * 1000, world.wind.eddy_s}) {}

Air::Vector Air::wind(Xy at, double time_s) const {
  const Wind& w = world_.wind;
  const double turned = std::clamp((time_s - w.turn_from_s) / w.turn_over_s, 0.0, 1.0);
  const double angle = -to_radians(w.turn_deg * turned);
  const double c = steady_cos(angle), s = steady_sin(angle);
  Vector v{w.east_m_s * c - w.north_m_s * s, w.east_m_s * s + w.north_m_s * c};
  v.east += w.shear_m_s * (at.y_m / (world_.terrain.height_km * 1000) - 0.5);
  if (w.eddy_m_s > 0) {
    v.east += w.eddy_m_s * east_.at(at.x_m, at.y_m, time_s);
    v.north += w.eddy_m_s * north_.at(at.x_m, at.y_m, time_s);
  }
  return v;
}

double Air::travel_s(Xy from, Xy to, double start_s) const {
  const double dx = to.x_m - from.x_m, dy = to.y_m - from.y_m;
  const double distance = steady_length(dx, dy);
  if (distance == 0) return 0;
  const double still_s = distance / world_.sound.speed_m_s;
  double slowness = 0;
  for (const auto& g : kGauss) {
    const Vector v = wind(between(from, to, g.at), start_s + still_s * g.at);
    const double along = (v.east * dx + v.north * dy) / distance;
    slowness += g.weight / std::max(world_.sound.speed_m_s + along, kSlowest_m_s);
  }
  return distance * slowness;
}

double Air::head_wind(Xy from, Xy to, double time_s) const {
  const double dx = to.x_m - from.x_m, dy = to.y_m - from.y_m;
  const double distance = steady_length(dx, dy);
  if (distance == 0) return 0;
  const Vector v = wind(between(from, to, 0.5), time_s);
  return std::max(0.0, -(v.east * dx + v.north * dy) / distance);
}

std::vector<WindReading> weather_readings(const World& world, std::uint64_t seed, const Air& air) {
  std::vector<WindReading> out;
  const Wind& w = world.wind;
  std::vector<Xy> stations;
  for (std::uint32_t i = 0; i < w.stations; ++i) {
    Random random(seed, Draw::kWeather, i, 0);
    const double x = random.between(0, world.terrain.width_km * 1000);
    stations.push_back({x, random.between(0, world.terrain.height_km * 1000)});
  }
  const auto times = static_cast<std::uint64_t>(world.terrain.hours * 3600 / w.every_s) + 1;
  for (std::uint64_t k = 0; k < times; ++k) {
    const double t = w.every_s * static_cast<double>(k);
    for (std::uint32_t i = 0; i < w.stations; ++i) {
      Random random(seed, Draw::kWeather, i, k + 1);
      const auto v = air.wind(stations[i], t);
      const double east = v.east + w.noise_m_s * random.normal();
      const double north = v.north + w.noise_m_s * random.normal();
      const double sound = world.sound.speed_m_s + w.noise_sound_m_s * random.normal();
      out.push_back({t, stations[i].x_m, stations[i].y_m, east, north, sound});
    }
  }
  return out;
}

}  // namespace truce::sim
