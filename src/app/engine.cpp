#include "app/engine.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/hash.h"
#include "base/parallel.h"
#include "model/json.h"

namespace truce::app {

// Gives fuse what it has forgotten, out of the store.
class Engine::StoreLookback : public fuse::Lookback {
 public:
  explicit StoreLookback(ledger::Store& store) : store_(store) {}
  std::vector<Observation> overlapping(const Interval& when) const override {
    auto found = store_.observations_overlapping(when, true);
    note(found);
    return found.ok() ? std::move(*found) : std::vector<Observation>{};
  }
  std::vector<Observation> incident_members(const std::string& observation_id) const override {
    std::vector<Observation> out;
    const auto ids = store_.incident_members(observation_id);
    note(ids);
    if (!ids.ok()) return out;
    for (const auto& id : *ids) {
      const auto row = store_.observation(id);
      note(row);
      if (!row.ok() || !*row) continue;
      auto parsed = from_json<Observation>((*row)->json);
      note(parsed);
      if (parsed.ok()) out.push_back(*std::move(parsed));
    }
    return out;
  }
  // The first failure since the last call; fuse cannot carry it, so settle asks here.
  Status take_failure() {
    if (!failure_) return done();
    Error e = *std::exchange(failure_, std::nullopt);
    return e;
  }

