// clocks.toml to cases. Everything that it names must be in the agreement: a misspelt event would
// otherwise be one that nothing waits for, and the case would be worked of another history.

#include <algorithm>
#include <set>
#include <utility>

#include "model/vocabulary.h"
#include "stages/judge/clock_cases.h"
#include "stages/judge/internal/time_rules.h"
#include "stages/judge/internal/toml_text.h"

namespace truce::judge {

namespace {

constexpr std::size_t kClockCasesMax = 1000;
constexpr std::int64_t kQuietDaysOfCaseMax = 800;
constexpr std::size_t kWindowsOfCaseMax = 50'000;

// What the rules of every reading name: what a case may speak of.
struct CaseNames {
  std::set<std::string> events, sectors;
  std::set<EffectClass> classes;
  std::vector<std::string> gate_sectors;
};

CaseNames case_names(const Agreement& a) {
  CaseNames out;
  for (const Zone& z : a.zones) out.sectors.insert(z.id);
  for (const Reading& r : a.readings) {
    for (const GateRule& g : r.clocks.gates) {
      out.sectors.insert(g.sectors.begin(), g.sectors.end());
      out.classes.insert(g.classes.begin(), g.classes.end());
      out.gate_sectors.insert(out.gate_sectors.end(), g.sectors.begin(), g.sectors.end());
      out.events.insert(g.starts_with);
      for (const GateStep& s : g.steps) out.events.insert(s.event);
    }
    for (const ObligationRule& o : r.clocks.obligations) {
      if (o.trigger_kind == TriggerKind::kEvent) out.events.insert(o.trigger);
      out.events.insert({o.act, o.forbids, o.ends_with});
    }
  }
  out.events.erase("");
  auto& all = out.gate_sectors;
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return out;
}

std::string one_of(const std::set<std::string>& names) {
  std::string out;
  for (const auto& n : names) out += (out.empty() ? "one of " : ", ") + n;
  return out.empty() ? "nothing: the agreement has none" : out;
}

class ClockCaseReader {
 public:
  ClockCaseReader(std::string_view source, const Agreement& a, Problems& problems)
      : read_(source, problems), problems_(problems), a_(a), names_(case_names(a)) {
    read_.set_zone(a.civil_zone);
  }

  std::vector<ClockCase> run(const toml::table& root) {
    read_.known(root, {"case"});
    std::vector<ClockCase> out;
    read_.each(root, "case", [&](const toml::table& t) {
      const std::size_t before = problems_.errors.size();
      if (out.size() == kClockCasesMax) return;
      read_.own_id(t, out, "case");
      ClockCase c = one_case(t);
      if (problems_.errors.size() == before) out.push_back(std::move(c));
    });
    if (!read_.within(root, "case", kClockCasesMax)) return {};
    if (!root.contains("case")) read_.say(root, "case", "there are no cases", "[[case]]");
    return out;
  }

 private:
  ClockCase one_case(const toml::table& t) {
    read_.known(t, {"id", "why", "reading", "quiet", "events", "breaches", "signatures", "expect"});
    ClockCase c;
    c.line = line_of(t);
    c.id = read_.text(t, "id", true);
    c.why = read_.text(t, "why", true);
    c.reading = t.contains("reading") ? read_.text(t, "reading", true) : "base";
    read_.refers(t, "reading", c.reading, a_.readings, "reading");
    read_quiet(t, c);
    read_.each(t, "events",
               [&](const toml::table& e) { c.timeline.events.push_back(event(e, c)); });
    read_.each(t, "breaches",
               [&](const toml::table& b) { c.timeline.breaches.push_back(breach(b, c)); });
    read_.each(t, "signatures",
               [&](const toml::table& s) { c.timeline.signatures.push_back(signature(s, c)); });
    if (!t.contains("expect"))
      read_.say(t, "expect", "the case expects nothing",
                "expect = [{ at = \"…\", gate = \"…\", … }]");
    read_.each(t, "expect", [&](const toml::table& e) { c.expect.push_back(expectation(e, c)); });
    return c;
  }
  // The reading that the case is of; base where it is not known, which has been said.
  const Reading& reading_of(const ClockCase& c) const {
    const auto it = std::find_if(a_.readings.begin(), a_.readings.end(),
                                 [&](const Reading& r) { return r.id == c.reading; });
    return it == a_.readings.end() ? a_.readings.front() : *it;
  }

