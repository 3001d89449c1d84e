#include "stages/judge/internal/reasons.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/probability_digits.h"

namespace truce::judge {

namespace {

std::string fixed(double v, int decimals) {
  std::array<char, 48> text{};
  char* const end =
      std::to_chars(text.data(), text.data() + text.size(), v, std::chars_format::fixed, decimals)
          .ptr;
  return {text.data(), end};
}
std::string shortest(double v) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), v).ptr};
}
std::string whole(std::int64_t n) { return std::to_string(n); }

// A probability, or the bounds between which it lies; what is certain has no decimals.
std::string probability(Range p) {
  if (p.low == p.high && (p.low == 0 || p.low == 1))
    return as_argument({"number.certain", {p.low == 1 ? "1" : "0"}});
  std::string low = probability_digits(p.low);
  std::string high = probability_digits(p.high);
  if (low == high) return as_argument({"number.probability", {std::move(low)}});
  return as_argument({"number.between", {std::move(low), std::move(high)}});
}

std::string name_of(const auto& thing) {
  return as_text(thing.name.empty() ? thing.id : thing.name);
}

void add_once(std::vector<std::string>& to, std::string word) {
  if (std::find(to.begin(), to.end(), word) == to.end()) to.push_back(std::move(word));
}

Message party_message(const Matter& m, const FactValue& f) {
  if (f.how == How::kNotSaid) return {"reason.party.unknown", {}};
  if (f.how == How::kNamed) return {"reason.party.weighed", {probability(f.p)}};
  const bool binds = f.p.high > 0;
  if (m.verdict.party < 0)
    return {binds ? "reason.party.bound_unnamed" : "reason.party.not_bound_unnamed", {}};
  const Party& party = m.agreement.parties.at(static_cast<std::size_t>(m.verdict.party));
  return {binds ? "reason.party.bound" : "reason.party.not_bound", {name_of(party)}};
}

Message act_message(const Matter& m, const FactValue& f) {
  std::string act = "@act." + std::string(to_string(m.conduct.act));
  return {f.p.high > 0 ? "reason.act.spoken_of" : "reason.act.not_spoken_of", {std::move(act)}};
}

Message time_message(const FactValue& f) {
  if (f.p.low == 1) return {"reason.time.inside", {}};
  if (f.p.high == 0) return {"reason.time.outside", {}};
  return {"reason.time.partly", {probability(f.p)}};
}

Message class_message(const FactValue& f) {
  if (f.p.high == 0) return {"reason.class.none", {}};
  return {"reason.class.some", {probability(f.p)}};
}

std::string told(const Weapon& w) {
  std::string weapon = "@weapon." + std::string(to_string(w.weapon));
  const bool has_calibre = w.min_mm == w.max_mm && w.min_mm > 0;
  if (!has_calibre && w.system.empty()) return weapon;
  std::string system = as_text(w.system);
  if (!has_calibre) return as_argument({"weapon_told.system", {weapon, std::move(system)}});
  std::string mm = shortest(w.min_mm);
  if (w.system.empty()) return as_argument({"weapon_told.calibre", {weapon, std::move(mm)}});
  return as_argument({"weapon_told.both", {weapon, std::move(mm), std::move(system)}});
}

Message weapon_message(const Matter& m, const FactValue& f) {
  if (f.how == How::kEverything) return {"reason.weapon.any", {}};
  const auto& weapons = m.conduct.weapons;
  std::vector<std::string> seen;
  for (const Weapon& w : weapons) add_once(seen, told(w));
  std::string list = as_argument({"list", std::move(seen)});
  if (f.p.high == 0) return {"reason.weapon.other", {std::move(list)}};
  if (f.p.low == 1) return {"reason.weapon.named", {std::move(list)}};
  if (std::all_of(weapons.begin(), weapons.end(),
                  [](const Weapon& w) { return w.weapon != WeaponClass::kUnknown; }) &&
      !weapons.empty())
    return {"reason.weapon.not_enough", {std::move(list)}};
  return {"reason.weapon.unknown", {}};
}

std::string zones_named(const Matter& m) {
  std::vector<std::string> names;
  for (const Zone& z : m.agreement.zones) {
    const auto& ids = m.provision.zones;
    if (std::find(ids.begin(), ids.end(), z.id) != ids.end()) add_once(names, name_of(z));
  }
  for (const auto& kind : m.provision.zone_kinds)
    names.push_back(as_argument({"zone.any_of_kind", {as_text(kind)}}));
  return as_argument({"list", std::move(names)});
}

