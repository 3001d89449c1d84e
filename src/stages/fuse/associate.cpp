// The joint search. One effect at a time cannot be judged: whether an arrival belongs to a shot, to
// the next shot two seconds later or to nothing depends on what else was fired, and all of it on a
// wind that only the same arrivals tell. So the search goes round: find what stands out, learn the
// air from it, share the arrivals out anew, look at what is left with the better air, and solve
// again where a salvo was mixed up. Every step is a function of values alone: neither the number of
// threads nor the order of the arrivals changes a digit.

#include "stages/fuse/associate.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>
#include <tuple>

#include "base/parallel.h"
#include "stages/fuse/internal/calibrate.h"
#include "stages/fuse/internal/clocks.h"
#include "stages/fuse/internal/kinds.h"
#include "stages/fuse/internal/pieces.h"
#include "stages/fuse/internal/prior.h"
#include "stages/fuse/internal/region.h"
#include "stages/fuse/internal/resolve.h"
#include "stages/fuse/internal/stack.h"

namespace truce::fuse {

namespace {

constexpr double kDoubt = -12;  // log odds of what is kept as doubtful
constexpr double kChunk = 32;   // fits handed to a thread at once

class Solver {
 public:
  Solver(const SoundScene& scene, const AssociateParams& params)
      : scene_(scene),
        params_(params),
        net_(scene),
        air_(net_, params, scene.sound_speed_m_s),
        taken_(net_.arrivals(), 0),
        salvo_{params.salvo_share, params.salvo_spacing_s, params.salvo_spread_m},
        tried_with_(net_.arrivals(), kNobody) {
    for (const auto& d : scene.deaf) air_.sensor[d.sensor].deaf.push_back({d.from_s, d.until_s});
    for (const auto& d : net_.floods) air_.sensor[d.sensor].deaf.push_back({d.from_s, d.until_s});
  }

  Association run() {
    calibrate_false(net_, taken_, params_, air_);
    grow(10, true);  // what stands out, in still air
    if (grow(4, true)) grow(4, true);
    births();
    learn(true, false);
    assign();
    births();
    assign();
    learn(false, false);
    for (int round = 0; round < 2; ++round) {
      grow(-2, false);  // down to the edge of hearing
      salvos();
      births();
      assign();
      resolve();
      assign();
      if (round == 1) {  // with what the first time has set right
        resolve();
        assign();
      }
      learn(false, round == 1);
    }
    if (set_free_since_grown()) {
      grow(-2, false);
      salvos();
      births();
    }
    assign();
    return result();
  }

 private:
  // Runs f(fitter, i) for each i, a fitter per chunk.
  template <class F>
  void each(std::size_t count, F f) {
    const auto chunks = static_cast<std::size_t>(std::ceil(static_cast<double>(count) / kChunk));
    parallel_for(chunks, params_.threads, [&](std::size_t c) {
      Fitter fitter(net_, air_);
      const auto from = c * static_cast<std::size_t>(kChunk);
      const auto to = std::min(count, from + static_cast<std::size_t>(kChunk));
      for (std::size_t i = from; i < to; ++i) f(fitter, i);
    });
  }

  void mark(const Fitted& f, std::uint8_t v) {
    for (const auto a : f.hits) taken_[a] = v;
  }

  // New effects from what is free; false when there are none.
  bool grow(double score_min, bool coarse) {
    const std::size_t before = effects_.size();
    const Prior prior = prior_now();
    const StackOptions options{.cell_m = 500,
                               .bin_s = 0.5,
                               .apart_cells = coarse ? 3 : 1,
                               .apart_bins = coarse ? 6 : 2,
                               .score_min = score_min,
                               .threads = params_.threads};
    auto seeds = stack(net_, air_, taken_, options);
    if (!coarse) leave_out_looked_at(seeds);
    std::vector<Fitted> found(seeds.size());
    each(seeds.size(), [&](Fitter& fitter, std::size_t i) {
      found[i] = fitter.fit(seeds[i], taken_,
                            {.spread_s = 0.6,
                             .rounds = 6,
                             .gate_s = 2.5,
                             .log_odds_min = kDoubt - prior.log_density_most(seeds[i])});
    });
    if (!coarse) keep_doubtful(found, prior);
    accept(std::move(found));
    grown_ = taken_;
    return effects_.size() > before;
  }

  // Whether an arrival is free now that an effect had when effects were last looked for.
  bool set_free_since_grown() const {
    for (std::size_t a = 0; a < taken_.size(); ++a) {
      if (taken_[a] == 0 && grown_[a] != 0) return true;
    }
    return false;
  }

