// What the agreement says in time: gates, obligations, escalations, each with why.

#include <algorithm>
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

// A change of state, whatever the records that it rests on.
bool is_among(const std::vector<judge::GateTransition>& all, const judge::GateTransition& t) {
  return std::any_of(all.begin(), all.end(), [&](const judge::GateTransition& o) {
    return o.at == t.at && o.from == t.from && o.to == t.to && o.low == t.low && o.high == t.high;
  });
}

// Of a reading, the changes that the base text does not have too.
void print_gate(const judge::GateRule& rule, const judge::GateHistory& h,
                const judge::GateHistory* base, const Zone& zone) {
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
    if (base != nullptr && is_among(base->transitions, t)) continue;
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

void print_gate_json(const judge::GateRule& rule, const judge::GateHistory& h,
                     const std::string& reading) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("days").begin_array();
  for (const auto& d : h.days) {
    w.begin_object().key("day").string(judge::to_text(d.day)).key("high").integer(d.high);
    w.key("low").integer(d.low).key("state").string(judge::to_string(d.state));
    w.key("verdict").string(judge::to_string(d.verdict));
    w.key("why").string(judge::to_english(d.why)).end_object();
  }
  w.end_array().key("gate").string(rule.id).key("reading").string(reading);
  w.key("state").string(judge::to_string(h.state()));
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

void print_obligation_json(const judge::ObligationResult& r, const std::string& reading) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (r.due) w.key("due_earliest").string(to_text(r.due->earliest));
  if (r.due) w.key("due_latest").string(to_text(r.due->latest));
  w.key("obligation").string(r.obligation).key("party").string(r.party);
  w.key("reading").string(reading);
  put_why(w, r.why);
  w.key("state").string(judge::to_string(r.state)).key("trigger").string(r.trigger);
  w.key("value").string(to_string(r.value)).key("why").string(judge::to_english(r.why));
  w.end_object();
  std::printf("%s\n", line.c_str());
}

void print_episode_json(const judge::EscalationRule& rule, const judge::Episode& e,
                        const std::string& reading) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("breach").string(e.breach).key("escalation").string(rule.id);
  w.key("members").begin_array();
  for (const auto& m : e.members) w.string(m);
  w.end_array().key("reading").string(reading).key("t0_earliest").string(to_text(e.t0.earliest));
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

// Of one reading all of it, or where it stands otherwise than under the base text.
class ClocksPrinter {
 public:
  ClocksPrinter(const judge::Agreement& a, const Clocks& clocks, bool json)
      : a_(a), clocks_(clocks), json_(json) {}

  void print() {
    for (std::size_t i = 0; i < clocks_.readings.size(); ++i) {
      reading_ = &a_.readings[i];
      states_ = &clocks_.readings[i].states;
      base_ = i == 0 ? nullptr : &clocks_.base().states;
      is_named_ = false;
      gates();
      obligations();
      escalations();
    }
  }

 private:
  void gates() {
    const auto& rules = reading_->clocks.gates;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const judge::GateHistory& h = states_->gates[i];
      if (base_ != nullptr && !judge::stands_otherwise(h, base_->gates[i])) continue;
      name_reading();
      json_ ? print_gate_json(rules[i], h, reading_->id)
            : print_gate(rules[i], h, base_ == nullptr ? nullptr : &base_->gates[i], a_.civil_zone);
    }
  }
  void obligations() {
    for (const auto& r : states_->obligations) {
      if (base_ != nullptr && is_among(base_->obligations, r)) continue;
      name_reading();
      json_ ? print_obligation_json(r, reading_->id) : print_obligation(r, a_.civil_zone);
    }
  }
  void escalations() {
    const auto& rules = reading_->clocks.escalations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& episodes = states_->escalations[i];
      if (base_ != nullptr && !judge::stands_otherwise(episodes, base_->escalations[i])) continue;
      if (base_ != nullptr) name_reading();
      if (base_ != nullptr && episodes.empty() && !json_)
        std::printf("Escalation %s: no episode\n", printable(rules[i].id).c_str());
      for (const auto& e : episodes)
        json_ ? print_episode_json(rules[i], e, reading_->id)
              : print_episode(rules[i], e, a_.civil_zone);
    }
  }
  static bool is_among(const std::vector<judge::ObligationResult>& all,
                       const judge::ObligationResult& r) {
    return std::any_of(all.begin(), all.end(), [&](const judge::ObligationResult& o) {
      return o.id() == r.id() && !judge::stands_otherwise(o, r);
    });
  }
  // Once, before the first thing that differs.
  void name_reading() {
    if (base_ == nullptr || is_named_ || json_) return;
    is_named_ = true;
    std::printf("\nUnder the reading %s (%s) this stands otherwise:\n",
                printable(reading_->id).c_str(), printable(reading_->words).c_str());
  }

  const judge::Agreement& a_;
  const Clocks& clocks_;
  bool json_;
  const judge::Reading* reading_ = nullptr;
  const judge::ClockStates* states_ = nullptr;
  const judge::ClockStates* base_ = nullptr;
  bool is_named_ = false;
};

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
  if (!json && a.readings.front().clocks.empty())
    std::printf("the agreement states no gate, obligation or escalation\n");
  ClocksPrinter(a, *clocks, json).print();
  return 0;
}

}  // namespace truce::app
