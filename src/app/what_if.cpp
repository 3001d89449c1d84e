#include "app/what_if.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "app/engine.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

using Names = std::set<std::string, std::less<>>;

constexpr Duration kBlockOfTime = fuse::kJoinBlock;
constexpr Instant kEarliest{INT64_MIN + kBlockOfTime.ns * 8};
constexpr Instant kLatest{INT64_MAX - kBlockOfTime.ns * 8};

// From the first instant of a block to the first of another.
struct Blocks {
  Instant first, end;
  bool hold(const Interval& when) const { return first <= when.start && when.end < end; }
};

// All of which it may depend whether something in `when` belongs to an incident: what comes within
// the gap touches it, and may itself be taken by an effect of the block that its middle lies in.
Interval within_reach(const Interval& when, const fuse::Params& params) {
  const auto gap =
      Duration::seconds(std::max(params.gap_s, params.join.episode_gap_s)) + kBlockOfTime;
  return {std::max(when.start, kEarliest) - gap, std::min(when.end, kLatest) + gap};
}

Blocks blocks_of(const Interval& when) {
  return {fuse::block_of(when.start), fuse::block_of(when.end) + kBlockOfTime};
}

Interval hull(const Interval& a, const Interval& b) {
  return {std::min(a.start, b.start), std::max(a.end, b.end)};
}

bool holds_any(const std::vector<std::string>& ids, const Names& of) {
  return std::any_of(ids.begin(), ids.end(),
                     [&](const std::string& id) { return of.contains(id); });
}

Error not_there(std::string what) { return make_error(ErrorCode::kNotFound, std::move(what)); }

// Of the incident: what of it was observed, whatever followed from it, and from when to when it is.
struct Root {
  Names ids;  // of reports, and of arrivals and bearings behind effects
  Names sources;
  std::optional<Interval> when;
  void take(const Observation& o) {
    ids.insert(o.id);
    sources.insert(o.source);
    reach(o.when);
  }
  void reach(const Interval& span) { when = when ? hull(*when, span) : span; }
};

Result<std::optional<Observation>> observation_of(ledger::Store& store, const std::string& id) {
  TRUCE_TRY(row, store.observation(id));
  if (!row) return std::optional<Observation>();
  TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
  return std::optional(std::move(o));
}

Result<Root> root_of(ledger::Store& store, const Incident& incident) {
  Root out;
  for (const Evidence& e : incident.evidence) {
    TRUCE_TRY(member, observation_of(store, e.observation));
    if (!member) continue;
    if (member->derived_from.empty()) out.take(*member);
    if (!member->derived_from.empty()) out.reach(member->when);
    for (const auto& id : member->derived_from) {
      TRUCE_TRY(behind, observation_of(store, id));
      if (behind) out.take(*behind);
    }
  }
  return out;
}

Status check_sources(const Mission& mission, const Root& root,
                     const std::vector<std::string>& without, const WhatIfLimits& limits) {
  if (without.size() > limits.sources)
    return make_error(ErrorCode::kLimit, "more sources than can be left out at once", {},
                      "at most " + std::to_string(limits.sources));
  for (const auto& id : without) {
    const bool is_known = std::any_of(mission.sources.begin(), mission.sources.end(),
                                      [&](const Source& s) { return s.id == id; });
    if (!is_known && !root.sources.contains(id))
      return not_there("there is no source \"" + id + "\"");
  }
  return done();
}

// The mission without them. Who passes on what others say keeps the origin that it has.
Mission mission_without(const Mission& mission, const Names& without) {
  Mission out = mission;
  out.force.reset();
  for (Source& s : out.sources) {
    while (!s.upstream.empty() && without.contains(s.upstream.front())) {
      const auto& above = s.upstream.front();
      const auto it = std::find_if(mission.sources.begin(), mission.sources.end(),
                                   [&](const Source& other) { return other.id == above; });
      if (it == mission.sources.end() || it->upstream.empty() || it->upstream == s.upstream) break;
      s.upstream = it->upstream;
    }
  }
  std::erase_if(out.sources, [&](const Source& s) { return without.contains(s.id); });
  return out;
}

