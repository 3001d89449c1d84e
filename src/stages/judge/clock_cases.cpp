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
ClockOutcome outcome_of(const ClockCase& c, const ClockExpectation& e,
                        const FoundStandings& found) {
  ClockOutcome out{&c, &e, {}, {}, false};
  if (found.empty()) return out;
  const auto other = std::find_if(found.begin(), found.end(),
                                  [&](const FoundStanding& f) { return !agrees(e.worked, f); });
  const FoundStanding& told = other == found.end() ? found.front() : *other;
  out.found = told.standing;
  out.found->why = told.why.key;
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
      out.push_back(outcome_of(c, e, found_of(e, rules, states)));
    }
  }
  return out;
}

std::string asked_words(const ClockExpectation& e, const ::truce::Zone& zone, Language l) {
  std::string out = say({"asked." + std::string(to_string(e.kind)), {as_text(e.rule)}}, l);
  for (const auto& [key, name] : {std::pair{"asked.party", &e.party},
                                  {"asked.trigger", &e.trigger},
                                  {"asked.tier", &e.tier},
                                  {"asked.breach", &e.breach}}) {
    if (!name->empty()) out = say({key, {as_text(out), as_text(*name)}}, l);
  }
  return say({"asked.at", {as_text(out), to_local_text(e.at, zone)}}, l);
}

namespace {

std::string state_key(ClockKind of, const std::string& state) {
  if (of == ClockKind::kGate) return "gate_state." + state;
  return (of == ClockKind::kObligation ? "duty_state." : "tier_state.") + state;
}

std::string value_words(const ClockStanding& s, Language l) {
  const std::string value = "@value." + s.value;
  if (s.missing.empty()) return say({value.substr(1), {}}, l);
  return say({"stands.missing", {value, "@fact." + s.missing}}, l);
}

std::string counted_words(const ClockStanding& s, Language l) {
  const std::string low = std::to_string(*s.low);
  if (!s.high || s.high == s.low) return say({"stands.counted", {low}}, l);
  return say({"stands.counted_between", {low, std::to_string(*s.high)}}, l);
}

}  // namespace

std::string words_of(const ClockStanding& s, ClockKind of, const ::truce::Zone& zone, Language l) {
  const char* const due = of == ClockKind::kGate         ? "stands.opens"
                          : of == ClockKind::kObligation ? "stands.due"
                                                         : "stands.from";
  std::string out;
  const auto add = [&](const std::string& part) { out += (out.empty() ? "" : ", ") + part; };
  if (!s.state.empty()) add(say({state_key(of, s.state), {}}, l));
  if (!s.value.empty()) add(value_words(s, l));
  if (s.low) add(counted_words(s, l));
  if (s.possible) add(say({"stands.possible", {std::to_string(*s.possible)}}, l));
  if (s.due) add(say({due, {to_text(*s.due, zone, l)}}, l));
  return out;
}

std::string found_words(const ClockOutcome& o, const ::truce::Zone& zone, Language l) {
  return o.found ? words_of(*o.found, o.expected->kind, zone, l) : say({"asked.nothing", {}}, l);
}

namespace {

// As clocks.toml names the reason.
std::string with_key_of_reason(const std::string& words, const std::string& key) {
  if (key.empty()) return words;
  return words + (words.empty() ? "" : ", ") + "why " + key;
}

}  // namespace

Error contradiction(const ClockOutcome& outcome, const ::truce::Zone& zone,
                    std::string_view source) {
  const ClockExpectation& e = *outcome.expected;
  const std::string found_key = e.worked.why.empty() ? "" : outcome.because.key;
  const std::string why = outcome.because.key.empty() ? "" : ": " + to_english(outcome.because);
  return make_error(ErrorCode::kBadMission,
                    "case " + outcome.of->id + ", " + asked_words(e, zone) + " was worked as " +
                        with_key_of_reason(words_of(e.worked, e.kind, zone), e.worked.why) +
                        ", and is found " +
                        with_key_of_reason(found_words(outcome, zone), found_key) + why,
                    {.source = std::string(source), .line = e.line},
                    "a case and a rule (" + e.rule + ") that agree");
}

}  // namespace truce::judge
