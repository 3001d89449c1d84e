// acquire → log → incidents → findings → store, on one core, over a made line of 1,400 km.
//
// usage: bench_end_to_end [OBSERVATIONS] [SECONDS_BETWEEN] [ROWS_PER_FILE]
//
// The feed is many files of ROWS_PER_FILE; each is written just before it is taken in and deleted
// after, so that any number of observations fits. After each file a line on standard error says how
// much memory is resident. At the end one JSON object: rates by the clock on the wall and by the
// processor time that was used, memory, and the floor: the bytes that reached the disk, and how
// long a plain program takes to write and sync that many bytes in as many pieces.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "app/session.h"
#include "base/files.h"
#include "base/hash.h"
#include "model/json.h"

using namespace truce;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatch = 10'000;
constexpr std::uint64_t kSeed = 20250419;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Of this process, in the program and in the kernel.
double processor_s() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  long total = 0, resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// Reports of explosions by 500 posts along the line; every third event is heard by two posts.
class Line {
 public:
  explicit Line(double between_s) : between_s_(between_s) {}
  void write(const fs::path& file, std::size_t rows) {
    std::ofstream out(file, std::ios::binary);
    for (std::size_t k = 0; k < rows; ++k, ++i_)
      out << "{\"kind\":\"observation\",\"record\":" << to_json(next()) << "}\n";
  }

