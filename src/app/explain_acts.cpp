#include "app/explain_acts.h"

#include <algorithm>

#include "app/explain_trace.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/json.h"

namespace truce::app {

namespace {

bool is_among(const std::vector<std::string>& ascending, const std::string& id) {
  return std::binary_search(ascending.begin(), ascending.end(), id);
}

std::string indented(const std::string& text) { return "     " + printable(text) + "\n"; }

std::string what_words(const BoundAct& a, Language l) {
  const ActStatement& said = a.act.said;
  std::vector<std::string> args;
  if (said.act == "reclassify") args = {"@effect." + said.from, "@effect." + said.to};
  if (said.act == "split") args = {std::to_string(a.leaving.size())};
  return say({"ruled." + said.act, std::move(args)}, l);
}

}  // namespace

Result<std::vector<const BoundAct*>> acts_on(const ActBook& book, const Incident& incident,
                                             ledger::Store& store) {
  std::vector<std::string> behind;
  for (const Evidence& e : incident.evidence) {
    TRUCE_TRY(row, store.observation(e.observation));
    if (!row || book.empty()) continue;
    TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
    behind.insert(behind.end(), o.derived_from.begin(), o.derived_from.end());
  }
  std::vector<const BoundAct*> out;
  for (const BoundAct& a : book.acts()) {
    const bool is_of_members =
        std::any_of(incident.evidence.begin(), incident.evidence.end(),
                    [&](const Evidence& e) { return is_among(a.members, e.observation); });
    const bool is_of_behind = std::any_of(behind.begin(), behind.end(), [&](const std::string& id) {
      return is_among(a.behind, id);
    });
    if (is_of_members || is_of_behind) out.push_back(&a);
  }
  return out;
}

Result<std::string> explain_acts(Session& s, const Incident& incident, Language l) {
  TRUCE_TRY(book, ActBook::from_store(*s.store));
  TRUCE_TRY(acts, acts_on(book, incident, *s.store));
  if (acts.empty()) return std::string();
  std::string out = "\n" + say({"explain.ruled", {}}, l) + "\n";
  for (const BoundAct* a : acts) {
    const ActStatement& said = a->act.said;
    out += "  " +
           printable(say(
               {"explain.act", {as_text(a->act.id), as_text(said.by), as_text(to_text(said.at))}},
               l)) +
           "\n" + indented(what_words(*a, l));
    if (!said.note.empty()) out += indented("\"" + said.note + "\"");
    if (const Act* by = book.undone_by(*a); by != nullptr)
      out += indented(say({"explain.act_undone", {as_text(by->id)}}, l));
    TRUCE_TRY(row, s.store->page_row(kActRows, a->act.id));
    TRUCE_ENSURE(row && row->position > 0);
    TRUCE_TRY(entry, trace_entry(s, row->position - 1, l));
    out += entry;
  }
  return out;
}

Result<std::string> acts_json(ledger::Store& store, const Incident& incident) {
  TRUCE_TRY(book, ActBook::from_store(store));
  TRUCE_TRY(acts, acts_on(book, incident, store));
  std::string out;
  JsonWriter w(out);
  w.begin_array();
  for (const BoundAct* a : acts) w.raw(served_act(book, a->act.id, to_json(a->act)));
  w.end_array();
  return out;
}

}  // namespace truce::app
