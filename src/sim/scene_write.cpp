#include <cmath>
#include <cstdio>

#include "base/files.h"
#include "base/json.h"
#include "sim/scene.h"

namespace truce::sim {

namespace {

// Fixed decimals without a locale; "-0.000" is written as "0.000".
void append_fixed(std::string& out, double value, int decimals) {
  static constexpr double kScale[] = {1, 10, 100, 1000, 10000};
  const double scale = kScale[decimals];
  double rounded = std::round(value * scale) / scale;
  if (rounded == 0) rounded = 0;
  char text[400];
  const int n = std::snprintf(text, sizeof text, "%.*f", decimals, rounded);
  out.append(text, static_cast<std::size_t>(n));
}

class Line {
 public:
  explicit Line(std::string& out) : out_(out) {}
  ~Line() { out_.push_back('\n'); }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  Line& word(std::string_view text) {
    separate();
    if (text.find_first_of(",\"\r\n") == text.npos) {
      out_ += text;
    } else {
      quote(text);
    }
    return *this;
  }
  Line& whole(std::size_t n) { return word(std::to_string(n)); }
  Line& number(double v, int decimals) {
    separate();
    append_fixed(out_, v, decimals);
    return *this;
  }
  Line& km(double metres) { return number(metres / 1000, 4); }

