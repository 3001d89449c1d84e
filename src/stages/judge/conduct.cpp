#include "stages/judge/conduct.h"

#include <algorithm>
#include <array>
#include <utility>

#include "model/weapon_text.h"

namespace truce::judge {

namespace {

constexpr std::array<std::string_view, 12> kActNames{
    "fire",     "presence",    "overflight",       "offensive", "reconnaissance", "sabotage",
    "exercise", "mine_laying", "denial_of_access", "statement", "cyber",          "information"};
constexpr std::array<std::string_view, 5> kDomainNames{"land", "sea", "air", "cyber",
                                                       "information"};

template <class E, std::size_t N>
std::optional<E> named(const std::array<std::string_view, N>& names, std::string_view name) {
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end()) return std::nullopt;
  return static_cast<E>(it - names.begin());
}

bool flies(WeaponClass w) { return w == WeaponClass::kUav || w == WeaponClass::kAircraft; }

Act act_of(const Incident& incident) {
  bool other = false, flying = false;
  for (const Effect& e : incident.effects) {
    if (counts_as_violation(e.effect_class)) return Act::kFire;
    other = other || (e.effect_class == EffectClass::kOther && e.weapon != WeaponClass::kUnknown);
    flying = flying || flies(e.weapon);
  }
  if (!other) return Act::kFire;  // heat or an alert: fire, as far as it is anything
  return flying ? Act::kOverflight : Act::kPresence;
}

// What stood or flew, as an item tells it; nothing where it tells of an effect or of no weapon.
std::optional<Weapon> seen_in(const Item& item) {
  if (item.classes.of(EffectClass::kOther) < 1 || item.weapon == WeaponClass::kUnknown)
    return std::nullopt;
  Weapon out;
  out.weapon = item.weapon;
  const WeaponWords named = weapon_words(item.weapon_text);
  out.system = named.system;
  if (named.calibre_mm > 0) out.min_mm = out.max_mm = named.calibre_mm;
  return out;
}

Weapon weapon_of(const Effect& e) {
  Weapon out;
  out.weapon = e.weapon;
  out.system = e.system;
  if (e.calibre_mm > 0) out.min_mm = out.max_mm = e.calibre_mm;
  return out;
}

}  // namespace

std::string_view to_string(Act act) { return kActNames.at(static_cast<std::size_t>(act)); }
std::optional<Act> act_from(std::string_view name) { return named<Act>(kActNames, name); }
std::string_view to_string(Domain domain) {
  return kDomainNames.at(static_cast<std::size_t>(domain));
}
std::optional<Domain> domain_from(std::string_view name) {
  return named<Domain>(kDomainNames, name);
}

// What was heard often tells a shot from what it hit hardly better than a coin does.
bool is_of_a_muzzle(const ClassProbabilities& classes) {
  constexpr float kSurely = 0.9F;
  return classes.of(EffectClass::kExplosionOutgoing) + classes.of(EffectClass::kMuzzleFlash) >=
         kSurely;
}

Conduct conduct_of(const Incident& incident) {
  Conduct out;
  out.subject = incident.id;
  out.act = act_of(incident);
  out.domain = out.act == Act::kOverflight ? Domain::kAir : Domain::kLand;
  out.when = incident.when;
  if (incident.place.known()) {
    out.at = incident.place.sample;
    if (std::any_of(incident.effects.begin(), incident.effects.end(),
                    [](const Effect& e) { return is_of_a_muzzle(e.classes); }))
      out.from = incident.place.sample;
  }
  for (const Effect& e : incident.effects) {
    out.classes.push_back(e.classes);
    out.weapons.push_back(weapon_of(e));
  }
  out.count = incident.violations;
  out.p_real = incident.p_real;
  out.targets = incident.targets;
  for (const Evidence& e : incident.evidence) out.evidence.push_back(e.observation);
  return out;
}

namespace {

Conduct conduct_with(const Observation& o, const std::vector<const Item*>& items, Act act,
                     std::size_t places) {
  Conduct out;
  out.subject = o.id;
  out.act = act;
  out.domain = act == Act::kOverflight ? Domain::kAir : Domain::kLand;
  out.when = o.when;
  out.at = PlaceSample(o.shape, places);
  out.is_way = std::holds_alternative<Track>(o.shape);
  out.count = {0, 0, 0, false};
  for (const Item* item : items) {
    out.weapons.push_back(*seen_in(*item));
    out.count = out.count + interval_of(item->count);
  }
  out.p_real = o.p_real;
  out.targets = o.targets;
  out.evidence = {o.id};
  return out;
}

}  // namespace

std::vector<Conduct> conducts_of(const Observation& o, std::size_t places) {
  std::vector<Conduct> out;
  if (std::holds_alternative<Nowhere>(o.shape) || std::holds_alternative<Arrival>(o.shape))
    return out;
  std::vector<const Item*> standing, flying;
  for (const Item& item : o.items) {
    if (seen_in(item)) (flies(item.weapon) ? flying : standing).push_back(&item);
  }
  if (!standing.empty()) out.push_back(conduct_with(o, standing, Act::kPresence, places));
  if (!flying.empty()) out.push_back(conduct_with(o, flying, Act::kOverflight, places));
  return out;
}

bool is_about_the_force(const Statement& s) {
  return s.about == "force" || s.about == "threat" || s.about.rfind("post/", 0) == 0 ||
         s.about.rfind("contingent/", 0) == 0;
}

std::optional<Conduct> conduct_of(const Statement& s) {
  if (!is_about_the_force(s)) return std::nullopt;
  Conduct out;
  out.subject = s.id;
  out.act = Act::kStatement;
  out.domain = Domain::kInformation;
  out.when = {s.when, s.when};
  if (!s.party.empty()) out.parties = {{s.party, 1}};
  out.targets = {"force"};
  out.evidence = {s.id};
  return out;
}

}  // namespace truce::judge
