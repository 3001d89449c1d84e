// What each kind of observer adds: simulated missions with feeds left out, against their truth.

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <sstream>

#include "app/bench.h"
#include "app/mission_score.h"
#include "base/files.h"
#include "base/json.h"
#include "sim/mission_files.h"
#include "sim/random.h"
#include "sim/simulate.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSeeds = 3;
constexpr double kDraws = 400;

struct Choice {
  const char* name;
  std::vector<std::string> feeds;  // of those below
};
const std::vector<std::string> kMixedFeeds{"arrays", "cameras", "forged",
                                           "nodes",  "patrols", "satellite"};

std::vector<std::string> all_but(const std::string& left_out) {
  auto out = kMixedFeeds;
  std::erase(out, left_out);
  return out;
}

std::vector<Choice> choices() {
  return {{"all", kMixedFeeds},
          {"all but nodes", all_but("nodes")},
          {"all but arrays", all_but("arrays")},
          {"all but cameras", all_but("cameras")},
          {"all but patrols", all_but("patrols")},
          {"all but satellite", all_but("satellite")},
          {"all but forged", all_but("forged")},
          {"nodes", {"nodes"}},
          {"arrays", {"arrays"}},
          {"arrays and cameras", {"arrays", "cameras"}},
          {"cameras and patrols", {"cameras", "patrols"}}};
}

bool is_left_out(const Choice& c, const std::string& feed) {
  return std::find(kMixedFeeds.begin(), kMixedFeeds.end(), feed) != kMixedFeeds.end() &&
         std::find(c.feeds.begin(), c.feeds.end(), feed) == c.feeds.end();
}

// mission.toml without the feeds left out; a feed's table ends where the next begins.
std::string without_feeds(const std::string& toml, const Choice& c) {
  const std::string head = "\n[[feed]]\nid = \"";
  std::size_t at = toml.find(head);
  std::string out = toml.substr(0, at);
  while (at != std::string::npos) {
    const std::size_t next = toml.find(head, at + 1);
    const std::size_t name = at + head.size();
    if (!is_left_out(c, toml.substr(name, toml.find('"', name) - name)))
      out += toml.substr(at, next - at);
    at = next;
  }
  return out;
}

std::string without_labels(const std::string& labels, const Choice& c) {
  std::istringstream in(labels);
  std::string out;
  for (std::string line; std::getline(in, line);) {
    if (!is_left_out(c, line.substr(0, line.find(',')))) out += line + "\n";
  }
  return out;
}

struct Pool {
  std::vector<sim::SceneScore> incidents, effects;
  std::vector<sim::CountPair> counts;
  // Errors of the effects found, by mission and effect.
  std::map<std::pair<std::size_t, std::size_t>, double> errors_m;
};

Status run(const std::vector<sim::MissionFile>& files, const Choice& c, const fs::path& dir,
           Pool& pool) {
  std::string truth_csv, labels;
  std::error_code failed;
  fs::remove_all(dir, failed);
  for (const auto& file : files) {
    std::string bytes = file.bytes;
    if (file.name == "mission.toml") bytes = without_feeds(bytes, c);
    if (file.name == "truth.csv") truth_csv = bytes;
    if (file.name == "labels.csv") labels = without_labels(bytes, c);
    fs::create_directories((dir / file.name).parent_path(), failed);
    TRUCE_CHECK_OK(write_file_atomically(dir / file.name, bytes));
  }
  TRUCE_TRY(truth, sim::parse_mission_truth(truth_csv, labels));
  TRUCE_TRY(session, Session::open(dir, {.threads = 1, .quiet = true}));
  TRUCE_CHECK_OK(session->intake->take_all());
  TRUCE_TRY(score, score_mission(*session, truth));
  for (const auto& m : score.effects.matches)
    pool.errors_m[{pool.effects.size(), m.effect}] = m.error_m;
  pool.incidents.push_back(std::move(score.incidents));
  pool.effects.push_back(std::move(score.effects));
  pool.counts.insert(pool.counts.end(), score.counts.begin(), score.counts.end());
  return done();
}

// Of the median of ascending values: half the way between ranks that lie one sigma apart either
// side.
double median_error(const std::vector<double>& ascending) {
  if (ascending.empty()) return 0;
  const double off = 0.5 / std::sqrt(static_cast<double>(ascending.size()));
  return (sim::quantile(ascending, std::min(1.0, 0.5 + off)) -
          sim::quantile(ascending, std::max(0.0, 0.5 - off))) /
         2;
}

