#include <algorithm>

#include "stages/judge/internal/time_rules.h"

namespace truce::judge {

namespace {

constexpr int kQuietDaysMax = 3660;

std::vector<EffectClass> read_quiet_classes(const toml::table& t, TomlReader& r) {
  auto out = r.words<EffectClass>(
      t, "classes", [](const std::string& n) { return effect_class_from(n); },
      "an effect class such as \"burst\"");
  if (!t.contains("classes")) {
    for (std::size_t c = 0; c < kEffectClasses; ++c) {
      if (counts_as_violation(static_cast<EffectClass>(c)))
        out.push_back(static_cast<EffectClass>(c));
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// A gate that watches nothing would open by itself.
void read_watch(const toml::table& t, TomlReader& r, GateRule& g) {
  g.sectors = r.texts(t, "sectors");
  std::sort(g.sectors.begin(), g.sectors.end());
  g.sectors.erase(std::unique(g.sectors.begin(), g.sectors.end()), g.sectors.end());
  if (g.sectors.empty()) r.say(t, "sectors", "no sector is named", "at least one");
  g.classes = read_quiet_classes(t, r);
  if (g.classes.empty()) r.say(t, "classes", "no class is named", "at least one, or no key");
  const auto needed = [&](std::string_view key, double min, double max) {
    if (!t.contains(key)) r.say(t, key, "\"" + std::string(key) + "\" is missing", "a number");
    return r.number(t, key, min, max).value_or(max);
  };
  g.days = read_whole(t, r, "days", 1, kQuietDaysMax).value_or(kQuietDaysMax);
  if (!t.contains("days")) r.say(t, "days", "\"days\" is missing", "how many days of quiet");
  g.coverage_min = needed("coverage_min", 0, 1);
  g.unobserved_max = needed("unobserved_max", 0, 1e9);
}

void read_start(const toml::table& t, TomlReader& r, GateRule& g) {
  g.starts_with = r.text(t, "starts_with", false);
  g.from = r.time(t, "from", {0});
  if (!t.contains("from") && !t.contains("starts_with"))
    r.say(t, "from", "no day is said from which it counts", "\"from\" or \"starts_with\"");
}

GateStep read_step(const toml::table& t, TomlReader& r) {
  r.known(t, keys_of(TableId::kStep));
  GateStep s;
  s.line = line_of(t);
  s.name = r.text(t, "name", true);
  s.event = r.text(t, "event", true);
  s.by = read_choice(t, r, "done_by", kDoneByChoices);
  const auto deadline = read_deadline(t, r);
  if (!deadline && !t.contains("within"))
    r.say(t, "within", "a step has no deadline", "\"within\" or \"by\"");
  s.deadline = deadline.value_or(Deadline{Duration{}, 0, {}});
  if (t.contains("day_one") && !t.contains("by"))
    r.say(t, "day_one", "no day is counted here", "\"by\" beside it, or no day_one");
  s.mirrored = r.duration(t, "mirrored");
  if (s.mirrored && s.by != DoneBy::kEach)
    r.say(t, "mirrored", "only what each party does can be mirrored", "done_by = \"each\"");
  return s;
}

void read_steps(const toml::table& t, TomlReader& r, const TimeNames& names, GateRule& g) {
  r.each(t, "step", [&](const toml::table& s) { g.steps.push_back(read_step(s, r)); });
  g.parties = read_names(t, r, "parties", names.parties, "party");
  if (!t.contains("parties")) g.parties = names.parties;
  std::sort(g.parties.begin(), g.parties.end());
  g.while_open = read_choice(t, r, "breach_while_open", kWhileOpenChoices);
  if (g.steps.empty() && !t.contains("after_expiry")) return;
  g.after_expiry = read_choice(t, r, "after_expiry", kAfterExpiryChoices);
}

GateRule read_gate(const toml::table& t, TomlReader& r, const TimeNames& names) {
  r.known(t, keys_of(TableId::kGate));
  GateRule g;
  g.line = line_of(t);
  g.id = r.text(t, "id", true);
  g.words = r.text(t, "words", true);
  g.source = r.text(t, "source", false);
  g.encodes = r.texts(t, "encodes");
  read_watch(t, r, g);
  read_start(t, r, g);
  g.breaches = read_breaches(t, r, names, names.cumulations);
  g.standard = r.text(t, "standard", false);
  g.tau = read_standard(t, r, names);
  g.doubt_max = r.number(t, "doubt_max", 0, 1).value_or(1 - g.tau);
  read_steps(t, r, names, g);
  return g;
}

}  // namespace

std::vector<GateRule> parse_gates(const toml::table& root, TomlReader& r, const TimeNames& names) {
  std::vector<GateRule> out;
  r.each(root, "gate", [&](const toml::table& t) {
    r.own_id(t, out, "gate");
    out.push_back(read_gate(t, r, names));
  });
  return out;
}

}  // namespace truce::judge
