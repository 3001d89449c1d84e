// Scenes of arrivals with known truth: how well the associator finds, places and bounds what
// happened. The truth is read apart, after the answer is there.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <optional>
#include <thread>

#include "app/bench.h"
#include "app/sound_scene.h"
#include "base/json.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

struct Run {
  sim::SceneScore score;
  std::optional<sim::ClockScore> clocks;           // where the folder tells of the sensors
  std::optional<sim::NamingScore> shocks, echoes;  // where the truth says what arrivals are
  double seconds = 0;
};

std::optional<sim::ClockScore> score_clocks(const fuse::Association& found,
                                            const sim::SceneTruth& truth) {
  if (truth.sensors.empty()) return std::nullopt;
  std::vector<sim::StatedClock> stated;
  for (const auto& c : found.clocks) stated.push_back({c.sensor, c.offset_s, c.sigma_s});
  std::vector<double> offsets_s;
  for (const auto& s : truth.sensors) offsets_s.push_back(s.clock_offset_s);
  return sim::score_clocks(stated, offsets_s, fuse::kClockOffS);
}

// Times `associate`, which takes nothing and gives an Association.
template <class Associate>
Run timed(const sim::SceneTruth& truth, Associate associate) {
  const auto start = std::chrono::steady_clock::now();
  const fuse::Association found = associate();
  Run out;
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.score = sim::score_scene(scored(found.effects), truth.effects);
  out.clocks = score_clocks(found, truth);
  if (truth.cause.empty()) return out;
  std::vector<std::vector<std::uint32_t>> shocks, echoes;
  for (const auto& e : found.effects) {
    shocks.push_back(e.shocks);
    echoes.push_back(e.echoes);
  }
  out.shocks = sim::score_naming(shocks, out.score.matches, {truth.cause, truth.of}, "shock");
  out.echoes = sim::score_naming(echoes, out.score.matches, {truth.cause, truth.of}, "echo");
  return out;
}

Run run(const sim::Scene& scene, const sim::SceneTruth& truth, bool with_weather) {
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  if (!scene.layers.empty()) {
    fuse::SeismicParams params;
    params.threads = threads;
    const auto input = seismic_scene(scene);
    Run out = timed(truth, [&] { return fuse::associate_seismic(input, params).found; });
    out.clocks.reset();  // not told apart from the ground under a station
    return out;
  }
  fuse::AssociateParams params;
  params.threads = threads;
  const auto input = sound_scene(scene, with_weather);
  return timed(truth, [&] { return fuse::associate(input, params); });
}

void put(JsonWriter& w, std::string_view key, double v, double digits) {
  w.key(key).number(std::round(v * digits) / digits);
}

void put(JsonWriter& w, const sim::ClockScore& clocks) {
  w.key("clocks").begin_object();
  put(w, "chi2", clocks.chi2(), 1e3);
  w.key("named").integer(static_cast<std::int64_t>(clocks.named));
  w.key("off").integer(static_cast<std::int64_t>(clocks.off));
  w.key("right").integer(static_cast<std::int64_t>(clocks.right));
  w.end_object();
}

void put(JsonWriter& w, std::string_view key, const std::optional<sim::NamingScore>& s) {
  if (!s) return;
  w.key(key).begin_object();
  w.key("named").integer(static_cast<std::int64_t>(s->named));
  put(w, "precision", s->precision(), 1e4);
  put(w, "recall", s->recall(), 1e4);
  put(w, "right_effect", s->right_effect(), 1e4);
  w.key("true").integer(static_cast<std::int64_t>(s->all));
  w.end_object();
}

// Keys in the order of the alphabet, as canonical JSON has them; the scene's name among them.
void put(JsonWriter& w, const std::string& scene, const Run& r) {
  const auto& s = r.score;
  if (r.clocks) put(w, *r.clocks);
  put(w, "coverage50", s.coverage50, 1e4);
  put(w, "coverage90", s.coverage90, 1e4);
  put(w, "echoes", r.echoes);
  w.key("effects").integer(static_cast<std::int64_t>(s.counts.true_effects));
  put(w, "f1", s.f1, 1e4);
  w.key("location_error_m").begin_object();
  put(w, "p50", s.location_p50_m, 10);
  put(w, "p90", s.location_p90_m, 10);
  w.end_object();
  put(w, "precision", s.precision, 1e4);
  put(w, "recall", s.recall, 1e4);
  w.key("reported").integer(static_cast<std::int64_t>(s.counts.reported));
  if (!scene.empty()) w.key("scene").string(scene);
  put(w, "seconds", r.seconds, 1e3);
  put(w, "shocks", r.shocks);
}

void print(std::ostream& out, const std::string& name, const Run& withheld,
           const std::optional<Run>& given) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  put(w, name, withheld);
  if (given) {
    w.key("wind_given").begin_object();
    put(w, "", *given);
    w.end_object();
  }
  w.end_object();
  out << line << '\n' << std::flush;
}

// Without seconds. Clocks and names are pooled over the scenes whose truth tells of them.
Run pool(const std::vector<Run>& runs) {
  Run out;
  std::vector<sim::SceneScore> scores;
  std::vector<sim::ClockScore> clocks;
  for (const auto& r : runs) {
    scores.push_back(r.score);
    if (r.clocks) clocks.push_back(*r.clocks);
    if (r.shocks) out.shocks = out.shocks.value_or(sim::NamingScore{}) + *r.shocks;
    if (r.echoes) out.echoes = out.echoes.value_or(sim::NamingScore{}) + *r.echoes;
  }
  out.score = sim::pool(scores);
  if (!clocks.empty()) out.clocks = sim::pool(clocks);
  return out;
}

std::vector<fs::path> scenes_under(const fs::path& dir) {
  const fs::path root = fs::exists(dir / "scenes") ? dir / "scenes" : dir;
  if (fs::exists(root / "scene.json")) return {root};
  std::vector<fs::path> out;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(root, missing)) {
    if (fs::exists(entry.path() / "scene.json")) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Status bench_scenes(const fs::path& dir, std::ostream& out) {
  const auto scenes = scenes_under(dir);
  if (scenes.empty())
    return make_error(ErrorCode::kNotFound, "there is no scene", {.source = dir.string()},
                      "a folder with a scene.json, or of such folders");
  std::vector<Run> withheld, given;
  for (const auto& path : scenes) {
    TRUCE_TRY(scene, sim::read_scene(path, sim::WithTruth::kNo));
    if (lacks_layers(scene)) {
      std::cerr << path.filename().string() << ": has P and S waves but no layers.csv\n";
      continue;
    }
    TRUCE_TRY(truth, sim::read_scene(path, sim::WithTruth::kYes));
    const Run blind = run(scene, *truth.truth, false);
    std::optional<Run> seeing;
    if (!scene.wind.empty() && scene.layers.empty()) seeing = run(scene, *truth.truth, true);
    print(out, path.filename().string(), blind, seeing);
    withheld.push_back(blind);
    if (seeing) given.push_back(*seeing);
  }
  if (withheld.size() > 1) {
    std::optional<Run> pooled;
    if (!given.empty()) pooled = pool(given);
    print(out, "pooled", pool(withheld), pooled);
  }
  return done();
}

}  // namespace truce::app
