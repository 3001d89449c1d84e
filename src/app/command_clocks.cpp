// What the agreement says in time: gates, obligations, escalations, each with why.

#include <cstdio>

#include "app/clocks.h"
#include "app/commands.h"
#include "app/exit_status.h"
#include "app/moved.h"
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

// ------------------------------------------------------------------------------------------ moved

void print_records(const std::vector<std::string>& records) {
  for (const auto& r : records) std::printf("      %s\n", printable(r).c_str());
}

void print_moved(const Moved& moved, std::uint64_t since, const Zone& zone) {
  std::printf("At %s, as known by the first %llu entries and as known now:\n",
              to_local_text(moved.until, zone).c_str(), static_cast<unsigned long long>(since));
  std::size_t said = 0;
  for (const auto& g : moved.gates) {
    for (const auto& m : g.days) {
      ++said;
      std::printf("  gate %s, %s%s\n", printable(g.gate).c_str(), why_words(m.why).c_str(),
                  !m.before  ? " (had not been told)"
                  : !m.after ? " (is not told any more)"
                             : "");
      print_records(m.why.records);
    }
  }
  for (const auto* list : {&moved.obligations, &moved.tiers}) {
    for (const auto& c : *list) {
      ++said;
      std::printf("  %s: %s, where it had been %s; %s\n", printable(c.subject).c_str(),
                  c.after.c_str(), c.before.c_str(), why_words(c.why).c_str());
      print_records(c.why.records);
    }
  }
  if (said == 0) std::printf("  nothing was moved\n");
}

void put_change(JsonWriter& w, const Moved::Change& c) {
  w.begin_object().key("after").string(c.after).key("before").string(c.before);
  put_why(w, c.why);
  w.key("subject").string(c.subject).key("why").string(judge::to_english(c.why)).end_object();
}

void put_gate_day(JsonWriter& w, std::string_view key, const std::optional<judge::GateDay>& d) {
  w.key(key);
  if (!d) {
    w.null();
    return;
  }
  w.begin_object().key("high").integer(d->high).key("low").integer(d->low);
  w.key("state").string(judge::to_string(d->state));
  w.key("verdict").string(judge::to_string(d->verdict)).end_object();
}

void print_moved_json(const Moved& moved, std::uint64_t since) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("gates").begin_array();
  for (const auto& g : moved.gates) {
    for (const auto& m : g.days) {
      w.begin_object();
      put_gate_day(w, "after", m.after);
      put_gate_day(w, "before", m.before);
      w.key("day").string(judge::to_text(m.day)).key("gate").string(g.gate);
      put_why(w, m.why);
      w.key("why").string(judge::to_english(m.why)).end_object();
    }
  }
  w.end_array().key("obligations").begin_array();
  for (const auto& c : moved.obligations) put_change(w, c);
  w.end_array().key("since").integer(static_cast<std::int64_t>(since)).key("tiers").begin_array();
  for (const auto& c : moved.tiers) put_change(w, c);
  w.end_array().key("until").string(to_text(moved.until)).end_object();
  std::printf("%s\n", line.c_str());
}

int say_what_moved(Session& s, const ClocksOptions& o) {
  const auto moved =
      what_moved_since(s.mission, *s.store, *o.since, o.as_of.value_or(ledger::Store::kNow));
  if (!moved.ok()) return fail(moved.error());
  if (o.common.json)
    print_moved_json(*moved, *o.since);
  else
    print_moved(*moved, *o.since, s.mission.agreement.civil_zone);
  return 0;
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
  if (options.since) return say_what_moved(**session, options);
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