  // ------------------------------------------------------------------------------------- history
  // `at`, or `from` and `until` between which it was.
  Interval when(const toml::table& t) {
    const bool between = t.contains("from") && t.contains("until");
    if (t.contains("at") == between || (!between && (t.contains("from") || t.contains("until")))) {
      read_.say(t, "at", "when it was is not said, or said twice",
                "at = \"…\", or from = \"…\" and until = \"…\" between which it was");
      return {};
    }
    if (between) return read_.interval(t, "from", "until", {});
    const Instant at = read_.time(t, "at", {});
    return {at, at};
  }
  template <class T>
  std::string own_name(const toml::table& t, const std::vector<T>& before, const char* what) {
    if (!t.contains("id")) return std::string(what) + "-" + std::to_string(before.size() + 1);
    read_.own_id(t, before, what);
    return read_.text(t, "id", true);
  }
  std::string party(const toml::table& t) {
    const std::string id = read_.text(t, "party", false);
    if (!id.empty()) read_.refers(t, "party", id, a_.parties, "party");
    return id;
  }
  std::string sector(const toml::table& t) {
    const std::string id = read_.text(t, "sector", false);
    if (!id.empty() && !names_.sectors.contains(id))
      read_.say(t, "sector", "there is no sector \"" + id + "\"", one_of(names_.sectors));
    return id;
  }
  double probability(const toml::table& t, const char* key) {
    return read_.number(t, key, 0, 1).value_or(1);
  }
  Event event(const toml::table& t, const ClockCase& c) {
    read_.known(t, {"id", "name", "party", "sector", "at", "from", "until", "p_real"});
    Event e;
    e.id = own_name(t, c.timeline.events, "event");
    e.name = read_.text(t, "name", true);
    if (!e.name.empty() && !names_.events.contains(e.name))
      read_.say(t, "name", "nothing waits for an event \"" + e.name + "\"", one_of(names_.events));
    e.party = party(t);
    e.sector = sector(t);
    e.when = when(t);
    e.p_real = probability(t, "p_real");
    return e;
  }
  Breach breach(const toml::table& t, const ClockCase& c) {
    read_.known(t, {"id", "provision", "party", "sector", "at", "from", "until", "probability",
                    "value", "severity"});
    Breach b;
    b.id = own_name(t, c.timeline.breaches, "breach");
    b.provision = read_.text(t, "provision", true);
    const auto& provisions = reading_of(c).provisions;
    if (!b.provision.empty()) read_.refers(t, "provision", b.provision, provisions, "provision");
    for (const Provision& p : provisions) {
      if (p.id == b.provision) b.severity = p.severity;
    }
    if (t.contains("severity")) b.severity = severity(t);
    b.party = party(t);
    b.sector = sector(t);
    b.when = when(t);
    b.probability = probability(t, "probability");
    constexpr Choices<FindingValue, 3> kValues{{{"breach", FindingValue::kBreach},
                                                {"undeterminable", FindingValue::kUndeterminable},
                                                {"compliant", FindingValue::kCompliant}}};
    b.value = read_choice(t, read_, "value", kValues, FindingValue::kBreach);
    return b;
  }
  std::string severity(const toml::table& t) {
    const std::string name = read_.text(t, "severity", true);
    if (std::find(a_.severities.begin(), a_.severities.end(), name) == a_.severities.end())
      read_.say(t, "severity", "there is no severity \"" + name + "\"", "one of severities");
    return name;
  }
  Signature signature(const toml::table& t, const ClockCase& c) {
    read_.known(t, {"id", "escalation", "tier", "breach", "at"});
    Signature s;
    s.id = own_name(t, c.timeline.signatures, "signature");
    s.escalation = read_.text(t, "escalation", true);
    s.tier = read_.text(t, "tier", true);
    check_tier(t, c, s.escalation, s.tier);
    s.breach = read_.text(t, "breach", true);
    read_.refers(t, "breach", s.breach, c.timeline.breaches, "breach");
    if (!t.contains("at")) read_.say(t, "at", "\"at\" is missing", "at = \"…\"");
    s.when = read_.time(t, "at", {});
    return s;
  }
  void check_tier(const toml::table& t, const ClockCase& c, const std::string& escalation,
                  const std::string& tier) {
    const auto& rules = reading_of(c).clocks.escalations;
    if (!read_.refers(t, "escalation", escalation, rules, "escalation")) return;
    for (const EscalationRule& e : rules) {
      if (e.id == escalation) read_.refers(t, "tier", tier, e.tiers, "tier");
    }
  }

