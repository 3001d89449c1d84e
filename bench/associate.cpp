// Arrivals to effects: what they cost against the number of sensors and of arrivals per minute.
//
// usage: bench_associate [MOST_SENSORS] [THREADS]
//
// Worlds come from `sim`, all scaled from one description. Against sensors: 100, 250, 500, 1,000,
// 2,500, 5,000 (20,000 when MOST_SENSORS says so) at one density, so that ground, guns and arrivals
// grow with them. Against arrivals: 500 sensors on one ground, guns and false reports multiplied.
// One JSON object per world.
//
// The floor is what no search of this kind can do without, on one core:
//   votes: each arrival once into every cell it could have come from, π R² / cell² of them, one
//     addition each; R is the distance within which nine tenths of the true arrivals were heard;
//   fits: each true effect once, kRounds rounds over its hits, kPerHit operations per hit (a
//     path: differences, a root, two divisions, the wind from eight knots and the sensor's two; a
//     residual, its weight, six sums).
// What an addition and an operation take is measured first, on numbers that stay in the first
// cache. Reading, learning the air, sharing out and solving salvos are not in it.

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "app/sound_scene.h"
#include "sim/simulate.h"

using namespace truce;

namespace {

constexpr double kCellM = 500;
constexpr double kRounds = 8;
constexpr double kPerHit = 60;
constexpr double kPi = 3.14159265358979;
constexpr std::uint64_t kSeed = 20250419;

constexpr const char* kWorld = R"(
[terrain]
width_km = 40
height_km = 30
hours = 0.25
[nodes]
count = 100
layout = "uniform"
misplaced_share = 1
misplaced_m = 8
[wind]
east_m_s = 3
north_m_s = -2
eddy_m_s = 1
stations = 0
[[weapon]]
batteries = 10
missions_per_hour = 4
rounds = [1, 5]
target_km = [1, 6]
[false]
per_sensor_hour = 20
)";

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double processor_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
}

// The least processor time of five goes, per operation, of `operations` done by f.
template <class F>
double seconds_each(double operations, F f) {
  double best = 1e9;
  for (int go = 0; go < 5; ++go) {
    const double start = processor_s();
    f();
    best = std::min(best, processor_s() - start);
  }
  return best / operations;
}

struct Pace {  // seconds of one
  double addition = 0, operation = 0;
};

// Additions into places that jump about 8 kB, and multiplications with additions in eight sums.
Pace measure() {
  constexpr int kTimes = 20'000'000;
  volatile float kept = 0;
  Pace unit;
  std::vector<std::uint16_t> where(4096);
  for (std::size_t i = 0; i < where.size(); ++i)
    where[i] = static_cast<std::uint16_t>(i * 2654435761U >> 7U & 2047U);
  unit.addition = seconds_each(kTimes, [&] {
    std::vector<float> bins(2048, 0.0F);
    for (int i = 0; i < kTimes; ++i) bins[where[static_cast<std::size_t>(i) & 4095U]] += 1.5F;
    kept = bins[7];
  });
  unit.operation = seconds_each(2.0 * kTimes, [&] {
    double sum[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    for (int i = 0; i < kTimes / 8; ++i) {
      for (double& s : sum) s = s * 0.999 + 0.5;
    }
    kept =
        static_cast<float>(sum[0] + sum[1] + sum[2] + sum[3] + sum[4] + sum[5] + sum[6] + sum[7]);
  });
  if (kept < 0) std::abort();  // keeps the sums from being left out
  return unit;
}

sim::World world_of(std::uint32_t sensors, double fire) {
  auto world = sim::parse_world(kWorld, "bench");
  if (!world.ok()) std::abort();
  const double by = sensors / 100.0;
  world->terrain.width_km *= std::sqrt(by);
  world->terrain.height_km *= std::sqrt(by);
  world->nodes.count = sensors;
  world->weapons[0].batteries = sensors / 10;
  world->weapons[0].missions_per_hour *= fire;
  world->false_arrivals.per_sensor_hour *= fire;
  return *world;
}

// The distance within which nine tenths of what was heard came from.
double reach_m(const sim::Scene& scene) {
  std::vector<double> d;
  for (const auto& e : scene.truth->effects) {
    for (const auto a : e.arrivals) {
      const auto& s = scene.sensors[scene.arrivals[a].sensor];
      d.push_back(std::hypot(s.x_m - e.x_m, s.y_m - e.y_m));
    }
  }
  if (d.empty()) return 0;
  const auto at = d.begin() + static_cast<std::ptrdiff_t>(d.size() * 9 / 10);
  std::nth_element(d.begin(), at, d.end());
  return *at;
}

double floor_s(const sim::Scene& scene, const Pace& unit) {
  const double r = reach_m(scene);
  const double votes = static_cast<double>(scene.arrivals.size()) * kPi * r * r / (kCellM * kCellM);
  double hits = 0;
  for (const auto& e : scene.truth->effects) hits += static_cast<double>(e.arrivals.size());
  return votes * unit.addition + hits * kRounds * kPerHit * unit.operation;
}

void run(const char* by, std::uint32_t sensors, double fire, unsigned threads, const Pace& unit) {
  const auto simulated = sim::simulate(world_of(sensors, fire), kSeed);
  if (!simulated.ok()) {
    std::fprintf(stderr, "%s\n", simulated.error().to_text().c_str());
    return;
  }
  const auto& scene = simulated->scene;
  const auto input = app::sound_scene(scene, false);
  fuse::AssociateParams params;
  params.threads = threads;
  const double processor = processor_s();
  const double start = seconds_now();
  const auto found = fuse::associate(input, params);
  const double seconds = seconds_now() - start;
  const double spent = processor_s() - processor;
  const auto score = sim::score_scene(app::scored(found.effects), scene.truth->effects);
  const double least = floor_s(scene, unit);
  const auto arrivals = static_cast<double>(scene.arrivals.size());
  std::printf(
      "{\"arrivals\":%zu,\"arrivals_per_minute\":%.0f,\"bench\":\"associate\",\"by\":\"%s\","
      "\"effects\":%zu,\"f1\":%.4f,\"floor_s\":%.4f,\"processor_ns_per_arrival\":%.0f,"
      "\"processor_s\":%.3f,\"seconds\":%.3f,\"sensors\":%u,\"threads\":%u,\"times_floor\":%.1f}\n",
      scene.arrivals.size(), arrivals / scene.duration_s * 60, by, score.counts.true_effects,
      score.f1, least, 1e9 * spent / arrivals, spent, seconds, sensors, threads, spent / least);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint32_t most =
      argc > 1 ? static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10)) : 5000;
  const unsigned threads = argc > 2 ? static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10))
                                    : std::max(1U, std::thread::hardware_concurrency());
  const Pace unit = measure();
  std::fprintf(stderr, "an addition %.2f ns, an operation %.2f ns\n", 1e9 * unit.addition,
               1e9 * unit.operation);
  for (const std::uint32_t sensors : {100U, 250U, 500U, 1000U, 2500U, 5000U, 20000U}) {
    if (sensors <= most) run("sensors", sensors, 1, threads, unit);
  }
  for (const double fire : {0.25, 0.5, 1.0, 2.0, 4.0, 8.0}) {
    if (500 <= most) run("arrivals", 500, fire, threads, unit);
  }
  return 0;
}
