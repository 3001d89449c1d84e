#pragma once
// A mission opened for work: its log, its query store, and the engine between them.

#include <memory>

#include "app/alert_file.h"
#include "app/engine.h"
#include "app/intake.h"

namespace truce::app {

Instant wall_clock();

struct SessionOptions {
  std::filesystem::path data;
  unsigned threads = 1;
  std::size_t batch_entries = 10'000;
  bool quiet = false;
  FeedFiles feed_files = FeedFiles::kNeeded;
  bool says_alerts = false;          // of hazards to posts, as they become known
  Intake::Clock clock = wall_clock;  // by which entries are taken in
};

class Session {
 public:
  // Says everything wrong with the mission on standard error before it fails.
  static Result<std::unique_ptr<Session>> open(const std::filesystem::path& folder,
                                               const SessionOptions& options);
  // The same session by another mission of the same folder, worked out anew where that is needed.
  // The log stays open and locked: nobody comes between.
  Status change_to(Mission changed);
  // For questions alone: the results as they were last committed and the log they follow from, also
  // beside a run; nothing is written, and there is neither engine nor intake. Errors: no results
  // yet, or results by other rules than the mission's files state now.
  static Result<std::unique_ptr<Session>> open_to_read(const std::filesystem::path& folder,
                                                       const SessionOptions& options);
  // The first, so that results are up to date; where a run is on, which keeps them so, or where
  // nothing may be written, the second. Neither needs the files of the feeds.
  static Result<std::unique_ptr<Session>> open_for_questions(const std::filesystem::path& folder,
                                                             const SessionOptions& options);
  // Makes results anew from the log where the engine says that they are stale.
  Status freshen();

  Mission mission;
  std::unique_ptr<Disk> disk;
  std::unique_ptr<ledger::Ledger> log;
  std::unique_ptr<ledger::Store> store;
  std::unique_ptr<Engine> engine;
  std::unique_ptr<Intake> intake;
  std::unique_ptr<AlertFile> alerts;  // where they are said

 private:
  // By the rules that the mission states now.
  Status begin();
  // Engine and intake over log and store, with everything applied.
  Status start();
  Status say_alerts();
  SessionOptions options_;
};

// Loads a mission; prints every problem as a line of its own.
Result<Mission> load_or_explain(const std::filesystem::path& folder,
                                const std::filesystem::path& data,
                                FeedFiles files = FeedFiles::kNeeded);
void print_warnings(const std::vector<Error>& warnings);

}  // namespace truce::app
