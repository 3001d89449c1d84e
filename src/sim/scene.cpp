#include "sim/scene.h"

#include <simdjson.h>

#include <unordered_map>

#include "base/files.h"
#include "base/units.h"
#include "sim/columns.h"

namespace truce::sim {

namespace {

constexpr NumberRange kPlaceKm{-20000, 20000, "km"};
constexpr NumberRange kTimeS{-1e9, 1e9, "s"};
constexpr NumberRange kSigmaS{0, 3600, "s"};
constexpr NumberRange kLevelDb{-300, 300, "dB"};
constexpr NumberRange kWindMS{-200, 200, "m/s"};
constexpr NumberRange kSoundMS{100, 1000, "m/s"};
constexpr NumberRange kRockKmS{0.05, 20, "km/s"};
constexpr NumberRange kDepthKm{0, 7000, "km"};
constexpr double kM = 1000;  // metres in a kilometre

Error json_error(const std::string& field, const std::string& expected) {
  return bad_input("the value is missing or wrong", {.source = "scene.json", .field = field},
                   expected);
}

Result<double> json_number(simdjson::dom::element root, const char* key, double min, double max) {
  double v = 0;
  if (root[key].get(v) != simdjson::SUCCESS || !(v > min) || !(v <= max))
    return json_error(key,
                      "a number above " + std::to_string(min) + " up to " + std::to_string(max));
  return v;
}

Status read_json(const std::string& bytes, Scene& scene) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(bytes).get(root) != simdjson::SUCCESS || !root.is_object())
    return bad_input("this is no JSON object", {.source = "scene.json"});
  std::string_view name;
  if (root["name"].get(name) == simdjson::SUCCESS) scene.name = name;
  TRUCE_TRY(width, json_number(root, "width_km", 0, 20000));
  TRUCE_TRY(height, json_number(root, "height_km", 0, 20000));
  TRUCE_TRY(hours, json_number(root, "hours", 0, 1e5));
  TRUCE_TRY(speed, json_number(root, "sound_speed_m_s", kSoundMS.min, kSoundMS.max));
  scene.width_m = width * kM;
  scene.height_m = height * kM;
  scene.duration_s = hours * 3600;
  scene.sound_speed_m_s = speed;
  return done();
}

using SensorIndex = std::unordered_map<std::string, std::uint32_t>;

Status read_sensors(const std::string& bytes, Scene& scene, SensorIndex& index) {
  return read_columns(
      bytes, "sensors.csv", {"sensor", "x_km", "y_km", "noise_db"}, 4, [&](ColumnRow& row) {
        const auto number = static_cast<std::uint32_t>(scene.sensors.size());
        if (!index.emplace(row.word(0), number).second)
          row.complain(0, "the sensor \"" + row.word(0) + "\" is named twice",
                       "one row per sensor");
        scene.sensors.push_back({row.word(0), row.number(1, kPlaceKm) * kM,
                                 row.number(2, kPlaceKm) * kM, row.number(3, kLevelDb)});
      });
}

std::uint32_t known_sensor(ColumnRow& row, std::size_t column, const SensorIndex& index) {
  const auto it = index.find(row.word(column));
  if (it != index.end()) return it->second;
  row.complain(column, "there is no sensor \"" + row.word(column) + "\"", "one of sensors.csv");
  return 0;
}

// Rows carry their own number, so that a file cut or sorted by hand is noticed.
void check_row_number(ColumnRow& row, std::size_t column, std::size_t number) {
  if (row.index(column, number + 1) != number)
    row.complain(column, "row " + row.word(column) + " is out of order", std::to_string(number));
}

Phase phase_of(ColumnRow& row, std::size_t column) {
  if (!row.has(column) || row.word(column).empty()) return Phase::kSound;
  for (const Phase p : {Phase::kSound, Phase::kP, Phase::kS}) {
    if (row.word(column) == to_string(p)) return p;
  }
  row.complain(column, "\"" + row.word(column) + "\" is no phase", "P, S or sound");
  return Phase::kSound;
}

