#include <algorithm>

#include "stages/judge/internal/time_rules.h"

namespace truce::judge {

namespace {

TierRule read_tier(const toml::table& t, TomlReader& r, const EscalationRule& e) {
  r.known(t, keys_of(TableId::kTier));
  TierRule tier;
  tier.line = line_of(t);
  tier.id = r.text(t, "id", true);
  tier.words = r.text(t, "words", true);
  r.own_id(t, e.tiers, "tier");
  tier.needs = read_choice(t, r, "needs", kTierNeedsChoices);
  tier.after = r.duration(t, "after").value_or(Duration{});
  tier.lapses = r.duration(t, "lapses");
  tier.persists = r.duration(t, "persists").value_or(Duration{});
  if (tier.lapses && *tier.lapses < tier.after)
    r.say(t, "lapses", "it lapses before it may be taken", "a time no shorter than \"after\"");
  if (t.contains("persists") && tier.needs != TierNeeds::kContinues)
    r.say(t, "persists", "only what continues persists", "needs = \"continues\"");
  if (tier.needs == TierNeeds::kExpanded && !e.expanded_sectors && !e.expanded_severity)
    r.say(t, "needs", "what an expansion is, the escalation does not say",
          "\"expanded_sectors\" or \"expanded_severity\" in [[escalation]]");
  return tier;
}

void read_same(const toml::table& t, TomlReader& r, EscalationRule& e) {
  const auto pause = r.duration(t, "pause_max");
  if (!t.contains("pause_max"))
    r.say(t, "pause_max", "how long a pause the same breach may have is not said", "\"6 h\"");
  e.pause_max = pause.value_or(Duration{});
  e.same_place = read_choice(t, r, "same_place", kSamePlaceChoices);
  e.radius_m = r.number(t, "radius_m", 0, 1e7).value_or(0);
  if ((e.same_place == SamePlace::kRadius) != t.contains("radius_m"))
    r.say(t, "radius_m", "a radius goes with same_place = \"radius\", and with nothing else",
          "both or neither");
}

void check_severity(const toml::table& t, TomlReader& r, std::string_view key,
                    const std::string& severity, const TimeNames& names) {
  const auto& all = names.severities;
  if (severity.empty() || std::find(all.begin(), all.end(), severity) != all.end()) return;
  r.say(t, key, "there is no severity \"" + severity + "\"", "one of severities at the top");
}

EscalationRule read_escalation(const toml::table& t, TomlReader& r, const TimeNames& names) {
  r.known(t, keys_of(TableId::kEscalation));
  EscalationRule e;
  e.line = line_of(t);
  e.id = r.text(t, "id", true);
  e.words = r.text(t, "words", true);
  e.source = r.text(t, "source", false);
  e.encodes = r.texts(t, "encodes");
  e.breaches = read_breaches(t, r, names, names.cumulations);
  e.standard = r.text(t, "standard", false);
  e.tau = read_standard(t, r, names);
  e.severities = names.severities;
  e.severity_min = r.text(t, "severity_min", false);
  check_severity(t, r, "severity_min", e.severity_min, names);
  read_same(t, r, e);
  e.expanded_sectors = read_whole(t, r, "expanded_sectors", 2, 10'000);
  e.expanded_severity = r.flag(t, "expanded_severity");
  r.each(t, "tier", [&](const toml::table& x) { e.tiers.push_back(read_tier(x, r, e)); });
  if (e.tiers.empty()) r.say(t, "tier", "there are no tiers", "[[escalation.tier]]");
  return e;
}

CumulationRule read_cumulation(const toml::table& t, TomlReader& r, const TimeNames& names) {
  r.known(t, keys_of(TableId::kCumulation));
  CumulationRule c;
  c.line = line_of(t);
  c.id = r.text(t, "id", true);
  if (std::find(names.provisions.begin(), names.provisions.end(), c.id) != names.provisions.end())
    r.say(t, "id", "there is a provision \"" + c.id + "\" whose breaches bear that name",
          "an id of its own");
  c.words = r.text(t, "words", true);
  c.source = r.text(t, "source", false);
  c.encodes = r.texts(t, "encodes");
  c.breaches = read_breaches(t, r, names);
  c.standard = r.text(t, "standard", false);
  c.tau = read_standard(t, r, names);
  c.number = read_whole(t, r, "number", 2, 10'000).value_or(2);
  if (!t.contains("number")) r.say(t, "number", "\"number\" is missing", "how many count as one");
  c.severity = r.text(t, "severity", true);
  check_severity(t, r, "severity", c.severity, names);
  c.counts_as = r.text(t, "counts_as", true);
  check_severity(t, r, "counts_as", c.counts_as, names);
  const auto window = r.duration(t, "window");
  if (!t.contains("window")) r.say(t, "window", "\"window\" is missing", "\"7 days\"");
  c.window = window.value_or(Duration{});
  c.per = read_choice(t, r, "per", kCumulatedPerChoices);
  return c;
}

}  // namespace

std::vector<EscalationRule> parse_escalations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names) {
  std::vector<EscalationRule> out;
  r.each(root, "escalation", [&](const toml::table& t) {
    r.own_id(t, out, "escalation");
    out.push_back(read_escalation(t, r, names));
  });
  return out;
}

std::vector<CumulationRule> parse_cumulations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names) {
  std::vector<CumulationRule> out;
  r.each(root, "cumulation", [&](const toml::table& t) {
    r.own_id(t, out, "cumulation");
    out.push_back(read_cumulation(t, r, names));
  });
  return out;
}

}  // namespace truce::judge
