#include "app/clock_words.h"

#include <algorithm>
#include <utility>

#include "base/printable.h"

namespace truce::app {

namespace {

// One letter per day: what a person can hold against the calendar.
char letter_of(const judge::GateDay& d) {
  if (d.state == judge::GateState::kOpen) return 'O';
  if (d.state == judge::GateState::kDone) return 'D';
  switch (d.verdict) {
    case judge::DayVerdict::kVerified:
      return '+';
    case judge::DayVerdict::kNotVerified:
      return '?';
    case judge::DayVerdict::kBreach:
      return 'X';
    case judge::DayVerdict::kMaybeBreach:
      return 'x';
    case judge::DayVerdict::kNotStarted:
      return '.';
  }
  return '.';
}

// A change of state, whatever the records that it rests on.
bool is_among(const std::vector<judge::GateTransition>& all, const judge::GateTransition& t) {
  return std::any_of(all.begin(), all.end(), [&](const judge::GateTransition& o) {
    return o.at == t.at && o.from == t.from && o.to == t.to && o.low == t.low && o.high == t.high;
  });
}

std::string of_others(const std::string& text) { return as_text(printable(text)); }

std::string state_name(judge::GateState s) {
  return "@gate_state." + std::string(judge::to_string(s));
}

}  // namespace

std::string ClockWords::head(const judge::GateRule& rule, const judge::GateHistory& h) const {
  return line("", "standing.gate", {of_others(rule.id), state_name(h.state())}) + "  " +
         printable(rule.words) + "\n";
}

std::string ClockWords::change(const judge::GateTransition& t) const {
  return "  " + to_local_text(t.at.start, zone_) + "  " +
         say({state_name(t.from).substr(1), {}}, language_) + " -> " +
         say({state_name(t.to).substr(1), {}}, language_) + ": " + because(t.why) + "\n";
}

std::string ClockWords::gate(const judge::GateRule& rule, const judge::GateHistory& h,
                             const judge::GateHistory* base) const {
  std::string out = head(rule, h);
  if (!h.days.empty()) out += days(rule, h);
  if (h.opening)
    out += line("  ", "standing.opens", {judge::to_text(*h.opening, zone_, language_)});
  for (const auto& t : h.transitions) {
    if (base != nullptr && is_among(base->transitions, t)) continue;
    out += change(t);
    for (const auto& r : t.why.records) out += "      " + printable(r) + "\n";
  }
  return out;
}

std::string ClockWords::gate_at_end(const judge::GateRule& rule,
                                    const judge::GateHistory& h) const {
  std::string out = head(rule, h);
  if (h.opening)
    out += line("  ", "standing.opens", {judge::to_text(*h.opening, zone_, language_)});
  if (!h.days.empty())
    out += "  " + judge::to_text(h.days.back().day) + ": " + because(h.days.back().why) + "\n";
  return h.transitions.empty() ? out : out + change(h.transitions.back());
}

std::string ClockWords::obligation(const judge::ObligationResult& r) const {
  std::string out = line("", "standing.obligation",
                         {of_others(r.obligation), of_others(r.party),
                          "@duty_state." + std::string(judge::to_string(r.state)),
                          "@value." + std::string(to_string(r.value))});
  if (r.due) out += line("  ", "standing.due", {judge::to_text(*r.due, zone_, language_)});
  return out + "  " + because(r.why) + "\n";
}

// When, where that was at another time than it was signed for.
std::string ClockWords::entered(const std::string& signature) const {
  const auto at = entered_.find(signature);
  if (at == entered_.end()) return {};
  return ", " + say({"standing.entered", {to_local_text(at->second, zone_)}}, language_);
}

std::string ClockWords::episode(const judge::EscalationRule& rule, const judge::Episode& e) const {
  std::string out =
      line("", "standing.escalation",
           {of_others(rule.id), of_others(e.breach), judge::to_text(e.t0, zone_, language_),
            std::to_string(e.members.size())});
  for (const auto& t : e.tiers)
    out += "  " + printable(t.tier) + ": " +
           say({"tier_state." + std::string(judge::to_string(t.state)), {}}, language_) + "; " +
           because(t.why) + entered(t.signature) + "\n";
  for (const auto& w : judge::would_follow(rule, e, zone_)) out += "  " + because(w) + "\n";
  return out;
}

std::string ClockWords::cumulated(const judge::CumulationRule& rule,
                                  const judge::Cumulated& c) const {
  const char* const key = c.certain ? "cumulated.certain" : "cumulated.possible";
  const judge::Due when{judge::first_of(c.when), judge::last_of(c.when)};
  std::string out = line("", "standing.cumulation",
                         {of_others(rule.id), as_argument({key, {of_others(rule.counts_as)}}),
                          judge::to_text(when, zone_, language_)}) +
                    line("  ", "standing.cumulated_id", {of_others(c.id())}) + "  " +
                    because(c.why) + "\n";
  for (const auto& m : c.members) out += "      " + printable(m) + "\n";
  return out;
}

std::string ClockWords::line(const char* before, const char* key,
                             std::vector<std::string> args) const {
  return before + say({key, std::move(args)}, language_) + "\n";
}

std::string ClockWords::because(const judge::Why& why) const {
  return printable(judge::words_of(why, language_));
}

std::string ClockWords::days(const judge::GateRule& rule, const judge::GateHistory& h) const {
  std::string letters;
  for (const auto& d : h.days) letters += letter_of(d);
  std::string out =
      line("  ", "standing.days",
           {judge::to_text(h.days.front().day), judge::to_text(h.days.back().day), letters}) +
      line("  ", "standing.legend", {});
  const auto& last = h.days.back();
  const std::string low = std::to_string(last.low), needed = std::to_string(rule.days);
  const std::string why = as_text(because(last.why));
  if (last.low == last.high) return out + line("  ", "standing.counted", {low, needed, why});
  return out +
         line("  ", "standing.counted_between", {low, std::to_string(last.high), needed, why});
}

}  // namespace truce::app
