#include "stages/ledger/store.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <tuple>
#include <utility>

#include "model/identity.h"
#include "model/json.h"

namespace truce::ledger {

namespace {

// Numbered from 1; a store remembers in user_version how many it has had. Never change one that has
// gone out: add another.
constexpr std::array<const char*, 11> kMigrations{R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO meta VALUES('applied', 0), ('duplicates', 0);
CREATE TABLE observations(
  id TEXT PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  makes_incident INTEGER NOT NULL, incident TEXT, position INTEGER NOT NULL, json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX observations_by_time ON observations(makes_incident, start_ns, end_ns);
CREATE TABLE records(
  kind TEXT NOT NULL, id TEXT NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX records_by_time ON records(kind, start_ns);
CREATE TABLE incidents(
  id TEXT NOT NULL, version INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  from_position INTEGER NOT NULL, until_position INTEGER, json TEXT NOT NULL, PRIMARY KEY(id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_latest ON incidents(start_ns, end_ns) WHERE until_position IS NULL;
CREATE TABLE findings(
  incident TEXT NOT NULL, version INTEGER NOT NULL, ordinal INTEGER NOT NULL, json TEXT NOT NULL,
  PRIMARY KEY(incident, version, ordinal)
) STRICT, WITHOUT ROWID;
CREATE TABLE progress(
  feed TEXT NOT NULL, file TEXT NOT NULL, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL,
  entries INTEGER NOT NULL, complete INTEGER NOT NULL, PRIMARY KEY(feed, file)
) STRICT, WITHOUT ROWID;
)sql",
                                                  R"sql(
-- Observations are looked up by where they start, which their ids begin with; `longest` bounds how
-- far back to look.
INSERT INTO meta SELECT 'longest', coalesce(max(CAST(end_ns - start_ns AS INTEGER)), 0) FROM observations;
DROP INDEX observations_by_time;
)sql",
                                                  R"sql(
-- The findings of an incident's version stand with it, a line of JSON each.
ALTER TABLE incidents ADD COLUMN findings TEXT NOT NULL DEFAULT '';
UPDATE incidents SET findings = coalesce((SELECT group_concat(json || char(10), '') FROM
  (SELECT json FROM findings f WHERE f.incident = incidents.id AND f.version = incidents.version
   ORDER BY f.ordinal)), '');
DROP TABLE findings;
-- Without an incident named, an observation is the first member of the one that is named after it.
UPDATE observations SET incident = NULL WHERE incident = 'i' || substr(id, 2);
)sql",
                                                  R"sql(
-- The region of an incident is written as a shape, so everything is made again from the log. Who is
-- not the first member of its incident stands in a table of its own: short rows, and those of the
-- observations are written once. Incidents, too, are looked for no further back than the longest.
DELETE FROM records;
DELETE FROM incidents;
DELETE FROM progress;
DROP TABLE observations;
CREATE TABLE observations(
  id TEXT PRIMARY KEY, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  makes_incident INTEGER NOT NULL, position INTEGER NOT NULL, json TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE joined(observation TEXT PRIMARY KEY, incident TEXT NOT NULL) STRICT, WITHOUT ROWID;
UPDATE meta SET value = 0;
INSERT INTO meta VALUES('longest_incident', 0);
)sql",
                                                  R"sql(
-- Incidents, too, are looked up by the time that their ids begin with. Arrivals are located, by
-- blocks of time; what is derived from them stands among the observations (`derived`: the start of
-- its block) while it is `valid` and after, and what a block tells of sources beside it. Everything
-- is made again from the log, so that arrivals taken before are located too.
DELETE FROM records;
DELETE FROM incidents;
DELETE FROM progress;
DELETE FROM joined;
DELETE FROM observations;
DROP INDEX IF EXISTS incidents_latest;
ALTER TABLE observations ADD COLUMN derived INTEGER;
ALTER TABLE observations ADD COLUMN valid INTEGER NOT NULL DEFAULT 1;
CREATE INDEX observations_derived ON observations(derived, valid) WHERE derived IS NOT NULL;
CREATE TABLE arrivals(heard_ns INTEGER NOT NULL, id TEXT NOT NULL, PRIMARY KEY(heard_ns, id)) STRICT, WITHOUT ROWID;
CREATE TABLE sound_blocks(start_ns INTEGER PRIMARY KEY, dirty INTEGER NOT NULL, located_ns INTEGER) STRICT;
CREATE TABLE found_health(
  block_ns INTEGER NOT NULL, ordinal INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  position INTEGER NOT NULL, json TEXT NOT NULL, PRIMARY KEY(block_ns, ordinal)
) STRICT, WITHOUT ROWID;
UPDATE meta SET value = 0;
INSERT INTO meta VALUES('newest', -9223372036854775808);
)sql",
                                                  R"sql(
-- By what rules the results were worked out: one row.
-- And from when to when each feed told of something.
CREATE TABLE feeds(id TEXT PRIMARY KEY, first_ns INTEGER NOT NULL, last_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE rules(one INTEGER PRIMARY KEY CHECK (one = 1), sha256 TEXT NOT NULL) STRICT;
)sql",
                                                  R"sql(
-- How each file was read, by which reading its records count, and how much of it was taken before.
-- Results by no known rules are made again from the log.
DELETE FROM rules;
ALTER TABLE progress ADD COLUMN reading TEXT NOT NULL DEFAULT '';
ALTER TABLE progress ADD COLUMN known_bytes INTEGER NOT NULL DEFAULT 0;
CREATE TABLE readings(
  feed TEXT NOT NULL, file TEXT NOT NULL, reading TEXT NOT NULL, PRIMARY KEY(feed, file)
) STRICT, WITHOUT ROWID;
)sql",
                                                  R"sql(
-- Which observations one block made one episode of. Results by no known rules are made again from
-- the log.
DELETE FROM rules;
CREATE TABLE episodes(observation TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX episodes_name ON episodes(name);
)sql",
                                                  R"sql(
-- What was judged and is no incident; and what is said of a subject beside its findings: how the
-- readings differ, who it may have been. Results by no known rules are made again from the log.
DELETE FROM rules;
ALTER TABLE incidents ADD COLUMN beside TEXT NOT NULL DEFAULT '';
CREATE TABLE conducts(
  id TEXT NOT NULL, version INTEGER NOT NULL, start_ns INTEGER NOT NULL, end_ns INTEGER NOT NULL,
  from_position INTEGER NOT NULL, until_position INTEGER, findings TEXT NOT NULL, beside TEXT NOT NULL,
  PRIMARY KEY(id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX conducts_by_time ON conducts(start_ns);
)sql",
                                                  R"sql(
-- What came to be known behind a position, for those who listen: latest versions, and incidents that
-- came to an end.
CREATE INDEX incidents_latest_by_position ON incidents(from_position) WHERE until_position IS NULL;
CREATE INDEX incidents_ended ON incidents(until_position) WHERE until_position IS NOT NULL;
CREATE INDEX conducts_latest_by_position ON conducts(from_position) WHERE until_position IS NULL;
)sql",
                                                  R"sql(
-- When the log took its entries in: of each minute the first, where none before it was later.
-- Results by no known rules are made again from the log.
DELETE FROM rules;
CREATE TABLE taken_in(minute INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
)sql"};

constexpr const char* kEmpty = R"sql(
DELETE FROM records;
DELETE FROM incidents;
DELETE FROM conducts;
DELETE FROM progress;
DELETE FROM joined;
DELETE FROM observations;
DELETE FROM arrivals;
DELETE FROM sound_blocks;
DELETE FROM found_health;
DELETE FROM episodes;
DELETE FROM feeds;
DELETE FROM readings;
DELETE FROM taken_in;
UPDATE meta SET value = 0;
UPDATE meta SET value = -9223372036854775808 WHERE key = 'newest';
)sql";

// One record per line, of which the last begins a column of its own.
struct Lines {
  std::string findings;
  std::string beside;  // differences, then the attribution
};
Lines lines_of(Judgement& judgement, std::uint64_t version) {
  Lines out;
  for (Finding& f : judgement.findings) {
    f.version = version;
    out.findings += to_json(f) + "\n";
  }
  for (Difference& d : judgement.differences) {
    d.version = version;
    out.beside += to_json(d) + "\n";
  }
  if (judgement.attribution) out.beside += to_json(*judgement.attribution) + "\n";
  return out;
}

// Calls f with each line.
template <class F>
Status for_each_line(std::string_view lines, F&& f) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    TRUCE_CHECK_OK(f(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return done();
}

class Statement {
 public:
  Statement(sqlite3* db, std::string_view sql) : db_(db) {
    prepared_ = sqlite3_prepare_v3(db, sql.data(), static_cast<int>(sql.size()),
                                   SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle_); }

  template <class... Args>
  Statement& bind(const Args&... args) {
    sqlite3_reset(handle_);
    int i = 0;
    (bind_one(++i, args), ...);
    return *this;
  }
  // true while there is a row.
  Result<bool> step() {
    const int code = handle_ == nullptr ? prepared_ : sqlite3_step(handle_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) {
      Error e = make_error(
          code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ErrorCode::kCorrupt : ErrorCode::kIo,
          std::string("the query store failed: ") + sqlite3_errmsg(db_));
      sqlite3_reset(handle_);
      return e;
    }
    sqlite3_reset(handle_);
    return false;
  }
  Status run() {
    TRUCE_TRY(row, step());
    static_cast<void>(row);
    return done();
  }
  std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string text(int column) const {
    const auto* p = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
    return p == nullptr
               ? std::string()
               : std::string(p, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column)));
  }

