#include "app/explain_clocks.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/clock_words.h"
#include "app/explain.h"
#include "app/explain_trace.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

// What clocks rest on that stands in the log, by id. Of an event the version that counts: the last
// of those that bear its id or correct it.
struct ClockRecord {
  const char* kind = "event";
  ledger::StoredRecord row;
};
using ClockRecords = std::map<std::string, ClockRecord>;

void keep_last(ClockRecords& all, const std::string& id, const char* kind,
               const ledger::StoredRecord& row) {
  const auto at = all.find(id);
  if (at == all.end() || at->second.row.position < row.position) all[id] = {kind, row};
}

Result<ClockRecords> clock_records(Session& s) {
  ClockRecords out;
  TRUCE_TRY(events, s.store->records("event"));
  for (const auto& row : events) {
    TRUCE_TRY(e, ledger::from_store<Event>(row.json));
    keep_last(out, e.id, "event", row);
    if (!e.corrects.empty()) keep_last(out, e.corrects, "event", row);
  }
  TRUCE_TRY(windows, s.store->records("quiet"));
  for (const auto& row : windows) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    keep_last(out, judge::quiet_day(q, row.position).id(), "quiet", row);
  }
  TRUCE_TRY(signatures, s.store->records("signature"));
  for (const auto& row : signatures) {
    TRUCE_TRY(g, ledger::from_store<Signature>(row.json));
    keep_last(out, g.id, "signature", row);
  }
  return out;
}

// Numbers what it tells of, one after another, each down to its bytes.
class RecordsBehind {
 public:
  RecordsBehind(Session& s, const ClockRecords& records, Language language)
      : s_(s), files_(s.mission), records_(records), language_(language) {}

  Result<std::string> of(const std::vector<std::string>& ids) {
    std::string out =
        "\n" + say({"explain.records", {std::to_string(ids.size())}}, language_) + "\n";
    for (const auto& id : ids) {
      TRUCE_TRY(one, record(id));
      out += one;
    }
    return out;
  }
  Result<std::string> record(const std::string& id) {
    const auto at = records_.find(id);
    if (at == records_.end()) return worked_out(id);
    const ledger::StoredRecord& row = at->second.row;
    const std::string kind = at->second.kind;
    if (kind == "event") return event(row);
    return kind == "quiet" ? quiet(id, row) : signature(row);
  }

 private:
  Result<std::string> event(const ledger::StoredRecord& row) {
    TRUCE_TRY(e, ledger::from_store<Event>(row.json));
    TRUCE_TRY(traced, trace(s_, files_, e.origin, row.position, language_));
    return event_words(++number_, e, zone(), language_) + traced;
  }
  Result<std::string> quiet(const std::string& id, const ledger::StoredRecord& row) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    TRUCE_TRY(traced, trace_entry(s_, row.position, language_));
    return quiet_words(++number_, id, q, zone(), language_) + traced;
  }
  Result<std::string> signature(const ledger::StoredRecord& row) {
    TRUCE_TRY(g, ledger::from_store<Signature>(row.json));
    TRUCE_TRY(traced, trace(s_, files_, g.origin, row.position, language_));
    return signature_words(++number_, g, zone(), language_) + traced;
  }
  // A finding, or what was worked out of others; each has an explanation of its own.
  Result<std::string> worked_out(const std::string& id) {
    TRUCE_TRY(finding, s_.store->finding(id));
    const char* const key = finding ? "explain.finding_behind" : "explain.derived_behind";
    std::string out = behind_words(++number_, key, id, language_);
    if (finding)
      out +=
          "     " + say({"value." + std::string(to_string(finding->value)), {}}, language_) + "\n";
    return out;
  }
  const Zone& zone() const { return s_.mission.reporting_day.zone; }

  Session& s_;
  InputFiles files_;
  const ClockRecords& records_;
  Language language_;
  std::size_t number_ = 0;
};

