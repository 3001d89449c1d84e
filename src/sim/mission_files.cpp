#include "sim/mission_files.h"

#include <cmath>
#include <cstdio>
#include <map>
#include <utility>

#include "model/json.h"
#include "sim/front_line.h"
#include "sim/watchers.h"

namespace truce::sim {

namespace {

template <class R>
std::string line_of(const char* kind, const R& record) {
  return "{\"kind\":\"" + std::string(kind) + "\",\"record\":" + to_json(record) + "}\n";
}

std::string degrees(LatLon p) {
  char text[48];
  std::snprintf(text, sizeof text, "%.7f,%.7f", p.lat_deg(), p.lon_deg());
  return text;
}

std::string tenths(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", v);
  return text;
}

double hundredths(double v) { return std::round(v * 100) / 100 + 0.0; }  // no negative zero

std::string source_row(const Source& s) {
  return s.id + "," + s.name + "," + std::string(to_string(s.kind)) + "," + s.owner + "," +
         (s.at ? degrees(*s.at) : ",") + ",\n";
}

class MissionWriter {
 public:
  explicit MissionWriter(const Simulated& s)
      : s_(s), globe_(s.world), watch_(make_watch(s, globe_)) {}

  std::vector<MissionFile> run() {
    put("geo/theatre.geojson", theatre());
    if (has_front()) put("geo/control.geojson", control());
    put("agreement.toml", agreement());
    put("sources.csv", sources());
    if (const auto layers = scene_files(s_.scene).layers) put("ground.csv", *layers);
    write_nodes();
    for (const auto& f : watch_.feeds) write_feed(f);
    write_claims();
    write_health();
    write_weather();
    put("mission.toml", mission_toml());
    put("truth.csv", truth());
    put("labels.csv", labels_);
    return std::move(files_);
  }

 private:
  void put(std::string name, std::string bytes) {
    files_.push_back({std::move(name), std::move(bytes)});
  }
  void name_feed(const std::string& id, const std::string& format, const std::string& file,
                 const std::string& more = {}) {
    feeds_ += "\n[[feed]]\nid = \"" + id + "\"\nformat = \"" + format + "\"\nfiles = [\"" + file +
              "\"]\n" + more;
  }