 private:
  void bind_one(int i, std::int64_t v) { sqlite3_bind_int64(handle_, i, v); }
  void bind_one(int i, std::uint64_t v) {
    sqlite3_bind_int64(handle_, i, static_cast<std::int64_t>(v));
  }
  void bind_one(int i, int v) { sqlite3_bind_int64(handle_, i, v); }
  void bind_one(int i, bool v) { sqlite3_bind_int64(handle_, i, v ? 1 : 0); }
  void bind_one(int i, std::string_view v) {
    // A view of nothing has no data, which SQLite would take for NULL.
    sqlite3_bind_text(handle_, i, v.data() == nullptr ? "" : v.data(), static_cast<int>(v.size()),
                      SQLITE_STATIC);
  }
  void bind_one(int i, const std::string& v) { bind_one(i, std::string_view(v)); }

  sqlite3* db_;
  sqlite3_stmt* handle_ = nullptr;
  int prepared_ = SQLITE_ERROR;
};

// "Valid as of": versions that had begun and not ended at a position. kNow asks for those without
// end.
constexpr std::string_view kAsOf =
    " AND from_position <= ? AND (until_position IS NULL OR until_position > ?)";

std::int64_t minute_of(Instant when) {
  constexpr std::int64_t kMinute_ns = 60'000'000'000;
  return when.ns / kMinute_ns - (when.ns % kMinute_ns < 0 ? 1 : 0);
}

// a − b, or the end of the range that it lies beyond.
std::int64_t less(std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  if (__builtin_sub_overflow(a, b, &out)) return a < 0 ? INT64_MIN : INT64_MAX;
  return out;
}

class SqliteStore : public Store {
 public:
  explicit SqliteStore(sqlite3* db) : db_(db) {}
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;
  ~SqliteStore() override {
    statements_.clear();
    sqlite3_close_v2(db_);
  }

