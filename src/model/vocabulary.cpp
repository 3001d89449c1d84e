#include "model/vocabulary.h"

namespace truce {

namespace {

constexpr std::array<std::string_view, kEffectClasses> kEffectNames{"explosion_impact",
                                                                    "explosion_airburst",
                                                                    "explosion_outgoing",
                                                                    "explosion_undetermined",
                                                                    "projectile",
                                                                    "muzzle_flash",
                                                                    "illumination_flare",
                                                                    "burst",
                                                                    "shot",
                                                                    "bursts_and_shots",
                                                                    "heat",
                                                                    "harm",
                                                                    "alert",
                                                                    "other"};
constexpr std::array<std::string_view, kEffectClasses> kEffectWords{"impact explosion",
                                                                    "airburst",
                                                                    "outgoing explosion",
                                                                    "undetermined explosion",
                                                                    "projectile",
                                                                    "muzzle flash",
                                                                    "illumination flare",
                                                                    "burst",
                                                                    "shot",
                                                                    "bursts and shots",
                                                                    "thermal anomaly",
                                                                    "harm to people",
                                                                    "alert",
                                                                    "other"};
constexpr std::array<std::string_view, kFamilies> kFamilyNames{
    "explosions",          "projectiles",      "muzzle_flashes",
    "illumination_flares", "bursts_and_shots", "none"};
constexpr std::array<std::string_view, kWeaponClasses> kWeaponNames{
    "unknown",   "small_arms", "heavy_machine_gun", "grenade_launcher",
    "mortar",    "artillery",  "rocket_artillery",  "tank",
    "anti_tank", "missile",    "aircraft",          "uav",
    "mine"};
constexpr std::array<std::string_view, kWeaponClasses> kWeaponWords{"n/k",
                                                                    "small arms",
                                                                    "heavy machine-gun",
                                                                    "grenade launcher",
                                                                    "mortar",
                                                                    "artillery",
                                                                    "multiple-launch rockets",
                                                                    "tank",
                                                                    "anti-tank weapon",
                                                                    "missile",
                                                                    "aircraft",
                                                                    "uncrewed aircraft",
                                                                    "mine"};
constexpr std::array<std::string_view, 7> kMeansNames{"unknown",  "heard",    "saw",     "recorded",
                                                      "detected", "reported", "assessed"};
constexpr std::array<std::string_view, 6> kBasisNames{"stated", "night",       "part_of_day",
                                                      "day",    "publication", "reporting_period"};
constexpr std::array<std::string_view, 4> kWaveNames{"sound", "P", "S", "ground"};
constexpr std::array<std::string_view, 12> kSourceNames{
    "acoustic_sensor", "acoustic_array", "seismic_station", "camera", "drone",        "satellite",
    "patrol",          "hotline",        "press",           "party",  "alert_system", "dataset"};
constexpr std::array<std::string_view, 4> kFindingNames{"compliant", "breach", "not_applicable",
                                                        "undeterminable"};

template <class E, std::size_t N>
std::optional<E> find(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

}  // namespace

Family family_of(EffectClass c) {
  switch (c) {
    case EffectClass::kExplosionImpact:
    case EffectClass::kExplosionAirburst:
    case EffectClass::kExplosionOutgoing:
    case EffectClass::kExplosionUndetermined:
      return Family::kExplosion;
    case EffectClass::kProjectile:
      return Family::kProjectile;
    case EffectClass::kMuzzleFlash:
      return Family::kMuzzleFlash;
    case EffectClass::kIlluminationFlare:
      return Family::kIlluminationFlare;
    case EffectClass::kBurst:
    case EffectClass::kShot:
    case EffectClass::kBurstsAndShots:
      return Family::kBurstsAndShots;
    default:
      return Family::kNone;
  }
}

std::string_view to_string(EffectClass v) { return kEffectNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(Family v) { return kFamilyNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(WeaponClass v) { return kWeaponNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(Means v) { return kMeansNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(TimeBasis v) { return kBasisNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(Wave v) { return kWaveNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(SourceKind v) { return kSourceNames.at(static_cast<std::size_t>(v)); }
std::string_view to_string(FindingValue v) { return kFindingNames.at(static_cast<std::size_t>(v)); }
std::string_view to_words(EffectClass v) { return kEffectWords.at(static_cast<std::size_t>(v)); }
std::string_view to_words(WeaponClass v) { return kWeaponWords.at(static_cast<std::size_t>(v)); }

std::optional<EffectClass> effect_class_from(std::string_view name) {
  return find<EffectClass>(kEffectNames, name);
}
std::optional<WeaponClass> weapon_class_from(std::string_view name) {
  return find<WeaponClass>(kWeaponNames, name);
}
std::optional<Means> means_from(std::string_view name) { return find<Means>(kMeansNames, name); }
std::optional<TimeBasis> time_basis_from(std::string_view name) {
  return find<TimeBasis>(kBasisNames, name);
}
std::optional<Wave> wave_from(std::string_view name) { return find<Wave>(kWaveNames, name); }
std::optional<SourceKind> source_kind_from(std::string_view name) {
  return find<SourceKind>(kSourceNames, name);
}
std::optional<FindingValue> finding_value_from(std::string_view name) {
  return find<FindingValue>(kFindingNames, name);
}

ClassProbabilities ClassProbabilities::certain(EffectClass c) {
  ClassProbabilities out;
  out.p[static_cast<std::size_t>(c)] = 1;
  return out;
}

float ClassProbabilities::violation() const {
  float total = 0;
  for (std::size_t i = 0; i < kEffectClasses; ++i) {
    if (counts_as_violation(static_cast<EffectClass>(i))) total += p[i];
  }
  return total;
}

EffectClass ClassProbabilities::most_likely() const {
  std::size_t best = static_cast<std::size_t>(EffectClass::kOther);
  for (std::size_t i = kEffectClasses; i-- > 0;) {
    if (p[i] > 0 && p[i] >= p[best]) best = i;
  }
  return static_cast<EffectClass>(best);
}

}  // namespace truce
