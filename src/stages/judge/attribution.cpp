#include "stages/judge/attribution.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace truce::judge {

namespace {

// A party may have fired from ground that it did not hold: so much is never said of anybody.
constexpr double kStray = 0.02;
// Odds by which what a party says against itself is true.
constexpr double kAdmission = 50;

constexpr std::size_t kPlacesTried = 64;
constexpr std::size_t kRanges = 16;
// Of a normal distribution: five equal parts, each by its middle.
constexpr std::array<double, 5> kSigmas{-1.2816, -0.5244, 0, 0.5244, 1.2816};
constexpr std::size_t kAzimuths = 32;

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

// Ranges of equal weight: along a bearing equal steps, over a disc equal areas.
double range_at(std::size_t i, double max_m, bool is_disc) {
  const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(kRanges);
  return max_m * (is_disc ? std::sqrt(share) : share);
}

// Places of equal weight from which it may have come; empty where nothing narrows them.
std::vector<LatLon> origins(const Conduct& c, const Traces& traces) {
  if (!c.from.empty()) return c.from.places();
  if (c.at.empty()) return {};
  std::vector<LatLon> out;
  const double max_m = farthest(c);
  for (const LatLon at : thinned(c.at.places())) {
    for (std::size_t r = 0; r < kRanges; ++r) {
      const double range_m = range_at(r, max_m, !traces.direction);
      if (traces.direction) {
        for (const double s : kSigmas)
          out.push_back(destination(
              at,
              std::fmod(traces.direction->from_deg + s * traces.direction->sigma_deg + 720, 360),
              range_m));
      } else {
        for (std::size_t k = 0; k < kAzimuths; k += 4)
          out.push_back(destination(
              at, (static_cast<double>(k + r % 4)) * 360 / static_cast<double>(kAzimuths),
              range_m));
      }
    }
  }
  return out;
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

// What is open is anybody's alike; an admission weighs against it.
void heed_admissions(std::map<std::string, double>& shares, double& open,
                     const std::vector<std::string>& admitted_by) {
  std::vector<std::string> known;
  for (const auto& party : admitted_by) {
    if (shares.contains(party)) known.push_back(party);
  }
  if (known.size() != 1) return;  // none, or several: they say nothing of which it was
  double sum = 0;
  const double each = open / static_cast<double>(shares.size());
  for (auto& [party, share] : shares) {
    share = (share + each) * (party == known.front() ? kAdmission : 1);
    sum += share;
  }
  for (auto& [party, share] : shares) share *= (1 - kStray) / sum;
  open = kStray;
}

std::string grounds_of(const Conduct& c, const Traces& traces, const std::string& party,
                       double share) {
  if (party == kCannotBeDetermined)
    return c.from.empty() && c.at.empty() ? "no source says where it was or where it came from"
                                          : "ground that no party surely held, or cannot be told";
  const bool admitted = std::find(traces.admitted_by.begin(), traces.admitted_by.end(), party) !=
                        traces.admitted_by.end();
  std::string out = share == 0
                        ? "none of where it may have come from lay on ground that it held"
                        : "that much of where it may have come from lay on ground that it held";
  return admitted ? out + "; it said so itself" : out;
}

}  // namespace

double range_max_m(const Weapon& weapon) {
  double out = 0;
  for (const Reach& r : kReaches) {
    if (r.weapon == weapon.weapon && weapon.max_mm >= r.calibre_min_mm) out = r.range_m;
  }
  return out == 0 ? kFarthestKnown_m : out;
}

Attribution attribute(const Agreement& agreement, const Conduct& conduct, const Traces& traces,
                      const std::string& finding) {
  std::map<std::string, double> shares;
  for (const Party& p : agreement.parties) shares[p.id] = 0;
  const auto from = origins(conduct, traces);
  const auto held = held_then(agreement, conduct.when);
  double open = 1;
  for (const LatLon at : from) {
    const std::string party = holder(held, at);
    const double each = (1 - kStray) / static_cast<double>(from.size());
    if (const auto it = shares.find(party); it != shares.end()) {
      it->second += each;
      open -= each;
    }
  }
  open = std::clamp(open, kStray, 1.0);
  heed_admissions(shares, open, traces.admitted_by);
  Attribution out{finding, {}};
  for (const auto& [party, share] : shares)
    out.alternatives.push_back({party, share, grounds_of(conduct, traces, party, share)});
  out.alternatives.push_back(
      {kCannotBeDetermined, open, grounds_of(conduct, traces, kCannotBeDetermined, open)});
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