  // What did not pay where it was looked at before and has hardly gained since does not pay now.
  void leave_out_looked_at(std::vector<Seed>& seeds) {
    constexpr double kNearS = 1, kGain = 1;
    const auto before = [](const Seed& a, const Seed& b) {
      return std::tie(a.x_m, a.y_m, a.t_s) < std::tie(b.x_m, b.y_m, b.t_s);
    };
    auto all = seeds;
    std::sort(all.begin(), all.end(), before);
    std::erase_if(seeds, [&](const Seed& s) {
      auto at = std::lower_bound(looked_at_.begin(), looked_at_.end(),
                                 Seed{s.x_m, s.y_m, s.t_s - kNearS, 0}, before);
      for (; at != looked_at_.end() && at->x_m == s.x_m && at->y_m == s.y_m &&
             at->t_s <= s.t_s + kNearS;
           ++at) {
        if (s.score < at->score + kGain) return true;
      }
      return false;
    });
    looked_at_ = std::move(all);
  }

  // What alone does not pay may do so with other shots from the same place.
  void keep_doubtful(const std::vector<Fitted>& found, const Prior& prior) {
    doubtful_.clear();
    for (const auto& f : found) {
      const double worth = f.log_odds + prior.log_density(f);
      if (kDoubt < worth && worth < 0) doubtful_.push_back(f);
    }
  }

  // Salvos of which no shot stands out: at the places of what was doubtful, all shots together.
  void salvos() {
    std::erase_if(doubtful_, [&](const Fitted& f) {
      return std::any_of(f.hits.begin(), f.hits.end(),
                         [&](std::uint32_t a) { return taken_[a] != 0; });
    });
    const Prior prior = prior_now();
    std::vector<Salvo> found(doubtful_.size());
    parallel_for(doubtful_.size(), params_.threads, [&](std::size_t i) {
      Resolver resolver(net_, air_, prior);
      found[i].shots = resolver.shots_of(doubtful_[i], taken_);
      found[i].worth = resolver.total(found[i].shots);
    });
    std::erase_if(found, [](const Salvo& s) { return !(s.worth > 0); });
    std::sort(found.begin(), found.end(), [](const Salvo& a, const Salvo& b) {
      return std::tie(b.worth, a.shots.front().t_s, a.shots.front().x_m) <
             std::tie(a.worth, b.shots.front().t_s, b.shots.front().x_m);
    });
    for (auto& salvo : found) {
      const bool free = std::all_of(salvo.shots.begin(), salvo.shots.end(), [&](const Fitted& f) {
        return std::all_of(f.hits.begin(), f.hits.end(),
                           [&](std::uint32_t a) { return taken_[a] == 0; });
      });
      if (!free) continue;
      for (auto& f : salvo.shots) {
        mark(f, 1);
        effects_.push_back(std::move(f));
      }
    }
    doubtful_.clear();
  }
  struct Salvo {
    std::vector<Fitted> shots;
    double worth = 0;
  };

  // Of candidates that want the same arrivals the likelier is kept; the others look again at what
  // is left. A round keeps every candidate that is the best for all its arrivals, so the result
  // does not depend on the order in which they are looked at.
  void accept(std::vector<Fitted> open) {
    std::vector<std::uint32_t> best(net_.arrivals());
    while (true) {
      const Prior prior = prior_now();
      std::erase_if(open,
                    [&](const Fitted& f) { return !(f.log_odds + prior.log_density(f) >= 0); });
      if (open.empty()) return;
      std::sort(open.begin(), open.end(), [](const Fitted& a, const Fitted& b) {
        return std::tie(b.log_odds, a.t_s, a.x_m, a.y_m) <
               std::tie(a.log_odds, b.t_s, b.x_m, b.y_m);
      });
      std::fill(best.begin(), best.end(), ~0U);
      for (std::uint32_t i = 0; i < open.size(); ++i) {
        for (const auto a : open[i].hits) best[a] = std::min(best[a], i);
      }
      std::vector<Fitted> rest;
      for (std::uint32_t i = 0; i < open.size(); ++i) {
        const auto& hits = open[i].hits;
        const bool wins =
            std::all_of(hits.begin(), hits.end(), [&](std::uint32_t a) { return best[a] == i; });
        if (wins) {
          mark(open[i], 1);
          effects_.push_back(open[i]);
        } else {
          rest.push_back(std::move(open[i]));
        }
      }
      std::vector<std::size_t> stale;
      for (std::size_t i = 0; i < rest.size(); ++i) {
        const auto& hits = rest[i].hits;
        if (std::any_of(hits.begin(), hits.end(), [&](std::uint32_t a) { return taken_[a] != 0; }))
          stale.push_back(i);
      }
      const Prior with_these = prior_now();
      each(stale.size(), [&](Fitter& fitter, std::size_t k) {
        Fitted& f = rest[stale[k]];
        const Seed seed{f.x_m, f.y_m, f.t_s, 0};
        f = fitter.fit(seed, taken_,
                       {.spread_s = 0.15,
                        .rounds = 6,
                        .gate_s = 1.2,
                        .log_odds_min = -with_these.log_density_most(seed)});
      });
      open = std::move(rest);
    }
  }

