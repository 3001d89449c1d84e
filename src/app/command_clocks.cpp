// What the agreement says in time: gates, obligations, escalations, each with why.

#include <algorithm>
#include <cstdio>

#include "app/clock_words.h"
#include "app/clocks.h"
#include "app/commands.h"
#include "app/exit_status.h"
#include "app/moved.h"
#include "app/signature_folder.h"
#include "base/json.h"
#include "base/printable.h"
#include "model/json.h"
#include "model/messages.h"

namespace truce::app {

namespace {

void put_why(JsonWriter& w, const judge::Why& why) {
  w.key("records").begin_array();
  for (const auto& r : why.records) w.string(r);
  w.end_array();
}

void print_gate_json(const judge::GateRule& rule, const judge::GateHistory& h,
                     const std::string& reading, Language l) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("days").begin_array();
  for (const auto& d : h.days) {
    w.begin_object().key("day").string(judge::to_text(d.day)).key("high").integer(d.high);
    w.key("low").integer(d.low).key("state").string(judge::to_string(d.state));
    w.key("verdict").string(judge::to_string(d.verdict));
    w.key("why").string(judge::words_of(d.why, l)).end_object();
  }
  w.end_array().key("gate").string(rule.id).key("reading").string(reading);
  w.key("state").string(judge::to_string(h.state()));
  w.key("transitions").begin_array();
  for (const auto& t : h.transitions) {
    w.begin_object().key("at").string(to_text(t.at.start));
    w.key("from").string(judge::to_string(t.from));
    put_why(w, t.why);
    w.key("to").string(judge::to_string(t.to)).key("why").string(judge::words_of(t.why, l));
    w.end_object();
  }
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
}

// With the finding that it is.
void print_obligation_json(const judge::ObligationRule& rule, const judge::ObligationResult& r,
                           const std::string& reading, Language l) {
  std::string line;
  JsonWriter w(line);
  w.begin_object();
  if (r.due) w.key("due_earliest").string(to_text(r.due->earliest));
  if (r.due) w.key("due_latest").string(to_text(r.due->latest));
  w.key("finding").raw(to_json(judge::to_finding(r, rule, reading)));
  w.key("obligation").string(r.obligation).key("party").string(r.party);
  w.key("reading").string(reading);
  put_why(w, r.why);
  w.key("state").string(judge::to_string(r.state)).key("trigger").string(r.trigger);
  w.key("value").string(to_string(r.value)).key("why").string(judge::words_of(r.why, l));
  w.end_object();
  std::printf("%s\n", line.c_str());
}

void print_episode_json(const judge::EscalationRule& rule, const judge::Episode& e,
                        const std::string& reading, const EnteredAt& entered, Language l) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("breach").string(e.breach).key("escalation").string(rule.id);
  w.key("members").begin_array();
  for (const auto& m : e.members) w.string(m);
  w.end_array().key("reading").string(reading).key("t0_earliest").string(to_text(e.t0.earliest));
  w.key("t0_latest").string(to_text(e.t0.latest)).key("tiers").begin_array();
  for (const auto& t : e.tiers) {
    w.begin_object();
    const auto at = entered.find(t.signature);
    if (at != entered.end()) w.key("entered").string(to_text(at->second));
    if (t.opens) w.key("opens_earliest").string(to_text(t.opens->earliest));
    if (t.opens) w.key("opens_latest").string(to_text(t.opens->latest));
    w.key("state").string(judge::to_string(t.state)).key("tier").string(t.tier);
    w.key("why").string(judge::words_of(t.why, l)).end_object();
  }
  w.end_array().end_object();
  std::printf("%s\n", line.c_str());
}

void print_cumulated_json(const judge::CumulationRule& rule, const judge::Cumulated& c,
                          const std::string& reading, Language l) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("breach").string(c.id()).key("certain").boolean(c.certain);
  w.key("counts_as").string(rule.counts_as).key("cumulation").string(rule.id);
  w.key("members").begin_array();
  for (const auto& m : c.members) w.string(m);
  w.end_array().key("party").string(c.party).key("probability").number(c.probability);
  w.key("reading").string(reading).key("sector").string(c.sector);
  w.key("when_earliest").string(to_text(judge::first_of(c.when)));
  w.key("when_latest").string(to_text(judge::last_of(c.when)));
  w.key("why").string(judge::words_of(c.why, l)).end_object();
  std::printf("%s\n", line.c_str());
}

