#include "stages/fuse/internal/episode.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>

#include "base/geo.h"
#include "model/weapon_text.h"
#include "stages/fuse/internal/posterior.h"

namespace truce::fuse {

namespace {

constexpr std::int64_t kMost = 2000;     // counts are told apart up to here
constexpr double kElsewhere = 0.05;      // of witnesses tell of something else
constexpr double kLocatedStrength = 20;  // tries that located_share is worth
constexpr double kNoticedStrength = 4;   // and noticed_share
constexpr float kCertain = 0.9F;         // of a class: less may be any

// std::lgamma writes the sign to one place for all threads.
double log_gamma(double v) {
  int sign = 0;
  return ::lgamma_r(v, &sign);
}

double log_beta(double a, double b) { return log_gamma(a) + log_gamma(b) - log_gamma(a + b); }

// Of n, k are noticed.
double beta_binomial(std::int64_t k, std::int64_t n, double a, double b) {
  const auto x = static_cast<double>(k), all = static_cast<double>(n);
  return std::exp(log_gamma(all + 1) - log_gamma(x + 1) - log_gamma(all - x + 1) +
                  log_beta(x + a, all - x + b) - log_beta(a, b));
}

double likelihood(const Witness& w, std::int64_t n, std::int64_t most) {
  const double a = w.share * w.strength, b = (1 - w.share) * w.strength;
  const std::int64_t low = std::max<std::int64_t>(w.count.low, 0);
  const std::int64_t high = w.count.unbounded ? most : std::max(low, w.count.high);
  double sum = 0;
  for (std::int64_t k = low; k <= std::min(high, n); ++k) sum += beta_binomial(k, n, a, b);
  return (1 - kElsewhere) * sum / static_cast<double>(high - low + 1) +
         kElsewhere / static_cast<double>(most);
}

// The largest figure that any of them gave.
std::int64_t largest(const std::vector<Witness>& witnesses) {
  std::int64_t out = 1;
  for (const auto& w : witnesses)
    out = std::max({out, w.count.low, w.count.best, w.count.unbounded ? 0 : w.count.high});
  return out;
}

CountInterval sum_of_tops(const std::vector<Witness>& witnesses) {
  CountInterval out;
  for (const auto& w : witnesses) {
    out.low = std::max(out.low, w.count.low);
    out.best = std::max(out.best, w.count.best);
    out.high += w.count.high;
    out.unbounded = out.unbounded || w.count.unbounded;
  }
  if (out.unbounded) out.high = 0;
  return out;
}

bool located(const Observation& o) { return !o.derived_from.empty(); }

const Item& only_item(const Observation& effect) { return effect.items.front(); }

EffectClass class_of(const Observation& effect) { return only_item(effect).classes.most_likely(); }

// What one observer says of a class, or of any.
struct Told {
  CountInterval certain;  // of impacts for sure
  CountInterval all;
  bool any_certain = false;
};

// What all who say anything of it say; its default where nobody does or where they differ.
template <class T>
struct Agreed {
  T told{};
  bool differ = false;
  void hear(const T& v) {
    if (v == T{} || v == told) return;
    differ = differ || told != T{};
    told = differ ? T{} : v;
  }
};

class Telling {
 public:
  Telling(const std::vector<const Observation*>& members, const std::vector<std::string>& chains,
          const JoinParams& params)
      : params_(params) {
    for (std::size_t i = 0; i < members.size(); ++i) {
      const Observation& o = *members[i];
      ids_.push_back(o.id);
      if (located(o))
        effects_.push_back(&o);
      else
        hear(o, chains[i]);
      for (const auto& item : o.items) add_weapon(item);
    }
  }

  void tell(Incident& out) const {
    out.when = effects_.front()->when;
    out.time_basis = TimeBasis::kStated;
    for (const auto* o : effects_) {
      out.when = {std::min(out.when.start, o->when.start), std::max(out.when.end, o->when.end)};
      out.time_basis = std::min(out.time_basis, o->time_basis);
    }
    out.violations = happened(witnesses_of(effects_, false));
    tell_effects(out);
  }

