#include <algorithm>
#include <charconv>

#include "stages/judge/internal/time_rules.h"

namespace truce::judge {

namespace {

constexpr int kActsMax = 10'000;

void read_trigger(const toml::table& t, TomlReader& r, ObligationRule& o) {
  const std::pair<std::string_view, TriggerKind> kinds[] = {
      {"trigger", TriggerKind::kEvent},
      {"once_done", TriggerKind::kOnceDone},
      {"once_breached", TriggerKind::kOnceBreached}};
  int said = 0;
  for (const auto& [key, kind] : kinds) {
    if (!t.contains(key)) continue;
    ++said;
    o.trigger_kind = kind;
    o.trigger = r.text(t, key, true);
  }
  if (said != 1)
    r.say(t, "trigger", said == 0 ? "nothing triggers it" : "more than one thing triggers it",
          "one of trigger, once_done, once_breached");
  o.whose = read_choice(t, r, "trigger_of", kTriggerOfChoices, WhoseTrigger::kAnybodys);
  o.same_sector = r.flag(t, "same_sector");
}

void read_act(const toml::table& t, TomlReader& r, ObligationRule& o) {
  o.act = r.text(t, "act", false);
  o.forbids = r.text(t, "forbids", false);
  if (o.act.empty() == o.forbids.empty())
    r.say(t, "act", "an obligation asks for an event, or forbids one", "one of act, forbids");
  o.at_least = read_whole(t, r, "at_least", 1, kActsMax).value_or(1);
  if (t.contains("per")) {
    o.per_day = true;
    read_choice(t, r, "per", kPerDayChoices);
  }
}

// `on = "day 3"`: the day of a punctual obligation.
Deadline read_day(const toml::table& t, TomlReader& r) {
  const std::string text = r.text(t, "on", true);
  int day = 0;
  const char* const end = text.data() + text.size();
  const bool worded = text.starts_with("day ");
  const auto got = worded ? std::from_chars(text.data() + 4, end, day) : std::from_chars_result{};
  if (!worded || got.ec != std::errc() || got.ptr != end || day < 1 || day > 3660)
    r.say(t, "on", "is not a day", "\"day 3\"");
  Deadline d;
  d.day = std::clamp(day, 1, 3660);
  return d;
}

DayOne read_day_one(const toml::table& t, TomlReader& r) {
  if (!t.contains("day_one"))
    r.say(t, "day_one", "which day is day 1 is not said",
          "day_one = \"the day itself\" or \"the day after\"");
  return read_choice(t, r, "day_one", kDayOneChoices, DayOne::kTheDayItself);
}

void read_term(const toml::table& t, TomlReader& r, ObligationRule& o) {
  if (t.contains("on"))
    o.deadline = read_day(t, r);
  else
    o.deadline = read_deadline(t, r);
  if (t.contains("on")) o.deadline->day_one = read_day_one(t, r);
  o.ahead = r.duration(t, "ahead");
  o.not_before = r.duration(t, "not_before");
  if (o.per_day) o.first_day = read_day_one(t, r);
  if (t.contains("day_one") && !o.per_day && !t.contains("on") && !t.contains("by"))
    r.say(t, "day_one", "no day is counted here", "by, on or per beside it, or no day_one");
  if (o.not_before && !o.ahead)
    r.say(t, "not_before", "it is counted back from a trigger", "\"ahead\" beside it");
  if (o.ahead && o.not_before && *o.not_before < *o.ahead)
    r.say(t, "not_before", "it is later than \"ahead\"", "a longer time");
  if (o.ahead && (o.deadline || o.preemptive))
    r.say(t, "ahead", "the trigger is the end of its term", "no within, by, on or preemptive");
}

// What each kind must say, and what it cannot.
void check_kind(const toml::table& t, TomlReader& r, const ObligationRule& o) {
  const bool punctual = o.kind == ObligationKind::kPunctual;
  const bool kept = o.kind == ObligationKind::kMaintenance;
  if (punctual != t.contains("on"))
    r.say(t, "on", "a punctual obligation has a day, and no other has one",
          punctual ? "on = \"day 3\"" : "within or by");
  const bool says_when = t.contains("within") || t.contains("by") || t.contains("ahead");
  if (o.kind == ObligationKind::kAchievement && !o.deadline && !says_when)
    r.say(t, "within", "without a deadline it can never be breached", "within, by or ahead");
  if (!kept && (!o.forbids.empty() || o.per_day))
    r.say(t, "kind", "what is forbidden or daily is kept, not achieved", "kind = \"maintenance\"");
  if (kept && o.forbids.empty() && !o.per_day)
    r.say(t, "per", "how often the act is asked for is not said", "per = \"day\", or \"forbids\"");
  if (kept && (o.preemptive || o.ahead))
    r.say(t, "kind", "what is kept begins with its trigger", "no preemptive and no ahead");
}

ObligationRule read_obligation(const toml::table& t, TomlReader& r, const TimeNames& names) {
  r.known(t, keys_of(TableId::kObligation));
  ObligationRule o;
  o.line = line_of(t);
  o.id = r.text(t, "id", true);
  o.words = r.text(t, "words", true);
  o.source = r.text(t, "source", false);
  o.encodes = r.texts(t, "encodes");
  o.kind = read_choice(t, r, "kind", kObligationChoices);
  o.binds = read_names(t, r, "binds", names.parties, "party");
  if (!t.contains("binds")) o.binds = names.parties;
  std::sort(o.binds.begin(), o.binds.end());
  o.preemptive = r.flag(t, "preemptive");
  o.perdurant = r.flag(t, "perdurant");
  o.ends_with = r.text(t, "ends_with", false);
  o.compensated_by = r.text(t, "compensated_by", false);
  o.standard = r.text(t, "standard", false);
  o.tau = read_standard(t, r, names);
  read_trigger(t, r, o);
  read_act(t, r, o);
  read_term(t, r, o);
  check_kind(t, r, o);
  return o;
}

// What names another obligation names one that there is; what makes good waits for the breach.
void check_links(const std::vector<const toml::table*>& tables, TomlReader& r,
                 const std::vector<ObligationRule>& rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const ObligationRule& o = rules[i];
    if (o.trigger_kind != TriggerKind::kEvent)
      r.refers(*tables[i], o.trigger_kind == TriggerKind::kOnceDone ? "once_done" : "once_breached",
               o.trigger, rules, "obligation");
    if (o.compensated_by.empty()) continue;
    r.refers(*tables[i], "compensated_by", o.compensated_by, rules, "obligation");
    for (const ObligationRule& by : rules) {
      if (by.id != o.compensated_by) continue;
      if (by.trigger_kind != TriggerKind::kOnceBreached || by.trigger != o.id)
        r.say(*tables[i], "compensated_by", "\"" + by.id + "\" does not wait for this breach",
              "once_breached = \"" + o.id + "\" in \"" + by.id + "\"");
    }
  }
}

void check_rings(const std::vector<const toml::table*>& tables, TomlReader& r,
                 const std::vector<ObligationRule>& rules) {
  for (const auto& ring : rings_of(rules)) {
    std::string path;
    for (const auto& id : ring) path += "\"" + id + "\" waits for ";
    path += "\"" + ring.front() + "\"";
    for (std::size_t i = 0; i < rules.size(); ++i) {
      if (rules[i].id != ring.front()) continue;
      const auto kind = rules[i].trigger_kind;
      const char* key = kind == TriggerKind::kEvent      ? "trigger"
                        : kind == TriggerKind::kOnceDone ? "once_done"
                                                         : "once_breached";
      r.say(*tables[i], key, "deadlines in a ring never come due: " + path,
            "one of them with a trigger outside the ring, such as the signature");
    }
  }
}

}  // namespace

std::vector<ObligationRule> parse_obligations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names) {
  std::vector<ObligationRule> out;
  std::vector<const toml::table*> tables;
  r.each(root, "obligation", [&](const toml::table& t) {
    r.own_id(t, out, "obligation");
    out.push_back(read_obligation(t, r, names));
    tables.push_back(&t);
  });
  check_links(tables, r, out);
  check_rings(tables, r, out);
  return out;
}

}  // namespace truce::judge
