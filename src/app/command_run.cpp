#include <algorithm>
#include <cstdio>
#include <map>

#include "app/assemble.h"
#include "app/commands.h"
#include "app/log_digest.h"
#include "app/progress.h"
#include "app/run_steps.h"
#include "base/files.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

Result<std::filesystem::path> write_report(const Mission& mission, ledger::Store& store, Disk& disk,
                                           CivilDay first, CivilDay last,
                                           std::optional<std::uint64_t> as_of) {
  if (as_of && (*as_of == 0 || *as_of > store.applied()))
    return bad_input("the log never had that many entries", {.field = "--as-of"},
                     "1 to " + std::to_string(store.applied()));
  if (as_of) store.look_back_to(*as_of);
  LogDigests digests;
  TRUCE_TRY(log, digests.at(mission.log_directory(), disk, store.applied()));
  TRUCE_TRY(input, assemble_report(mission, store, first, last, as_of ? log.received : wall_clock(),
                                   log.hash));
  const auto folder = mission.var() / "reports";
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  const std::string stem = to_text(first) + (first == last ? "" : "_" + to_text(last)) +
                           (as_of ? "_as-of-" + std::to_string(*as_of) : "");
  TRUCE_CHECK_OK(write_file_atomically(folder / (stem + ".json"), report::to_json(input)));
  TRUCE_CHECK_OK(write_file_atomically(folder / (stem + ".html"), report::to_html(input)));
  return folder / (stem + ".html");
}

namespace {

void print_json_summary(const std::vector<std::pair<std::string, std::int64_t>>& counts,
                        const std::filesystem::path& page) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("counts").begin_object();
  auto sorted = counts;
  std::sort(sorted.begin(), sorted.end());
  for (const auto& [name, n] : sorted) w.key(name).integer(n);
  w.end_object().key("report").string(page.string()).end_object();
  std::printf("%s\n", line.c_str());
}

// "1 reading", "2 readings"; "2 entries", where the plural is given.
std::string counted(std::size_t n, const std::string& one, const std::string& more = {}) {
  return with_commas(n) + " " + (n == 1 ? one : more.empty() ? one + "s" : more);
}

// A line of the summary: the store's word for a count, as a person says it. Ticks of time are the
// log's own affair; hazards were said as alerts; what acts are bound to is said of these.
std::string summary_line(const std::string& name, std::int64_t n) {
  static const std::map<std::string, std::pair<std::string, std::string>> kWords{
      {"act", {"act", " of officers"}},
      {"claim", {"claim", " of the parties, quoted and never counted"}},
      {"complaint", {"question", " about input that was kept; the report lists them"}},
      {"duplicates", {"record", " delivered again and counted once"}},
      {"health", {"time", " when a source could not observe"}},
      {"recording", {"recording", ": waveforms and photos, kept as they came"}},
      {"weather", {"reading", " of weather stations"}},
      {"notice", {"notice", " of activity announced beforehand"}},
      {"rejected", {"row", " that could not be read; the log keeps the bytes"}},
      {"stated_total", {"total", " that reports state, never counted as effects"}}};
  if (name == "tick" || name == "hazard" || name == "act_binding" ||
      (n == 0 && name == "duplicates"))
    return {};
  std::string figure = with_commas(static_cast<std::uint64_t>(n));
  figure.insert(0, 10 - std::min<std::size_t>(10, figure.size()), ' ');
  const auto it = kWords.find(name);
  if (it == kWords.end()) return figure + " " + name + "\n";
  const auto& [noun, rest] = it->second;
  return figure + " " + noun + (n == 1 ? "" : "s") + rest + "\n";
}

}  // namespace

Status print_summary(Session& s, const RunOptions& o, const std::filesystem::path& page) {
  TRUCE_TRY(counts, s.store->counts());
  if (o.common.json) {
    print_json_summary(counts, page);
  } else if (!o.common.session.quiet) {
    for (const auto& [name, n] : counts) std::fputs(summary_line(name, n).c_str(), stdout);
    std::printf("\nreport: %s\n", page.string().c_str());
  }
  std::fflush(stdout);
  return done();
}