// What one round gives to the engine, in an order of its own: results do not depend on it.
class World {
 public:
  World(const Mission& mission, ledger::Store& store, const Names& without, const ActBook& acts,
        const WhatIfLimits& limits)
      : mission_(mission), store_(store), without_(without), acts_(acts), limits_(limits) {}

  // Worked out over everything that the blocks depend on.
  Status work_out(const Blocks& blocks) {
    TRUCE_TRY(fresh, ledger::Store::open(":memory:"));
    results_ = std::move(fresh);
    Engine engine(mission_, *results_, {.threads = 1, .batch_entries = SIZE_MAX});
    engine.hold(acts_);
    entries_ = 0;
    const Interval when{blocks.first - kBlockOfTime, blocks.end + kBlockOfTime};
    TRUCE_CHECK_OK(give_records(engine, when));
    TRUCE_CHECK_OK(give_observations(engine, when));
    const Tick after{when.end + Duration::hours(2)};
    give(engine, {EntryKind::kTick, after.time, to_json(after), {}}, nullptr);
    const auto disk = posix_disk();
    return engine.catch_up(*disk, {}, entries_);
  }
  ledger::Store& results() { return *results_; }

 private:
  void give(Engine& engine, Entry&& entry, Observation* o) {
    engine.hand_over(entries_++, std::move(entry), o);
  }

  Status give_all(Engine& engine, EntryKind kind, std::vector<ledger::StoredRecord> rows) {
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    for (auto& row : rows) give(engine, {kind, {}, std::move(row.json), {}}, nullptr);
    return done();
  }

  // Notices and admissions of any time; of health and weather what the blocks lie in.
  Status give_records(Engine& engine, const Interval& when) {
    TRUCE_TRY(notices, store_.records("notice"));
    TRUCE_CHECK_OK(give_all(engine, EntryKind::kNotice, std::move(notices)));
    TRUCE_TRY(statements, store_.records("statement"));
    std::vector<ledger::StoredRecord> admissions;
    for (auto& row : statements) {
      TRUCE_TRY(s, ledger::from_store<Statement>(row.json));
      if (!judge::admission_of(s).empty()) admissions.push_back(std::move(row));
    }
    TRUCE_CHECK_OK(give_all(engine, EntryKind::kStatement, std::move(admissions)));
    TRUCE_TRY(health, store_.records_overlapping("health", when));
    TRUCE_CHECK_OK(give_all(engine, EntryKind::kHealth, std::move(health)));
    TRUCE_TRY(weather, store_.records_overlapping("weather", when));
    return give_all(engine, EntryKind::kWeather, std::move(weather));
  }

  Status give_observations(Engine& engine, const Interval& when) {
    TRUCE_TRY(all, store_.observations_overlapping(when, false));
    TRUCE_TRY(heard, store_.arrivals_heard(when.start, when.end));
    std::move(heard.begin(), heard.end(), std::back_inserter(all));
    std::erase_if(all, [&](const Observation& o) {
      return !o.derived_from.empty() || without_.contains(o.source);
    });
    std::sort(all.begin(), all.end(),
              [](const Observation& a, const Observation& b) { return a.id < b.id; });
    all.erase(std::unique(all.begin(), all.end(),
                          [](const Observation& a, const Observation& b) { return a.id == b.id; }),
              all.end());
    if (all.size() > limits_.observations)
      return make_error(ErrorCode::kLimit,
                        "around this incident " + std::to_string(all.size()) +
                            " observations would have to be worked through",
                        {}, "at most " + std::to_string(limits_.observations));
    for (auto& o : all) {
      std::string json = to_json(o);
      give(engine, {EntryKind::kObservation, {}, std::move(json), {}}, &o);
    }
    return done();
  }

  const Mission& mission_;
  ledger::Store& store_;
  const Names& without_;
  const ActBook& acts_;
  const WhatIfLimits& limits_;
  std::unique_ptr<ledger::Store> results_;
  std::uint64_t entries_ = 0;
};

// The incidents that hold what is left, and from when to when their members are.
struct Left {
  std::vector<Incident> incidents;
  Interval when;
};

