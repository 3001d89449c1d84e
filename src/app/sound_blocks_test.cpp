// Arrivals in a live run, from a simulated mission's feeds to its incidents.

#include "app/sound_blocks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "app/commands.h"
#include "app/session.h"
#include "base/files.h"
#include "base/sanitized.h"
#include "model/json.h"
#include "sim/mission_files.h"
#include "sim/simulate.h"
#include "sim/watchers.h"
#include "sim/world.h"
#include "stages/fuse/fuse.h"

namespace truce::app {
namespace {

namespace fs = std::filesystem;

const Interval kAlways{{INT64_MIN}, {INT64_MAX}};

// Two blocks of time; a sensor is jammed now and then.
std::string world_of(double hours) {
  return R"(
[terrain]
width_km = 16
height_km = 12
hours = )" +
         std::to_string(hours) + R"(
[nodes]
count = 40
dead_share = 0.05
[wind]
east_m_s = 3
north_m_s = -4
[[weapon]]
batteries = 4
missions_per_hour = 3
rounds = [1, 3]
gap_s = [6, 12]
[false]
per_sensor_hour = 6
[[jamming]]
from_s = 600
until_s = 1500
x_km = 8
y_km = 6
radius_km = 2
)";
}

// The same with people who hear it too.
constexpr const char* kPatrols = "[patrols]\ncount = 2\n";

struct Made {
  sim::Simulated simulated;
  std::map<std::string, std::string> files;
};

Made made_of(const std::string& text, std::uint64_t seed) {
  const auto world = sim::parse_world(text, "sound");
  EXPECT_TRUE(world.ok()) << world.error().to_text();
  Made out{*sim::simulate(*world, seed), {}};
  for (auto& f : sim::mission_files(out.simulated)) out.files[f.name] = f.bytes;
  return out;
}
Made world_with(const std::string& more) {
  return made_of(world_of(kSanitized ? 0.4 : 1.25) + more, 3);
}
const Made& plain_world() {
  static const Made once = world_with("");
  return once;
}

// The mission as truce sim writes it, with its arrivals in these files, each without a header; in a
// folder of the test's own, as tests run side by side.
fs::path sound_mission(const std::string& name, const std::vector<std::string>& arrivals,
                       const Made& of = plain_world()) {
  const fs::path folder = fs::path(::testing::TempDir()) /
                          ::testing::UnitTest::GetInstance()->current_test_info()->name() / name;
  fs::remove_all(folder);
  auto files = of.files;
  const std::string nodes = files.at("feeds/nodes.csv");
  const std::string header = nodes.substr(0, nodes.find('\n') + 1);
  std::string list;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const std::string file = "feeds/nodes-" + std::to_string(i) + ".csv";
    files[file] = header + arrivals[i];
    list += (i == 0 ? "\"" : ", \"") + file + "\"";
  }
  auto& toml = files.at("mission.toml");
  const std::string old = "\"feeds/nodes.csv\"";
  toml.replace(toml.find(old), old.size(), list);
  for (const auto& [file, bytes] : files) {
    fs::create_directories((folder / file).parent_path());
    EXPECT_TRUE(write_file_atomically(folder / file, bytes).ok());
  }
  return folder;
}

std::vector<std::string> arrival_rows(const Made& of = plain_world()) {
  std::istringstream in(of.files.at("feeds/nodes.csv"));
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line + "\n");
  out.erase(out.begin());
  return out;
}
std::string as_one(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& l : lines) out += l;
  return out;
}

std::unique_ptr<Session> opened(const fs::path& mission, unsigned threads = 1,
                                std::size_t batch = 10'000) {
  auto session =
      Session::open(mission, {.threads = threads, .batch_entries = batch, .quiet = true});
  EXPECT_TRUE(session.ok()) << session.error().to_text();
  return *std::move(session);
}

std::string run_through(const fs::path& mission, unsigned threads = 1, std::size_t batch = 10'000) {
  const auto session = opened(mission, threads, batch);
  const Status taken = session->intake->take_all();
  EXPECT_TRUE(taken.ok()) << taken.error().to_text();
  return *results_digest(*session->store);
}