  // --------------------------------------------------------------------------------------- quiet
  // "2016-10-01 to 2016-10-07", or a table with `days`, or with `from` and `until`.
  void read_quiet(const toml::table& t, ClockCase& c) {
    if (!t.contains("quiet")) return;
    const auto* list = t["quiet"].as_array();
    if (list == nullptr) return read_.say(t, "quiet", "\"quiet\" is not a list", kQuietExpected);
    if (names_.gate_sectors.empty())
      return read_.say(t, "quiet", "no gate asks for quiet", "a case without it");
    for (const auto& n : *list) {
      if (const auto days = n.value<std::string>())
        add_days(n, *days, {{}, {}, EffectClass::kBurst, 1, 0, 0}, names_.gate_sectors, c);
      else if (const auto* table = n.as_table())
        quiet_table(*table, c);
      else
        read_.say(n, "quiet", "is not a stretch of quiet", kQuietExpected);
    }
    check_told_once(t, c);
  }
  void quiet_table(const toml::table& t, ClockCase& c) {
    read_.known(t, {"days", "from", "until", "sectors", "coverage", "unobserved"});
    QuietDay q;
    q.coverage = read_.number(t, "coverage", 0, 1).value_or(1);
    q.upper_bound = read_.number(t, "unobserved", 0, 1e9).value_or(0);
    auto sectors = t.contains("sectors")
                       ? read_names(t, read_, "sectors", names_.gate_sectors, "sector of a gate")
                       : names_.gate_sectors;
    if (t.contains("days") == (t.contains("from") || t.contains("until")))
      return read_.say(t, "days", "which days it was is not said, or said twice",
                       "days = \"2016-10-01 to 2016-10-07\", or from and until");
    if (t.contains("days"))
      return add_days(*t.get("days"), read_.text(t, "days", true), q, sectors, c);
    if (!t.contains("from") || !t.contains("until"))
      return read_.say(t, "from", "a window has two ends", "from and until");
    q.when = read_.interval(t, "from", "until", {});
    add_window(t, q, sectors, c);
  }
  void add_days(const toml::node& at, const std::string& text, QuietDay q,
                const std::vector<std::string>& sectors, ClockCase& c) {
    const auto to = text.find(" to ");
    const auto first = parse_day(text.substr(0, to));
    const auto last = to == std::string::npos ? first : parse_day(text.substr(to + 4));
    if (!first.ok() || !last.ok() || *last < *first || first->year < 1678 || last->year > 2261)
      return read_.say(at, "quiet", "\"" + text + "\" are no days", kQuietExpected);
    const std::int64_t n = days_from_epoch(*last) - days_from_epoch(*first) + 1;
    if (n > kQuietDaysOfCaseMax)
      return read_.say(at, "quiet", "\"" + text + "\" are " + std::to_string(n) + " days",
                       "no more than " + std::to_string(kQuietDaysOfCaseMax));
    for (DayNumber d{days_from_epoch(*first)}; d.n <= days_from_epoch(*last); d = d + 1) {
      q.when = interval_of(d, a_.civil_zone);
      if (!add_window(at, q, sectors, c)) return;
    }
  }
  bool add_window(const toml::node& at, QuietDay q, const std::vector<std::string>& sectors,
                  ClockCase& c) {
    for (const auto& s : sectors) {
      for (const EffectClass e : names_.classes) {
        q.sector = s;
        q.effect_class = e;
        c.timeline.quiet.push_back(q);
      }
    }
    if (c.timeline.quiet.size() <= kWindowsOfCaseMax) return true;
    read_.say(at, "quiet", "there are too many windows of quiet",
              std::to_string(kWindowsOfCaseMax) + " at most, one for each sector, class and day");
    return false;
  }
  // Of a window that is told twice it would be anybody's guess which is meant.
  void check_told_once(const toml::table& t, const ClockCase& c) {
    std::set<std::string> told;
    for (const QuietDay& q : c.timeline.quiet) {
      if (told.insert(q.id()).second) continue;
      return read_.say(t, "quiet",
                       "the quiet of " + q.sector + " from " +
                           to_local_text(q.when.start, a_.civil_zone) + " on is told twice",
                       "each day once for every sector");
    }
  }