  Status start() {
    for (const char* pragma :
         {"PRAGMA page_size=16384", "PRAGMA journal_mode=WAL", "PRAGMA wal_autocheckpoint=4000",
          "PRAGMA synchronous=NORMAL", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-65536",
          "PRAGMA busy_timeout=5000"}) {
      TRUCE_CHECK_OK(execute(pragma));
    }
    TRUCE_TRY(version, scalar("PRAGMA user_version"));
    if (version > static_cast<std::int64_t>(kMigrations.size())) {
      return make_error(ErrorCode::kUnusable,
                        "the query store was made by a newer version of truce");
    }
    for (auto i = static_cast<std::size_t>(version); i < kMigrations.size(); ++i) {
      TRUCE_CHECK_OK(execute("BEGIN IMMEDIATE"));
      TRUCE_CHECK_OK(execute(kMigrations[i]));
      TRUCE_CHECK_OK(execute("PRAGMA user_version=" + std::to_string(i + 1)));
      TRUCE_CHECK_OK(execute("COMMIT"));
    }
    return read_meta();
  }
  // Mapped, so that a page costs no call and no copy, and a snapshot opened anew finds warm what
  // the one before it read. The file never gets shorter: nothing of it is vacuumed.
  Status start_reading() {
    for (const char* pragma : {"PRAGMA temp_store=MEMORY", "PRAGMA busy_timeout=5000",
                               "PRAGMA mmap_size=1073741824", "BEGIN"})
      TRUCE_CHECK_OK(execute(pragma));
    TRUCE_TRY(version, scalar("PRAGMA user_version"));
    if (version == static_cast<std::int64_t>(kMigrations.size())) return read_meta();
    return make_error(ErrorCode::kUnusable, "the query store was made by another version of truce",
                      {}, "`truce run MISSION --once`, which brings it up to date");
  }
  Status read_meta() {
    TRUCE_TRY(applied, scalar("SELECT value FROM meta WHERE key='applied'"));
    applied_ = static_cast<std::uint64_t>(applied);
    TRUCE_TRY(duplicates, scalar("SELECT value FROM meta WHERE key='duplicates'"));
    duplicates_ = duplicates;
    TRUCE_TRY(longest, scalar("SELECT value FROM meta WHERE key='longest'"));
    longest_ns_ = longest;
    TRUCE_TRY(incident, scalar("SELECT value FROM meta WHERE key='longest_incident'"));
    longest_incident_ns_ = incident;
    TRUCE_TRY(minute, scalar("SELECT coalesce(max(minute)," + std::to_string(kNoMinute) +
                             ") FROM taken_in"));
    newest_minute_ = minute;
    spans_.clear();
    auto& s = get("SELECT id,first_ns,last_ns FROM feeds").bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return done();
      spans_[s.text(0)] = {{{s.integer(1)}, {s.integer(2)}}, false};
    }
  }

  Status begin() override { return execute("BEGIN IMMEDIATE"); }
  Status commit(std::uint64_t applied) override {
    TRUCE_CHECK_OK(get("UPDATE meta SET value=? WHERE key='applied'").bind(applied).run());
    TRUCE_CHECK_OK(get("UPDATE meta SET value=? WHERE key='duplicates'").bind(duplicates_).run());
    TRUCE_CHECK_OK(get("UPDATE meta SET value=? WHERE key='longest'").bind(longest_ns_).run());
    TRUCE_CHECK_OK(get("UPDATE meta SET value=? WHERE key='longest_incident'")
                       .bind(longest_incident_ns_)
                       .run());
    for (auto& [feed, span] : spans_) {
      if (!std::exchange(span.changed, false)) continue;
      TRUCE_CHECK_OK(get("INSERT OR REPLACE INTO feeds VALUES(?,?,?)")
                         .bind(feed, span.when.start.ns, span.when.end.ns)
                         .run());
    }
    TRUCE_CHECK_OK(execute("COMMIT"));
    applied_ = applied;
    return done();
  }
  Status rollback() override { return execute("ROLLBACK"); }
  std::uint64_t applied() const override { return std::min(applied_, seen_from_); }
  void look_back_to(std::uint64_t position) override {
    if (position >= applied()) return;
    seen_from_ = position;
    spans_.clear();
    are_spans_read_ = false;
  }
  Result<std::string> rules() override {
    auto& s = get("SELECT sha256 FROM rules").bind();
    TRUCE_TRY(row, s.step());
    return row ? s.text(0) : std::string();
  }
  Status forget_rules() override { return get("DELETE FROM rules").bind().run(); }
  Status begin_anew(std::string_view rules) override {
    TRUCE_CHECK_OK(begin());
    TRUCE_CHECK_OK(execute(kEmpty));
    TRUCE_CHECK_OK(get("INSERT OR REPLACE INTO rules VALUES(1,?)").bind(rules).run());
    TRUCE_CHECK_OK(execute("COMMIT"));
    return read_meta();
  }

  Result<bool> put_observation(const Observation& o, std::string_view json, std::uint64_t position,
                               bool makes) override {
    TRUCE_CHECK_OK(get("INSERT INTO observations(id,start_ns,end_ns,makes_incident,position,json) "
                       "VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING")
                       .bind(o.id, o.when.start.ns, o.when.end.ns, makes, position, json)
                       .run());
    longest_ns_ = std::max(longest_ns_, less(o.when.end.ns, o.when.start.ns));
    widen_span(o);
    return inserted();
  }
  Result<bool> put_record(std::string_view kind, std::string_view id, const Interval& when,
                          std::string_view json, std::uint64_t position) override {
    TRUCE_CHECK_OK(get("INSERT INTO records VALUES(?,?,?,?,?,?) ON CONFLICT DO NOTHING")
                       .bind(kind, id, when.start.ns, when.end.ns, position, json)
                       .run());
    return inserted();
  }
  Result<std::optional<Interval>> feed_span(std::string_view feed) override {
    TRUCE_CHECK_OK(read_spans());
    const auto it = spans_.find(feed);
    return it == spans_.end() ? std::nullopt : std::optional(it->second.when);
  }
  Result<bool> put_taken_in(std::uint64_t position, Instant received) override {
    const std::int64_t minute = minute_of(received);
    if (minute <= newest_minute_) return false;
    newest_minute_ = minute;
    TRUCE_CHECK_OK(get("INSERT INTO taken_in VALUES(?,?)").bind(minute, position).run());
    return true;
  }
  Result<std::uint64_t> taken_in_before(Instant when) override {
    auto& s = get("SELECT position FROM taken_in WHERE minute>=? ORDER BY minute LIMIT 1")
                  .bind(minute_of(when));
    TRUCE_TRY(row, s.step());
    return row ? static_cast<std::uint64_t>(s.integer(0)) : applied();
  }
  Status put_progress(const FeedProgress& p) override {
    return get("INSERT OR REPLACE INTO progress VALUES(?,?,?,?,?,?,?,?)")
        .bind(p.feed, p.file, p.bytes, p.sha256, p.entries, p.complete, p.reading, p.known_bytes)
        .run();
  }
  Status put_reading(std::string_view feed, std::string_view file,
                     std::string_view reading) override {
    return get("INSERT OR REPLACE INTO readings VALUES(?,?,?)").bind(feed, file, reading).run();
  }
  Result<std::vector<FileReading>> readings() override {
    std::vector<FileReading> out;
    auto& s = get("SELECT feed,file,reading FROM readings ORDER BY feed,file").bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back({s.text(0), s.text(1), s.text(2)});
    }
  }
  Result<std::optional<FeedProgress>> progress(std::string_view feed,
                                               std::string_view file) override {
    auto& s =
        get("SELECT feed,file,bytes,sha256,entries,complete,reading,known_bytes FROM progress "
            "WHERE feed=? AND file=?")
            .bind(feed, file);
    TRUCE_TRY(row, s.step());
    if (!row) return std::optional<FeedProgress>();
    return std::optional(progress_row(s));
  }
  Result<std::vector<FeedProgress>> all_progress() override {
    std::vector<FeedProgress> out;
    auto& s =
        get("SELECT feed,file,bytes,sha256,entries,complete,reading,known_bytes FROM progress "
            "ORDER BY feed,file")
            .bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back(progress_row(s));
    }
  }

  Result<std::uint64_t> put_incident(Incident incident, Judgement judgement,
                                     std::uint64_t position) override {
    // Most incidents are new: the first version is tried before asking for the last.
    incident.version = 1;
    TRUCE_TRY(is_new, insert_version(incident, judgement, position));
    if (!is_new) {
      TRUCE_TRY(last, last_version("SELECT max(version) FROM incidents WHERE id=?", incident.id));
      incident.version = last + 1;
      TRUCE_CHECK_OK(supersede_incident(incident.id, position));
      TRUCE_TRY(inserted_now, insert_version(incident, judgement, position));
      TRUCE_ENSURE(inserted_now);
    }
    for (const auto& e : incident.evidence) {
      const bool is_first = incident_id(e.observation) == incident.id;  // its name says so
      TRUCE_CHECK_OK(is_first
                         ? get("DELETE FROM joined WHERE observation=?").bind(e.observation).run()
                         : get("INSERT OR REPLACE INTO joined VALUES(?,?)")
                               .bind(e.observation, incident.id)
                               .run());
    }
    return incident.version;
  }
  Result<std::uint64_t> put_conduct(const std::string& subject, const Interval& when,
                                    Judgement judgement, std::uint64_t position) override {
    TRUCE_TRY(last,
              last_version("SELECT coalesce(max(version),0) FROM conducts WHERE id=?", subject));
    const std::uint64_t version = last + 1;
    TRUCE_CHECK_OK(get("UPDATE conducts SET until_position=? WHERE id=? AND until_position IS NULL")
                       .bind(position, subject)
                       .run());
    const Lines lines = lines_of(judgement, version);
    TRUCE_CHECK_OK(get("INSERT INTO conducts VALUES(?,?,?,?,?,NULL,?,?)")
                       .bind(subject, version, when.start.ns, when.end.ns, position, lines.findings,
                             lines.beside)
                       .run());
    return version;
  }
  Status supersede_incident(std::string_view id, std::uint64_t position) override {
    return get("UPDATE incidents SET until_position=? WHERE id=? AND until_position IS NULL")
        .bind(position, id)
        .run();
  }

  Status disband_incident(std::string_view id) override {
    TRUCE_TRY(found, incident(id, kNow));
    if (!found) return done();
    for (const auto& e : found->evidence)
      TRUCE_CHECK_OK(get("DELETE FROM joined WHERE observation=?").bind(e.observation).run());
    return done();
  }

  Result<std::vector<Observation>> observations_overlapping(const Interval& when,
                                                            bool incidents_only) override {
    std::vector<Observation> out;
    const std::string first = observation_ids_from({less(when.start.ns, longest_ns_)});
    const std::string behind = observation_ids_from({less(when.end.ns, -1'000'000'000)});
    auto& s = get("SELECT json FROM observations WHERE id>=? AND id<? AND end_ns>=? AND "
                  "makes_incident>=? AND position<? AND valid")
                  .bind(first, behind, when.start.ns, incidents_only, as_position(kNow));
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      TRUCE_TRY(o, from_store<Observation>(s.text(0)));
      if (o.when.overlaps(when) || o.when.end == when.start || o.when.start == when.end)
        out.push_back(std::move(o));
    }
  }
  Result<std::optional<StoredRecord>> observation(std::string_view id) override {
    auto& s = get("SELECT id,position,json FROM observations WHERE id=? AND position<?")
                  .bind(id, as_position(kNow));
    TRUCE_TRY(row, s.step());
    if (!row) return std::optional<StoredRecord>();
    return std::optional(record_row(s));
  }
  Result<std::optional<Incident>> incident_of(std::string_view observation_id) override {
    auto& joined = get("SELECT incident FROM joined WHERE observation=?").bind(observation_id);
    TRUCE_TRY(row, joined.step());
    return incident(row ? joined.text(0) : incident_id(std::string(observation_id)), kNow);
  }
  Result<std::vector<std::string>> incident_members(std::string_view observation_id) override {
    TRUCE_TRY(found, incident_of(observation_id));
    std::vector<std::string> out;
    if (found) {
      for (const auto& e : found->evidence) out.push_back(e.observation);
    }
    return out;
  }

  Result<std::vector<Incident>> incidents_overlapping(const Interval& when,
                                                      std::uint64_t as_of) override {
    // An incident begins no earlier than its first member, after which it is named, and no later
    // than that one ends.
    const std::string first = incident_id(
        observation_ids_from({less(less(when.start.ns, longest_incident_ns_), longest_ns_)}));
    const std::string behind =
        incident_id(observation_ids_from({less(when.end.ns, -1'000'000'000)}));
    auto& s = get("SELECT json FROM incidents WHERE id>=? AND id<? AND start_ns<=? AND end_ns>=?" +
                  std::string(kAsOf) + " ORDER BY start_ns,id")
                  .bind(first, behind, when.end.ns, when.start.ns, as_position(as_of),
                        as_position(as_of));
    std::vector<Incident> out;
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      TRUCE_TRY(incident, from_store<Incident>(s.text(0)));
      if (incident.when.overlaps(when)) out.push_back(std::move(incident));
    }
  }
  Result<std::optional<Incident>> incident(std::string_view id, std::uint64_t as_of) override {
    auto& s = get("SELECT json FROM incidents WHERE id=?" + std::string(kAsOf))
                  .bind(id, as_position(as_of), as_position(as_of));
    TRUCE_TRY(row, s.step());
    if (!row) return std::optional<Incident>();
    TRUCE_TRY(out, from_store<Incident>(s.text(0)));
    return std::optional(std::move(out));
  }
  Result<std::vector<JudgedConduct>> conducts_overlapping(const Interval& when,
                                                          std::uint64_t as_of) override {
    auto& s = get("SELECT id,start_ns,end_ns,findings FROM conducts WHERE start_ns<=? AND "
                  "end_ns>=?" +
                  std::string(kAsOf) + " ORDER BY start_ns,id")
                  .bind(when.end.ns, when.start.ns, as_position(as_of), as_position(as_of));
    std::vector<JudgedConduct> out;
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      JudgedConduct conduct{s.text(0), {{s.integer(1)}, {s.integer(2)}}, {}};
      TRUCE_CHECK_OK(read_findings(s.text(3), conduct.findings));
      out.push_back(std::move(conduct));
    }
  }
  Result<Judgement> judgement_of(std::string_view subject, std::uint64_t as_of) override {
    Judgement out;
    for (const char* table : {"incidents", "conducts"}) {
      auto& s = get(std::string("SELECT findings,beside FROM ") + table + " WHERE id=?" +
                    std::string(kAsOf))
                    .bind(subject, as_position(as_of), as_position(as_of));
      TRUCE_TRY(row, s.step());
      if (!row) continue;
      TRUCE_CHECK_OK(read_findings(s.text(0), out.findings));
      TRUCE_CHECK_OK(read_beside(s.text(1), out));
      break;
    }
    return out;
  }
  Result<std::vector<Finding>> findings_of(std::string_view subject, std::uint64_t as_of) override {
    TRUCE_TRY(all, judgement_of(subject, as_of));
    return std::move(all.findings);
  }
  Result<std::optional<Finding>> finding(std::string_view id, std::uint64_t as_of) override {
    TRUCE_TRY(all, findings_of(id.substr(0, id.find('/')), as_of));
    for (auto& f : all) {
      if (f.id == id) return std::optional(std::move(f));
    }
    return std::optional<Finding>();
  }
  Result<std::vector<StoredRecord>> records(std::string_view kind, std::uint64_t as_of) override {
    auto& s =
        get("SELECT id,position,json FROM records WHERE kind=? AND position<? ORDER BY start_ns,id")
            .bind(kind, as_position(as_of));
    return rows(s);
  }
  Result<std::vector<StoredRecord>> records_overlapping(std::string_view kind, const Interval& when,
                                                        std::uint64_t as_of) override {
    auto& s = get("SELECT id,position,json FROM records WHERE kind=? AND start_ns<=? AND end_ns>=? "
                  "AND position<? ORDER BY start_ns,id")
                  .bind(kind, when.end.ns, when.start.ns, as_position(as_of));
    return rows(s);
  }

  Result<std::vector<PageRow>> page(const PageQuery& q) override {
    const auto limit = static_cast<std::int64_t>(q.limit);
    const std::int64_t as_of = as_position(q.as_of);
    if (q.kind == "incident" || q.kind == "observation") {
      const bool is_incident = q.kind == "incident";
      // Nothing that overlaps has an id before that of what is as long as the longest.
      const std::int64_t longest = is_incident ? longest_incident_ns_ : 0;
      std::string first = observation_ids_from({less(less(q.when.start.ns, longest), longest_ns_)});
      std::string behind = observation_ids_from({less(q.when.end.ns, -1'000'000'000)});
      if (is_incident) first = incident_id(first), behind = incident_id(behind);
      first = std::max(first, std::string(q.after_id));
      const std::string judgement = q.with_judgement ? "findings,beside" : "'',''";
      auto& s = get(is_incident
                        ? "SELECT id,start_ns,end_ns,from_position,json," + judgement +
                              " FROM incidents WHERE id>? AND id<? AND start_ns<=? AND end_ns>=? "
                              "AND from_position<=? AND (until_position IS NULL OR "
                              "until_position>?) ORDER BY id LIMIT ?"
                        : "SELECT id,start_ns,end_ns,position+1,json,'','' FROM observations WHERE "
                          "id>? AND id<? AND start_ns<=? AND end_ns>=? AND position<? AND "
                          "position<? AND valid ORDER BY id LIMIT ?")
                    .bind(first, behind, q.when.end.ns, q.when.start.ns, as_of, as_of, limit);
      return page_rows(s);
    }
    if (q.kind == "conduct") {
      auto& s = get("SELECT id,start_ns,end_ns,from_position,'',findings,beside FROM conducts "
                    "WHERE (start_ns,id)>(?,?) AND start_ns<=? AND end_ns>=?" +
                    std::string(kAsOf) + " ORDER BY start_ns,id LIMIT ?")
                    .bind(q.after_start.ns, q.after_id, q.when.end.ns, q.when.start.ns, as_of,
                          as_of, limit);
      return page_rows(s);
    }
    auto& s = get("SELECT id,start_ns,end_ns,position+1,json,'','' FROM records WHERE kind=? AND "
                  "(start_ns,id)>(?,?) AND start_ns<=? AND end_ns>=? AND position<? ORDER BY "
                  "start_ns,id LIMIT ?")
                  .bind(q.kind, q.after_start.ns, q.after_id, q.when.end.ns, q.when.start.ns, as_of,
                        limit);
    return page_rows(s);
  }
  Result<std::optional<PageRow>> page_row(std::string_view kind, std::string_view id,
                                          std::uint64_t as_of) override {
    const std::int64_t known = as_position(as_of);
    const std::string versions = " WHERE id=?" + std::string(kAsOf);
    Statement* s = nullptr;
    if (kind == "incident")
      s = &get("SELECT id,start_ns,end_ns,from_position,json,findings,beside FROM incidents" +
               versions)
               .bind(id, known, known);
    else if (kind == "conduct")
      s = &get("SELECT id,start_ns,end_ns,from_position,'',findings,beside FROM conducts" +
               versions)
               .bind(id, known, known);
    else if (kind == "observation")
      s = &get("SELECT id,start_ns,end_ns,position+1,json,'','' FROM observations WHERE id=? AND "
               "position<?")
               .bind(id, known);
    else
      s = &get("SELECT id,start_ns,end_ns,position+1,json,'','' FROM records WHERE kind=? AND "
               "id=? AND position<?")
               .bind(kind, id, known);
    TRUCE_TRY(rows, page_rows(*s));
    if (rows.empty()) return std::optional<PageRow>();
    return std::optional(std::move(rows.front()));
  }
  Result<std::vector<PageRow>> incident_versions(std::string_view id, std::size_t limit) override {
    auto& s = get("SELECT id,start_ns,end_ns,from_position,json,findings,beside FROM incidents "
                  "WHERE id=? ORDER BY version LIMIT ?")
                  .bind(id, static_cast<std::int64_t>(limit));
    return page_rows(s);
  }
  Result<std::vector<ChangedRow>> changes(std::uint64_t position, ChangedRow::Kind kind,
                                          std::string_view id, std::size_t limit) override {
    using Kind = ChangedRow::Kind;
    std::vector<ChangedRow> out;
    for (const Kind k : {Kind::kConduct, Kind::kGone, Kind::kHazard, Kind::kIncident, Kind::kAct}) {
      // Of kinds before it all of that position were given, of those behind it none.
      const std::int64_t from = static_cast<std::int64_t>(position) + (k < kind ? 1 : 0);
      auto& s =
          get(changes_sql(k))
              .bind(from, k == kind ? id : std::string_view(), static_cast<std::int64_t>(limit));
      TRUCE_TRY(rows, page_rows(s));
      for (auto& row : rows) out.push_back({k, std::move(row)});
    }
    std::sort(out.begin(), out.end(), [](const ChangedRow& a, const ChangedRow& b) {
      return std::tie(a.row.position, a.kind, a.row.id) <
             std::tie(b.row.position, b.kind, b.row.id);
    });
    if (out.size() > limit) out.resize(limit);
    return out;
  }

  Result<std::vector<std::pair<std::string, std::int64_t>>> counts() override {
    std::vector<std::pair<std::string, std::int64_t>> out;
    TRUCE_TRY(all, scalar("SELECT count(*) FROM observations"));
    TRUCE_TRY(derived, scalar("SELECT count(*) FROM observations WHERE derived IS NOT NULL"));
    const std::int64_t observations = all - derived;
    TRUCE_TRY(incidents, scalar("SELECT count(*) FROM incidents WHERE until_position IS NULL"));
    TRUCE_TRY(findings,
              scalar("SELECT sum(length(findings)-length(replace(findings,char(10),''))) FROM "
                     "(SELECT findings FROM incidents WHERE until_position IS NULL UNION ALL "
                     "SELECT findings FROM conducts WHERE until_position IS NULL)"));
    out.emplace_back("observations", observations);
    out.emplace_back("duplicates", duplicates_);
    out.emplace_back("incidents", incidents);
    out.emplace_back("findings", findings);
    auto& s = get("SELECT kind,count(*) FROM records GROUP BY kind ORDER BY kind").bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.emplace_back(s.text(0), s.integer(1));
    }
  }

  Status for_each_row(const std::function<void(std::string_view)>& f) override {
    for (const char* sql :
         {"SELECT json,position FROM observations WHERE valid=1 ORDER BY id",
          "SELECT json,position,kind FROM records WHERE kind<>'tick' ORDER BY kind,id",
          "SELECT json,0 FROM found_health ORDER BY block_ns,ordinal",
          "SELECT minute,position FROM taken_in ORDER BY minute",
          "SELECT id,first_ns,last_ns FROM feeds ORDER BY id"}) {
      auto& s = get(sql).bind();
      for (;;) {
        TRUCE_TRY(row, s.step());
        if (!row) break;
        f(s.text(0) + " " + s.text(1));
      }
    }
    return for_each_latest(f);
  }
  Status for_each_latest(const std::function<void(std::string_view)>& f) override {
    auto& s = get("SELECT json FROM incidents WHERE until_position IS NULL ORDER BY id").bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) break;
      TRUCE_TRY(incident, from_store<Incident>(s.text(0)));
      incident.version = 1;
      f(to_json(incident));
    }
    for (const char* table : {"incidents", "conducts"}) {
      auto& t = get(std::string("SELECT findings,beside FROM ") + table +
                    " WHERE until_position IS NULL ORDER BY id")
                    .bind();
      for (;;) {
        TRUCE_TRY(row, t.step());
        if (!row) break;
        Judgement judgement;
        TRUCE_CHECK_OK(read_findings(t.text(0), judgement.findings));
        TRUCE_CHECK_OK(read_beside(t.text(1), judgement));
        const Lines lines = lines_of(judgement, 1);
        for (const auto& part : {lines.findings, lines.beside})
          TRUCE_CHECK_OK(for_each_line(part, [&f](std::string_view line) {
            f(line);
            return done();
          }));
      }
    }
    return done();
  }

  Status put_arrival(std::string_view id, Instant heard) override {
    return get("INSERT INTO arrivals VALUES(?,?) ON CONFLICT DO NOTHING").bind(heard.ns, id).run();
  }
  Result<std::vector<Observation>> arrivals_heard(Instant first, Instant last) override {
    std::vector<Observation> out;
    auto& s = get("SELECT json FROM arrivals JOIN observations USING(id) WHERE heard_ns>=? AND "
                  "heard_ns<=? ORDER BY heard_ns,id")
                  .bind(first.ns, last.ns);
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      TRUCE_TRY(o, from_store<Observation>(s.text(0)));
      out.push_back(std::move(o));
    }
  }
  Status put_sound_work(Instant block) override {
    return get("INSERT INTO sound_blocks VALUES(?,1,NULL) ON CONFLICT DO UPDATE SET dirty=1")
        .bind(block.ns)
        .run();
  }
  Status renew_sound_work(Instant first, Instant last) override {
    return get("UPDATE sound_blocks SET dirty=1 WHERE start_ns>=? AND start_ns<=?")
        .bind(first.ns, last.ns)
        .run();
  }
  Result<std::vector<SoundWork>> sound_work() override {
    std::vector<SoundWork> out;
    auto& s = get("SELECT start_ns,located_ns IS NOT NULL,located_ns FROM sound_blocks WHERE dirty "
                  "ORDER BY start_ns")
                  .bind();
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back({{s.integer(0)}, {}});
      if (s.integer(1) != 0) out.back().last_located = Instant{s.integer(2)};
    }
  }
  Status sound_located(Instant block, Instant at) override {
    return get("UPDATE sound_blocks SET dirty=0,located_ns=? WHERE start_ns=?")
        .bind(at.ns, block.ns)
        .run();
  }
  Status put_derived(const Observation& o, Instant block, std::uint64_t position) override {
    longest_ns_ = std::max(longest_ns_, less(o.when.end.ns, o.when.start.ns));
    return get("INSERT INTO observations(id,start_ns,end_ns,makes_incident,position,json,derived) "
               "VALUES(?,?,?,1,?,?,?) ON CONFLICT DO UPDATE SET valid=1,derived=excluded.derived "
               "WHERE derived IS NOT NULL")
        .bind(o.id, o.when.start.ns, o.when.end.ns, position, to_json(o), block.ns)
        .run();
  }
  Result<std::vector<std::string>> derived_of(Instant block) override {
    std::vector<std::string> out;
    auto& s =
        get("SELECT id FROM observations WHERE derived=? AND valid=1 ORDER BY id").bind(block.ns);
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back(s.text(0));
    }
  }
  Status put_episode(const std::vector<std::string>& members) override {
    for (const auto& m : members)
      TRUCE_CHECK_OK(
          get("INSERT OR REPLACE INTO episodes VALUES(?,?)").bind(m, members.front()).run());
    return done();
  }
  Result<std::string> episode_of(std::string_view observation_id) override {
    auto& s = get("SELECT name FROM episodes WHERE observation=?").bind(observation_id);
    TRUCE_TRY(row, s.step());
    return row ? s.text(0) : std::string();
  }
  Result<std::vector<std::string>> episode_members(std::string_view name) override {
    std::vector<std::string> out;
    auto& s = get("SELECT observation FROM episodes WHERE name=? ORDER BY observation").bind(name);
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back(s.text(0));
    }
  }
  Status retract_derived(const std::string& id) override {
    TRUCE_TRY(episode, episode_of(id));
    TRUCE_CHECK_OK(get("DELETE FROM episodes WHERE name=?").bind(episode).run());
    TRUCE_TRY(members, incident_members(id));
    for (const auto& m : members)
      TRUCE_CHECK_OK(get("DELETE FROM joined WHERE observation=?").bind(m).run());
    return get("UPDATE observations SET valid=0 WHERE id=? AND derived IS NOT NULL").bind(id).run();
  }

  Status put_found_health(const std::vector<Health>& found, Instant block,
                          std::uint64_t position) override {
    TRUCE_CHECK_OK(get("DELETE FROM found_health WHERE block_ns=?").bind(block.ns).run());
    std::int64_t ordinal = 0;
    for (const auto& h : found) {
      TRUCE_CHECK_OK(
          get("INSERT INTO found_health VALUES(?,?,?,?,?,?)")
              .bind(block.ns, ordinal++, h.when.start.ns, h.when.end.ns, position, to_json(h))
              .run());
    }
    return done();
  }
  Result<std::vector<Health>> found_health(const Interval& when) override {
    std::vector<Health> out;
    auto& s = get("SELECT json FROM found_health WHERE start_ns<=? AND end_ns>=? AND position<?")
                  .bind(when.end.ns, when.start.ns, as_position(kNow));
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) break;
      TRUCE_TRY(h, from_store<Health>(s.text(0)));
      out.push_back(std::move(h));
    }
    std::sort(out.begin(), out.end(), [](const Health& a, const Health& b) {
      return std::tie(a.when.start, a.source, a.why, a.when.end) <
             std::tie(b.when.start, b.source, b.why, b.when.end);
    });
    return out;
  }

  Status put_newest(Instant end) override {
    return get("UPDATE meta SET value=? WHERE key='newest'").bind(end.ns).run();
  }
  Result<Instant> newest() override {
    TRUCE_TRY(ns, scalar("SELECT value FROM meta WHERE key='newest'"));
    return Instant{ns};
  }

 private:
  struct Span {
    Interval when;
    bool changed = false;  // since it was written
  };
  std::int64_t as_position(std::uint64_t as_of) const {
    return static_cast<std::int64_t>(std::min({as_of, seen_from_, std::uint64_t{INT64_MAX}}));
  }
  // What feeds had told of then is kept nowhere.
  Status read_spans() {
    if (std::exchange(are_spans_read_, true)) return done();
    auto& s = get("SELECT json FROM observations WHERE position<? AND derived IS NULL")
                  .bind(as_position(kNow));
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return done();
      TRUCE_TRY(o, from_store<Observation>(s.text(0)));
      widen_span(o);
    }
  }
  void widen_span(const Observation& o) {
    if (o.origin.feed.empty()) return;
    const Instant t = o.time_basis == TimeBasis::kPublication ? o.when.end : o.when.start;
    auto it = spans_.find(o.origin.feed);
    if (it == spans_.end()) it = spans_.emplace(o.origin.feed, Span{{t, t}, true}).first;
    auto& [when, changed] = it->second;
    changed = changed || t < when.start || when.end < t;
    when = {std::min(when.start, t), std::max(when.end, t)};
  }
  // Statements are prepared once per text.
  Statement& get(std::string_view sql) {
    for (auto& [text, statement] : statements_) {
      if (text == sql) return *statement;
    }
    statements_.emplace_back(std::string(sql), std::make_unique<Statement>(db_, sql));
    return *statements_.back().second;
  }
  static Status read_findings(std::string_view lines, std::vector<Finding>& out) {
    return for_each_line(lines, [&out](std::string_view line) -> Status {
      TRUCE_TRY(finding, from_store<Finding>(line));
      out.push_back(std::move(finding));
      return done();
    });
  }
  static Status read_beside(std::string_view lines, Judgement& out) {
    return for_each_line(lines, [&out](std::string_view line) -> Status {
      if (line.rfind("{\"alternatives\"", 0) == 0) {
        TRUCE_TRY(attribution, from_store<Attribution>(line));
        out.attribution = std::move(attribution);
        return done();
      }
      TRUCE_TRY(difference, from_store<Difference>(line));
      out.differences.push_back(std::move(difference));
      return done();
    });
  }
  // false: this version is there already.
  Result<bool> insert_version(const Incident& incident, Judgement& judgement,
                              std::uint64_t position) {
    const Lines lines = lines_of(judgement, incident.version);
    TRUCE_CHECK_OK(get("INSERT INTO incidents VALUES(?,?,?,?,?,NULL,?,?,?) ON CONFLICT DO NOTHING")
                       .bind(incident.id, incident.version, incident.when.start.ns,
                             incident.when.end.ns, position, to_json(incident), lines.findings,
                             lines.beside)
                       .run());
    longest_incident_ns_ =
        std::max(longest_incident_ns_, less(incident.when.end.ns, incident.when.start.ns));
    return sqlite3_changes(db_) > 0;
  }
  Result<std::uint64_t> last_version(const char* sql, std::string_view id) {
    auto& last = get(sql).bind(id);
    TRUCE_TRY(row, last.step());
    TRUCE_ENSURE(row);
    return static_cast<std::uint64_t>(last.integer(0));
  }
  Result<bool> inserted() {
    const bool yes = sqlite3_changes(db_) > 0;
    if (!yes) ++duplicates_;
    return yes;
  }
  Status execute(const std::string& sql) {
    if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
      const int code = sqlite3_errcode(db_);
      return make_error(
          code == SQLITE_CORRUPT || code == SQLITE_NOTADB ? ErrorCode::kCorrupt : ErrorCode::kIo,
          std::string("the query store failed: ") + sqlite3_errmsg(db_));
    }
    return done();
  }
  Result<std::int64_t> scalar(const std::string& sql) {
    Statement s(db_, sql);
    TRUCE_TRY(row, s.step());
    return row ? s.integer(0) : 0;
  }
  static FeedProgress progress_row(const Statement& s) {
    return {s.text(0),
            s.text(1),
            static_cast<std::uint64_t>(s.integer(2)),
            s.text(3),
            static_cast<std::uint64_t>(s.integer(4)),
            s.integer(5) != 0,
            s.text(6),
            static_cast<std::uint64_t>(s.integer(7))};
  }
  static StoredRecord record_row(const Statement& s) {
    return {s.text(0), static_cast<std::uint64_t>(s.integer(1)), s.text(2)};
  }
  static std::string_view changes_sql(ChangedRow::Kind kind) {
    switch (kind) {
      case ChangedRow::Kind::kAct:
        return "SELECT id,start_ns,end_ns,position+1,json,'','' FROM records WHERE kind='act' "
               "AND (position+1,id)>(?,?) ORDER BY position,id LIMIT ?";
      case ChangedRow::Kind::kConduct:
        return "SELECT id,start_ns,end_ns,from_position,'',findings,'' FROM conducts WHERE "
               "(from_position,id)>(?,?) AND until_position IS NULL ORDER BY from_position,id "
               "LIMIT ?";
      case ChangedRow::Kind::kGone:
        return "SELECT id,start_ns,end_ns,until_position,'','','' FROM incidents i WHERE "
               "(until_position,id)>(?,?) AND until_position IS NOT NULL AND NOT EXISTS (SELECT 1 "
               "FROM incidents n WHERE n.id=i.id AND n.version>i.version) ORDER BY "
               "until_position,id LIMIT ?";
      case ChangedRow::Kind::kHazard:
        return "SELECT id,start_ns,end_ns,position+1,json,'','' FROM records WHERE kind='hazard' "
               "AND (position+1,id)>(?,?) ORDER BY position,id LIMIT ?";
      case ChangedRow::Kind::kIncident:
        break;
    }
    return "SELECT id,start_ns,end_ns,from_position,json,findings,'' FROM incidents WHERE "
           "(from_position,id)>(?,?) AND until_position IS NULL ORDER BY from_position,id LIMIT ?";
  }
  static Result<std::vector<PageRow>> page_rows(Statement& s) {
    std::vector<PageRow> out;
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back({s.text(0),
                     {{s.integer(1)}, {s.integer(2)}},
                     static_cast<std::uint64_t>(s.integer(3)),
                     s.text(4),
                     s.text(5),
                     s.text(6)});
    }
  }
  static Result<std::vector<StoredRecord>> rows(Statement& s) {
    std::vector<StoredRecord> out;
    for (;;) {
      TRUCE_TRY(row, s.step());
      if (!row) return out;
      out.push_back(record_row(s));
    }
  }

  sqlite3* db_;
  std::vector<std::pair<std::string, std::unique_ptr<Statement>>> statements_;
  std::uint64_t applied_ = 0;
  std::map<std::string, Span, std::less<>> spans_;  // by feed
  bool are_spans_read_ = true;
  std::uint64_t seen_from_ = kNow;  // a position, see look_back_to
  std::int64_t duplicates_ = 0;
  std::int64_t longest_ns_ = 0;  // of all observations
  std::int64_t longest_incident_ns_ = 0;
  static constexpr std::int64_t kNoMinute = INT64_MIN / 60'000'000'000 - 2;
  std::int64_t newest_minute_ = kNoMinute;  // in which an entry was taken in
};

}  // namespace

