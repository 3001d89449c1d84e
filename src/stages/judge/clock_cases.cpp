#include "stages/judge/clock_cases.h"

#include <algorithm>
#include <utility>

#include "model/vocabulary.h"
#include "stages/judge/clocks.h"

namespace truce::judge {

std::string_view to_string(ClockKind k) {
  switch (k) {
    case ClockKind::kGate:
      return "gate";
    case ClockKind::kObligation:
      return "obligation";
    case ClockKind::kTier:
    case ClockKind::kEpisodes:
      return "escalation";
    case ClockKind::kCumulation:
      return "cumulation";
  }
  return {};
}

namespace {

// One thing that an expectation speaks of, as it is found.
struct FoundStanding {
  ClockStanding standing;
  Why why;
};
using FoundStandings = std::vector<FoundStanding>;

template <class Rules>
std::size_t place_of(const Rules& rules, const std::string& id) {
  const auto it =
      std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.id == id; });
  TRUCE_ENSURE(it != rules.end());
  return static_cast<std::size_t>(it - rules.begin());
}

bool named_or_any(const std::string& asked, const std::string& is) {
  return asked.empty() || asked == is;
}

FoundStanding gate_found(const GateHistory& h) {
  FoundStanding out;
  out.standing.state = to_string(h.state());
  out.standing.low = out.standing.high = 0;
  out.standing.due = h.opening;
  if (h.days.empty()) return out;
  out.standing.low = h.days.back().low;
  out.standing.high = h.days.back().high;
  out.why = h.days.back().why;
  return out;
}

FoundStandings obligations_found(const ClockExpectation& e,
                                 const std::vector<ObligationResult>& results) {
  FoundStandings out;
  for (const ObligationResult& r : results) {
    if (r.obligation != e.rule || !named_or_any(e.party, r.party) ||
        !named_or_any(e.trigger, r.trigger))
      continue;
    ClockStanding s;
    s.state = to_string(r.state);
    s.value = to_string(r.value);
    s.missing = r.missing_fact;
    s.due = r.due;
    out.push_back({std::move(s), r.why});
  }
  return out;
}

FoundStandings tiers_found(const ClockExpectation& e, const std::vector<Episode>& episodes) {
  FoundStandings out;
  for (const Episode& episode : episodes) {
    if (!named_or_any(e.breach, episode.breach)) continue;
    for (const TierStatus& t : episode.tiers) {
      if (t.tier != e.tier) continue;
      ClockStanding s;
      s.state = to_string(t.state);
      s.due = t.opens;
      out.push_back({std::move(s), t.why});
    }
  }
  return out;
}

FoundStanding counted_found(std::ptrdiff_t certain, std::optional<std::ptrdiff_t> possible) {
  FoundStanding out;
  out.standing.low = static_cast<int>(certain);
  if (possible) out.standing.possible = static_cast<int>(*possible);
  return out;
}

FoundStandings found_of(const ClockExpectation& e, const ClockRules& rules,
                        const ClockStates& states) {
  switch (e.kind) {
    case ClockKind::kGate:
      return {gate_found(states.gates[place_of(rules.gates, e.rule)])};
    case ClockKind::kObligation:
      return obligations_found(e, states.obligations);
    case ClockKind::kTier:
      return tiers_found(e, states.escalations[place_of(rules.escalations, e.rule)]);
    case ClockKind::kEpisodes:
      return {counted_found(std::ssize(states.escalations[place_of(rules.escalations, e.rule)]),
                            std::nullopt)};
    case ClockKind::kCumulation: {
      const auto& all = states.cumulations[place_of(rules.cumulations, e.rule)];
      const auto certain =
          std::count_if(all.begin(), all.end(), [](const Cumulated& c) { return c.certain; });
      return {counted_found(certain, std::ssize(all) - certain)};
    }
  }
  return {};
}

template <class T>
bool given_is(const T& given, const T& found) {
  return given == T() || given == found;
}