const std::string& plain_digest() {
  static const std::string once =
      run_through(sound_mission("sound-expected", {as_one(arrival_rows())}));
  return once;
}

std::vector<Incident> heard_incidents(ledger::Store& store, std::uint64_t as_of) {
  std::vector<Incident> out;
  for (auto& i : *store.incidents_overlapping(kAlways, as_of)) {
    if (std::any_of(i.evidence.begin(), i.evidence.end(),
                    [](const Evidence& e) { return e.source == fuse::kSoundSource; }))
      out.push_back(std::move(i));
  }
  return out;
}

// Whether every observation that these rest on is there, and every arrival behind one.
void expect_resolved(ledger::Store& store, const std::vector<Incident>& incidents) {
  for (const auto& i : incidents) {
    for (const auto& e : i.evidence) {
      const auto row = *store.observation(e.observation);
      ASSERT_TRUE(row.has_value()) << e.observation;
      const auto o = *from_json<Observation>(row->json);
      EXPECT_EQ(o.source != fuse::kSoundSource, o.derived_from.empty());
      for (const auto& a : o.derived_from) {
        const auto arrival = *store.observation(a);
        ASSERT_TRUE(arrival.has_value()) << a;
        EXPECT_TRUE(fuse::is_sound(*from_json<Observation>(arrival->json)));
      }
    }
  }
}

TEST(SoundBlocks, make_incidents_where_and_when_something_was_fired) {
  const auto mission = sound_mission("sound-truth", {as_one(arrival_rows())});
  run_through(mission);
  const auto session = opened(mission);
  const auto incidents = heard_incidents(*session->store, ledger::Store::kNow);
  ASSERT_FALSE(incidents.empty());
  expect_resolved(*session->store, incidents);
  const sim::Scene& scene = plain_world().simulated.scene;
  std::map<std::int64_t, int> ears;
  for (const auto e : scene.truth->effect_of) ++ears[e];
  std::istringstream truth(plain_world().files.at("truth.csv"));
  std::string line;
  std::getline(truth, line);
  int well_heard = 0, found = 0;
  for (std::int64_t n = 0; std::getline(truth, line); ++n) {
    std::istringstream fields(line);
    std::vector<std::string> f;
    for (std::string v; std::getline(fields, v, ',');) f.push_back(v);
    if (ears[n] < 6) continue;
    ++well_heard;
    const Instant t = *parse_instant(f[2]);
    const LatLon at = *LatLon::from_degrees(std::stod(f[3]), std::stod(f[4]));
    found += std::any_of(incidents.begin(), incidents.end(), [&](const Incident& i) {
      return i.when.start - Duration::whole_seconds(60) <= t &&
             t <= i.when.end + Duration::whole_seconds(60) &&
             geodesic_between(i.place.best, at).distance_m < 300;
    });
  }
  std::int64_t violations = 0;
  for (const auto& i : incidents) violations += i.violations.best;
  EXPECT_GE(well_heard, 4);
  EXPECT_GE(found, well_heard * 0.9);
  EXPECT_LE(violations, 1.3 * static_cast<double>(plain_world().simulated.fire.blasts.size()));
  std::cout << well_heard << " well heard, " << found << " found, " << incidents.size()
            << " incidents with " << violations << " violations, of "
            << plain_world().simulated.fire.blasts.size() << " effects\n";
  const std::string& labels = plain_world().files.at("labels.csv");  // a row for every observation
  const auto counts = *session->store->counts();
  EXPECT_EQ(counts.front().first, "observations");
  EXPECT_EQ(counts.front().second, std::count(labels.begin(), labels.end(), '\n') - 1)
      << "located effects are not counted";
}

// Stations that feel blasts by P and S, in two blocks, beside a satellite.
const Made& felt_world() {
  static const Made once = made_of(R"(
[terrain]
width_km = 80
height_km = 60
hours = 1.5
[nodes]
count = 24
noise_db = -12
onset_s = 0.08
dead_share = 0.05
[sound]
path_error = 0.006
level_sd_db = 4
[detection]
snr_db = 6
width_db = 3
[wind]
stations = 0
[false]
per_sensor_hour = 3
[satellite]
passes = 1
[seismic]
on = true
events_per_hour = 12
source_db = 147
[[seismic.layer]]
depth_km = 0
p_km_s = 5.2
s_km_s = 3.0
[[seismic.layer]]
depth_km = 9
p_km_s = 6.4
s_km_s = 3.7
)",
                                   7);
  return once;
}

