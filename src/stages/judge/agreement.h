#pragma once
// The agreement as data: what docs/agreement-language.md describes, read and checked.

#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/polygon.h"
#include "base/polyline.h"
#include "base/zone.h"
#include "model/records.h"
#include "stages/judge/clocks.h"
#include "stages/judge/conduct.h"

namespace truce::judge {

struct Party {
  std::string id;
  std::string name;
  std::vector<std::string> answers_for;  // units and forces, in words
};

inline constexpr Interval kAlways{{INT64_MIN}, {INT64_MAX}};

// A zone may have had several forms, each with a validity of its own: they share the id.
struct Zone {
  std::string id;
  std::string name;
  std::string kind;   // "settlement", "buffer", "corridor"; provisions may name kinds
  std::string party;  // of kind "control": who held it
  Area area;
  Interval valid = kAlways;
  double tolerance_m = 0;    // how far its edge may lie from where it is drawn
  double around_m = 0;       // what lies no farther than this from the area belongs to it
  std::string feature = {};  // of geo/ that draws the area
};

// A line that distances are kept from. As zones, one id may have several forms.
struct Baseline {
  std::string id;
  std::string name;
  Polyline line;
  Interval valid = kAlways;
  double tolerance_m = 0;
  std::string feature = {};  // of geo/ that draws the line
};

struct ProtectedObject {
  std::string id;
  std::string name;
  std::string kind;
  LatLon at;
  double radius_m = 0;
};

// Which weapons: every part that is given must hold. Calibres in mm.
struct WeaponRule {
  std::optional<WeaponClass> weapon;
  std::string system;  // "tornado-s"; empty: any
  double min_mm = 0;
  bool min_inclusive = true;
  double max_mm = std::numeric_limits<double>::infinity();
  bool max_inclusive = true;
  bool any_calibre() const { return min_mm == 0 && max_mm > 1e9; }
  friend bool operator==(const WeaponRule&, const WeaponRule&) = default;
};

// Something that a party may show, and on which a permission or an exception may hang.
struct Circumstance {
  std::string id;
  std::string words;
};

struct Exception {
  std::string id;
  std::string words;
  std::vector<EffectClass> effects;       // empty: any
  std::vector<WeaponRule> weapons;        // empty: any
  std::vector<std::string> zones;         // empty: any
  std::vector<std::string> needs;         // circumstances that must all be shown; empty: none
  std::vector<std::string> notice_kinds;  // such a notice must cover it; empty: none needed
  friend bool operator==(const Exception&, const Exception&) = default;
};

enum class Norm : std::uint8_t { kProhibition, kLimit, kPermission };

// Where something must be for a provision to speak of it.
enum class Where : std::uint8_t {
  kPlace,   // where it was observed: of fire what it hit or, of a muzzle, where it was fired from
  kOrigin,  // where it was fired from
};

struct Provision {
  std::string id;
  Norm norm = Norm::kProhibition;
  std::string words;                 // in plain words
  std::string source;                // document and date
  std::vector<std::string> encodes;  // spans of the agreement's text

  // Its scope: what it speaks of. Empty lists: any.
  std::vector<std::string> binds;  // parties
  std::vector<Act> acts;           // empty: fire
  std::vector<Domain> domains;
  std::vector<EffectClass> effects;  // empty: every class that counts as a violation
  std::vector<WeaponRule> weapons;
  std::vector<std::string> zones;       // ids; empty, with no kinds: everywhere
  std::vector<std::string> zone_kinds;  // any zone of such a kind
  Where where = Where::kPlace;
  std::vector<std::string> protects;  // kinds of protected object
  std::vector<std::string> during;    // only inside time and place of such a notice
  std::vector<std::string> needs;     // only where these circumstances are shown, all of them
  Interval in_force = kAlways;

  // Its bound, of a limit; a prohibition and a permission have none.
  std::optional<double> distance_m;             // no nearer to the baseline
  std::map<std::string, std::string> baseline;  // by party; "" for every party
  std::optional<std::int64_t> number_max;       // no more at once

  std::string standard_of_proof;
  std::string severity;  // one of the severities, or empty
  std::vector<std::string> remedies;
  std::vector<std::string> overrides;  // provisions that give way where this one speaks
  std::vector<Exception> exceptions;
  std::size_t line = 0;  // in agreement.toml; under a reading that changes it, of the change
  std::size_t encodes_line = 0;
  friend bool operator==(const Provision&, const Provision&) = default;
};

// A reading replaces fields of provisions and of what holds in time: another start, another zone,
// another number of days.
struct Reading {
  std::string id;     // "base" first
  std::string party;  // whose; empty for the base text
  std::string words;
  std::vector<Provision> provisions;  // complete, after replacement
  ClockRules clocks;                  // the same: docs/agreement-time.md
};

// A clause that no provision holds, and why.
struct NotEncoded {
  std::string span;
  std::string why;
  std::size_t line = 0;
};

struct Agreement {
  std::string id;
  std::string title;
  std::string source;
  ::truce::Zone civil_zone = ::truce::Zone::utc();
  bool attributes = false;  // whether it provides for attribution
  std::vector<Party> parties;
  std::vector<Circumstance> circumstances;
  std::vector<Zone> zones;
  std::vector<Baseline> baselines;
  std::vector<ProtectedObject> objects;
  std::map<std::string, double> standards_of_proof;  // name → tau, each in (0.5, 1)
  std::vector<Reading> readings;
  std::vector<std::string> severities;  // the least first
  // Of the text beside it: languages that bind, and spans that nothing holds.
  std::vector<std::string> languages;
  std::size_t text_line = 0;
  std::vector<NotEncoded> not_encoded;
};

// What geo/*.geojson holds, by id of the feature.
struct Geometry {
  std::map<std::string, Area> areas;
  std::map<std::string, std::vector<std::vector<LatLon>>> lines;
  // Features that could not be read, as has been said; "" where the id could not be read either.
  std::set<std::string> unreadable;
};

// Every error in the text at once, each with file, line and what was expected. A warning names what
// may be meant and may be not; nothing stops for it.
struct Problems {
  std::vector<Error> errors;
  std::vector<Error> warnings;
};
Result<Agreement> parse_agreement(std::string_view toml, std::string_view source,
                                  const Geometry& geometry, Problems& problems);

// An agreement as far as it can be read, so that what lies beside it can be looked at in the same
// run.
struct AgreementRead {
  Agreement agreement;  // all of it, where nothing is wrong
  bool is_whole = false;
  // What rests on a mistake: of these nobody can say what they mean.
  std::set<std::string> unsound_provisions;  // of the base text
  std::set<std::string> unsound_readings;
  // A mistake may hide a provision, a party or what sets another provision aside: nothing is sure.
  bool may_hide_rules = false;
  // It may hide which spans of the text are encoded.
  bool may_hide_spans = false;
};
// Nothing where the text is no TOML.
std::optional<AgreementRead> read_agreement_text(std::string_view toml, std::string_view source,
                                                 const Geometry& geometry, Problems& problems);
// Without what is unsound; empty where nothing is sure.
std::optional<Agreement> sound_part(const AgreementRead& read);

}  // namespace truce::judge
