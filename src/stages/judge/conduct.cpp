#include "stages/judge/conduct.h"

#include <algorithm>
#include <array>
#include <utility>

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

bool is_of_a_muzzle(const Effect& e) {
  return e.effect_class == EffectClass::kExplosionOutgoing ||
         e.effect_class == EffectClass::kMuzzleFlash;
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

Conduct conduct_of(const Incident& incident) {
  Conduct out;
  out.subject = incident.id;
  out.act = act_of(incident);
  out.domain = out.act == Act::kOverflight ? Domain::kAir : Domain::kLand;
  out.when = incident.when;
  if (incident.place.known()) {
    out.at = incident.place.sample;
    if (std::any_of(incident.effects.begin(), incident.effects.end(), is_of_a_muzzle))
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

}  // namespace truce::judge
