#pragma once
// A scene: one stretch of time over one plane, with the sensors that listened, the arrivals they
// reported and, for scoring alone, what really happened. A folder of small files, made by
// `truce sim` and read by `truce bench scenes`:
//
//   scene.json         width_km, height_km, hours, sound_speed_m_s; the rest describes the making
//   sensors.csv        sensor,x_km,y_km,noise_db
//   arrivals.csv       arrival,sensor,time_s,sigma_s,level_db[,phase]
//   wind.csv           time_s,x_km,y_km,east_m_s,north_m_s,sound_speed_m_s       (may be missing)
//   health.csv         sensor,from_s,until_s,why                                 (may be missing)
//   layers.csv         depth_km,p_km_s,s_km_s                                    (seismic scenes)
//   truth.csv          effect,time_s,x_km,y_km,source_db                         (scoring only)
//   labels.csv         arrival,effect[,cause[,of]]; an empty effect: a false arrival; `of`: the
//                      effect that an echo or a shock wave comes from           (scoring only)
//   sensors_truth.csv  sensor,x_km,y_km,clock_offset_s,silent_from_s             (scoring only)
//
// Arrivals and effects are numbered by row from 0. Columns are found by name; others are ignored.
// In memory everything is in metres and seconds, x east and y north of the scene's corner.

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sim/score.h"

namespace truce::sim {

enum class Phase : std::uint8_t { kSound, kP, kS };
std::string_view to_string(Phase phase);  // "sound", "P", "S"

struct SceneSensor {
  std::string id;
  double x_m = 0, y_m = 0;
  double noise_db = 0;  // background level
};

struct SceneArrival {
  std::uint32_t sensor = 0;  // index into Scene::sensors
  double time_s = 0;         // by the sensor's own clock
  double sigma_s = 0;        // of the onset alone, as the sensor says it
  double level_db = 0;
  Phase phase = Phase::kSound;
};

struct WindReading {  // of one weather station at one time
  double time_s = 0;
  double x_m = 0, y_m = 0;
  double east_m_s = 0, north_m_s = 0;  // where the air moves to
  double sound_speed_m_s = 0;          // in still air of that temperature
};

// A time in which a sensor could not hear, as it or its owner says.
struct SceneHealth {
  std::uint32_t sensor = 0;
  double from_s = 0, until_s = 0;
  std::string why;  // as Health::why: jammed, off, …
};

// Flat layers under a seismic network, ordered by the depth of their tops, the first at 0.
struct Layer {
  double depth_m = 0;
  double p_m_s = 0, s_m_s = 0;
};

// What really happened. Never to be shown to what is scored.
struct SceneTruth {
  struct Sensor {
    double x_m = 0, y_m = 0;
    double clock_offset_s = 0;  // what the sensor's clock shows minus what it should
    double silent_from_s = std::numeric_limits<double>::infinity();
  };
  std::vector<TrueEffect> effects;
  std::vector<double> source_db;        // per effect, at 1 m
  std::vector<std::int32_t> effect_of;  // per arrival; -1: false, or of something not scored
  // Per arrival "direct", "echo", "shock", "false", "copied" …; empty when the folder does not say.
  std::vector<std::string> cause;
  std::vector<std::int32_t> of;  // likewise the effect of an echo or a shock wave, or -1
  std::vector<Sensor> sensors;   // empty when the folder does not say
};

struct Scene {
  std::string name;
  double width_m = 0, height_m = 0;
  double duration_s = 0;
  double sound_speed_m_s = 0;
  std::vector<SceneSensor> sensors;
  std::vector<SceneArrival> arrivals;
  std::vector<WindReading> wind;    // empty: no feed of weather
  std::vector<SceneHealth> health;  // empty: nobody says
  std::vector<Layer> layers;        // empty unless seismic
  std::optional<SceneTruth> truth;  // only when asked for
};

// The files of a scene as bytes; those that may be missing are optional. What read_scene works on.
struct SceneFiles {
  std::string scene_json;
  std::string sensors;
  std::string arrivals;
  std::optional<std::string> wind;
  std::optional<std::string> health;
  std::optional<std::string> layers;
  std::optional<std::string> truth;
  std::optional<std::string> labels;
  std::optional<std::string> sensors_truth;
};

enum class WithTruth : bool { kNo, kYes };

// Without the truth those three files are not even opened. Errors: a file that has to be there and
// is not; a number that is none, not finite or outside what it can be; a sensor named twice; an
// arrival of an unknown sensor; rows numbered otherwise than from 0.
Result<Scene> read_scene(const std::filesystem::path& dir, WithTruth with_truth);
Result<Scene> parse_scene(const SceneFiles& files);
// The lines of a layers.csv; `file` is what errors call it.
Result<std::vector<Layer>> read_layers(const std::string& bytes, const std::string& file);

// The same scene as files. Lengths are rounded to 0.1 m, times to 1 ms (offsets, too), levels to
// 0.1 dB, speeds to 0.01 m/s: what parse_scene gives back differs by at most half of that.
// `making` is put into scene.json, members of a JSON object without its braces: seed and the like.
SceneFiles scene_files(const Scene& scene, std::string_view making = {});
Status write_scene(const std::filesystem::path& dir, const SceneFiles& files);

}  // namespace truce::sim
