#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <numbers>
#include <optional>
#include <queue>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/parallel.h"
#include "stages/fuse/fuse.h"
#include "stages/fuse/internal/density.h"
#include "stages/fuse/internal/index.h"

namespace truce::fuse {

namespace {

constexpr std::size_t kPairSamples = 48;

// What pairing needs of an observation, worked out once.
struct Prepared {
  std::size_t component = 0;
  Prepared* next = nullptr;  // of the same component
  Observation observation;
  std::string episode;  // the first member of the one that it was bound in; empty: in none
  std::string apart;    // the group that it stands in, as was ruled; empty: in none
  std::vector<std::size_t> together;  // into by_hand.together
  GeoBox box;
  double area_km2 = 0;                      // 0: no source says where
  std::optional<PointShape> normal;         // its place, where that is one
  mutable std::vector<LatLon> points_made;  // see points()
  bool placed() const { return area_km2 > 0; }
  // Episodes say what it belongs to.
  bool is_bound() const { return !episode.empty() || !observation.derived_from.empty(); }
  // Places of equal weight, made when first asked for; not by two threads at once.
  const std::vector<LatLon>& points() const {
    if (points_made.empty()) points_made = support(observation.shape, kPairSamples);
    return points_made;
  }
};

void prepare(Observation&& o, Prepared& p) {
  p.area_km2 = effective_area_km2(o.shape);
  if (p.area_km2 > 0) {
    p.box = reach(o.shape);
    p.normal = as_normal(o.shape);
  }
  p.observation = std::move(o);
}

double mean_density(const Prepared& of, const Prepared& at) {
  const PlaceLikelihood likelihood(of.observation.shape);
  double sum = 0;
  for (const LatLon x : at.points()) sum += std::exp(likelihood.log_of(x));
  return sum / static_cast<double>(at.points().size()) / of.area_km2;
}

// ∫pq dx of two normal distributions per km²: the density of their difference at nothing. In one
// flat frame midway, the same whichever is named first.
double normal_overlap(const PointShape& p, const PointShape& q) {
  const auto per = metres_per_degree((p.at.lat_deg() + q.at.lat_deg()) / 2);
  const double x = wrapped_lon_deg(p.at.lon_deg() - q.at.lon_deg()) * per.lon;
  const double y = (p.at.lat_deg() - q.at.lat_deg()) * per.lat;
  const double xx = p.var_east_m2 + q.var_east_m2;
  const double yy = p.var_north_m2 + q.var_north_m2;
  const double xy = p.cov_m2 + q.cov_m2;
  const double det = xx * yy - xy * xy;
  const double squared = (yy * x * x - 2 * xy * x * y + xx * y * y) / det;
  return 1e6 * std::exp(-squared / 2) / (2 * std::numbers::pi * std::sqrt(det));
}

double overlap_of(const Prepared& a, const Prepared& b) {
  if (a.normal && b.normal) return normal_overlap(*a.normal, *b.normal);
  if (a.points().empty() || b.points().empty()) return 0;
  return (mean_density(a, b) + mean_density(b, a)) / 2;
}

bool is_bearing(const Observation& o) { return std::holds_alternative<Bearing>(o.shape); }

// A watcher tells of each event once: what he tells apart in time are two. Not so one who sees what
// goes on burning, nor an array, which tells of each shot.
bool told_apart(const Observation& a, const Observation& b, const Params& params) {
  if (a.source != b.source || a.position != b.position) return false;
  if (is_bearing(a) && is_bearing(b)) {
    const auto pause = Duration::seconds(params.join.episode_gap_s);
    return a.when.end > b.when.end + pause || b.when.end > a.when.end + pause;
  }
  if (std::holds_alternative<PixelFootprint>(a.shape)) return false;
  return a.when.start > b.when.end || b.when.start > a.when.end;
}

// An array's interval leaves open as much as it can.
Duration gap_between(const Observation& a, const Observation& b, const Params& params) {
  return Duration::seconds(is_bearing(a) || is_bearing(b) ? 0 : params.gap_s);
}

// ∫pq dt per hour of the densities of time, each even over its interval, whose ends are unsure by
// the gap: of adjoining days next to nothing, of equal ones a day's.
double time_overlap_per_hour(const Interval& u, const Interval& v, Duration gap) {
  const auto hours = [](Duration d) { return d.in_seconds() / 3600; };
  const double shared = hours(std::min(u.end, v.end) - std::max(u.start, v.start) + gap);
  const double least = 1e-9;  // intervals without length that meet: as sure as can be
  return std::max(shared, least) / std::max(hours(u.end - u.start + gap), least) /
         std::max(hours(v.end - v.start + gap), least);
}

bool same(const Prepared& a, const Prepared& b, const Params& params) {
  const Interval& u = a.observation.when;
  const Interval& v = b.observation.when;
  const auto gap = gap_between(a.observation, b.observation, params);
  if (u.start > v.end + gap || v.start > u.end + gap) return false;
  if (!a.placed() || !b.placed() || !a.box.overlaps(b.box)) return false;
  if (told_apart(a.observation, b.observation, params)) return false;
  return overlap_of(a, b) * time_overlap_per_hour(u, v, gap) > params.events_per_km2_hour;
}

}  // namespace

namespace {

// Of the names that what it rests on goes by, the one of more than half of it; of what rests on
// nothing, its own.
template <class Name, class NamesOf>
std::vector<Name> ruled_names(const Observation& o, const NamesOf& names_of) {
  if (o.derived_from.empty()) return names_of(o.id);
  std::map<Name, std::size_t> count;
  for (const auto& id : o.derived_from) {
    for (const auto& name : names_of(id)) ++count[name];
  }
  std::vector<Name> out;
  for (const auto& [name, n] : count) {
    if (2 * n > o.derived_from.size()) out.push_back(name);
  }
  return out;
}

// The group that it stands in; empty: in none.
std::string apart_in(const ByHand& by_hand, const Observation& o) {
  if (by_hand.apart.empty()) return {};
  const auto groups = ruled_names<std::string>(o, [&](const std::string& id) {
    const auto it = by_hand.apart.find(id);
    return it == by_hand.apart.end() ? std::vector<std::string>() : std::vector{it->second};
  });
  return groups.empty() ? std::string() : groups.front();
}

// The ids of observations end in digits of a hash: their last sixteen tell them apart.
struct IdHash {
  std::size_t operator()(std::string_view id) const {
    if (id.size() < 16) return std::hash<std::string_view>()(id);
    std::array<std::uint64_t, 2> digits;
    std::memcpy(digits.data(), id.data() + id.size() - 16, 16);
    return (digits[0] ^ (digits[1] << 3)) * 0x9e3779b97f4a7c15ULL >> 16;
  }
};

}  // namespace

std::vector<Episode> set_apart(std::vector<Episode> episodes, const ByHand& by_hand) {
  if (by_hand.apart.empty()) return episodes;
  std::vector<Episode> out;
  for (auto& episode : episodes) {
    std::map<std::string, Episode> parts;
    for (auto& o : episode) parts[apart_in(by_hand, o)].push_back(std::move(o));
    for (auto& [group, part] : parts) {
      const bool has_effect = std::any_of(part.begin(), part.end(),
                                          [](const auto& o) { return !o.derived_from.empty(); });
      if (has_effect) out.push_back(std::move(part));
    }
  }
  return out;
}

bool makes_incident(const Observation& o) {
  if (std::holds_alternative<Arrival>(o.shape)) return false;
  return std::any_of(o.items.begin(), o.items.end(), [](const Item& i) {
    return i.classes.violation() > 0 && i.count.high().value_or(1) > 0;
  });
}

bool same_incident(const Observation& a, const Observation& b, const Params& params) {
  Prepared first, second;
  prepare(Observation(a), first);
  prepare(Observation(b), second);
  return same(first, second, params);
}

struct Fuser::Impl {
  struct Component {
    Prepared* first = nullptr;  // of its members; none: the slot is free
    Prepared* last = nullptr;
    std::size_t size = 0;
    bool dirty = false;
    bool bound = false;      // with episodes among them
    std::string stored_id;   // under which its last version went out; empty before the first
    Instant end{INT64_MIN};  // of its last member
  };
  using Ending = std::pair<Instant, std::size_t>;  // of a component, which may have grown since

