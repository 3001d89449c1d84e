#include "app/moved.h"

#include <algorithm>
#include <limits>
#include <set>

namespace truce::app {

namespace {

std::vector<std::string> of_one_alone(std::vector<std::string> a, std::vector<std::string> b) {
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  std::vector<std::string> out;
  std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out.empty() ? b : out;
}

// What a clock says, by what it is about.
struct Told {
  std::string state;
  judge::Why why;
};
using AllTold = std::map<std::string, Told>;

std::vector<Moved::Change> changes_between(const AllTold& before, const AllTold& after) {
  std::vector<Moved::Change> out;
  for (const auto& [subject, b] : before) {
    const auto a = after.find(subject);
    if (a == after.end())
      out.push_back({subject, b.state, "none", b.why});
    else if (a->second.state != b.state)
      out.push_back({subject,
                     b.state,
                     a->second.state,
                     {a->second.why.key, a->second.why.args,
                      of_one_alone(b.why.records, a->second.why.records)}});
  }
  for (const auto& [subject, a] : after) {
    if (!before.contains(subject)) out.push_back({subject, "none", a.state, a.why});
  }
  return out;
}

AllTold obligations_told(const judge::ClockStates& clocks) {
  AllTold out;
  for (const auto& r : clocks.obligations) {
    std::string subject = "obligation " + r.obligation;
    if (!r.party.empty()) subject += " of " + r.party;
    if (!r.trigger.empty()) subject += " by " + r.trigger;
    out[subject] = {std::string(judge::to_string(r.state)), r.why};
  }
  return out;
}

AllTold tiers_told(const judge::ClockStates& clocks) {
  AllTold out;
  for (const auto& episodes : clocks.escalations) {
    for (const auto& e : episodes) {
      for (const auto& t : e.tiers)
        out["escalation " + e.escalation + " after " + e.breach + ", " + t.tier] = {
            std::string(judge::to_string(t.state)), t.why};
    }
  }
  return out;
}

AllTold cumulations_told(const judge::ClockStates& clocks) {
  AllTold out;
  for (const auto& groups : clocks.cumulations) {
    for (const auto& c : groups) {
      std::string subject = "cumulation " + c.rule;
      if (!c.group.empty()) subject += " of " + c.group;
      if (!c.members.empty()) subject += " from " + c.members.front();
      out[subject] = {c.certain ? "certain" : "possible", c.why};
    }
  }
  return out;
}

ReadingMoved moved_between(const ReadingClocks& then, const ReadingClocks& now) {
  ReadingMoved out;
  out.reading = now.reading;
  const judge::ClockStates &before = then.states, &after = now.states;
  for (std::size_t i = 0; i < after.gates.size(); ++i)
    out.gates.push_back({after.gates[i].gate, judge::what_moved(before.gates[i], after.gates[i])});
  out.obligations = changes_between(obligations_told(before), obligations_told(after));
  out.tiers = changes_between(tiers_told(before), tiers_told(after));
  out.cumulations = changes_between(cumulations_told(before), cumulations_told(after));
  return out;
}

// Ids of findings end in their reading; whatever else is the same is the same move.
bool is_same_move(const std::vector<Moved::Change>& a, const std::vector<Moved::Change>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Moved::Change& x, const Moved::Change& y) {
                      return x.before == y.before && x.after == y.after && x.why.key == y.why.key;
                    });
}

bool is_same_day(const judge::GateMove& a, const judge::GateMove& b) {
  const auto same = [](const std::optional<judge::GateDay>& x,
                       const std::optional<judge::GateDay>& y) {
    if (!x || !y) return !x == !y;
    return x->state == y->state && x->verdict == y->verdict && x->low == y->low &&
           x->high == y->high;
  };
  return a.day == b.day && same(a.before, b.before) && same(a.after, b.after);
}

bool moved_alike(const ReadingMoved& a, const ReadingMoved& b) {
  const bool same_gates =
      std::equal(a.gates.begin(), a.gates.end(), b.gates.begin(), b.gates.end(),
                 [](const auto& x, const auto& y) {
                   return x.gate == y.gate && std::equal(x.days.begin(), x.days.end(),
                                                         y.days.begin(), y.days.end(), is_same_day);
                 });
  return same_gates && is_same_move(a.obligations, b.obligations) &&
         is_same_move(a.tiers, b.tiers) && is_same_move(a.cumulations, b.cumulations);
}

}  // namespace

Result<Moved> what_moved_since(const Mission& mission, ledger::Store& store, std::uint64_t since,
                               std::uint64_t known) {
  TRUCE_TRY(then, clocks_of(mission, store, since, {}));
  TRUCE_TRY(now, clocks_of(mission, store, known, then.as.until));
  Moved out;
  out.until = then.as.until;
  static_cast<ReadingMoved&>(out) = moved_between(then.base(), now.base());
  for (std::size_t i = 1; i < now.readings.size(); ++i) {
    auto moved = moved_between(then.readings[i], now.readings[i]);
    if (!moved_alike(moved, out)) out.other.push_back(std::move(moved));
  }
  return out;
}

