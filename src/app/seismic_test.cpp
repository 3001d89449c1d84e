// The associator of P and S over worlds with known truth and over what no station should send.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "app/sound_scene.h"
#include "sim/hearing.h"
#include "sim/simulate.h"
#include "sim/world.h"

namespace truce::app {
namespace {

// One false pick for every true one.
constexpr const char* kNetwork = R"(
[terrain]
width_km = 160
height_km = 120
hours = 2
[nodes]
count = 40
noise_db = -12
noise_sd_db = 4
onset_s = 0.08
weak_onset_s = 0.15
[detection]
snr_db = 6
width_db = 3
[sound]
path_error = 0.006
[wind]
stations = 0
[false]
per_sensor_hour = 0
share = 1.0
[seismic]
on = true
events_per_hour = 20
source_db = 142
source_sd_db = 6
[[seismic.layer]]
depth_km = 0
p_km_s = 5.5
s_km_s = 3.18
[[seismic.layer]]
depth_km = 12
p_km_s = 6.3
s_km_s = 3.64
)";

sim::Scene network(std::uint64_t seed, double dead_share = 0) {
  auto world = sim::parse_world(kNetwork, "network");
  EXPECT_TRUE(world.ok()) << world.error().to_text();
  world->nodes.dead_share = dead_share;
  return sim::simulate(*world, seed)->scene;
}

fuse::SeismicAssociation blasts_in(const fuse::SeismicScene& scene, unsigned threads = 1) {
  fuse::SeismicParams params;
  params.threads = threads;
  return fuse::associate_seismic(scene, params);
}

sim::SceneScore blast_score(const fuse::SeismicAssociation& a, const sim::Scene& scene) {
  return sim::score_scene(scored(a.found.effects), scene.truth->effects);
}

// Finite, each pick in one blast at most, each with its phase.
void expect_sane(const fuse::SeismicAssociation& a, const fuse::SeismicScene& scene) {
  std::vector<char> taken(scene.picks.size(), 0);
  ASSERT_EQ(a.phases.size(), a.found.effects.size());
  for (std::size_t n = 0; n < a.phases.size(); ++n) {
    const auto& e = a.found.effects[n];
    double sum = e.x_m + e.y_m + e.time_s + e.source_db + e.source_sd_db + e.log_odds + e.strange;
    sum = std::accumulate(e.covariance.begin(), e.covariance.end(), sum);
    for (const auto& p : e.region90) sum += p[0] + p[1];
    EXPECT_TRUE(std::isfinite(sum));
    EXPECT_TRUE(std::is_sorted(e.arrivals.begin(), e.arrivals.end()));
    ASSERT_EQ(a.phases[n].size(), e.arrivals.size());
    for (const auto pick : e.arrivals) {
      ASSERT_LT(pick, taken.size());
      EXPECT_EQ(taken[pick]++, 0);
    }
  }
}

std::vector<double> digits_of(const fuse::SeismicAssociation& a,
                              const std::vector<std::uint32_t>& as) {
  std::vector<double> out;
  for (const auto& e : a.found.effects) {
    out.insert(out.end(), {e.x_m, e.y_m, e.time_s, e.source_db, e.source_sd_db, e.log_odds});
    out.insert(out.end(), e.covariance.begin(), e.covariance.end());
    std::vector<std::uint32_t> arrivals;
    for (const auto i : e.arrivals) arrivals.push_back(as[i]);
    std::sort(arrivals.begin(), arrivals.end());
    out.insert(out.end(), arrivals.begin(), arrivals.end());
  }
  for (const auto& d : a.found.silent)
    out.insert(out.end(), {static_cast<double>(d.sensor), d.from_s, d.until_s});
  return out;
}

TEST(Seismic, finds_the_blasts_among_as_many_false_picks) {
  const auto scene = network(1);
  const auto input = seismic_scene(scene);
  const auto found = blasts_in(input);
  const auto s = blast_score(found, scene);
  EXPECT_GE(s.counts.true_effects, 25U);
  EXPECT_GE(s.f1, 0.97);
  EXPECT_LT(s.location_p50_m, 500);
  expect_sane(found, input);
}

TEST(Seismic, finds_them_with_a_third_of_the_stations_dead_and_names_these) {
  const auto scene = network(2, 0.33);
  const auto found = blasts_in(seismic_scene(scene));
  EXPECT_GE(blast_score(found, scene).f1, 0.95);
  std::vector<char> heard(scene.sensors.size(), 0);
  for (const auto& a : scene.arrivals) heard[a.sensor] = 1;
  for (std::uint32_t s = 0; s < heard.size(); ++s) {
    const bool named = std::any_of(found.found.silent.begin(), found.found.silent.end(),
                                   [&](const auto& d) { return d.sensor == s; });
    EXPECT_TRUE(heard[s] != 0 || named) << s;
  }
}

TEST(Seismic, tells_phases_that_picks_do_not) {
  const auto scene = network(3);
  auto input = seismic_scene(scene);
  for (auto& p : input.picks) p.phase = fuse::PickPhase::kUnknown;
  const auto found = blasts_in(input);
  EXPECT_GE(blast_score(found, scene).f1, 0.9);
  std::size_t right = 0, all = 0;
  for (std::size_t n = 0; n < found.phases.size(); ++n) {
    for (std::size_t i = 0; i < found.phases[n].size(); ++i, ++all) {
      const bool s = scene.arrivals[found.found.effects[n].arrivals[i]].phase == sim::Phase::kS;
      right += s == (found.phases[n][i] == fuse::PickPhase::kS) ? 1 : 0;
    }
  }
  EXPECT_GE(static_cast<double>(right), 0.95 * static_cast<double>(all));
}

TEST(Seismic, says_the_same_to_the_last_digit_in_any_order_and_on_any_number_of_threads) {
  const auto scene = seismic_scene(network(4));
  std::vector<std::uint32_t> order(scene.picks.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto expected = digits_of(blasts_in(scene), order);
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(digits_of(blasts_in(scene, 3), order), expected);
  std::mt19937_64 random(1);
  std::shuffle(order.begin(), order.end(), random);
  auto shuffled = scene;
  for (std::size_t i = 0; i < order.size(); ++i) shuffled.picks[i] = scene.picks[order[i]];
  EXPECT_EQ(digits_of(blasts_in(shuffled), order), expected);
}

// Four standard deviations of a binomial to either side.
TEST(Seismic, its_regions_hold_the_truth_as_often_as_they_say) {
  std::vector<sim::SceneScore> scores;
  for (std::uint64_t seed = 11; seed < 16; ++seed) {
    const auto scene = network(seed);
    scores.push_back(blast_score(blasts_in(seismic_scene(scene), 2), scene));
  }
  const auto pooled = sim::pool(scores);
  const auto n = static_cast<double>(pooled.counts.regions90);
  ASSERT_GT(n, 150);
  EXPECT_NEAR(pooled.coverage90, 0.9, 4 * std::sqrt(0.9 * 0.1 / n));
  EXPECT_NEAR(pooled.coverage50, 0.5, 4 * std::sqrt(0.5 * 0.5 / n));
}

// Two blasts 3 s and 40 km apart, and two at one place 6 s apart, on a network without noise.
TEST(Seismic, keeps_blasts_apart_that_overlap) {
  fuse::SeismicScene scene;
  scene.end_s = 600;
  scene.layers = {{0, 5500, 3180}};
  for (int i = 0; i < 36; ++i) {
    const int row = i / 6;
    scene.stations.push_back({i % 6 * 20'000.0 + i % 5 * 900, row * 20'000.0 + i % 7 * 700, 0});
  }
  const std::vector<std::array<double, 3>> blasts{
      {30'000, 50'000, 100}, {70'000, 50'000, 103}, {45'000, 60'000, 300}, {45'000, 60'000, 306}};
  for (const auto& b : blasts) {
    for (std::uint32_t s = 0; s < scene.stations.size(); ++s) {
      const double d = std::hypot(scene.stations[s].x_m - b[0], scene.stations[s].y_m - b[1]);
      const double db = 40 - 30 * (std::log10(std::max(d, 100.0)) - 4);
      scene.picks.push_back({s, b[2] + d / 5500, 0.05, db, fuse::PickPhase::kP});
      scene.picks.push_back({s, b[2] + d / 3180, 0.05, db, fuse::PickPhase::kS});
    }
  }
  const auto found = blasts_in(scene);
  ASSERT_EQ(found.found.effects.size(), blasts.size());
  for (std::size_t i = 0; i < blasts.size(); ++i) {
    EXPECT_NEAR(found.found.effects[i].x_m, blasts[i][0], 200) << i;
    EXPECT_NEAR(found.found.effects[i].y_m, blasts[i][1], 200) << i;
    EXPECT_NEAR(found.found.effects[i].time_s, blasts[i][2], 0.1) << i;
  }
}

struct HostilePicks {
  sim::Scene scene = network(6);
  fuse::SeismicScene input = seismic_scene(scene);
  void expect_unharmed(double f1 = 0.95) const {
    const auto found = blasts_in(input);
    expect_sane(found, input);
    EXPECT_GE(blast_score(found, scene).f1, f1);
  }
};

TEST(SeismicHostile, bears_a_station_that_floods) {
  HostilePicks h;
  for (int i = 0; i < 10'000; ++i)
    h.input.picks.push_back({7, 3000 + i * 1e-4, 0.05, 20, fuse::PickPhase::kP});
  for (int i = 0; i < 3'000; ++i)
    h.input.picks.push_back({9, 1000 + i * 1.0, 0.05, 20, fuse::PickPhase::kS});
  h.expect_unharmed();
}

TEST(SeismicHostile, hears_a_pick_once_that_is_told_twice) {
  HostilePicks h;
  const std::size_t n = h.input.picks.size();
  for (std::size_t i = 0; i < n; ++i) h.input.picks.push_back(h.input.picks[i]);
  h.expect_unharmed();
}

TEST(SeismicHostile, bears_times_places_levels_and_sigmas_beyond_all_measure) {
  HostilePicks h;
  h.input.stations.push_back({1.5e7, -1e7, 0});
  h.input.stations.push_back({1e15, 1e15, 1e6});
  h.input.picks.push_back({40, 100, 0.05, 70, fuse::PickPhase::kP});
  h.input.picks.push_back({41, 100, 0.05, 70, fuse::PickPhase::kS});
  for (const double wild : {-1e15, -1e4, 0.0, 1e4, 1e15}) {
    h.input.picks.push_back({5, wild, 0.05, 20, fuse::PickPhase::kP});
    h.input.picks.push_back({6, 500, 0.05, wild, fuse::PickPhase::kS});
    h.input.picks.push_back({8, 600, wild, 20, fuse::PickPhase::kUnknown});
  }
  h.expect_unharmed();
}

TEST(SeismicHostile, finds_nothing_where_there_is_nothing_to_find_it_by) {
  EXPECT_TRUE(blasts_in({}).found.effects.empty());
  HostilePicks h;
  auto one = h.input;  // all picks by one station
  for (auto& p : one.picks) p.station = 0;
  EXPECT_TRUE(blasts_in(one).found.effects.empty());
  auto point = h.input;  // all stations at one place
  for (auto& s : point.stations) s.x_m = s.y_m = 5000;
  expect_sane(blasts_in(point), point);
  h.input.layers.clear();
  EXPECT_TRUE(blasts_in(h.input).found.effects.empty());
}

}  // namespace
}  // namespace truce::app
