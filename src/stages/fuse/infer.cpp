// One incident from its members: place, time, counts, and how sure.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "model/weapon_text.h"
#include "stages/fuse/fuse.h"
#include "stages/fuse/internal/density.h"
#include "stages/fuse/internal/episode.h"
#include "stages/fuse/internal/posterior.h"

namespace truce::fuse {

namespace {

constexpr double kWatcherStrength = 4;  // tries that noticed_share is worth
constexpr double kWeightMax = 3;        // no single report is worth more than a thousand to one

// The origin behind a report: its own upstream if it names one, else the root of its source's.
std::string chain_of(const Observation& o, const std::vector<Source>& sources) {
  if (!o.upstream.empty()) return o.upstream;
  std::string id = o.source;
  for (std::size_t depth = 0; depth < sources.size(); ++depth) {
    const auto it =
        std::find_if(sources.begin(), sources.end(), [&](const Source& s) { return s.id == id; });
    if (it == sources.end() || it->upstream.empty()) break;
    id = it->upstream.front();
  }
  return id;
}

// What one source says in one report.
struct Said {
  std::string_view source;
  Interval when;
  CountInterval count;
  bool of_one_shot = false;  // an array's
};

// Two reports of one chain say the same thing in other words: the fuller one stands. Not so what
// one source tells apart in time: that adds up.
CountInterval of_one_chain(std::vector<Said> said) {
  std::sort(said.begin(), said.end(), [](const Said& a, const Said& b) {
    return std::tie(a.source, a.when.start, a.when.end, a.count.best, a.count.high) <
           std::tie(b.source, b.when.start, b.when.end, b.count.best, b.count.high);
  });
  const auto fuller = [](CountInterval& a, const CountInterval& b) {
    if (b.best > a.best) a = b;
  };
  CountInterval out, of_source, at_once;
  Instant until{INT64_MIN};
  const Said* before = nullptr;
  for (const auto& s : said) {
    const bool other = before == nullptr || before->source != s.source;
    if (other || s.of_one_shot || s.when.start > until) {
      of_source = of_source + std::exchange(at_once, {});
      until = s.when.end;
    }
    if (other) fuller(out, std::exchange(of_source, {}));
    if (at_once.best == 0 && !at_once.unbounded && at_once.high == 0)
      at_once = s.count;
    else
      fuller(at_once, s.count);
    until = std::max(until, s.when.end);
    before = &s;
  }
  of_source = of_source + at_once;
  if (out.best == 0 && !out.unbounded && out.high == 0) return of_source;
  fuller(out, of_source);
  return out;
}

// Independent observers of one event. Each misses some, none invents: what happened is at least the
// most that one of them is sure of. They may have missed different ones, so at most it is all their
// tops together; the best guess is that the one who saw most saw the rest too.
CountInterval across_chains(const CountInterval& a, const CountInterval& b) {
  const bool unbounded = a.unbounded || b.unbounded;
  return {std::max(a.low, b.low), std::max(a.best, b.best), unbounded ? 0 : a.high + b.high,
          unbounded};
}

// The most that lies apart in time: reports whose intervals do not come near each other tell of
// different events, whoever made them. Weighted intervals, the earliest ends first.
std::int64_t apart(const std::vector<Said>& by_end, Duration gap,
                   std::int64_t CountInterval::* figure) {
  std::vector<std::int64_t> most{0};  // of the first so many
  for (const auto& s : by_end) {
    const auto before = std::partition_point(by_end.begin(), by_end.end(), [&](const Said& other) {
      return other.when.end + gap < s.when.start;
    });
    const auto with = most[static_cast<std::size_t>(before - by_end.begin())] + s.count.*figure;
    most.push_back(std::max(most.back(), with));
  }
  return most.back();
}

// Raised to what lies apart in time.
void heed_times(std::vector<Said> said, Duration gap, CountInterval& count) {
  std::sort(said.begin(), said.end(), [](const Said& a, const Said& b) {
    return std::tie(a.when.end, a.when.start) < std::tie(b.when.end, b.when.start);
  });
  count.low = std::max(count.low, apart(said, gap, &CountInterval::low));
  count.best = std::max({count.best, count.low, apart(said, gap, &CountInterval::best)});
  if (!count.unbounded) count.high = std::max(count.high, count.best);
}

struct ClassCount {
  Effect effect;
  std::vector<std::pair<std::string_view, std::vector<Said>>> by_chain;
};

// Its place in a list sorted by class.
ClassCount& of_class(std::vector<ClassCount>& list, const Item& item, EffectClass c) {
  const auto it = std::find_if(list.begin(), list.end(),
                               [c](const ClassCount& k) { return k.effect.effect_class >= c; });
  if (it != list.end() && it->effect.effect_class == c) return *it;
  const WeaponWords words = weapon_words(item.weapon_text);
  return *list.insert(
      it, {Effect{c, item.classes, {}, item.weapon, words.calibre_mm, words.system, {}}, {}});
}

// Whether all of it was counted by a watcher at his post, who misses some.
bool watches(const std::vector<Said>& said, const std::vector<Source>& sources) {
  return std::all_of(said.begin(), said.end(), [&](const Said& s) {
    const auto it = std::find_if(sources.begin(), sources.end(),
                                 [&](const Source& source) { return source.id == s.source; });
    return it != sources.end() &&
           (it->kind == SourceKind::kCamera || it->kind == SourceKind::kPatrol ||
            it->kind == SourceKind::kAcousticArray);
  });
}

// Reports that disagree, or of which one says nothing, leave it open.
void agree(Effect& effect, const Item& item) {
  const WeaponWords words = weapon_words(item.weapon_text);
  if (effect.weapon != item.weapon) effect.weapon = WeaponClass::kUnknown;
  if (effect.calibre_mm != words.calibre_mm) effect.calibre_mm = 0;
  if (effect.system != words.system) effect.system.clear();
}

// One effect per class. Reports that name different weapons for one class may still tell of the
// same event, so weapons never make it two; where they disagree the weapon is not known.
std::vector<Effect> effects_of(const std::vector<const Observation*>& members,
                               const std::vector<std::string>& chains,
                               const std::vector<Source>& sources, const Params& params) {
  std::vector<ClassCount> counts;
  for (std::size_t i = 0; i < members.size(); ++i) {
    std::vector<std::pair<EffectClass, CountInterval>> own;
    for (const Item& item : members[i]->items) {
      const EffectClass c = item.classes.most_likely();
      if (!counts_as_violation(c)) continue;
      const CountInterval count = interval_of(item.count);
      const auto it =
          std::find_if(own.begin(), own.end(), [c](const auto& o) { return o.first == c; });
      if (it == own.end())
        own.emplace_back(c, count);
      else
        it->second = it->second + count;
      Effect& effect = of_class(counts, item, c).effect;
      agree(effect, item);
      auto& evidence = effect.evidence;
      if (evidence.empty() || evidence.back() != members[i]->id) evidence.push_back(members[i]->id);
    }
    for (const auto& [c, count] : own) {
      auto& by_chain = of_class(counts, {}, c).by_chain;
      const auto it = std::find_if(by_chain.begin(), by_chain.end(),
                                   [&](const auto& b) { return b.first == chains[i]; });
      const Said said{members[i]->source, members[i]->when, count,
                      std::holds_alternative<Bearing>(members[i]->shape)};
      if (it == by_chain.end())
        by_chain.push_back({chains[i], {said}});
      else
        it->second.push_back(said);
    }
  }
  std::vector<Effect> out;
  for (auto& [effect, by_chain] : counts) {
    std::vector<Witness> watched;
    effect.count = {};
    std::vector<Said> all;
    for (const auto& [chain, said] : by_chain) {
      all.insert(all.end(), said.begin(), said.end());
      const CountInterval count = of_one_chain(said);
      effect.count = &chain == &by_chain.front().first ? count : across_chains(effect.count, count);
      if (watches(said, sources))
        watched.push_back({count, params.join.noticed_share, kWatcherStrength});
    }
    heed_times(std::move(all), Duration::seconds(params.gap_s), effect.count);
    if (!watched.empty() && !effect.count.unbounded)
      effect.count.high = std::max(effect.count.high, happened(watched).high);
    out.push_back(std::move(effect));
  }
  return out;
}

// What was joined to an episode by hand and tells of something beside it.
void add_beside(const std::vector<const Observation*>& members,
                const std::vector<std::string>& chains, const std::vector<Source>& sources,
                const Params& params, Incident& out) {
  for (const auto* o : members) {
    out.when = {std::min(out.when.start, o->when.start), std::max(out.when.end, o->when.end)};
    out.time_basis = std::min(out.time_basis, o->time_basis);
  }
  for (Effect& e : effects_of(members, chains, sources, params)) {
    out.violations = out.violations + e.count;
    const auto same = std::find_if(out.effects.begin(), out.effects.end(), [&](const Effect& o) {
      return o.effect_class == e.effect_class;
    });
    if (same == out.effects.end()) {
      out.effects.push_back(std::move(e));
      continue;
    }
    same->count = same->count + e.count;
    same->evidence.insert(same->evidence.end(), e.evidence.begin(), e.evidence.end());
  }
}

template <class T>
std::vector<T> pick(const std::vector<T>& all, const std::vector<std::size_t>& which) {
  std::vector<T> out;
  for (const std::size_t i : which) out.push_back(all[i]);
  return out;
}

// Sharpest first: its support is where the posterior is looked for. Reports that name one place
// give the same point of the same gazetteer, however many they are: how far off it is, is one
// error, and the place counts once.
std::vector<const Shape*> shapes_of(const std::vector<const Observation*>& members) {
  std::vector<const Shape*> out;
  std::set<std::pair<LatLon, double>> named;
  double least = 0;
  for (const auto* o : members) {
    const double area = effective_area_km2(o->shape);
    if (area == 0) continue;
    const auto* place = std::get_if<NamedPlace>(&o->shape);
    if (place != nullptr && !named.emplace(place->at, place->radius_m).second) continue;
    out.push_back(&o->shape);
    if (out.size() > 1 && area >= least) continue;
    least = area;
    std::swap(out.front(), out.back());
  }
  return out;
}

// Never smaller, and still one that can be inverted.
PointShape in_whole_metres(PointShape ellipse) {
  ellipse.var_east_m2 = std::max(1.0, std::ceil(ellipse.var_east_m2));
  ellipse.var_north_m2 = std::max(1.0, std::ceil(ellipse.var_north_m2));
  ellipse.cov_m2 = std::trunc(ellipse.cov_m2) + 0.0;  // no negative zero
  return ellipse;
}

void each_once(std::vector<std::string>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

Posterior normal_place(const PointShape& normal, const Params& params) {
  Posterior out;
  out.region = in_whole_metres(normal);
  out.sample = PlaceSample(Shape(normal), params.samples);
  out.best = normal.at;
  out.radius_m = radius90_m(normal);
  return out;
}

Posterior place_of(const std::vector<const Observation*>& members, const Params& params) {
  Posterior out;
  const auto shapes = shapes_of(members);
  if (shapes.empty()) return out;
  if (const auto normal = product_of_normals(shapes)) return normal_place(*normal, params);
  const WeightedPlaces places = posterior_places(shapes, params.samples);
  if (places.at.empty()) return out;
  out.sample = PlaceSample(resampled(places));
  out.best = mean_place(places);
  out.radius_m = radius90_m(places, out.best);
  out.region =
      shapes.size() == 1 ? *shapes.front() : Shape(in_whole_metres(ellipse90(places, out.best)));
  return out;
}

}  // namespace

Incident infer(const std::vector<const Observation*>& unsorted, const std::vector<Source>& sources,
               const Params& params, const EpisodeOf& episode_of) {
  TRUCE_ENSURE(!unsorted.empty());
  auto members = unsorted;
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return a->id < b->id; });
  Incident out;
  const auto* first =
      *std::min_element(members.begin(), members.end(), [](const auto* a, const auto* b) {
        return std::tie(a->when.start, a->id) < std::tie(b->when.start, b->id);
      });
  out.id = "i" + first->id.substr(1);