// Of one reading all of it, or where it stands otherwise than under the base text.
class ClocksPrinter {
 public:
  ClocksPrinter(const judge::Agreement& a, const Clocks& clocks, const EnteredAt& entered,
                bool json, Language language)
      : a_(a),
        clocks_(clocks),
        entered_(entered),
        json_(json),
        language_(language),
        words_(a.civil_zone, language, entered) {}

  void print() {
    for (std::size_t i = 0; i < clocks_.readings.size(); ++i) {
      reading_ = &a_.readings[i];
      states_ = &clocks_.readings[i].states;
      base_ = i == 0 ? nullptr : &clocks_.base().states;
      is_named_ = false;
      gates();
      obligations();
      escalations();
      cumulations();
    }
  }

 private:
  void gates() {
    const auto& rules = reading_->clocks.gates;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const judge::GateHistory& h = states_->gates[i];
      if (base_ != nullptr && !judge::stands_otherwise(h, base_->gates[i])) continue;
      name_reading();
      if (json_)
        print_gate_json(rules[i], h, reading_->id, language_);
      else
        put(words_.gate(rules[i], h, base_ == nullptr ? nullptr : &base_->gates[i]));
    }
  }
  void obligations() {
    for (const auto& r : states_->obligations) {
      if (base_ != nullptr && is_same_under_base(base_->obligations, r)) continue;
      name_reading();
      if (json_)
        print_obligation_json(judge::rule_of(reading_->clocks, r), r, reading_->id, language_);
      else
        put(words_.obligation(r));
    }
  }
  void escalations() {
    const auto& rules = reading_->clocks.escalations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& episodes = states_->escalations[i];
      if (base_ != nullptr && !judge::stands_otherwise(episodes, base_->escalations[i])) continue;
      if (base_ != nullptr) name_reading();
      if (base_ != nullptr && episodes.empty() && !json_)
        put(words_.line("", "standing.no_episode", {as_text(printable(rules[i].id))}));
      for (const auto& e : episodes) {
        if (json_)
          print_episode_json(rules[i], e, reading_->id, entered_, language_);
        else
          put(words_.episode(rules[i], e));
      }
    }
  }
  void cumulations() {
    const auto& rules = reading_->clocks.cumulations;
    for (std::size_t i = 0; i < rules.size(); ++i) {
      const auto& all = states_->cumulations[i];
      if (base_ != nullptr && !judge::stands_otherwise(all, base_->cumulations[i])) continue;
      if (base_ != nullptr) name_reading();
      if (base_ != nullptr && all.empty() && !json_)
        put(words_.line("", "standing.no_cumulation", {as_text(printable(rules[i].id))}));
      for (const auto& c : all) {
        if (json_)
          print_cumulated_json(rules[i], c, reading_->id, language_);
        else
          put(words_.cumulated(rules[i], c));
      }
    }
  }
  static void put(const std::string& words) { std::fputs(words.c_str(), stdout); }
  static bool is_same_under_base(const std::vector<judge::ObligationResult>& all,
                                 const judge::ObligationResult& r) {
    return std::any_of(all.begin(), all.end(), [&](const judge::ObligationResult& o) {
      return o.id() == r.id() && !judge::stands_otherwise(o, r);
    });
  }
  // Once, before the first thing that differs.
  void name_reading() {
    if (base_ == nullptr || is_named_ || json_) return;
    is_named_ = true;
    put(words_.line("\n", "standing.otherwise",
                    {as_text(printable(reading_->id)), as_text(printable(reading_->words))}));
  }

  const judge::Agreement& a_;
  const Clocks& clocks_;
  const EnteredAt& entered_;
  bool json_;
  Language language_;
  ClockWords words_;
  const judge::Reading* reading_ = nullptr;
  const judge::ClockStates* states_ = nullptr;
  const judge::ClockStates* base_ = nullptr;
  bool is_named_ = false;
};

// ------------------------------------------------------------------------------------------ moved

void print_records(const std::vector<std::string>& records) {
  for (const auto& r : records) std::printf("      %s\n", printable(r).c_str());
}