Status write_behind(Session& s, JsonWriter& w, const ClockRecords& records,
                    const std::vector<std::string>& ids) {
  w.key("evidence").begin_array();
  for (const auto& id : ids) {
    w.begin_object();
    const auto at = records.find(id);
    if (at == records.end())
      w.key("finding").string(id);
    else
      TRUCE_CHECK_OK(write_entry(s, w, at->second.row, at->second.kind));
    w.end_object();
  }
  w.end_array();
  return done();
}

// What the state of a gate rests on: its last day and its last change.
std::vector<std::string> records_of(const judge::GateHistory& h) {
  std::set<std::string> out;
  if (!h.days.empty())
    out.insert(h.days.back().why.records.begin(), h.days.back().why.records.end());
  if (!h.transitions.empty())
    out.insert(h.transitions.back().why.records.begin(), h.transitions.back().why.records.end());
  return {out.begin(), out.end()};
}

// A gate or what was cumulated, under one reading.
struct ClockThing {
  const judge::Reading* reading = nullptr;
  const judge::GateRule* gate = nullptr;
  const judge::GateHistory* history = nullptr;
  const judge::CumulationRule* cumulation = nullptr;
  const judge::Cumulated* cumulated = nullptr;
  std::vector<std::string> records() const {
    return history != nullptr ? records_of(*history) : cumulated->members;
  }
};

bool may_be_clock_thing(const judge::Agreement& a, const std::string& id) {
  const judge::ClockRules& rules = a.readings.front().clocks;
  return std::any_of(rules.gates.begin(), rules.gates.end(),
                     [&](const auto& g) { return g.id == id; }) ||
         std::any_of(rules.cumulations.begin(), rules.cumulations.end(),
                     [&](const auto& c) { return id.starts_with(c.id + "/"); });
}

// Under the base text, and under each reading that says otherwise of a gate.
std::vector<ClockThing> things_named(const judge::Agreement& a, const Clocks& clocks,
                                     const std::string& id) {
  std::vector<ClockThing> out;
  for (std::size_t r = 0; r < clocks.readings.size(); ++r) {
    const judge::ClockRules& rules = a.readings[r].clocks;
    const judge::ClockStates& states = clocks.readings[r].states;
    for (std::size_t g = 0; g < rules.gates.size(); ++g) {
      const auto& h = states.gates[g];
      const bool same = r > 0 && !judge::stands_otherwise(h, clocks.base().states.gates[g]);
      if (rules.gates[g].id == id && !same)
        out.push_back({&a.readings[r], &rules.gates[g], &h, nullptr, nullptr});
    }
    for (std::size_t k = 0; k < rules.cumulations.size(); ++k) {
      for (const auto& c : states.cumulations[k]) {
        if (c.id() == id)
          out.push_back({&a.readings[r], nullptr, nullptr, &rules.cumulations[k], &c});
      }
    }
  }
  return out;
}

Result<std::string> thing_words(Session& s, const ClockThing& thing, const ClockRecords& records,
                                Language language) {
  const ClockWords words(s.mission.agreement.civil_zone, language);
  std::string out;
  if (thing.reading != s.mission.agreement.readings.data())
    out = words.line("\n", "standing.otherwise",
                     {as_text(thing.reading->id), as_text(thing.reading->words)});
  out += thing.gate != nullptr ? words.gate_at_end(*thing.gate, *thing.history)
                               : words.cumulated(*thing.cumulation, *thing.cumulated);
  TRUCE_TRY(behind, RecordsBehind(s, records, language).of(thing.records()));
  return out + behind;
}

