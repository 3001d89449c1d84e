#pragma once
// What someone did, as the agreement looks at it: an incident, or a case that is worked by hand.
// Who did it is a distribution that is empty where nobody may or can say.

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "model/records.h"

namespace truce::judge {

enum class Act : std::uint8_t {
  kFire,
  kPresence,  // of a weapon or of forces
  kOverflight,
  kOffensive,  // an attempt to change positions
  kReconnaissance,
  kSabotage,
  kExercise,
  kMineLaying,
  kDenialOfAccess,  // to monitors
  kStatement,
  kCyber,
  kInformation,
};
std::string_view to_string(Act act);
std::optional<Act> act_from(std::string_view name);

enum class Domain : std::uint8_t { kLand, kSea, kAir, kCyber, kInformation };
std::string_view to_string(Domain domain);
std::optional<Domain> domain_from(std::string_view name);

// A probability of which only bounds may be known: 0 to 1 where nothing is.
struct Range {
  double low = 0;
  double high = 0;
  static constexpr Range of(double p) { return {p, p}; }
  static constexpr Range unknown() { return {0, 1}; }
  bool known() const { return low == high; }
  double best() const { return known() ? low : (low + high) / 2; }
  friend bool operator==(const Range&, const Range&) = default;
};

// One kind of thing that it was done with.
struct Weapon {
  WeaponClass weapon = WeaponClass::kUnknown;
  std::string system;  // "tornado-s"; empty: not known
  // The calibre lies between these; 0 and infinity where nobody says.
  double min_mm = 0;
  double max_mm = std::numeric_limits<double>::infinity();
  friend bool operator==(const Weapon&, const Weapon&) = default;
};

struct Conduct {
  std::string subject;  // id of the incident
  Act act = Act::kFire;
  Domain domain = Domain::kLand;
  Interval when;
  PlaceSample at;                           // empty: nobody says where
  bool is_way = false;                      // it was at all of these places, one after another
  PlaceSample from;                         // where it was fired from; empty: nobody says
  std::vector<ClassProbabilities> classes;  // of each effect
  std::vector<Weapon> weapons;              // one per effect; of presence what stood there
  CountInterval count{1, 1, 1, false};
  double p_real = 1;
  std::map<std::string, double> parties;       // sums to 1; empty: not known who
  std::map<std::string, Range> circumstances;  // what is not named nobody claims: it is not shown
  std::vector<std::string> targets;
  std::vector<std::string> evidence;
};

// As a conduct of unknown author, at one of the places of its posterior. Its act is fire where any
// effect counts as a violation, else overflight of an aircraft or drone, else presence.
Conduct conduct_of(const Incident& incident);
// Weapons that were seen to stand somewhere, and aircraft or drones to fly, where nothing was
// fired: a presence, an overflight or both, at one of `places` places of the shape, or along all of
// them. None where no weapon or no place is told.
std::vector<Conduct> conducts_of(const Observation& observation, std::size_t places);
// Whether a person filed it as a threat to the force: about "threat", "force", "post/ID" or
// "contingent/ID".
bool is_about_the_force(const Statement& statement);
// A statement about the force as a conduct of who made it; its target is "force".
std::optional<Conduct> conduct_of(const Statement& statement);

// Surely a place of firing and not of what was hit: an outgoing explosion, a muzzle flash.
bool is_of_a_muzzle(const ClassProbabilities& classes);

}  // namespace truce::judge
