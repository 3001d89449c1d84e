#include "sim/scene.h"

#include <gtest/gtest.h>

#include <cmath>

namespace truce::sim {
namespace {

SceneFiles small() {
  SceneFiles f;
  f.scene_json = R"({"name":"s","width_km":10,"height_km":8,"hours":0.5,"sound_speed_m_s":340.5,
                     "wind_m_s":[3,4]})";
  f.sensors = "sensor,x_km,y_km,noise_db\na,1.5,2,50\nb,3,4,51.5\n";
  f.arrivals =
      "arrival,sensor,time_s,sigma_s,level_db\n0,b,3.25,0.1,60\n1,a,4,0.2,61\n2,a,5,0.2,62\n";
  f.wind = "time_s,x_km,y_km,east_m_s,north_m_s,sound_speed_m_s\n0,1,2,-3,4,340\n";
  f.health = "sensor,from_s,until_s,why\nb,60,90,jammed\n";
  f.truth = "effect,time_s,x_km,y_km,source_db\n0,1,2,3,150\n1,2,3,4,151\n";
  f.labels = "arrival,effect\n0,1\n1,\n2,1\n";
  f.sensors_truth = "sensor,x_km,y_km,clock_offset_s,silent_from_s\nb,3.1,4,0.5,90\n";
  return f;
}