  Params params;
  std::vector<Source> sources;
  const Lookback* lookback = nullptr;
  std::unordered_map<std::string_view, std::unique_ptr<Prepared>, IdHash> held;  // by its own id
  std::vector<Component> components;
  std::vector<std::size_t> free;
  std::priority_queue<Ending, std::vector<Ending>, std::greater<>> endings;
  SpaceTimeIndex index;            // of what has a place; items are Prepared*
  std::vector<std::size_t> dirty;  // components, some of which may be free again
  std::set<std::string> superseded;
  std::vector<Prepared*> fresh;    // added and not yet linked
  std::vector<Observation> freed;  // of them, those of an episode that was taken back
  std::set<std::string> gone;      // retracted since the last settle: the store may not know yet
  std::vector<std::string> edges;  // effects that may go on beyond their block, not yet looked at
  std::vector<SpaceTimeIndex::Item> found;
  ByHand by_hand;
  std::unordered_map<std::string, std::vector<std::size_t>> together_of;  // into by_hand.together
  std::vector<std::set<std::string>> held_together;  // ids held, beside by_hand.together
  std::set<std::size_t> to_join;                     // into it: with a member that is new
  Ruling ruling;
  Instant forgotten_before{INT64_MIN};

  static SpaceTimeIndex::Item item_of(const Prepared* p) {
    return reinterpret_cast<SpaceTimeIndex::Item>(p);
  }