// All that was joined or split by hand with a member.
void reach_by_hand(const ActBook& acts, const std::string& member, Interval& when) {
  for (const BoundAct& a : acts.acts()) {
    if (std::binary_search(a.members.begin(), a.members.end(), member)) when = hull(when, a.when);
  }
}

Result<Left> left_of(const Root& root, ledger::Store& results, const ActBook& acts,
                     const Interval& about) {
  Left out{{}, about};
  TRUCE_TRY(all, results.incidents_overlapping({kEarliest, kLatest}));
  for (auto& incident : all) {
    Interval when = incident.when;
    bool is_left = false;
    for (const Evidence& e : incident.evidence) {
      TRUCE_TRY(member, observation_of(results, e.observation));
      if (!member) continue;
      when = hull(when, member->when);
      reach_by_hand(acts, member->id, when);
      is_left |= root.ids.contains(member->id) || holds_any(member->derived_from, root.ids);
    }
    if (!is_left) continue;
    out.when = hull(out.when, when);
    out.incidents.push_back(std::move(incident));
  }
  return out;
}

Result<WhatIf> judged(std::vector<Incident> incidents, std::string_view name,
                      ledger::Store& results) {
  std::sort(incidents.begin(), incidents.end(), [&](const Incident& a, const Incident& b) {
    return std::tuple(a.id != name, b.evidence.size(), a.id) <
           std::tuple(b.id != name, a.evidence.size(), b.id);
  });
  if (incidents.size() > 2)
    std::sort(incidents.begin() + 1, incidents.end(),
              [](const Incident& a, const Incident& b) { return a.id < b.id; });
  WhatIf out;
  for (auto& incident : incidents) {
    TRUCE_TRY(judgement, results.judgement_of(incident.id));
    incident.version = 1;
    for (Finding& f : judgement.findings) f.version = 1;
    for (Difference& d : judgement.differences) d.version = 1;
    out.pieces.push_back({std::move(incident), std::move(judgement)});
  }
  return out;
}

}  // namespace

Result<WhatIf> what_if(const Mission& mission, ledger::Store& store, std::string_view id,
                       const std::vector<std::string>& without, const WhatIfLimits& limits) {
  TRUCE_TRY(incident, store.incident(id));
  if (!incident) return not_there("there is no incident \"" + std::string(id) + "\"");
  TRUCE_TRY(root, root_of(store, *incident));
  TRUCE_CHECK_OK(check_sources(mission, root, without, limits));
  const Names names(without.begin(), without.end());
  const Mission other = mission_without(mission, names);
  TRUCE_TRY(acts, ActBook::from_store(store));
  World world(other, store, names, acts, limits);
  Interval about = root.when.value_or(incident->when);
  for (int round = 0; round < limits.rounds; ++round) {
    const Blocks blocks = blocks_of(within_reach(about, mission.fuse));
    if (blocks.end - blocks.first > Duration::hours(limits.hours)) break;
    TRUCE_CHECK_OK(world.work_out(blocks));
    TRUCE_TRY(left, left_of(root, world.results(), acts, about));
    if (blocks.hold(within_reach(left.when, mission.fuse)))
      return judged(std::move(left.incidents), id, world.results());
    about = left.when;
  }
  return make_error(
      ErrorCode::kLimit, "too much time would have to be worked through", {},
      "an incident and what touches it within " + std::to_string(limits.hours) + " hours");
}

std::string what_if_json(const WhatIf& answer, const std::vector<std::string>& without) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("findings").begin_array();
  for (const auto& piece : answer.pieces) {
    for (const Finding& f : piece.judgement.findings) w.raw(to_json(f));
  }
  w.end_array().key("incident");
  if (answer.pieces.empty()) {
    w.null();
  } else {
    w.raw(to_json(answer.pieces.front().incident));
  }
  w.key("others").begin_array();
  for (std::size_t i = 1; i < answer.pieces.size(); ++i) w.raw(to_json(answer.pieces[i].incident));
  w.end_array().key("without").begin_array();
  for (const auto& id : without) w.string(id);
  w.end_array().end_object();
  return out;
}

}  // namespace truce::app