void print_reading_moved(const ReadingMoved& moved, Language language) {
  const auto why_words = [language](const judge::Why& w) {
    return printable(judge::words_of(w, language));
  };
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
  for (const auto* list : {&moved.obligations, &moved.tiers, &moved.cumulations}) {
    for (const auto& c : *list) {
      ++said;
      std::printf("  %s: %s, where it had been %s; %s\n", printable(c.subject).c_str(),
                  c.after.c_str(), c.before.c_str(), why_words(c.why).c_str());
      print_records(c.why.records);
    }
  }
  if (said == 0) std::printf("  nothing was moved\n");
}

void print_moved(const Moved& moved, const ClocksOptions& o, const judge::Agreement& a) {
  const std::string until = to_local_text(moved.until, a.civil_zone);
  const std::string known =
      o.as_of ? "by the first " + std::to_string(*o.as_of) + " entries" : "now";
  std::printf("At %s, as known by the first %llu entries and as known %s:\n", until.c_str(),
              static_cast<unsigned long long>(*o.since), known.c_str());
  print_reading_moved(moved, o.language);
  for (const auto& r : moved.other) {
    std::printf("Under the reading %s this moved otherwise:\n", printable(r.reading).c_str());
    print_reading_moved(r, o.language);
  }
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

// Its keys, in the object that is open: "cumulations", "gates", "obligations".
void put_reading_moved(JsonWriter& w, const ReadingMoved& moved) {
  w.key("cumulations").begin_array();
  for (const auto& c : moved.cumulations) put_change(w, c);
  w.end_array().key("gates").begin_array();
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
  w.end_array();
}

void print_moved_json(const Moved& moved, const ClocksOptions& o) {
  std::string line;
  JsonWriter w(line);
  w.begin_object().key("as_of");
  o.as_of ? w.integer(static_cast<std::int64_t>(*o.as_of)) : w.null();
  put_reading_moved(w, moved);
  w.key("readings").begin_array();
  for (const auto& r : moved.other) {
    w.begin_object();
    put_reading_moved(w, r);
    w.key("reading").string(r.reading).key("tiers").begin_array();
    for (const auto& c : r.tiers) put_change(w, c);
    w.end_array().end_object();
  }
  w.end_array().key("since").integer(static_cast<std::int64_t>(*o.since));
  w.key("tiers").begin_array();
  for (const auto& c : moved.tiers) put_change(w, c);
  w.end_array().key("until").string(to_text(moved.until)).end_object();
  std::printf("%s\n", line.c_str());
}

int say_what_moved(Session& s, const ClocksOptions& o) {
  const auto moved =
      what_moved_since(s.mission, *s.store, *o.since, o.as_of.value_or(ledger::Store::kNow));
  if (!moved.ok()) return fail(moved.error());
  if (o.common.json)
    print_moved_json(*moved, o);
  else
    print_moved(*moved, o, s.mission.agreement);
  return 0;
}

Status check_numbers(const ClocksOptions& o, const ledger::Store& store) {
  TRUCE_CHECK_OK(check_entries(o.as_of, "--as-of", store));
  TRUCE_CHECK_OK(check_entries(o.since, "--since", store));
  if (!o.since || !o.as_of || *o.since <= *o.as_of) return done();
  return make_error(ErrorCode::kUnusable, "what is known as of an earlier entry moved nothing",
                    {.source = "--since"}, "at most " + std::to_string(*o.as_of) + ", as --as-of");
}

}  // namespace

int command_clocks(const ClocksOptions& options) {
  const auto until = instant_option(options.until, "--until");
  if (!until.ok()) return fail(until.error());
  auto session = Session::open_for_questions(options.common.mission, options.common.session);
  if (!session.ok()) return fail(session.error());
  const Status numbers = check_numbers(options, *(*session)->store);
  if (!numbers.ok()) return fail(numbers.error());
  if (options.since) return say_what_moved(**session, options);
  const auto clocks = clocks_of((*session)->mission, *(*session)->store,
                                options.as_of.value_or(ledger::Store::kNow), *until);
  if (!clocks.ok()) return fail(clocks.error());
  const judge::Agreement& a = (*session)->mission.agreement;
  const bool json = options.common.json;
  if (!json && a.readings.front().clocks.empty())
    std::printf("%s\n", say({"standing.nothing", {}}, options.language).c_str());
  const auto entered = entered_elsewhen((*session)->mission, *(*session)->disk, *clocks);
  if (!entered.ok()) return fail(entered.error());
  ClocksPrinter(a, *clocks, *entered, json, options.language).print();
  return 0;
}

}  // namespace truce::app
