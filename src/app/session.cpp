#include "app/session.h"

#include <malloc.h>

#include <chrono>
#include <cstdio>

#include "app/progress.h"
#include "base/printable.h"

namespace truce::app {

Instant wall_clock() {
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(
              std::chrono::system_clock::now().time_since_epoch())
              .count()};
}

void print_warnings(const std::vector<Error>& warnings) {
  for (const auto& w : warnings)
    std::fprintf(stderr, "warning: %s\n", printable(w.to_text()).c_str());
}

Result<Mission> load_or_explain(const std::filesystem::path& folder,
                                const std::filesystem::path& data, FeedFiles files) {
  judge::Problems problems;
  auto mission = load_mission(folder, data, problems, files);
  if (!mission.ok() && mission.error().code == ErrorCode::kNotFound) return mission;
  for (const auto& e : problems.errors)
    std::fprintf(stderr, "%s\n", printable(e.to_text()).c_str());
  if (!mission.ok()) {
    print_warnings(problems.warnings);
    return make_error(mission.error().code,
                      std::to_string(problems.errors.size()) +
                          (problems.errors.size() == 1 ? " problem" : " problems") +
                          " in the mission, listed above",
                      {.source = folder.string()});
  }
  return mission;
}

namespace {

// A batch is read, applied and freed again and again: giving its pages back each time would only
// have the kernel clear them anew.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
#endif
}

// The same error with what a person can do about it, where it does not say so itself.
Error advised(Error error, const std::string& source, const std::string& expected) {
  if (error.place.source.empty()) error.place.source = source;
  if (error.expected.empty()) error.expected = expected;
  return error;
}

// How many entries of the log stored results rest on: all of them were acknowledged.
std::uint64_t rested_on(const std::string& store_path) {
  const auto store = ledger::Store::open_to_read(store_path);
  return store.ok() ? (*store)->applied() : 0;
}

constexpr const char* kRebuilt =
    "a query store; delete the file and run again, it is rebuilt from the log";

}  // namespace

Result<std::unique_ptr<Session>> Session::open(const std::filesystem::path& folder,
                                               const SessionOptions& options) {
  keep_freed_memory();
  auto session = std::make_unique<Session>();
  session->options_ = options;
  TRUCE_TRY(mission, load_or_explain(folder, options.data, options.feed_files));
  session->mission = std::move(mission);
  session->disk = posix_disk();
  const std::string writable =
      "a folder " + session->mission.var().string() + " that this user may write, with room left";
  auto log = ledger::Ledger::open(*session->disk,
                                  {.directory = session->mission.log_directory(),
                                   .entries_min = rested_on(session->mission.store_path())});
  if (!log.ok()) {
    if (log.error().code == ErrorCode::kBusy)
      return advised(log.error(), {},
                     "one program at a time that writes; end the other or wait for it");
    if (log.error().code != ErrorCode::kIo) return log.error();
    return advised(log.error(), session->mission.log_directory(), writable);
  }
  session->log = *std::move(log);
  const auto& report = session->log->report();
  if (report.torn_bytes > 0 && !options.quiet) {
    std::fprintf(stderr, "%s: cut %llu bytes of a write that was never acknowledged\n",
                 report.torn_file.c_str(), static_cast<unsigned long long>(report.torn_bytes));
  }
  auto store = ledger::Store::open(session->mission.store_path());
  if (!store.ok())
    return advised(store.error(), session->mission.store_path(),
                   store.error().code == ErrorCode::kIo ? writable : kRebuilt);
  session->store = *std::move(store);
  TRUCE_CHECK_OK(session->begin());
  return session;
}

Status Session::begin() {
  TRUCE_TRY(rules, store->rules());
  if (rules != mission.store_rules()) {
    if (store->applied() > 0 && !rules.empty() && !options_.quiet)
      std::fputs(
          "agreement, areas, sources, parameters or force have changed: all is worked out anew\n",
          stderr);
    TRUCE_CHECK_OK(store->begin_anew(mission.store_rules()));
  }
  TRUCE_CHECK_OK(start());
  return freshen();
}

Status Session::change_to(Mission changed) {
  intake.reset();  // both look at the mission
  engine.reset();
  mission = std::move(changed);
  return begin();
}

Status Session::start() {
  engine = std::make_unique<Engine>(
      mission, *store,
      Engine::Options{.threads = options_.threads, .batch_entries = options_.batch_entries});
  if (mission.force && options_.says_alerts) TRUCE_CHECK_OK(say_alerts());
  Progress progress(options_.quiet);
  TRUCE_CHECK_OK(engine->catch_up(*disk, mission.log_directory(), log->committed(),
                                  [&](std::uint64_t applied, std::uint64_t total) {
                                    progress.show(
                                        "  catching up with the log: " + with_commas(applied) +
                                        " of " + with_commas(total));
                                  }));
  intake = std::make_unique<Intake>(mission, *disk, *log, *store, *engine, options_.clock,
                                    options_.batch_entries);
  return done();
}

// First what a run that ended in between did not come to say.
Status Session::say_alerts() {
  if (!alerts) {
    TRUCE_TRY(file, AlertFile::open(*disk, mission.alerts_path()));
    alerts = std::move(file);
  }
  TRUCE_TRY(known, alerts_of(*store));
  TRUCE_CHECK_OK(alerts->say(known));
  engine->on_alerts = [this](const std::vector<Alert>& fresh) { return alerts->say(fresh); };
  return done();
}

Status Session::freshen() {
  if (!engine->is_stale()) return done();
  if (!options_.quiet)
    std::fputs(
        "zone, mapping or parameters of a feed have changed: what its files were read as before "
        "counts no more, and all is worked out anew\n",
        stderr);
  TRUCE_CHECK_OK(store->begin_anew(mission.store_rules()));
  return start();
}

Result<std::unique_ptr<Session>> Session::open_to_read(const std::filesystem::path& folder,
                                                       const SessionOptions& options) {
  auto session = std::make_unique<Session>();
  TRUCE_TRY(mission, load_or_explain(folder, options.data, FeedFiles::kNotNeeded));
  session->mission = std::move(mission);
  session->disk = posix_disk();
  // The store first: what it holds was in the log before.
  auto store = ledger::Store::open_to_read(session->mission.store_path());
  if (!store.ok()) return advised(store.error(), session->mission.store_path(), kRebuilt);
  session->store = *std::move(store);
  TRUCE_TRY(log,
            ledger::Ledger::open(*session->disk, {.directory = session->mission.log_directory(),
                                                  .entries_min = session->store->applied(),
                                                  .read_only = true}));
  session->log = std::move(log);
  TRUCE_TRY(rules, session->store->rules());
  if (rules == session->mission.store_rules()) return session;
  return make_error(ErrorCode::kUnusable,
                    "agreement, areas, sources, parameters or force have changed since results "
                    "were worked out",
                    {.source = folder.string()},
                    "a run by the new ones: `truce run MISSION --once`, or start anew the one that "
                    "is on");
}

Result<std::unique_ptr<Session>> Session::open_for_questions(const std::filesystem::path& folder,
                                                             const SessionOptions& options) {
  SessionOptions own = options;
  own.feed_files = FeedFiles::kNotNeeded;
  auto session = open(folder, own);
  if (session.ok() ||
      (session.error().code != ErrorCode::kBusy && session.error().code != ErrorCode::kIo))
    return session;
  auto reading = open_to_read(folder, own);
  return reading.ok() || session.error().code == ErrorCode::kBusy ? std::move(reading)
                                                                  : std::move(session);
}

}  // namespace truce::app