  // All speak of one event: it lies where all intervals meet, or, when they only come near, in
  // their hull. Near is what meets for less than ends are unsure by, though each lasts longer.
  Interval common = members.front()->when;
  Interval hull = common;
  Duration shortest = hull.end - hull.start;
  out.time_basis = TimeBasis::kReportingPeriod;
  for (const auto* o : members) {
    shortest = std::min(shortest, o->when.end - o->when.start);
    common = {std::max(common.start, o->when.start), std::min(common.end, o->when.end)};
    hull = {std::min(hull.start, o->when.start), std::max(hull.end, o->when.end)};
    out.time_basis = std::min(out.time_basis, o->time_basis);
  }
  const auto sure = std::min(shortest, Duration::seconds(params.gap_s));
  out.when = common.start + sure <= common.end ? common : hull;

  std::vector<std::string> chains;
  std::map<std::string_view, double> p_of_chain;
  chains.reserve(members.size());  // p_of_chain looks into it
  for (const auto* o : members) {
    chains.push_back(chain_of(*o, sources));
    double& p = p_of_chain[chains.back()];
    p = std::max(p, o->p_real);
    out.targets.insert(out.targets.end(), o->targets.begin(), o->targets.end());
    out.flags.insert(out.flags.end(), o->flags.begin(), o->flags.end());
    const double odds = std::clamp(o->p_real, 1e-6, 1 - 1e-6);
    const double weight = std::clamp(std::log10(odds / (1 - odds)), -kWeightMax, kWeightMax);
    out.evidence.push_back({o->id, o->source, chains.back(), std::round(weight * 100) / 100});
  }
  double none = 1;
  for (const auto& [chain, p] : p_of_chain) none *= 1 - p;
  out.p_real = std::round((1 - none) * 1e4) / 1e4;
  if (members.size() >= params.members_max) out.flags.emplace_back("members_limit");
  each_once(out.targets);
  each_once(out.flags);
  if (is_episode(members)) {
    const auto beside = tell_episode(members, chains, params, episode_of, out);
    add_beside(pick(members, beside), pick(chains, beside), sources, params, out);
    out.place = normal_place(std::get<PointShape>(out.place.region), params);
    return out;
  }
  out.effects = effects_of(members, chains, sources, params);
  for (const auto& e : out.effects) out.violations = out.violations + e.count;
  out.place = place_of(members, params);
  return out;
}

}  // namespace truce::fuse
