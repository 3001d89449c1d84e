#pragma once
// The agreement as data, and every incident held against it under every reading.

#include <map>
#include <string>
#include <vector>

#include "base/polygon.h"
#include "base/zone.h"
#include "model/records.h"

namespace truce::judge {

struct Party {
  std::string id;
  std::string name;
};
struct Zone {
  std::string id;
  std::string name;
  Area area;
  Interval valid;  // when the zone had this form
};
struct Exception {
  std::string id;
  std::string words;
  std::vector<EffectClass> effects;  // empty: any
  std::vector<WeaponClass> weapons;  // empty: any
  std::vector<std::string> zones;    // empty: any
  std::vector<std::string>
      notice_kinds;  // applies when such a notice covers the incident; empty: always
};
struct Provision {
  std::string id;
  std::string words;                  // what it forbids, in plain words
  std::string source;                 // document and date
  std::vector<EffectClass> effects;   // forbidden; empty: every class that counts as a violation
  std::vector<WeaponClass> weapons;   // empty: any
  std::vector<std::string> zones;     // empty: everywhere
  std::vector<std::string> protects;  // kinds of protected object ("energy"); empty: any
  Interval in_force;
  std::string standard_of_proof;
  std::vector<Exception> exceptions;
};
// A reading replaces fields of provisions: another start, another zone, another exception.
struct Reading {
  std::string id;     // "base" first
  std::string party;  // whose; empty for the base text
  std::string words;
  std::vector<Provision> provisions;  // complete, after replacement
};
struct ProtectedObject {
  std::string id;
  std::string name;
  std::string kind;
  LatLon at;
  double radius_m = 0;
};
struct Agreement {
  std::string id;
  std::string title;
  std::string source;
  ::truce::Zone civil_zone = ::truce::Zone::utc();
  std::vector<Party> parties;
  std::vector<Zone> zones;
  std::vector<ProtectedObject> objects;
  std::map<std::string, double> standards_of_proof;  // name → tau, each in (0.5, 1)
  std::vector<Reading> readings;
};

// `areas` maps a zone's id to its geometry (read by app from geo/*.geojson). Every error in the
// text at once, each with file, line and what was expected.
struct Problems {
  std::vector<Error> errors;
};
Result<Agreement> parse_agreement(std::string_view toml, std::string_view source,
                                  const std::map<std::string, Area>& areas, Problems& problems);

// Findings for one incident: one per provision and reading, ordered by (provision, reading).
std::vector<Finding> judge(const Agreement& agreement, const Incident& incident,
                           const std::vector<Notice>& notices);

}  // namespace truce::judge