namespace {

// Says why rows were rejected, for each file the first few: a wrong column rejects them all.
class Rejections {
 public:
  void say(Progress& progress, const Entry& entry) {
    if (++said_ > kSaid) return;
    progress.clear();
    std::fprintf(stderr, "%s\n", printable(rejection_words(entry)).c_str());
  }
  void finish(const IntakeProgress& file) {
    if (said_ > kSaid)
      std::fprintf(stderr, "%s: %s more rejected; `truce acquire FORMAT FILE --dry-run` says why\n",
                   file.file.c_str(), with_commas(said_ - kSaid).c_str());
    said_ = 0;
  }

 private:
  static constexpr std::uint64_t kSaid = 3;
  std::uint64_t said_ = 0;
};

}  // namespace

Status take_in(Session& s, const RunOptions& o) {
  Progress progress(o.common.session.quiet);
  s.intake->on_acknowledged = [&](const IntakeProgress& p) {
    progress.show("  " + p.feed + "  " + with_commas(p.entries) + " entries in the log  " + p.file);
  };
  if (s.alerts) s.alerts->before_saying = [&progress] { progress.clear(); };
  Rejections rejections;
  s.intake->on_rejected = [&](const Entry& entry) { rejections.say(progress, entry); };
  const auto say = [&](const Error& error) {
    progress.clear();
    std::fprintf(stderr, "%s\n", printable(error.to_text()).c_str());
  };
  s.intake->on_passed_over = say;
  if (!o.once) s.intake->on_unread = say;  // it may be away for a while; the others are followed on
  s.intake->on_taken = [&](const IntakeProgress& p) {
    progress.clear();
    rejections.finish(p);
    if (o.common.session.quiet || o.common.json) return;
    std::printf("  %-14s %12s %s in the log  %s\n", p.feed.c_str(), with_commas(p.entries).c_str(),
                p.entries == 1 ? "entry  " : "entries", p.file.c_str());
    std::fflush(stdout);
  };
  const Status taken = s.intake->take_all();
  s.intake->on_acknowledged = {};
  s.intake->on_rejected = {};
  s.intake->on_taken = {};
  s.intake->on_unread = {};
  const Status fresh = taken.ok() ? s.freshen() : taken;
  if (s.alerts) s.alerts->before_saying = {};
  return fresh;
}