  void refit_all() {
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) { fitter.refit(effects_[i]); });
  }

  // Sensors that fell silent for good: after the last report neither the false ones came that they
  // make by themselves nor the effects that they should have heard.
  void find_silent() {
    constexpr double kUnlikely = 8;  // natural logarithm of the odds against it
    constexpr std::uint32_t kReportsMin = 4;
    constexpr double kTailMin = 60;  // seconds; a shorter silence says nothing
    silent_.clear();
    constexpr double kNever = 1e300;
    std::vector<double> last(net_.sensors(), kNever), against(net_.sensors(), 0.0);
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      if (net_.end_of(s) - net_.begin_of(s) < kReportsMin) continue;
      const double at = net_.time_s(net_.end_of(s) - 1);
      if (net_.end_s - at < kTailMin) continue;
      last[s] = at;
      std::erase_if(air_.sensor[s].deaf, [&](const auto& d) { return d[0] == at; });
      std::uint32_t false_ones = 0;
      for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a)
        false_ones += 1U - taken_[a];
      // At the rate of before, or at its usual one where something drove it.
      const double said_s = std::max(60.0, at - net_.start_s);
      const double usual = std::exp(air_.sensor[s].log_false_rate) *
                           std::max(1.0, (net_.end_s - net_.start_s) / said_s);
      against[s] = std::min(false_ones / said_s, usual) * (net_.end_s - at);
    }
    const auto unheard = of_sensors(effects_, [&](const Fitted& f, OfSensors& out) {
      net_.within(f.x_m, f.y_m, air_.range_m(f.source_db), out.near);
      const auto here = air_.origin(f.x_m, f.y_m, f.t_s);
      for (const auto s : out.near) {
        if (last[s] == kNever) continue;
        const Path p = air_.path(here, s);
        if (f.t_s + p.time_s <= last[s]) continue;
        const double snr = f.source_db - air_.loss_db(p) - air_.sensor[s].noise_db;
        out.values.emplace_back(s, -air_.log_miss(snr));
      }
    });
    for (const auto& piece : unheard) {
      for (const auto& [s, v] : piece.values) against[s] += v;
    }
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      if (last[s] == kNever || against[s] < kUnlikely) continue;
      air_.sensor[s].deaf.push_back({last[s], net_.end_s + 1});
      silent_.push_back({s, last[s], net_.end_s});
    }
  }

  // Clocks that are off by more than an arrival could be late: where a sensor's arrivals stand
  // around the times at which it should have heard the surest effects, all off by the same.
  void find_clocks(const std::vector<Fitted>& from) {
    constexpr double kReach = 3, kWindow = 0.3;  // seconds
    const auto near = of_sensors(from, [&](const Fitted& f, OfSensors& out) {
      if (f.hits.size() < 5) return;
      net_.within(f.x_m, f.y_m, air_.range_m(f.source_db) / 2, out.near);
      const auto here = air_.origin(f.x_m, f.y_m, f.t_s);
      for (const auto s : out.near) {
        const Path p = air_.path(here, s);
        const double snr = f.source_db - air_.loss_db(p) - air_.sensor[s].noise_db;
        if (air_.detection(snr) < 0.3) continue;
        const double expected = f.t_s + p.travel_s;
        for (auto a = net_.lower_bound(s, expected - kReach);
             a < net_.end_of(s) && net_.time_s(a) <= expected + kReach; ++a)
          out.values.emplace_back(s, net_.time_s(a) - expected);
      }
    });
    std::vector<std::vector<double>> off(net_.sensors());
    for (const auto& piece : near) {
      for (const auto& [s, v] : piece.values) off[s].push_back(v);
    }
    parallel_for(net_.sensors(), params_.threads, [&](std::size_t s) {
      set_clock(static_cast<std::uint32_t>(s), off[s], kReach, kWindow);
    });
  }

  // Clocks that are off by less than stands out there, each against what the others alone say.
  void heed_clocks(const std::vector<Fitted>& from) {
    constexpr double kOffS = 0.15, kMostS = 2, kSigmas = 3.5;  // by more may be a jump
    for (const auto& c : clocks_of(from, net_, air_, params_.threads).fitted) {
      SensorState& state = air_.sensor[c.sensor];
      if (std::abs(c.offset_s) < std::max(kOffS, kSigmas * c.sigma_s) ||
          std::abs(c.offset_s) > kMostS)
        continue;
      state.clock_off = true;
      state.clock_s = c.offset_s;
      state.sigma_s = c.sigma_s;
    }
  }

  // What effects say of sensors: f(effect, out) puts it into `out.values`.
  struct OfSensors {
    std::vector<std::uint32_t> near;
    std::vector<std::pair<std::uint32_t, double>> values;
  };
  template <class F>
  std::vector<OfSensors> of_sensors(const std::vector<Fitted>& effects, F f) const {
    return in_pieces(effects.size(), 256, params_.threads, OfSensors{},
                     [&](OfSensors& out, std::size_t i) {
                       out.near.clear();
                       f(effects[i], out);
                     });
  }

  void set_clock(std::uint32_t s, std::vector<double>& off, double reach, double window) {
    constexpr std::size_t kAgreeMin = 3;
    std::sort(off.begin(), off.end());
    std::size_t most = 0, at = 0;
    std::size_t usual = 0;
    for (std::size_t i = 0, j = 0; i < off.size(); ++i) {
      while (j < off.size() && off[j] <= off[i] + window) ++j;
      if (j - i > most) {
        most = j - i;
        at = i;
      }
      usual += std::abs(off[i]) < window / 2 ? 1 : 0;
    }
    const double chance = static_cast<double>(off.size() - most) * window / (2 * reach - window);
    const double centre = most > 0 ? off[at + most / 2] : 0;
    SensorState& state = air_.sensor[s];
    if (state.clock_off || most < kAgreeMin || std::abs(centre) < window ||
        static_cast<double>(most) < 2.0 * static_cast<double>(usual) + 1 ||
        static_cast<double>(most) < chance + 4 * std::sqrt(chance + 1))
      return;
    state.clock_off = true;
    state.clock_s = centre;
    state.sigma_s = window / 3;
  }

  Prior prior_now() const {
    Prior prior(air_.log_density, salvo_);
    std::vector<const Fitted*> all;
    for (const auto& f : effects_) all.push_back(&f);
    prior.set(std::move(all));
    return prior;
  }

  void drop_unlikely() {
    const Prior prior = prior_now();
    std::vector<char> stays(effects_.size());
    each(effects_.size(), [&](Fitter&, std::size_t i) {
      stays[i] = effects_[i].log_odds + prior.log_density(effects_[i]) >= 0 ? 1 : 0;
    });
    std::vector<Fitted> kept;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      if (stays[i] != 0) {
        kept.push_back(std::move(effects_[i]));
      } else {
        mark(effects_[i], 0);
      }
    }
    effects_ = std::move(kept);
  }

  // Further shots where there was one: a stack over time alone at each known place.
  void births() {
    const Prior prior = prior_now();
    std::vector<std::vector<Fitted>> found(effects_.size());
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      const auto& f = effects_[i];
      const auto seeds = fitter.shots({f.x_m, f.y_m, f.t_s - 25, f.t_s + 25, f.source_db}, taken_,
                                      0.4, -12 - air_.log_density);
      for (std::size_t k = 0; k < seeds.size() && k < 6; ++k) {
        found[i].push_back(fitter.fit(seeds[k], taken_,
                                      {.spread_s = 0.25,
                                       .rounds = 6,
                                       .gate_s = 1.2,
                                       .log_odds_min = -prior.log_density_most(seeds[k])}));
      }
    });
    std::vector<Fitted> all;
    for (auto& f : found) all.insert(all.end(), f.begin(), f.end());
    accept(std::move(all));
  }

  // An effect and what lies seconds and kilometres around it.
  struct Cluster {
    std::vector<std::size_t> members;
    std::vector<Fitted> before, after;
    std::vector<std::array<double, 2>> places;  // of others, shortly before and after
    double t_s = 0, x_m = 0, y_m = 0;
    double reach_s = 0;  // no arrival that it may take is further from its middle's own in time
    bool changed = false;
  };

  // Effects that fit ill, the worst first, are freed with what is around them and solved again: at
  // once those that no sensor can hear together, so that their number of threads changes nothing.
  void resolve() {
    order_by_time();
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      const auto& f = effects_[i];
      const double most = f.hits.size() < kFewHits    ? kOdd
                          : f.hits.size() < kManyHits ? kStrange
                                                      : kStrangest;
      if (f.strange > most || may_be_mixed_up(f)) open.push_back(i);
    }
    std::sort(open.begin(), open.end(), [&](std::size_t a, std::size_t b) {
      return std::tie(effects_[b].strange, effects_[a].t_s) <
             std::tie(effects_[a].strange, effects_[b].t_s);
    });
    std::vector<char> used(effects_.size(), 0);
    while (!open.empty()) {
      order_by_time();
      std::vector<Cluster> batch;
      std::vector<std::size_t> later;
      for (const auto centre : open) {
        if (used[centre] != 0) continue;
        Cluster c = cluster_of(centre);
        const auto clashes = [&] {
          return std::any_of(batch.begin(), batch.end(),
                             [&](const Cluster& o) { return heard_together(c, o); });
        };
        if (batch.size() < kBatch && !clashes()) gather_around(centre, c);
        if (batch.size() == kBatch || clashes()) {
          later.push_back(centre);
          continue;
        }
        if (is_new(c)) batch.push_back(std::move(c));
      }
      resolve_batch(batch, used);
      open = std::move(later);
    }
    std::erase_if(effects_, [](const Fitted& f) { return f.hits.empty(); });
  }
  // Whom many heard is rarely taken for another.
  static constexpr double kStrangest = 3, kStrange = 1.6, kOdd = -0.5;
  static constexpr std::size_t kFewHits = 12, kManyHits = 16;

  // Two shots of one place seconds apart, of which each has taken what the other's sensors heard on
  // one side, fit as well as any: to either side of the place, by half of what sound goes in the
  // time between them, and at nearly one time.
  bool may_be_mixed_up(const Fitted& f) const {
    constexpr double kSeconds = 1.5, kMetres = 1500;
    bool found = false;
    for_each_within(f.t_s - kSeconds, f.t_s + kSeconds, [&](std::size_t i) {
      const double d = std::hypot(effects_[i].x_m - f.x_m, effects_[i].y_m - f.y_m);
      found |= 2 * salvo_.spread_m < d && d < kMetres;
    });
    return found;
  }

  void sort_effects() {
    std::sort(effects_.begin(), effects_.end(), [](const Fitted& a, const Fitted& b) {
      return std::tie(a.t_s, a.x_m, a.y_m) < std::tie(b.t_s, b.x_m, b.y_m);
    });
  }

  void order_by_time() {
    by_time_.resize(effects_.size());
    std::iota(by_time_.begin(), by_time_.end(), std::size_t{0});
    std::sort(by_time_.begin(), by_time_.end(),
              [&](std::size_t a, std::size_t b) { return effects_[a].t_s < effects_[b].t_s; });
  }

  // The effects that may have to do with one in doubt: those near it, and those that some of its
  // arrivals may be of, wherever they are. A false effect made of what two shots of a salvo left
  // over lies kilometres from them, towards who heard it or away, and as many seconds off.
  void gather_around(std::size_t centre, Cluster& c) const {
    constexpr double kSeconds = 8, kMetres = 5000;
    constexpr double kFarSeconds = 30, kFarMetres = 15'000, kSharedMin = 0.25;
    constexpr double kPlaceMetres = 8000;
    constexpr std::size_t kMost = 6, kPlacesMost = 4;
    const Fitted& middle = effects_[centre];
    std::vector<std::pair<double, std::size_t>> near, others;
    for_each_within(middle.t_s - kFarSeconds, middle.t_s + kFarSeconds, [&](std::size_t i) {
      const auto& f = effects_[i];
      const double d = std::hypot(f.x_m - middle.x_m, f.y_m - middle.y_m);
      const double dt = std::abs(f.t_s - middle.t_s);
      if (d > kFarMetres) return;
      const double shared = i == centre ? 1 : shared_arrivals(middle, f);
      if (shared < kSharedMin && (d > kMetres || dt > kSeconds)) {
        if (d < kPlaceMetres) others.emplace_back(dt, i);
        return;
      }
      near.emplace_back((dt + d / 1000) * (1 - shared), i);
    });
    std::sort(near.begin(), near.end());
    near.resize(std::min(near.size(), kMost));
    std::sort(others.begin(), others.end());
    others.resize(std::min(others.size(), kPlacesMost));
    const auto way_s = [&](const Fitted& f) {
      return std::hypot(f.x_m - c.x_m, f.y_m - c.y_m) / air_.sound_speed_m_s;
    };
    double time_s = 0, members_s = 0, places_s = 0;
    for (const auto& [d, i] : near) {
      const auto& f = effects_[i];
      time_s = std::max(time_s, std::abs(f.t_s - c.t_s));
      members_s = std::max(members_s, way_s(f));
      c.members.push_back(i);
      c.before.push_back(f);
    }
    for (const auto& [dt, i] : others) {
      places_s = std::max(places_s, way_s(effects_[i]));
      c.places.push_back({effects_[i].x_m, effects_[i].y_m});
    }
    c.reach_s = kEdgeS + time_s + std::max(members_s + kAttemptS, places_s);
  }

  Cluster cluster_of(std::size_t centre) const {  // without what is around it
    Cluster c;
    c.t_s = effects_[centre].t_s;
    c.x_m = effects_[centre].x_m;
    c.y_m = effects_[centre].y_m;
    c.reach_s = kEdgeS + kAttemptS;
    return c;
  }

  // The share of an effect's arrivals that could nearly be of the other.
  double shared_arrivals(const Fitted& f, const Fitted& other) const {
    constexpr double kNearlyS = 1.5;
    const auto there = air_.origin(other.x_m, other.y_m, other.t_s);
    std::size_t shared = 0;
    for (const auto a : f.hits) {
      const Path p = air_.path(there, net_.sensor_of(a));
      shared += std::abs(net_.time_s(a) - other.t_s - p.time_s) < kNearlyS ? 1 : 0;
    }
    return static_cast<double>(shared) / static_cast<double>(f.hits.size());
  }

  static constexpr std::size_t kBatch = 64;  // clusters that are solved at once at most
  static constexpr double kSalvoS = 50;      // beyond which no shot makes another likely,
  static constexpr double kSalvoM = 25'000;  // nor from its cluster's middle
  static constexpr double kAttemptS = 24;    // that attempts around a member reach beyond it
  static constexpr double kEdgeS = 8;        // and beyond the first and last of the members' times

  template <class F>
  void for_each_within(double from_s, double to_s, F f) const {
    auto it = std::lower_bound(by_time_.begin(), by_time_.end(), from_s,
                               [&](std::size_t i, double t) { return effects_[i].t_s < t; });
    for (; it != by_time_.end() && effects_[*it].t_s <= to_s; ++it) {
      if (!effects_[*it].hits.empty()) f(*it);
    }
  }

  // Whether some arrival could belong to either.
  bool heard_together(const Cluster& a, const Cluster& b) const {
    constexpr double kApartM = 120'000;
    const double d = std::hypot(a.x_m - b.x_m, a.y_m - b.y_m);
    return d < kApartM &&
           std::abs(a.t_s - b.t_s) < a.reach_s + b.reach_s + d / air_.sound_speed_m_s;
  }

  // Whether one of its effects has not been solved again yet, about as it is now. Whom few heard
  // is, too, whenever something around it is another.
  bool is_new(const Cluster& c) {
    constexpr std::size_t kVeryFewHits = 8;
    std::uint64_t together = 0xcbf29ce484222325ULL + c.before.size();  // a hash
    bool any = false;
    for (const auto& f : c.before) {
      for (const auto a : f.hits) together = (together ^ a) * 0x100000001b3ULL;
      together = (together ^ 0xffffffffULL) * 0x100000001b3ULL;
      any |= !was_tried(f);
    }
    const bool all = tried_together_.insert(together).second;
    const bool is = any || (all && c.before.front().hits.size() < kVeryFewHits);
    for (const auto& f : c.before) {
      for (const auto a : f.hits) tried_with_[a] = static_cast<std::uint32_t>(tried_.size());
      tried_.push_back(static_cast<std::uint32_t>(f.hits.size()));
    }
    return is;
  }

  // Whether one that was tried had nearly the same arrivals.
  bool was_tried(const Fitted& f) const {
    constexpr double kSame = 0.75;
    std::vector<std::uint32_t> with;
    for (const auto a : f.hits) {
      if (tried_with_[a] != kNobody) with.push_back(tried_with_[a]);
    }
    std::sort(with.begin(), with.end());
    for (std::size_t i = 0; i < with.size();) {
      const auto first = i;
      while (i < with.size() && with[i] == with[first]) ++i;
      const auto most = std::max<std::size_t>(f.hits.size(), tried_[with[first]]);
      if (static_cast<double>(i - first) >= kSame * static_cast<double>(most)) return true;
    }
    return false;
  }

  void resolve_batch(std::vector<Cluster>& batch, std::vector<char>& used) {
    for (const auto& c : batch) {
      for (const auto& f : c.before) mark(f, 0);
    }
    parallel_for(batch.size(), params_.threads, [&](std::size_t k) {
      Cluster& c = batch[k];
      std::vector<const Fitted*> others;
      for_each_within(c.t_s - c.reach_s - kSalvoS, c.t_s + c.reach_s + kSalvoS, [&](std::size_t i) {
        const Fitted& f = effects_[i];
        if (std::abs(f.x_m - c.x_m) < kSalvoM && std::abs(f.y_m - c.y_m) < kSalvoM &&
            std::find(c.members.begin(), c.members.end(), i) == c.members.end())
          others.push_back(&f);
      });
      Prior prior(air_.log_density, salvo_);
      prior.set(std::move(others));
      c.after = Resolver(net_, air_, prior).resolve(c.before, c.places, taken_, 0.5, c.changed);
    });
    for (auto& c : batch) {
      for (const auto& f : c.after) mark(f, 1);
      if (!c.changed) {
        for (std::size_t k = 0; k < c.members.size(); ++k)
          effects_[c.members[k]].rival = c.after[k].rival;
        continue;
      }
      for (const auto i : c.members) {
        effects_[i].hits.clear();
        used[i] = 1;
      }
      for (std::size_t k = 0; k < c.after.size(); ++k) {
        if (k < c.members.size()) {
          effects_[c.members[k]] = std::move(c.after[k]);
        } else {
          spare_.push_back(std::move(c.after[k]));
        }
      }
    }
    effects_.insert(effects_.end(), spare_.begin(), spare_.end());
    used.resize(effects_.size(), 1);
    spare_.clear();
  }

  // A part of the effects, evenly, that is enough to learn from on the way; none if all are.
  std::vector<Fitted> teachers() const {
    constexpr std::size_t kHits = 60'000;
    std::size_t hits = 0;
    for (const auto& f : effects_) hits += f.hits.size();
    const std::size_t stride = hits / kHits + 1;
    std::vector<Fitted> out;
    for (std::size_t i = 0; stride > 1 && i < effects_.size(); i += stride)
      out.push_back(effects_[i]);
    return out;
  }

  void learn(bool first, bool last) {
    if (first) air_.wind = WindField(net_, std::max(25'000.0, (net_.x_max - net_.x_min) / 12), 900);
    calibrate_false(net_, taken_, params_, air_);
    sort_effects();
    auto taught = last ? std::vector<Fitted>() : teachers();
    auto& from = taught.empty() ? effects_ : taught;
    find_silent();
    find_clocks(from);
    if (!first && !last) heed_clocks(from);
    for (int round = 0; round < (first ? 3 : 1); ++round) {
      calibrate_levels(from, params_, air_);
      calibrate_times(from, scene_.weather, params_, last, air_);
      each(from.size(), [&](Fitter& fitter, std::size_t i) { fitter.refit(from[i]); });
      calibrate_path_error(from, params_, last, air_);
    }
    calibrate_density(effects_.size(), air_);
    refit_all();
    salvo_ = fit_salvos(effects_, air_.log_density,
                        {params_.salvo_share, params_.salvo_spacing_s, params_.salvo_spread_m},
                        params_.threads);
    drop_unlikely();
  }

  // One sweep: every sensor shares its arrivals out anew, and effects that got others than they had
  // are fitted again: how many.
  std::size_t assign_once() {
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      Fitted& f = effects_[i];
      if (!f.stale) return;
      f.edges.clear();
      fitter.edges(f, 0, 1.2, 0, nullptr, f.edges);
      f.stale = false;
    });
    share_out_all();
    std::vector<char> moved(effects_.size());
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      Fitted& f = effects_[i];
      std::vector<std::uint32_t> hits;  // ascending, as the edges are
      for (const Edge& e : f.edges) {
        if (owner_[e.arrival] == i) hits.push_back(e.arrival);
      }
      if (hits == f.hits) return;
      moved[i] = 1;
      f.hits = std::move(hits);
      fitter.refit(f);
    });
    for (std::size_t a = 0; a < owner_.size(); ++a) taken_[a] = owner_[a] == kNobody ? 0 : 1;
    return static_cast<std::size_t>(std::count(moved.begin(), moved.end(), 1));
  }

  // Of every effect's edges, by the sensors that they are of: which effect each arrival goes to.
  void share_out_all() {
    constexpr std::size_t kAtOnce = 64;  // at once
    std::vector<std::size_t> first(net_.sensors() + 1, 0);
    for (const auto& f : effects_) {
      for (const Edge& e : f.edges) ++first[e.sensor + 1];
    }
    std::partial_sum(first.begin(), first.end(), first.begin());
    std::vector<Edge> edges(first.back());
    auto next = first;
    for (std::uint32_t i = 0; i < effects_.size(); ++i) {
      for (const Edge& e : effects_[i].edges)
        edges[next[e.sensor]++] = {i, e.arrival, e.sensor, e.gain};
    }
    owner_.assign(net_.arrivals(), kNobody);
    parallel_for((net_.sensors() + kAtOnce - 1) / kAtOnce, params_.threads, [&](std::size_t c) {
      Sharer sharer;
      std::vector<std::uint32_t> chosen;
      const auto last = std::min(net_.sensors(), (c + 1) * kAtOnce);
      for (std::size_t s = c * kAtOnce; s < last; ++s) {
        const auto own = std::span(edges).subspan(first[s], first[s + 1] - first[s]);
        sharer.share_out(own, chosen);
        for (const auto i : chosen) owner_[own[i].arrival] = own[i].effect;
      }
    });
  }

  void assign() {
    constexpr std::size_t kSettled = 500;  // not one in so many got others
    for (int round = 0; round < 4; ++round) {
      const auto moved = assign_once();
      const bool settled = kSettled * moved <= effects_.size();
      drop_unlikely();
      if (settled) break;
    }
  }

  Association result() {
    Association out;
    sort_effects();
    const Kinds kinds = name_kinds(net_, air_, salvo_, params_, effects_);
    out.effects.resize(effects_.size());
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      const Fitted& f = effects_[i];
      LocatedEffect& e = out.effects[i];
      e.x_m = f.x_m;
      e.y_m = f.y_m;
      e.time_s = f.t_s;
      e.source_db = f.source_db;
      e.source_sd_db = f.source_sd_db;
      e.covariance = doubted(f, net_, air_, widened(f, net_, air_));
      if (auto other = mirrored(f, net_, air_)) {
        fitter.refit(*other, 12);
        e.covariance = either(f, *other, e.covariance);
      }
      e.region50 = region(e, kRegion50);
      e.region90 = region(e, kRegion90);
      e.log_odds = f.log_odds;
      e.strange = f.strange;
      e.rival_log_odds = f.rival;
      e.arrivals = originals(f.hits);
      e.expected = expected(f, e.arrivals);
      e.shocks = originals(kinds.shocks[i]);
      e.echoes = originals(kinds.echoes[i]);
    });
    auto clocks = clocks_of(effects_, net_, air_, params_.threads);
    out.clocks = std::move(clocks.off);
    out.jumps = std::move(clocks.jumped);
    out.unmatched = std::move(clocks.unmatched);
    out.silent = silent_;
    out.floods = net_.floods;
    return out;
  }

  std::vector<LocatedEffect::Expected> expected(const Fitted& f,
                                                const std::vector<std::uint32_t>& order) const {
    const auto from = air_.origin(f.x_m, f.y_m, f.t_s);
    std::vector<LocatedEffect::Expected> out(order.size());
    for (const auto a : f.hits) {
      const std::uint32_t s = net_.sensor_of(a);
      const Path p = air_.path(from, s);
      const auto at = std::lower_bound(order.begin(), order.end(), net_.original(a));
      out[static_cast<std::size_t>(at - order.begin())] = {
          f.t_s + p.time_s, std::sqrt(air_.time_variance(p, net_.sigma_s(a), s)), p.distance_m};
    }
    return out;
  }

  std::vector<std::uint32_t> originals(const std::vector<std::uint32_t>& arrivals) const {
    std::vector<std::uint32_t> out;
    for (const auto a : arrivals) out.push_back(net_.original(a));
    std::sort(out.begin(), out.end());
    return out;
  }

  const SoundScene& scene_;
  const AssociateParams& params_;
  Network net_;
  Air air_;
  Taken taken_, grown_;
  static constexpr std::uint32_t kNobody = ~0U;
  std::vector<std::uint32_t> owner_;  // which effect each arrival went to when last shared out
  SalvoParams salvo_;
  std::vector<Fitted> effects_;
  std::vector<Deafness> silent_;
  std::vector<std::size_t> by_time_;
  std::vector<std::uint32_t> tried_;       // how many arrivals each had that was solved again
  std::vector<std::uint32_t> tried_with_;  // per arrival: the last of those that had it
  std::set<std::uint64_t> tried_together_;
  std::vector<Fitted> spare_, doubtful_;
  std::vector<Seed> looked_at_;  // by place, then time
};

}  // namespace

Association associate(const SoundScene& scene, const AssociateParams& params) {
  // Sensors near each other follow each other while the search runs.
  const auto order = by_place(scene.sensors);
  std::vector<std::uint32_t> place(order.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  SoundScene ordered = scene;
  for (std::uint32_t i = 0; i < order.size(); ++i) ordered.sensors[i] = scene.sensors[order[i]];
  for (auto& a : ordered.arrivals) a.sensor = place[a.sensor];
  for (auto& d : ordered.deaf) d.sensor = place[d.sensor];
  Association out = Solver(ordered, params).run();
  const auto name = [&](auto& of_sensors) {
    for (auto& v : of_sensors) v.sensor = order[v.sensor];
    std::stable_sort(of_sensors.begin(), of_sensors.end(),
                     [](const auto& a, const auto& b) { return a.sensor < b.sensor; });
  };
  name(out.clocks);
  name(out.jumps);
  name(out.unmatched);
  name(out.silent);
  name(out.floods);
  return out;
}

}  // namespace truce::fuse
