#include "app/act_book.h"

#include <simdjson.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

// Located anew from half of what it rested on, an effect is no further off than sound travels.
constexpr Duration kMoves = Duration::whole_seconds(120);
constexpr std::size_t kHolds = std::numeric_limits<std::size_t>::max();

bool holds(const std::vector<std::string>& ascending, const std::string& id) {
  return std::binary_search(ascending.begin(), ascending.end(), id);
}

// More than half of what it rests on, so that no two effects that share it out are both.
bool rests_on(const Observation& o, const std::vector<std::string>& behind) {
  const auto n = std::count_if(o.derived_from.begin(), o.derived_from.end(),
                               [&](const std::string& id) { return holds(behind, id); });
  return 2 * static_cast<std::size_t>(n) > o.derived_from.size();
}

void add_flag(Observation& o, std::string_view flag) {
  const auto has = std::find(o.flags.begin(), o.flags.end(), flag);
  if (has == o.flags.end()) o.flags.emplace_back(flag);
}

// The observation has no item left of the one class.
void count_as(Observation& o, EffectClass from, EffectClass to) {
  for (Item& item : o.items) {
    auto& p = item.classes.p;
    p[static_cast<std::size_t>(to)] += p[static_cast<std::size_t>(from)];
    p[static_cast<std::size_t>(from)] = 0;
  }
}

Interval spanning(const Interval& a, const Interval& b) {
  return {std::min(a.start, b.start), std::max(a.end, b.end)};
}

void add_all(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// `located`: when those of its incident were, as far as it is read.
Status bind_member(const std::string& id, ledger::Store& store, BoundAct& out,
                   std::optional<Interval>& located) {
  TRUCE_TRY(row, store.observation(id));
  if (!row) return done();
  TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
  out.when = out.members.empty() ? o.when : spanning(out.when, o.when);
  out.members.push_back(id);
  const auto& said = out.act.said.observations;
  const bool leaves = std::find(said.begin(), said.end(), id) != said.end();
  if (leaves) out.leaving.push_back(id);
  if (o.derived_from.empty()) return done();
  add_all(out.behind, o.derived_from);
  if (leaves) add_all(out.leaving_behind, o.derived_from);
  located = located ? spanning(*located, o.when) : o.when;
  return done();
}

Status bind_incident(const std::string& id, ledger::Store& store, BoundAct& out) {
  TRUCE_TRY(incident, incident_named(id, store));
  if (!incident) return done();
  std::optional<Interval> located;
  for (const Evidence& e : incident->evidence)
    TRUCE_CHECK_OK(bind_member(e.observation, store, out, located));
  if (located) out.located.push_back({located->start - kMoves, located->end + kMoves});
  return done();
}

void each_once(std::vector<std::string>& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

void put_ids(JsonWriter& w, std::string_view key, const std::vector<std::string>& ids) {
  w.key(key).begin_array();
  for (const auto& id : ids) w.string(id);
  w.end_array();
}

Error damaged_binding() {
  return make_error(ErrorCode::kCorrupt, "the query store holds a damaged binding of an act", {},
                    "what was written; delete var/store.sqlite and run again, it is rebuilt from "
                    "the log");
}

Status read_ids(const simdjson::dom::element& root, const char* key,
                std::vector<std::string>& out) {
  simdjson::dom::array list;
  if (root[key].get_array().get(list)) return damaged_binding();
  for (const auto& item : list) {
    std::string_view id;
    if (item.get_string().get(id)) return damaged_binding();
    out.emplace_back(id);
  }
  return done();
}

Result<Interval> interval_in(const simdjson::dom::element& e) {
  std::string_view end;
  std::string_view start;
  if (e["end"].get_string().get(end) || e["start"].get_string().get(start))
    return damaged_binding();
  TRUCE_TRY(last, parse_instant(end));
  TRUCE_TRY(first, parse_instant(start));
  return Interval{first, last};
}

void put_interval(JsonWriter& w, const Interval& when) {
  w.begin_object().key("end").string(to_text(when.end));
  w.key("start").string(to_text(when.start)).end_object();
}

Status read_binding(const ledger::StoredRecord& row, BoundAct& out) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (parser.parse(row.json).get(root)) return damaged_binding();
  TRUCE_CHECK_OK(read_ids(root, "behind", out.behind));
  TRUCE_CHECK_OK(read_ids(root, "leaving", out.leaving));
  TRUCE_CHECK_OK(read_ids(root, "leaving_behind", out.leaving_behind));
  TRUCE_CHECK_OK(read_ids(root, "members", out.members));
  simdjson::dom::array located;
  if (root["located"].get_array().get(located)) return damaged_binding();
  for (const auto& one : located) {
    TRUCE_TRY(when, interval_in(one));
    out.located.push_back(when);
  }
  const auto when = root["when"];
  if (when.error()) return damaged_binding();
  TRUCE_TRY(whole, interval_in(when.value_unsafe()));
  out.when = whole;
  return done();
}

}  // namespace