  // nullptr: it is held already.
  Prepared* hold(Observation o, const std::string& stored_id) {
    auto prepared = std::make_unique<Prepared>();
    Prepared* p = prepared.get();
    prepare(std::move(o), *p);
    if (!held.emplace(p->observation.id, std::move(prepared)).second) return nullptr;
    heed_rulings(*p);
    if (p->placed()) index.insert(item_of(p), p->observation.when, p->box);
    if (free.empty()) {
      free.push_back(components.size());
      components.emplace_back();
    }
    p->component = free.back();
    free.pop_back();
    const bool effect = !p->observation.derived_from.empty();
    components[p->component] = {p, p, 1, false, effect, stored_id, p->observation.when.end};
    endings.emplace(p->observation.when.end, p->component);
    return p;
  }

  // Into by_hand.together.
  std::vector<std::size_t> groups_of(const Observation& o) const {
    return ruled_names<std::size_t>(o, [&](const std::string& id) {
      const auto it = together_of.find(id);
      return it == together_of.end() ? std::vector<std::size_t>() : it->second;
    });
  }
  void heed_rulings(Prepared& p) {
    p.apart = apart_in(by_hand, p.observation);
    p.together.clear();
    if (together_of.empty()) return;
    p.together = groups_of(p.observation);
    for (const std::size_t i : p.together) held_together[i].insert(p.observation.id);
  }

  std::size_t join(std::size_t a, std::size_t b) {
    if (a == b) return a;
    if (components[a].size < components[b].size) std::swap(a, b);
    Component& into = components[a];
    Component& from = components[b];
    for (Prepared* p = from.first; p != nullptr; p = p->next) p->component = a;
    into.last->next = from.first;
    into.last = from.last;
    into.size += from.size;
    into.bound = into.bound || from.bound;
    if (!from.stored_id.empty() && into.stored_id != from.stored_id)
      superseded.insert(from.stored_id);
    if (into.stored_id.empty()) {
      into.stored_id = from.stored_id;
      superseded.erase(from.stored_id);
    }
    if (from.end > into.end) endings.emplace(into.end = from.end, a);
    if (from.dirty) mark(a);
    from = {};
    free.push_back(b);
    return a;
  }

