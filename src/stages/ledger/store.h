#pragma once
// The query store: what the log says, laid out for questions. It holds nothing that the log does
// not imply and can be thrown away and rebuilt at any time. Every write of a batch and the log
// position it brings the store to are one transaction, so after a crash the store is at some
// earlier position and catches up from the log.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/result.h"
#include "model/entry.h"
#include "model/json.h"
#include "model/records.h"

namespace truce::ledger {

// How far a feed's file has been taken into the log.
struct FeedProgress {
  std::string feed;
  std::string file;
  std::uint64_t bytes = 0;    // size of the file when it was opened
  std::string sha256;         // of those bytes, hex
  std::uint64_t entries = 0;  // log entries made of it so far
  bool complete = false;
  std::string reading;            // how it was read (FeedMark)
  std::uint64_t known_bytes = 0;  // at its start, that were taken before (FeedMark)
  friend bool operator==(const FeedProgress&, const FeedProgress&) = default;
};

struct StoredRecord {
  std::string id;
  std::uint64_t position = 0;
  std::string json;
};

// A stretch of time whose arrivals are to be located anew.
struct SoundWork {
  Instant block;                        // its start
  std::optional<Instant> last_located;  // none: never yet
};

// What is held against the agreement and is no incident: an observation or a statement.
struct JudgedConduct {
  std::string subject;  // id of the observation or statement
  Interval when;
  std::vector<Finding> findings;
};

// All that is said of one subject.
struct Judgement {
  std::vector<Finding> findings;
  std::vector<Difference> differences;     // between readings, of these findings
  std::optional<Attribution> attribution;  // only where the agreement provides for it
};

// A row of one kind, and a page of them. Kinds are "incident", "observation", "conduct" and those
// of put_record.
struct PageRow {
  std::string id;
  Interval when;
  std::uint64_t position = 0;  // entries of the log by which it is known
  std::string json;            // empty for a conduct
  std::string findings;        // of an incident or conduct, a line each
  std::string beside;          // likewise: differences, then the attribution
};
struct PageQuery {
  std::string_view kind;
  Interval when;                   // both ends included
  std::uint64_t as_of = ~0ULL;     // a log position
  Instant after_start{INT64_MIN};  // the last row of the page before; incidents and observations
  std::string_view after_id;       // are in the order of their ids, which is of time as well
  std::size_t limit = 0;
  bool with_judgement = true;  // else the columns of findings and what is beside them stay empty
};

// What came to be known at a position: the latest version alone.
struct ChangedRow {
  enum class Kind : std::uint8_t { kConduct, kGone, kHazard, kIncident, kAct };
  Kind kind = Kind::kIncident;
  PageRow row;
};

// A record as the store gave it. Errors: damage, with what to do.
template <class R>
Result<R> from_store(std::string_view json) {
  auto record = from_json<R>(json);
  if (record.ok()) return record;
  Error damaged = wrap("the query store holds a damaged record", record.error());
  damaged.code = ErrorCode::kCorrupt;
  damaged.expected =
      "what was written; delete var/store.sqlite and run again, it is rebuilt from the log";
  return damaged;
}

class Store {
 public:
  static constexpr std::uint64_t kNow = ~0ULL;
  static constexpr const char* kTemporary = "";  // on the disk and gone when it is closed

  // kTemporary, ":memory:" or a path. Runs missing migrations. Errors: a store from a newer
  // version, damage.
  static Result<std::unique_ptr<Store>> open(const std::string& path);
  // As it stood at its last commit, for questions alone, also while another program writes: what
  // that one commits afterwards is not seen. Errors: none there, another version's, damage.
  static Result<std::unique_ptr<Store>> open_to_read(const std::string& path);
  // From now on, of a store that was opened to read: every question is as of that position or an
  // earlier one, and `applied` is it. What the store keeps only as it is now stays that: which
  // members joined what, how far feeds were read, its counts. A position that it has not come to
  // changes nothing.
  virtual void look_back_to(std::uint64_t position) = 0;
  virtual ~Store() = default;