TEST(SoundBlocks, make_incidents_of_blasts_that_the_ground_alone_told_of) {
  const Made& world = felt_world();
  const auto mission = sound_mission("felt", {as_one(arrival_rows(world))}, world);
  const std::string expected = run_through(mission);
  const auto session = opened(mission);
  const auto incidents = *session->store->incidents_overlapping(kAlways, ledger::Store::kNow);
  const auto& blasts = world.simulated.fire.blasts;
  ASSERT_GT(blasts.size(), 10U);
  EXPECT_EQ(incidents.size(), blasts.size());
  const sim::Globe globe(world.simulated.world);
  for (const auto& b : blasts) {
    const Instant when = globe.time(b.time_s);
    const auto found = std::find_if(incidents.begin(), incidents.end(), [&](const Incident& i) {
      return i.when.start - Duration::whole_seconds(1) <= when &&
             when <= i.when.end + Duration::whole_seconds(1);
    });
    ASSERT_NE(found, incidents.end()) << b.time_s;
    EXPECT_EQ(found->evidence.front().source, fuse::kGroundSource);
    EXPECT_LT(geodesic_between(found->place.best, globe.at(b.at)).distance_m, 1000);
  }
  auto shuffled = arrival_rows(world);
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(4));
  EXPECT_EQ(run_through(sound_mission("felt-again", {as_one(shuffled)}, world), 2, 50), expected);
}

TEST(SoundBlocks, take_the_layers_of_the_ground_from_the_mission) {
  const auto folder = sound_mission("layers", {as_one(arrival_rows(felt_world()))}, felt_world());
  const auto loaded = [&](const char* ground) {
    if (ground == nullptr) {
      fs::remove(folder / "ground.csv");
    } else {
      EXPECT_TRUE(write_file_atomically(folder / "ground.csv", ground).ok());
    }
    judge::Problems problems;
    auto mission = load_mission(folder, {}, problems);
    return std::pair(std::move(mission), problems);
  };
  const auto [two, none] = loaded("depth_km,p_km_s,s_km_s\n0,5,2.9\n15,6.2,3.5\n");
  ASSERT_TRUE(two.ok());
  ASSERT_EQ(two->ground.size(), 2U);
  EXPECT_EQ(two->ground[1].depth_m, 15'000);
  EXPECT_EQ(two->ground[1].s_m_s, 3500);
  const auto [usual, fine] = loaded(nullptr);
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(usual->ground.size(), fuse::usual_ground().size());
  EXPECT_NE(usual->rules, two->rules);
  const auto [wrong, problems] = loaded("depth_km,p_km_s,s_km_s\n0,5,2.9\n15,0,3.5\n");
  EXPECT_FALSE(wrong.ok());
  ASSERT_EQ(problems.errors.size(), 1U);
  EXPECT_EQ(problems.errors[0].place.source, "ground.csv");
  EXPECT_EQ(problems.errors[0].place.line, 3U);
}

TEST(SoundBlocks, give_the_same_for_any_order_batches_and_threads) {
  auto shuffled = arrival_rows();
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(4));
  for (const std::size_t batch : {1U, 7U, 1000U}) {
    if (kSanitized && batch == 1) continue;
    EXPECT_EQ(
        run_through(sound_mission("sound-batch", {as_one(shuffled)}), batch == 7 ? 2 : 1, batch),
        plain_digest())
        << batch;
  }
}

// One battery that fires for a quarter of an hour, over a full hour too.
const Made& long_fire() {
  static const Made once = made_of(R"(
[terrain]
width_km = 12
height_km = 10
hours = 1.2
[nodes]
count = 30
[wind]
stations = 0
[[weapon]]
batteries = 1
missions_per_hour = 4
rounds = [40, 50]
gap_s = [15, 25]
[false]
per_sensor_hour = 4
)" + std::string(kPatrols),
                                   5);
  return once;
}

