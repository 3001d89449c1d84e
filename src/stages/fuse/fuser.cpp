#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <unordered_map>

#include "base/parallel.h"
#include "stages/fuse/fuse.h"
#include "stages/fuse/internal/density.h"

namespace truce::fuse {

namespace {

constexpr std::size_t kPairSamples = 48;

// What pairing needs of an observation, worked out once.
struct Prepared {
  Observation observation;
  GeoBox box;
  double area_km2 = 0;
  std::vector<LatLon> points;
};

Prepared prepare(Observation o) {
  Prepared p;
  p.area_km2 = effective_area_km2(o.shape);
  if (p.area_km2 > 0) {
    p.box = reach(o.shape);
    p.points = support(o.shape, kPairSamples);
  }
  p.observation = std::move(o);
  return p;
}

double mean_density(const Prepared& of, const Prepared& at) {
  double sum = 0;
  for (const LatLon x : at.points) sum += std::exp(place_log_likelihood(of.observation.shape, x));
  return sum / static_cast<double>(at.points.size()) / of.area_km2;
}

bool same(const Prepared& a, const Prepared& b, const Params& params) {
  const Interval& u = a.observation.when;
  const Interval& v = b.observation.when;
  const auto gap = Duration::seconds(params.gap_s);
  if (u.start > v.end + gap || v.start > u.end + gap) return false;
  if (a.points.empty() || b.points.empty() || !a.box.overlaps(b.box)) return false;
  const double overlap = (mean_density(a, b) + mean_density(b, a)) / 2;
  const double hours =
      (std::max(u.end, v.end) - std::min(u.start, v.start) + gap).in_seconds() / 3600;
  return overlap > params.events_per_km2_hour * hours;
}

constexpr std::int64_t kBucketNs = 3'600'000'000'000;
std::int64_t bucket(Instant t) { return t.ns >= 0 ? t.ns / kBucketNs : (t.ns + 1) / kBucketNs - 1; }

}  // namespace

bool makes_incident(const Observation& o) {
  return std::any_of(o.items.begin(), o.items.end(),
                     [](const Item& i) { return i.classes.violation() > 0; });
}

bool same_incident(const Observation& a, const Observation& b, const Params& params) {
  return same(prepare(a), prepare(b), params);
}

struct Fuser::Impl {
  struct Component {
    std::vector<std::string> members;
    std::string stored_id;  // under which its last version went out; empty before the first
  };

  Params params;
  std::vector<Source> sources;
  const Lookback* lookback = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Prepared>> held;
  std::unordered_map<std::string, std::size_t> component_of;
  std::unordered_map<std::size_t, Component> components;
  std::map<std::int64_t, std::vector<const Prepared*>> by_hour;  // by the hour of their start
  std::int64_t longest_ns =
      0;  // of what is held: how far before an instant an overlapping start may lie
  std::set<std::size_t> dirty;
  std::set<std::string> superseded;
  std::vector<std::string> fresh;  // added and not yet linked
  std::size_t next_component = 0;
  Instant forgotten_before{INT64_MIN};

  bool hold(Observation o, const std::string& stored_id) {
    if (held.contains(o.id)) return false;
    auto p = std::make_unique<Prepared>(prepare(std::move(o)));
    longest_ns = std::max(longest_ns, p->observation.when.length().ns);
    by_hour[bucket(p->observation.when.start)].push_back(p.get());
    const std::string id = p->observation.id;
    held.emplace(id, std::move(p));
    component_of[id] = next_component;
    components[next_component++] = {{id}, stored_id};
    return true;
  }

  std::size_t join(std::size_t a, std::size_t b) {
    if (a == b) return a;
    if (components[a].members.size() < components[b].members.size()) std::swap(a, b);
    for (const auto& id : components[b].members) component_of[id] = a;
    auto& into = components[a].members;
    auto& from = components[b];
    into.insert(into.end(), from.members.begin(), from.members.end());
    if (!from.stored_id.empty() && components[a].stored_id != from.stored_id)
      superseded.insert(from.stored_id);
    if (components[a].stored_id.empty()) {
      components[a].stored_id = from.stored_id;
      superseded.erase(from.stored_id);
    }
    components.erase(b);
    dirty.erase(b);
    return a;
  }

