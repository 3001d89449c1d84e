#include "stages/judge/gate.h"

#include <algorithm>
#include <utility>

#include "stages/judge/internal/gate_worlds.h"

namespace truce::judge {

std::string_view to_string(GateState s) {
  switch (s) {
    case GateState::kWaiting:
      return "waiting";
    case GateState::kPaused:
      return "paused";
    case GateState::kCounting:
      return "counting";
    case GateState::kClosed:
      return "closed";
    case GateState::kOpen:
      return "open";
    case GateState::kDone:
      return "done";
  }
  return {};
}

std::string_view to_string(DayVerdict v) {
  switch (v) {
    case DayVerdict::kNotStarted:
      return "not_started";
    case DayVerdict::kVerified:
      return "verified";
    case DayVerdict::kNotVerified:
      return "not_verified";
    case DayVerdict::kBreach:
      return "breach";
    case DayVerdict::kMaybeBreach:
      return "maybe_breach";
  }
  return {};
}

namespace {

constexpr DayNumber kNeverStarts{INT64_MAX};

// The first day that begins no earlier than an instant: a day begun before is not a whole one.
DayNumber first_whole_day(Instant t, const ::truce::Zone& zone) {
  const DayNumber day = day_of(t, zone);
  return interval_of(day, zone).start == t ? day : day + 1;
}

// The days on which the count may begin, with kNeverStarts where it may not have begun at all.
std::vector<DayNumber> start_days(const GateRule& rule, const Timeline& known, const AsOf& as) {
  const DayNumber from = first_whole_day(rule.from, as.zone);
  if (rule.starts_with.empty()) return {from};
  DayNumber low = kNeverStarts;
  DayNumber high = kNeverStarts;
  for (const Event& e : known.events) {
    if (e.name != rule.starts_with || e.p_real <= 1 - rule.tau) continue;
    low = std::min(low, std::max(from, first_whole_day(first_of(e.when), as.zone)));
    if (e.p_real >= rule.tau)
      high = std::min(high, std::max(from, first_whole_day(last_of(e.when), as.zone)));
  }
  const DayNumber today = day_of(as.until, as.zone);
  std::vector<DayNumber> out;
  for (DayNumber d = std::max(low, today + -kGateDaysMax); d <= std::min(high, today); d = d + 1)
    out.push_back(d);
  if (high > today) out.push_back(kNeverStarts);
  return out;
}

Worlds first_worlds(const std::vector<DayNumber>& starts, const std::vector<Straddle>& straddles) {
  World w;
  for (const Straddle& s : straddles) w.to_come.push_back(s.number);
  Worlds out;
  for (const DayNumber start : starts) {
    w.start = start;
    out.emplace(w, why("gate.not_started"));
  }
  return out;
}

DayFacts facts_of(DayNumber day, const GateRule& rule, const Timeline& known,
                  const GateBreaches& breaches, const AsOf& as) {
  DayFacts f{day, interval_of(day, as.zone), false, {}, {}};
  f.over = f.when.end <= as.until;
  for (const Breach& b : breaches.proved) {
    if (f.when.contains(first_of(b.when)) && f.when.contains(last_of(b.when)))
      f.breaches.push_back(&b);
  }
  f.not_verified = f.over ? why_not_verified(rule, known, breaches, f.when) : why("gate.today");
  return f;
}

DayVerdict verdict_of(const DayFacts& facts, const Worlds& after, bool maybe) {
  const bool started = std::any_of(after.begin(), after.end(),
                                   [&](const auto& w) { return w.first.start <= facts.day; });
  if (!started) return DayVerdict::kNotStarted;
  if (!facts.breaches.empty()) return DayVerdict::kBreach;
  if (maybe) return DayVerdict::kMaybeBreach;
  return facts.not_verified.key.empty() ? DayVerdict::kVerified : DayVerdict::kNotVerified;
}

// Of worlds that differ the most cautious is told: the one that comes first.
GateDay told_of(const Worlds& worlds, const DayFacts& facts, const GateRule& rule) {
  GateDay d{facts.day, facts.when, DayVerdict::kNotStarted, worlds.begin()->first.phase, rule.days,
            0,         false,      worlds.begin()->second};
  for (const auto& [w, reason] : worlds) {
    d.low = std::min(d.low, w.count);
    d.high = std::max(d.high, w.count);
    d.may_be_open = d.may_be_open || w.phase >= GateState::kOpen;
  }
  if (d.state >= GateState::kOpen) d.may_be_open = false;
  if (d.why.key == "gate.verified" && d.low < d.high)
    d.why = why("gate.verified_between",
                {std::to_string(d.low), std::to_string(d.high), std::to_string(rule.days)});
  return d;
}

// A day says so where it may hold a breach, or where it cannot be told whether the count has begun.
void tell_doubt(GateDay& d, const Worlds& worlds, const std::vector<std::string>& may_fall) {
  const auto started = [&](const auto& w) { return w.first.start <= d.day; };
  if (d.why.key == "gate.not_started" && std::any_of(worlds.begin(), worlds.end(), started))
    d.why.key = "gate.start_doubtful";
  d.why.records.insert(d.why.records.end(), may_fall.begin(), may_fall.end());
}

void gate_rests_on(Why& w, const std::vector<std::string>& records) {
  auto all = w.records;
  all.insert(all.end(), records.begin(), records.end());
  w = why(w.key, w.args, std::move(all));
}

Interval when_moved(const GateDay& d, const DayFacts& facts, const AsOf& as) {
  if (d.verdict == DayVerdict::kBreach) return facts.breaches.front()->when;
  const Instant end = std::min(d.when.end, as.until);
  return {end, end};
}

void note_transition(GateHistory& h, const GateDay& d, const DayFacts& facts, const AsOf& as) {
  const GateState from = h.state();
  const bool fell = !h.days.empty() && (d.low < h.days.back().low || d.high < h.days.back().high);
  const bool may = d.may_be_open && (h.days.empty() || !h.days.back().may_be_open);
  if (d.state == from && !fell && !may) return;
  h.transitions.push_back({when_moved(d, facts, as), from, d.state, d.low, d.high, d.why});
}

// The end of the day on which `days` more verified days are over.
std::optional<Due> opening_of(const GateHistory& h, const GateRule& rule, const AsOf& as) {
  const GateState state = h.state();
  if (h.days.empty() || state >= GateState::kClosed) return std::nullopt;
  const GateDay& last = h.days.back();
  if (last.verdict == DayVerdict::kNotStarted) return std::nullopt;
  const bool over = last.when.end <= as.until;
  const auto end_with = [&](int count, bool spoilt) {
    const DayNumber next = over || spoilt ? last.day + 1 : last.day;
    return interval_of(next + (rule.days - count - 1), as.zone).end;
  };
  const bool breach = last.verdict == DayVerdict::kBreach;
  const bool maybe = last.verdict == DayVerdict::kMaybeBreach;
  if (last.high >= rule.days) return Due{last.when.end, end_with(last.low, breach || maybe)};
  return Due{end_with(last.high, breach), end_with(last.low, breach || maybe)};
}

// Straddling breaches may have come before the first day that is told.
DayNumber first_followed(DayNumber first, const std::vector<Straddle>& straddles) {
  DayNumber from = first;
  for (const Straddle& s : straddles) {
    if (!s.loose && s.last >= first) from = std::min(from, s.first);
  }
  return from;
}

}  // namespace

GateHistory history(const GateRule& rule, const Timeline& all, const AsOf& as) {
  const Timeline known = as_of(all, as);
  const GateBreaches breaches = breaches_of(rule, known);
  const auto starts = start_days(rule, known, as);
  const DayNumber today = day_of(as.until, as.zone);
  const DayNumber first = std::clamp(starts.front(), today + -kGateDaysMax, today);
  auto straddles = straddles_of(breaches, as.zone);
  std::erase_if(straddles, [&](const Straddle& s) { return s.last < first; });
  Worlds worlds = first_worlds(starts, straddles);
  GateHistory h{rule.id, {}, {}, {}};
  for (DayNumber day = first_followed(first, straddles); day <= today; day = day + 1) {
    const DayFacts facts = facts_of(day, rule, known, breaches, as);
    if (facts.when.start == facts.when.end) continue;  // a day that the zone skipped
    const auto may_fall = may_fall_on(worlds, straddles, day);
    worlds = next_day(worlds, facts, straddles, rule, known, as);
    if (day < first) continue;
    GateDay d = told_of(worlds, facts, rule);
    d.verdict = verdict_of(facts, worlds, !may_fall.empty());
    tell_doubt(d, worlds, may_fall);
    gate_rests_on(d.why, quiet_records_on(rule, known, facts.when));
    note_transition(h, d, facts, as);
    h.days.push_back(std::move(d));
  }
  h.opening = opening_of(h, rule, as);
  return h;
}

::truce::Gate to_record(const GateRule& rule, const GateHistory& h) {
  ::truce::Gate g{rule.id, std::string(to_string(h.state())), rule.from, {}, {}, {}};
  if (!h.days.empty()) {
    const Why& last = h.days.back().why;
    g.why = to_english(last);
    g.message = last.key;
    g.args = last.args;
  }
  for (const GateTransition& t : h.transitions) {
    if (t.from != t.to) g.since = last_of(t.at);
  }
  return g;
}

namespace {

std::string counted_argument(const GateDay& d) {
  const std::string low = std::to_string(d.low);
  if (d.low == d.high) return as_argument(Message{"gate_count.one", {low}});
  return as_argument(Message{"gate_count.either", {low, std::to_string(d.high)}});
}

std::string state_argument(const GateDay& d) {
  return "@gate_state." + std::string(to_string(d.state));
}

bool says_the_same(const GateDay& a, const GateDay& b) {
  return a.state == b.state && a.low == b.low && a.high == b.high &&
         a.may_be_open == b.may_be_open && a.verdict == b.verdict;
}

GateMove move_of(const GateDay& b, const GateDay& a, std::vector<std::string> records) {
  const bool back = a.state < b.state || (a.state == b.state && a.low < b.low);
  return {a.day, b, a,
          why(back ? "gate.moved_back" : "gate.moved_on",
              {to_text(a.day), state_argument(a), counted_argument(a), state_argument(b),
               counted_argument(b)},
              std::move(records))};
}

const GateDay* day_in(const GateHistory& h, DayNumber day) {
  const auto at = std::lower_bound(h.days.begin(), h.days.end(), day,
                                   [](const GateDay& d, DayNumber n) { return d.day < n; });
  return at != h.days.end() && at->day == day ? &*at : nullptr;
}

}  // namespace

std::vector<GateMove> what_moved(const GateHistory& before, const GateHistory& after) {
  std::vector<GateMove> out;
  std::vector<std::string> cause;  // what the last day whose verdicts differ rests on
  for (const GateDay& b : before.days) {
    const GateDay* a = day_in(after, b.day);
    if (a == nullptr) {
      out.push_back({b.day, b, std::nullopt, b.why});
      continue;
    }
    if (a->verdict != b.verdict) {
      cause = a->why.records;
      cause.insert(cause.end(), b.why.records.begin(), b.why.records.end());
    }
    if (!says_the_same(b, *a)) out.push_back(move_of(b, *a, cause));
  }
  for (const GateDay& a : after.days) {
    if (day_in(before, a.day) == nullptr) out.push_back({a.day, std::nullopt, a, a.why});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const GateMove& a, const GateMove& b) { return a.day < b.day; });
  return out;
}

}  // namespace truce::judge