  // One transaction at a time. commit writes `applied` (entries [0, applied) are in the store).
  virtual Status begin() = 0;
  virtual Status commit(std::uint64_t applied) = 0;
  virtual Status rollback() = 0;
  virtual std::uint64_t applied() const = 0;

  // By what rules (a hash of agreement, areas, sources and parameters) its results were worked out;
  // empty when nobody said.
  virtual Result<std::string> rules() = 0;
  // Its results no longer follow from the log: as though by unknown rules.
  virtual Status forget_rules() = 0;
  // Empties the store, for results by other rules: all of it follows from the log.
  virtual Status begin_anew(std::string_view rules) = 0;

  // false: an observation of this id is there already (a duplicate; nothing is written but
  // counted).
  virtual Result<bool> put_observation(const Observation& o, std::string_view json,
                                       std::uint64_t position, bool makes_incident) = 0;
  // Everything else that has an id and a time: kind "claim", "notice", "source", "health",
  // "weather", "recording", "statement", "stated_total", "rejected", "complaint", "tick",
  // "mission"; and "hazard", what was said of one. Same id again: false, nothing written.
  virtual Result<bool> put_record(std::string_view kind, std::string_view id, const Interval& when,
                                  std::string_view json, std::uint64_t position) = 0;
  // From the first to the last that the feed's observations tell of: when each began or, where it
  // says only when it was published, that. None: it has told of nothing.
  virtual Result<std::optional<Interval>> feed_span(std::string_view feed) = 0;
  // When an entry was taken in, by the log. true: in a later minute than any entry before it, so
  // that what those before it lead to is to be known at its position.
  virtual Result<bool> put_taken_in(std::uint64_t position, Instant received) = 0;
  // How many entries were taken in before the minute of `when`, up to the first that was not: one
  // that a clock set wrong puts later holds back what is behind it, never the other way about.
  virtual Result<std::uint64_t> taken_in_before(Instant when) = 0;
  virtual Status put_progress(const FeedProgress& progress) = 0;
  virtual Result<std::optional<FeedProgress>> progress(std::string_view feed,
                                                       std::string_view file) = 0;

  // A version of an incident with its findings, valid from `position`; the version before ends
  // there. Returns the version number given (1 + the last). Members are remembered for
  // `incident_of`.
  virtual Result<std::uint64_t> put_incident(Incident incident, Judgement judgement,
                                             std::uint64_t position) = 0;
  virtual Status supersede_incident(std::string_view id, std::uint64_t position) = 0;
  // Its members belong to none until they are put again; its versions stay.
  virtual Status disband_incident(std::string_view id) = 0;
  // Likewise a version of what is said of a conduct that is no incident.
  virtual Result<std::uint64_t> put_conduct(const std::string& subject, const Interval& when,
                                            Judgement judgement, std::uint64_t position) = 0;