  // Everything the store knows near `o` and has been forgotten here, with its incidents whole.
  void recall(const Observation& o) {
    const auto gap = Duration::seconds(std::max(params.gap_s, params.join.episode_gap_s));
    if (lookback == nullptr || o.when.start - gap >= forgotten_before) return;
    for (auto& near : lookback->overlapping({o.when.start - gap, o.when.end + gap})) {
      if (held.contains(near.id) || gone.contains(near.id)) continue;
      auto members = lookback->incident_members(near.id);
      if (members.empty()) continue;  // not settled yet: it is on its way through add
      hold_incident(std::move(members));
    }
  }

  // A stored incident whole, as one component.
  void hold_incident(std::vector<Observation> members) {
    const std::string stored = infer_id(members);
    const bool bound = lookback != nullptr &&
                       std::any_of(members.begin(), members.end(),
                                   [](const Observation& m) { return !m.derived_from.empty(); });
    std::size_t component = 0;
    bool first = true;
    for (auto& m : members) {
      const std::string id = m.id;
      hold(std::move(m), first ? stored : std::string());
      Prepared* p = held.at(id).get();
      if (bound) p->episode = lookback->episode_of(id);
      const std::size_t own = p->component;
      component = first ? own : join(component, own);
      first = false;
    }
  }

  static std::string infer_id(const std::vector<Observation>& members) {
    const auto it =
        std::min_element(members.begin(), members.end(), [](const auto& a, const auto& b) {
          return std::tie(a.when.start, a.id) < std::tie(b.when.start, b.id);
        });
    return "i" + it->id.substr(1);
  }

  void link(Prepared* p) {
    const auto gap = Duration::seconds(params.gap_s);
    found.clear();
    const Interval& when = p->observation.when;
    const bool free_to_join = p->placed() && !p->is_bound();
    if (free_to_join) index.near({when.start - gap, when.end + gap}, p->box, found);
    for (const auto item : found) {
      // NOLINTNEXTLINE(performance-no-int-to-ptr): the index holds numbers; item_of made this one
      const auto* other = reinterpret_cast<const Prepared*>(item);
      if (other->component == p->component || other->is_bound() || other->apart != p->apart)
        continue;
      const std::size_t size = components[p->component].size + components[other->component].size;
      if (size <= params.members_max && same(*p, *other, params))
        join(p->component, other->component);
    }
    mark(p->component);
  }

  void mark(std::size_t component) {
    if (!std::exchange(components[component].dirty, true)) dirty.push_back(component);
  }

  void bind(Episode episode) {
    for (const auto& o : episode) {
      if (o.derived_from.empty() || held.contains(o.id)) retract(o.id);
    }
    const std::string name = episode.front().id;
    hold_episode(name, std::move(episode));
  }

  void hold_episode(const std::string& name, Episode episode) {
    std::optional<std::size_t> whole;
    for (auto& o : episode) {
      if (may_go_on(o, params.join)) edges.push_back(o.id);
      Prepared* p = hold(std::move(o), {});
      TRUCE_ENSURE(p != nullptr);
      p->episode = name;
      to_join.insert(p->together.begin(), p->together.end());
      whole = whole ? join(*whole, p->component) : p->component;
    }
    mark(*whole);
  }

  // Joins the episode of an effect with those of other blocks that go on from it.
  void go_on(const std::string& id) {
    const auto it = held.find(id);
    if (it == held.end()) return;
    const Prepared* p = it->second.get();
    recall(p->observation);
    const auto gap = Duration::seconds(params.join.episode_gap_s);
    const Interval& when = p->observation.when;
    found.clear();
    index.near({when.start - gap, when.end + gap}, wider(p->box, params.join.episode_reach_m),
               found);
    for (const auto item : found) {
      // NOLINTNEXTLINE(performance-no-int-to-ptr): the index holds numbers; item_of made this one
      const auto* other = reinterpret_cast<const Prepared*>(item);
      const std::size_t size = components[p->component].size + components[other->component].size;
      if (other->component == p->component || other->episode == p->episode ||
          other->apart != p->apart || size > params.members_max ||
          !goes_on(p->observation, other->observation, params.join))
        continue;
      mark(join(p->component, other->component));
    }
  }
  static GeoBox wider(const GeoBox& box, double by_m) {
    const auto per = metres_per_degree((box.lat_min + box.lat_max) / 2);
    const double lat = by_m / per.lat, lon = by_m / std::max(1.0, per.lon);
    return {box.lat_min - lat, box.lat_max + lat, box.lon_min - lon, box.lon_max + lon};
  }

