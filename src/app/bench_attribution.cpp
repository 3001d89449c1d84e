// What is said of who it was, held against whose it was, in simulated worlds.

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "app/bench.h"
#include "app/mission_score.h"
#include "base/files.h"
#include "base/json.h"
#include "sim/mission_files.h"
#include "sim/simulate.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kWorldSeeds = 5;

Status add_run(const sim::Simulated& simulated, const fs::path& dir, AttributionScore& pool) {
  std::string truth_csv, labels_csv;
  std::error_code failed;
  fs::remove_all(dir, failed);
  for (const auto& file : sim::mission_files(simulated)) {
    if (file.name == "truth.csv") truth_csv = file.bytes;
    if (file.name == "labels.csv") labels_csv = file.bytes;
    fs::create_directories((dir / file.name).parent_path(), failed);
    TRUCE_CHECK_OK(write_file_atomically(dir / file.name, file.bytes));
  }
  TRUCE_TRY(truth, sim::parse_mission_truth(truth_csv, labels_csv));
  TRUCE_TRY(session, Session::open(dir, {.threads = 1, .quiet = true}));
  TRUCE_CHECK_OK(session->intake->take_all());
  TRUCE_TRY(score, score_mission(*session, truth));
  pool.incidents += score.attribution.incidents;
  pool.open += score.attribution.open;
  for (std::size_t k = 0; k < pool.tenths.size(); ++k) {
    auto& bin = pool.tenths.at(k);
    const auto& more = score.attribution.tenths.at(k);
    bin.said += more.said;
    bin.right += more.right;
    bin.sum += more.sum;
  }
  return done();
}

void print_pool(const std::string& world, const AttributionScore& pool, std::ostream& out) {
  const auto three_digits = [](double v) { return std::round(v * 1000) / 1000; };
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("cannot_be_determined");
  w.number(three_digits(pool.open / static_cast<double>(std::max<std::size_t>(1, pool.incidents))));
  w.key("incidents").integer(static_cast<std::int64_t>(pool.incidents));
  w.key("said").begin_array();
  for (const auto& bin : pool.tenths) {
    if (bin.said == 0) continue;
    const auto n = static_cast<double>(bin.said);
    w.begin_object().key("mean").number(three_digits(bin.sum / n));
    w.key("right").number(three_digits(static_cast<double>(bin.right) / n));
    w.key("times").integer(static_cast<std::int64_t>(bin.said)).end_object();
  }
  w.end_array().key("world").string(world).end_object();
  out << line << '\n' << std::flush;
}

}  // namespace

Status bench_attribution(const fs::path& dir, std::ostream& out) {
  const fs::path work =
      fs::temp_directory_path() / ("truce-bench-attribution-" + std::to_string(::getpid()));
  Status status = done();
  for (const std::string name : {"mixed", "near-front"}) {
    TRUCE_TRY(text, read_file(dir / (name + ".toml"), 16 << 20));
    TRUCE_TRY(world, sim::parse_world(text, name + ".toml"));
    AttributionScore pool;
    for (std::uint64_t seed = world.seed; status.ok() && seed < world.seed + kWorldSeeds; ++seed) {
      TRUCE_TRY(simulated, sim::simulate(world, seed));
      status = add_run(simulated, work, pool);
    }
    if (status.ok()) print_pool(name, pool, out);
  }
  std::error_code failed;
  fs::remove_all(work, failed);
  return status;
}

}  // namespace truce::app