  std::string corner(double x_km, double y_km) const {
    const LatLon p = globe_.at({x_km * 1000, y_km * 1000});
    char text[48];
    std::snprintf(text, sizeof text, "[%.7f,%.7f]", p.lon_deg(), p.lat_deg());
    return text;
  }
  // A margin around the plane, so that nobody misplaced by a little falls out of it.
  std::string theatre() const {
    const double e = s_.world.terrain.width_km + 5, n = s_.world.terrain.height_km + 5;
    return "{\"type\":\"FeatureCollection\",\"features\":[\n{\"type\":\"Feature\",\"id\":"
           "\"theatre\",\"properties\":{\"kind\":\"land\",\"name\":\"theatre\"},\"geometry\":"
           "{\"type\":\"Polygon\",\"coordinates\":[[" +
           corner(-5, -5) + "," + corner(e, -5) + "," + corner(e, n) + "," + corner(-5, n) + "," +
           corner(-5, -5) + "]]}}\n]}\n";
  }
  bool has_front() const { return !s_.world.terrain.front_km.empty(); }
  // What lies to one side of the front, drawn on beyond its ends and far beyond the plane.
  std::string side_of_front(bool left) const {
    constexpr double kBeyond_km = 300;
    const FrontLine front(s_.world.terrain.front_km);
    const Xy start = front.at(0, 0), start_left = front.at(0, 1000);
    const Xy end = front.at(front.length_m(), 0), end_left = front.at(front.length_m(), 1000);
    // At either end the front goes on as it came, and the far edge lies to the left of both.
    const auto beyond = [&](const Xy& at, const Xy& left_of_it, double on, double aside) {
      const double lx = (left_of_it.x_m - at.x_m) / 1000, ly = (left_of_it.y_m - at.y_m) / 1000;
      return corner(at.x_m / 1000 + kBeyond_km * (on * ly + aside * lx),
                    at.y_m / 1000 + kBeyond_km * (-on * lx + aside * ly));
    };
    const double aside = left ? 1 : -1;
    std::string out = "[" + beyond(start, start_left, -1, 0);
    for (const auto& [x_km, y_km] : s_.world.terrain.front_km) out += "," + corner(x_km, y_km);
    return out + "," + beyond(end, end_left, 1, 0) + "," + beyond(end, end_left, 1, aside) + "," +
           beyond(start, start_left, -1, aside) + "," + beyond(start, start_left, -1, 0) + "]";
  }
  std::string control() const {
    const auto feature = [&](bool left) {
      return "{\"type\":\"Feature\",\"id\":\"held-by-" + std::string(party(left)) +
             "\",\"properties\":{\"kind\":\"control\"},\"geometry\":{\"type\":\"Polygon\","
             "\"coordinates\":[" +
             side_of_front(left) + "]}}";
    };
    return "{\"type\":\"FeatureCollection\",\"features\":[\n" + feature(true) + ",\n" +
           feature(false) + "\n]}\n";
  }
  static const char* party(bool left) { return left ? "amber" : "cobalt"; }
  std::string who() const {
    if (!has_front()) return {};
    std::string out;
    for (const bool left : {true, false})
      out += "[[zone]]\nid = \"held-by-" + std::string(party(left)) +
             "\"\nkind = \"control\"\nparty = \"" + party(left) + "\"\ntolerance_m = 100\n\n";
    return out;
  }
  std::string agreement() const {
    return "# Made by truce sim: two invented parties and one provision.\n"
           "id = \"" +
           s_.world.name +
           "\"\ntitle = \"No fire\"\nsource = \"simulated\"\n"
           "time_zone = \"UTC\"\nattribution = " +
           (has_front() ? "true" : "false") +
           "\n\n[standard_of_proof]\npreponderance = 0.65\n\n"
           "[[party]]\nid = \"amber\"\nname = \"Amber\"\n\n[[party]]\nid = \"cobalt\"\n"
           "name = \"Cobalt\"\n\n[[zone]]\nid = \"theatre\"\nname = \"the theatre\"\n\n" +
           who() +
           "[[provision]]\nid = \"fire\"\nwords = \"No fire of any kind\"\n"
           "source = \"simulated, article 1\"\nzones = [\"theatre\"]\nfrom = \"2030-06-01T00:00\"\n"
           "standard_of_proof = \"preponderance\"\n";
  }
  std::string mission_toml() const {
    const Instant last = globe_.time(std::max(0.0, s_.scene.duration_s - 1));
    return "# Made by truce sim from the world \"" + s_.world.name + "\", seed " +
           std::to_string(s_.seed) + ".\nid = \"" + s_.world.name +
           "\"\nname = \"Simulated: " + s_.world.name +
           "\"\ntime_zone = \"UTC\"\nboundary_view = \"no boundaries: the world is simulated and "
           "lies in the open sea\"\n\n[report]\nfirst_day = \"" +
           to_text(globe_.epoch).substr(0, 10) + "\"\nlast_day = \"" + to_text(last).substr(0, 10) +
           "\"\n" + feeds_;
  }

  std::string sources() const {
    std::string out = "id,name,kind,owner,lat,lon,noise_db\n";
    for (const auto& n : s_.nodes)
      out += n.id + "," + n.id + (s_.world.seismic.on ? ",seismic_station" : ",acoustic_sensor") +
             ",mission," + degrees(globe_.at(n.told)) + "," + tenths(n.noise_db) + "\n";
    for (const auto& s : watch_.sources) out += source_row(s);
    return out;
  }

