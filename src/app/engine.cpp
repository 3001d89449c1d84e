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
      auto parsed = ledger::from_store<Observation>((*row)->json);
      note(parsed);
      if (parsed.ok()) out.push_back(*std::move(parsed));
    }
    return out;
  }
  std::string episode_of(const std::string& observation_id) const override {
    const auto name = store_.episode_of(observation_id);
    note(name);
    return name.ok() ? *name : std::string();
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
    : mission_(mission),
      judging_(mission, store),
      store_(store),
      options_(options),
      next_(store.applied()) {
  lookback_ = std::make_unique<StoreLookback>(store_);
  fuse::Params params = mission_.fuse;
  params.threads = options_.threads;
  fuser_ = std::make_unique<fuse::Fuser>(params, mission_.sources, lookback_.get());
  sound_ = std::make_unique<SoundBlocks>(mission_, store_, options_.threads);
  ruling_ = [this](const Observation& o) { return acts_.ruled(o); };
  if (mission_.force) alerts_ = std::make_unique<AlertKeeper>(*mission_.force, store_);
}

Engine::~Engine() = default;

namespace {

// Whether it is one of the entries that a file of a feed becomes.
bool is_of_feed(EntryKind kind) {
  return kind != EntryKind::kTick && kind != EntryKind::kAct && kind != EntryKind::kFeedOpened &&
         kind != EntryKind::kFeedDone;
}

}  // namespace

Status Engine::apply(std::uint64_t position, const Entry& entry, Observation* known) {
  TRUCE_ENSURE(position == next_);
  // What is told by when it was taken in must not depend on where batches end.
  TRUCE_TRY(is_another_minute, store_.put_taken_in(position, entry.received));
  if (is_another_minute) TRUCE_CHECK_OK(settle());
  ++next_;
  ++tally_.entries;
  if (skipping_ && is_of_feed(entry.kind)) {
    ++feed_.entries;
    return done();
  }
  Status status = done();
  switch (entry.kind) {
    case EntryKind::kObservation:
      if (known != nullptr) {
        status = apply_observation(position, entry, std::move(*known));
      } else {
        auto parsed = from_json<Observation>(entry.payload);
        status = parsed.ok() ? apply_observation(position, entry, *std::move(parsed))
                             : Status(parsed.error());
      }
      break;
    case EntryKind::kNotice:
      status = apply_notice(position, entry);
      break;
    case EntryKind::kFeedOpened:
    case EntryKind::kFeedDone:
      return apply_progress(position, entry);
    case EntryKind::kHealth:
      status = apply_health(position, entry);
      break;
    case EntryKind::kWeather:
      status = apply_weather(position, entry);
      break;
    case EntryKind::kStatement:
      status = apply_statement(position, entry);
      break;
    case EntryKind::kAct:
      status = apply_act(position, entry);
      break;
    case EntryKind::kTick:
      status = apply_tick(position, entry);
      break;
    default:
      status = apply_other(position, entry);
      break;
  }
  if (!status.ok()) {
    return wrap("log entry " + std::to_string(position) + " cannot be applied", status.error());
  }
  if (!feed_.feed.empty() && is_of_feed(entry.kind)) ++feed_.entries;
  return done();
}

void Engine::hand_over(std::uint64_t position, Entry&& entry, Observation* observation) {
  TRUCE_ENSURE(handed_.empty() || handed_.back().position + 1 == position);
  Handed& handed = handed_.emplace_back();
  handed.position = position;
  handed.entry = std::move(entry);
  handed.entry.raw = {};  // what the sender wrote is for the log alone
  if (observation != nullptr) handed.observation = std::move(*observation);
}

Status Engine::apply_observation(std::uint64_t position, const Entry& entry,
                                 Observation&& observation) {
  const bool makes = fuse::makes_incident(observation);
  TRUCE_TRY(inserted, store_.put_observation(observation, entry.payload, position, makes));
  if (!inserted) {
    ++tally_.duplicates;
    return done();
  }
  ++tally_.observations;
  TRUCE_CHECK_OK(std::holds_alternative<Arrival>(observation.shape) ? sound_->heard(observation)
                                                                    : sound_->seen(observation));
  if (makes) {
    newest_ = std::max(newest_, observation.when.end);
    unsettled_ = true;
    fuser_->add(std::move(observation));
    return done();
  }
  if (alerts_) TRUCE_CHECK_OK(alerts_->seen(observation, mission_.fuse.samples, next_));
  return judging_.seen(observation, next_);
}

Status Engine::apply_notice(std::uint64_t position, const Entry& entry) {
  TRUCE_TRY(notice, from_json<Notice>(entry.payload));
  TRUCE_TRY(inserted, store_.put_record("notice", notice.id, notice.when, entry.payload, position));
  if (!inserted) return done();
  judging_.announced(std::move(notice));
  return done();
}

namespace {

// Identity and time of the records that are kept as they are.
struct RecordKey {
  std::string id;
  Interval when;
};

Result<RecordKey> key_of(std::uint64_t position, const Entry& entry) {
  const std::string_view json = entry.payload;
  const Interval received{entry.received, entry.received};
  switch (entry.kind) {
    case EntryKind::kClaim: {
      TRUCE_TRY(r, from_json<Claim>(json));
      return RecordKey{r.id, r.when};
    }
    case EntryKind::kQuiet: {
      TRUCE_TRY(r, from_json<Quiet>(json));
      return RecordKey{to_hex(sha256(json)), r.when};
    }
    case EntryKind::kEvent: {
      TRUCE_TRY(r, from_json<Event>(json));
      return RecordKey{r.id, r.when};
    }
    case EntryKind::kRecording: {
      TRUCE_TRY(r, from_json<Recording>(json));
      return RecordKey{r.id, r.when};
    }
    case EntryKind::kSignature: {
      TRUCE_TRY(r, from_json<Signature>(json));
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
    case EntryKind::kWeather: {
      TRUCE_TRY(r, from_json<Weather>(json));
      return RecordKey{to_hex(sha256(json)), {r.time, r.time}};
    }
    case EntryKind::kComplaint: {
      TRUCE_TRY(r, from_json<ComplaintNote>(json));
      return RecordKey{to_hex(sha256(json)), r.when.value_or(received)};
    }
    case EntryKind::kRejected:  // they name file and byte: a file that is read again says the same
      return RecordKey{to_hex(sha256(json)), received};
    default:  // ticks and mission files: each entry stands for itself
      return RecordKey{std::to_string(position), received};
  }
}

}  // namespace

Status Engine::apply_other(std::uint64_t position, const Entry& entry) {
  if (entry.kind == EntryKind::kRejected) ++tally_.rejected;
  if (entry.kind == EntryKind::kComplaint) ++tally_.complaints;
  TRUCE_TRY(key, key_of(position, entry));
  TRUCE_TRY(inserted,
            store_.put_record(to_string(entry.kind), key.id, key.when, entry.payload, position));
  if (!inserted) ++tally_.duplicates;
  return inserted && alerts_ ? warn_of(entry) : done();
}

Status Engine::warn_of(const Entry& entry) {
  if (entry.kind != EntryKind::kQuiet) return done();
  TRUCE_TRY(quiet, from_json<Quiet>(entry.payload));
  return alerts_->watched(quiet, next_);
}

Status Engine::apply_health(std::uint64_t position, const Entry& entry) {
  TRUCE_CHECK_OK(apply_other(position, entry));
  TRUCE_TRY(health, from_json<Health>(entry.payload));
  return sound_->could_not_hear(health);
}

Status Engine::apply_weather(std::uint64_t position, const Entry& entry) {
  TRUCE_CHECK_OK(apply_other(position, entry));
  TRUCE_TRY(weather, from_json<Weather>(entry.payload));
  return sound_->blew(weather);
}

Status Engine::apply_statement(std::uint64_t position, const Entry& entry) {
  TRUCE_TRY(statement, from_json<Statement>(entry.payload));
  const Interval when{statement.when, statement.when};
  TRUCE_TRY(inserted, store_.put_record("statement", statement.id, when, entry.payload, position));
  if (!inserted) {
    ++tally_.duplicates;
    return done();
  }
  if (alerts_) TRUCE_CHECK_OK(alerts_->stated(statement, next_));
  return judging_.said(statement, next_);
}

// An act that holds, or that an undo makes hold again, is ruled from here on.
Status Engine::apply_act(std::uint64_t position, const Entry& entry) {
  const auto act = from_json<Act>(entry.payload);
  const auto signed_again = act.ok() ? signed_act(act->statement, act->key, act->signature) : act;
  if (!signed_again.ok() || *signed_again != *act || act->said.mission != mission_.id) {
    ++tally_.acts_unsigned;
    return done();
  }
  if (unsettled_) TRUCE_CHECK_OK(settle_incidents());  // what it is bound to is what was there
  const Interval at{act->said.at, act->said.at};
  TRUCE_TRY(inserted, store_.put_record(kActRows, act->id, at, entry.payload, position));
  if (!inserted) {
    ++tally_.duplicates;
    return done();
  }
  TRUCE_TRY(bound, bound_act(*act, acts_, store_));
  TRUCE_TRY(bound_now, store_.put_record(kBindingRows, act->id, at, binding_json(bound), position));
  TRUCE_ENSURE(bound_now);
  TRUCE_TRY(changed, ruled_from(bound));
  acts_.add(std::move(bound));
  return rule(changed, position);
}

// Of an undo also what the act says that it undoes, and what that one undid.
Result<Engine::Ruled> Engine::ruled_from(const BoundAct& act) {
  Ruled out;
  for (const BoundAct* a = &act; a != nullptr; a = acts_.find(a->act.said.undoes)) {
    const std::string& kind = a->act.said.act;
    if (kind == "visit" || kind == "note") continue;
    TRUCE_TRY(ids, ruled_by(*a, store_));
    out.observations.insert(out.observations.end(), ids.begin(), ids.end());
    for (const auto& id : kind == "split" ? ids : std::vector<std::string>()) {
      TRUCE_TRY(episode, store_.episode_of(id));
      if (episode.empty()) continue;
      TRUCE_TRY(row, store_.observation(id));
      TRUCE_ENSURE(row.has_value());
      TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
      out.blocks.insert(fuse::block_of(o));
    }
  }
  return out;
}

Status Engine::rule(const Ruled& changed, std::uint64_t position) {
  if (changed.observations.empty()) return done();
  start_to_rule();
  std::set<std::string> incidents;
  for (const auto& id : changed.observations) {
    TRUCE_TRY(incident, store_.incident_of(id));
    if (incident) incidents.insert(incident->id);
  }
  fuser_->rule(acts_.by_hand(), changed.observations);
  TRUCE_CHECK_OK(lookback_->take_failure());
  for (const auto& id : incidents) TRUCE_CHECK_OK(store_.disband_incident(id));
  TRUCE_TRY(newest, sound_->again(changed.blocks, position, *fuser_));
  newest_ = std::max(newest_, newest);
  unsettled_ = true;
  return settle_incidents();
}

// From what the book of acts holds now.
void Engine::start_to_rule() {
  fuser_->hear(ruling_);
  judging_.hear(ruling_);
  sound_->rule(acts_.by_hand());
}

void Engine::hold(ActBook acts) {
  TRUCE_ENSURE(next_ == 0);
  acts_ = std::move(acts);
  if (acts_.empty()) return;
  start_to_rule();
  fuser_->rule(acts_.by_hand(), {});
}

Status Engine::apply_tick(std::uint64_t position, const Entry& entry) {
  TRUCE_CHECK_OK(apply_other(position, entry));
  TRUCE_TRY(tick, from_json<Tick>(entry.payload));
  TRUCE_TRY(newest, sound_->tick(tick.time, position, *fuser_));
  newest_ = std::max(newest_, newest);
  unsettled_ = true;
  is_after_tick_ = true;
  return done();
}

Status Engine::apply_progress(std::uint64_t position, const Entry& entry) {
  TRUCE_TRY(mark, from_json<FeedMark>(entry.payload));
  if (entry.kind == EntryKind::kFeedOpened) {
    feed_ = {.feed = mark.feed,
             .file = mark.file,
             .bytes = mark.bytes,
             .sha256 = mark.sha256,
             .reading = mark.reading,
             .known_bytes = mark.known_bytes};
    skipping_ = is_replaced();
    return store_.put_progress(feed_);
  }
  feed_.complete = true;
  TRUCE_CHECK_OK(store_.put_progress(feed_));
  const auto [counts, is_first] =
      readings_.try_emplace(std::pair(mark.feed, mark.file), mark.reading);
  if (is_first) {
    TRUCE_CHECK_OK(store_.put_reading(mark.feed, mark.file, mark.reading));
  } else if (counts->second != mark.reading && position >= scanned_) {
    stale_ = true;
    TRUCE_CHECK_OK(store_.forget_rules());
  }
  feed_ = {};
  skipping_ = false;
  return done();
}

bool Engine::is_replaced() const {
  const auto it = readings_.find({feed_.feed, feed_.file});
  return it != readings_.end() && it->second != feed_.reading;
}

// The last reading by which each file was taken to its end is the one that counts, before it and
// after.
Status Engine::scan_readings(Disk& disk, const std::string& log_directory,
                             std::uint64_t committed) {
  TRUCE_TRY(reader, ledger::Reader::open(disk, log_directory, 0));
  reader->committed(committed);
  for (; scanned_ < committed; ++scanned_) {
    TRUCE_TRY(entry, reader->next());
    if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
    if (entry->entry.kind != EntryKind::kFeedDone) continue;
    TRUCE_TRY(mark, from_json<FeedMark>(entry->entry.payload));
    readings_[{mark.feed, mark.file}] = mark.reading;
  }
  TRUCE_CHECK_OK(store_.begin());
  for (const auto& [file, reading] : readings_)
    TRUCE_CHECK_OK(store_.put_reading(file.first, file.second, reading));
  return store_.commit(0);
}

Status Engine::judge_and_store(Incident incident) {
  if (alerts_) TRUCE_CHECK_OK(alerts_->changed(incident, next_));
  TRUCE_CHECK_OK(judging_.incident(std::move(incident), next_));
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
  auto incident = fuse::infer_ruled(
      pointers, mission_.sources, mission_.fuse,
      [&](const std::string& id) { return lookback_->episode_of(id); },
      acts_.empty() ? fuse::Ruling() : ruling_);
  TRUCE_CHECK_OK(lookback_->take_failure());
  return judge_and_store(std::move(incident));
}

// A notice may excuse what was judged before it came, and who admits to something says who it was.
Status Engine::heed_news() {
  const Judging::News news = judging_.take_news();
  for (const auto& notice : news.notices) {
    TRUCE_TRY(touched, store_.incidents_overlapping(notice.when));
    for (const auto& incident : touched) TRUCE_CHECK_OK(judge_again(incident));
    TRUCE_CHECK_OK(judging_.conducts_again(notice.when, next_));
  }
  for (const auto& member : news.admissions) {
    TRUCE_TRY(incident, store_.incident_of(member));
    TRUCE_CHECK_OK(incident ? judge_again(*incident) : judging_.conduct_again(member, next_));
  }
  return done();
}

Status Engine::settle_incidents() {
  unsettled_ = false;
  fuse::Change change = fuser_->settle();
  TRUCE_CHECK_OK(lookback_->take_failure());
  for (const auto& id : change.superseded) TRUCE_CHECK_OK(store_.supersede_incident(id, next_));
  for (auto& incident : change.updated) TRUCE_CHECK_OK(judge_and_store(std::move(incident)));
  return done();
}

Status Engine::settle_results() {
  TRUCE_CHECK_OK(settle_incidents());
  return heed_news();
}

Status Engine::settle() {
  TRUCE_CHECK_OK(settle_results());
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
  if (next_ == 0 && handed_.empty()) TRUCE_CHECK_OK(scan_readings(disk, log_directory, committed));
  if (newest_.ns == INT64_MIN) TRUCE_CHECK_OK(restore_recent());
  while (store_.applied() < committed) {
    TRUCE_CHECK_OK(store_.begin());
    for (std::size_t n = 0; n < options_.batch_entries && next_ < committed; ++n) {
      TRUCE_CHECK_OK(apply_next(disk, log_directory, committed));
      // What an alert says must not depend on where batches end.
      if (alerts_ && unsettled_) TRUCE_CHECK_OK(settle_incidents());
      if (std::exchange(is_after_tick_, false)) TRUCE_CHECK_OK(settle_results());
    }
    TRUCE_CHECK_OK(settle());
    TRUCE_CHECK_OK(store_.commit(next_));
    if (alerts_) {
      const auto fresh = alerts_->take_new();
      if (on_alerts && !fresh.empty()) TRUCE_CHECK_OK(on_alerts(fresh));
    }
    if (progress) progress(next_, committed);
  }
  return done();
}

Status Engine::apply_next(Disk& disk, const std::string& log_directory, std::uint64_t committed) {
  while (!handed_.empty() && handed_.front().position < next_) handed_.pop_front();
  if (!handed_.empty() && handed_.front().position == next_) {
    reader_.reset();
    Handed& handed = handed_.front();
    return apply(next_, handed.entry, handed.observation ? &*handed.observation : nullptr);
  }
  if (!reader_) {
    TRUCE_TRY(opened, ledger::Reader::open(disk, log_directory, next_));
    reader_ = std::move(opened);
  }
  reader_->committed(committed);
  TRUCE_TRY(entry, reader_->next());
  if (!entry) return make_error(ErrorCode::kCorrupt, "the log ends before its committed size");
  return apply(entry->position, entry->entry, nullptr);
}

Status Engine::restore() {
  TRUCE_TRY(readings, store_.readings());
  for (auto& r : readings) readings_[{r.feed, r.file}] = std::move(r.reading);
  TRUCE_TRY(feeds, store_.all_progress());
  for (const auto& feed : feeds) {
    if (!feed.complete) feed_ = feed;
  }
  skipping_ = is_replaced();
  TRUCE_CHECK_OK(judging_.restore());
  if (store_.applied() > 0) {
    TRUCE_TRY(acts, ActBook::from_store(store_));
    acts_ = std::move(acts);
    if (!acts_.empty()) {
      start_to_rule();
      fuser_->rule(acts_.by_hand(), {});
    }
  }
  if (alerts_) TRUCE_CHECK_OK(alerts_->restore());
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

Result<std::string> store_digest(ledger::Store& store) {
  Sha256 hash;
  TRUCE_CHECK_OK(
      store.for_each_row([&hash](std::string_view row) { hash.update(row).update("\n"); }));
  return to_hex(hash.finish());
}

Result<std::string> results_digest(ledger::Store& store) {
  Sha256 hash;
  TRUCE_CHECK_OK(
      store.for_each_latest([&hash](std::string_view json) { hash.update(json).update("\n"); }));
  return to_hex(hash.finish());
}

}  // namespace truce::app