Message place_message(const Matter& m, const FactValue& f) {
  const bool origin = m.provision.where == Where::kOrigin;
  if (f.how == How::kEverything) return {"reason.place.everywhere", {}};
  if (f.how == How::kNotSaid)
    return {origin ? "reason.place.unknown_origin" : "reason.place.unknown", {}};
  if (f.p.low == 1)
    return {origin ? "reason.place.inside_origin" : "reason.place.inside", {zones_named(m)}};
  return {origin ? "reason.place.partly_origin" : "reason.place.partly",
          {probability(f.p), zones_named(m)}};
}

Message target_message(const FactValue& f) {
  if (f.how == How::kEverything) return {"reason.target.any", {}};
  if (f.how == How::kNamed) return {"reason.target.named", {}};
  if (f.object == nullptr) return {"reason.target.none_near", {}};
  return {"reason.target.near", {name_of(*f.object), probability(Range::of(f.p.high))}};
}

Message window_message(const FactValue& f) {
  if (f.notice == nullptr) return {"reason.window.none", {}};
  return {"reason.window.inside", {probability(f.p), as_text(f.notice->id)}};
}

Message circumstance_message(const Matter& m, const FactValue& f) {
  std::vector<std::string> needs;
  for (const auto& need : m.provision.needs) needs.push_back(as_text(need));
  std::string list = as_argument({"list", std::move(needs)});
  if (f.p.low == 1) return {"reason.circumstances.shown", {std::move(list)}};
  if (f.p.high == 0) return {"reason.circumstances.not_shown", {std::move(list)}};
  return {"reason.circumstances.claimed", {std::move(list)}};
}

Message distance_message(const Matter& m, const FactValue& f) {
  std::string bound_m = fixed(*m.provision.distance_m, 0);
  std::string bound =
      f.baseline == nullptr
          ? as_argument({"bound.no_line", {std::move(bound_m)}})
          : as_argument({"bound.from_line", {std::move(bound_m), name_of(*f.baseline)}});
  if (f.how == How::kNotSaid) return {"reason.distance.unknown", {std::move(bound)}};
  if (f.p.high == 0) return {"reason.distance.kept", {std::move(bound)}};
  return {"reason.distance.nearer", {probability(f.p), std::move(bound)}};
}

Message number_message(const Matter& m, const FactValue& f) {
  return {f.how == How::kNotSaid ? "reason.number.open" : "reason.number.counted",
          {as_argument(message_of(m.conduct.count)), whole(*m.provision.number_max)}};
}

std::string excuse(const FactValue& f) {
  std::string out = f.overriding != nullptr
                        ? as_argument({"excuse.gives_way",
                                       {as_text(f.overriding->id), as_text(f.overriding->words)}})
                        : as_text(f.exception->words);
  if (f.notice == nullptr) return out;
  return as_argument({"excuse.announced", {std::move(out), as_text(f.notice->id)}});
}

Message exception_message(const FactValue& f) {
  if (f.overriding == nullptr && f.exception == nullptr) return {"reason.exception.none", {}};
  if (f.p.high == 0) return {"reason.exception.holds", {excuse(f)}};
  return {"reason.exception.may_hold", {probability(f.p), excuse(f)}};
}

Message real_message(const Matter& m, const FactValue& f) {
  const std::size_t n = m.conduct.evidence.size();
  if (n == 0) return {"reason.real.alone", {probability(f.p)}};
  return {"reason.real.reported", {probability(f.p), std::to_string(n)}};
}

}  // namespace

Message message_of(const Matter& m, const FactValue& f) {
  switch (f.fact) {
    case Fact::kParty:
      return party_message(m, f);
    case Fact::kAct:
      return act_message(m, f);
    case Fact::kTime:
      return time_message(f);
    case Fact::kClass:
      return class_message(f);
    case Fact::kWeapon:
      return weapon_message(m, f);
    case Fact::kPlace:
      return place_message(m, f);
    case Fact::kTarget:
      return target_message(f);
    case Fact::kWindow:
      return window_message(f);
    case Fact::kCircumstances:
      return circumstance_message(m, f);
    case Fact::kDistance:
      return distance_message(m, f);
    case Fact::kNumber:
      return number_message(m, f);
    case Fact::kException:
      return exception_message(f);
    case Fact::kReal:
      return real_message(m, f);
  }
  return {};
}

}  // namespace truce::judge
