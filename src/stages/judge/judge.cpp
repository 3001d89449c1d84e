// A finding is a product of facts. Each fact has a probability and a sentence; the product, in a
// fixed order, is the probability of a breach, and the threshold of the provision's standard of
// proof turns it into one of four values. Who did it is not among the facts: attribution is a
// separate record.
//
//   P(breach) = real × time × class × weapon × place × target
//
// A fact that is not known at all (no source says where; no source names the weapon) is a range
// from 0 to 1; when the range decides the value, the finding is undeterminable and names that fact.

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "model/identity.h"
#include "stages/judge/judge.h"

namespace truce::judge {

namespace {

// Probabilities are published to four decimals; what is judged is what is published.
double rounded(double p) { return std::round(p * 1e4) / 1e4; }

std::string percent(double p) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%.2f", p);
  return buffer;
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

GeoBox bounds_of(const std::vector<LatLon>& points) {
  GeoBox b{90, -90, 180, -180};
  for (const LatLon p : points) {
    b = {std::min(b.lat_min, p.lat_deg()), std::max(b.lat_max, p.lat_deg()),
         std::min(b.lon_min, p.lon_deg()), std::max(b.lon_max, p.lon_deg())};
  }
  return b;
}

Fact place_fact(const Agreement& a, const Provision& p, const Incident& i,
                const std::vector<std::string>& zones) {
  if (zones.empty()) return {"place", 1, 1, "in force everywhere"};
  if (!i.place.known || i.place.sample.empty())
    return {"place", 0, 1, "no source says where it was"};
  const GeoBox box = bounds_of(i.place.sample);
  std::vector<const Zone*> touched;
  for (const Zone& z : a.zones) {
    if (!among(zones, z.id) ||
        !z.valid.overlaps({i.when.start, std::max(i.when.end, i.when.start + Duration{1})}))
      continue;
    if (z.area.contains(box))
      return {"place", 1, 1,
              "all of the place's probability lies inside " + (z.name.empty() ? z.id : z.name)};
    if (z.area.overlaps(box)) touched.push_back(&z);
  }
  std::size_t inside = 0;
  for (const LatLon q : i.place.sample) {
    inside += std::any_of(touched.begin(), touched.end(),
                          [&](const Zone* z) { return z->area.contains(q); })
                  ? 1
                  : 0;
  }
  const double share =
      touched.empty() ? 0
                      : static_cast<double>(inside) / static_cast<double>(i.place.sample.size());
  std::string names;
  for (const auto& z : zones) names += (names.empty() ? "" : ", ") + z;
  static_cast<void>(p);
  return {"place", share, share,
          percent(share) + " of the place's probability lies inside " + names};
}

Fact target_fact(const Agreement& a, const Provision& p, const Incident& i) {
  if (p.protects.empty()) return {"target", 1, 1, "whatever was hit"};
  for (const auto& t : i.targets) {
    if (among(p.protects, t)) return {"target", 1, 1, "the source says that it concerned: " + t};
  }
  double share = 0;
  for (const ProtectedObject& o : a.objects) {
    if (!among(p.protects, o.kind) || !i.place.known || i.place.sample.empty()) continue;
    const auto near = std::count_if(i.place.sample.begin(), i.place.sample.end(), [&](LatLon q) {
      return geodesic_between(o.at, q).distance_m <= o.radius_m;
    });
    share = std::max(share, static_cast<double>(near) / static_cast<double>(i.place.sample.size()));
  }
  if (share == 0)
    return {"target", 0, 0, "no source says that a protected object was hit, and none is near"};
  return {"target", 0, share,
          "a protected object lies within reach with " + percent(share) +
              "; no source says it was hit"};
}

// The notice that announced this, if one covers its time and place.
const Notice* covering(const std::vector<Notice>& notices, const Exception& x, const Incident& i) {
  for (const Notice& n : notices) {
    if (!among(x.notice_kinds, n.kind) || n.when.start > i.when.start || n.when.end < i.when.end)
      continue;
    if (std::holds_alternative<Nowhere>(n.shape)) continue;
    const auto area = Area::from_rings(outline(n.shape));
    if (!area.ok() || i.place.sample.empty()) continue;
    if (std::all_of(i.place.sample.begin(), i.place.sample.end(),
                    [&](LatLon q) { return area->contains(q); }))
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
    if (!effects || !weapons || place_fact(a, p, i, x.zones).low < 1) continue;
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
  const std::vector<Fact> facts{time_fact(p, i),      class_fact(p, i),
                                weapon_fact(p, i),    place_fact(a, p, i, p.zones),
                                target_fact(a, p, i), real};
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
