// What a reading changes of gates, obligations, escalations and cumulations: the keys that its
// change names replace those of the table, and the table is read as if it had been written so.

#include <algorithm>
#include <utility>

#include "stages/judge/internal/time_rules.h"

namespace truce::judge {

ClockRules parse_clocks(const toml::table& root, TomlReader& r, const TimeNames& elsewhere) {
  TimeNames names = elsewhere;
  auto cumulations = parse_cumulations(root, r, names);
  for (const CumulationRule& c : cumulations) names.cumulations.push_back(c.id);
  return {parse_gates(root, r, names), parse_obligations(root, r, names),
          parse_escalations(root, r, names), std::move(cumulations)};
}

std::size_t things_changed(const toml::table& change) {
  std::size_t out = 0;
  for (const std::string_view thing : {"provision", "definition"})
    out += change.contains(thing) ? 1U : 0U;
  for (const auto kind : kClockKinds) out += change.contains(kind) ? 1U : 0U;
  return out;
}

std::string_view clock_kind_of(const toml::table& change) {
  if (things_changed(change) != 1) return {};
  const auto kind = std::find_if(kClockKinds.begin(), kClockKinds.end(),
                                 [&](std::string_view k) { return change.contains(k); });
  return kind == kClockKinds.end() ? std::string_view() : *kind;
}

namespace {

// Ways to say one thing: whichever a change uses, the others no longer stand.
const std::vector<std::vector<std::string_view>> kOneThing{
    {"within", "by", "on", "ahead"}, {"trigger", "once_done", "once_breached"}, {"act", "forbids"}};

toml::table* table_with_id(toml::table& root, std::string_view kind, const std::string& id) {
  auto* list = root[kind].as_array();
  if (list == nullptr) return nullptr;
  for (auto& n : *list) {
    auto* t = n.as_table();
    if (t != nullptr && (*t)["id"].value<std::string>() == id) return t;
  }
  return nullptr;
}

void replace_key(toml::table& into, const std::string& key, toml::node&& value) {
  for (const auto& same : kOneThing) {
    if (std::find(same.begin(), same.end(), key) == same.end()) continue;
    for (const auto other : same) into.erase(other);
  }
  into.insert_or_assign(key, std::move(value));
}

void change_table(toml::table& change, toml::table& root, TomlReader& r) {
  const std::string kind(clock_kind_of(change));
  if (kind.empty()) return;
  const std::string id = r.text(change, kind, true);
  toml::table* into = table_with_id(root, kind, id);
  if (into == nullptr)
    return r.say(change, kind, "there is no " + kind + " \"" + id + "\" to read otherwise",
                 "the id of a [[" + kind + "]]");
  for (const char* key : {"id", "encodes"}) {
    if (change.contains(key))
      r.say(change, key, "\"" + std::string(key) + "\" is the same under every reading",
            "only keys that are read otherwise");
    change.erase(key);
  }
  for (auto& [key, value] : change) {
    if (key.str() != kind) replace_key(*into, std::string(key.str()), std::move(value));
  }
}

}  // namespace

ClockRules parse_clocks_under(toml::table root, const toml::source_region& reading, TomlReader& r,
                              const TimeNames& names) {
  auto* readings = root["reading"].as_array();
  TRUCE_ENSURE(readings != nullptr);
  for (auto& n : *readings) {
    auto* changes = n.source().begin == reading.begin ? n.at_path("change").as_array() : nullptr;
    if (changes == nullptr) continue;
    for (auto& change : *changes) {
      if (auto* t = change.as_table()) change_table(*t, root, r);
    }
  }
  return parse_clocks(root, r, names);
}

}  // namespace truce::judge
