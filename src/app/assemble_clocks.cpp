#include "app/assemble_clocks.h"

#include <algorithm>

#include "app/clocks.h"
#include "app/moved.h"

namespace truce::app {

namespace {

Result<Clocks> clocks_at_end(const Mission& mission, ledger::Store& store, Instant end) {
  TRUCE_TRY(now, clocks_of(mission, store, ledger::Store::kNow, {}));
  if (now.as.until < end) return now;
  // The day that begins with the end is no part of the period.
  return clocks_of(mission, store, ledger::Store::kNow, end - Duration{1});
}

report::GateStrip strip_of(const judge::GateRule& rule, const judge::GateHistory& history,
                           const MovedDays& moved) {
  report::GateStrip strip{
      rule.id, rule.words, std::string(judge::to_string(history.state())), rule.days, {}, {}, {}};
  for (const auto& d : history.days) {
    const auto move = moved.find({rule.id, d.day});
    strip.days.push_back({day_from_epoch(d.day.n), std::string(judge::to_string(d.verdict)),
                          std::string(judge::to_string(d.state)), d.low, d.high,
                          judge::to_english(d.why),
                          move == moved.end() ? "" : judge::to_english(move->second.why)});
  }
  for (const auto& t : history.transitions)
    strip.changes.push_back({t.at.start, std::string(judge::to_string(t.from)),
                             std::string(judge::to_string(t.to)), judge::to_english(t.why)});
  return strip;
}

// A reading says nothing here where it leads to the same days.
void add_elsewhere(const judge::Reading& reading, const judge::GateHistory& base,
                   const judge::GateHistory& own, report::GateStrip& strip) {
  const auto moves = judge::what_moved(base, own);
  if (moves.empty()) return;
  strip.elsewhere.push_back({reading.id, reading.words, std::ssize(moves),
                             day_from_epoch(moves.front().day.n),
                             std::string(judge::to_string(own.state()))});
}

std::vector<report::GateStrip> strips_of(const judge::Agreement& a, const Clocks& clocks,
                                         const MovedDays& moved) {
  std::vector<report::GateStrip> out;
  const auto& rules = a.readings.front().clocks.gates;
  for (std::size_t g = 0; g < rules.size(); ++g) {
    const auto& base = clocks.base().states.gates[g];
    out.push_back(strip_of(rules[g], base, moved));
    for (std::size_t r = 1; r < clocks.readings.size(); ++r)
      add_elsewhere(a.readings[r], base, clocks.readings[r].states.gates[g], out.back());
  }
  return out;
}

// Where the same obligation of the same party stands under a reading, if that is elsewhere. One
// that hangs on another trigger there has another id, and is matched by its party alone.
std::string stands_under(const ReadingClocks& reading, const judge::ObligationResult& base) {
  std::string others;
  for (const auto& r : reading.states.obligations) {
    if (r.obligation != base.obligation || r.party != base.party) continue;
    const std::string state(judge::to_string(r.state));
    if (r.id() == base.id()) return judge::stands_otherwise(r, base) ? state : std::string();
    if (others.find(state) == std::string::npos) others += (others.empty() ? "" : " or ") + state;
  }
  return others;
}

std::vector<report::ObligationLine> obligation_lines(const judge::Agreement& a,
                                                     const Clocks& clocks) {
  std::vector<report::ObligationLine> out;
  const judge::Reading& base = a.readings.front();
  for (const auto& r : clocks.base().states.obligations) {
    const auto& rule = judge::rule_of(base.clocks, r);
    report::ObligationLine line{r.id() + "/" + base.id,
                                rule.words,
                                rule.source,
                                r.party,
                                std::string(judge::to_string(r.state)),
                                {},
                                {},
                                judge::to_english(r.why),
                                {}};
    if (r.due) line.earliest = r.due->earliest;
    if (r.due) line.latest = r.due->latest;
    for (std::size_t i = 1; i < clocks.readings.size(); ++i) {
      const std::string state = stands_under(clocks.readings[i], r);
      if (!state.empty()) line.otherwise.push_back(a.readings[i].id + ": " + state);
    }
    out.push_back(std::move(line));
  }
  return out;
}

}  // namespace

Status add_clock_parts(const Mission& mission, ledger::Store& store, report::Input& in) {
  const judge::Agreement& a = mission.agreement;
  const judge::ClockRules& rules = a.readings.front().clocks;
  if (rules.gates.empty() && rules.obligations.empty()) return done();
  TRUCE_TRY(clocks, clocks_at_end(mission, store, in.period.end));
  TRUCE_TRY(moved, moved_since_told(mission, store, clocks, in.period.start));
  in.gates = strips_of(a, clocks, moved);
  in.obligations = obligation_lines(a, clocks);
  return done();
}

}  // namespace truce::app