  void drop(std::size_t key) {
    for (Prepared* p = components[key].first; p != nullptr;) {
      Prepared* const next = p->next;
      if (p->placed()) index.erase(item_of(p), p->observation.when, p->box);
      for (const std::size_t i : p->together) held_together[i].erase(p->observation.id);
      held.erase(p->observation.id);
      p = next;
    }
    components[key] = {};
    free.push_back(key);
  }

  // A component is a whole: nothing outside it touches a member of it, so what is left of it need
  // only be linked among itself again. Not so an episode: its reports may touch anything, as may
  // those that were joined to it by hand. Episodes that are one incident with it stay as they are.
  void retract(const std::string& id) {
    if (!held.contains(id) && lookback != nullptr) {
      auto members = lookback->incident_members(id);
      if (!members.empty()) hold_incident(std::move(members));
    }
    const auto it = held.find(id);
    if (it == held.end()) return;
    gone.insert(id);
    const std::size_t key = it->second->component;
    std::erase_if(fresh, [&](const Prepared* p) { return p->component == key; });
    const std::string episode = it->second->episode;
    std::vector<Observation> rest;
    std::map<std::string, Episode> others;
    for (const Prepared* p = components[key].first; p != nullptr; p = p->next) {
      if (p->observation.id == id) continue;
      const bool is_loose = p->episode.empty() || p->episode == episode;
      (is_loose ? rest : others[p->episode]).push_back(p->observation);
    }
    if (!components[key].stored_id.empty()) superseded.insert(components[key].stored_id);
    const bool bound = components[key].bound;
    drop(key);
    for (const auto& o : rest) {
      if (bound && o.derived_from.empty()) freed.push_back(o);
    }
    for (auto& o : rest) fresh.push_back(hold(std::move(o), {}));
    for (auto& [name, members] : others) hold_episode(name, std::move(members));
  }

  // nullptr: neither held nor known to the store.
  Prepared* held_or_recalled(const std::string& id) {
    if (!held.contains(id) && lookback != nullptr && !gone.contains(id)) {
      auto members = lookback->incident_members(id);
      if (!members.empty()) hold_incident(std::move(members));
    }
    const auto it = held.find(id);
    return it == held.end() ? nullptr : it->second.get();
  }

  void rule(ByHand now, const std::vector<std::string>& changed) {
    std::set<std::size_t> touched;
    for (const auto& id : changed) held_or_recalled(id);
    for (const auto& id : changed) {
      if (const auto it = held.find(id); it != held.end()) touched.insert(it->second->component);
    }
    by_hand = std::move(now);
    together_of.clear();
    to_join.clear();
    for (std::size_t i = 0; i < by_hand.together.size(); ++i) {
      for (const auto& id : by_hand.together[i].members) together_of[id].push_back(i);
      for (const auto& id : by_hand.together[i].behind) together_of[id].push_back(i);
    }
    held_together.assign(by_hand.together.size(), {});
    for (const auto& [id, p] : held) heed_rulings(*p);
    for (const std::size_t key : touched) loosen(key);
  }

  // Its members come back one by one, each of which may touch anything now. Episodes stay whole.
  void loosen(std::size_t key) {
    std::erase_if(fresh, [&](const Prepared* p) { return p->component == key; });
    if (!components[key].stored_id.empty()) superseded.insert(components[key].stored_id);
    std::vector<Observation> alone;
    std::map<std::string, Episode> episodes;
    for (const Prepared* p = components[key].first; p != nullptr; p = p->next)
      (p->episode.empty() ? alone : episodes[p->episode]).push_back(p->observation);
    drop(key);
    for (auto& o : alone) {
      freed.push_back(o);
      fresh.push_back(hold(std::move(o), {}));
    }
    for (auto& [name, members] : episodes) hold_episode(name, std::move(members));
  }

