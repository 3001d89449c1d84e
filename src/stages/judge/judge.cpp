// A finding is a product of facts. Each fact has a probability and a sentence; the product, in a
// fixed order, is the probability of a breach, and the threshold of the provision's standard of
// proof turns it into one of four values. Who did it is not among the facts: attribution is a
// separate record.
//
//   P(breach) = real × time × class × weapon × place × target
//
// A fact that is not known at all (no source says where; no source names the weapon) is a range
// from 0 to 1; when the range decides the value, the finding is undeterminable and names that fact.

#include "stages/judge/judge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "model/identity.h"

namespace truce::judge {

namespace {

// Probabilities are published to four decimals; what is judged is what is published.
double rounded(double p) { return std::round(p * 1e4) / 1e4; }

std::string percent(double p) {
  std::array<char, 32> text;
  const char* const begin = text.data();
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), p, std::chars_format::fixed, 2).ptr;
  return {begin, end};
}

struct Fact {
  std::string name;
  double low = 1;
  double high = 1;
  std::string words;
  bool certain_no() const { return high == 0; }
  double best() const { return low == high ? low : (low + high) / 2; }
};

template <class T>
bool among(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Fact time_fact(const Provision& p, const Incident& i) {
  const Interval& w = i.when;
  double share = 0;
  if (w.start == w.end) {
    share = p.in_force.contains(w.start) ? 1 : 0;
  } else {
    const std::int64_t from = std::max(w.start.ns, p.in_force.start.ns);
    const std::int64_t to = std::min(w.end.ns, p.in_force.end.ns);
    share = to <= from
                ? 0
                : static_cast<double>(to - from) / static_cast<double>(w.end.ns - w.start.ns);
  }
  const std::string words =
      share == 1   ? "all of its time lies inside the time in force"
      : share == 0 ? "its time lies outside the time in force"
                   : percent(share) + " of its possible time lies inside the time in force";
  return {"time", share, share, words};
}

bool forbidden(const Provision& p, EffectClass c) {
  return p.effects.empty() ? counts_as_violation(c) : among(p.effects, c);
}

Fact class_fact(const Provision& p, const Incident& i) {
  double none = 1;
  for (const Effect& e : i.effects) {
    double share = 0;
    for (std::size_t k = 0; k < kEffectClasses; ++k) {
      if (forbidden(p, static_cast<EffectClass>(k))) share += static_cast<double>(e.classes.p[k]);
    }
    none *= 1 - std::min(1.0, share);
  }
  const double any = 1 - none;
  return {"class", any, any,
          any == 0
              ? "none of its effects is of a class that the provision names"
              : percent(any) + " that one of its effects is of a class that the provision names"};
}

Fact weapon_fact(const Provision& p, const Incident& i) {
  if (p.weapons.empty()) return {"weapon", 1, 1, "any weapon"};
  bool unknown = false;
  for (const Effect& e : i.effects) {
    if (among(p.weapons, e.weapon))
      return {"weapon", 1, 1, std::string(to_words(e.weapon)) + ", which the provision names"};
    unknown = unknown || e.weapon == WeaponClass::kUnknown;
  }
  if (unknown) return {"weapon", 0, 1, "no source says what weapon it was"};
  return {"weapon", 0, 0, "no weapon that the provision names"};
}

std::vector<const Zone*> zones_at(const Agreement& a, const Incident& i,
                                  const std::vector<std::string>& ids) {
  std::vector<const Zone*> out;
  for (const Zone& z : a.zones) {
    if (among(ids, z.id) &&
        z.valid.overlaps({i.when.start, std::max(i.when.end, i.when.start + Duration{1})}))
      out.push_back(&z);
  }
  return out;
}

bool any_overlaps(const std::vector<const Zone*>& zones, const GeoBox& box) {
  return std::any_of(zones.begin(), zones.end(),
                     [&](const Zone* z) { return z->area.overlaps(box); });
}

const Zone* holding(const std::vector<const Zone*>& zones, const GeoBox& box) {
  const auto it = std::find_if(zones.begin(), zones.end(),
                               [&](const Zone* z) { return z->area.contains(box); });
  return it == zones.end() ? nullptr : *it;
}

double share_inside(const std::vector<const Zone*>& zones, const std::vector<LatLon>& places) {
  const auto inside = std::count_if(places.begin(), places.end(), [&](LatLon q) {
    return std::any_of(zones.begin(), zones.end(),
                       [&](const Zone* z) { return z->area.contains(q); });
  });
  return static_cast<double>(inside) / static_cast<double>(places.size());
}

// A box around everything decides most; only where it does not are the places looked at.
Fact place_fact(const Agreement& a, const Incident& i, const std::vector<std::string>& zones) {
  if (zones.empty()) return {"place", 1, 1, "in force everywhere"};
  if (!i.place.known() || i.place.sample.empty())
    return {"place", 0, 1, "no source says where it was"};
  const auto valid = zones_at(a, i, zones);
  double share = 0;
  if (const GeoBox all = i.place.sample.bounds(); any_overlaps(valid, all)) {
    const Zone* whole = holding(valid, all);
    std::vector<LatLon> places;
    if (whole == nullptr) {
      places = i.place.sample.places();
      whole = holding(valid, bounds_of(places));
    }
    if (whole != nullptr)
      return {"place", 1, 1,
              "all of the place's probability lies inside " +
                  (whole->name.empty() ? whole->id : whole->name)};
    share = share_inside(valid, places);
  }
  std::string names;
  for (const auto& z : zones) names += (names.empty() ? "" : ", ") + z;
  return {"place", share, share,
          percent(share) + " of the place's probability lies inside " + names};
}

Fact target_fact(const Agreement& a, const Provision& p, const Incident& i) {
  if (p.protects.empty()) return {"target", 1, 1, "whatever was hit"};
  for (const auto& t : i.targets) {
    if (among(p.protects, t)) return {"target", 1, 1, "the source says that it concerned: " + t};
  }
  double share = 0;
  const auto places = i.place.known() ? i.place.sample.places() : std::vector<LatLon>();
  for (const ProtectedObject& o : a.objects) {
    if (!among(p.protects, o.kind) || places.empty()) continue;
    const auto near = std::count_if(places.begin(), places.end(), [&](LatLon q) {
      return geodesic_between(o.at, q).distance_m <= o.radius_m;
    });
    share = std::max(share, static_cast<double>(near) / static_cast<double>(places.size()));
  }
  if (share == 0)
    return {"target", 0, 0, "no source says that a protected object was hit, and none is near"};
  return {"target", 0, share,
          "a protected object lies within reach with " + percent(share) +
              "; no source says it was hit"};
}

// The notice that announced this, if one covers its time and place.
const Notice* covering(const std::vector<Notice>& notices, const Exception& x, const Incident& i) {
  std::vector<LatLon> places;
  for (const Notice& n : notices) {
    if (!among(x.notice_kinds, n.kind) || n.when.start > i.when.start || n.when.end < i.when.end)
      continue;
    if (std::holds_alternative<Nowhere>(n.shape)) continue;
    const auto area = Area::from_rings(outline(n.shape));
    if (!area.ok() || i.place.sample.empty()) continue;
    if (places.empty()) places = i.place.sample.places();
    if (std::all_of(places.begin(), places.end(), [&](LatLon q) { return area->contains(q); }))
      return &n;
  }
  return nullptr;
}

// Why the provision does not apply, empty when it does.
std::string excepted(const Agreement& a, const Provision& p, const Incident& i,
                     const std::vector<Notice>& notices) {
  for (const Exception& x : p.exceptions) {
    const bool effects =
        x.effects.empty() || std::all_of(i.effects.begin(), i.effects.end(), [&](const Effect& e) {
          return among(x.effects, e.effect_class);
        });
    const bool weapons = x.weapons.empty() ||
                         std::all_of(i.effects.begin(), i.effects.end(),
                                     [&](const Effect& e) { return among(x.weapons, e.weapon); });
    if (!effects || !weapons || place_fact(a, i, x.zones).low < 1) continue;
    if (x.notice_kinds.empty()) return x.words;
    if (const Notice* n = covering(notices, x, i)) return x.words + " (notice " + n->id + ")";
  }
  return {};
}

Finding find(const Agreement& a, const Reading& reading, const Provision& p, const Incident& i,
             const std::vector<Notice>& notices) {
  Finding f;
  f.subject = i.id;
  f.provision = p.id;
  f.reading = reading.id;
  f.id = finding_id(f.subject, f.provision, f.reading);
  f.standard_of_proof = p.standard_of_proof;
  const auto tau = a.standards_of_proof.find(p.standard_of_proof);
  TRUCE_ENSURE(tau != a.standards_of_proof.end());
  f.threshold = tau->second;
  for (const Evidence& e : i.evidence) f.evidence.push_back(e.observation);

  const Fact real{"real", i.p_real, i.p_real,
                  percent(i.p_real) + " that it happened, from " +
                      std::to_string(i.evidence.size()) +
                      (i.evidence.size() == 1 ? " report" : " reports")};
  const std::vector<Fact> facts{time_fact(p, i),           class_fact(p, i),     weapon_fact(p, i),
                                place_fact(a, i, p.zones), target_fact(a, p, i), real};
  double low = 1;
  double high = 1;
  double best = 1;
  for (const Fact& fact : facts) {
    low *= fact.low;
    high *= fact.high;
    best *= fact.best();
    f.reasons.push_back({fact.name, rounded(fact.best()), fact.words});
  }
  f.probability = rounded(best);
  const bool outside = std::any_of(
      facts.begin(), facts.end(), [](const Fact& x) { return x.name != "real" && x.certain_no(); });
  const std::string exception = outside ? std::string() : excepted(a, p, i, notices);
  if (outside || !exception.empty()) {
    f.value = FindingValue::kNotApplicable;
    f.probability = 0;
    if (!exception.empty()) f.reasons.push_back({"exception", 0, exception});
    return f;
  }
  if (rounded(low) >= f.threshold)
    f.value = FindingValue::kBreach;
  else if (rounded(high) <= rounded(1 - f.threshold))
    f.value = FindingValue::kCompliant;
  else {
    f.value = FindingValue::kUndeterminable;
    // The least certain fact is the one whose settling would say most.
    const auto least = std::min_element(facts.begin(), facts.end(),
                                        [](const Fact& x, const Fact& y) { return x.low < y.low; });
    f.missing_fact = least->name;
  }
  return f;
}

}  // namespace

std::vector<Finding> judge(const Agreement& agreement, const Incident& incident,
                           const std::vector<Notice>& notices) {
  std::vector<Finding> out;
  for (const Reading& reading : agreement.readings) {
    for (const Provision& p : reading.provisions)
      out.push_back(find(agreement, reading, p, incident, notices));
  }
  std::sort(out.begin(), out.end(), [](const Finding& x, const Finding& y) {
    return std::tie(x.provision, x.reading) < std::tie(y.provision, y.reading);
  });
  return out;
}

}  // namespace truce::judge
