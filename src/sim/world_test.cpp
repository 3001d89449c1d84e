#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/files.h"
#include "base/hash.h"
#include "base/units.h"
#include "sim/air.h"
#include "sim/random.h"
#include "sim/simulate.h"
#include "sim/steady_math.h"

namespace truce::sim {
namespace {

World world_of(const std::string& toml) {
  auto w = parse_world(toml, "test.toml");
  EXPECT_TRUE(w.ok()) << (w.ok() ? "" : w.error().to_text());
  return w.ok() ? *w : World{};
}

const char* const kPlain =
    "[terrain]\nfront_km = [[0, 18], [60, 22]]\n[[weapon]]\nbatteries = 10\nmissions_per_hour = "
    "4\n";

Simulated run(const std::string& toml, std::uint64_t seed = 5) {
  auto made = simulate(world_of(toml), seed);
  EXPECT_TRUE(made.ok());
  return *std::move(made);
}

std::string bytes_of(const Simulated& s) {
  const auto f = scene_files(s.scene, making_of(s));
  return f.scene_json + f.sensors + f.arrivals + f.wind.value_or("") + f.health.value_or("") +
         f.layers.value_or("") + *f.truth + *f.labels + *f.sensors_truth;
}

std::vector<std::filesystem::path> example_worlds() {
  std::vector<std::filesystem::path> out;
  for (const auto& e : std::filesystem::directory_iterator(std::filesystem::path(TRUCE_SOURCE_DIR) /
                                                           "examples/worlds"))
    if (e.path().extension() == ".toml") out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

TEST(World, described_with_every_default_is_the_default_world) {
  const auto described = parse_world(describe_world(), "described.toml");
  ASSERT_TRUE(described.ok()) << described.error().to_text();
  World expected;
  expected.weapons.emplace_back();
  EXPECT_EQ(bytes_of(*simulate(*described, 3)), bytes_of(*simulate(expected, 3)));
}

TEST(World, names_line_and_key_of_what_is_wrong) {
  const auto complaint = [](const char* toml) {
    const auto w = parse_world(toml, "w.toml");
    return w.ok() ? std::string("accepted") : w.error().to_text();
  };
  EXPECT_NE(complaint("[terrain]\nhours = 1\nwitdh_km = 3\n").find("w.toml:3"), std::string::npos);
  EXPECT_NE(complaint("[nodes]\ndead_share = 1.2\n").find("0 to 1 share"), std::string::npos);
  EXPECT_NE(complaint("[nodes]\nlayout = \"ring\"\n").find("uniform, front"), std::string::npos);
  EXPECT_NE(complaint("[[weapon]]\nrounds = [5, 2]\n").find("the smaller first"),
            std::string::npos);
  EXPECT_NE(complaint("[nodes]\ncount = 2.5\n").find("whole number"), std::string::npos);
  EXPECT_NE(complaint("[nodes]\nlayout = \"front\"\n").find("no front"), std::string::npos);
  EXPECT_NE(complaint("[seismic]\non = true\n").find("needs layers"), std::string::npos);
  EXPECT_NE(complaint("[nodes\n").find("TOML"), std::string::npos);
}

TEST(World, refuses_to_make_more_than_fits) {
  const auto made = simulate(
      world_of(
          "[terrain]\nhours = 1000\n[nodes]\ncount = 1000000\n[false]\nper_sensor_hour = 1e5\n"),
      1);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kLimit);
}

TEST(World, is_refused_when_more_is_heard_than_the_limit) {
  const World w = world_of(kPlain);
  const std::size_t heard = simulate(w, 5)->scene.arrivals.size();
  ASSERT_GT(heard, 3000U);
  EXPECT_TRUE(simulate(w, 5, heard + 1000).ok());
  const World silent = world_of(std::string(kPlain) + "[false]\nper_sensor_hour = 0\n");
  const auto made = simulate(silent, 5, 800);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, ErrorCode::kLimit);
}

TEST(World, of_one_seed_is_the_same_bytes_and_of_another_not) {
  EXPECT_EQ(bytes_of(run(kPlain, 9)), bytes_of(run(kPlain, 9)));
  EXPECT_NE(bytes_of(run(kPlain, 9)), bytes_of(run(kPlain, 10)));
}

// The bytes themselves: they may change with the simulator, in review, and never with a machine.
TEST(World, is_the_same_on_every_machine) {
  const std::string toml = std::string(kPlain) +
                           "muzzle_db = 140\nsupersonic_km = 3\nshell_m_s = 500\n"
                           "[wind]\neddy_m_s = 2\nturn_deg = 70\n"
                           "[sound]\necho_share = 0.2\nshadow_db = 0.1\nshared_error = 0.5\n"
                           "hidden_share = 0.2\n[forged]\ncopies = 2\ninventors = 3\n";
  EXPECT_EQ(to_hex(sha256(bytes_of(run(toml)))),
            "7fba671877d5671ba5b2154decf628bb8d9e358fbfab6cc6d83dc9732e1355ac");
}

TEST(World, examples_are_read_and_their_truth_fits_their_arrivals) {
  ASSERT_GE(example_worlds().size(), 10U);
  std::set<std::string> names;
  for (const auto& file : example_worlds()) {
    const auto world = parse_world(*read_file(file), file.filename().string());
    ASSERT_TRUE(world.ok()) << world.error().to_text();
    EXPECT_TRUE(names.insert(world->name).second) << "two worlds named " << world->name;
    const auto made = simulate(*world, world->seed);
    ASSERT_TRUE(made.ok()) << file;
    const auto again = parse_scene(scene_files(made->scene, making_of(*made)));
    ASSERT_TRUE(again.ok()) << again.error().to_text();
    const SceneTruth& truth = *made->scene.truth;
    EXPECT_EQ(again->truth->effect_of, truth.effect_of);
    EXPECT_EQ(again->truth->of, truth.of);
    std::size_t labelled = 0;
    for (std::size_t e = 0; e < truth.effects.size(); ++e) {
      labelled += truth.effects[e].arrivals.size();
      for (const auto a : truth.effects[e].arrivals)
        ASSERT_EQ(truth.effect_of[a], static_cast<std::int32_t>(e));
    }
    for (std::size_t i = 0; i < truth.effect_of.size(); ++i) {
      labelled -= truth.effect_of[i] >= 0 ? 1 : 0;
      ASSERT_EQ(truth.effect_of[i] >= 0, truth.cause[i] == "direct");
    }
    EXPECT_EQ(labelled, 0U);
  }
}

// How far the arrivals of a plain world are from where sound in still air would bring them.
TEST(World, arrivals_lie_where_sound_brings_them) {
  const auto s = run(std::string(kPlain) + "[sound]\npath_error = 0.004\n[wind]\neast_m_s = 6\n");
  const SceneTruth& truth = *s.scene.truth;
  double sum = 0, squares = 0;
  std::size_t n = 0;
  for (std::size_t i = 0; i < s.scene.arrivals.size(); ++i) {
    if (truth.effect_of[i] < 0) continue;
    const auto& a = s.scene.arrivals[i];
    const auto& e = truth.effects[static_cast<std::size_t>(truth.effect_of[i])];
    const auto& at = truth.sensors[a.sensor];
    const double dx = at.x_m - e.x_m, dy = at.y_m - e.y_m;
    const double d = std::hypot(dx, dy);
    const double travel = d / (340.5 + 6 * dx / d);
    const double z = (a.time_s - e.time_s - travel) / std::hypot(a.sigma_s, 0.004 * travel);
    sum += z;
    squares += z * z;
    ++n;
  }
  ASSERT_GT(n, 1000U);
  const double count = static_cast<double>(n);
  EXPECT_NEAR(sum / count, 0, 5 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1, 5 * std::sqrt(2 / count));
}

TEST(World, notices_sounds_as_often_as_its_curve_says) {
  // One sound level for all pairs: no spreading, no absorption, no scatter, one background.
  for (const double level : {54.0, 59.0, 62.0}) {
    const auto s = run(std::string(kPlain) + "impact_db = " + std::to_string(level) +
                       "\nlevel_sd_db = 0\n[nodes]\ncount = 60\nnoise_db = 53\nnoise_sd_db = 0\n"
                       "[sound]\nspreading_db = 0\nabsorption_db_km = 0\nlevel_sd_db = 0\n"
                       "[detection]\nsnr_db = 6\nwidth_db = 2\n[false]\nper_sensor_hour = 0\n");
    // Fire of the last minutes may not arrive in time.
    std::size_t pairs = 0, heard = 0;
    for (const auto& e : s.scene.truth->effects) {
      if (e.time_s > 3600 - 300) continue;
      pairs += 60;
      heard += e.arrivals.size();
    }
    const double p = 1 / (1 + std::exp(-(level - 53 - 6) / 2));
    const double n = static_cast<double>(pairs);
    ASSERT_GT(n, 3000);
    EXPECT_NEAR(static_cast<double>(heard) / n, p, 4 * std::sqrt(p * (1 - p) / n)) << level;
  }
}

std::map<std::string, std::size_t> causes(const Simulated& s) {
  std::map<std::string, std::size_t> out;
  for (const auto& c : s.scene.truth->cause) ++out[c];
  return out;
}

TEST(World, has_as_many_false_arrivals_as_it_says) {
  const auto s = run(std::string(kPlain) +
                     "[false]\nper_sensor_hour = 40\nbursts_per_sensor_hour = 5\nburst = [3, 7]\n");
  const auto n = causes(s);
  EXPECT_NEAR(static_cast<double>(n.at("false")), 120 * 40, 5 * std::sqrt(120 * 40.0));
  EXPECT_NEAR(static_cast<double>(n.at("burst")), 120 * 25, 5 * std::sqrt(120 * 25.0 * 5));
}

TEST(World, has_as_many_dead_nodes_as_it_says_and_the_rest_hear_what_they_heard) {
  const auto whole = run(kPlain);
  const auto third = run(std::string(kPlain) + "[nodes]\ndead_share = 0.3\n");
  std::size_t dead = 0;
  for (const auto& n : third.nodes) dead += n.silent_from_s <= 0 ? 1 : 0;
  EXPECT_NEAR(static_cast<double>(dead), 36, 5 * std::sqrt(120 * 0.3 * 0.7));
  // The living report exactly what they reported before.
  std::vector<std::pair<double, std::uint32_t>> expected, got;
  for (const auto& a : whole.scene.arrivals) {
    if (third.nodes[a.sensor].silent_from_s > 0) expected.push_back({a.time_s, a.sensor});
  }
  for (const auto& a : third.scene.arrivals) got.push_back({a.time_s, a.sensor});
  EXPECT_EQ(got, expected);
}

TEST(World, nodes_that_die_or_are_jammed_are_silent) {
  const auto s = run(std::string(kPlain) +
                     "[nodes]\ndying_share = 0.5\n[[jamming]]\nfrom_s = 600\nuntil_s = 1800\n"
                     "x_km = 30\ny_km = 20\nradius_km = 12\n");
  ASSERT_FALSE(s.scene.health.empty());
  for (const auto& a : s.scene.arrivals) {
    const auto& n = s.nodes[a.sensor];
    EXPECT_LT(a.time_s, n.silent_from_s + 1);
    const bool inside = std::hypot(n.at.x_m - 30000, n.at.y_m - 20000) <= 12000;
    EXPECT_FALSE(inside && a.time_s > 601 && a.time_s < 1799) << n.id;
  }
}

TEST(World, a_copy_is_a_copy) {
  const auto s = run(std::string(kPlain) + "[forged]\ncopies = 3\ncopy_delay_s = 0.4\n");
  std::size_t copies = 0;
  for (std::uint32_t n = 0; n < s.nodes.size(); ++n) {
    if (s.nodes[n].copies_of < 0) continue;
    ++copies;
    std::vector<double> own, original;
    for (std::size_t i = 0; i < s.scene.arrivals.size(); ++i) {
      const auto& a = s.scene.arrivals[i];
      if (a.sensor == n) {
        own.push_back(a.time_s - 0.4);
        EXPECT_EQ(s.scene.truth->cause[i], "copied");
      }
      if (static_cast<std::int32_t>(a.sensor) == s.nodes[n].copies_of) original.push_back(a.time_s);
    }
    ASSERT_FALSE(own.empty());
    ASSERT_LE(own.size(), original.size());  // the last may come after the end
    for (std::size_t i = 0; i < own.size(); ++i) EXPECT_NEAR(own[i], original[i], 1e-9);
  }
  EXPECT_EQ(copies, 3U);
}

TEST(World, inventions_come_from_inventors_alone_and_agree) {
  const auto s = run(std::string(kPlain) + "[forged]\ninventors = 5\ninvented_per_hour = 20\n");
  std::size_t invented = 0;
  for (std::size_t i = 0; i < s.scene.arrivals.size(); ++i) {
    if (s.scene.truth->cause[i] != "invented") continue;
    ++invented;
    EXPECT_TRUE(s.nodes[s.scene.arrivals[i].sensor].invents);
    EXPECT_EQ(s.scene.truth->effect_of[i], -1);
  }
  EXPECT_GT(invented, 5U * 8);
}

TEST(World, a_flood_is_as_dense_as_it_says) {
  const auto s =
      run(std::string(kPlain) + "[hostile]\nflooding = 1\nflood_per_s = 10000\nflood_s = 1\n");
  EXPECT_EQ(causes(s).at("flood"), 10000U);
}

TEST(World, a_twin_speaks_under_the_name_of_another) {
  const auto s = run(std::string(kPlain) + "[hostile]\ntwins = 2\n");
  std::size_t twins = 0;
  for (const auto& n : s.nodes) twins += n.twin_of >= 0 ? 1 : 0;
  EXPECT_EQ(twins, 2U);
  EXPECT_GT(causes(s).at("twin"), 10U);
  for (const auto& a : s.scene.arrivals) EXPECT_LT(s.nodes[a.sensor].twin_of, 0);
}

TEST(World, clocks_are_off_as_the_truth_says) {
  const auto s = run(std::string(kPlain) +
                     "[nodes]\nclock_share = 0.4\nclock_s = 2\nonset_s = 0\nweak_onset_s = 0\n"
                     "[sound]\npath_error = 0\n[false]\nper_sensor_hour = 0\n");
  std::size_t off = 0;
  for (std::size_t i = 0; i < s.scene.arrivals.size(); ++i) {
    const auto& a = s.scene.arrivals[i];
    const auto& e = s.scene.truth->effects[static_cast<std::size_t>(s.scene.truth->effect_of[i])];
    const auto& at = s.scene.truth->sensors[a.sensor];
    const double travel = std::hypot(at.x_m - e.x_m, at.y_m - e.y_m) / 340.5;
    EXPECT_NEAR(a.time_s - e.time_s - travel, at.clock_offset_s, 0.01);
    off += std::abs(at.clock_offset_s) > 0.3 ? 1 : 0;
  }
  EXPECT_GT(off, 100U);
}

TEST(World, front_keeps_battery_and_target_on_their_sides) {
  const auto s =
      run("[terrain]\nfront_km = [[0, 20], [60, 20]]\n[[weapon]]\nbatteries = 8\n"
          "missions_per_hour = 6\nbehind_km = [1, 4]\ntarget_km = [1, 3]\n");
  ASSERT_GT(s.fire.salvos.size(), 20U);
  std::size_t left = 0;
  for (const auto& salvo : s.fire.salvos) {
    EXPECT_EQ(salvo.from.y_m > 20000, salvo.left);
    EXPECT_NE(salvo.target.y_m > 20000, salvo.left);
    left += salvo.left ? 1 : 0;
  }
  EXPECT_GT(left, 0U);
  EXPECT_LT(left, s.fire.salvos.size());
}

TEST(World, shock_waves_are_heard_before_the_muzzle_and_never_labelled) {
  const auto s =
      run("[terrain]\nfront_km = [[0, 20], [60, 20]]\n[false]\nper_sensor_hour = 0\n"
          "[[weapon]]\nbatteries = 6\nmuzzle_db = 150\nimpact_db = 0\nshell_m_s = 700\n"
          "behind_km = [4, 8]\nsupersonic_km = 8\nshock_db = 135\n");
  const auto n = causes(s);
  ASSERT_GT(n.at("shock"), 50U);
  EXPECT_EQ(n.size(), 2U);
  const SceneTruth& truth = *s.scene.truth;
  for (std::size_t i = 0; i < truth.cause.size(); ++i) {
    ASSERT_EQ(truth.of[i] >= 0, truth.cause[i] == "shock");
    if (truth.of[i] < 0) continue;
    const Blast& gun = s.fire.blasts[static_cast<std::size_t>(truth.of[i])];
    EXPECT_TRUE(gun.muzzle);
    const auto& node = s.nodes[s.scene.arrivals[i].sensor];
    const double muzzle_s =
        steady_length(node.at.x_m - gun.at.x_m, node.at.y_m - gun.at.y_m) / s.world.sound.speed_m_s;
    EXPECT_LT(s.scene.arrivals[i].time_s - gun.time_s, muzzle_s + 1);
    EXPECT_GT(s.scene.arrivals[i].time_s, gun.time_s);
  }
}

TEST(Seismic, head_waves_overtake_the_direct_wave_beyond_the_crossover) {
  const std::vector<Layer> layers = {{0, 5000, 2900}, {10000, 7000, 4000}};
  // Crossover of two layers: 2h·sqrt((v2+v1)/(v2−v1)).
  const double crossover = 2 * 10000 * std::sqrt(12000.0 / 2000.0);
  EXPECT_DOUBLE_EQ(layered_travel_s(layers, crossover * 0.99, false), crossover * 0.99 / 5000);
  EXPECT_LT(layered_travel_s(layers, crossover * 1.01, false), crossover * 1.01 / 5000);
  EXPECT_DOUBLE_EQ(layered_travel_s(layers, 1000, true), 1000 / 2900.0);
}

TEST(Air, wind_turns_clockwise_and_carries_sound) {
  World w = world_of("[wind]\neast_m_s = 10\nturn_deg = 90\nturn_over_s = 1000\n");
  const Air air(w, 1);
  EXPECT_NEAR(air.wind({0, 0}, 0).east, 10, 1e-12);
  EXPECT_NEAR(air.wind({0, 0}, 1000).north, -10, 1e-9);
  EXPECT_NEAR(air.travel_s({0, 0}, {3405, 0}, -5000), 3405 / 350.5, 1e-9);
  EXPECT_NEAR(air.travel_s({3405, 0}, {0, 0}, -5000), 3405 / 330.5, 1e-9);
}

TEST(SteadyMath, agrees_with_the_library_to_the_last_digits) {
  Random random(1, Draw::kPath);
  for (int i = 0; i < 20000; ++i) {
    const double x = random.between(-50, 50);
    EXPECT_NEAR(steady_exp(x) / std::exp(x), 1, 1e-14);
    EXPECT_NEAR(steady_log(std::exp(x)), x, 1e-13);
    EXPECT_NEAR(steady_sin(x), std::sin(x), 1e-14);
    EXPECT_NEAR(steady_cos(1000 * x), std::cos(1000 * x), 1e-11);
    const double y = random.between(-50, 50);
    EXPECT_NEAR(steady_atan2(y, x), std::atan2(y, x), 1e-14);
  }
  EXPECT_DOUBLE_EQ(steady_atan2(0, -1), std::atan2(0, -1));
}

TEST(Random, draws_have_the_moments_they_should) {
  Random random(7, Draw::kFalse, 3);
  double sum = 0, squares = 0, fourth = 0, waits = 0, counts = 0;
  constexpr int kN = 200000;
  for (int i = 0; i < kN; ++i) {
    const double z = random.normal();
    sum += z;
    squares += z * z;
    fourth += z * z * z * z;
    waits += random.exponential(3);
    if (i < 20000) counts += static_cast<double>(random.poisson(4));
  }
  EXPECT_NEAR(sum / kN, 0, 0.01);
  EXPECT_NEAR(squares / kN, 1, 0.015);
  EXPECT_NEAR(fourth / kN, 3, 0.15);
  EXPECT_NEAR(waits / kN, 3, 0.03);
  EXPECT_NEAR(counts / 20000, 4, 0.07);
}

}  // namespace
}  // namespace truce::sim