namespace {

Result<sqlite3*> open_database(const std::string& path, int flags) {
  // Nobody asks how much memory SQLite holds, and counting it takes a lock at every allocation.
  static const int counted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counted);
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr) == SQLITE_OK)
    return db;
  Error e = make_error(ErrorCode::kIo,
                       std::string("the query store cannot be opened: ") + sqlite3_errmsg(db),
                       {.source = path});
  sqlite3_close_v2(db);
  return e;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(const std::string& path) {
  // For its owner alone; SQLite gives what lies beside it the same mode. One that is there is not
  // touched: to close it here would end the locks that others of this program hold on it.
  const bool is_file = path != kTemporary && path != ":memory:";
  const int made = is_file ? ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  if (made >= 0) ::close(made);
  TRUCE_TRY(db, open_database(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  auto store = std::make_unique<SqliteStore>(db);
  TRUCE_CHECK_OK(store->start());
  return std::unique_ptr<Store>(std::move(store));
}

Result<std::unique_ptr<Store>> Store::open_to_read(const std::string& path) {
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown))
    return make_error(ErrorCode::kNotFound, "no results are stored here", {.source = path},
                      "`truce run MISSION --once` first");
  // On a medium that cannot be written nobody writes either, and there is no room for what readers
  // and writers share.
  std::string name = path;
  if (::access(std::filesystem::path(path).parent_path().c_str(), W_OK) != 0) {
    name = "file:";
    for (const char c : path)
      name += c == '?' || c == '#' || c == '%'
                  ? std::string("%") + "0123456789ABCDEF"[c >> 4] + "0123456789ABCDEF"[c & 15]
                  : std::string(1, c);
    name += "?immutable=1";
  }
  TRUCE_TRY(db, open_database(name, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI));
  auto store = std::make_unique<SqliteStore>(db);
  TRUCE_CHECK_OK(store->start_reading());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace truce::ledger