double score_error(const std::vector<sim::CountPair>& pairs) {
  double n = 0, sum = 0, squares = 0;
  for (const auto& p : pairs) {
    if (p.unbounded) continue;
    const double v = sim::score_counts({p}).interval_score;
    ++n;
    sum += v;
    squares += v * v;
  }
  return n < 2 ? 0 : std::sqrt(std::max(0.0, squares / n - sum * sum / n / n) / (n - 1));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return sim::quantile(values, 0.5);
}

// Median errors over the effects that both found, and one sigma of their difference, by drawing
// effects anew (Efron 1979).
struct Paired {
  std::size_t effects = 0;
  double here_m = 0, all_m = 0, sigma_m = 0;
};
Paired paired(const Pool& pool, const Pool& all) {
  std::vector<double> here, there;
  for (const auto& [effect, error_m] : pool.errors_m) {
    const auto at = all.errors_m.find(effect);
    if (at == all.errors_m.end()) continue;
    here.push_back(error_m);
    there.push_back(at->second);
  }
  Paired out{here.size(), median(here), median(there), 0};
  if (here.empty()) return out;
  double sum = 0, squares = 0;
  for (std::uint64_t draw = 0; static_cast<double>(draw) < kDraws; ++draw) {
    sim::Random random(draw, sim::Draw::kResample);
    std::vector<double> a, b;
    for (std::size_t i = 0; i < here.size(); ++i) {
      const auto k = static_cast<std::size_t>(random.next() % here.size());
      a.push_back(here[k]);
      b.push_back(there[k]);
    }
    const double difference_m = median(a) - median(b);
    sum += difference_m;
    squares += difference_m * difference_m;
  }
  out.sigma_m = std::sqrt(std::max(0.0, squares / kDraws - sum * sum / kDraws / kDraws));
  return out;
}

void put(JsonWriter& w, const char* key, double v) {
  w.key(key).number(std::round(v * 1000) / 1000);
}
void put_whole(JsonWriter& w, const char* key, std::size_t n) {
  w.key(key).integer(static_cast<std::int64_t>(n));
}

void put_scene(JsonWriter& w, const char* key, const sim::SceneScore& s, std::size_t there) {
  w.key(key).begin_object();
  put(w, "coverage90", s.coverage90);
  put(w, "error_p50_m", s.location_p50_m);
  put(w, "error_p50_m_se", median_error(s.location_errors_m));
  put(w, "error_p90_m", s.location_p90_m);
  put_whole(w, "found", s.counts.found);
  put(w, "precision", s.precision);
  put_whole(w, "reported", s.counts.reported);
  put_whole(w, "there", there);
  w.end_object();
}

struct There {
  std::size_t salvos = 0, effects = 0;  // true ones
};

void print(std::ostream& out, const Choice& c, const Pool& pool, const Pool& all,
           const There& there) {
  const sim::CountScore counts = sim::score_counts(pool.counts);
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  put(w, "count_coverage", counts.coverage);
  put_whole(w, "count_intervals", counts.intervals);
  put(w, "count_score", counts.interval_score);
  put(w, "count_score_se", score_error(pool.counts));
  put_scene(w, "effects", sim::pool(pool.effects), there.effects);
  const Paired both = paired(pool, all);
  w.key("effects_also_found_by_all").begin_object();
  put(w, "difference_m_se", both.sigma_m);
  put_whole(w, "effects", both.effects);
  put(w, "error_p50_m", both.here_m);
  put(w, "error_p50_m_all", both.all_m);
  w.end_object();
  w.key("feeds").string(c.name);
  put_scene(w, "incidents", sim::pool(pool.incidents), there.salvos);
  w.end_object();
  out << line << '\n' << std::flush;
}

}  // namespace

Status bench_mixed(const fs::path& dir, std::ostream& out) {
  TRUCE_TRY(text, read_file(dir / "mixed.toml", 16 << 20));
  TRUCE_TRY(world, sim::parse_world(text, "mixed.toml"));
  There there;
  std::vector<std::vector<sim::MissionFile>> missions;
  for (std::uint64_t seed = world.seed; seed < world.seed + kSeeds; ++seed) {
    TRUCE_TRY(simulated, sim::simulate(world, seed));
    there.salvos += simulated.fire.salvos.size();
    there.effects += simulated.fire.blasts.size();
    missions.push_back(sim::mission_files(simulated));
  }
  const fs::path work =
      fs::temp_directory_path() / ("truce-bench-mixed-" + std::to_string(::getpid()));
  Status status = done();
  Pool all;
  for (const auto& choice : choices()) {
    Pool pool;
    for (const auto& files : missions) {
      if (status.ok()) status = run(files, choice, work, pool);
    }
    if (all.effects.empty()) all = pool;  // the first choice
    if (status.ok()) print(out, choice, pool, all, there);
  }
  std::error_code failed;
  fs::remove_all(work, failed);
  return status;
}

}  // namespace truce::app