Status read_arrivals(const std::string& bytes, Scene& scene, const SensorIndex& index) {
  return read_columns(bytes, "arrivals.csv",
                      {"arrival", "sensor", "time_s", "sigma_s", "level_db", "phase"}, 5,
                      [&](ColumnRow& row) {
                        check_row_number(row, 0, scene.arrivals.size());
                        scene.arrivals.push_back({known_sensor(row, 1, index),
                                                  row.number(2, kTimeS), row.number(3, kSigmaS),
                                                  row.number(4, kLevelDb), phase_of(row, 5)});
                      });
}

Status read_wind(const std::string& bytes, Scene& scene) {
  return read_columns(bytes, "wind.csv",
                      {"time_s", "x_km", "y_km", "east_m_s", "north_m_s", "sound_speed_m_s"}, 6,
                      [&](ColumnRow& row) {
                        scene.wind.push_back({row.number(0, kTimeS), row.number(1, kPlaceKm) * kM,
                                              row.number(2, kPlaceKm) * kM, row.number(3, kWindMS),
                                              row.number(4, kWindMS), row.number(5, kSoundMS)});
                      });
}

Status read_health(const std::string& bytes, Scene& scene, const SensorIndex& index) {
  return read_columns(bytes, "health.csv", {"sensor", "from_s", "until_s", "why"}, 4,
                      [&](ColumnRow& row) {
                        scene.health.push_back({known_sensor(row, 0, index), row.number(1, kTimeS),
                                                row.number(2, kTimeS), row.word(3)});
                      });
}

Status read_effects(const std::string& bytes, SceneTruth& truth) {
  return read_columns(bytes, "truth.csv", {"effect", "time_s", "x_km", "y_km", "source_db"}, 5,
                      [&](ColumnRow& row) {
                        check_row_number(row, 0, truth.effects.size());
                        truth.effects.push_back({{},
                                                 row.number(2, kPlaceKm) * kM,
                                                 row.number(3, kPlaceKm) * kM,
                                                 row.number(1, kTimeS)});
                        truth.source_db.push_back(row.number(4, kLevelDb));
                      });
}

Status read_labels(const std::string& bytes, std::size_t arrivals, SceneTruth& truth) {
  truth.effect_of.assign(arrivals, -1);
  return read_columns(
      bytes, "labels.csv", {"arrival", "effect", "cause", "of"}, 2, [&](ColumnRow& row) {
        const std::uint32_t arrival = row.index(0, arrivals);
        if (arrivals == 0) return;
        if (row.has(2)) truth.cause.resize(arrivals);
        if (row.has(2)) truth.cause[arrival] = row.word(2);
        if (row.has(3)) truth.of.resize(arrivals, -1);
        if (row.has(3) && !row.word(3).empty() && !truth.effects.empty())
          truth.of[arrival] = static_cast<std::int32_t>(row.index(3, truth.effects.size()));
        if (row.word(1).empty()) return;
        const std::uint32_t effect = row.index(1, truth.effects.size());
        if (truth.effects.empty()) return;
        if (truth.effect_of[arrival] != -1) row.complain(0, "the arrival is labelled twice", {});
        truth.effect_of[arrival] = static_cast<std::int32_t>(effect);
        truth.effects[effect].arrivals.push_back(arrival);
      });
}

Status read_sensors_truth(const std::string& bytes, const Scene& scene, const SensorIndex& index,
                          SceneTruth& truth) {
  for (const auto& s : scene.sensors) truth.sensors.push_back({.x_m = s.x_m, .y_m = s.y_m});
  return read_columns(bytes, "sensors_truth.csv",
                      {"sensor", "x_km", "y_km", "clock_offset_s", "silent_from_s"}, 5,
                      [&](ColumnRow& row) {
                        const std::uint32_t i = known_sensor(row, 0, index);
                        if (i >= truth.sensors.size()) return;
                        auto& s = truth.sensors[i];
                        s.x_m = row.number(1, kPlaceKm) * kM;
                        s.y_m = row.number(2, kPlaceKm) * kM;
                        s.clock_offset_s = row.number(3, kTimeS);
                        s.silent_from_s = row.number_if_any(4, kTimeS).value_or(s.silent_from_s);
                      });
}