  void label(const std::string& feed, std::size_t line, const std::vector<std::uint32_t>& effects,
             std::string_view cause) {
    labels_ += feed + "," + std::to_string(line) + ",";
    for (std::size_t i = 0; i < effects.size(); ++i)
      labels_ += (i == 0 ? "" : "|") + std::to_string(effects[i]);
    labels_ += "," + std::string(cause) + "\n";
  }
  // The scene's own file of arrivals is a feed as it stands; its first row is on line 2.
  void write_nodes() {
    put("feeds/nodes.csv", scene_files(s_.scene).arrivals);
    put("feeds/nodes.toml", "epoch = \"" + to_text(globe_.epoch) + "\"\n");
    name_feed("nodes", "arrivals", "feeds/nodes.csv", "mapping = \"feeds/nodes.toml\"\n");
    const SceneTruth& truth = *s_.scene.truth;
    for (std::size_t i = 0; i < truth.effect_of.size(); ++i) {
      std::vector<std::uint32_t> effects;
      if (truth.effect_of[i] >= 0)
        effects.push_back(static_cast<std::uint32_t>(truth.effect_of[i]));
      label("nodes", i + 2, effects, truth.cause[i]);
    }
  }
  void write_feed(const WatchedFeed& feed) {
    std::string lines;
    for (std::size_t i = 0; i < feed.rows.size(); ++i) {
      lines += line_of("observation", feed.rows[i].observation);
      label(feed.id, i + 1, feed.rows[i].effects, feed.rows[i].cause);
    }
    const std::string file = "feeds/" + feed.id + ".ndjson";
    put(file, lines);
    name_feed(feed.id, "ndjson", file);
  }
  void write_claims() {
    if (watch_.claims.empty()) return;
    std::string lines;
    for (const auto& c : watch_.claims) lines += line_of("claim", c);
    put("feeds/parties.ndjson", lines);
    name_feed("parties", "ndjson", "feeds/parties.ndjson");
  }
  void write_health() {
    std::string lines;
    for (const auto& h : s_.scene.health)
      lines += line_of(
          "health",
          Health{
              s_.nodes[h.sensor].id, {globe_.time(h.from_s), globe_.time(h.until_s)}, h.why, ""});
    for (const auto& h : watch_.health) lines += line_of("health", h);
    if (lines.empty()) return;
    put("feeds/health.ndjson", lines);
    name_feed("health", "ndjson", "feeds/health.ndjson");
  }

  void write_weather() {
    if (s_.scene.wind.empty()) return;
    std::string lines;
    std::map<std::pair<double, double>, std::size_t> stations;  // in the order they read first
    for (const auto& w : s_.scene.wind) {
      const auto station = stations.emplace(std::pair(w.x_m, w.y_m), stations.size()).first->second;
      lines += line_of("weather",
                       Weather{"weather-" + std::to_string(station + 1), globe_.time(w.time_s),
                               globe_.at({w.x_m, w.y_m}), hundredths(w.east_m_s),
                               hundredths(w.north_m_s), hundredths(w.sound_speed_m_s)});
    }
    put("feeds/weather.ndjson", lines);
    name_feed("weather", "ndjson", "feeds/weather.ndjson");
  }

  std::string truth() const {
    std::string out = "effect,salvo,time,lat,lon,class,weapon,party\n";
    for (std::size_t i = 0; i < s_.fire.blasts.size(); ++i) {
      const Blast& b = s_.fire.blasts[i];
      const Salvo& salvo = s_.fire.salvos[b.salvo];
      out += std::to_string(i) + "," + std::to_string(b.salvo) + "," +
             to_text(globe_.time(b.time_s)) + "," + degrees(globe_.at(b.at)) + "," +
             std::string(to_string(b.muzzle ? EffectClass::kExplosionOutgoing
                                            : EffectClass::kExplosionImpact)) +
             "," + (s_.world.seismic.on ? "" : s_.world.weapons[salvo.weapon].kind) + "," +
             (has_front() ? party(salvo.left) : "") + "\n";
    }
    return out;
  }

  const Simulated& s_;
  Globe globe_;
  Watch watch_;
  std::vector<MissionFile> files_;
  std::string feeds_;
  std::string labels_ = "feed,line,effects,cause\n";
};

}  // namespace

std::vector<MissionFile> mission_files(const Simulated& simulated) {
  return MissionWriter(simulated).run();
}

}  // namespace truce::sim
