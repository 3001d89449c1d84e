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

constexpr Instant kEver{INT64_MIN};
constexpr Instant kNever{INT64_MAX};

// From when to when acts count, each end at its earliest and latest.
struct Term {
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

struct Chance {
  double low = 0;
  double high = 0;
};

Instant day_start(Instant trigger, const Deadline& d, const ::truce::Zone& zone) {
  const int after = d.day_one == DayOne::kTheDayItself ? d.day - 1 : d.day;
  return interval_of(day_of(trigger, zone) + after, zone).start;
}

Term term_of(const ObligationRule& rule, const Interval& trigger, const ::truce::Zone& zone) {
  const Instant first = first_of(trigger);
  const Instant last = last_of(trigger);
  Term t{{first, last}, {kNever, kNever}};
  if (rule.deadline) t.closes = due(*rule.deadline, trigger, zone);
  if (rule.kind == ObligationKind::kPunctual)
    t.opens = {day_start(first, *rule.deadline, zone), day_start(last, *rule.deadline, zone)};
  if (rule.ahead) {
    const Duration ahead{-rule.ahead->ns};
    t = {{kEver, kEver}, {plus(first, ahead), plus(last, ahead)}};
    if (rule.not_before) {
      const Duration back{-rule.not_before->ns};
      t.opens = {plus(first, back), plus(last, back)};
    }
  }
  if (rule.preemptive) t.opens = {kEver, kEver};
  return t;
}

bool may_be(const std::string& said, const std::string& asked) {
  return said.empty() || asked.empty() || said == asked;
}

std::vector<TermAct> acts_in(const ObligationRule& rule, const std::string& name, const Term& term,
                             const ObligationTrigger& trigger, const std::string& party,
                             const Timeline& known) {
  std::vector<TermAct> out;
  for (const Event& e : known.events) {
    if (e.name != name || !may_be(e.party, party)) continue;
    if (rule.same_sector && !may_be(e.sector, trigger.sector)) continue;
    TermAct a{&e, e.party == party, false, false};
    if (rule.same_sector) a.attributed = a.attributed && e.sector == trigger.sector;
    a.inside = a.attributed && first_of(e.when) >= term.opens.latest &&
               last_of(e.when) <= term.closes.earliest;
    a.perhaps = last_of(e.when) >= term.opens.earliest && first_of(e.when) <= term.closes.latest;
    out.push_back(a);
  }
  return out;
}

Chance chance_of(int number, const std::vector<TermAct>& acts) {
  std::vector<double> certain, possible;
  for (const TermAct& a : acts) {
    if (a.inside) certain.push_back(a.event->p_real);
    if (a.perhaps) possible.push_back(a.event->p_real);
  }
  return {at_least(number, certain), at_least(number, possible)};
}

template <class Keep>
std::vector<std::string> ids_of(const std::vector<TermAct>& acts, Keep keep) {
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

// When it was ended by the event that ends it; kNever where it was not, or not for sure.
struct Ending {
  Due when{kNever, kNever};
  std::vector<std::string> records;
};

// Everything that the leaves below look at.
struct Instance {
  const ObligationRule& rule;
  const ObligationTrigger& trigger;
  const AsOf& as;
  Term term;
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

void set_due(ObligationResult& r, const Due& d) {
  if (d.latest != kNever) r.due = d;
}

// The value that a range of P(breach) has by a standard of proof.
FindingValue value_of(double low, double high, double tau) {
  if (low >= tau) return FindingValue::kBreach;
  return 1 - high >= tau ? FindingValue::kCompliant : FindingValue::kUndeterminable;
}

void undetermined(ObligationResult& r, std::string missing, Why reason) {
  r.state = ObligationState::kUndeterminable;
  r.value = FindingValue::kUndeterminable;
  r.missing_fact = std::move(missing);
  r.why = std::move(reason);
}

Why because_trigger(const Instance& i) {
  return why("obligation.trigger_unclear", {i.rule.trigger}, i.trigger.records);
}

// Of an act that is asked for: not over, perhaps over, over.
void settle_undone(ObligationResult& r, const Instance& i) {
  const Due& closes = i.term.closes;
  const std::string by = to_text(closes, i.as.zone);
  const auto ids = ids_of(i.acts, [](const TermAct& a) { return a.perhaps; });
  if (r.value == FindingValue::kBreach) {
    r.state = ObligationState::kBreached;
    r.in_force = i.rule.perdurant && !r.done_certain && i.ending.when.latest == kNever;
    r.breached = Interval{closes.earliest, {closes.latest.ns + 1}};
    auto records = ids_of(i.acts, [](const TermAct&) { return true; });
    records.insert(records.end(), i.trigger.records.begin(), i.trigger.records.end());
    r.why = why("obligation.breached", {i.rule.act, by}, std::move(records));
  } else if (r.value == FindingValue::kUndeterminable && i.trigger.p_low < i.rule.tau) {
    undetermined(r, "trigger", because_trigger(i));
  } else if (i.as.until <= closes.latest) {
    undetermined(
        r, "deadline",
        why("obligation.deadline_unclear",
            {to_local_text(closes.earliest, i.as.zone), to_local_text(closes.latest, i.as.zone)},
            i.trigger.records));
  } else {
    undetermined(r, "act", why("obligation.acts_unclear", {i.rule.act, by}, ids));
  }
}

bool ended_before_due(const Instance& i) { return i.ending.when.latest <= i.term.closes.earliest; }

void judge_act(ObligationResult& r, const Instance& i) {
  const ObligationRule& rule = i.rule;
  const Chance done = chance_of(rule.at_least, i.acts);
  const bool over = i.as.until > i.term.closes.latest;
  const bool may_be_over = i.as.until > i.term.closes.earliest;
  const bool may_be_ended = i.ending.when.earliest <= i.term.closes.latest;
  r.p_low = over && !may_be_ended ? i.trigger.p_low * (1 - done.high) : 0;
  r.p_high = may_be_over && !ended_before_due(i) ? i.trigger.p_high * (1 - done.low) : 0;
  r.value = value_of(r.p_low, r.p_high, rule.tau);
  if (done.low >= rule.tau) {
    r.state = ObligationState::kFulfilled;
    r.why = why("obligation.done", {rule.act, to_text(i.term.closes, i.as.zone)},
                ids_of(i.acts, [](const TermAct& a) { return a.inside; }));
  } else if (ended_before_due(i)) {
    r.state = ObligationState::kTerminated;
    r.value = FindingValue::kNotApplicable;
    r.why = why("obligation.terminated", {rule.ends_with}, i.ending.records);
  } else if (!may_be_over) {
    undetermined(r, i.trigger.p_low < rule.tau ? "trigger" : "deadline",
                 i.trigger.p_low < rule.tau
                     ? because_trigger(i)
                     : why("obligation.in_force", {rule.act, to_text(i.term.closes, i.as.zone)},
                           i.trigger.records));
    if (r.missing_fact == "deadline") r.state = ObligationState::kInForce;
    r.in_force = true;
  } else if (r.value == FindingValue::kCompliant) {
    r.state = ObligationState::kFulfilled;  // by acts, or by a trigger, that are likely enough
    r.why = why("obligation.done", {rule.act, to_text(i.term.closes, i.as.zone)},
                ids_of(i.acts, [](const TermAct& a) { return a.perhaps; }));
  } else {
    settle_undone(r, i);
  }
}

// The state of what is kept to, once P(breach) is known.
void settle_kept(ObligationResult& r, const Instance& i, Why broken, Why perhaps) {
  const bool over = i.as.until > i.term.closes.latest;
  r.value = value_of(r.p_low, r.p_high, i.rule.tau);
  r.in_force = !over;
  if (r.value == FindingValue::kBreach) {
    r.state = ObligationState::kBreached;
    r.in_force = !over && i.rule.perdurant;
    r.why = std::move(broken);
  } else if (r.value == FindingValue::kCompliant) {
    r.state = over ? ObligationState::kFulfilled : ObligationState::kInForce;
    r.why = why(over ? "obligation.kept" : "obligation.kept_so_far", {}, i.trigger.records);
  } else if (i.trigger.p_low < i.rule.tau) {
    undetermined(r, "trigger", because_trigger(i));
  } else {
    undetermined(r, "act", std::move(perhaps));
  }
}

void judge_forbidden(ObligationResult& r, const Instance& i) {
  const Chance broken = chance_of(1, i.acts);
  r.p_low = i.trigger.p_low * broken.low;
  r.p_high = i.trigger.p_high * broken.high;
  const auto inside = [](const TermAct& a) { return a.inside; };
  const auto may = [](const TermAct& a) { return a.perhaps; };
  r.breached = nth_act(1, i.acts, inside);
  if (!r.breached) r.breached = nth_act(1, i.acts, may);
  settle_kept(r, i, why("obligation.broken", {i.rule.forbids}, ids_of(i.acts, inside)),
              why("obligation.perhaps_broken", {i.rule.forbids}, ids_of(i.acts, may)));
  if (r.value == FindingValue::kCompliant) r.breached = std::nullopt;
}

// The days of a term of daily duties, and how sure it is that the duty holds on each.
struct DutyDay {
  Interval when;
  bool certain = false;
};
std::vector<DutyDay> duty_days(const Instance& i) {
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

void judge_daily(ObligationResult& r, const Instance& i, const std::string& party,
                 const Timeline& known) {
  Why broken, perhaps;
  for (const DutyDay& day : duty_days(i)) {
    const Term on_day{{day.when.start, day.when.start}, {last_of(day.when), last_of(day.when)}};
    const auto acts = acts_in(i.rule, i.rule.act, on_day, i.trigger, party, known);
    const Chance done = chance_of(i.rule.at_least, acts);
    const double low = day.certain ? i.trigger.p_low * (1 - done.high) : 0;
    const double high = i.trigger.p_high * (1 - done.low);
    const auto ids = ids_of(acts, [](const TermAct& a) { return a.perhaps; });
    const std::string number = std::to_string(i.rule.at_least);
    const std::string name = to_text(day_of(day.when.start, i.as.zone));
    if (low > r.p_low) broken = why("obligation.day_short", {i.rule.act, number, name}, ids);
    if (low > r.p_low) r.breached = day.when;
    if (high > r.p_high) perhaps = why("obligation.day_unclear", {i.rule.act, number, name}, ids);
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
  Instance i{
      rule, trigger, as, term_of(rule, trigger.when, as.zone), {}, ending_of(rule, trigger, known)};
  const bool kept = rule.kind == ObligationKind::kMaintenance;
  if (kept) {
    i.term.closes.earliest = std::min(i.term.closes.earliest, i.ending.when.earliest);
    i.term.closes.latest = std::min(i.term.closes.latest, i.ending.when.latest);
  }
  set_due(r, i.term.closes);
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