  PointShape place() const {
    auto of = of_class(EffectClass::kExplosionImpact);
    if (of.empty()) of = well_placed();
    const LocalFrame frame(std::get<PointShape>(of.front()->shape).at);
    double weight = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
    for (const auto* o : of) {
      const auto& p = std::get<PointShape>(o->shape);
      const auto at = frame.to_xy(p.at);
      const double w = 1 / (kEven + (p.var_east_m2 + p.var_north_m2) / 2);
      weight += w;
      x += w * at.x_m;
      y += w * at.y_m;
      xx += w * (p.var_east_m2 + at.x_m * at.x_m);
      xy += w * (p.cov_m2 + at.x_m * at.y_m);
      yy += w * (p.var_north_m2 + at.y_m * at.y_m);
    }
    x /= weight;
    y /= weight;
    PointShape out;
    out.at = frame.to_latlon({x, y});
    out.var_east_m2 = std::max(1.0, std::ceil(xx / weight - x * x));
    out.var_north_m2 = std::max(1.0, std::ceil(yy / weight - y * y));
    out.cov_m2 = std::trunc(xy / weight - x * y) + 0.0;  // no negative zero
    return out;
  }

 private:
  using Members = std::vector<const Observation*>;
  static constexpr double kEven = 1e4;  // metres²: better placed than this, effects weigh alike

  void hear(const Observation& o, std::string_view chain) {
    if (std::holds_alternative<Bearing>(o.shape)) return;  // of one shot, not of how many
    Told own;
    for (const auto& item : o.items) {
      if (item.classes.violation() <= 0) continue;
      const CountInterval n = interval_of(item.count);
      own.all = own.all + n;
      if (item.classes.of(EffectClass::kExplosionImpact) < kCertain) continue;
      own.certain = own.certain + n;
      own.any_certain = true;
    }
    Told& told = told_[chain];
    if (own.all.best > told.all.best) told = own;  // of one origin the fuller stands
  }
  void add_weapon(const Item& item) {
    const WeaponWords words = weapon_words(item.weapon_text);
    weapon_.hear(item.weapon);
    calibre_mm_.hear(words.calibre_mm);
    system_.hear(words.system);
  }
  Members well_placed() const {
    Members out;
    for (const auto* o : effects_) {
      const auto& flags = o->flags;
      if (std::find(flags.begin(), flags.end(), kMisplacedFlag) == flags.end()) out.push_back(o);
    }
    return out.empty() ? effects_ : out;
  }
  Members of_class(EffectClass c) const {
    Members out;
    for (const auto* o : effects_) {
      if (class_of(*o) == c) out.push_back(o);
    }
    return out;
  }

  // Crossings are what arrays located, which notice less: where they are most, they say how much.
  std::vector<Witness> witnesses_of(const Members& effects, bool impacts_only) const {
    std::vector<Witness> out;
    std::int64_t crossings = 0;
    for (const auto* o : effects) crossings += o->source == kCrossingSource ? 1 : 0;
    const auto n = static_cast<std::int64_t>(effects.size());
    const bool crossed = 2 * crossings > n;
    if (n > 0)
      out.push_back({{n, n, n, false},
                     crossed ? params_.noticed_share : params_.located_share,
                     crossed ? kNoticedStrength : kLocatedStrength});
    for (const auto& [chain, told] : told_) {
      const CountInterval& count = impacts_only ? told.certain : told.all;
      if (told.all.best == 0 || (impacts_only && !told.any_certain)) continue;
      out.push_back({count, params_.noticed_share, kNoticedStrength});
    }
    return out;
  }

  void tell_effects(Incident& out) const {
    const Members guns = of_class(EffectClass::kExplosionOutgoing);
    const Members hits = of_class(EffectClass::kExplosionImpact);
    if (guns.empty() || hits.empty()) {
      EffectClass c = class_of(*effects_.front());
      for (const auto& [chain, told] : told_) {
        if (told.any_certain) c = EffectClass::kExplosionImpact;
      }
      out.effects.push_back(effect(c, out.violations));
      return;
    }
    out.effects.push_back(
        effect(EffectClass::kExplosionImpact, happened(witnesses_of(hits, true))));
    out.effects.push_back(effect(EffectClass::kExplosionOutgoing, happened({witness(guns)})));
  }
  Witness witness(const Members& effects) const { return witnesses_of(effects, true).front(); }
  Effect effect(EffectClass c, const CountInterval& count) const {
    return {
        c,   ClassProbabilities::certain(c), count, weapon_.told, calibre_mm_.told, system_.told,
        ids_};
  }