namespace {

// Everything the feeds hold now, into the log and through to the report.
Status work_through(Session& s, const RunOptions& o) {
  TRUCE_CHECK_OK(take_in(s, o));
  Progress progress(o.common.session.quiet);
  progress.show("  writing the report");
  const auto page = write_report(s.mission, *s.store, *s.disk, s.mission.report_days.front(),
                                 s.mission.report_days.back());
  progress.clear();
  TRUCE_CHECK_OK(page);
  return print_summary(s, o, *page);
}

Status run_once(const RunOptions& o) {
  TRUCE_TRY(session, Session::open(o.common.mission, o.common.session));
  print_name(*session, o);
  return work_through(*session, o);
}

void write_problem(JsonWriter& w, const Error& e) {
  w.begin_object().key("column").integer(static_cast<std::int64_t>(e.place.column));
  w.key("expected").string(e.expected).key("field").string(e.place.field);
  w.key("file").string(e.place.source).key("line");
  w.integer(static_cast<std::int64_t>(e.place.line)).key("message").string(e.message).end_object();
}

int check_json(const MissionOptions& o) {
  judge::Problems problems;
  const auto loaded = load_mission(o.mission, o.session.data, problems);
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("mission").string(loaded.ok() ? loaded->name : o.mission.string());
  w.key("ok").boolean(loaded.ok()).key("problems").begin_array();
  for (const auto& e : problems.errors) write_problem(w, e);
  w.end_array().key("warnings").begin_array();
  for (const auto& e : problems.warnings) write_problem(w, e);
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
  return loaded.ok() ? 0 : exit_code(loaded.error().code);
}

Result<std::pair<CivilDay, CivilDay>> days_of(const ReportOptions& o) {
  const auto first = parse_day(o.day);
  if (!first.ok()) return usage_error(first.error(), "--day");
  const auto last = parse_day(o.until.empty() ? o.day : o.until);
  if (!last.ok()) return usage_error(last.error(), "--until");
  if (*last < *first || days_from_epoch(*last) - days_from_epoch(*first) > 60)
    return make_error(ErrorCode::kUnusable,
                      "a report covers 1 to 61 days, not " + o.day + " to " + o.until,
                      {.field = "--until"}, "a day on or after --day and within 60 days of it");
  return std::pair(*first, *last);
}

void print_path(const std::string& name, const std::filesystem::path& path, bool json) {
  if (!json) {
    std::printf("%s\n", path.string().c_str());
    return;
  }
  std::string line;
  JsonWriter w(line);
  w.begin_object().key(name).string(path.string()).end_object();
  std::printf("%s\n", line.c_str());
}

struct Replayed {
  std::uint64_t entries = 0;  // that the stored results rest on
  std::uint64_t more = 0;     // of the log behind them
  struct Digests {
    std::string results;  // of incidents and findings: the same from any log that says the same
    std::string rows;     // of all that pages are made of, with its places in this log
    bool operator==(const Digests&) const = default;
  };
  Digests stored, again;
};

void print_replayed(const Replayed& r, bool json) {
  if (json) {
    std::string line;
    JsonWriter w(line);
    w.begin_object().key("entries").integer(static_cast<std::int64_t>(r.entries)).key("more");
    w.integer(static_cast<std::int64_t>(r.more)).key("replayed").string(r.again.results);
    w.key("replayed_rows").string(r.again.rows).key("same").boolean(r.stored == r.again);
    w.key("stored").string(r.stored.results).key("stored_rows").string(r.stored.rows).end_object();
    std::printf("%s\n", line.c_str());
    return;
  }
  std::printf("%s replayed\n", counted(r.entries, "entry", "entries").c_str());
  std::printf("incidents and findings\n  stored   %s\n  replayed %s\n", r.stored.results.c_str(),
              r.again.results.c_str());
  std::printf("all that a page is made of\n  stored   %s\n  replayed %s\n", r.stored.rows.c_str(),
              r.again.rows.c_str());
  if (r.more > 0)
    std::printf("the log holds %s more, which no result rests on yet\n",
                counted(r.more, "entry", "entries").c_str());
  if (r.stored == r.again) std::printf("the same: what is stored follows from the log\n");
}

Result<Replayed::Digests> digests_of(ledger::Store& store) {
  TRUCE_TRY(results, results_digest(store));
  TRUCE_TRY(rows, store_digest(store));
  return Replayed::Digests{results, rows};
}

Result<Replayed> replay(Session& s, const SessionOptions& options) {
  TRUCE_TRY(fresh, ledger::Store::open(ledger::Store::kTemporary));
  Engine engine(s.mission, *fresh,
                {.threads = options.threads, .batch_entries = options.batch_entries});
  Progress progress(options.quiet);
  const std::uint64_t entries = s.store->applied();
  TRUCE_CHECK_OK(engine.catch_up(
      *s.disk, s.mission.log_directory(), entries, [&](std::uint64_t applied, std::uint64_t total) {
        progress.show("  replaying " + with_commas(applied) + " of " + with_commas(total));
      }));
  TRUCE_TRY(stored, digests_of(*s.store));
  TRUCE_TRY(again, digests_of(*fresh));
  return Replayed{entries, s.log->committed() - entries, stored, again};
}

}  // namespace

void print_name(const Session& s, const RunOptions& o) {
  if (!o.common.session.quiet && !o.common.json) std::printf("%s\n", s.mission.name.c_str());
}

