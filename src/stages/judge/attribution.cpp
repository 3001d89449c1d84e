#include "stages/judge/attribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <utility>

#include "base/units.h"
#include "model/messages.h"
#include "model/probability_digits.h"

namespace truce::judge {

namespace {

// A party may have fired from ground that it did not hold: so much is never said of anybody.
constexpr double kStray = 0.02;
// Odds by which what a party says against itself is true.
constexpr double kAdmission = 50;

// A way of flight is told by eye, in eighths of the compass: even over 45°, and as much again for
// the eye.
constexpr double kFlight_deg = 18;
// Of directions told: how far their mean must reach, else they contradict each other.
constexpr double kAgreement = 0.8;

constexpr std::size_t kPlacesTried = 64;
constexpr std::size_t kRanges = 64;
// Of a normal distribution: five equal parts, each by its middle.
constexpr std::array<double, 5> kSigmas{-1.2816, -0.5244, 0, 0.5244, 1.2816};
constexpr std::size_t kAzimuths = 16;

struct Reach {
  WeaponClass weapon;
  double calibre_min_mm;
  double range_m;
};
// Published maxima of common types of each class; the largest calibre that fits counts.
constexpr std::array<Reach, 13> kReaches{{{WeaponClass::kSmallArms, 0, 2'000},
                                          {WeaponClass::kHeavyMachineGun, 0, 4'000},
                                          {WeaponClass::kGrenadeLauncher, 0, 2'500},
                                          {WeaponClass::kMortar, 0, 7'200},
                                          {WeaponClass::kMortar, 160, 9'700},
                                          {WeaponClass::kArtillery, 0, 22'000},
                                          {WeaponClass::kArtillery, 130, 40'000},
                                          {WeaponClass::kRocketArtillery, 0, 40'000},
                                          {WeaponClass::kRocketArtillery, 200, 70'000},
                                          {WeaponClass::kRocketArtillery, 300, 120'000},
                                          {WeaponClass::kTank, 0, 10'000},
                                          {WeaponClass::kAntiTank, 0, 8'500},
                                          {WeaponClass::kMissile, 0, 500'000}}};
constexpr double kFarthestKnown_m = 500'000;

std::vector<LatLon> thinned(std::vector<LatLon> places) {
  if (places.size() <= kPlacesTried) return places;
  std::vector<LatLon> out;
  for (std::size_t i = 0; i < kPlacesTried; ++i)
    out.push_back(places[i * places.size() / kPlacesTried]);
  return out;
}

double farthest(const Conduct& c) {
  double out = 0;
  for (const Weapon& w : c.weapons) out = std::max(out, range_max_m(w));
  return out == 0 ? kFarthestKnown_m : out;
}

// The party that surely held a place at all of the time; empty: nobody did.
std::string holder(const std::vector<const Zone*>& held, LatLon at) {
  std::string out;
  for (const Zone* z : held) {
    const bool in = z->area.contains(at);
    const bool near_edge = z->tolerance_m > 0 && z->area.boundary_distance_m(at) <= z->tolerance_m;
    if (near_edge) return {};
    if (!in) continue;
    if (!out.empty() && out != z->party) return {};
    out = z->party;
  }
  return out;
}

std::vector<const Zone*> held_then(const Agreement& a, const Interval& when) {
  std::vector<const Zone*> out;
  for (const Zone& z : a.zones) {
    if (z.kind == "control" && !z.party.empty() && z.valid.start <= when.start &&
        z.valid.end > when.end)
      out.push_back(&z);
  }
  return out;
}

using Shares = std::map<std::string, double>;  // by party; what is left of 1 is open

// Parties on whose ground, or within the tolerance of its edge, something lies no farther off.
std::set<std::string> within_reach(const std::vector<const Zone*>& held, LatLon at,
                                   double reach_m) {
  std::set<std::string> out;
  for (const Zone* z : held) {
    if (z->area.contains(at) || z->area.boundary_distance_m(at) <= reach_m + z->tolerance_m)
      out.insert(z->party);
  }
  return out;
}

// Places from which it may have come, to one that was hit: along each of the ways.
void add_places(const std::vector<const Zone*>& held, LatLon hit,
                const std::vector<double>& azimuths_deg, double reach_m, bool is_disc,
                double weight, Shares& shares) {
  Shares found;
  const double each = weight / static_cast<double>(azimuths_deg.size() * kRanges);
  for (const double azimuth_deg : azimuths_deg) {
    for (std::size_t r = 0; r < kRanges; ++r) {
      const double share = (static_cast<double>(r) + 0.5) / static_cast<double>(kRanges);
      const double range_m = reach_m * (is_disc ? std::sqrt(share) : share);  // of equal areas
      const std::string party = holder(held, destination(hit, azimuth_deg, range_m));
      if (!party.empty()) found[party] += each;
    }
  }
  if (found.size() != 1) return;  // where two may have fired, ground alone tells nothing
  shares[found.begin()->first] += found.begin()->second;
}

// A place that was hit tells of a party only where no other could reach it: how much of the ground
// around is whose says nothing of who fires.
void add_hit(const std::vector<const Zone*>& held, LatLon hit, const Traces& traces, double reach_m,
             double weight, Shares& shares) {
  if (traces.direction) {
    for (const double s : kSigmas) {
      const double way_deg = traces.direction->from_deg + s * traces.direction->sigma_deg;
      add_places(held, hit, {normalize_azimuth_deg(way_deg)}, reach_m, false,
                 weight / static_cast<double>(kSigmas.size()), shares);
    }
    return;
  }
  if (within_reach(held, hit, reach_m).size() != 1) return;
  std::vector<double> all_round;
  for (std::size_t k = 0; k < kAzimuths; ++k)
    all_round.push_back(static_cast<double>(k) * 360 / static_cast<double>(kAzimuths));
  add_places(held, hit, all_round, reach_m, true, weight, shares);
}

// By who held the ground it was fired from, as far as that can be told.
Shares shares_of_ground(const Agreement& agreement, const Conduct& c, const Traces& traces) {
  const auto held = held_then(agreement, c.when);
  const PlaceSample& fired_from = c.act == Act::kPresence ? c.at : c.from;
  const bool is_origin = !fired_from.empty();
  const auto places = is_origin ? fired_from.places() : thinned(c.at.places());
  const double weight = (1 - kStray) / static_cast<double>(std::max<std::size_t>(1, places.size()));
  Shares out;
  for (const LatLon at : places) {
    if (!is_origin) {
      add_hit(held, at, traces, farthest(c), weight, out);
    } else if (const std::string party = holder(held, at); !party.empty()) {
      out[party] += weight;
    }
  }
  return out;
}

// What is open is anybody's alike; an admission weighs against it.
void heed_admissions(std::map<std::string, double>& shares, double& open,
                     const std::vector<std::string>& admitted_by) {
  std::set<std::string> known;  // it counts once, however often it says so
  for (const auto& party : admitted_by) {
    if (shares.contains(party)) known.insert(party);
  }
  if (known.size() != 1) return;  // none, or several: they say nothing of which it was
  double sum = 0;
  const double each = open / static_cast<double>(shares.size());
  for (auto& [party, share] : shares) {
    share = (share + each) * (party == *known.begin() ? kAdmission : 1);
    sum += share;
  }
  for (auto& [party, share] : shares) share *= (1 - kStray) / sum;
  open = kStray;
}

Message grounds_of(const Conduct& c, const Traces& traces, const Party& party, double share) {
  const std::string name = as_text(party.name.empty() ? party.id : party.name);
  const auto& by = traces.admitted_by;
  Message held = share == 0 ? Message{"attribution.not_held", {name}}
                            : Message{"attribution.held", {probability_digits(share), name}};
  if (std::find(by.begin(), by.end(), party.id) != by.end())
    return {"attribution.admitted", {name, as_argument(held)}};
  return c.act == Act::kPresence && share > 0 ? Message{"attribution.stood", held.args} : held;
}

Attribution::Alternative alternative(const std::string& party, double probability, Message m) {
  return {party, probability, say(m, Language::kEnglish), std::move(m.key), std::move(m.args)};
}

}  // namespace

double range_max_m(const Weapon& weapon) {
  double out = 0;
  for (const Reach& r : kReaches) {
    if (r.weapon == weapon.weapon && weapon.max_mm >= r.calibre_min_mm) out = r.range_m;
  }
  return out == 0 ? kFarthestKnown_m : out;
}

std::optional<Direction> direction_of(const std::vector<const Observation*>& members) {
  double east = 0, north = 0;
  int told = 0;
  for (const Observation* o : members) {
    for (const Item& item : o->items) {
      if (!item.from_deg && !item.to_deg) continue;
      const double from = to_radians(item.from_deg ? *item.from_deg : *item.to_deg + 180);
      east += std::sin(from);
      north += std::cos(from);
      ++told;
    }
  }
  if (told == 0 || std::hypot(east, north) < kAgreement * told) return std::nullopt;
  return Direction{normalize_azimuth_deg(to_degrees(std::atan2(east, north))), kFlight_deg};
}

std::string admission_of(const Statement& statement) {
  constexpr std::string_view kFiledUnder = "admission/";
  if (statement.about.rfind(kFiledUnder, 0) != 0) return {};
  return statement.about.substr(kFiledUnder.size());
}

Attribution attribute(const Agreement& agreement, const Conduct& conduct, const Traces& traces) {
  const Shares of_ground = shares_of_ground(agreement, conduct, traces);
  Shares shares;
  double open = 1;
  for (const Party& p : agreement.parties) {
    const auto it = of_ground.find(p.id);
    shares[p.id] = it == of_ground.end() ? 0 : it->second;
    open -= shares[p.id];
  }
  open = std::clamp(open, kStray, 1.0);
  const Shares before = shares;
  heed_admissions(shares, open, traces.admitted_by);
  Attribution out{conduct.subject, {}};
  for (const auto& [id, share] : shares) {
    const auto party = std::find_if(agreement.parties.begin(), agreement.parties.end(),
                                    [&](const Party& p) { return p.id == id; });
    out.alternatives.push_back(
        alternative(id, share, grounds_of(conduct, traces, *party, before.at(id))));
  }
  out.alternatives.push_back(alternative(
      kCannotBeDetermined, open,
      {conduct.at.empty() && conduct.from.empty() ? "attribution.nowhere" : "attribution.open",
       {}}));
  std::stable_sort(out.alternatives.begin(), out.alternatives.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return out;
}

std::map<std::string, double> parties_of(const Attribution& attribution) {
  std::map<std::string, double> out;
  for (const auto& a : attribution.alternatives) {
    if (a.party != kCannotBeDetermined && a.probability > 0) out[a.party] = a.probability;
  }
  return out;
}

}  // namespace truce::judge