Result<ActBook> ActBook::from_store(ledger::Store& store, std::uint64_t as_of) {
  ActBook out;
  TRUCE_TRY(acts, store.records(kActRows, as_of));
  TRUCE_TRY(bindings, store.records(kBindingRows, as_of));
  std::sort(acts.begin(), acts.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
  for (const auto& row : acts) {
    BoundAct bound;
    TRUCE_TRY(act, ledger::from_store<Act>(row.json));
    bound.act = std::move(act);
    const auto binding = std::find_if(bindings.begin(), bindings.end(),
                                      [&](const auto& b) { return b.id == row.id; });
    if (binding != bindings.end()) TRUCE_CHECK_OK(read_binding(*binding, bound));
    out.acts_.push_back(std::move(bound));
  }
  out.read_again();
  return out;
}

void ActBook::add(BoundAct act) {
  acts_.push_back(std::move(act));
  read_again();
}

const BoundAct* ActBook::find(std::string_view id) const {
  const auto it =
      std::find_if(acts_.begin(), acts_.end(), [&](const BoundAct& a) { return a.act.id == id; });
  return it == acts_.end() ? nullptr : &*it;
}

const Act* ActBook::undone_by(const BoundAct& act) const {
  const std::size_t by = undone_by_[static_cast<std::size_t>(&act - acts_.data())];
  return by == kHolds ? nullptr : &acts_[by].act;
}

// The last ones first: an undo that was undone undoes nothing.
void ActBook::read_again() {
  undone_by_.assign(acts_.size(), kHolds);
  for (std::size_t i = acts_.size(); i-- > 0;) {
    const ActStatement& said = acts_[i].act.said;
    if (said.act != "undo" || undone_by_[i] != kHolds) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (acts_[j].act.id == said.undoes) undone_by_[j] = i;
    }
  }
  of_.clear();
  for (std::size_t i = 0; i < acts_.size(); ++i) {
    if (undone_by_[i] != kHolds) continue;
    for (const auto& id : acts_[i].members) of_[id].push_back(i);
    for (const auto& id : acts_[i].behind) of_[id].push_back(i);
  }
}

fuse::ByHand ActBook::by_hand() const {
  fuse::ByHand out;
  for (std::size_t i = 0; i < acts_.size(); ++i) {
    if (undone_by_[i] != kHolds) continue;
    const BoundAct& a = acts_[i];
    if (a.act.said.act == "join") out.together.push_back({a.members, a.behind, a.located});
    if (a.act.said.act != "split") continue;
    for (auto& joined : out.together) {
      std::erase_if(joined.members, [&](const std::string& id) { return holds(a.leaving, id); });
      std::erase_if(joined.behind,
                    [&](const std::string& id) { return holds(a.leaving_behind, id); });
    }
    out.together.push_back({a.leaving, a.leaving_behind, a.located});
    for (const auto& id : a.leaving) out.apart[id] = a.act.id;
    for (const auto& id : a.leaving_behind) out.apart[id] = a.act.id;
  }
  return out;
}

bool ActBook::rules(std::size_t i, const Observation& o) const {
  const BoundAct& a = acts_[i];
  if (o.derived_from.empty()) return holds(a.members, o.id);
  return rests_on(o, a.behind);
}

std::optional<Observation> ActBook::ruled(const Observation& o) const {
  std::set<std::size_t> acts;
  const auto hear = [&](const std::string& id) {
    if (const auto of = of_.find(id); of != of_.end())
      acts.insert(of->second.begin(), of->second.end());
  };
  hear(o.id);
  for (const auto& id : o.derived_from) hear(id);
  std::optional<Observation> out;
  const auto changed = [&]() -> Observation& { return out ? *out : out.emplace(o); };
  for (const std::size_t i : acts) {
    const ActStatement& said = acts_[i].act.said;
    if (!rules(i, o)) continue;
    if (said.act == "join") add_flag(changed(), "joined_by_act");
    if (said.act == "split") add_flag(changed(), "split_by_act");
    if (said.act != "reclassify") continue;
    const auto from = effect_class_from(said.from);
    const auto to = effect_class_from(said.to);
    TRUCE_ENSURE(from.has_value() && to.has_value());
    add_flag(changed(), "reclassified_by_act");
    count_as(*out, *from, *to);
  }
  return out;
}

Result<std::optional<Incident>> incident_named(const std::string& id, ledger::Store& store) {
  if (id.empty() || id.front() != 'i') return std::optional<Incident>();
  return store.incident_of("o" + id.substr(1));
}

Result<BoundAct> bound_act(const Act& act, const ActBook& book, ledger::Store& store) {
  BoundAct out;
  out.act = act;
  const ActStatement& said = act.said;
  if (const BoundAct* undone = book.find(said.undoes); said.act == "undo" && undone != nullptr) {
    out.when = undone->when;
    return out;
  }
  std::vector<std::string> incidents = said.incidents;
  if (!said.incident.empty()) incidents.push_back(said.incident);
  for (const auto& id : incidents) TRUCE_CHECK_OK(bind_incident(id, store, out));
  for (auto* ids : {&out.members, &out.leaving, &out.behind, &out.leaving_behind}) each_once(*ids);
  return out;
}

std::string served_act(const ActBook& book, std::string_view id, std::string_view json) {
  const BoundAct* act = book.find(id);
  const Act* by = act == nullptr ? nullptr : book.undone_by(*act);
  std::string out(json.substr(0, json.rfind('}')));
  out += R"(,"undone_by":)";
  if (by == nullptr) return out + "null}";
  append_json_string(out, by->id);
  return out + "}";
}

std::string binding_json(const BoundAct& a) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("act").string(a.act.id);
  put_ids(w, "behind", a.behind);
  put_ids(w, "leaving", a.leaving);
  put_ids(w, "leaving_behind", a.leaving_behind);
  w.key("located").begin_array();
  for (const Interval& when : a.located) put_interval(w, when);
  w.end_array();
  put_ids(w, "members", a.members);
  w.key("when");
  put_interval(w, a.when);
  w.end_object();
  return out;
}

Result<std::vector<std::string>> ruled_by(const BoundAct& act, ledger::Store& store) {
  std::vector<std::string> out = act.members;
  for (const Interval& when : act.located) {
    TRUCE_TRY(near, store.observations_overlapping(when, true));
    for (const auto& o : near) {
      if (!o.derived_from.empty() && rests_on(o, act.behind)) out.push_back(o.id);
    }
  }
  each_once(out);
  return out;
}

}  // namespace truce::app
