#include "app/assemble_clocks.h"

#include <algorithm>
#include <map>

#include "app/clocks.h"
#include "app/moved.h"

namespace truce::app {

namespace {

report::Because because(const judge::Why& why) {
  return {judge::to_english(why), {why.key, why.args}};
}

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
                          std::string(judge::to_string(d.state)), d.low, d.high, because(d.why),
                          move == moved.end() ? "" : judge::to_english(move->second.why)});
  }
  for (const auto& t : history.transitions)
    strip.changes.push_back({t.at.start, std::string(judge::to_string(t.from)),
                             std::string(judge::to_string(t.to)), because(t.why)});
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
                                because(r.why),
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

// Who signed for what, by the signature's id.
using Signatures = std::map<std::string, ::truce::Signature>;
Result<Signatures> signatures_in(ledger::Store& store) {
  Signatures out;
  TRUCE_TRY(rows, store.records("signature"));
  for (const auto& row : rows) {
    TRUCE_TRY(g, ledger::from_store<::truce::Signature>(row.json));
    out.insert_or_assign(g.id, std::move(g));
  }
  return out;
}

report::TierLine tier_line(const judge::TierRule& rule, const judge::TierStatus& t,
                           const Signatures& signatures) {
  report::TierLine line;
  line.words = rule.words;
  line.state = judge::to_string(t.state);
  if (t.opens) line.opens_earliest = t.opens->earliest, line.opens_latest = t.opens->latest;
  if (t.lapses) line.lapses_earliest = t.lapses->earliest, line.lapses_latest = t.lapses->latest;
  if (const auto it = signatures.find(t.signature); it != signatures.end()) {
    line.signer = it->second.signer;
    line.signed_at = it->second.when;
  }
  line.why = because(t.why);
  return line;
}

report::EpisodeLine episode_line(const judge::EscalationRule& rule, const judge::Episode& e,
                                 const std::string& reading, const Signatures& signatures) {
  report::EpisodeLine line;
  line.escalation = rule.id;
  line.words = rule.words;
  line.breach = e.breach;
  line.reading = reading;
  line.earliest = e.t0.earliest;
  line.latest = e.t0.latest;
  line.breaches = std::ssize(e.members);
  for (std::size_t i = 0; i < e.tiers.size(); ++i)
    line.tiers.push_back(tier_line(rule.tiers[i], e.tiers[i], signatures));
  return line;
}

// Of the base text all of them, of a reading those of a rule that stands otherwise there.
void add_episodes(const judge::Agreement& a, const Clocks& clocks, const Signatures& signatures,
                  std::vector<report::EpisodeLine>& out) {
  for (std::size_t r = 0; r < clocks.readings.size(); ++r) {
    const auto& rules = a.readings[r].clocks.escalations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& episodes = clocks.readings[r].states.escalations[i];
      if (r > 0 && !judge::stands_otherwise(episodes, clocks.base().states.escalations[i]))
        continue;
      for (const auto& e : episodes)
        out.push_back(episode_line(rules[i], e, r == 0 ? "" : a.readings[r].id, signatures));
    }
  }
}

void add_cumulated(const judge::Agreement& a, const Clocks& clocks,
                   std::vector<report::CumulatedLine>& out) {
  for (std::size_t r = 0; r < clocks.readings.size(); ++r) {
    const auto& rules = a.readings[r].clocks.cumulations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& all = clocks.readings[r].states.cumulations[i];
      if (r > 0 && !judge::stands_otherwise(all, clocks.base().states.cumulations[i])) continue;
      for (const auto& c : all)
        out.push_back({c.id(), rules[i].words, r == 0 ? "" : a.readings[r].id, c.certain,
                       rules[i].counts_as, judge::first_of(c.when), judge::last_of(c.when),
                       c.members, because(c.why)});
    }
  }
}

}  // namespace

Status add_clock_parts(const Mission& mission, ledger::Store& store, report::Input& in) {
  const judge::Agreement& a = mission.agreement;
  const judge::ClockRules& rules = a.readings.front().clocks;
  if (rules.empty()) return done();
  TRUCE_TRY(clocks, clocks_at_end(mission, store, in.period.end));
  TRUCE_TRY(moved, moved_since_told(mission, store, clocks, in.period.start));
  in.gates = strips_of(a, clocks, moved);
  in.obligations = obligation_lines(a, clocks);
  TRUCE_TRY(signatures, signatures_in(store));
  add_episodes(a, clocks, signatures, in.episodes);
  add_cumulated(a, clocks, in.cumulated);
  return done();
}

}  // namespace truce::app
