#pragma once
// The closed vocabularies of the records. Names in JSON are the enumerators without the k, in
// snake_case; they stand in logs for ever: add, never rename or renumber. A test holds the list.

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace truce {

// What one observation says happened. The first twelve are effects, which ceasefire reports count
// as violations: violations = explosions + projectiles + muzzle flashes + illumination flares +
// bursts and shots; explosions = impact + airburst + outgoing + undetermined. The rest are never
// counted so.
enum class EffectClass : std::uint8_t {
  kExplosionImpact,
  kExplosionAirburst,
  kExplosionOutgoing,
  kExplosionUndetermined,
  kProjectile,
  kMuzzleFlash,
  kIlluminationFlare,
  kBurst,
  kShot,
  kBurstsAndShots,  // "bursts and shots of small-arms fire" that a report counts as one figure
  kHeat,            // a thermal anomaly seen from space; may be anything that burns
  kHarm,            // people killed or injured, as reported; counts people
  kAlert,           // an air-raid siren: an observation of an alert, never an effect
  kOther,           // reported, but of no class above (movement, control, commentary)
};
inline constexpr std::size_t kEffectClasses = 14;

enum class Family : std::uint8_t {
  kExplosion,
  kProjectile,
  kMuzzleFlash,
  kIlluminationFlare,
  kBurstsAndShots,
  kNone
};
inline constexpr std::size_t kFamilies = 6;
Family family_of(EffectClass c);
inline bool counts_as_violation(EffectClass c) { return family_of(c) != Family::kNone; }

enum class WeaponClass : std::uint8_t {
  kUnknown,
  kSmallArms,
  kHeavyMachineGun,
  kGrenadeLauncher,
  kMortar,
  kArtillery,
  kRocketArtillery,
  kTank,
  kAntiTank,
  kMissile,
  kAircraft,
  kUav,
  kMine,
};
inline constexpr std::size_t kWeaponClasses = 13;

enum class Means : std::uint8_t {
  kUnknown,
  kHeard,
  kSaw,
  kRecorded,
  kDetected,
  kReported,
  kAssessed
};

// How the interval of an observation came about: it decides how far its ends can be trusted.
enum class TimeBasis : std::uint8_t {
  kStated,       // the source gives the time
  kNight,        // "night of 22–23 August": local 18:00–06:00
  kPartOfDay,    // morning, afternoon, evening
  kDay,          // a civil day
  kPublication,  // when it was published; it happened before, by an unknown lag
  kReportingPeriod,
};

// How a wave came to a sensor: through the air; through the ground as P or as S; through the ground
// as one of the two, which is not said.
enum class Wave : std::uint8_t { kSound, kP, kS, kGround };

enum class SourceKind : std::uint8_t {
  kAcousticSensor,
  kAcousticArray,
  kSeismicStation,
  kCamera,
  kDrone,
  kSatellite,
  kPatrol,
  kHotline,
  kPress,
  kParty,
  kAlertSystem,
  kDataset,
};

enum class FindingValue : std::uint8_t { kCompliant, kBreach, kNotApplicable, kUndeterminable };

std::string_view to_string(EffectClass v);
std::string_view to_string(Family v);
std::string_view to_string(WeaponClass v);
std::string_view to_string(Means v);
std::string_view to_string(TimeBasis v);
std::string_view to_string(Wave v);
std::string_view to_string(SourceKind v);
std::string_view to_string(FindingValue v);
std::optional<EffectClass> effect_class_from(std::string_view name);
std::optional<WeaponClass> weapon_class_from(std::string_view name);
std::optional<Means> means_from(std::string_view name);
std::optional<TimeBasis> time_basis_from(std::string_view name);
std::optional<Wave> wave_from(std::string_view name);
std::optional<SourceKind> source_kind_from(std::string_view name);
std::optional<FindingValue> finding_value_from(std::string_view name);
// For people: "undetermined explosion", "bursts and shots".
std::string_view to_words(EffectClass v);
std::string_view to_words(WeaponClass v);

// Probabilities over effect classes; sums to 1 (within 1e-9) or is empty (nothing said).
struct ClassProbabilities {
  std::array<float, kEffectClasses> p{};
  static ClassProbabilities certain(EffectClass c);
  float of(EffectClass c) const { return p[static_cast<std::size_t>(c)]; }
  float violation() const;          // total over the classes that count
  EffectClass most_likely() const;  // first on ties
  friend bool operator==(const ClassProbabilities&, const ClassProbabilities&) = default;
};

}  // namespace truce