  // What the store knows of located members of the group and is not held here.
  void recall_located(std::size_t group) {
    if (lookback == nullptr) return;
    for (const Interval& when : by_hand.together[group].located) {
      for (const auto& o : lookback->overlapping(when)) {
        if (o.derived_from.empty() || held.contains(o.id) || gone.contains(o.id)) continue;
        const auto groups = groups_of(o);
        if (std::find(groups.begin(), groups.end(), group) != groups.end()) held_or_recalled(o.id);
      }
    }
  }

  void join_by_hand(std::size_t group) {
    for (const auto& id : by_hand.together[group].members) held_or_recalled(id);
    recall_located(group);
    std::optional<std::size_t> whole;
    for (const auto& id : held_together[group]) {
      const std::size_t component = held.at(id)->component;
      if (whole && *whole != component) mark(*whole = join(*whole, component));
      if (!whole) whole = component;
    }
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
  if (Prepared* p = impl_->hold(std::move(observation), {})) impl_->fresh.push_back(p);
}

void Fuser::bind(Episode episode) { impl_->bind(std::move(episode)); }

void Fuser::retract(const std::string& observation_id) { impl_->retract(observation_id); }

void Fuser::rule(ByHand by_hand, const std::vector<std::string>& changed) {
  impl_->rule(std::move(by_hand), changed);
}

void Fuser::hear(Ruling ruling) { impl_->ruling = std::move(ruling); }

Incident infer_ruled(const std::vector<const Observation*>& members,
                     const std::vector<Source>& sources, const Params& params,
                     const EpisodeOf& episode_of, const Ruling& ruling) {
  if (!ruling) return infer(members, sources, params, episode_of);
  std::deque<Observation> ruled;  // pointers to it stay
  std::vector<const Observation*> held_to_say;
  for (const auto* o : members) {
    auto instead = ruling(*o);
    if (!instead) {
      held_to_say.push_back(o);
      continue;
    }
    ruled.push_back(*std::move(instead));
    held_to_say.push_back(&ruled.back());
  }
  return infer(held_to_say, sources, params, episode_of);
}

void Fuser::restore(std::vector<Observation> members) {
  if (!members.empty()) impl_->hold_incident(std::move(members));
}

Change Fuser::settle() {
  for (const auto& o : std::exchange(impl_->freed, {})) impl_->recall(o);
  const auto fresh = std::exchange(impl_->fresh, {});
  for (Prepared* p : fresh) {
    impl_->link(p);
    impl_->to_join.insert(p->together.begin(), p->together.end());
  }
  for (const std::size_t group : std::exchange(impl_->to_join, {})) impl_->join_by_hand(group);
  for (const auto& id : std::exchange(impl_->edges, {})) impl_->go_on(id);
  impl_->gone.clear();
  std::vector<std::size_t> dirty;
  for (const std::size_t key : std::exchange(impl_->dirty, {})) {
    if (std::exchange(impl_->components[key].dirty, false)) dirty.push_back(key);
  }
  std::vector<Incident> incidents(dirty.size());
  parallel_for(dirty.size(), impl_->params.threads, [&](std::size_t i) {
    std::vector<const Observation*> members;
    for (const Prepared* p = impl_->components[dirty[i]].first; p != nullptr; p = p->next)
      members.push_back(&p->observation);
    const EpisodeOf episode_of = [&](const std::string& id) { return impl_->held.at(id)->episode; };
    incidents[i] = infer_ruled(members, impl_->sources, impl_->params, episode_of, impl_->ruling);
  });
  Change change;
  for (std::size_t i = 0; i < dirty.size(); ++i) {
    auto& stored = impl_->components[dirty[i]].stored_id;
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
  while (!impl_->endings.empty() && impl_->endings.top().first < t) {
    const std::size_t key = impl_->endings.top().second;
    impl_->endings.pop();
    const auto& component = impl_->components[key];
    if (component.first != nullptr && component.end < t) impl_->drop(key);
  }
  impl_->forgotten_before = t;
}

std::size_t Fuser::held() const { return impl_->held.size(); }

}  // namespace truce::fuse
