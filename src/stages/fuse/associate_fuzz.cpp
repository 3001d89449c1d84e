// Bytes become a small scene of finite numbers, most of them likely and some beyond all measure.
// Whatever the scene, the answer is finite, shares each arrival out and names it at most once, and
// is the same for two threads as for one.
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stages/fuse/associate.h"
#include "stages/fuse/internal/fuzzing.h"

namespace {

using truce::fuse::Association;
using truce::fuse::SoundScene;
using truce::fuse::fuzzing::Bytes;
using truce::fuse::fuzzing::same;

constexpr std::size_t kSensorsMax = 8;
constexpr std::size_t kArrivalsMax = 40;

SoundScene scene_of(Bytes bytes) {
  SoundScene scene;
  scene.end_s = 120;
  const std::size_t sensors = bytes.next() % (kSensorsMax + 1);
  for (std::size_t s = 0; s < sensors; ++s)
    scene.sensors.push_back(
        {bytes.number(-4000, 4000), bytes.number(-4000, 4000), bytes.number(40, 60)});
  if (sensors == 0) return scene;
  const auto sensor = [&] { return static_cast<std::uint32_t>(bytes.next() % sensors); };
  for (unsigned deaf = bytes.next() % 3; deaf > 0; --deaf)
    scene.deaf.push_back({sensor(), bytes.number(0, 120), bytes.number(0, 120)});
  for (unsigned weather = bytes.next() % 3; weather > 0; --weather)
    scene.weather.push_back({bytes.number(0, 120), bytes.number(-4000, 4000),
                             bytes.number(-4000, 4000), bytes.number(-9, 9), bytes.number(-9, 9),
                             bytes.number(330, 350)});
  while (!bytes.empty() && scene.arrivals.size() < kArrivalsMax)
    scene.arrivals.push_back(
        {sensor(), bytes.number(0, 120), bytes.number(0, 0.2), bytes.number(50, 100)});
  return scene;
}

bool sound(const Association& a, std::size_t arrivals) {
  std::vector<char> taken(arrivals, 0);
  for (const auto& e : a.effects) {
    double sum = e.x_m + e.y_m + e.time_s + e.source_db + e.source_sd_db + e.log_odds;
    for (const double c : e.covariance) sum += c;
    for (const auto& p : e.region90) sum += p[0] + p[1];
    if (!std::isfinite(sum)) return false;
    for (const auto* list : {&e.arrivals, &e.shocks, &e.echoes}) {
      for (const auto i : *list) {
        if (i >= arrivals || taken[i] != 0) return false;
        taken[i] = 1;
      }
    }
  }
  for (const auto& c : a.clocks) {
    if (!std::isfinite(c.offset_s + c.sigma_s)) return false;
  }
  return true;
}

// Six sensors around a shot, in the bytes that scene_of reads.
std::string one_shot() {
  std::string out;
  const auto number = [&](double share) {
    const auto v = static_cast<unsigned>(share * 247 * 256);
    out += static_cast<char>(v / 256);
    out += static_cast<char>(v % 256);
  };
  out += '\6';
  const std::array<std::array<double, 2>, 6> at{
      {{.1, .1}, {.9, .2}, {.5, .9}, {.2, .7}, {.8, .8}, {.5, .1}}};
  for (const auto& p : at) {
    number(p[0]);
    number(p[1]);
    number(.5);
  }
  out += std::string(2, '\0');
  for (std::size_t s = 0; s < at.size(); ++s) {
    out += static_cast<char>(s);
    number((40 + 8000 * std::hypot(at[s][0] - .5, at[s][1] - .5) / 340) / 120);
    number(.2);
    number(.6);
  }
  return out;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string shot = one_shot();
  return {shot, shot + shot.substr(shot.size() - 42), std::string(200, '\x55')};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SoundScene scene = scene_of({data, size});
  truce::fuse::AssociateParams params;
  const Association one = associate(scene, params);
  TRUCE_ENSURE(sound(one, scene.arrivals.size()));
  if (size % 16 != 0) return 0;
  params.threads = 2;
  TRUCE_ENSURE(same(one.effects, associate(scene, params).effects));
  return 0;
}
