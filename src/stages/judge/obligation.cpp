#include "stages/judge/obligation.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/result.h"
#include "stages/judge/internal/obligation_force.h"

namespace truce::judge {

std::string_view to_string(ObligationState s) {
  switch (s) {
    case ObligationState::kNotTriggered:
      return "not_triggered";
    case ObligationState::kInForce:
      return "in_force";
    case ObligationState::kFulfilled:
      return "fulfilled";
    case ObligationState::kBreached:
      return "breached";
    case ObligationState::kBreachedAndCompensated:
      return "breached_and_compensated";
    case ObligationState::kTerminated:
      return "terminated";
    case ObligationState::kUndeterminable:
      return "undeterminable";
  }
  return {};
}

namespace {

using ObligationResults = std::vector<ObligationResult>;

// Whether a trigger of one party concerns another: surely, perhaps (nobody knows whose it was) or
// not at all.
enum class TriggerConcerns : std::uint8_t { kNo, kPerhaps, kYes };
TriggerConcerns trigger_concerns(WhoseTrigger whose, const std::string& of,
                                 const std::string& party) {
  if (whose == WhoseTrigger::kAnybodys) return TriggerConcerns::kYes;
  if (of.empty()) return TriggerConcerns::kPerhaps;
  return (of == party) == (whose == WhoseTrigger::kTheSame) ? TriggerConcerns::kYes
                                                            : TriggerConcerns::kNo;
}

void add_trigger(std::vector<ObligationTrigger>& out, const ObligationRule& rule,
                 ObligationTrigger t, TriggerConcerns how) {
  if (how == TriggerConcerns::kNo || t.p_high <= 1 - rule.tau) return;
  if (how == TriggerConcerns::kPerhaps) t.p_low = 0;
  out.push_back(std::move(t));
}

// Somebody's obligation done, or breached, as the trigger of another.
std::optional<ObligationTrigger> trigger_from(const ObligationRule& rule,
                                              const ObligationResult& r) {
  ObligationTrigger t{r.id(), r.sector, {}, 1, 1, r.why.records};
  if (rule.trigger_kind == TriggerKind::kOnceDone) {
    if (!r.done) return std::nullopt;
    t.when = *r.done;
    t.p_low = r.done_certain ? 1 : 0;
    return t;
  }
  if (r.p_high == 0) return std::nullopt;
  const auto last = r.due ? r.due->latest : Instant{};
  t.when = r.breached ? *r.breached : Interval{r.due ? r.due->earliest : Instant{}, {last.ns + 1}};
  t.p_low = r.p_low;
  t.p_high = r.p_high;
  return t;
}

std::vector<ObligationTrigger> triggers_of(const ObligationRule& rule, const std::string& party,
                                           const Timeline& known, const ObligationResults& before) {
  std::vector<ObligationTrigger> out;
  if (rule.trigger_kind == TriggerKind::kEvent) {
    for (const Event& e : known.events) {
      if (e.name == rule.trigger)
        add_trigger(out, rule, {e.id, e.sector, e.when, e.p_real, e.p_real, {e.id}},
                    trigger_concerns(rule.whose, e.party, party));
    }
    return out;
  }
  for (const ObligationResult& r : before) {
    if (r.obligation != rule.trigger || r.trigger.empty()) continue;
    if (auto t = trigger_from(rule, r))
      add_trigger(out, rule, std::move(*t), trigger_concerns(rule.whose, r.party, party));
  }
  return out;
}

void judge_rule(const ObligationRule& rule, const Timeline& known, const AsOf& as,
                ObligationResults& out) {
  const ObligationResults before = out;
  for (const std::string& party : rule.binds) {
    const auto triggers = triggers_of(rule, party, known, before);
    for (const ObligationTrigger& t : triggers)
      out.push_back(judge_obligation(rule, t, party, known, as));
    if (!triggers.empty()) continue;
    ObligationResult none;
    none.obligation = rule.id;
    none.party = party;
    none.why = why("obligation.not_triggered", {as_text(rule.trigger)});
    out.push_back(std::move(none));
  }
}

// A rule is judged after the rule that triggers it.
void judge_in_order(const std::vector<ObligationRule>& rules, const ObligationRule& rule,
                    const Timeline& known, const AsOf& as, std::set<std::string>& begun,
                    ObligationResults& out) {
  if (!begun.insert(rule.id).second) return;
  if (rule.trigger_kind != TriggerKind::kEvent) {
    for (const ObligationRule& o : rules) {
      if (o.id == rule.trigger) judge_in_order(rules, o, known, as, begun, out);
    }
  }
  judge_rule(rule, known, as, out);
}

void compensate(const std::vector<ObligationRule>& rules, ObligationResults& results) {
  for (const ObligationRule& rule : rules) {
    for (ObligationResult& r : results) {
      if (r.obligation != rule.id || r.state != ObligationState::kBreached) continue;
      const auto by = std::find_if(results.begin(), results.end(), [&](const auto& o) {
        return o.obligation == rule.compensated_by && o.trigger == r.id() && o.party == r.party &&
               o.state == ObligationState::kFulfilled;
      });
      if (by == results.end()) continue;
      r.state = ObligationState::kBreachedAndCompensated;
      r.in_force = false;
      auto records = r.why.records;
      records.insert(records.end(), by->why.records.begin(), by->why.records.end());
      r.why = why("obligation.compensated", {as_text(rule.compensated_by)}, std::move(records));
    }
  }
}

}  // namespace

std::vector<ObligationResult> evaluate_obligations(const std::vector<ObligationRule>& rules,
                                                   const Timeline& all, const AsOf& as) {
  const Timeline known = as_of(all, as);
  ObligationResults out;
  std::set<std::string> begun;
  for (const ObligationRule& rule : rules) judge_in_order(rules, rule, known, as, begun, out);
  compensate(rules, out);
  std::sort(out.begin(), out.end(), [](const ObligationResult& a, const ObligationResult& b) {
    return std::tie(a.obligation, a.trigger, a.party) < std::tie(b.obligation, b.trigger, b.party);
  });
  return out;
}

namespace {

// What the finding is about: that something was not done in time, that it was not done on a day on
// which it is owed, or that it happened though it was forbidden.
std::string subject_of(const ObligationRule& rule) {
  if (rule.kind != ObligationKind::kMaintenance) return "deadline";
  return rule.forbids.empty() ? "absence" : "event";
}

}  // namespace

Finding to_finding(const ObligationResult& result, const ObligationRule& rule,
                   const std::string& reading) {
  Finding f;
  f.id = result.id() + "/" + reading;
  f.subject = subject_of(rule) + "/" + result.trigger + "/" + result.party;
  f.provision = rule.id;
  f.reading = reading;
  f.value = result.value;
  f.probability = (result.p_low + result.p_high) / 2;
  f.standard_of_proof = rule.standard;
  f.threshold = rule.tau;
  f.missing_fact = result.missing_fact;
  f.reasons.push_back(
      {"deadline", f.probability, to_english(result.why), result.why.key, result.why.args});
  f.evidence = result.why.records;
  return f;
}

namespace {

// What an obligation waits for: the one whose end triggers it, or any that asks for the event.
// "When the other has begun, begin" is no ring: the first to act makes the other's come due.
bool waits_for(const ObligationRule& rule, const ObligationRule& other) {
  if (rule.trigger_kind != TriggerKind::kEvent) return rule.trigger == other.id;
  return rule.whose != WhoseTrigger::kTheOther && !other.act.empty() && rule.trigger == other.act &&
         !other.ahead;
}

// Walks from rule to rule; a rule met again on the path closes a ring.
void find_rings(const std::vector<ObligationRule>& rules, std::vector<std::size_t>& path,
                std::set<std::size_t>& left, std::vector<std::vector<std::string>>& rings) {
  const std::size_t here = path.back();
  for (std::size_t next = 0; next < rules.size(); ++next) {
    if (!waits_for(rules[here], rules[next])) continue;
    const auto met = std::find(path.begin(), path.end(), next);
    if (met != path.end()) {
      std::vector<std::string> ring;
      for (auto at = met; at != path.end(); ++at) ring.push_back(rules[*at].id);
      std::rotate(ring.begin(), std::min_element(ring.begin(), ring.end()), ring.end());
      rings.push_back(std::move(ring));
    } else if (left.count(next) == 0) {
      path.push_back(next);
      find_rings(rules, path, left, rings);
      path.pop_back();
    }
  }
  left.insert(here);
}

}  // namespace

std::vector<std::vector<std::string>> rings_of(const std::vector<ObligationRule>& rules) {
  std::vector<std::vector<std::string>> rings;
  std::set<std::size_t> left;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (left.count(i) != 0) continue;
    std::vector<std::size_t> path{i};
    find_rings(rules, path, left, rings);
  }
  std::sort(rings.begin(), rings.end());
  rings.erase(std::unique(rings.begin(), rings.end()), rings.end());
  return rings;
}

}  // namespace truce::judge
