#include <algorithm>
#include <cstdio>

#include "app/assemble.h"
#include "app/commands.h"
#include "base/files.h"
#include "base/json.h"

namespace truce::app {

int fail(const Error& error) {
  std::fprintf(stderr, "truce: %s\n", error.to_text().c_str());
  return exit_code(error.code);
}

namespace {

// Hash over the hashes of all entries: says which log a report was made from.
Result<std::string> log_hash(Session& s) {
  Sha256 hash;
  if (s.log->committed() == 0) return to_hex(hash.finish());
  TRUCE_TRY(reader, ledger::Reader::open(*s.disk, s.mission.log_directory(), 0));
  for (;;) {
    TRUCE_TRY(entry, reader->next());
    if (!entry) return to_hex(hash.finish());
    hash.update({reinterpret_cast<const char*>(entry->hash.data()), entry->hash.size()});
  }
}

Result<std::filesystem::path> write_report(Session& s, CivilDay first, CivilDay last) {
  TRUCE_TRY(hash, log_hash(s));
  TRUCE_TRY(input, assemble_report(s.mission, *s.store, first, last, wall_clock(), hash));
  const auto folder = s.mission.var() / "reports";
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  const std::string stem = to_text(first) + (first == last ? "" : "_" + to_text(last));
  TRUCE_CHECK_OK(write_file_atomically(folder / (stem + ".json"), report::to_json(input)));
  TRUCE_CHECK_OK(write_file_atomically(folder / (stem + ".html"), report::to_html(input)));
  return folder / (stem + ".html");
}

void print_summary(Session& s, const RunOptions& options, const std::filesystem::path& page) {
  const auto counts = s.store->counts();
  if (!counts.ok()) return;
  if (options.json) {
    std::string line;
    JsonWriter w(line);
    w.begin_object().key("counts").begin_object();
    auto sorted = *counts;
    std::sort(sorted.begin(), sorted.end());
    for (const auto& [name, n] : sorted) w.key(name).integer(n);
    w.end_object().key("report").string(page.string()).end_object();
    std::printf("%s\n", line.c_str());
    return;
  }
  for (const auto& [name, n] : *counts)
    std::printf("%10lld %s\n", static_cast<long long>(n), name.c_str());
  std::printf("\nreport: %s\n", page.string().c_str());
}

}  // namespace

int command_run(const RunOptions& options) {
  if (!options.once) {
    return fail(make_error(
        ErrorCode::kUnusable,
        "only --once is there yet: a run that stays and serves the web app comes with `serve`", {},
        "truce run MISSION --once"));
  }
  auto session = Session::open(options.mission, options.session);
  if (!session.ok()) return fail(session.error());
  Session& s = **session;
  if (!options.session.quiet && !options.json) {
    std::printf("%s\n", s.mission.name.c_str());
    s.intake->on_acknowledged = [](const IntakeProgress& p) {
      std::printf("  %-14s %9llu entries in the log  %s\n", p.feed.c_str(),
                  static_cast<unsigned long long>(p.entries), p.file.c_str());
      std::fflush(stdout);
    };
  }
  const Status taken = s.intake->take_all();
  if (!taken.ok()) return fail(taken.error());
  const auto page = write_report(s, s.mission.report_days.front(), s.mission.report_days.back());
  if (!page.ok()) return fail(page.error());
  print_summary(s, options, *page);
  return 0;
}

int command_report(const ReportOptions& options) {
  if (options.audience != "staff") {
    return fail(make_error(ErrorCode::kUnusable,
                           "there is no audience \"" + options.audience +
                               "\" yet: what leaves the mission's staff must first be blurred and "
                               "delayed by `release`",
                           {}, "--audience staff"));
  }
  auto session = Session::open(options.mission, options.session);
  if (!session.ok()) return fail(session.error());
  const auto first = parse_day(options.day);
  const auto last = parse_day(options.until.empty() ? options.day : options.until);
  if (!first.ok()) return fail(first.error());
  if (!last.ok()) return fail(last.error());
  if (*last < *first || days_from_epoch(*last) - days_from_epoch(*first) > 60)
    return fail(make_error(ErrorCode::kUnusable, "a report covers 1 to 61 days", {},
                           "--until on or after --day"));
  const auto page = write_report(**session, *first, *last);
  if (!page.ok()) return fail(page.error());
  std::printf("%s\n", page->string().c_str());
  return 0;
}

int command_check(const std::filesystem::path& mission, const std::filesystem::path& data) {
  const auto loaded = load_or_explain(mission, data);
  if (!loaded.ok()) return fail(loaded.error());
  std::size_t provisions = 0;
  for (const auto& r : loaded->agreement.readings) provisions += r.provisions.size();
  std::printf(
      "%s: nothing wrong. %zu feeds, %zu sources, %zu areas, %zu readings with %zu provisions in "
      "all\n",
      loaded->name.c_str(), loaded->feeds.size(), loaded->sources.size(), loaded->areas.size(),
      loaded->agreement.readings.size(), provisions);
  return 0;
}

int command_replay(const std::filesystem::path& mission_folder, const SessionOptions& options) {
  auto session = Session::open(mission_folder, options);
  if (!session.ok()) return fail(session.error());
  Session& s = **session;
  auto fresh = ledger::Store::open(":memory:");
  if (!fresh.ok()) return fail(fresh.error());
  Engine engine(s.mission, **fresh,
                {.threads = options.threads, .batch_entries = options.batch_entries});
  const Status caught = engine.catch_up(*s.disk, s.mission.log_directory(), s.log->committed());
  if (!caught.ok()) return fail(caught.error());
  const auto now = results_digest(*s.store);
  const auto again = results_digest(**fresh);
  if (!now.ok()) return fail(now.error());
  if (!again.ok()) return fail(again.error());
  std::printf("%llu entries replayed\nstored   %s\nreplayed %s\n",
              static_cast<unsigned long long>(s.log->committed()), now->c_str(), again->c_str());
  if (*now == *again) {
    std::printf("the same: incidents and findings follow from the log\n");
    return 0;
  }
  return fail(make_error(ErrorCode::kCorrupt, "the stored results do not follow from the log",
                         {.source = s.mission.store_path()},
                         "delete the store and run again: it is rebuilt"));
}

}  // namespace truce::app