TEST(SoundBlocks, make_one_incident_of_fire_that_goes_on_over_a_full_hour) {
  auto rows = arrival_rows(long_fire());
  const auto mission = sound_mission("long", {as_one(rows)}, long_fire());
  const std::string expected = run_through(mission);
  const auto session = opened(mission);
  const auto incidents = heard_incidents(*session->store, ledger::Store::kNow);
  expect_resolved(*session->store, incidents);
  const auto over = std::count_if(incidents.begin(), incidents.end(), [](const Incident& i) {
    return fuse::block_of(i.when.start) != fuse::block_of(i.when.end);
  });
  EXPECT_GE(over, 1);
  for (const auto& a : incidents) {
    for (const auto& b : incidents) {
      const double pause_s = (b.when.start - a.when.end).in_seconds();
      EXPECT_FALSE(0 <= pause_s && pause_s < 30 &&
                   geodesic_between(a.place.best, b.place.best).distance_m < 300)
          << to_text(a.when.end);
    }
  }
  std::shuffle(rows.begin(), rows.end(), std::mt19937(4));
  for (const std::size_t batch : {20U, 500U}) {
    EXPECT_EQ(run_through(sound_mission("long-again", {as_one(rows)}, long_fire()), 2, batch),
              expected);
  }
  // The second hour first, then the first, with the end of the program between them.
  rows = arrival_rows(long_fire());
  const auto half = rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2);
  const std::vector<std::string> first(rows.begin(), half), second(half, rows.end());
  const auto parts = sound_mission("long-parts", {as_one(second), as_one(first)}, long_fire());
  const std::string toml = *read_file(parts / "mission.toml");
  std::string one = toml;
  const std::string other = ", \"feeds/nodes-1.csv\"";
  one.erase(one.find(other), other.size());
  ASSERT_TRUE(write_file_atomically(parts / "mission.toml", one).ok());
  EXPECT_NE(run_through(parts), expected);
  ASSERT_TRUE(write_file_atomically(parts / "mission.toml", toml).ok());
  EXPECT_EQ(run_through(parts), expected);
}

// Part of the arrivals, a tick, the end of the program; then the others, late.
TEST(SoundBlocks, revise_when_arrivals_come_late_and_after_a_restart_and_keep_what_was_said) {
  auto early = arrival_rows();
  std::shuffle(early.begin(), early.end(), std::mt19937(9));
  const std::vector<std::string> late(early.begin() + static_cast<std::ptrdiff_t>(early.size() / 2),
                                      early.end());
  early.resize(early.size() - late.size());
  const auto mission = sound_mission("sound-late", {as_one(early), as_one(late)});
  const std::string toml = *read_file(mission / "mission.toml");
  std::string first = toml;
  const std::string second_file = ", \"feeds/nodes-1.csv\"";
  first.erase(first.find(second_file), second_file.size());
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", first).ok());
  EXPECT_NE(run_through(mission), plain_digest());
  std::uint64_t before = 0;
  std::vector<Incident> said;
  {
    const auto session = opened(mission);
    before = session->store->applied();
    said = heard_incidents(*session->store, ledger::Store::kNow);
    EXPECT_FALSE(said.empty());
  }
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", toml).ok());
  EXPECT_EQ(run_through(mission), plain_digest());
  const auto session = opened(mission);
  EXPECT_EQ(heard_incidents(*session->store, before), said);
  expect_resolved(*session->store, said);
}