  // ---------------------------------------------------------------------------------- what must be
  ClockExpectation expectation(const toml::table& t, const ClockCase& c) {
    const ClockRules& rules = reading_of(c).clocks;
    ClockExpectation e;
    e.line = line_of(t);
    if (!t.contains("at"))
      read_.say(t, "at", "\"at\" is missing", "at = \"…\", the instant asked about");
    e.at = read_.time(t, "at", {});
    std::size_t named = 0;
    for (const auto kind : kClockKinds) named += t.contains(kind) ? 1U : 0U;
    if (named != 1)
      read_.say(t, "expect", "it is not said what must stand somewhere, or two things are",
                "one of gate, obligation, escalation and cumulation");
    else if (t.contains("gate"))
      expect_gate(t, e, rules.gates);
    else if (t.contains("obligation"))
      expect_obligation(t, e, c, rules.obligations);
    else if (t.contains("escalation"))
      expect_tier(t, e, c, rules.escalations);
    else
      expect_cumulation(t, e, rules.cumulations);
    return e;
  }
  template <class E>
  std::string state_word(const toml::table& t, std::initializer_list<E> all) {
    const std::string said = read_.text(t, "state", true);
    std::string expected;
    for (const E s : all) {
      if (said == to_string(s)) return said;
      expected += (expected.empty() ? "" : ", ") + std::string(to_string(s));
    }
    if (!said.empty()) read_.say(t, "state", "\"" + said + "\" is no state of it", expected);
    return said;
  }
  void read_why(const toml::table& t, ClockStanding& s, const std::string& kind) {
    s.why = read_.text(t, "why", false);
    const auto keys = why_keys();
    if (s.why.empty() || std::find(keys.begin(), keys.end(), s.why) != keys.end()) return;
    std::set<std::string> of_kind;
    for (const auto& k : keys) {
      if (k.starts_with(kind + ".")) of_kind.insert(k);
    }
    read_.say(t, "why", "there is no reason \"" + s.why + "\"", one_of(of_kind));
  }
  // "2016-10-08T00:00", "end of 2016-10-08", or two of them between which it lies.
  std::optional<Due> due_at(const toml::table& t, const char* key) {
    if (!t.contains(key)) return std::nullopt;
    std::vector<Instant> out;
    const auto add = [&](const toml::node& n) {
      const auto text = n.value<std::string>();
      if (!text) return read_.say(n, key, "\"" + std::string(key) + "\" is no time", kDueExpected);
      if (const auto i = end_of_day_or_time(n, key, *text)) out.push_back(*i);
    };
    const auto* list = t[key].as_array();
    if (list == nullptr)
      add(*t.get(key));
    else
      for (const auto& n : *list) add(n);
    if (out.size() == 1 && list == nullptr) return Due{out[0], out[0]};
    if (out.size() == 2 && out[0] <= out[1]) return Due{out[0], out[1]};
    if (list != nullptr)
      read_.say(t, key, "is no stretch of time", "the earliest and the latest time, in this order");
    return std::nullopt;
  }
  std::optional<Instant> end_of_day_or_time(const toml::node& n, const char* key,
                                            const std::string& text) {
    constexpr std::string_view kEndOf = "end of ";
    if (!text.starts_with(kEndOf)) return read_.instant(n, key, text);
    const auto day = parse_day(text.substr(kEndOf.size()));
    if (day.ok() && day->year >= 1678 && day->year <= 2261)
      return Instant{interval_of({days_from_epoch(*day)}, a_.civil_zone).end.ns - 1};
    read_.say(n, key, "\"" + text + "\" is no day", kDueExpected);
    return std::nullopt;
  }
  // One number, or the least and the most.
  void read_count(const toml::table& t, ClockStanding& s) {
    if (t["count"].is_number()) {
      s.low = s.high = read_whole(t, read_, "count", 0, 10'000);
      return;
    }
    if (!t.contains("count")) return;
    const auto* list = t["count"].as_array();
    if (list == nullptr || list->size() != 2 || !list->is_homogeneous<std::int64_t>())
      return read_.say(t, "count", "is no number of days", "count = 6, or count = [2, 3]");
    s.low =
        static_cast<int>(std::clamp<std::int64_t>((*list)[0].value_or<std::int64_t>(0), 0, 10'000));
    s.high =
        static_cast<int>(std::clamp<std::int64_t>((*list)[1].value_or<std::int64_t>(0), 0, 10'000));
  }
  void expect_gate(const toml::table& t, ClockExpectation& e, const std::vector<GateRule>& rules) {
    read_.known(t, {"at", "gate", "state", "count", "opens", "why"});
    e.kind = ClockKind::kGate;
    e.rule = read_.text(t, "gate", true);
    read_.refers(t, "gate", e.rule, rules, "gate");
    e.worked.state = state_word(t, {GateState::kWaiting, GateState::kCounting, GateState::kPaused,
                                    GateState::kOpen, GateState::kDone, GateState::kClosed});
    read_count(t, e.worked);
    e.worked.due = due_at(t, "opens");
    read_why(t, e.worked, "gate");
  }
  void expect_obligation(const toml::table& t, ClockExpectation& e, const ClockCase& c,
                         const std::vector<ObligationRule>& rules) {
    read_.known(
        t, {"at", "obligation", "party", "trigger", "state", "value", "missing", "due", "why"});
    e.kind = ClockKind::kObligation;
    e.rule = read_.text(t, "obligation", true);
    read_.refers(t, "obligation", e.rule, rules, "obligation");
    e.party = party(t);
    e.trigger = read_.text(t, "trigger", false);
    if (!e.trigger.empty()) read_.refers(t, "trigger", e.trigger, c.timeline.events, "event");
    using S = ObligationState;
    e.worked.state =
        state_word(t, {S::kNotTriggered, S::kInForce, S::kFulfilled, S::kBreached,
                       S::kBreachedAndCompensated, S::kTerminated, S::kUndeterminable});
    e.worked.value = read_.text(t, "value", false);
    if (!e.worked.value.empty() && !finding_value_from(e.worked.value))
      read_.say(t, "value", "\"" + e.worked.value + "\" is no value of a finding",
                "breach, compliant, not_applicable or undeterminable");
    e.worked.missing = read_.text(t, "missing", false);
    e.worked.due = due_at(t, "due");
    read_why(t, e.worked, "obligation");
  }
  void expect_tier(const toml::table& t, ClockExpectation& e, const ClockCase& c,
                   const std::vector<EscalationRule>& rules) {
    read_.known(t, {"at", "escalation", "episodes", "breach", "tier", "state", "opens", "why"});
    e.rule = read_.text(t, "escalation", true);
    if (t.contains("episodes")) {
      e.kind = ClockKind::kEpisodes;
      read_.refers(t, "escalation", e.rule, rules, "escalation");
      e.worked.low = read_whole(t, read_, "episodes", 0, 10'000);
      if (t.contains("tier"))
        read_.say(t, "tier", "tiers are of one episode", "either episodes, or tier and state");
      return;
    }
    e.kind = ClockKind::kTier;
    e.tier = read_.text(t, "tier", true);
    check_tier(t, c, e.rule, e.tier);
    e.breach = read_.text(t, "breach", false);
    if (!e.breach.empty()) read_.refers(t, "breach", e.breach, c.timeline.breaches, "breach");
    e.worked.state = state_word(t, {TierState::kNotDue, TierState::kMayBeDue, TierState::kDue,
                                    TierState::kSigned, TierState::kLapsed});
    e.worked.due = due_at(t, "opens");
    read_why(t, e.worked, "escalation");
  }
  void expect_cumulation(const toml::table& t, ClockExpectation& e,
                         const std::vector<CumulationRule>& rules) {
    read_.known(t, {"at", "cumulation", "certain", "possible"});
    e.kind = ClockKind::kCumulation;
    e.rule = read_.text(t, "cumulation", true);
    read_.refers(t, "cumulation", e.rule, rules, "cumulation");
    e.worked.low = read_whole(t, read_, "certain", 0, 10'000);
    e.worked.possible = read_whole(t, read_, "possible", 0, 10'000);
    if (!t.contains("certain"))
      read_.say(t, "certain", "\"certain\" is missing", "certain = 1, and possible = 0 beside it");
  }

  static constexpr const char* kQuietExpected =
      "\"2016-10-01 to 2016-10-07\", or { days = \"2016-10-01\", coverage = 0.5, unobserved = 3 }";
  static constexpr const char* kDueExpected = "\"2016-10-08T00:00\" or \"end of 2016-10-07\"";
  TomlReader read_;
  Problems& problems_;
  const Agreement& a_;
  CaseNames names_;
};

}  // namespace

std::vector<ClockCase> parse_clock_cases(std::string_view text, std::string_view source,
                                         const Agreement& agreement, Problems& problems) {
  std::vector<ClockCase> out;
  const auto read = read_whole<bool>(text, source, problems, [&](const toml::table& root) {
    out = ClockCaseReader(source, agreement, problems).run(root);
    return true;
  });
  static_cast<void>(read);  // what is wrong stands in `problems`
  return out;
}

}  // namespace truce::judge
