// Bytes become layers, a few stations and picks of finite numbers, most of them likely and some
// beyond all measure. Whatever they are, the answer is finite, shares each pick out at most once,
// never has S before P, and is the same for two threads as for one.
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stages/fuse/internal/fuzzing.h"
#include "stages/fuse/seismic.h"

namespace {

using truce::fuse::PickPhase;
using truce::fuse::SeismicAssociation;
using truce::fuse::SeismicScene;
using truce::fuse::fuzzing::Bytes;
using truce::fuse::fuzzing::same;

constexpr std::size_t kStationsMax = 7;
constexpr std::size_t kPicksMax = 40;

SeismicScene seismic_scene_of(Bytes bytes) {
  SeismicScene scene;
  scene.end_s = 600;
  double depth_m = 0;
  for (unsigned layers = bytes.next() % 4; layers > 0; --layers) {
    const double p = 1000 + 30 * bytes.next();
    scene.layers.push_back({depth_m, p, p / (1.2 + bytes.next() / 128.0)});
    depth_m += 1 + 100 * bytes.next();
  }
  const std::size_t stations = bytes.next() % (kStationsMax + 1);
  for (std::size_t s = 0; s < stations; ++s)
    scene.stations.push_back(
        {bytes.number(-40'000, 40'000), bytes.number(-40'000, 40'000), bytes.number(-10, 10)});
  if (stations == 0) return scene;
  const auto station = [&] { return static_cast<std::uint32_t>(bytes.next() % stations); };
  for (unsigned deaf = bytes.next() % 3; deaf > 0; --deaf)
    scene.deaf.push_back({station(), bytes.number(0, 600), bytes.number(0, 600)});
  while (!bytes.empty() && scene.picks.size() < kPicksMax) {
    const auto phase = static_cast<PickPhase>(bytes.next() % 3);
    scene.picks.push_back(
        {station(), bytes.number(0, 600), bytes.number(0, 0.3), bytes.number(0, 60), phase});
  }
  return scene;
}

bool is_sound(const SeismicAssociation& a, const SeismicScene& scene) {
  std::vector<char> taken(scene.picks.size(), 0);
  if (a.phases.size() != a.found.effects.size()) return false;
  for (std::size_t n = 0; n < a.phases.size(); ++n) {
    const auto& e = a.found.effects[n];
    double sum = e.x_m + e.y_m + e.time_s + e.source_db + e.source_sd_db + e.log_odds + e.strange;
    for (const double c : e.covariance) sum += c;
    for (const auto& p : e.region90) sum += p[0] + p[1];
    if (!std::isfinite(sum) || e.arrivals.size() != a.phases[n].size()) return false;
    for (std::size_t i = 0; i < e.arrivals.size(); ++i) {
      const std::uint32_t pick = e.arrivals[i];
      if (pick >= taken.size() || taken[pick] != 0) return false;
      taken[pick] = 1;
      const PickPhase label = scene.picks[pick].phase;
      if (label != PickPhase::kUnknown && label != a.phases[n][i]) return false;
    }
  }
  for (const auto& d : a.found.silent) {
    if (!std::isfinite(d.from_s + d.until_s)) return false;
  }
  return true;
}

// Six stations around a blast, in the bytes that seismic_scene_of reads: one layer of 5,500 m/s, S
// at 5,500/1.734 m/s.
std::string one_blast() {
  std::string out{'\1', '\x96', '\x44', '\0', '\6'};
  const auto number = [&](double share) {
    const auto v = static_cast<unsigned>(share * 247 * 256);
    out += static_cast<char>(v / 256);
    out += static_cast<char>(v % 256);
  };
  const std::array<std::array<double, 2>, 6> at{
      {{.1, .1}, {.9, .2}, {.5, .9}, {.2, .7}, {.8, .8}, {.5, .1}}};
  for (const auto& p : at) {
    number(p[0]);
    number(p[1]);
    number(.5);
  }
  out += '\0';
  for (std::size_t s = 0; s < at.size(); ++s) {
    for (int phase = 0; phase < 2; ++phase) {
      const double speed = phase == 0 ? 5500 : 5500 / (1.2 + 0x44 / 128.0);
      out += static_cast<char>(phase);
      out += static_cast<char>(s);
      number((40 + 80'000 * std::hypot(at[s][0] - .5, at[s][1] - .5) / speed) / 600);
      number(.2);
      number(.5);
    }
  }
  return out;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  const std::string blast = one_blast();
  return {blast, blast + blast.substr(blast.size() - 96), std::string(200, '\x55')};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const SeismicScene scene = seismic_scene_of({data, size});
  truce::fuse::SeismicParams params;
  const SeismicAssociation one = associate_seismic(scene, params);
  TRUCE_ENSURE(is_sound(one, scene));
  if (size % 16 != 0) return 0;
  params.threads = 2;
  const SeismicAssociation two = associate_seismic(scene, params);
  TRUCE_ENSURE(one.phases == two.phases && same(one.found.effects, two.found.effects));
  return 0;
}