// Ticks of a mission that is under way: what is open is located at most once a minute.
TEST(SoundBlocks, locate_an_open_block_once_a_minute_and_a_closed_one_at_once) {
  auto store = *ledger::Store::open(":memory:");
  Mission mission;
  SoundBlocks blocks(mission, *store, 1);
  fuse::Fuser fuser({}, {}, nullptr);
  const Instant hour = *parse_instant("2030-06-01T12:00:00Z");
  const auto hear = [&](double at_s) {
    Observation o;
    o.source = "node";
    o.shape = Arrival{.at = {480000000, 375000000},
                      .at_time = hour + Duration::seconds(at_s),
                      .sigma_s = 0.1,
                      .speed_m_s = 340};
    ASSERT_TRUE(blocks.heard(o).ok());
  };
  const auto left = [&](double now_s) {
    EXPECT_TRUE(blocks.tick(hour + Duration::seconds(now_s), 1, fuser).ok());
    return store->sound_work()->size();
  };
  hear(600);
  EXPECT_EQ(left(700), 0U);
  hear(610);
  EXPECT_EQ(left(730), 1U);
  EXPECT_EQ(left(759), 1U);
  EXPECT_EQ(left(760), 0U);
  hear(3500);  // also of the block that follows
  EXPECT_EQ(store->sound_work()->size(), 0U) << "not yet saved";
  EXPECT_EQ(left(761), 1U) << "the one that follows has not begun";
  EXPECT_EQ(left(3721), 0U);
  hear(3000);
  EXPECT_EQ(left(3722), 0U) << "over";
  ASSERT_TRUE(blocks.could_not_hear({"node", {hour, hour + Duration::seconds(5)}, "off", ""}).ok());
  EXPECT_EQ(store->sound_work()->size(), 1U);
}

TEST(SoundBlocks, are_explained_by_the_arrivals_behind_them) {
  const auto mission = sound_mission("sound-explain", {as_one(arrival_rows())});
  run_through(mission);
  std::string finding;
  {
    const auto session = opened(mission);
    const auto incidents = heard_incidents(*session->store, ledger::Store::kNow);
    ASSERT_FALSE(incidents.empty());
    finding = session->store->findings_of(incidents.front().id)->front().id;
  }
  for (const bool json : {false, true}) {
    ::testing::internal::CaptureStdout();
    const int status =
        command_explain({.mission = mission, .json = json, .session = {.quiet = true}}, finding);
    const std::string said = ::testing::internal::GetCapturedStdout();
    EXPECT_EQ(status, 0);
    const auto parts = json ? std::vector<std::string>{R"("arrivals":[{"bytes":")", R"("sha256":")"}
                            : std::vector<std::string>{"by sound; detected", "     located from ",
                                                       "log entry ", "feeds/nodes-0.csv line "};
    for (const auto& part : parts) EXPECT_NE(said.find(part), std::string::npos) << said;
  }
}

constexpr const char* kGuns = R"(
[[weapon]]
kind = "artillery"
batteries = 4
missions_per_hour = 5
rounds = [3, 5]
gap_s = [10, 20]
target_km = [7, 9]
muzzle_db = 152
impact_db = 0
shell_m_s = 480
supersonic_km = 8
shock_db = 140
)";

TEST(SoundBlocks, name_the_shock_waves_of_a_gun_beside_its_own_sound) {
  if (kSanitized) GTEST_SKIP() << "the release build runs it";
  const Made made = world_with(kGuns);
  const auto mission = sound_mission("sound-guns", {as_one(arrival_rows(made))}, made);
  run_through(mission);
  std::string finding;
  std::size_t named = 0;
  {
    const auto session = opened(mission);
    auto& store = *session->store;
    for (const auto& i : heard_incidents(store, ledger::Store::kNow)) {
      for (const auto& e : i.evidence) {
        const auto o = *from_json<Observation>(store.observation(e.observation)->value().json);
        if (o.shock_waves.empty()) continue;
        finding = store.findings_of(i.id)->front().id;
        for (const auto& a : o.shock_waves) {
          ++named;
          EXPECT_TRUE(store.observation(a)->has_value());
          EXPECT_EQ(std::count(o.derived_from.begin(), o.derived_from.end(), a), 0);
        }
      }
    }
  }
  ASSERT_GE(named, 20U);
  for (const bool json : {false, true}) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(
        command_explain({.mission = mission, .json = json, .session = {.quiet = true}}, finding),
        0);
    const std::string said = ::testing::internal::GetCapturedStdout();
    const std::string part =
        json ? R"("shock_waves":[{"bytes":")" : "     shock wave of this shot, heard by ";
    EXPECT_NE(said.find(part), std::string::npos) << said;
  }
}

