#include <cstdio>

#include "app/commands.h"
#include "base/files.h"
#include "base/json.h"
#include "sim/mission_files.h"
#include "sim/simulate.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

Result<sim::World> load_world(const fs::path& file) {
  TRUCE_TRY(text, read_file(file, 16 << 20));
  return sim::parse_world(text, file.filename().string());
}

void say(const sim::Simulated& s, const fs::path& dir, bool json) {
  const auto& truth = *s.scene.truth;
  std::int64_t heard = 0;
  for (const auto& e : truth.effects) heard += e.arrivals.size() >= 5 ? 1 : 0;
  if (!json) {
    std::printf("%s: %zu sensors, %zu effects (%lld heard by five or more), %zu arrivals, in %s\n",
                s.world.name.c_str(), s.scene.sensors.size(), truth.effects.size(),
                static_cast<long long>(heard), s.scene.arrivals.size(), dir.string().c_str());
    return;
  }
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("arrivals").integer(static_cast<std::int64_t>(s.scene.arrivals.size()));
  w.key("effects").integer(static_cast<std::int64_t>(truth.effects.size()));
  w.key("effects_heard_by_5").integer(heard).key("seed");
  w.integer(static_cast<std::int64_t>(s.seed)).key("sensors");
  w.integer(static_cast<std::int64_t>(s.scene.sensors.size())).key("world").string(s.world.name);
  w.end_object();
  std::printf("%s\n", line.c_str());
}

Status write_mission(const fs::path& dir, const sim::Simulated& simulated) {
  for (const auto& file : sim::mission_files(simulated)) {
    std::error_code failed;
    fs::create_directories((dir / file.name).parent_path(), failed);
    if (failed) return make_error(ErrorCode::kIo, failed.message(), {.source = dir.string()});
    TRUCE_CHECK_OK(write_file_atomically(dir / file.name, file.bytes));
  }
  return done();
}

Status make(const fs::path& file, const SimOptions& options) {
  TRUCE_TRY(world, load_world(file));
  const fs::path dir = options.worlds.size() == 1 ? options.out : options.out / world.name;
  TRUCE_TRY(simulated, sim::simulate(world, options.seed.value_or(world.seed)));
  const auto files = sim::scene_files(simulated.scene, sim::making_of(simulated));
  const bool mission = world.is_mixed();
  TRUCE_CHECK_OK(sim::write_scene(mission ? dir / "scene" : dir, files));
  if (mission) TRUCE_CHECK_OK(write_mission(dir, simulated));
  say(simulated, dir, options.json);
  return done();
}

}  // namespace

int command_sim(const SimOptions& options) {
  if (options.describe) {
    std::fputs(sim::describe_world().c_str(), stdout);
    return 0;
  }
  if (options.worlds.empty() || options.out.empty())
    return fail(make_error(ErrorCode::kUnusable, "there is nothing to make or nowhere to put it",
                           {}, "truce sim WORLD.toml --out DIR, or --describe"));
  for (const auto& file : options.worlds) {
    const Status made = make(file, options);
    if (!made.ok()) return fail(made.error());
  }
  return 0;
}

}  // namespace truce::app
