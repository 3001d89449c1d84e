// What the agreement says in time: gates, obligations, escalations, each with why.

#include <cstdio>

#include "app/clocks.h"
#include "app/commands.h"
#include "app/exit_status.h"
#include "base/json.h"
#include "base/printable.h"

namespace truce::app {

namespace {

std::string why_words(const judge::Why& w) { return printable(judge::to_english(w)); }

std::string counted_days(int low, int high) {
  const std::string least = std::to_string(low);
  return low == high ? least : least + " to " + std::to_string(high);
}

// One letter per day: what a person can hold against the calendar.
char letter_of(const judge::GateDay& d) {
  if (d.state == judge::GateState::kOpen) return 'O';
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

void print_gate(const judge::GateRule& rule, const judge::GateHistory& h, const Zone& zone) {
  std::printf("Gate %s: %s\n", printable(rule.id).c_str(),
              std::string(judge::to_string(h.state())).c_str());
  std::printf("  %s\n", printable(rule.words).c_str());
  if (!h.days.empty()) {
    std::string line;
    for (const auto& d : h.days) line += letter_of(d);
    std::printf("  %s to %s: %s\n", judge::to_text(h.days.front().day).c_str(),
                judge::to_text(h.days.back().day).c_str(), line.c_str());
    std::printf("  + quiet and verified  ? not verified  X breach  x perhaps a breach  O open\n");
    const auto& last = h.days.back();
    std::printf("  counted: %s of %d days; %s\n", counted_days(last.low, last.high).c_str(),
                rule.days, why_words(last.why).c_str());
  }
  if (h.opening)
    std::printf("  opens, if every day to come is quiet and verified: %s\n",
                judge::to_text(*h.opening, zone).c_str());
  for (const auto& t : h.transitions) {
    std::printf("  %s  %s -> %s: %s\n", to_local_text(t.at.start, zone).c_str(),
                std::string(judge::to_string(t.from)).c_str(),
                std::string(judge::to_string(t.to)).c_str(), why_words(t.why).c_str());
    for (const auto& r : t.why.records) std::printf("      %s\n", printable(r).c_str());
  }
}

void print_obligation(const judge::ObligationResult& r, const Zone& zone) {
  std::printf("Obligation %s%s%s: %s (%s)%s%s\n", printable(r.obligation).c_str(),
              r.party.empty() ? "" : " of ", printable(r.party).c_str(),
              std::string(judge::to_string(r.state)).c_str(),
              std::string(to_string(r.value)).c_str(), r.due ? ", due " : "",
              r.due ? judge::to_text(*r.due, zone).c_str() : "");
  std::printf("  %s\n", why_words(r.why).c_str());
}

void print_episode(const judge::EscalationRule& rule, const judge::Episode& e, const Zone& zone) {
  std::printf("Escalation %s after %s: T0 %s, %zu in all\n", printable(rule.id).c_str(),
              printable(e.breach).c_str(), judge::to_text(e.t0, zone).c_str(), e.members.size());
  for (const auto& t : e.tiers)
    std::printf("  %s: %s; %s\n", printable(t.tier).c_str(),
                std::string(judge::to_string(t.state)).c_str(), why_words(t.why).c_str());
  for (const auto& w : judge::would_follow(rule, e, zone))
    std::printf("  would follow: %s\n", why_words(w).c_str());
}

void put_why(JsonWriter& w, const judge::Why& why) {
  w.key("records").begin_array();
  for (const auto& r : why.records) w.string(r);
  w.end_array();
}

void print_gate_json(const judge::GateRule& rule, const judge::GateHistory& h) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("days").begin_array();
  for (const auto& d : h.days) {
    w.begin_object().key("day").string(judge::to_text(d.day)).key("high").integer(d.high);
    w.key("low").integer(d.low).key("state").string(judge::to_string(d.state));
    w.key("verdict").string(judge::to_string(d.verdict));
    w.key("why").string(judge::to_english(d.why)).end_object();
  }
  w.end_array().key("gate").string(rule.id).key("state").string(judge::to_string(h.state()));
  w.key("transitions").begin_array();
  for (const auto& t : h.transitions) {
    w.begin_object().key("at").string(to_text(t.at.start));
    w.key("from").string(judge::to_string(t.from));
    put_why(w, t.why);
    w.key("to").string(judge::to_string(t.to)).key("why").string(judge::to_english(t.why));
    w.end_object();
  }
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
}

void print_obligation_json(const judge::ObligationResult& r) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (r.due) w.key("due_earliest").string(to_text(r.due->earliest));
  if (r.due) w.key("due_latest").string(to_text(r.due->latest));
  w.key("obligation").string(r.obligation).key("party").string(r.party);
  put_why(w, r.why);
  w.key("state").string(judge::to_string(r.state)).key("trigger").string(r.trigger);
  w.key("value").string(to_string(r.value)).key("why").string(judge::to_english(r.why));
  w.end_object();
  std::printf("%s\n", line.c_str());
}

void print_episode_json(const judge::EscalationRule& rule, const judge::Episode& e) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("breach").string(e.breach).key("escalation").string(rule.id);
  w.key("members").begin_array();
  for (const auto& m : e.members) w.string(m);
  w.end_array().key("t0_earliest").string(to_text(e.t0.earliest));
  w.key("t0_latest").string(to_text(e.t0.latest)).key("tiers").begin_array();
  for (const auto& t : e.tiers) {
    w.begin_object();
    if (t.opens) w.key("opens_earliest").string(to_text(t.opens->earliest));
    if (t.opens) w.key("opens_latest").string(to_text(t.opens->latest));
    w.key("state").string(judge::to_string(t.state)).key("tier").string(t.tier);
    w.key("why").string(judge::to_english(t.why)).end_object();
  }
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
}

}  // namespace

int command_clocks(const ClocksOptions& options) {
  std::optional<Instant> until;
  if (!options.until.empty()) {
    const auto at = parse_instant(options.until);
    if (!at.ok()) return fail(at.error());
    until = *at;
  }
  auto session = Session::open_for_questions(options.common.mission, options.common.session);
  if (!session.ok()) return fail(session.error());
  const auto clocks = clocks_of((*session)->mission, *(*session)->store,
                                options.as_of.value_or(ledger::Store::kNow), until);
  if (!clocks.ok()) return fail(clocks.error());
  const judge::Agreement& a = (*session)->mission.agreement;
  const bool json = options.common.json;
  const Zone& zone = a.civil_zone;
  if (!json && a.gates.empty() && a.obligations.empty() && a.escalations.empty())
    std::printf("the agreement states no gate, obligation or escalation\n");
  for (std::size_t i = 0; i < a.gates.size(); ++i)
    json ? print_gate_json(a.gates[i], clocks->gates[i])
         : print_gate(a.gates[i], clocks->gates[i], zone);
  for (const auto& r : clocks->obligations)
    json ? print_obligation_json(r) : print_obligation(r, zone);
  for (std::size_t i = 0; i < a.escalations.size(); ++i) {
    for (const auto& e : clocks->escalations[i])
      json ? print_episode_json(a.escalations[i], e) : print_episode(a.escalations[i], e, zone);
  }
  return 0;
}

}  // namespace truce::app
