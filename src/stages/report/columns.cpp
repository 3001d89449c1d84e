#include "stages/report/internal/columns.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/units.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

using Words = std::vector<std::string>;

void add(Words& list, const std::string& word) {
  if (!word.empty() && std::find(list.begin(), list.end(), word) == list.end())
    list.push_back(word);
}

// The first few of a list and how many more there are.
std::string listed(const Words& list, std::size_t shown) {
  std::string out;
  for (std::size_t k = 0; k < std::min(shown, list.size()); ++k)
    out += (out.empty() ? "" : ", ") + list[k];
  if (list.size() > shown)
    out += " and " + n(static_cast<std::int64_t>(list.size() - shown)) + " more";
  return out;
}

// Best counts by word, in the order in which the incident has its effects.
using Tally = std::vector<std::pair<std::string, std::int64_t>>;

void tally(Tally& t, const std::string& word, std::int64_t count) {
  const auto it =
      std::find_if(t.begin(), t.end(), [&](const auto& entry) { return entry.first == word; });
  if (it == t.end())
    t.emplace_back(word, count);
  else
    it->second += count;
}

std::string tally_words(const Tally& t) {
  if (t.size() == 1) return t.front().first;
  std::string out;
  for (const auto& [word, count] : t) out += (out.empty() ? "" : ", ") + word + "\u00a0" + n(count);
  return out;
}

// What was noticed: how an explosion came about belongs to its description.
std::string observed(EffectClass c) {
  return family_of(c) == Family::kExplosion ? "explosion" : std::string(to_words(c));
}

std::string how(EffectClass c) {
  switch (c) {
    case EffectClass::kExplosionImpact:
      return "impact";
    case EffectClass::kExplosionAirburst:
      return "airburst";
    case EffectClass::kExplosionOutgoing:
      return "outgoing";
    case EffectClass::kExplosionUndetermined:
      return "undetermined";
    default:
      return {};
  }
}

std::string flight(const Item& item) {
  if (item.from_deg && item.to_deg)
    return std::string(compass_word(*item.from_deg)) + " to " +
           std::string(compass_word(*item.to_deg));
  if (item.from_deg) return "from " + std::string(compass_word(*item.from_deg));
  return item.to_deg ? "to " + std::string(compass_word(*item.to_deg)) : std::string();
}

// Whether the source noticed the effect itself; a coder's label of a report describes the report.
bool noticed(const Observation& o) {
  return std::any_of(o.means.begin(), o.means.end(), [](Means m) {
    return m != Means::kReported && m != Means::kUnknown && m != Means::kAssessed;
  });
}

std::string weapon_of(const Effect& effect, const Evidence& evidence) {
  if (effect.weapon == WeaponClass::kUnknown) return "n/k";
  Words said;
  for (const auto* o : evidence) {
    for (const auto& item : o->items) {
      if (item.weapon == effect.weapon) add(said, item.weapon_text);
    }
  }
  const std::string words(to_words(effect.weapon));
  return said.empty() || said.front() == words ? words : words + " (" + listed(said, 2) + ")";
}

}  // namespace

std::vector<const Observation*> evidence_of(const Input& in, const Incident& i) {
  std::vector<const Observation*> out;
  for (const auto& e : i.evidence) {
    const auto it = in.observations.find(e.observation);
    if (it != in.observations.end()) out.push_back(&it->second);
  }
  return out;
}

std::string position_column(const Evidence& evidence) {
  Words positions;
  for (const auto* o : evidence) add(positions, o->position.empty() ? o->source : o->position);
  return listed(positions, 2);
}

std::string location_column(const Evidence& evidence) {
  if (evidence.empty()) return {};
  const Shape& shape = evidence.front()->shape;
  const std::string words = to_words(shape);
  const bool from_position =
      std::holds_alternative<AnnularSector>(shape) || std::holds_alternative<Bearing>(shape);
  // "3–5 km E of 48.1399, 37.7426"
  const auto end = from_position ? std::min(words.find(" of "), words.find(" from ")) : words.npos;
  return words.substr(0, end);
}

std::string means_column(const Evidence& evidence) {
  Words means;
  for (const auto* o : evidence) {
    for (const auto m : o->means) add(means, std::string(to_string(m)));
  }
  return means.empty() ? "n/k" : listed(means, 3);
}

std::string observation_column(const Incident& i) {
  Tally t;
  for (const auto& e : i.effects) tally(t, observed(e.effect_class), e.count.best);
  return tally_words(t);
}

std::string description_column(const Incident& i, const Evidence& evidence) {
  Tally t;
  for (const auto& e : i.effects) {
    if (const std::string word = how(e.effect_class); !word.empty()) tally(t, word, e.count.best);
  }
  Words words;
  if (!t.empty()) words.push_back(tally_words(t));
  for (const auto* o : evidence) {
    if (!noticed(*o)) continue;
    for (const auto& item : o->items) {
      add(words, flight(item));
      add(words, item.kind);
    }
  }
  return listed(words, 5);
}

std::string weapon_column(const Incident& i, const Evidence& evidence) {
  Words words;
  for (const auto& e : i.effects) add(words, weapon_of(e, evidence));
  return listed(words, 3);
}

}  // namespace truce::report
