#include "stages/judge/internal/obligation_force.h"

#include <algorithm>
#include <utility>

namespace truce::judge {

double at_least(int number, const std::vector<double>& p) {
  std::vector<double> exactly(static_cast<std::size_t>(number) + 1, 0.0);  // the last: or more
  exactly[0] = 1;
  for (const double q : p) {
    exactly.back() += exactly[exactly.size() - 2] * q;
    for (std::size_t i = exactly.size() - 2; i > 0; --i)
      exactly[i] = exactly[i] * (1 - q) + exactly[i - 1] * q;
    exactly[0] *= 1 - q;
  }
  return exactly.back();
}

namespace {

constexpr Instant kTermEver{INT64_MIN};
constexpr Instant kTermNever{INT64_MAX};

// From when to when acts count, each end at its earliest and latest.
struct ObligationTerm {
  Due opens;
  Due closes;
};

// An act, and what is certain about it.
struct TermAct {
  const Event* event = nullptr;
  bool attributed = false;  // it is this party's, in the trigger's sector
  bool inside = false;      // in the term, whatever the timing
  bool perhaps = false;     // in the term, in some timing
};

struct ActChance {
  double low = 0;
  double high = 0;
};

Instant day_start(Instant trigger, const Deadline& d, const ::truce::Zone& zone) {
  const int after = d.day_one == DayOne::kTheDayItself ? d.day - 1 : d.day;
  return interval_of(day_of(trigger, zone) + after, zone).start;
}

ObligationTerm term_of(const ObligationRule& rule, const Interval& trigger,
                       const ::truce::Zone& zone) {
  const Instant first = first_of(trigger);
  const Instant last = last_of(trigger);
  ObligationTerm t{{first, last}, {kTermNever, kTermNever}};
  if (rule.deadline) t.closes = due(*rule.deadline, trigger, zone);
  if (rule.kind == ObligationKind::kPunctual)
    t.opens = {day_start(first, *rule.deadline, zone), day_start(last, *rule.deadline, zone)};
  if (rule.ahead) {
    const Duration ahead{-rule.ahead->ns};
    t = {{kTermEver, kTermEver}, {plus(first, ahead), plus(last, ahead)}};
    if (rule.not_before) {
      const Duration back{-rule.not_before->ns};
      t.opens = {plus(first, back), plus(last, back)};
    }
  }
  if (rule.preemptive) t.opens = {kTermEver, kTermEver};
  return t;
}

bool may_match(const std::string& said, const std::string& asked) {
  return said.empty() || asked.empty() || said == asked;
}

std::vector<TermAct> acts_in(const ObligationRule& rule, const std::string& name,
                             const ObligationTerm& term, const ObligationTrigger& trigger,
                             const std::string& party, const Timeline& known) {
  std::vector<TermAct> out;
  for (const Event& e : known.events) {
    if (e.name != name || !may_match(e.party, party)) continue;
    if (rule.same_sector && !may_match(e.sector, trigger.sector)) continue;
    TermAct a{&e, e.party == party, false, false};
    if (rule.same_sector) a.attributed = a.attributed && e.sector == trigger.sector;
    a.inside = a.attributed && first_of(e.when) >= term.opens.latest &&
               last_of(e.when) <= term.closes.earliest;
    a.perhaps = last_of(e.when) >= term.opens.earliest && first_of(e.when) <= term.closes.latest;
    out.push_back(a);
  }
  return out;
}

ActChance act_chance(int number, const std::vector<TermAct>& acts) {
  std::vector<double> certain, possible;
  for (const TermAct& a : acts) {
    if (a.inside) certain.push_back(a.event->p_real);
    if (a.perhaps) possible.push_back(a.event->p_real);
  }
  return {at_least(number, certain), at_least(number, possible)};
}

template <class Keep>
std::vector<std::string> act_ids(const std::vector<TermAct>& acts, Keep keep) {
  std::vector<std::string> out;
  for (const TermAct& a : acts) {
    if (keep(a)) out.push_back(a.event->id);
  }
  return out;
}

// When the act had been done as often as asked, of those that `keep` takes.
template <class Keep>
std::optional<Interval> nth_act(int number, const std::vector<TermAct>& acts, Keep keep) {
  std::vector<Instant> firsts, lasts;
  for (const TermAct& a : acts) {
    if (!keep(a)) continue;
    firsts.push_back(first_of(a.event->when));
    lasts.push_back(last_of(a.event->when));
  }
  const auto n = static_cast<std::size_t>(number);
  if (firsts.size() < n) return std::nullopt;
  std::sort(firsts.begin(), firsts.end());
  std::sort(lasts.begin(), lasts.end());
  if (firsts[n - 1] == lasts[n - 1]) return Interval{firsts[n - 1], firsts[n - 1]};
  return Interval{firsts[n - 1], {lasts[n - 1].ns + 1}};
}

// When it was ended by the event that ends it; kTermNever where it was not, or not for sure.
struct Ending {
  Due when{kTermNever, kTermNever};
  std::vector<std::string> records;
};

// Everything that the leaves below look at.
struct ObligationInstance {
  const ObligationRule& rule;
  const ObligationTrigger& trigger;
  const AsOf& as;
  ObligationTerm term;
  std::vector<TermAct> acts;
  Ending ending;
};

// An event that may have come before the trigger ends nothing for sure.
Ending ending_of(const ObligationRule& rule, const ObligationTrigger& trigger,
                 const Timeline& known) {
  Ending out;
  if (rule.ends_with.empty()) return out;
  for (const Event& e : known.events) {
    if (e.name != rule.ends_with || e.p_real <= 1 - rule.tau ||
        last_of(e.when) < first_of(trigger.when))
      continue;
    out.records.push_back(e.id);
    out.when.earliest = std::min(out.when.earliest, first_of(e.when));
    if (e.p_real >= rule.tau && first_of(e.when) >= last_of(trigger.when))
      out.when.latest = std::min(out.when.latest, last_of(e.when));
  }
  return out;
}

void set_end(ObligationResult& r, const Due& d) {
  if (d.latest != kTermNever) r.due = d;
}

// The value that a range of P(breach) has by a standard of proof.
FindingValue obligation_value(double low, double high, double tau) {
  if (low >= tau) return FindingValue::kBreach;
  return 1 - high >= tau ? FindingValue::kCompliant : FindingValue::kUndeterminable;
}

void leave_open(ObligationResult& r, std::string missing, Why reason) {
  r.state = ObligationState::kUndeterminable;
  r.value = FindingValue::kUndeterminable;
  r.missing_fact = std::move(missing);
  r.why = std::move(reason);
}

Why because_trigger(const ObligationInstance& i) {
  return why("obligation.trigger_unclear", {as_text(i.rule.trigger)}, i.trigger.records);
}

// Of an act that is asked for: not over, perhaps over, over.
void settle_undone(ObligationResult& r, const ObligationInstance& i) {
  const Due& closes = i.term.closes;
  const std::string by = due_argument(closes, i.as.zone);
  const auto ids = act_ids(i.acts, [](const TermAct& a) { return a.perhaps; });
  if (r.value == FindingValue::kBreach) {
    r.state = ObligationState::kBreached;
    r.in_force = i.rule.perdurant && !r.done_certain && i.ending.when.latest == kTermNever;
    r.breached = Interval{closes.earliest, {closes.latest.ns + 1}};
    auto records = act_ids(i.acts, [](const TermAct&) { return true; });
    records.insert(records.end(), i.trigger.records.begin(), i.trigger.records.end());
    r.why = why("obligation.breached", {as_text(i.rule.act), by}, std::move(records));
  } else if (r.value == FindingValue::kUndeterminable && i.trigger.p_low < i.rule.tau) {
    leave_open(r, "trigger", because_trigger(i));
  } else if (i.as.until <= closes.latest) {
    leave_open(
        r, "deadline",
        why("obligation.deadline_unclear",
            {to_local_text(closes.earliest, i.as.zone), to_local_text(closes.latest, i.as.zone)},
            i.trigger.records));
  } else {
    leave_open(r, "act", why("obligation.acts_unclear", {as_text(i.rule.act), by}, ids));
  }
}

bool ended_before_due(const ObligationInstance& i) {
  return i.ending.when.latest != kTermNever && i.ending.when.latest <= i.term.closes.earliest;
}

void say_done(ObligationResult& r, const ObligationInstance& i, std::vector<std::string> acts) {
  r.state = ObligationState::kFulfilled;
  r.why = why("obligation.done", {as_text(i.rule.act), due_argument(i.term.closes, i.as.zone)},
              std::move(acts));
}

void say_in_force(ObligationResult& r, const ObligationInstance& i) {
  r.in_force = true;
  if (i.trigger.p_low < i.rule.tau) return leave_open(r, "trigger", because_trigger(i));
  leave_open(r, "deadline",
             why("obligation.in_force",
                 {as_text(i.rule.act), due_argument(i.term.closes, i.as.zone)}, i.trigger.records));
  r.state = ObligationState::kInForce;
}

void judge_act(ObligationResult& r, const ObligationInstance& i) {
  const ActChance done = act_chance(i.rule.at_least, i.acts);
  const bool over = i.as.until > i.term.closes.latest;
  const bool may_be_over = i.as.until > i.term.closes.earliest;
  const bool may_be_ended = i.ending.when.earliest <= i.term.closes.latest;
  r.p_low = over && !may_be_ended ? i.trigger.p_low * (1 - done.high) : 0;
  r.p_high = may_be_over && !ended_before_due(i) ? i.trigger.p_high * (1 - done.low) : 0;
  r.value = obligation_value(r.p_low, r.p_high, i.rule.tau);
  if (done.low >= i.rule.tau) {
    say_done(r, i, act_ids(i.acts, [](const TermAct& a) { return a.inside; }));
  } else if (ended_before_due(i)) {
    r.state = ObligationState::kTerminated;
    r.value = FindingValue::kNotApplicable;
    r.why = why("obligation.terminated", {as_text(i.rule.ends_with)}, i.ending.records);
  } else if (!may_be_over) {
    say_in_force(r, i);
  } else if (r.value == FindingValue::kCompliant) {  // acts and trigger together are likely enough
    say_done(r, i, act_ids(i.acts, [](const TermAct& a) { return a.perhaps; }));
  } else {
    settle_undone(r, i);
  }
}

// The state of what is kept to, once P(breach) is known.
void settle_kept(ObligationResult& r, const ObligationInstance& i, Why broken, Why perhaps) {
  const bool over = i.as.until > i.term.closes.latest;
  r.value = obligation_value(r.p_low, r.p_high, i.rule.tau);
  r.in_force = !over;
  if (r.value == FindingValue::kBreach) {
    r.state = ObligationState::kBreached;
    r.in_force = !over && i.rule.perdurant;
    r.why = std::move(broken);
  } else if (r.value == FindingValue::kCompliant) {
    r.state = over ? ObligationState::kFulfilled : ObligationState::kInForce;
    r.why = why(over ? "obligation.kept" : "obligation.kept_so_far", {}, i.trigger.records);
  } else if (i.trigger.p_low < i.rule.tau) {
    leave_open(r, "trigger", because_trigger(i));
  } else {
    leave_open(r, "act", std::move(perhaps));
  }
}

void judge_forbidden(ObligationResult& r, const ObligationInstance& i) {
  const ActChance broken = act_chance(1, i.acts);
  r.p_low = i.trigger.p_low * broken.low;
  r.p_high = i.trigger.p_high * broken.high;
  const auto inside = [](const TermAct& a) { return a.inside; };
  const auto may = [](const TermAct& a) { return a.perhaps; };
  r.breached = nth_act(1, i.acts, inside);
  if (!r.breached) r.breached = nth_act(1, i.acts, may);
  settle_kept(r, i, why("obligation.broken", {as_text(i.rule.forbids)}, act_ids(i.acts, inside)),
              why("obligation.perhaps_broken", {as_text(i.rule.forbids)}, act_ids(i.acts, may)));
  if (r.value == FindingValue::kCompliant) r.breached = std::nullopt;
}

// The days of a term of daily duties, and how sure it is that the duty holds on each.
struct DutyDay {
  Interval when;
  bool certain = false;
};
std::vector<DutyDay> duty_days(const ObligationInstance& i) {
  const int skip = i.rule.first_day == DayOne::kTheDayAfter ? 1 : 0;
  const DayNumber first = day_of(i.term.opens.earliest, i.as.zone) + skip;
  const DayNumber certain = day_of(i.term.opens.latest, i.as.zone) + skip;
  std::vector<DutyDay> out;
  for (DayNumber day = first;; day = day + 1) {
    const Interval when = interval_of(day, i.as.zone);
    if (when.end > i.as.until || last_of(when) > i.term.closes.latest) return out;
    if (when.start == when.end) continue;
    out.push_back({when, day >= certain && last_of(when) <= i.term.closes.earliest});
  }
}

void judge_daily(ObligationResult& r, const ObligationInstance& i, const std::string& party,
                 const Timeline& known) {
  Why broken, perhaps;
  for (const DutyDay& day : duty_days(i)) {
    const ObligationTerm on_day{{day.when.start, day.when.start},
                                {last_of(day.when), last_of(day.when)}};
    const auto acts = acts_in(i.rule, i.rule.act, on_day, i.trigger, party, known);
    const ActChance done = act_chance(i.rule.at_least, acts);
    const double low = day.certain ? i.trigger.p_low * (1 - done.high) : 0;
    const double high = i.trigger.p_high * (1 - done.low);
    const auto ids = act_ids(acts, [](const TermAct& a) { return a.perhaps; });
    const std::string number = std::to_string(i.rule.at_least);
    const std::string name = to_text(day_of(day.when.start, i.as.zone));
    if (low > r.p_low)
      broken = why("obligation.day_short", {as_text(i.rule.act), number, name}, ids);
    if (low > r.p_low) r.breached = day.when;
    if (high > r.p_high)
      perhaps = why("obligation.day_unclear", {as_text(i.rule.act), number, name}, ids);
    r.p_low = std::max(r.p_low, low);
    r.p_high = std::max(r.p_high, high);
  }
  settle_kept(r, i, std::move(broken), std::move(perhaps));
}

}  // namespace

ObligationResult judge_obligation(const ObligationRule& rule, const ObligationTrigger& trigger,
                                  const std::string& party, const Timeline& known, const AsOf& as) {
  ObligationResult r;
  r.obligation = rule.id;
  r.trigger = trigger.id;
  r.party = party;
  r.sector = trigger.sector;
  ObligationInstance i{
      rule, trigger, as, term_of(rule, trigger.when, as.zone), {}, ending_of(rule, trigger, known)};
  const bool kept = rule.kind == ObligationKind::kMaintenance;
  if (kept) {
    i.term.closes.earliest = std::min(i.term.closes.earliest, i.ending.when.earliest);
    i.term.closes.latest = std::min(i.term.closes.latest, i.ending.when.latest);
  }
  set_end(r, i.term.closes);
  if (kept && rule.per_day) {
    judge_daily(r, i, party, known);
    return r;
  }
  i.acts = acts_in(rule, kept ? rule.forbids : rule.act, i.term, trigger, party, known);
  if (kept) {
    judge_forbidden(r, i);
    return r;
  }
  const auto since = [&](const TermAct& a) {
    return last_of(a.event->when) >= i.term.opens.earliest;
  };
  r.done = nth_act(rule.at_least, i.acts, since);
  std::vector<double> p;
  for (const TermAct& a : i.acts) {
    if (a.attributed && first_of(a.event->when) >= i.term.opens.latest)
      p.push_back(a.event->p_real);
  }
  r.done_certain = at_least(rule.at_least, p) >= rule.tau;
  judge_act(r, i);
  return r;
}

}  // namespace truce::judge
