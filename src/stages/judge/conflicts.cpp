#include "stages/judge/conflicts.h"

#include <algorithm>
#include <set>

namespace truce::judge {

namespace {

// Lists of which an empty one stands for everything.
template <class T>
bool share_one(const std::vector<T>& a, const std::vector<T>& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&](const T& x) {
           return std::find(b.begin(), b.end(), x) != b.end();
         });
}

std::vector<Act> acts_of(const Provision& p) {
  return p.acts.empty() ? std::vector<Act>{Act::kFire} : p.acts;
}

bool weapons_meet(const WeaponRule& a, const WeaponRule& b) {
  if (a.weapon && b.weapon && *a.weapon != *b.weapon) return false;
  if (!a.system.empty() && !b.system.empty() && a.system != b.system) return false;
  const auto apart = [](const WeaponRule& low, const WeaponRule& high) {
    return low.max_mm < high.min_mm ||
           (low.max_mm == high.min_mm && !(low.max_inclusive && high.min_inclusive));
  };
  return !apart(a, b) && !apart(b, a);
}

bool weapons_meet(const std::vector<WeaponRule>& a, const std::vector<WeaponRule>& b) {
  return a.empty() || b.empty() || std::any_of(a.begin(), a.end(), [&](const WeaponRule& x) {
           return std::any_of(b.begin(), b.end(),
                              [&](const WeaponRule& y) { return weapons_meet(x, y); });
         });
}

std::vector<const Zone*> zones_of(const Agreement& a, const Provision& p) {
  std::vector<const Zone*> out;
  for (const Zone& z : a.zones) {
    const bool is_named =
        std::find(p.zones.begin(), p.zones.end(), z.id) != p.zones.end() ||
        std::find(p.zone_kinds.begin(), p.zone_kinds.end(), z.kind) != p.zone_kinds.end();
    if (is_named && z.valid.overlaps(p.in_force)) out.push_back(&z);
  }
  return out;
}

bool areas_meet(const Area& a, const Area& b) {
  if (!a.bounds().overlaps(b.bounds())) return false;
  const auto common = Area::intersect(a, b);
  return common.ok() && common->area_m2() > 1;
}

// With what lies around it, near enough to tell whether zones meet.
Area drawn(const Zone& z) {
  return z.around_m > 0 ? z.area.buffered(z.around_m).value_or(z.area) : z.area;
}

bool zones_meet(const Agreement& agreement, const Provision& a, const Provision& b) {
  const auto of_a = zones_of(agreement, a);
  const auto of_b = zones_of(agreement, b);
  const auto everywhere = [](const Provision& p) {
    return p.zones.empty() && p.zone_kinds.empty();
  };
  if (everywhere(a) || everywhere(b)) return true;
  return std::any_of(of_a.begin(), of_a.end(), [&](const Zone* x) {
    return std::any_of(of_b.begin(), of_b.end(), [&](const Zone* y) {
      return x->valid.overlaps(y->valid) && (x->id == y->id || areas_meet(drawn(*x), drawn(*y)));
    });
  });
}

using Ids = std::set<std::string>;

const Provision* provision_of(const Reading& reading, const std::string& id) {
  const auto it = std::find_if(reading.provisions.begin(), reading.provisions.end(),
                               [&](const Provision& p) { return p.id == id; });
  return it == reading.provisions.end() ? nullptr : &*it;
}

// All that `id` sets aside, itself or through what it sets aside.
void gather(const Reading& reading, const std::string& id, Ids& into) {
  const Provision* p = provision_of(reading, id);
  if (p == nullptr) return;
  for (const auto& o : p->overrides) {
    if (into.insert(o).second) gather(reading, o, into);
  }
}

// Circles of provisions that set each other aside, each once, at its first provision.
std::vector<Conflict> circles(const Reading& reading, const std::vector<Ids>& sets_aside) {
  std::vector<Conflict> out;
  Ids said;
  for (std::size_t i = 0; i < reading.provisions.size(); ++i) {
    const Provision& p = reading.provisions[i];
    if (!sets_aside[i].contains(p.id) || said.contains(p.id)) continue;
    std::string others;
    std::vector<std::string> all{p.id};
    for (std::size_t j = 0; j < reading.provisions.size(); ++j) {
      const Provision& o = reading.provisions[j];
      if (!sets_aside[i].contains(o.id) || !sets_aside[j].contains(p.id)) continue;
      said.insert(o.id);
      if (j == i) continue;
      others += (others.empty() ? "" : ", ") + o.id;
      all.push_back(o.id);
    }
    out.push_back({p.line,
                   others.empty() ? "provision " + p.id + " overrides itself"
                                  : "provision " + p.id + " overrides in a circle with " + others,
                   others.empty() ? "\"overrides\" without its own id"
                                  : "\"overrides\" in one direction only",
                   std::move(all)});
  }
  return out;
}

bool bounds_differ(const Provision& a, const Provision& b) {
  return a.norm != b.norm || a.distance_m != b.distance_m || a.baseline != b.baseline ||
         a.number_max != b.number_max;
}

std::vector<std::string> both_set_aside(const Provision& a, const Provision& b) {
  std::vector<std::string> out;
  for (const auto& o : a.overrides) {
    if (std::find(b.overrides.begin(), b.overrides.end(), o) != b.overrides.end()) out.push_back(o);
  }
  return out;
}

}  // namespace

bool overlap(const Agreement& agreement, const Provision& a, const Provision& b) {
  return a.in_force.overlaps(b.in_force) && share_one(acts_of(a), acts_of(b)) &&
         share_one(a.domains, b.domains) && share_one(a.effects, b.effects) &&
         share_one(a.binds, b.binds) && share_one(a.protects, b.protects) &&
         weapons_meet(a.weapons, b.weapons) && zones_meet(agreement, a, b);
}

std::vector<Conflict> conflicts(const Agreement& agreement, const Reading& reading) {
  std::vector<Ids> sets_aside;
  for (const Provision& p : reading.provisions) {
    Ids ids;
    gather(reading, p.id, ids);
    sets_aside.push_back(std::move(ids));
  }
  std::vector<Conflict> out = circles(reading, sets_aside);
  for (std::size_t i = 0; i < reading.provisions.size(); ++i) {
    const Provision& a = reading.provisions[i];
    for (std::size_t j = i + 1; j < reading.provisions.size(); ++j) {
      const Provision& b = reading.provisions[j];
      if (sets_aside[i].contains(b.id) || sets_aside[j].contains(a.id)) continue;
      const auto common = both_set_aside(a, b);
      const bool permits = (a.norm == Norm::kPermission) != (b.norm == Norm::kPermission);
      if ((!permits && (common.empty() || !bounds_differ(a, b))) || !overlap(agreement, a, b))
        continue;
      const std::string both = "provisions " + a.id + " and " + b.id;
      out.push_back({std::max(a.line, b.line),
                     permits ? both + " contradict each other: one permits what the other does "
                                      "not, and none gives way"
                             : both + " both set aside " + common.front() +
                                   " and differ, and none of them gives way",
                     "\"overrides\" in one of them, or scopes that do not meet",
                     {a.id, b.id}});
    }
  }
  return out;
}

}  // namespace truce::judge
