#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "app/commands.h"
#include "app/sound_scene.h"
#include "base/files.h"
#include "base/json.h"

namespace truce::app {

namespace {

double tenths(double v) { return std::round(v * 10) / 10; }
double thousandths(double v) { return std::round(v * 1000) / 1000; }
double two_digits(double v) {
  const double digits = 1 - std::floor(std::log10(v));
  if (digits < 0) return std::round(v / std::pow(10, -digits)) * std::pow(10, -digits);
  return std::round(v * std::pow(10, digits)) / std::pow(10, digits);
}

void write_ring(JsonWriter& w, const char* key, const std::vector<std::array<double, 2>>& ring) {
  w.key(key).begin_array();
  for (const auto& p : ring) w.begin_array().number(tenths(p[0])).number(tenths(p[1])).end_array();
  w.end_array();
}

// Distance within which half of its sensors are; never asked of an effect that nobody heard.
double heard_from_m(const fuse::SoundScene& scene, const fuse::LocatedEffect& e) {
  std::vector<double> distances_m;
  for (const auto a : e.arrivals) {
    const fuse::SoundSensor& s = scene.sensors[scene.arrivals[a].sensor];
    distances_m.push_back(std::hypot(s.x_m - e.x_m, s.y_m - e.y_m));
  }
  const auto middle = distances_m.begin() + static_cast<std::ptrdiff_t>(distances_m.size() / 2);
  std::nth_element(distances_m.begin(), middle, distances_m.end());
  return *middle;
}

// Left out where no size can be said.
void write_size(JsonWriter& w, const fuse::SoundScene& scene, const fuse::LocatedEffect& e) {
  if (e.arrivals.empty()) return;
  const auto size = fuse::size_of_source({.level_db = e.source_db,
                                          .level_sd_db = e.source_sd_db,
                                          .heard_from_m = heard_from_m(scene, e)},
                                         {});
  if (!size.ok()) return;
  w.key("tnt_kg").begin_array();
  for (const double kg : {size->low_kg, size->best_kg, size->high_kg}) w.number(two_digits(kg));
  w.end_array();
}

void write_arrivals(JsonWriter& w, const char* key, const std::vector<std::uint32_t>& arrivals) {
  w.key(key).begin_array();
  for (const auto a : arrivals) w.integer(a);
  w.end_array();
}

constexpr double kRivalTold = -7;  // less likely explanations than 1 in 1,000 are not told

// One line of the form that sim/reported.h describes, with what else is known of the effect; of the
// size of what only the ground carried nothing is.
std::string line_of(const fuse::SoundScene& scene, const fuse::LocatedEffect& e, bool sound) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  write_arrivals(w, "arrivals", e.arrivals);
  if (!e.echoes.empty()) write_arrivals(w, "echoes", e.echoes);
  w.key("log_odds").number(tenths(e.log_odds));
  write_ring(w, "region50", e.region50);
  write_ring(w, "region90", e.region90);
  if (e.rival_log_odds > kRivalTold) w.key("rival_log_odds").number(tenths(e.rival_log_odds));
  if (!e.shocks.empty()) write_arrivals(w, "shocks", e.shocks);
  w.key("source_db").number(tenths(e.source_db));
  w.key("source_sd_db").number(tenths(e.source_sd_db));
  w.key("time_s").number(thousandths(e.time_s));
  if (sound) write_size(w, scene, e);
  w.key("x_m").number(tenths(e.x_m)).key("y_m").number(tenths(e.y_m)).end_object();
  return line + "\n";
}

void say_health(const sim::Scene& scene, const fuse::Association& found) {
  for (const auto& c : found.clocks)
    std::fprintf(stderr, "%s: its clock is off by %+.2f s ± %.2f s\n",
                 scene.sensors[c.sensor].id.c_str(), c.offset_s, c.sigma_s);
  for (const auto& j : found.jumps)
    std::fprintf(stderr, "%s: its clock jumped by %+.2f s ± %.2f s between %.0f s and %.0f s\n",
                 scene.sensors[j.sensor].id.c_str(), j.by_s, j.sigma_s, j.from_s, j.until_s);
  for (const auto& u : found.unmatched)
    std::fprintf(stderr, "%s: from %.0f s to %.0f s it told of nothing that others heard\n",
                 scene.sensors[u.sensor].id.c_str(), u.from_s, u.until_s);
  for (const auto& d : found.silent)
    std::fprintf(stderr, "%s: silent from %.0f s on, though there was something to hear\n",
                 scene.sensors[d.sensor].id.c_str(), d.from_s);
  for (const auto& f : found.floods)
    std::fprintf(stderr, "%s: more than 4 arrivals a second from %.0f s to %.0f s, left out\n",
                 scene.sensors[f.sensor].id.c_str(), f.from_s, f.until_s);
}

}  // namespace

int command_locate(const LocateOptions& options) {
  const auto scene = sim::read_scene(options.dir, sim::WithTruth::kNo);
  if (!scene.ok()) return fail(scene.error());
  if (lacks_layers(*scene))
    return fail(make_error(ErrorCode::kUnusable, "there are P and S waves but no layers.csv",
                           {.source = options.dir.string()},
                           "layers.csv with depth_km, p_km_s, s_km_s"));
  const unsigned threads = std::max(1U, std::thread::hardware_concurrency());
  const auto heard_scene = sound_scene(*scene, !options.withhold_weather);
  fuse::Association found;
  if (scene->layers.empty()) {
    fuse::AssociateParams params;
    params.threads = threads;
    found = fuse::associate(heard_scene, params);
  } else {
    fuse::SeismicParams params;
    params.threads = threads;
    found = fuse::associate_seismic(seismic_scene(*scene), params).found;
  }
  std::string lines;
  std::size_t heard = 0;
  for (const auto& e : found.effects) {
    lines += line_of(heard_scene, e, scene->layers.empty());
    heard += e.arrivals.size();
  }
  if (options.out.empty()) {
    std::fwrite(lines.data(), 1, lines.size(), stdout);
  } else if (const auto status = write_file_atomically(options.out, lines); !status.ok()) {
    return fail(status.error());
  }
  if (!options.quiet) {
    say_health(*scene, found);
    std::fprintf(stderr, "%zu effects from %zu of %zu arrivals on %zu sensors\n",
                 found.effects.size(), heard, scene->arrivals.size(), scene->sensors.size());
  }
  return 0;
}

}  // namespace truce::app