int fail(const Error& error) {
  std::fprintf(stderr, "truce: %s\n", printable(error.to_text()).c_str());
  return exit_code(error.code);
}

Error usage_error(const Error& error, const std::string& option) {
  Error e = error;
  e.code = ErrorCode::kUnusable;
  e.place = {.source = option};
  return e;
}

Result<std::optional<Instant>> instant_option(const std::string& text, const std::string& option) {
  if (text.empty()) return std::optional<Instant>();
  const auto at = parse_instant(text);
  if (!at.ok()) return usage_error(at.error(), option);
  return std::optional<Instant>(*at);
}

Status check_entries(const std::optional<std::uint64_t>& entries, const std::string& option,
                     const ledger::Store& store) {
  if (!entries || *entries <= store.applied()) return done();
  return make_error(ErrorCode::kUnusable,
                    "there are no " + with_commas(*entries) + " entries in the log",
                    {.source = option}, "at most " + std::to_string(store.applied()));
}

int command_run(const RunOptions& asked) {
  RunOptions options = asked;
  options.common.session.says_alerts = true;
  const Status status = options.once ? run_once(options) : follow(options);
  return status.ok() ? 0 : fail(status.error());
}

int command_report(const ReportOptions& options) {
  if (options.audience != "staff") {
    return fail(make_error(ErrorCode::kUnusable,
                           "no report is written for the audience \"" + options.audience +
                               "\": what others than staff are told of is served (`truce run`), "
                               "blurred and delayed",
                           {}, "--audience staff"));
  }
  const auto days = days_of(options);
  if (!days.ok()) return fail(days.error());
  auto session = Session::open_for_questions(options.common.mission, options.common.session);
  if (!session.ok()) return fail(session.error());
  if ((*session)->store->applied() == 0)
    return fail(make_error(ErrorCode::kNotFound, "nothing has been recorded yet to report of",
                           {.source = options.common.mission.string()},
                           "`truce run MISSION --once` first"));
  const auto page = write_report((*session)->mission, *(*session)->store, *(*session)->disk,
                                 days->first, days->second, options.as_of);
  if (!page.ok()) return fail(page.error());
  print_path("report", *page, options.common.json);
  return 0;
}

int command_check(const MissionOptions& options) {
  if (options.json) return check_json(options);
  const auto loaded = load_or_explain(options.mission, options.session.data);
  if (!loaded.ok()) return fail(loaded.error());
  print_warnings(loaded->warnings);
  std::size_t provisions = 0;
  for (const auto& r : loaded->agreement.readings) provisions += r.provisions.size();
  std::printf("%s: nothing wrong. %s, %s, %s; %s of the agreement with %s in all\n",
              loaded->name.c_str(), counted(loaded->feeds.size(), "feed").c_str(),
              counted(loaded->sources.size(), "source").c_str(),
              counted(loaded->geometry.areas.size(), "area").c_str(),
              counted(loaded->agreement.readings.size(), "reading").c_str(),
              counted(provisions, "provision").c_str());
  return 0;
}

int command_replay(const MissionOptions& options) {
  auto session = Session::open_to_read(options.mission, options.session);
  if (!session.ok()) return fail(session.error());
  if (const auto& r = (*session)->log->report(); r.torn_bytes > 0 && !options.session.quiet)
    std::fprintf(stderr, "%s: the last %llu bytes were never acknowledged and are left alone\n",
                 r.torn_file.c_str(), static_cast<unsigned long long>(r.torn_bytes));
  const auto replayed = replay(**session, options.session);
  if (!replayed.ok()) return fail(replayed.error());
  print_replayed(*replayed, options.json);
  if (replayed->stored == replayed->again) return 0;
  return fail(make_error(ErrorCode::kCorrupt, "the stored results do not follow from the log",
                         {.source = (*session)->mission.store_path()},
                         "delete the store and run again: it is rebuilt"));
}

}  // namespace truce::app