// A sensor that reports 100 times a second for six seconds, beside the honest ones.
std::vector<std::string> rows_with_a_flood() {
  auto rows = arrival_rows();
  const std::string& first = rows.front();  // arrival,sensor,time_s,sigma_s,level_db
  const auto sensor = first.find(',') + 1;
  const std::string id = first.substr(sensor, first.find(',', sensor) - sensor);
  for (int i = 0; i < 600; ++i) {
    rows.push_back(std::to_string(1'000'000 + i) + "," + id + "," + std::to_string(700 + i * 0.01) +
                   ",0.05,70\n");
  }
  return rows;
}

TEST(SoundBlocks, name_a_flood_alike_for_any_order_batches_and_threads_and_after_a_restart) {
  auto rows = rows_with_a_flood();
  std::vector<Health> expected;
  std::string digest;
  fs::path mission;
  for (const std::size_t batch : {10'000U, 7U}) {
    mission = sound_mission("sound-flood", {as_one(rows)});
    const std::string now = run_through(mission, batch == 7 ? 2 : 1, batch);
    for (const bool again : {false, true}) {
      if (again) {
        for (const char* suffix : {"", "-wal", "-shm"})
          fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
      }
      const auto found = *opened(mission)->store->found_health(kAlways);
      if (expected.empty()) {
        expected = found;
        digest = now;
      }
      EXPECT_EQ(found, expected) << batch << again;
    }
    EXPECT_EQ(now, digest);
    std::shuffle(rows.begin(), rows.end(), std::mt19937(8));
  }
  const auto flood = std::find_if(expected.begin(), expected.end(),
                                  [](const Health& h) { return h.why == "flood"; });
  ASSERT_NE(flood, expected.end());
  EXPECT_EQ(std::count_if(expected.begin(), expected.end(),
                          [](const Health& h) { return h.why == "flood"; }),
            1);
  // Asked for, the source is told of with it; another without.
  const auto sources = opened(mission)->mission.sources;
  for (const auto& source : sources) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(command_explain({.mission = mission, .session = {.quiet = true}}, source.id), 0);
    const std::string said = ::testing::internal::GetCapturedStdout();
    EXPECT_EQ(said.find("flood: " + flood->note) != std::string::npos, source.id == flood->source)
        << said;
  }
}

// The program ends in the middle, before any tick, and begins anew.
TEST(SoundBlocks, give_the_same_when_the_program_ends_in_the_middle) {
  auto lines = arrival_rows();
  const std::vector<std::string> rest(lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 3),
                                      lines.end());
  lines.resize(lines.size() - rest.size());
  const auto mission = sound_mission("sound-restart", {as_one(lines), as_one(rest)});
  {
    const auto session = opened(mission);
    for (const auto& feed : session->mission.feeds) {
      if (feed.id != "nodes") continue;
      ASSERT_TRUE(session->intake->take_file(feed, feed.files.front()).ok());
    }
  }
  EXPECT_EQ(run_through(mission, 2), plain_digest());
  for (const char* suffix : {"", "-wal", "-shm"})
    fs::remove(mission / ("var/store.sqlite" + std::string(suffix)));
  EXPECT_EQ(*results_digest(*opened(mission)->store), plain_digest()) << "made again from the log";
}

// Incidents of before the restart are remembered, so that what comes after joins them.
TEST(SoundBlocks, join_incidents_that_others_told_of_before_the_program_began_anew) {
  const Made watched = world_with(kPatrols);
  const auto at_once = sound_mission("sound-patrols", {as_one(arrival_rows(watched))}, watched);
  const std::string once = run_through(at_once);
  int joined = 0;
  for (const auto& i : heard_incidents(*opened(at_once)->store, ledger::Store::kNow))
    joined += std::any_of(i.evidence.begin(), i.evidence.end(),
                          [](const Evidence& e) { return e.source != fuse::kSoundSource; });
  EXPECT_GE(joined, 1);
  const auto mission =
      sound_mission("sound-patrols-first", {as_one(arrival_rows(watched))}, watched);
  {
    const auto session = opened(mission);
    for (const auto& feed : session->mission.feeds) {
      if (feed.id == "nodes") continue;
      ASSERT_TRUE(session->intake->take_file(feed, feed.files.front()).ok());
    }
  }
  EXPECT_EQ(run_through(mission), once);
}