 private:
  double unit() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  Observation next() {
    if (i_ % 3 != 1) {
      t_ = t_ + Duration::seconds(between_s_ * 1.5 * -std::log(1 - unit()));
      const double along = unit();
      at_ = *LatLon::from_degrees(46.5 + 4 * along + 0.1 * unit(), 32 + 8 * along + 0.1 * unit());
    }
    Observation o;
    o.source = "post-" + std::to_string(random_() % 500);
    o.when = {t_, t_ + Duration::whole_seconds(60)};
    const LatLon seen = destination(at_, 360 * unit(), 200 * unit());
    o.shape = PointShape{seen, 160'000, 160'000, 0};
    o.items.push_back({Count::exact(1 + static_cast<std::int64_t>(random_() % 4)),
                       ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.means = {Means::kHeard};
    o.p_real = 0.97;
    return o;
  }

  double between_s_;
  std::size_t i_ = 0;
  std::mt19937_64 random_{kSeed};
  Instant t_ = *parse_instant("2026-01-01T00:00:00Z");
  LatLon at_;
};

void write_mission(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "mission.toml")
      << "id = \"bench\"\nname = \"bench\"\ntime_zone = \"UTC\"\nboundary_view = \"none\"\n"
         "[report]\nfirst_day = \"2026-01-01\"\nlast_day = \"2026-01-01\"\n"
         "[[feed]]\nid = \"posts\"\nformat = \"ndjson\"\nfiles = [\"0.ndjson\"]\noptional = true\n";
  std::ofstream(folder / "agreement.toml")
      << "id = \"bench\"\ntitle = \"bench\"\ntime_zone = \"UTC\"\n[standard_of_proof]\np = 0.65\n"
         "[[provision]]\nid = \"1\"\nwords = \"no fire\"\nstandard_of_proof = \"p\"\n";
}

std::uintmax_t bytes_under(const fs::path& folder) {
  std::uintmax_t sum = 0;
  for (const auto& e : fs::recursive_directory_iterator(folder)) {
    if (e.is_regular_file()) sum += e.file_size();
  }
  return sum;
}

// Seconds to append and sync `bytes` in `pieces`, as the log must at least.
double floor_s(const fs::path& file, std::uintmax_t bytes, std::size_t pieces) {
  const std::string piece(bytes / pieces + 1, 'x');
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const double start = seconds_now();
  for (std::size_t i = 0; i < pieces; ++i) {
    if (::write(fd, piece.data(), piece.size()) < 0) std::abort();
    ::fdatasync(fd);
  }
  ::close(fd);
  return seconds_now() - start;
}

// How fast this machine is just now: the same program is twice as fast on another day.
struct Pace {
  double sha256_mb_s = 0;  // hashing 64 MB
  double copy_mb_s = 0;    // copying them
};
Pace pace() {
  constexpr std::size_t kBytes = 64'000'000;
  const std::string from(kBytes, 'x');
  std::string to(kBytes, 'y');
  const double start = processor_s();
  to.assign(from);
  const double copied = processor_s();
  to.back() = static_cast<char>(sha256(to)[0]);
  const double hashed = processor_s();
  return {kBytes / 1e6 / (hashed - copied), kBytes / 1e6 / (copied - start)};
}

struct Spent {  // on taking in, without making the feed
  double wall_s = 0;
  double processor_s = 0;
  double feed_mb = 0;
};

Status take(app::Session& session, const fs::path& folder, Line& line, std::size_t file,
            std::size_t rows, Spent& spent) {
  const std::string name = std::to_string(file) + ".ndjson";
  line.write(folder / name, rows);
  spent.feed_mb += static_cast<double>(fs::file_size(folder / name)) / 1e6;
  const double wall = seconds_now();
  const double processor = processor_s();
  TRUCE_CHECK_OK(session.intake->take_file(session.mission.feeds.front(), name));
  spent.wall_s += seconds_now() - wall;
  spent.processor_s += processor_s() - processor;
  fs::remove(folder / name);
  return done();
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  const double between_s = argc > 2 ? std::atof(argv[2]) : 2.0;
  const std::size_t rows = argc > 3 ? std::strtoull(argv[3], nullptr, 10) : 500'000;
  const fs::path folder = fs::temp_directory_path() / ("truce-bench-" + std::to_string(getpid()));
  write_mission(folder);
  Line line(between_s);
  Spent spent;
  double memory_mb = 0;
  {
    auto session =
        app::Session::open(folder, {.threads = 1, .batch_entries = kBatch, .quiet = true});
    if (!session.ok()) return std::fprintf(stderr, "%s\n", session.error().to_text().c_str()), 1;
    for (std::size_t done = 0, file = 0; done < n; ++file) {
      const std::size_t now = std::min(rows, n - done);
      const Status taken = take(**session, folder, line, file, now, spent);
      if (!taken.ok()) return std::fprintf(stderr, "%s\n", taken.error().to_text().c_str()), 1;
      done += now;
      memory_mb = resident_mb();
      std::fprintf(stderr, "%zu observations, %.1f s, resident %.1f MB\n", done, spent.wall_s,
                   memory_mb);
    }
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto written = bytes_under(folder / "var");
  const auto log_bytes = bytes_under(folder / "var/log");
  const double floor = floor_s(folder / "floor", written, n / kBatch + 1);
  const Pace machine = pace();
  const auto count = static_cast<double>(n);
  std::printf(
      "{\"bench\":\"end_to_end\",\"copy_mb_s\":%.0f,\"feed_mb\":%.1f,\"floor_s\":%.3f,\"log_mb\":%."
      "1f,"
      "\"observations\":%zu,\"peak_rss_mb\":%.1f,\"per_processor_second\":%.0f,\"per_second\":%.0f,"
      "\"processor_s\":%.3f,\"resident_mb\":%.1f,\"seconds\":%.3f,\"sha256_mb_s\":%.0f,\"times_"
      "floor\":%.1f,"
      "\"written_mb\":%.1f}\n",
      machine.copy_mb_s, spent.feed_mb, floor, static_cast<double>(log_bytes) / 1e6, n,
      static_cast<double>(usage.ru_maxrss) / 1024, count / spent.processor_s, count / spent.wall_s,
      spent.processor_s, memory_mb, spent.wall_s, machine.sha256_mb_s, spent.wall_s / floor,
      static_cast<double>(written) / 1e6);
  fs::remove_all(folder);
  return 0;
}
