// How long after a report is written to a followed file the alert of it is said: a run that stays,
// in a process of its own, over the sixty days, and a row at a time appended to its reports, after
// a pause drawn anew each time. From before the row is written until its line is read.
//
// Floor: no alert may be said before its evidence is durable, and a look finds a row half the time
// between two looks after it was written, on average.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "app/commands.h"
#include "base/json.h"
#include "model/json.h"

namespace {

namespace fs = std::filesystem;
using namespace truce;
using BenchClock = std::chrono::steady_clock;

double ms_since(BenchClock::time_point t) {
  return std::chrono::duration<double, std::milli>(BenchClock::now() - t).count();
}

// Fire near the western post, each six hours after the one before, so that each is an incident; or
// far from every post and zone.
std::string row(int number, bool far = false) {
  Observation o;
  o.source = number % 2 == 0 ? "west-a" : "west-b";
  o.when.start = *parse_instant("2030-06-01T00:00:00Z") + Duration::hours(std::int64_t{6} * number);
  o.when.end = o.when.start + Duration::minutes(2);
  o.shape = PointShape{*LatLon::from_degrees(far ? 0.9 : 0.15, 0.15), 90'000, 90'000, 0};
  Item item;
  item.count = Count::exact(3);
  item.classes = ClassProbabilities::certain(EffectClass::kExplosionImpact);
  o.items = {item};
  o.means = {Means::kHeard};
  o.p_real = 0.97;
  return "{\"kind\":\"observation\",\"record\":" + to_json(o) + "}\n";
}

// The program under test; its standard error is read line by line.
class Run {
 public:
  Run(const std::string& truce, const fs::path& mission) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::exit(6);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDERR_FILENO);
      close(ends[0]);
      close(ends[1]);
      const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
      dup2(nowhere, STDOUT_FILENO);
      execl(truce.c_str(), "truce", "run", mission.c_str(), "--port", "0",
            static_cast<char*>(nullptr));
      _exit(127);
    }
    close(ends[1]);
    lines_ = fdopen(ends[0], "r");
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    kill(pid_, SIGINT);
    waitpid(pid_, nullptr, 0);
    std::fclose(lines_);
  }
  // Until a line holds `words`; ends the program where none comes any more.
  void wait_for(const std::string& words) {
    std::array<char, 4096> line{};
    while (std::fgets(line.data(), line.size(), lines_) != nullptr) {
      if (std::string(line.data()).find(words) != std::string::npos) return;
    }
    std::fprintf(stderr, "the run ended before it said \"%s\"\n", words.c_str());
    std::exit(1);
  }

 private:
  pid_t pid_ = -1;
  std::FILE* lines_ = nullptr;
};

void append_durably(int file, const std::string& text) {
  if (write(file, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      fdatasync(file) != 0)
    std::exit(6);
}

double at_share(const std::vector<double>& sorted, double share) {
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sorted.size())))];
}

// Of a plain program that appends the same and syncs it.
double floor_ms(const fs::path& folder, int rows) {
  const int file = open((folder / "floor").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  const auto begun = BenchClock::now();
  for (int i = 0; i < rows; ++i) append_durably(file, row(i));
  close(file);
  return ms_since(begun) / rows;
}

void print(std::vector<double> ms, double sync_ms, int before) {
  std::sort(ms.begin(), ms.end());
  double sum = 0;
  for (const double d : ms) sum += d;
  const double look_ms = app::RunOptions().every_s * 1000;
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("floor_ms").number(sync_ms + look_ms / 2).key("look_every_ms");
  w.number(look_ms).key("max_ms").number(ms.back());
  w.key("mean_ms").number(sum / static_cast<double>(ms.size()));
  w.key("median_ms").number(at_share(ms, 0.5)).key("p99_ms").number(at_share(ms, 0.99));
  w.key("rows").integer(static_cast<std::int64_t>(ms.size())).key("rows_before").integer(before);
  w.key("sync_ms").number(sync_ms).end_object();
  std::printf("%s\n", out.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: bench_alerts TRUCE MISSION [ROWS] [ROWS_BEFORE]\n");
    return 2;
  }
  const int rows = argc > 3 ? std::atoi(argv[3]) : 100;
  const int before = argc > 4 ? std::atoi(argv[4]) : 0;
  const fs::path mission = fs::temp_directory_path() / ("bench-alerts-" + std::to_string(getpid()));
  fs::copy(argv[2], mission, fs::copy_options::recursive);
  fs::remove_all(mission / "var");
  std::vector<double> ms;
  const fs::path feed = mission / "feeds" / "reports.ndjson";
  {
    std::ofstream more(feed, std::ios::app | std::ios::binary);
    for (int i = 0; i < before; ++i) more << row(i, true);
  }
  {
    Run run(argv[1], mission);
    run.wait_for("ALERT cedar: warning, threat");
    const int file = open(feed.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    std::mt19937_64 random(1);
    for (int i = before; i < before + rows; ++i) {
      usleep(static_cast<useconds_t>(random() % 1'000'000));
      const auto begun = BenchClock::now();
      append_durably(file, row(i));
      run.wait_for(
          "ALERT birch: alarm, fire since " +
          to_text(*parse_instant("2030-06-01T00:00:00Z") + Duration::hours(std::int64_t{6} * i)));
      ms.push_back(ms_since(begun));
    }
    close(file);
  }
  print(std::move(ms), floor_ms(mission, 50), before);
  fs::remove_all(mission);
  return 0;
}