bool agrees(const ClockStanding& worked, const FoundStanding& f) {
  const ClockStanding& s = f.standing;
  return given_is(worked.state, s.state) && given_is(worked.value, s.value) &&
         given_is(worked.missing, s.missing) && given_is(worked.low, s.low) &&
         given_is(worked.high, s.high) && given_is(worked.possible, s.possible) &&
         given_is(worked.due, s.due) && given_is(worked.why, f.why.key);
}

// Of several, such as one for each party, the first that is otherwise.
ClockOutcome outcome_of(const ClockCase& c, const ClockExpectation& e, const FoundStandings& found,
                        const ::truce::Zone& zone) {
  ClockOutcome out{&c, &e, {}, {}, false};
  if (found.empty()) {
    out.found = "nothing of the kind";
    return out;
  }
  const auto other = std::find_if(found.begin(), found.end(),
                                  [&](const FoundStanding& f) { return !agrees(e.worked, f); });
  const FoundStanding& told = other == found.end() ? found.front() : *other;
  ClockStanding s = told.standing;
  if (!e.worked.why.empty()) s.why = told.why.key;
  out.found = words_of(s, e.kind, zone);
  out.because = told.why;
  out.as_worked = other == found.end();
  return out;
}

const Reading& reading_of_case(const Agreement& a, const ClockCase& c) {
  return a.readings[place_of(a.readings, c.reading)];
}

}  // namespace

std::vector<ClockOutcome> work(const Agreement& agreement, const std::vector<ClockCase>& cases) {
  std::vector<ClockOutcome> out;
  for (const ClockCase& c : cases) {
    const ClockRules& rules = reading_of_case(agreement, c).clocks;
    std::optional<Instant> at;
    ClockStates states;
    for (const ClockExpectation& e : c.expect) {
      if (at != e.at) states = states_of(rules, c.timeline, {agreement.civil_zone, e.at});
      at = e.at;
      out.push_back(outcome_of(c, e, found_of(e, rules, states), agreement.civil_zone));
    }
  }
  return out;
}

std::string asked_words(const ClockExpectation& e, const ::truce::Zone& zone) {
  std::string out = std::string(to_string(e.kind)) + " " + e.rule;
  for (const auto& [what, name] : {std::pair{" of ", &e.party},
                                   {" by ", &e.trigger},
                                   {", tier ", &e.tier},
                                   {" after ", &e.breach}}) {
    if (!name->empty()) out += what + *name;
  }
  return out + " at " + to_local_text(e.at, zone);
}

std::string words_of(const ClockStanding& s, ClockKind of, const ::truce::Zone& zone) {
  const char* const due = of == ClockKind::kGate         ? "to open "
                          : of == ClockKind::kObligation ? "due "
                                                         : "from ";
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (!s.state.empty()) add(s.state);
  if (!s.value.empty()) add(s.value + (s.missing.empty() ? "" : " (" + s.missing + ")"));
  if (s.low)
    add(std::to_string(*s.low) +
        (s.high && s.high != s.low ? " or " + std::to_string(*s.high) : "") + " counted");
  if (s.possible) add(std::to_string(*s.possible) + " possible");
  if (s.due) add(due + to_text(*s.due, zone));
  if (!s.why.empty()) add("why " + s.why);
  return out;
}

Error contradiction(const ClockOutcome& outcome, const ::truce::Zone& zone,
                    std::string_view source) {
  const ClockExpectation& e = *outcome.expected;
  const std::string why = outcome.because.key.empty() ? "" : ": " + to_english(outcome.because);
  return make_error(ErrorCode::kBadMission,
                    "case " + outcome.of->id + ", " + asked_words(e, zone) + " was worked as " +
                        words_of(e.worked, e.kind, zone) + ", and is found " + outcome.found + why,
                    {.source = std::string(source), .line = e.line},
                    "a case and a rule (" + e.rule + ") that agree");
}

}  // namespace truce::judge