TEST(Scene, is_read_in_metres_with_arrivals_by_effect) {
  const auto scene = parse_scene(small());
  ASSERT_TRUE(scene.ok()) << scene.error().to_text();
  EXPECT_EQ(scene->name, "s");
  EXPECT_DOUBLE_EQ(scene->width_m, 10000);
  EXPECT_DOUBLE_EQ(scene->duration_s, 1800);
  ASSERT_EQ(scene->sensors.size(), 2U);
  EXPECT_DOUBLE_EQ(scene->sensors[0].x_m, 1500);
  EXPECT_EQ(scene->arrivals[0].sensor, 1U);
  EXPECT_DOUBLE_EQ(scene->wind[0].north_m_s, 4);
  EXPECT_EQ(scene->health[0].sensor, 1U);
  EXPECT_EQ(scene->health[0].why, "jammed");
  ASSERT_TRUE(scene->truth.has_value());
  EXPECT_EQ(scene->truth->effects[1].arrivals, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(scene->truth->effect_of, (std::vector<std::int32_t>{1, -1, 1}));
  EXPECT_DOUBLE_EQ(scene->truth->sensors[1].clock_offset_s, 0.5);
  EXPECT_TRUE(std::isinf(scene->truth->sensors[0].silent_from_s));
}

TEST(Scene, needs_neither_wind_nor_truth) {
  auto f = small();
  f.wind.reset();
  f.truth.reset();
  const auto scene = parse_scene(f);
  ASSERT_TRUE(scene.ok());
  EXPECT_TRUE(scene->wind.empty());
  EXPECT_FALSE(scene->truth.has_value());
}

std::string complaint(const SceneFiles& f) {
  const auto scene = parse_scene(f);
  return scene.ok() ? "" : scene.error().to_text();
}

TEST(Scene, names_file_line_and_column_of_what_is_wrong) {
  auto f = small();
  f.arrivals += "3,c,1,0.1,50\n";
  EXPECT_NE(complaint(f).find("arrivals.csv:5"), std::string::npos) << complaint(f);
  EXPECT_NE(complaint(f).find("field sensor"), std::string::npos) << complaint(f);
  f = small();
  f.arrivals += "3,a,nan,0.1,50\n";
  EXPECT_NE(complaint(f).find("field time_s"), std::string::npos) << complaint(f);
  f = small();
  f.arrivals += "5,a,1,0.1,50\n";
  EXPECT_NE(complaint(f).find("field arrival"), std::string::npos) << complaint(f);
  f = small();
  f.sensors += "a,1,1,50\n";
  EXPECT_NE(complaint(f).find("named twice"), std::string::npos) << complaint(f);
  f = small();
  f.labels = "arrival,effect\n0,2\n";
  EXPECT_NE(complaint(f).find("labels.csv:2"), std::string::npos) << complaint(f);
  f = small();
  f.scene_json = R"({"width_km":-1})";
  EXPECT_NE(complaint(f).find("width_km"), std::string::npos) << complaint(f);
}

TEST(Scene, written_and_read_again_is_the_same_within_its_rounding) {
  auto first = parse_scene(small());
  ASSERT_TRUE(first.ok());
  first->sensors[0].x_m = 1234.56789;
  first->arrivals[1].time_s = 4.00049;
  const auto second = parse_scene(scene_files(*first, R"("seed": 4)"));
  ASSERT_TRUE(second.ok()) << second.error().to_text();
  EXPECT_NEAR(second->sensors[0].x_m, 1234.56789, 0.0500001);
  EXPECT_NEAR(second->arrivals[1].time_s, 4.00049, 0.000500001);
  EXPECT_EQ(second->truth->effect_of, first->truth->effect_of);
  EXPECT_DOUBLE_EQ(second->truth->sensors[1].silent_from_s, 90);
  // Rounded values stay as they are: the files repeat to the byte.
  EXPECT_EQ(scene_files(*second).arrivals,
            scene_files(*parse_scene(scene_files(*second))).arrivals);
}

TEST(Scene, keeps_the_name_of_a_sensor_whatever_it_is) {
  auto f = small();
  f.sensors = "sensor,x_km,y_km,noise_db\n\"a,\"\"1\"\"\",1.5,2,50\nb,3,4,51.5\n";
  f.arrivals = "arrival,sensor,time_s,sigma_s,level_db\n0,b,3.25,0.1,60\n";
  f.labels = "arrival,effect\n";
  const auto scene = parse_scene(f);
  ASSERT_TRUE(scene.ok()) << scene.error().to_text();
  const auto again = parse_scene(scene_files(*scene));
  ASSERT_TRUE(again.ok()) << again.error().to_text();
  EXPECT_EQ(again->sensors[0].id, "a,\"1\"");
}

TEST(Scene, keeps_phases_and_layers_of_a_seismic_network) {
  auto f = small();
  f.layers = "depth_km,p_km_s,s_km_s\n0,5,2.9\n15,6.2,3.5\n";
  f.arrivals =
      "arrival,sensor,time_s,sigma_s,level_db,phase\n0,b,3.25,0.1,60,P\n1,a,4,0.2,61,S\n"
      "2,a,5,0.1,40,P\n";
  const auto scene = parse_scene(f);
  ASSERT_TRUE(scene.ok()) << scene.error().to_text();
  EXPECT_EQ(scene->arrivals[1].phase, Phase::kS);
  EXPECT_EQ(scene_files(*scene).arrivals.substr(0, 68),
            "arrival,sensor,time_s,sigma_s,level_db,phase\n0,b,3.250,0.100,60.0,P\n");
  f.layers = "depth_km,p_km_s,s_km_s\n1,5,2.9\n";
  EXPECT_NE(complaint(f).find("out of order"), std::string::npos);
}

TEST(Scene, reads_the_scenes_beside_the_project) {
  const std::filesystem::path dir = std::filesystem::path(TRUCE_SHARED_DIR) / "data/scenes";
  if (!std::filesystem::exists(dir)) GTEST_SKIP() << "no data beside the project";
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    const auto scene = read_scene(entry.path(), WithTruth::kYes);
    ASSERT_TRUE(scene.ok()) << scene.error().to_text();
    EXPECT_EQ(scene->name, entry.path().filename().string());
    // What happened, taken for a report, is perfect; with one in three arrivals lost, still found.
    std::vector<ScoredEffect> reports;
    for (const auto& e : scene->truth->effects) {
      ScoredEffect r{{}, e.x_m, e.y_m, e.time_s, {}, {}};
      for (std::size_t i = 0; i < e.arrivals.size(); ++i) {
        if (i % 3 != 2) r.arrivals.push_back(e.arrivals[i]);
      }
      reports.push_back(std::move(r));
    }
    const auto score = score_scene(reports, scene->truth->effects);
    EXPECT_DOUBLE_EQ(score.f1, 1) << scene->name;
    EXPECT_DOUBLE_EQ(score.gospa, 0) << scene->name;
  }
}

}  // namespace
}  // namespace truce::sim
