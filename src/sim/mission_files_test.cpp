#include "sim/mission_files.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "base/csv.h"
#include "base/files.h"
#include "base/units.h"
#include "model/json.h"
#include "sim/mission_truth.h"
#include "sim/watchers.h"

namespace truce::sim {
namespace {

Simulated mixed(std::uint64_t seed = 1) {
  const auto text =
      read_file(std::filesystem::path(TRUCE_SOURCE_DIR) / "examples/worlds/mixed.toml");
  auto world = parse_world(*text, "mixed.toml");
  EXPECT_TRUE(world.ok()) << world.error().to_text();
  auto made = simulate(*world, seed);
  EXPECT_TRUE(made.ok());
  return *std::move(made);
}

const WatchedFeed& feed(const Watch& w, const std::string& id) {
  for (const auto& f : w.feeds) {
    if (f.id == id) return f;
  }
  ADD_FAILURE() << "no feed " << id;
  return w.feeds.front();
}

std::string all_bytes(const std::vector<MissionFile>& files) {
  std::string out;
  for (const auto& f : files) out += f.name + "\n" + f.bytes;
  return out;
}

TEST(MissionFiles, of_one_seed_are_the_same_bytes) {
  EXPECT_EQ(all_bytes(mission_files(mixed(4))), all_bytes(mission_files(mixed(4))));
  EXPECT_NE(all_bytes(mission_files(mixed(4))), all_bytes(mission_files(mixed(5))));
}

TEST(MissionFiles, label_every_row_of_every_feed_of_observations) {
  const auto files = mission_files(mixed());
  std::map<std::string, std::string> by_name;
  for (const auto& f : files) by_name[f.name] = f.bytes;
  std::map<std::string, std::set<std::string>> lines;
  CsvReader labels(by_name.at("labels.csv"), "labels.csv");
  labels.next();
  while (auto row = labels.next()) {
    const auto& fields = *(**row).fields;
    EXPECT_TRUE(lines[fields[0]].insert(fields[1]).second) << "labelled twice";
  }
  const auto rows = [](const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  };
  EXPECT_EQ(lines["nodes"].size(), rows(by_name.at("feeds/nodes.csv")) - 1);
  for (const char* id : {"arrays", "cameras", "patrols", "satellite", "forged"})
    EXPECT_EQ(lines[id].size(), rows(by_name.at("feeds/" + std::string(id) + ".ndjson"))) << id;
}

template <class T>
Status checked(const Result<T>& r) {
  return r.ok() ? done() : Status(r.error());
}

TEST(MissionFiles, records_are_read_back_by_the_model) {
  for (const auto& f : mission_files(mixed())) {
    if (!f.name.ends_with(".ndjson") || f.name.find("parties") != f.name.npos ||
        f.name.find("health") != f.name.npos)
      continue;
    const bool weather = f.name.find("weather") != f.name.npos;
    std::size_t at = 0;
    while (at < f.bytes.size()) {
      const std::size_t end = f.bytes.find('\n', at);
      const std::string line = f.bytes.substr(at, end - at);
      const std::string head =
          std::string("{\"kind\":\"") + (weather ? "weather" : "observation") + "\",\"record\":";
      ASSERT_EQ(line.substr(0, head.size()), head);
      const std::string record = line.substr(head.size(), line.size() - head.size() - 1);
      const Status read =
          weather ? checked(from_json<Weather>(record)) : checked(from_json<Observation>(record));
      ASSERT_TRUE(read.ok()) << f.name << ": " << read.error().to_text();
      at = end + 1;
    }
  }
}

std::string file_named(const std::vector<MissionFile>& files, const std::string& name) {
  for (const auto& f : files) {
    if (f.name == name) return f.bytes;
  }
  return {};
}

TEST(MissionTruth, reported_as_it_is_scores_perfectly) {
  const auto s = mixed();
  const auto files = mission_files(s);
  const auto truth =
      parse_mission_truth(file_named(files, "truth.csv"), file_named(files, "labels.csv"));
  ASSERT_TRUE(truth.ok()) << truth.error().to_text();
  EXPECT_EQ(truth->salvos.size(), s.fire.salvos.size());
  std::vector<ScoredEffect> reports;
  for (const auto& t : truth->salvos)
    reports.push_back({t.arrivals, t.x_m + 30, t.y_m + 40, t.time_s, {}, {}});
  const auto score = score_scene(reports, truth->salvos);
  EXPECT_DOUBLE_EQ(score.f1, 1);
  EXPECT_NEAR(score.location_p50_m, 50, 1e-6);
  EXPECT_GT(score.counts.true_effects, 20U);
}

TEST(MissionTruth, refuses_labels_of_effects_that_are_not_there) {
  const auto truth = parse_mission_truth(
      "effect,salvo,time,lat,lon,class\n0,0,2030-06-01T00:00:00Z,2,-12,explosion_impact\n",
      "feed,line,effects\nnodes,2,0\nnodes,3,0|1\n");
  ASSERT_FALSE(truth.ok());
  EXPECT_EQ(truth.error().place.line, 3U);
}

TEST(Watchers, bearings_point_at_what_they_are_of) {
  const auto s = mixed();
  const Globe globe(s.world);
  double squares = 0;
  std::size_t n = 0;
  const Watch watch = make_watch(s, globe);
  for (const auto& row : feed(watch, "arrays").rows) {
    if (row.effects.empty()) continue;
    const auto& b = std::get<Bearing>(row.observation.shape);
    const auto truth = geodesic_between(b.from, globe.at(s.fire.blasts[row.effects[0]].at));
    const double off = azimuth_difference_deg(b.azimuth_deg, truth.azimuth_deg);
    squares += off * off;
    ++n;
    EXPECT_TRUE(row.observation.when.contains(globe.time(s.fire.blasts[row.effects[0]].time_s)));
  }
  ASSERT_GT(n, 100U);
  const double expected = std::hypot(s.world.arrays.sigma_deg, s.world.arrays.misaligned_deg);
  EXPECT_NEAR(std::sqrt(squares / static_cast<double>(n)), expected, 0.4 * expected);
}

TEST(Watchers, sectors_hold_the_middle_of_what_was_seen) {
  const auto s = mixed();
  const Globe globe(s.world);
  const Watch watch = make_watch(s, globe);
  for (const char* id : {"cameras", "patrols"}) {
    const auto& rows = feed(watch, id).rows;
    ASSERT_GT(rows.size(), 5U) << id;
    for (const auto& row : rows) {
      const auto& sector = std::get<AnnularSector>(row.observation.shape);
      Xy middle;
      for (const auto e : row.effects) {
        middle.x_m += s.fire.blasts[e].at.x_m / static_cast<double>(row.effects.size());
        middle.y_m += s.fire.blasts[e].at.y_m / static_cast<double>(row.effects.size());
      }
      const auto g = geodesic_between(sector.from, globe.at(middle));
      EXPECT_GE(g.distance_m, sector.range_min_m - 1);
      EXPECT_LE(g.distance_m, sector.range_max_m + 1);
      EXPECT_LE(std::abs(azimuth_difference_deg(g.azimuth_deg, sector.azimuth_deg)), 11.3);
    }
  }
}

TEST(Watchers, patrols_round_what_they_cannot_count_and_cameras_do_not) {
  const auto s = mixed();
  const Watch watch = make_watch(s, Globe(s.world));
  std::size_t rounded = 0;
  for (const auto& row : feed(watch, "patrols").rows) {
    const Count& c = row.observation.items[0].count;
    const auto n = static_cast<std::int64_t>(row.effects.size());
    if (n <= 9) {
      EXPECT_EQ(c, Count::exact(n));
      continue;
    }
    ++rounded;
    EXPECT_EQ(c.kind, CountKind::kAbout);
    EXPECT_EQ(c.value % 5, 0);
    EXPECT_LE(std::abs(c.value - n), 5);
  }
  EXPECT_GT(rounded, 0U);
  for (const auto& row : feed(watch, "cameras").rows)
    EXPECT_EQ(row.observation.items[0].count,
              Count::exact(static_cast<std::int64_t>(row.effects.size())));
}

TEST(Watchers, a_blinded_camera_sees_nothing_and_says_so) {
  const auto s = mixed();
  const Globe globe(s.world);
  const Watch watch = make_watch(s, globe);
  ASSERT_EQ(watch.health.size(), 1U);
  EXPECT_EQ(watch.health[0].why, "blinded");
  for (const auto& row : feed(watch, "cameras").rows)
    EXPECT_FALSE(
        watch.health[0].when.contains(row.observation.when.start + Duration::whole_seconds(1)));
}

TEST(Watchers, pixels_lie_near_impacts_that_still_burn) {
  const auto s = mixed();
  const Globe globe(s.world);
  std::size_t seen = 0;
  const Watch watch = make_watch(s, globe);
  for (const auto& row : feed(watch, "satellite").rows) {
    EXPECT_EQ(row.observation.items[0].classes.most_likely(), EffectClass::kHeat);
    if (row.effects.empty()) continue;
    ++seen;
    const Blast& b = s.fire.blasts[row.effects[0]];
    EXPECT_FALSE(b.muzzle);
    EXPECT_TRUE(row.observation.when.contains(globe.time(b.time_s)));
    const auto& pixel = std::get<PixelFootprint>(row.observation.shape);
    EXPECT_LT(geodesic_between(pixel.centre, globe.at(b.at)).distance_m, 375 + 5 * 150);
  }
  EXPECT_GT(seen, 3U);
}

TEST(Watchers, the_forged_feed_copies_without_saying_so_and_invents) {
  const auto s = mixed();
  const Watch watch = make_watch(s, Globe(s.world));
  std::size_t copied = 0, invented = 0;
  for (const auto& row : feed(watch, "forged").rows) {
    EXPECT_TRUE(row.observation.upstream.empty());
    if (row.cause == "invented") {
      ++invented;
      EXPECT_TRUE(row.effects.empty());
      continue;
    }
    ++copied;
    bool found = false;
    for (const auto& p : feed(watch, "patrols").rows)
      found = found || (p.observation.shape == row.observation.shape &&
                        p.observation.when == row.observation.when &&
                        p.observation.items == row.observation.items);
    EXPECT_TRUE(found);
  }
  EXPECT_EQ(copied, 3U);
  EXPECT_EQ(invented, 4U);
}

TEST(Watchers, parties_claim_more_than_fell_on_their_side) {
  const auto s = mixed();
  const Watch watch = make_watch(s, Globe(s.world));
  ASSERT_FALSE(watch.claims.empty());
  std::int64_t claimed = 0;
  for (const auto& c : watch.claims) {
    EXPECT_NE(c.claimant_party, c.accused_party);
    if (!c.denial) claimed += c.count.best();
  }
  EXPECT_GT(claimed, 0);
}

TEST(Globe, keeps_lengths_within_what_it_states) {
  const auto s = mixed();
  const Globe globe(s.world);
  const Xy a{1000, 2000}, b{28000, 21000};
  const double flat = std::hypot(27000, 19000);
  EXPECT_NEAR(geodesic_between(globe.at(a), globe.at(b)).distance_m / flat, 1, 4e-6);
  EXPECT_NEAR(globe.xy(globe.at(a)).x_m, a.x_m, 0.01);
}

}  // namespace
}  // namespace truce::sim
