#include "stages/judge/internal/gate_steps.h"

#include <algorithm>
#include <optional>

namespace truce::judge {

namespace {

// When a step was done, from the first to the last instant at which it may have been.
struct StepDone {
  bool any = false;      // someone may have
  bool certain = false;  // whoever must, has: beyond the gate's standard of proof
  std::optional<Interval> when;
  Instant soonest{INT64_MIN};  // also by acts that are not proved
  std::vector<std::string> records;
  bool apart = false;    // certainly not mirrored
  bool together = true;  // certainly mirrored
};

// Whose act is asked for, and when; an empty party stands for anybody.
struct ActAsked {
  const std::string& event;
  const std::string& party;
  Instant from;
  Instant until;
};

bool proved_act(const GateRule& rule, const Event& e, const ActAsked& asked) {
  return e.p_real >= rule.tau && first_of(e.when) >= asked.from &&
         (asked.party.empty() || e.party == asked.party);
}

bool possible_act(const GateRule& rule, const Event& e, const ActAsked& asked) {
  return e.name == asked.event && e.p_real > 1 - rule.tau && last_of(e.when) >= asked.from &&
         first_of(e.when) <= asked.until &&
         (asked.party.empty() || e.party.empty() || e.party == asked.party);
}

// The first act of a party that is proved, else the first that may be; none where there is none.
const Event* act_of(const GateRule& rule, const Timeline& known, const ActAsked& asked) {
  const Event* found = nullptr;
  for (const Event& e : known.events) {
    if (!possible_act(rule, e, asked)) continue;
    if (proved_act(rule, e, asked)) return &e;
    if (found == nullptr) found = &e;
  }
  return found;
}

// The first instant at which a party may have acted.
Instant soonest_act(const GateRule& rule, const Timeline& known, const ActAsked& asked) {
  Instant out{INT64_MAX};
  for (const Event& e : known.events) {
    if (possible_act(rule, e, asked)) out = std::min(out, std::max(first_of(e.when), asked.from));
  }
  return out;
}

void add_act(StepDone& done, const Event& e) {
  done.any = true;
  done.records.push_back(e.id);
  if (!done.when) done.when = e.when;
  done.when->start = std::max(first_of(*done.when), first_of(e.when));
  done.when->end = std::max(done.when->end, e.when.end);
}

// Mirrored: the first and the last act of the parties are no further apart than it says.
void hold_together(StepDone& done, const std::vector<const Event*>& acts, Duration apart_max) {
  Instant first_low{INT64_MAX}, first_high{INT64_MAX}, last_low{INT64_MIN}, last_high{INT64_MIN};
  for (const Event* e : acts) {
    first_low = std::min(first_low, first_of(e->when));
    first_high = std::min(first_high, last_of(e->when));
    last_low = std::max(last_low, first_of(e->when));
    last_high = std::max(last_high, last_of(e->when));
  }
  done.together = last_high <= plus(first_low, apart_max);
  done.apart = last_low > plus(first_high, apart_max);
}

StepDone done_of(const GateRule& rule, const GateStep& step, const Timeline& known,
                 const Interval& open) {
  StepDone done;
  done.certain = true;
  bool doubted = false;  // an act that is not proved may have been sooner
  std::vector<const Event*> acts;
  const std::vector<std::string> any{""};
  for (const auto& party : step.by == DoneBy::kEach ? rule.parties : any) {
    const ActAsked asked{step.event, party, open.start, open.end};
    const Event* act = act_of(rule, known, asked);
    if (act == nullptr || !proved_act(rule, *act, asked)) done.certain = false;
    const Instant soonest = soonest_act(rule, known, asked);
    done.soonest = std::max(done.soonest, soonest);
    if (act == nullptr) continue;
    if (soonest < first_of(act->when)) doubted = true;
    add_act(done, *act);
    acts.push_back(act);
  }
  if (step.by == DoneBy::kEach && acts.size() < rule.parties.size()) done.any = false;
  if (step.mirrored && done.any) hold_together(done, acts, *step.mirrored);
  if (doubted) done.certain = done.apart = false;
  return done;
}

Interval instants_of(const Due& d) { return {d.earliest, {d.latest.ns + 1}}; }

// What a single step says; empty where it is done in time and the next one counts.
std::optional<StepsStatus> missed_or_waited_for(const GateStep& step, const StepDone& done,
                                                const Due& last, const AsOf& as) {
  const std::string by = due_argument(last, as.zone);
  const std::string name = as_text(step.name);
  const auto status = [&](StepsState state, Interval at, const char* key,
                          std::vector<std::string> args) {
    return StepsStatus{state, at, why(key, std::move(args), done.records)};
  };
  const bool over = as.until > last.latest;
  if (!done.any) {
    if (over) return status(StepsState::kExpired, instants_of(last), "gate.expired", {name, by});
    return status(StepsState::kRunning, {}, "gate.running", {name, by});
  }
  if (done.soonest > last.latest)
    return status(StepsState::kExpired, instants_of(last), "gate.expired", {name, by});
  if (done.apart)
    return status(StepsState::kExpired, *done.when, "gate.not_mirrored",
                  {name, number_text(step.mirrored->in_seconds() / 3600)});
  if (!done.certain && !over) return status(StepsState::kRunning, {}, "gate.running", {name, by});
  if (!done.certain || !done.together || last_of(*done.when) > last.earliest)
    return status(StepsState::kUnclear, instants_of(last), "gate.step_unclear", {name, by});
  return std::nullopt;
}

}  // namespace

StepsStatus steps_of(const GateRule& rule, const Timeline& known, Instant opened, const AsOf& as) {
  Interval before{opened, opened};
  std::vector<std::string> records;
  for (const GateStep& step : rule.steps) {
    const StepDone done = done_of(rule, step, known, {opened, as.until});
    const Due last = due(step.deadline, before, as.zone);
    if (auto status = missed_or_waited_for(step, done, last, as)) return *status;
    records.insert(records.end(), done.records.begin(), done.records.end());
    before = *done.when;
  }
  if (rule.steps.empty())
    return {StepsState::kRunning, before, why("gate.opened", {std::to_string(rule.days)})};
  return {StepsState::kUsed, before, why("gate.used", {}, std::move(records))};
}

bool first_step_begun(const GateRule& rule, const Timeline& known, Instant opened, Instant before) {
  if (rule.steps.empty()) return false;
  const std::string anybody;
  const Event* act = act_of(rule, known, {rule.steps[0].event, anybody, opened, before});
  return act != nullptr && proved_act(rule, *act, {act->name, anybody, opened, before}) &&
         last_of(act->when) < before;
}

}  // namespace truce::judge
