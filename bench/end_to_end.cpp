// acquire → log → incidents → findings → store, on one core, over a made line of 1,400 km.
//
// usage: bench_end_to_end [OBSERVATIONS] [SECONDS_BETWEEN]
//
// Prints one JSON object: rate, resident memory along the way, and the floor: the bytes that
// reached the disk, and how long a plain program takes to write and sync that many bytes in as many
// pieces.

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "app/session.h"
#include "base/files.h"
#include "model/json.h"

using namespace truce;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatch = 10'000;
constexpr std::uint64_t kSeed = 20250419;

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double resident_mb() {
  std::ifstream statm("/proc/self/statm");
  long total = 0, resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

// One report of an explosion by one of 500 posts along the line; every third is heard by two posts.
void write_feed(const fs::path& file, std::size_t n, double between_s) {
  std::ofstream out(file, std::ios::binary);
  std::mt19937_64 random(kSeed);
  const auto unit = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
  Instant t = *parse_instant("2026-01-01T00:00:00Z");
  LatLon at;
  for (std::size_t i = 0; i < n; ++i) {
    const bool again = i % 3 == 1;
    if (!again) {
      t = t + Duration::seconds(between_s * 1.5 * -std::log(1 - unit()));
      const double along = unit();
      at = *LatLon::from_degrees(46.5 + 4 * along + 0.1 * unit(), 32 + 8 * along + 0.1 * unit());
    }
    Observation o;
    o.source = "post-" + std::to_string(random() % 500);
    o.when = {t, t + Duration::whole_seconds(60)};
    const LatLon seen = destination(at, 360 * unit(), 200 * unit());
    o.shape = PointShape{seen, 160'000, 160'000, 0};
    o.items.push_back({Count::exact(1 + static_cast<std::int64_t>(random() % 4)),
                       ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.means = {Means::kHeard};
    o.p_real = 0.97;
    out << "{\"kind\":\"observation\",\"record\":" << to_json(o) << "}\n";
  }
}

void write_mission(const fs::path& folder) {
  fs::create_directories(folder);
  std::ofstream(folder / "mission.toml")
      << "id = \"bench\"\nname = \"bench\"\ntime_zone = \"UTC\"\nboundary_view = \"none\"\n"
         "[report]\nfirst_day = \"2026-01-01\"\nlast_day = \"2026-01-01\"\n"
         "[[feed]]\nid = \"posts\"\nformat = \"ndjson\"\nfiles = [\"feed.ndjson\"]\n";
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

}  // namespace

int main(int argc, char** argv) {
  const std::size_t n = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 200'000;
  const double between_s = argc > 2 ? std::atof(argv[2]) : 2.0;
  const fs::path folder = fs::temp_directory_path() / ("truce-bench-" + std::to_string(getpid()));
  write_mission(folder);
  write_feed(folder / "feed.ndjson", n, between_s);
  const double feed_mb = static_cast<double>(fs::file_size(folder / "feed.ndjson")) / 1e6;
  double elapsed = 0;
  double peak_mb = 0;
  {
    auto session =
        app::Session::open(folder, {.threads = 1, .batch_entries = kBatch, .quiet = true});
    if (!session.ok()) return std::fprintf(stderr, "%s\n", session.error().to_text().c_str()), 1;
    const double start = seconds_now();
    const Status taken = (*session)->intake->take_all();
    if (!taken.ok()) return std::fprintf(stderr, "%s\n", taken.error().to_text().c_str()), 1;
    elapsed = seconds_now() - start;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    peak_mb = static_cast<double>(usage.ru_maxrss) / 1024;
  }
  const auto written = bytes_under(folder / "var");
  const auto log_bytes = bytes_under(folder / "var/log");
  const double floor = floor_s(folder / "floor", written, n / kBatch + 1);
  std::printf(
      "{\"bench\":\"end_to_end\",\"feed_mb\":%.1f,\"floor_s\":%.3f,\"log_mb\":%.1f,"
      "\"observations\":%zu,\"peak_rss_mb\":%.1f,\"per_second\":%.0f,\"resident_mb\":%.1f,"
      "\"seconds\":%.3f,\"times_floor\":%.1f,\"written_mb\":%.1f}\n",
      feed_mb, floor, static_cast<double>(log_bytes) / 1e6, n, peak_mb,
      static_cast<double>(n) / elapsed, resident_mb(), elapsed, elapsed / floor,
      static_cast<double>(written) / 1e6);
  fs::remove_all(folder);
  return 0;
}