Status read_truth(const SceneFiles& files, const SensorIndex& index, Scene& scene) {
  if (!files.truth || !files.labels) return done();
  SceneTruth truth;
  TRUCE_CHECK_OK(read_effects(*files.truth, truth));
  TRUCE_CHECK_OK(read_labels(*files.labels, scene.arrivals.size(), truth));
  if (files.sensors_truth)
    TRUCE_CHECK_OK(read_sensors_truth(*files.sensors_truth, scene, index, truth));
  scene.truth = std::move(truth);
  return done();
}

Result<std::optional<std::string>> file_if_any(const std::filesystem::path& path) {
  std::error_code unreadable;
  if (!std::filesystem::exists(path, unreadable)) return std::optional<std::string>();
  TRUCE_TRY(bytes, read_file(path));
  return std::optional<std::string>(std::move(bytes));
}

}  // namespace

Result<std::vector<Layer>> read_layers(const std::string& bytes, const std::string& file) {
  std::vector<Layer> out;
  TRUCE_CHECK_OK(
      read_columns(bytes, file, {"depth_km", "p_km_s", "s_km_s"}, 3, [&](ColumnRow& row) {
        const Layer layer{row.number(0, kDepthKm) * kM, row.number(1, kRockKmS) * kM,
                          row.number(2, kRockKmS) * kM};
        if (out.empty() ? layer.depth_m != 0 : layer.depth_m <= out.back().depth_m)
          row.complain(0, "layers are out of order", "the first at 0, then deeper and deeper");
        out.push_back(layer);
      }));
  return out;
}

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::kP:
      return "P";
    case Phase::kS:
      return "S";
    case Phase::kSound:
      break;
  }
  return "sound";
}

Result<Scene> parse_scene(const SceneFiles& files) {
  Scene scene;
  SensorIndex index;
  TRUCE_CHECK_OK(read_json(files.scene_json, scene));
  TRUCE_CHECK_OK(read_sensors(files.sensors, scene, index));
  TRUCE_CHECK_OK(read_arrivals(files.arrivals, scene, index));
  if (files.wind) TRUCE_CHECK_OK(read_wind(*files.wind, scene));
  if (files.health) TRUCE_CHECK_OK(read_health(*files.health, scene, index));
  if (files.layers) {
    TRUCE_TRY(layers, read_layers(*files.layers, "layers.csv"));
    scene.layers = std::move(layers);
  }
  TRUCE_CHECK_OK(read_truth(files, index, scene));
  return scene;
}

Result<Scene> read_scene(const std::filesystem::path& dir, WithTruth with_truth) {
  SceneFiles files;
  TRUCE_TRY(scene_json, read_file(dir / "scene.json"));
  TRUCE_TRY(sensors, read_file(dir / "sensors.csv"));
  TRUCE_TRY(arrivals, read_file(dir / "arrivals.csv"));
  TRUCE_TRY(wind, file_if_any(dir / "wind.csv"));
  TRUCE_TRY(health, file_if_any(dir / "health.csv"));
  TRUCE_TRY(layers, file_if_any(dir / "layers.csv"));
  files.scene_json = std::move(scene_json);
  files.sensors = std::move(sensors);
  files.arrivals = std::move(arrivals);
  files.wind = std::move(wind);
  files.health = std::move(health);
  files.layers = std::move(layers);
  if (with_truth == WithTruth::kYes) {
    TRUCE_TRY(truth, read_file(dir / "truth.csv"));
    TRUCE_TRY(labels, read_file(dir / "labels.csv"));
    TRUCE_TRY(sensors_truth, file_if_any(dir / "sensors_truth.csv"));
    files.truth = std::move(truth);
    files.labels = std::move(labels);
    files.sensors_truth = std::move(sensors_truth);
  }
  return parse_scene(files);
}

}  // namespace truce::sim