 private:
  void quote(std::string_view text) {
    out_.push_back('"');
    for (const char c : text) out_.append(c == '"' ? 2 : 1, c);
    out_.push_back('"');
  }
  void separate() {
    if (!first_) out_.push_back(',');
    first_ = false;
  }
  std::string& out_;
  bool first_ = true;
};

std::string sensors_csv(const Scene& scene) {
  std::string out = "sensor,x_km,y_km,noise_db\n";
  for (const auto& s : scene.sensors)
    Line(out).word(s.id).km(s.x_m).km(s.y_m).number(s.noise_db, 1);
  return out;
}

std::string arrivals_csv(const Scene& scene) {
  const bool phases = !scene.layers.empty();
  std::string out =
      std::string("arrival,sensor,time_s,sigma_s,level_db") + (phases ? ",phase\n" : "\n");
  for (std::size_t i = 0; i < scene.arrivals.size(); ++i) {
    const auto& a = scene.arrivals[i];
    Line line(out);
    line.whole(i).word(scene.sensors[a.sensor].id);
    line.number(a.time_s, 3).number(a.sigma_s, 3).number(a.level_db, 1);
    if (phases) line.word(to_string(a.phase));
  }
  return out;
}

std::string wind_csv(const Scene& scene) {
  std::string out = "time_s,x_km,y_km,east_m_s,north_m_s,sound_speed_m_s\n";
  for (const auto& w : scene.wind)
    Line(out)
        .number(w.time_s, 0)
        .km(w.x_m)
        .km(w.y_m)
        .number(w.east_m_s, 2)
        .number(w.north_m_s, 2)
        .number(w.sound_speed_m_s, 2);
  return out;
}

std::string health_csv(const Scene& scene) {
  std::string out = "sensor,from_s,until_s,why\n";
  for (const auto& h : scene.health)
    Line(out).word(scene.sensors[h.sensor].id).number(h.from_s, 0).number(h.until_s, 0).word(h.why);
  return out;
}

std::string layers_csv(const Scene& scene) {
  std::string out = "depth_km,p_km_s,s_km_s\n";
  for (const auto& l : scene.layers) Line(out).km(l.depth_m).km(l.p_m_s).km(l.s_m_s);
  return out;
}

std::string truth_csv(const SceneTruth& truth) {
  std::string out = "effect,time_s,x_km,y_km,source_db\n";
  for (std::size_t i = 0; i < truth.effects.size(); ++i) {
    const auto& e = truth.effects[i];
    Line(out).whole(i).number(e.time_s, 3).km(e.x_m).km(e.y_m).number(truth.source_db[i], 1);
  }
  return out;
}

std::string labels_csv(const SceneTruth& truth) {
  const bool causes = truth.cause.size() == truth.effect_of.size() && !truth.cause.empty();
  const bool origins = causes && truth.of.size() == truth.effect_of.size();
  std::string out = "arrival,effect";
  if (causes) out += ",cause";
  if (origins) out += ",of";
  out += "\n";
  for (std::size_t i = 0; i < truth.effect_of.size(); ++i) {
    const auto e = truth.effect_of[i];
    Line line(out);
    line.whole(i).word(e < 0 ? "" : std::to_string(e));
    if (causes) line.word(truth.cause[i]);
    if (origins) line.word(truth.of[i] < 0 ? "" : std::to_string(truth.of[i]));
  }
  return out;
}

std::string sensors_truth_csv(const Scene& scene) {
  std::string out = "sensor,x_km,y_km,clock_offset_s,silent_from_s\n";
  for (std::size_t i = 0; i < scene.truth->sensors.size(); ++i) {
    const auto& s = scene.truth->sensors[i];
    Line line(out);
    line.word(scene.sensors[i].id).km(s.x_m).km(s.y_m).number(s.clock_offset_s, 3);
    if (std::isfinite(s.silent_from_s)) {
      line.number(s.silent_from_s, 0);
    } else {
      line.word("");
    }
  }
  return out;
}

std::string scene_json(const Scene& scene, std::string_view making) {
  std::string out = "{\n \"name\": ";
  append_json_string(out, scene.name);
  const auto member = [&](const char* key, double v) {
    out += std::string(",\n \"") + key + "\": ";
    append_json_number(out, v);
  };
  member("width_km", scene.width_m / 1000);
  member("height_km", scene.height_m / 1000);
  member("hours", scene.duration_s / 3600);
  member("sound_speed_m_s", scene.sound_speed_m_s);
  member("sensors", static_cast<double>(scene.sensors.size()));
  member("arrivals", static_cast<double>(scene.arrivals.size()));
  if (!making.empty()) out += ",\n " + std::string(making);
  return out + "\n}\n";
}

}  // namespace

SceneFiles scene_files(const Scene& scene, std::string_view making) {
  SceneFiles out;
  out.scene_json = scene_json(scene, making);
  out.sensors = sensors_csv(scene);
  out.arrivals = arrivals_csv(scene);
  if (!scene.wind.empty()) out.wind = wind_csv(scene);
  if (!scene.health.empty()) out.health = health_csv(scene);
  if (!scene.layers.empty()) out.layers = layers_csv(scene);
  if (!scene.truth) return out;
  out.truth = truth_csv(*scene.truth);
  out.labels = labels_csv(*scene.truth);
  if (!scene.truth->sensors.empty()) out.sensors_truth = sensors_truth_csv(scene);
  return out;
}

Status write_scene(const std::filesystem::path& dir, const SceneFiles& files) {
  std::error_code failed;
  std::filesystem::create_directories(dir, failed);
  if (failed) return make_error(ErrorCode::kIo, failed.message(), {.source = dir.string()});
  const auto write = [&](const char* name, const std::optional<std::string>& bytes) {
    return bytes ? write_file_atomically(dir / name, *bytes) : done();
  };
  TRUCE_CHECK_OK(write("scene.json", files.scene_json));
  TRUCE_CHECK_OK(write("sensors.csv", files.sensors));
  TRUCE_CHECK_OK(write("arrivals.csv", files.arrivals));
  TRUCE_CHECK_OK(write("wind.csv", files.wind));
  TRUCE_CHECK_OK(write("health.csv", files.health));
  TRUCE_CHECK_OK(write("layers.csv", files.layers));
  TRUCE_CHECK_OK(write("truth.csv", files.truth));
  TRUCE_CHECK_OK(write("labels.csv", files.labels));
  return write("sensors_truth.csv", files.sensors_truth);
}

}  // namespace truce::sim