  // Everything the store knows near `o` and has been forgotten here, with its incidents whole.
  void recall(const Observation& o) {
    const auto gap = Duration::seconds(params.gap_s);
    if (lookback == nullptr || o.when.start - gap >= forgotten_before) return;
    for (auto& near : lookback->overlapping({o.when.start - gap, o.when.end + gap})) {
      if (held.contains(near.id)) continue;
      auto members = lookback->incident_members(near.id);
      if (members.empty()) continue;  // not settled yet: it is on its way through add
      const std::string stored = infer_id(members);
      std::size_t component = 0;
      bool first = true;
      for (auto& m : members) {
        const std::string id = m.id;
        hold(std::move(m), first ? stored : std::string());
        component = first ? component_of[id] : join(component, component_of[id]);
        first = false;
      }
    }
  }

  static std::string infer_id(const std::vector<Observation>& members) {
    const auto it =
        std::min_element(members.begin(), members.end(), [](const auto& a, const auto& b) {
          return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
        });
    return "i" + it->id.substr(1);
  }

  void link(const std::string& id) {
    const Prepared& p = *held.at(id);
    const auto gap = Duration::seconds(params.gap_s);
    const std::int64_t first = bucket(p.observation.when.start - gap - Duration{longest_ns});
    const std::int64_t last = bucket(p.observation.when.end + gap);
    for (auto it = by_hour.lower_bound(first); it != by_hour.end() && it->first <= last; ++it) {
      for (const Prepared* other : it->second) {
        if (other == &p || component_of[other->observation.id] == component_of[id]) continue;
        if (components[component_of[other->observation.id]].members.size() +
                components[component_of[id]].members.size() >
            params.members_max)
          continue;
        if (same(p, *other, params)) join(component_of[id], component_of[other->observation.id]);
      }
    }
    dirty.insert(component_of[id]);
  }
};

Fuser::Fuser(Params params, std::vector<Source> sources, const Lookback* lookback)
    : impl_(std::make_unique<Impl>()) {
  impl_->params = params;
  impl_->sources = std::move(sources);
  impl_->lookback = lookback;
}

Fuser::~Fuser() = default;

void Fuser::add(Observation observation) {
  impl_->recall(observation);
  const std::string id = observation.id;
  if (impl_->hold(std::move(observation), {})) impl_->fresh.push_back(id);
}

Change Fuser::settle() {
  for (const auto& id : std::exchange(impl_->fresh, {})) impl_->link(id);
  const std::vector<std::size_t> dirty(impl_->dirty.begin(), impl_->dirty.end());
  impl_->dirty.clear();
  std::vector<Incident> incidents(dirty.size());
  parallel_for(dirty.size(), impl_->params.threads, [&](std::size_t i) {
    std::vector<const Observation*> members;
    for (const auto& id : impl_->components.at(dirty[i]).members)
      members.push_back(&impl_->held.at(id)->observation);
    incidents[i] = infer(members, impl_->sources, impl_->params);
  });
  Change change;
  for (std::size_t i = 0; i < dirty.size(); ++i) {
    auto& stored = impl_->components.at(dirty[i]).stored_id;
    if (!stored.empty() && stored != incidents[i].id) impl_->superseded.insert(stored);
    stored = incidents[i].id;
  }
  for (const auto& incident : incidents) impl_->superseded.erase(incident.id);
  change.superseded.assign(impl_->superseded.begin(), impl_->superseded.end());
  impl_->superseded.clear();
  change.updated = std::move(incidents);
  std::sort(change.updated.begin(), change.updated.end(),
            [](const Incident& a, const Incident& b) { return a.id < b.id; });
  return change;
}

void Fuser::forget_before(Instant t) {
  TRUCE_ENSURE(impl_->fresh.empty() && impl_->dirty.empty());
  if (impl_->lookback == nullptr) return;  // nowhere to get it back from
  t = std::max(t, impl_->forgotten_before);
  // An incident goes whole: when all its members ended before t.
  std::vector<std::size_t> gone;
  for (const auto& [key, component] : impl_->components) {
    if (std::all_of(component.members.begin(), component.members.end(), [&](const std::string& id) {
          return impl_->held.at(id)->observation.when.end < t;
        }))
      gone.push_back(key);
  }
  for (const std::size_t key : gone) {
    for (const auto& id : impl_->components.at(key).members) {
      const Prepared* p = impl_->held.at(id).get();
      auto& hour = impl_->by_hour[bucket(p->observation.when.start)];
      std::erase(hour, p);
      if (hour.empty()) impl_->by_hour.erase(bucket(p->observation.when.start));
      impl_->component_of.erase(id);
      impl_->held.erase(id);
    }
    impl_->components.erase(key);
  }
  impl_->forgotten_before = t;
}

std::size_t Fuser::held() const { return impl_->held.size(); }

}  // namespace truce::fuse