  const JoinParams& params_;
  std::vector<std::string> ids_;
  Members effects_;                        // located, by id
  std::map<std::string_view, Told> told_;  // by chain
  Agreed<WeaponClass> weapon_;
  Agreed<double> calibre_mm_;
  Agreed<std::string> system_;
};

}  // namespace

CountInterval happened(const std::vector<Witness>& witnesses) {
  const std::int64_t figure = largest(witnesses);
  if (figure > kMost) return sum_of_tops(witnesses);
  const std::int64_t most = 4 * figure + 10;
  std::vector<double> sum{0};
  for (std::int64_t n = 1; n <= most; ++n) {
    double p = 1 / static_cast<double>(n);
    for (const auto& w : witnesses) p *= likelihood(w, n, most);
    sum.push_back(sum.back() + p);
  }
  const auto point = [&](double share) {
    const auto at = std::lower_bound(sum.begin() + 1, sum.end(), share * sum.back());
    return std::min<std::int64_t>(at - sum.begin(), most);
  };
  return {point(0.05), point(0.5), point(0.95), false};
}

bool is_episode(const std::vector<const Observation*>& members) {
  return std::any_of(members.begin(), members.end(), [](const auto* o) { return located(*o); });
}

namespace {

struct Part {  // of one episode
  std::vector<const Observation*> members;
  std::vector<std::string> chains;
  Interval when;  // of its effects
  void add(const Observation* o, const std::string& chain) {
    members.push_back(o);
    chains.push_back(chain);
  }
};

Interval time_of_effects(const std::vector<const Observation*>& members) {
  Interval out{{INT64_MAX}, {INT64_MIN}};
  for (const auto* o : members) {
    if (located(*o)) out = {std::min(out.start, o->when.start), std::max(out.end, o->when.end)};
  }
  return out;
}

struct Parts {
  std::vector<Part> episodes;       // by name
  std::vector<std::size_t> beside;  // of the members: they tell of none
};

Parts parts_of(const std::vector<const Observation*>& members,
               const std::vector<std::string>& chains, Duration gap, const EpisodeOf& episode_of) {
  std::map<std::string, Part> by_episode;
  std::vector<std::size_t> alone;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string name = episode_of ? episode_of(members[i]->id) : std::string();
    if (episode_of && name.empty() && !located(*members[i]))
      alone.push_back(i);
    else
      by_episode[name].add(members[i], chains[i]);
  }
  Parts out;
  for (auto& [name, part] : by_episode) {
    part.when = time_of_effects(part.members);
    out.episodes.push_back(std::move(part));
  }
  for (const std::size_t i : alone) {
    const Interval& when = members[i]->when;
    const auto of = std::find_if(out.episodes.begin(), out.episodes.end(), [&](const Part& p) {
      return when.start <= p.when.end + gap && p.when.start <= when.end + gap;
    });
    if (of == out.episodes.end())
      out.beside.push_back(i);
    else
      of->add(members[i], chains[i]);
  }
  return out;
}

}  // namespace

std::vector<std::size_t> tell_episode(const std::vector<const Observation*>& members,
                                      const std::vector<std::string>& chains, const Params& params,
                                      const EpisodeOf& episode_of, Incident& out) {
  const auto [parts, beside] =
      parts_of(members, chains, Duration::seconds(params.gap_s), episode_of);
  Part all;
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (!std::binary_search(beside.begin(), beside.end(), i)) all.add(members[i], chains[i]);
  }
  const Telling whole(all.members, all.chains, params.join);
  whole.tell(out);
  out.place.region = whole.place();
  if (parts.size() == 1) return beside;
  // Each told of its own part, so that figures of different parts add up.
  out.violations = {};
  for (auto& e : out.effects) e.count = {};
  for (const auto& part : parts) {
    Incident one;
    Telling(part.members, part.chains, params.join).tell(one);
    out.violations = out.violations + one.violations;
    for (const auto& e : one.effects) {
      const auto same = std::find_if(out.effects.begin(), out.effects.end(), [&](const Effect& o) {
        return o.effect_class == e.effect_class;
      });
      Effect& to = same != out.effects.end() ? *same : out.effects.front();
      to.count = to.count + e.count;
    }
  }
  return beside;
}

}  // namespace truce::fuse