// How far from each true effect that six or more heard the nearest located one of two seconds
// around it is, a kilometre where there is none.
std::vector<double> errors_m(ledger::Store& store, const Made& made) {
  std::vector<Observation> located = *store.observations_overlapping(kAlways, false);
  std::erase_if(located, [](const Observation& o) { return o.source != fuse::kSoundSource; });
  std::map<std::int64_t, int> ears;
  for (const auto e : made.simulated.scene.truth->effect_of) ++ears[e];
  std::vector<double> out;
  std::istringstream truth(made.files.at("truth.csv"));
  std::string line;
  std::getline(truth, line);
  for (std::int64_t n = 0; std::getline(truth, line); ++n) {
    std::istringstream fields(line);
    std::vector<std::string> f;
    for (std::string v; std::getline(fields, v, ',');) f.push_back(v);
    if (ears[n] < 6) continue;
    const Instant t = *parse_instant(f[2]);
    const LatLon at = *LatLon::from_degrees(std::stod(f[3]), std::stod(f[4]));
    double nearest_m = 1000;
    for (const auto& o : located) {
      if (std::abs((o.when.start - t).in_seconds()) > 2) continue;
      nearest_m =
          std::min(nearest_m, geodesic_between(std::get<PointShape>(o.shape).at, at).distance_m);
    }
    out.push_back(nearest_m);
  }
  return out;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST(SoundBlocks, place_effects_no_worse_when_weather_stations_are_read) {
  std::string text = world_of(0.5);
  const std::string wind = "north_m_s = -4\n";
  text.replace(text.find(wind), wind.size(), "north_m_s = -13\nturn_deg = 150\nstations = 4\n");
  std::vector<double> with, without;
  for (const std::uint64_t seed : {3, 4, 5, 6, 7, 8}) {
    const Made given = made_of(text, seed);
    Made withheld = given;
    ASSERT_FALSE(given.files.at("feeds/weather.ndjson").empty());
    withheld.files.at("feeds/weather.ndjson").clear();
    for (const bool read : {true, false}) {
      const Made& made = read ? given : withheld;
      const auto mission = sound_mission("sound-weather", {as_one(arrival_rows(made))}, made);
      run_through(mission);
      const auto errors = errors_m(*opened(mission)->store, made);
      (read ? with : without).insert((read ? with : without).end(), errors.begin(), errors.end());
    }
  }
  ASSERT_EQ(with.size(), without.size());
  std::cout << with.size() << " effects, " << mean(with) << " m off with the weather and "
            << mean(without) << " m without\n";
  EXPECT_GE(with.size(), 30U);
  EXPECT_LE(mean(with), mean(without));
}

// What stations read comes after what was heard in it, which was located already.
TEST(SoundBlocks, locate_anew_when_the_weather_becomes_known) {
  const Made& made = plain_world();
  const auto mission = sound_mission("sound-weather-late", {as_one(arrival_rows())});
  const std::string toml = *read_file(mission / "mission.toml");
  std::string first = toml;
  const std::string feed = "\n[[feed]]\nid = \"weather\"";
  first.erase(first.find(feed), first.find("\n\n", first.find(feed) + 2) - first.find(feed));
  ASSERT_EQ(first.find("weather"), std::string::npos) << first;
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", first).ok());
  EXPECT_NE(run_through(mission), plain_digest());
  ASSERT_TRUE(write_file_atomically(mission / "mission.toml", toml).ok());
  EXPECT_EQ(run_through(mission), plain_digest());
  const auto counts = *opened(mission)->store->counts();
  const auto weather = std::find_if(counts.begin(), counts.end(),
                                    [](const auto& c) { return c.first == "weather"; });
  ASSERT_NE(weather, counts.end());
  EXPECT_EQ(weather->second, static_cast<std::int64_t>(made.simulated.scene.wind.size()));
}

}  // namespace
}  // namespace truce::app
