#define TRUCE_SITES 0
#include "stages/judge/internal/evaluate.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/result.h"
#include "stages/judge/internal/compare.h"

namespace truce::judge {

namespace {

#ifdef TRUCE_MUTANTS
constexpr int kEvaluateBefore = TRUCE_SITES + __COUNTER__;
#endif

constexpr std::array<std::string_view, kFacts> kFactNames{
    "party",  "act",           "time",     "class",  "weapon",    "place", "target",
    "window", "circumstances", "distance", "number", "exception", "real"};

template <class T>
bool is_among(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Range operator*(Range a, Range b) { return {a.low * b.low, a.high * b.high}; }
Range contrary(Range a) { return {1 - a.high, 1 - a.low}; }

// Probabilities are published to four decimals; what is judged is what is published.
double published(double p) { return std::round(p * 1e4) / 1e4; }

// Share of the time in which it may have happened that lies inside `span`.
double share_of_time(const Interval& when, const Interval& span) {
  if (when.start == when.end)
    return TRUCE_GE(when.start, span.start) && TRUCE_LT(when.start, span.end) ? 1 : 0;
  const std::int64_t from = std::max(when.start.ns, span.start.ns);
  const std::int64_t to = std::max(from, std::min(when.end.ns, span.end.ns));
  return static_cast<double>(to - from) / static_cast<double>(when.end.ns - when.start.ns);
}

Range calibre_match(const WeaponRule& rule, const Weapon& w) {
  if (rule.any_calibre()) return Range::of(1);
  const bool over_min =
      rule.min_inclusive ? TRUCE_GE(w.min_mm, rule.min_mm) : TRUCE_GT(w.min_mm, rule.min_mm);
  const bool under_max =
      rule.max_inclusive ? TRUCE_LE(w.max_mm, rule.max_mm) : TRUCE_LT(w.max_mm, rule.max_mm);
  if (over_min && under_max) return Range::of(1);
  const bool may_over =
      rule.min_inclusive ? TRUCE_GE(w.max_mm, rule.min_mm) : TRUCE_GT(w.max_mm, rule.min_mm);
  const bool may_under =
      rule.max_inclusive ? TRUCE_LE(w.min_mm, rule.max_mm) : TRUCE_LT(w.min_mm, rule.max_mm);
  return may_over && may_under ? Range::unknown() : Range::of(0);
}

// Whether a weapon is of the rule: 1, 0 or, where what is known of it does not say, either.
Range match(const WeaponRule& rule, const Weapon& w) {
  Range out = calibre_match(rule, w);
  if (rule.weapon && TRUCE_IS(*rule.weapon != w.weapon))
    out = out * (TRUCE_IS(w.weapon == WeaponClass::kUnknown) ? Range::unknown() : Range::of(0));
  if (!rule.system.empty() && TRUCE_IS(rule.system != w.system))
    out = out * (TRUCE_IS(w.system.empty()) ? Range::unknown() : Range::of(0));
  return out;
}

Range match_any(const std::vector<WeaponRule>& rules, const Weapon& w) {
  Range out = Range::of(0);
  for (const WeaponRule& r : rules) {
    const Range m = match(r, w);
    out = {std::max(out.low, m.low), std::max(out.high, m.high)};
  }
  return out;
}

Range all_shown(const std::vector<std::string>& needs, const Conduct& c) {
  Range out = Range::of(1);
  for (const auto& need : needs) {
    const auto it = c.circumstances.find(need);
    out = out * (it == c.circumstances.end() ? Range::of(0) : it->second);
  }
  return out;
}

// How far a notice covers the subject: share of its time times share of its place.
Range cover(const Announced& a, Subject& subject) {
  const double time = share_of_time(subject.conduct().when, a.notice->when);
  if (time == 0 || !a.area) return Range::of(0);
  if (!subject.is_known(Where::kPlace)) return {0, time};
  return Range::of(time * subject.share_inside(Where::kPlace, *a.area));
}

struct Covered {
  Range p = Range::of(0);
  const Notice* notice = nullptr;
};
Covered best_cover(const std::vector<std::string>& kinds, Subject& subject) {
  Covered out;
  for (const Announced& a : subject.notices()) {
    if (!is_among(kinds, a.notice->kind)) continue;
    const Range p = cover(a, subject);
    if (p.high > out.p.high || (p.high == out.p.high && p.low > out.p.low)) out = {p, a.notice};
  }
  return out;
}

}  // namespace

std::string_view to_string(Fact fact) { return kFactNames.at(static_cast<std::size_t>(fact)); }

struct Rules::Ready {
  const Provision* provision = nullptr;
  double threshold = 0;
  std::vector<const Zone*> zones;
  std::vector<std::vector<const Zone*>> exception_zones;  // of each exception
  // By party: forms of the line that it keeps from; one list where it is the same for all.
  std::vector<std::vector<const Baseline*>> baselines;
  std::vector<bool> binds;  // by party; empty: all
  std::vector<std::size_t> overridden_by;
  bool depends_on_party = false;
};

namespace {

std::vector<const Zone*> zones_of(const Agreement& a, const std::vector<std::string>& ids,
                                  const std::vector<std::string>& kinds) {
  std::vector<const Zone*> out;
  for (const Zone& z : a.zones) {
    if (is_among(ids, z.id) || (!z.kind.empty() && is_among(kinds, z.kind))) out.push_back(&z);
  }
  return out;
}

std::vector<const Baseline*> forms_of(const Agreement& a, const std::string& id) {
  std::vector<const Baseline*> out;
  for (const Baseline& b : a.baselines) {
    if (b.id == id) out.push_back(&b);
  }
  return out;
}

std::vector<std::vector<const Baseline*>> baselines_of(const Agreement& a, const Provision& p) {
  std::vector<std::vector<const Baseline*>> out;
  if (const auto all = p.baseline.find(""); all != p.baseline.end()) {
    out.push_back(forms_of(a, all->second));
  } else if (!p.baseline.empty()) {
    for (const Party& party : a.parties) {
      const auto it = p.baseline.find(party.id);
      out.push_back(it == p.baseline.end() ? std::vector<const Baseline*>()
                                           : forms_of(a, it->second));
    }
  }
  return out;
}

}  // namespace

Rules::Rules(const Agreement& agreement, const Reading& reading)
    : agreement_(&agreement), reading_(&reading) {
  const auto& provisions = reading.provisions;
  for (const Provision& p : provisions) {
    Ready r;
    r.provision = &p;
    const auto tau = agreement.standards_of_proof.find(p.standard_of_proof);
    TRUCE_ENSURE(tau != agreement.standards_of_proof.end());
    r.threshold = tau->second;
    r.zones = zones_of(agreement, p.zones, p.zone_kinds);
    for (const Exception& x : p.exceptions)
      r.exception_zones.push_back(zones_of(agreement, x.zones, {}));
    r.baselines = baselines_of(agreement, p);
    if (!p.binds.empty()) {
      for (const Party& party : agreement.parties) r.binds.push_back(is_among(p.binds, party.id));
    }
    r.depends_on_party = !r.binds.empty() || r.baselines.size() > 1;
    ready_.push_back(std::move(r));
  }
  for (std::size_t i = 0; i < provisions.size(); ++i) {
    for (std::size_t j = 0; j < provisions.size(); ++j) {
      if (is_among(provisions[j].overrides, provisions[i].id)) ready_[i].overridden_by.push_back(j);
    }
  }
  for (std::uint32_t i = 0; i < ready_.size(); ++i) {
    if (ready_[i].zones.empty()) everywhere_.push_back(i);
  }
  zone(Where::kPlace, by_place_);
  zone(Where::kOrigin, by_origin_);
  // What gives way to something that depends on the party depends on it too.
  for (std::size_t round = 0; round < ready_.size(); ++round) {
    for (Ready& r : ready_) {
      for (const std::size_t j : r.overridden_by)
        r.depends_on_party = r.depends_on_party || ready_[j].depends_on_party;
    }
  }
}

// The zones of a provision as one box each: near enough, for they seldom lie far apart.
void Rules::zone(Where where, Zoned& zoned) {
  std::vector<GeoBox> boxes;
  for (std::uint32_t i = 0; i < ready_.size(); ++i) {
    const Ready& r = ready_[i];
    if (r.zones.empty() || r.provision->where != where) continue;
    GeoBox all{90, -90, 180, -180};
    for (const Zone* z : r.zones) {
      const GeoBox b = widened(z->area.bounds(), z->tolerance_m + z->around_m);
      all = {std::min(all.lat_min, b.lat_min), std::max(all.lat_max, b.lat_max),
             std::min(all.lon_min, b.lon_min), std::max(all.lon_max, b.lon_max)};
    }
    zoned.provisions.push_back(i);
    boxes.push_back(all);
  }
  zoned.grid = BoxGrid(boxes);
}

void Rules::near(const Subject& subject, std::vector<std::uint32_t>& out) const {
  const auto before = static_cast<std::ptrdiff_t>(out.size());
  out.insert(out.end(), everywhere_.begin(), everywhere_.end());
  for (const Where where : {Where::kPlace, Where::kOrigin}) {
    const Zoned& zoned = where == Where::kOrigin ? by_origin_ : by_place_;
    if (!subject.is_known(where)) {
      out.insert(out.end(), zoned.provisions.begin(), zoned.provisions.end());
      continue;
    }
    const std::size_t first = out.size();
    zoned.grid.overlapping(subject.box(where), out);
    for (std::size_t k = first; k < out.size(); ++k) out[k] = zoned.provisions[out[k]];
  }
  std::sort(out.begin() + before, out.end());
}

Rules::~Rules() = default;
Rules::Rules(Rules&&) noexcept = default;

namespace {

Interval within(const Interval& a, const Interval& b) {
  const Interval out{std::max(a.start, b.start), std::min(a.end, b.end)};
  return out.end < out.start ? a : out;
}

// Forms of zones or lines change with time: the instants inside `when` at which one does.
template <class T>
std::vector<Instant> changes(const std::vector<const T*>& forms, const Interval& when) {
  std::vector<Instant> out{when.start, when.end};
  for (const T* f : forms) {
    for (const Instant t : {f->valid.start, f->valid.end}) {
      if (t > when.start && t < when.end) out.push_back(t);
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// The mean over time of what `share` says of the forms that hold then.
template <class T, class F>
Range over_time(const std::vector<const T*>& forms, const Interval& when, F share) {
  const auto at = [&](Instant t) {
    std::vector<const T*> valid;
    for (const T* f : forms) {
      if (TRUCE_GE(t, f->valid.start) && TRUCE_LT(t, f->valid.end)) valid.push_back(f);
    }
    return share(valid);
  };
  if (when.start == when.end) return at(when.start);
  const auto bounds = changes(forms, when);
  Range out;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    const double weight =
        static_cast<double>((bounds[i + 1] - bounds[i]).ns) / static_cast<double>(when.length().ns);
    const Range p = at(bounds[i]);
    out = {out.low + weight * p.low, out.high + weight * p.high};
  }
  return {std::min(1.0, out.low), std::min(1.0, out.high)};
}

FactValue act_fact(const Provision& p, const Conduct& c) {
  FactValue out{.fact = Fact::kAct};
  const bool act = p.acts.empty() ? TRUCE_IS(c.act == Act::kFire) : is_among(p.acts, c.act);
  const bool domain = p.domains.empty() || is_among(p.domains, c.domain);
  out.p = Range::of(act && domain ? 1 : 0);
  return out;
}

FactValue time_fact(const Provision& p, const Conduct& c) {
  return {.fact = Fact::kTime, .p = Range::of(share_of_time(c.when, p.in_force))};
}

FactValue class_fact(const Provision& p, const Conduct& c) {
  double none = 1;
  for (const ClassProbabilities& classes : c.classes) {
    double share = 0;
    for (std::size_t k = 0; k < kEffectClasses; ++k) {
      const auto e = static_cast<EffectClass>(k);
      if (p.effects.empty() ? TRUCE_IS(counts_as_violation(e)) : is_among(p.effects, e))
        share += static_cast<double>(classes.p[k]);
    }
    none *= 1 - std::min(1.0, share);
  }
  return {.fact = Fact::kClass, .p = Range::of(1 - none)};
}

FactValue weapon_fact(const Provision& p, const Conduct& c) {
  FactValue out{.fact = Fact::kWeapon, .p = Range::of(1), .how = How::kEverything};
  if (p.weapons.empty()) return out;
  out.p = Range::of(0);
  if (c.weapons.empty()) out.p = Range::unknown();
  for (const Weapon& w : c.weapons) {
    const Range m = match_any(p.weapons, w);
    out.p = {std::max(out.p.low, m.low), std::max(out.p.high, m.high)};
  }
  out.how = out.p.known() ? How::kNamed : How::kNotSaid;
  return out;
}

FactValue place_fact(const Provision& p, const std::vector<const Zone*>& zones, Subject& subject) {
  FactValue out{.fact = Fact::kPlace, .p = Range::of(1), .how = How::kEverything};
  if (p.zones.empty() && p.zone_kinds.empty()) return out;
  out.p = Range::unknown();
  out.how = How::kNotSaid;
  if (!subject.is_known(p.where)) return out;
  out.how = How::kPlain;
  out.p = over_time(
      zones, within(subject.conduct().when, p.in_force),
      [&](const std::vector<const Zone*>& valid) { return subject.was_inside(p.where, valid); });
  return out;
}

FactValue target_fact(const Agreement& a, const Provision& p, Subject& subject) {
  FactValue out{.fact = Fact::kTarget, .p = Range::of(1), .how = How::kEverything};
  if (p.protects.empty()) return out;
  out.how = How::kNamed;
  for (const auto& t : subject.conduct().targets) {
    if (is_among(p.protects, t)) return out;
  }
  double share = 0;
  for (const ProtectedObject& o : a.objects) {
    if (!is_among(p.protects, o.kind)) continue;
    const auto& places = subject.places(Where::kPlace);
    if (places.empty()) continue;
    const auto near = std::count_if(places.begin(), places.end(), [&](LatLon q) {
      return TRUCE_IS(geodesic_between(o.at, q).distance_m <= o.radius_m + kGrain_m);
    });
    const double of_it = static_cast<double>(near) / static_cast<double>(places.size());
    if (of_it > share) out.object = &o;
    share = std::max(share, of_it);
  }
  out.how = How::kNotSaid;
  // Fire near an object may have hit something else; what merely is somewhere is where it is.
  out.p = {TRUCE_IS(subject.conduct().act == Act::kFire) ? 0 : share, share};
  return out;
}

FactValue window_fact(const Provision& p, Subject& subject) {
  FactValue out{.fact = Fact::kWindow, .p = Range::of(1), .how = How::kEverything};
  if (p.during.empty()) return out;
  const Covered best = best_cover(p.during, subject);
  out.p = best.p;
  out.notice = best.notice;
  out.how = How::kPlain;
  return out;
}

void add(Verdict& v, FactValue f) {
  v.facts.at(v.count) = f;
  ++v.count;
}

Range product(const Verdict& v) {
  Range out = Range::of(1);
  for (std::size_t k = 0; k < v.count; ++k) out = out * v.facts.at(k).p;
  return out;
}

}  // namespace

// Fills in the facts of the scope, in order, up to one that is surely not so; false then.
bool Rules::scope(const Ready& ready, Subject& subject, int party, Verdict& out) const {
  const Provision& p = *ready.provision;
  const Conduct& c = subject.conduct();
  const auto holds = [&](FactValue f) {
    add(out, f);
    return TRUCE_IS(f.p.high > 0);
  };
  if (!ready.binds.empty()) {
    const bool bound_by = party >= 0 && TRUCE_IS(ready.binds.at(static_cast<std::size_t>(party)));
    if (!holds({.fact = Fact::kParty, .p = Range::of(bound_by ? 1 : 0)})) return false;
  }
  if (!holds(act_fact(p, c)) || !holds(time_fact(p, c))) return false;
  if (TRUCE_IS(c.act == Act::kFire) && !holds(class_fact(p, c))) return false;
  if (!holds(weapon_fact(p, c)) || !holds(place_fact(p, ready.zones, subject))) return false;
  if (!holds(target_fact(*agreement_, p, subject)) || !holds(window_fact(p, subject))) return false;
  if (p.needs.empty()) return true;
  const Range shown = all_shown(p.needs, c);
  return holds({.fact = Fact::kCircumstances,
                .p = shown,
                .how = shown.known() ? How::kNamed : How::kNotSaid});
}

void Rules::bound(const Ready& ready, Subject& subject, int party, Verdict& out) const {
  const Provision& p = *ready.provision;
  const Conduct& c = subject.conduct();
  if (p.distance_m) {
    FactValue f{
        .fact = Fact::kDistance, .p = Range::unknown(), .how = How::kNotSaid, .is_scope = false};
    const std::size_t of = ready.baselines.size() > 1 ? static_cast<std::size_t>(party) : 0;
    if (subject.is_known(p.where)) {
      f.how = How::kPlain;
      f.p = over_time(ready.baselines.at(of), within(c.when, p.in_force),
                      [&](const std::vector<const Baseline*>& valid) {
                        Range nearer;
                        for (const Baseline* b : valid) {
                          const Range n = subject.was_nearer(p.where, *b, *p.distance_m);
                          nearer = {std::max(nearer.low, n.low), std::max(nearer.high, n.high)};
                        }
                        return nearer;
                      });
    }
    if (!ready.baselines.at(of).empty()) f.baseline = ready.baselines.at(of).front();
    add(out, f);
  }
  if (p.number_max) {
    FactValue f{
        .fact = Fact::kNumber, .p = Range::unknown(), .how = How::kNotSaid, .is_scope = false};
    if (TRUCE_GT(c.count.low, *p.number_max)) f.p = Range::of(1), f.how = How::kPlain;
    if (!c.count.unbounded && TRUCE_LE(c.count.high, *p.number_max))
      f.p = Range::of(0), f.how = How::kPlain;
    add(out, f);
  }
}

// The probability that provision `i` speaks of the subject and does not give way itself.
Range Rules::speaks(std::size_t i, Subject& subject, int party) const {
  Verdict v;
  if (!scope(ready_[i], subject, party, v)) return Range::of(0);
  Range out = product(v);
  for (const std::size_t j : ready_[i].overridden_by)
    out = out * contrary(speaks(j, subject, party));
  return out;
}

void Rules::exceptions(std::size_t i, Subject& subject, int party, Verdict& out) const {
  const Ready& ready = ready_[i];
  const Conduct& c = subject.conduct();
  FactValue f{.fact = Fact::kException, .p = Range::of(1), .is_scope = true};
  Range applies = Range::of(0);
  const auto heed = [&](Range p) {
    const bool is_best = p.high > applies.high || (p.high == applies.high && p.low > applies.low);
    applies = {std::max(applies.low, p.low), std::max(applies.high, p.high)};
    return is_best;
  };
  for (std::size_t k = 0; k < ready.provision->exceptions.size(); ++k) {
    const Exception& x = ready.provision->exceptions[k];
    Range p = all_shown(x.needs, c);
    if (!x.effects.empty()) {
      for (const ClassProbabilities& classes : c.classes)
        p = p * Range::of(is_among(x.effects, classes.most_likely()) ? 1 : 0);
    }
    if (!x.weapons.empty()) {
      for (const Weapon& w : c.weapons) p = p * match_any(x.weapons, w);
    }
    if (!x.zones.empty() && p.high > 0)
      p = p * (subject.is_known(Where::kPlace)
                   ? over_time(ready.exception_zones[k], c.when,
                               [&](const std::vector<const Zone*>& valid) {
                                 return subject.share_inside(Where::kPlace, valid);
                               })
                   : Range::unknown());
    const Notice* notice = nullptr;
    if (!x.notice_kinds.empty() && p.high > 0) {
      const Covered covered = best_cover(x.notice_kinds, subject);
      p = p * covered.p;
      notice = covered.notice;
    }
    if (heed(p)) f.exception = &x, f.notice = notice, f.overriding = nullptr;
  }
  for (const std::size_t j : ready.overridden_by) {
    if (heed(speaks(j, subject, party)))
      f.overriding = ready_[j].provision, f.exception = nullptr, f.notice = nullptr;
  }
  if (TRUCE_IS(applies.high == 0)) return;
  f.p = contrary(applies);
  add(out, f);
}

namespace {

// The fact whose settling would say most: the one of which least is known, else the least likely.
Fact missing_of(const Verdict& v) {
  const FactValue* least = &v.facts[0];
  const auto spread = [](const FactValue& f) { return f.p.high - f.p.low; };
  for (std::size_t k = 1; k < v.count; ++k) {
    const FactValue& f = v.facts.at(k);
    if (TRUCE_GT(spread(f), spread(*least)) ||
        (spread(f) == spread(*least) && TRUCE_LT(f.p.low, least->p.low)))
      least = &f;
  }
  return least->fact;
}

}  // namespace

void Rules::conclude(const Ready& ready, Verdict& v) const {
  v.best = 1;
  for (std::size_t k = 0; k < v.count; ++k) v.best *= v.facts.at(k).p.best();
  v.p = product(v);
  for (std::size_t k = 0; k < v.count; ++k) {
    if (TRUCE_IS(!v.facts.at(k).is_scope) || TRUCE_GT(v.facts.at(k).p.high, 0)) continue;
    v.value = FindingValue::kNotApplicable;
    v.p = Range::of(0);
    v.best = 0;
    return;
  }
  decide(ready, v);
}

void Rules::decide(const Ready& ready, Verdict& v) const {
  if (TRUCE_IS(ready.provision->norm == Norm::kPermission)) {
    permit(ready, v);
  } else if (TRUCE_GE(published(v.p.low), ready.threshold)) {
    v.value = FindingValue::kBreach;
  } else if (TRUCE_LE(published(v.p.high), published(1 - ready.threshold))) {
    v.value = FindingValue::kCompliant;
  } else {
    v.value = FindingValue::kUndeterminable;
    v.missing = missing_of(v);
  }
}

// A permission is never in breach: it covers what was done, or does not, or that is open.
void Rules::permit(const Ready& ready, Verdict& v) const {
  v.value = TRUCE_GE(published(v.p.low), ready.threshold) ? FindingValue::kCompliant
            : TRUCE_LE(published(v.p.high), published(1 - ready.threshold))
                ? FindingValue::kNotApplicable
                : FindingValue::kUndeterminable;
  if (v.value == FindingValue::kUndeterminable) v.missing = missing_of(v);
  v.p = Range::of(0);
  v.best = 0;
}

Verdict Rules::of_party(std::size_t i, Subject& subject, int party) const {
  Verdict v;
  v.party = party;
  if (scope(ready_[i], subject, party, v)) {
    bound(ready_[i], subject, party, v);
    add(v, {.fact = Fact::kReal, .p = Range::of(subject.conduct().p_real), .is_scope = false});
    exceptions(i, subject, party, v);
  }
  conclude(ready_[i], v);
  return v;
}

namespace {

// The one that has more to say where both are as grave.
bool is_graver(const Verdict& a, const Verdict& b) {
  return std::tie(a.p.high, a.p.low, a.best, a.count) >
         std::tie(b.p.high, b.p.low, b.best, b.count);
}

// With what is known of the party as the first fact, instead of any before.
void set_party(Verdict& v, Range p) {
  if (v.count > 0 && v.facts[0].fact != Fact::kParty) {
    std::move_backward(v.facts.begin(), v.facts.end() - 1, v.facts.end());
    ++v.count;
  }
  v.facts[0] = {.fact = Fact::kParty,
                .p = p,
                .how = p.known() ? How::kNamed : How::kNotSaid,
                .is_scope = false};
}

}  // namespace

// What the verdicts under each party come to.
struct ByParty {
  Verdict gravest;  // of those that may be
  bool agree = true;
  Range p = Range::of(0);  // weighed
  Range hull{1, 0}, bests{1, 0};
  double best = 0, weight = 0;

  void heed(const Verdict& v, double weight_of) {
    agree = agree && (gravest.count == 0 || v.value == gravest.value);
    p = {p.low + weight_of * v.p.low, p.high + weight_of * v.p.high};
    best += weight_of * v.best;
    weight += weight_of;
    hull = {std::min(hull.low, v.p.low), std::max(hull.high, v.p.high)};
    bests = {std::min(bests.low, v.best), std::max(bests.high, v.best)};
    if (gravest.count == 0 || is_graver(v, gravest)) gravest = v;
  }
};

// Nobody may or can say who it was.
Verdict Rules::undecided(const ByParty& by) const {
  Verdict out = by.gravest;
  out.party = -1;
  out.p = by.hull;
  out.best = by.bests.best();
  if (TRUCE_IS(by.agree)) return out;
  out.value = FindingValue::kUndeterminable;
  out.missing = Fact::kParty;
  set_party(out, Range::unknown());
  return out;
}

// Parties weighed; what their weights leave out may have been anybody.
Verdict Rules::weighed(const Ready& ready, const ByParty& by) const {
  Verdict out = by.gravest;
  const double left = std::max(0.0, 1 - by.weight);
  out.p = {by.p.low, std::min(1.0, by.p.high + left)};
  out.best = by.best + left / 2 * by.gravest.best;
  out.party = -1;
  if (by.agree && by.gravest.value == FindingValue::kNotApplicable && left < 1e-9) return out;
  set_party(out, Range::of(by.weight == 0 ? 0 : by.p.high / by.weight));
  decide(ready, out);
  if (out.value == FindingValue::kUndeterminable) out.missing = Fact::kParty;
  return out;
}

// Where the value depends on who it was and nobody may say, it is settled only if it is the same
// for all.
Verdict Rules::evaluate(std::size_t i, Subject& subject) const {
  const Ready& ready = ready_[i];
  if (!ready.depends_on_party) return of_party(i, subject, -1);
  const auto& known = subject.conduct().parties;
  ByParty by;
  for (std::size_t h = 0; h < agreement_->parties.size(); ++h) {
    const auto it = known.find(agreement_->parties[h].id);
    const double weight = known.empty() ? 1 : it == known.end() ? 0 : it->second;
    if (TRUCE_IS(weight == 0)) continue;
    const Verdict v = of_party(i, subject, static_cast<int>(h));
    if (!known.empty() && TRUCE_GE(weight, 1)) return v;
    by.heed(v, weight);
  }
  if (TRUCE_IS(!known.empty())) return weighed(ready, by);
  return undecided(by);
}

#ifdef TRUCE_MUTANTS
Sites sites_of_evaluate() { return {kEvaluateBefore + 1, TRUCE_SITES + __COUNTER__}; }
#endif
#undef TRUCE_SITES

}  // namespace truce::judge