 private:
  template <class T>
  void note(const Result<T>& r) const {
    if (!r.ok() && !failure_) failure_ = r.error();
  }
  ledger::Store& store_;
  mutable std::optional<Error> failure_;
};

Engine::Engine(const Mission& mission, ledger::Store& store, Options options)
    : mission_(mission), store_(store), options_(options), next_(store.applied()) {
  lookback_ = std::make_unique<StoreLookback>(store_);
  fuse::Params params = mission_.fuse;
  params.threads = options_.threads;
  fuser_ = std::make_unique<fuse::Fuser>(params, mission_.sources, lookback_.get());
  sound_ = std::make_unique<SoundBlocks>(mission_, store_, options_.threads);
}

Engine::~Engine() = default;

Status Engine::apply(const ledger::StoredEntry& entry) {
  TRUCE_ENSURE(entry.position == next_);
  ++next_;
  ++tally_.entries;
  Status status = done();
  switch (entry.entry.kind) {
    case EntryKind::kObservation:
      status = apply_observation(entry);
      break;
    case EntryKind::kNotice:
      status = apply_notice(entry);
      break;
    case EntryKind::kFeedOpened:
    case EntryKind::kFeedDone:
      return apply_progress(entry);
    case EntryKind::kHealth:
      status = apply_health(entry);
      break;
    case EntryKind::kTick:
      status = apply_tick(entry);
      break;
    default:
      status = apply_other(entry);
      break;
  }
  if (!status.ok()) {
    return wrap("log entry " + std::to_string(entry.position) + " cannot be applied",
                status.error());
  }
  if (!feed_.feed.empty() && entry.entry.kind != EntryKind::kTick) ++feed_.entries;
  return done();
}

void Engine::remember(std::uint64_t position, std::string payload, Observation observation) {
  remembered_.push_back({position, std::move(payload), std::move(observation)});
}

Result<Observation> Engine::observation_of(const ledger::StoredEntry& entry) {
  while (!remembered_.empty() && remembered_.front().position < entry.position)
    remembered_.pop_front();
  if (remembered_.empty() || remembered_.front().position != entry.position ||
      remembered_.front().payload != entry.entry.payload)
    return from_json<Observation>(entry.entry.payload);
  Observation out = std::move(remembered_.front().observation);
  remembered_.pop_front();
  return out;
}

Status Engine::apply_observation(const ledger::StoredEntry& entry) {
  TRUCE_TRY(observation, observation_of(entry));
  const bool makes = fuse::makes_incident(observation);
  TRUCE_TRY(inserted,
            store_.put_observation(observation, entry.entry.payload, entry.position, makes));
  if (!inserted) {
    ++tally_.duplicates;
    return done();
  }
  ++tally_.observations;
  if (fuse::is_sound(observation)) TRUCE_CHECK_OK(sound_->heard(observation));
  if (makes) {
    newest_ = std::max(newest_, observation.when.end);
    fuser_->add(std::move(observation));
  }
  return done();
}

Status Engine::apply_notice(const ledger::StoredEntry& entry) {
  TRUCE_TRY(notice, from_json<Notice>(entry.entry.payload));
  TRUCE_TRY(inserted, store_.put_record("notice", notice.id, notice.when, entry.entry.payload,
                                        entry.position));
  if (!inserted) return done();
  const auto later = [](const Notice& a, const Notice& b) {
    return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
  };
  notices_.insert(std::upper_bound(notices_.begin(), notices_.end(), notice, later), notice);
  new_notices_.push_back(std::move(notice));
  return done();
}

namespace {

// Identity and time of the records that are kept as they are.
struct RecordKey {
  std::string id;
  Interval when;
};

Result<RecordKey> key_of(const ledger::StoredEntry& entry) {
  const std::string_view json = entry.entry.payload;
  const Interval received{entry.entry.received, entry.entry.received};
  switch (entry.entry.kind) {
    case EntryKind::kClaim: {
      TRUCE_TRY(r, from_json<Claim>(json));
      return RecordKey{r.id, r.when};
    }
    case EntryKind::kStatement: {
      TRUCE_TRY(r, from_json<Statement>(json));
      return RecordKey{r.id, {r.when, r.when}};
    }
    case EntryKind::kStatedTotal: {
      TRUCE_TRY(r, from_json<StatedTotal>(json));
      return RecordKey{r.id, r.when};
    }
    case EntryKind::kSource: {
      TRUCE_TRY(r, from_json<Source>(json));
      return RecordKey{r.id, received};
    }
    case EntryKind::kHealth: {
      TRUCE_TRY(r, from_json<Health>(json));
      return RecordKey{to_hex(sha256(json)), r.when};
    }
    case EntryKind::kRejected:
    case EntryKind::kComplaint:  // they name file and byte: a file that is read again says the same
      return RecordKey{to_hex(sha256(json)), received};
    default:  // ticks and mission files: each entry stands for itself
      return RecordKey{std::to_string(entry.position), received};
  }
}

}  // namespace

Status Engine::apply_other(const ledger::StoredEntry& entry) {
  if (entry.entry.kind == EntryKind::kRejected) ++tally_.rejected;
  if (entry.entry.kind == EntryKind::kComplaint) ++tally_.complaints;
  TRUCE_TRY(key, key_of(entry));
  TRUCE_TRY(inserted, store_.put_record(to_string(entry.entry.kind), key.id, key.when,
                                        entry.entry.payload, entry.position));
  if (!inserted) ++tally_.duplicates;
  return done();
}

Status Engine::apply_health(const ledger::StoredEntry& entry) {
  TRUCE_CHECK_OK(apply_other(entry));
  TRUCE_TRY(health, from_json<Health>(entry.entry.payload));
  return sound_->could_not_hear(health);
}

Status Engine::apply_tick(const ledger::StoredEntry& entry) {
  TRUCE_CHECK_OK(apply_other(entry));
  TRUCE_TRY(tick, from_json<Tick>(entry.entry.payload));
  TRUCE_TRY(newest, sound_->tick(tick.time, entry.position, *fuser_));
  newest_ = std::max(newest_, newest);
  return done();
}

Status Engine::apply_progress(const ledger::StoredEntry& entry) {
  TRUCE_TRY(feed, from_json<FeedMark>(entry.entry.payload));
  if (entry.entry.kind == EntryKind::kFeedOpened) {
    feed_ = {.feed = feed.feed, .file = feed.file, .bytes = feed.bytes, .sha256 = feed.sha256};
    return store_.put_progress(feed_);
  }
  feed_.complete = true;
  TRUCE_CHECK_OK(store_.put_progress(feed_));
  feed_ = {};
  return done();
}

Status Engine::judge_and_store(Incident incident) {
  const std::uint64_t position = next_;
  std::vector<Notice> notices;
  for (const Notice& n : notices_) {
    if (n.when.start <= incident.when.end && n.when.end >= incident.when.start)
      notices.push_back(n);
  }
  auto findings = judge::judge(mission_.agreement, incident, notices);
  TRUCE_TRY(version, store_.put_incident(std::move(incident), std::move(findings), position));
  static_cast<void>(version);
  ++tally_.incidents_updated;
  return done();
}

// The store keeps an incident without the sample of its place, by which areas are weighed: it is
// inferred again from its members.
Status Engine::judge_again(const Incident& stored) {
  const auto members = lookback_->incident_members(stored.evidence.front().observation);
  TRUCE_CHECK_OK(lookback_->take_failure());
  std::vector<const Observation*> pointers;
  for (const auto& m : members) pointers.push_back(&m);
  TRUCE_ENSURE(!pointers.empty());
  return judge_and_store(fuse::infer(pointers, mission_.sources, mission_.fuse));
}

Status Engine::settle() {
  fuse::Change change = fuser_->settle();
  TRUCE_CHECK_OK(lookback_->take_failure());
  for (const auto& id : change.superseded) TRUCE_CHECK_OK(store_.supersede_incident(id, next_));
  for (auto& incident : change.updated) TRUCE_CHECK_OK(judge_and_store(std::move(incident)));
  // A notice may explain incidents that were judged before it came.
  for (const auto& notice : std::exchange(new_notices_, {})) {
    TRUCE_TRY(touched, store_.incidents_overlapping(notice.when));
    for (const auto& incident : touched) TRUCE_CHECK_OK(judge_again(incident));
  }
  if (!feed_.feed.empty()) TRUCE_CHECK_OK(store_.put_progress(feed_));
  TRUCE_CHECK_OK(sound_->save());
  if (newest_.ns == INT64_MIN) return done();
  fuser_->forget_before(newest_ - options_.keep);
  TRUCE_CHECK_OK(store_.put_newest(newest_));
  return done();
}

Status Engine::catch_up(Disk& disk, const std::string& log_directory, std::uint64_t committed,
                        const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  if (!restored_) TRUCE_CHECK_OK(restore());
  if (store_.applied() >= committed) return done();
  if (newest_.ns == INT64_MIN) TRUCE_CHECK_OK(restore_recent());
  if (!reader_) {
    TRUCE_TRY(opened, ledger::Reader::open(disk, log_directory, store_.applied()));
    reader_ = std::move(opened);
  }
  const Status status = catch_up_with(*reader_, committed, progress);
  if (!status.ok()) reader_.reset();
  return status;
}

Status Engine::catch_up_with(ledger::Reader& reader, std::uint64_t committed,
                             const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  reader.committed(committed);
  while (store_.applied() < committed) {
    TRUCE_CHECK_OK(store_.begin());
    for (std::size_t n = 0; n < options_.batch_entries && next_ < committed; ++n) {
      TRUCE_TRY(entry, reader.next());
      if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
      TRUCE_CHECK_OK(apply(*entry));
    }
    TRUCE_CHECK_OK(settle());
    TRUCE_CHECK_OK(store_.commit(next_));
    if (progress) progress(next_, committed);
  }
  return done();
}

Status Engine::restore() {
  TRUCE_TRY(feeds, store_.all_progress());
  for (const auto& feed : feeds) {
    if (!feed.complete) feed_ = feed;
  }
  TRUCE_TRY(notices, store_.records("notice"));
  for (const auto& row : notices) {
    TRUCE_TRY(notice, from_json<Notice>(row.json));
    notices_.push_back(std::move(notice));
  }
  restored_ = true;
  return done();
}

Status Engine::restore_recent() {
  TRUCE_TRY(newest, store_.newest());
  if (newest.ns == INT64_MIN) return done();
  newest_ = newest;
  std::set<std::string> held;
  TRUCE_TRY(recent, store_.observations_overlapping({newest_ - options_.keep, {INT64_MAX}}, true));
  for (const auto& o : recent) {
    if (held.contains(o.id)) continue;
    auto members = lookback_->incident_members(o.id);
    for (const auto& m : members) held.insert(m.id);
    fuser_->restore(std::move(members));
  }
  fuser_->forget_before(newest_ - options_.keep);
  return lookback_->take_failure();
}

Result<std::string> results_digest(ledger::Store& store) {
  Sha256 hash;
  TRUCE_CHECK_OK(
      store.for_each_latest([&hash](std::string_view json) { hash.update(json).update("\n"); }));
  return to_hex(hash.finish());
}

}  // namespace truce::app