  // Questions. `as_of` is a log position: only what was known when entries [0, as_of) had been
  // applied.
  virtual Result<std::vector<Observation>> observations_overlapping(const Interval& when,
                                                                    bool incidents_only) = 0;
  virtual Result<std::optional<StoredRecord>> observation(std::string_view id) = 0;
  // The incident that it is a member of, as it stands; none.
  virtual Result<std::optional<Incident>> incident_of(std::string_view observation_id) = 0;
  virtual Result<std::vector<std::string>> incident_members(std::string_view observation_id) = 0;
  virtual Result<std::vector<Incident>> incidents_overlapping(const Interval& when,
                                                              std::uint64_t as_of = kNow) = 0;
  virtual Result<std::optional<Incident>> incident(std::string_view id,
                                                   std::uint64_t as_of = kNow) = 0;
  // By start and subject.
  virtual Result<std::vector<JudgedConduct>> conducts_overlapping(const Interval& when,
                                                                  std::uint64_t as_of = kNow) = 0;
  // Of an incident or another conduct; nothing of what there is none of.
  virtual Result<Judgement> judgement_of(std::string_view subject, std::uint64_t as_of = kNow) = 0;
  virtual Result<std::vector<Finding>> findings_of(std::string_view subject,
                                                   std::uint64_t as_of = kNow) = 0;
  virtual Result<std::optional<Finding>> finding(std::string_view id,
                                                 std::uint64_t as_of = kNow) = 0;
  // By which reading the records of a feed's file count, of all by which it was ever taken.
  virtual Status put_reading(std::string_view feed, std::string_view file,
                             std::string_view reading) = 0;
  struct FileReading {
    std::string feed, file, reading;
  };
  virtual Result<std::vector<FileReading>> readings() = 0;
  virtual Result<std::vector<StoredRecord>> records(std::string_view kind,
                                                    std::uint64_t as_of = kNow) = 0;
  virtual Result<std::vector<StoredRecord>> records_overlapping(std::string_view kind,
                                                                const Interval& when,
                                                                std::uint64_t as_of = kNow) = 0;
  virtual Result<std::vector<FeedProgress>> all_progress() = 0;
  // Rows behind one, in an order that stays: as fast a million rows on as at the first.
  virtual Result<std::vector<PageRow>> page(const PageQuery& query) = 0;
  virtual Result<std::optional<PageRow>> page_row(std::string_view kind, std::string_view id,
                                                  std::uint64_t as_of = kNow) = 0;
  // By position, kind and id: what is behind (position, kind, id).
  virtual Result<std::vector<ChangedRow>> changes(std::uint64_t position, ChangedRow::Kind kind,
                                                  std::string_view id, std::size_t limit) = 0;
  // All versions of an incident, the first ones first; none where there never was one.
  virtual Result<std::vector<PageRow>> incident_versions(std::string_view id,
                                                         std::size_t limit) = 0;
  // Number of observations, duplicates, incidents, findings (latest), and records of each kind.
  virtual Result<std::vector<std::pair<std::string, std::int64_t>>> counts() = 0;
  // Calls `f` for everything that a page is made of, in one order whatever the batches were: the
  // above, records and observations that hold, with their log positions, and found health.
  virtual Status for_each_row(const std::function<void(std::string_view row)>& f) = 0;
  // Calls `f` for each latest incident then each latest finding in id order, as canonical JSON with
  // the version taken out: what two runs are compared by.
  virtual Status for_each_latest(const std::function<void(std::string_view json)>& f) = 0;

  // Sound. Arrivals are found by when they were heard; blocks of time are dirty until located.
  // Derived observations stand among the others and make incidents, but are not of the log and not
  // counted; one that no longer holds stays, so that what cited it can still be read, and is given
  // by its id alone.
  virtual Status put_arrival(std::string_view id, Instant heard) = 0;
  virtual Result<std::vector<Observation>> arrivals_heard(Instant first, Instant last) = 0;
  virtual Status put_sound_work(Instant block) = 0;
  // Of the blocks that have had work, those that start within the two, again.
  virtual Status renew_sound_work(Instant first, Instant last) = 0;
  virtual Result<std::vector<SoundWork>> sound_work() = 0;  // by block
  virtual Status sound_located(Instant block, Instant at) = 0;
  // `position`: of the entry that made the engine locate it. One that was retracted holds again.
  virtual Status put_derived(const Observation& o, Instant block, std::uint64_t position) = 0;
  // Ids of those that hold, ascending.
  virtual Result<std::vector<std::string>> derived_of(Instant block) = 0;
  // Observations of which one block made one episode, named after the first of them.
  virtual Status put_episode(const std::vector<std::string>& members) = 0;
  // Its name, empty where there is none; and its members, ascending.
  virtual Result<std::string> episode_of(std::string_view observation_id) = 0;
  virtual Result<std::vector<std::string>> episode_members(std::string_view name) = 0;
  // Its incident's members belong to none until they are put again, those of its episode likewise.
  virtual Status retract_derived(const std::string& id) = 0;

  // What locating a block found of sources takes the place of what it found before.
  virtual Status put_found_health(const std::vector<Health>& found, Instant block,
                                  std::uint64_t position) = 0;
  // By start, source and kind.
  virtual Result<std::vector<Health>> found_health(const Interval& when) = 0;

  // The latest end of an observation that makes incidents, as the engine last said; the first
  // instant there is before that.
  virtual Status put_newest(Instant end) = 0;
  virtual Result<Instant> newest() = 0;
};

}  // namespace truce::ledger