// One line.
Result<std::string> thing_json(Session& s, const ClockThing& thing, const ClockRecords& records) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (thing.cumulated != nullptr) w.key("certain").boolean(thing.cumulated->certain);
  if (thing.cumulated != nullptr) w.key("cumulation").string(thing.cumulation->id);
  TRUCE_CHECK_OK(write_behind(s, w, records, thing.records()));
  if (thing.gate != nullptr) w.key("gate").string(thing.gate->id);
  w.key("reading").string(thing.reading->id);
  if (thing.gate != nullptr) w.key("state").string(judge::to_string(thing.history->state()));
  const judge::Why* why = thing.cumulated != nullptr    ? &thing.cumulated->why
                          : thing.history->days.empty() ? nullptr
                                                        : &thing.history->days.back().why;
  w.key("why").string(why == nullptr ? "" : judge::to_english(*why)).end_object();
  return line + "\n";
}

}  // namespace

Result<std::string> explain_obligation(Session& s, const ObligationFinding& found,
                                       Language language) {
  const Zone& zone = s.mission.reporting_day.zone;
  TRUCE_TRY(records, clock_records(s));
  TRUCE_TRY(behind, RecordsBehind(s, records, language).of(found.records));
  return obligation_words(found, s.mission.agreement, zone, language) + behind;
}

Result<std::string> explain_obligation_json(Session& s, const ObligationFinding& found) {
  TRUCE_TRY(records, clock_records(s));
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (found.result.due) w.key("due_earliest").string(to_text(found.result.due->earliest));
  if (found.result.due) w.key("due_latest").string(to_text(found.result.due->latest));
  TRUCE_CHECK_OK(write_behind(s, w, records, found.records));
  w.key("finding").raw(to_json(found.finding));
  w.key("state").string(judge::to_string(found.result.state)).end_object();
  return line + "\n";
}

Result<std::optional<std::string>> explain_clock_thing(Session& s, const std::string& id,
                                                       Language language) {
  TRUCE_TRY(records, clock_records(s));
  if (records.contains(id)) {
    TRUCE_TRY(words, RecordsBehind(s, records, language).record(id));
    return std::optional(words.substr(1));  // it stands at the top of the page
  }
  const judge::Agreement& a = s.mission.agreement;
  if (!may_be_clock_thing(a, id)) return std::optional<std::string>();
  TRUCE_TRY(clocks, clocks_of(s.mission, *s.store, ledger::Store::kNow, {}));
  std::string out;
  for (const ClockThing& thing : things_named(a, clocks, id)) {
    TRUCE_TRY(words, thing_words(s, thing, records, language));
    out += words;
  }
  return out.empty() ? std::optional<std::string>() : std::optional(std::move(out));
}

Result<std::optional<std::string>> explain_clock_thing_json(Session& s, const std::string& id) {
  TRUCE_TRY(records, clock_records(s));
  std::string out;
  if (const auto at = records.find(id); at != records.end()) {
    JsonWriter w(out);
    w.begin_object();
    TRUCE_CHECK_OK(write_entry(s, w, at->second.row, at->second.kind));
    w.end_object();
    return std::optional(out + "\n");
  }
  const judge::Agreement& a = s.mission.agreement;
  if (!may_be_clock_thing(a, id)) return std::optional<std::string>();
  TRUCE_TRY(clocks, clocks_of(s.mission, *s.store, ledger::Store::kNow, {}));
  for (const ClockThing& thing : things_named(a, clocks, id)) {
    TRUCE_TRY(line, thing_json(s, thing, records));
    out += line;
  }
  return out.empty() ? std::optional<std::string>() : std::optional(std::move(out));
}

Result<std::string> explain_episode(Session& s, const std::string& breach, Language language) {
  const judge::Agreement& a = s.mission.agreement;
  if (a.readings.front().clocks.escalations.empty()) return std::string();
  TRUCE_TRY(clocks, clocks_of(s.mission, *s.store, ledger::Store::kNow, {}));
  const ClockWords words(a.civil_zone, language);
  std::string out;
  for (std::size_t r = 0; r < clocks.readings.size(); ++r) {
    const auto& rules = a.readings[r].clocks.escalations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      for (const auto& e : clocks.readings[r].states.escalations[i]) {
        if (e.breach == breach) out += "\n" + words.episode(rules[i], e);
      }
    }
  }
  return out;
}

}  // namespace truce::app