// ------------------------------------------------------------------------ since it was first told

namespace {

constexpr std::uint64_t kNeverTold = std::numeric_limits<std::uint64_t>::max();

// Since which entry each sector and class of the gate has a window up to the day's end or later.
std::uint64_t told_with(const judge::GateRule& rule, const judge::Timeline& all,
                        const judge::GateDay& day) {
  std::map<std::pair<std::string, EffectClass>, std::uint64_t> first;
  for (const auto& q : all.quiet) {
    if (q.when.end < day.when.end) continue;
    auto& known = first.try_emplace({q.sector, q.effect_class}, q.known).first->second;
    known = std::min(known, q.known);
  }
  std::uint64_t out = 0;
  for (const auto& sector : rule.sectors) {
    for (const EffectClass c : rule.classes) {
      const auto it = first.find({sector, c});
      if (it == first.end()) return kNeverTold;
      out = std::max(out, it->second);
    }
  }
  return out;
}

// Of a record: since which instant it may matter, and since which entry it is known.
struct Arrived {
  Instant start;
  std::uint64_t known = 0;
};

Result<std::vector<Arrived>> arrivals_of(ledger::Store& store, const judge::Timeline& all) {
  std::vector<Arrived> out;
  for (const auto& e : all.events) out.push_back({e.when.start, e.known});
  for (const auto& q : all.quiet) out.push_back({q.when.start, q.known});
  for (const auto& s : all.signatures) out.push_back({s.when, s.known});
  TRUCE_TRY(notices, store.records("notice"));
  for (const auto& row : notices) {
    TRUCE_TRY(n, ledger::from_store<Notice>(row.json));
    out.push_back({n.when.start, row.position});
  }
  TRUCE_TRY(statements, store.records("statement"));
  for (const auto& row : statements) {
    TRUCE_TRY(s, ledger::from_store<Statement>(row.json));
    out.push_back({s.when, row.position});
  }
  constexpr Interval kEver{{INT64_MIN}, {INT64_MAX}};
  TRUCE_TRY(conducts, store.conducts_overlapping(kEver));
  for (const auto& c : conducts) {
    TRUCE_TRY(row, store.observation(c.subject));  // none of a statement, which is above
    if (row) out.push_back({c.when.start, row->position});
  }
  TRUCE_TRY(incidents, store.incidents_overlapping(kEver));
  for (const auto& i : incidents) {
    for (const auto& e : i.evidence) {
      TRUCE_TRY(row, store.observation(e.observation));
      if (row) out.push_back({i.when.start, row->position});
    }
  }
  return out;
}

// The number of entries at the end of the look at the feeds in which this one came; empty where it
// is the last.
std::optional<std::uint64_t> end_of_look(const std::vector<std::uint64_t>& ticks,
                                         std::uint64_t position) {
  const auto it = std::lower_bound(ticks.begin(), ticks.end(), position);
  if (it == ticks.end() || it + 1 == ticks.end()) return std::nullopt;
  return *it + 1;
}

Result<std::vector<std::uint64_t>> ticks_of(ledger::Store& store) {
  TRUCE_TRY(rows, store.records("tick"));
  std::vector<std::uint64_t> out;
  for (const auto& row : rows) out.push_back(row.position);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

Result<MovedDays> moved_since_told(const Mission& mission, ledger::Store& store, const Clocks& now,
                                   Instant first) {
  MovedDays out;
  TRUCE_TRY(ticks, ticks_of(store));
  if (ticks.size() < 2) return out;  // all came in one look
  TRUCE_TRY(arrived, arrivals_of(store, now.base().timeline));
  std::map<std::uint64_t, std::vector<std::pair<std::size_t, judge::DayNumber>>> asked;
  const auto& rules = mission.agreement.readings.front().clocks.gates;
  const auto& gates = now.base().states.gates;
  for (std::size_t g = 0; g < gates.size(); ++g) {
    for (const auto& day : gates[g].days) {
      if (day.when.end <= first || day.when.end > now.as.until) continue;
      const auto told = told_with(rules[g], now.base().timeline, day);
      const auto look = told == kNeverTold ? std::nullopt : end_of_look(ticks, told);
      const bool late = look && std::any_of(arrived.begin(), arrived.end(), [&](const Arrived& a) {
                          return a.known >= *look && a.start < day.when.end;
                        });
      if (late) asked[*look].emplace_back(g, day.day);
    }
  }
  for (const auto& [look, days] : asked) {
    TRUCE_TRY(then, clocks_of(mission, store, look, now.as.until));
    for (const auto& [g, day] : days) {
      for (auto& move : judge::what_moved(then.base().states.gates[g], gates[g])) {
        if (move.day == day) out.emplace(std::pair(gates[g].gate, day), std::move(move));
      }
    }
  }
  return out;
}

}  // namespace truce::app
