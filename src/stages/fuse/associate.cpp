#include "stages/fuse/associate.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/parallel.h"
#include "stages/fuse/internal/calibrate.h"
#include "stages/fuse/internal/prior.h"
#include "stages/fuse/internal/region.h"
#include "stages/fuse/internal/resolve.h"
#include "stages/fuse/internal/stack.h"

namespace truce::fuse {

namespace {

constexpr double kChunk = 64;  // fits handed to a thread at once

class Solver {
 public:
  Solver(const SoundScene& scene, const AssociateParams& params)
      : scene_(scene),
        params_(params),
        net_(scene),
        air_(net_, params, scene.sound_speed_m_s),
        taken_(net_.arrivals(), 0) {
    for (const auto& d : scene.deaf) air_.sensor[d.sensor].deaf.push_back({d.from_s, d.until_s});
  }

  Association run() {
    calibrate_false(net_, taken_, air_);
    grow(10, true);
    grow(4, false);
    learn(true, false);
    assign();
    births();
    assign();
    learn(false, false);
    for (int round = 0; round < 2; ++round) {
      grow(-2, false);
      births();
      assign();
      resolve();
      assign();
      resolve();
      assign();
      learn(false, round == 1);
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

  // New effects from what is free.
  void grow(double score_min, bool coarse) {
    const Fitter::Options first{.spread_s = 0.6, .rounds = 8, .gate_s = 2.5};
    const StackOptions options{.cell_m = 500,
                               .bin_s = 0.5,
                               .apart_cells = coarse ? 3 : 1,
                               .apart_bins = coarse ? 6 : 2,
                               .score_min = score_min,
                               .threads = params_.threads};
    const auto seeds = stack(net_, air_, taken_, options);
    std::vector<Fitted> found(seeds.size());
    each(seeds.size(),
         [&](Fitter& fitter, std::size_t i) { found[i] = fitter.fit(seeds[i], taken_, first); });
    accept(std::move(found));
  }

  // Of candidates that want the same arrivals the likelier is kept; the others look again at what
  // is left. A round keeps every candidate that is the best for all its arrivals, so the result
  // does not depend on the order in which they are looked at.
  void accept(std::vector<Fitted> open) {
    const Fitter::Options again{.spread_s = 0.15, .rounds = 4, .gate_s = 1.2};
    std::vector<std::uint32_t> best(net_.arrivals());
    while (true) {
      const Prior prior = prior_now();
      std::erase_if(open, [&](const Fitted& f) { return f.log_odds + prior.log_density(f) < 0; });
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
      each(stale.size(), [&](Fitter& fitter, std::size_t k) {
        Fitted& f = rest[stale[k]];
        f = fitter.fit({f.x_m, f.y_m, f.t_s, 0}, taken_, again);
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
    silent_.clear();
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      SensorState& at = air_.sensor[s];
      if (net_.end_of(s) - net_.begin_of(s) < kReportsMin) continue;
      const double last = net_.time_s(net_.end_of(s) - 1);
      std::erase_if(at.deaf, [&](const auto& d) { return d[0] == last; });
      std::uint32_t false_ones = 0;
      for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a)
        false_ones += 1U - taken_[a];
      double against = false_ones / std::max(60.0, last - net_.start_s) * (net_.end_s - last);
      for (const auto& f : effects_) {
        const Path p = air_.path(f.x_m, f.y_m, f.t_s, s);
        if (f.t_s + p.time_s <= last) continue;
        against -= air_.log_miss(f.source_db - air_.loss_db(p) - at.noise_db);
      }
      if (against < kUnlikely) continue;
      at.deaf.push_back({last, net_.end_s + 1});
      silent_.push_back({s, last, net_.end_s});
    }
  }

  // Clocks that are off by more than an arrival could be late: where a sensor's arrivals stand
  // around the times at which it should have heard the surest effects, all off by the same.
  void find_clocks() {
    constexpr double kReach = 3, kWindow = 0.3;  // seconds
    std::vector<std::vector<double>> off(net_.sensors());
    std::vector<std::uint32_t> near;
    for (const auto& f : effects_) {
      if (f.hits.size() < 5) continue;
      near.clear();
      net_.within(f.x_m, f.y_m, air_.range_m(f.source_db) / 2, near);
      for (const auto s : near) {
        const Path p = air_.path(f.x_m, f.y_m, f.t_s, s);
        const double snr = f.source_db - air_.loss_db(p) - air_.sensor[s].noise_db;
        if (air_.detection(snr) < 0.3) continue;
        const double expected = f.t_s + p.travel_s;
        for (auto a = net_.lower_bound(s, expected - kReach);
             a < net_.end_of(s) && net_.time_s(a) <= expected + kReach; ++a)
          off[s].push_back(net_.time_s(a) - expected);
      }
    }
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) set_clock(s, off[s], kReach, kWindow);
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
    for (std::size_t i = 0; i < effects_.size(); ++i)
      stays[i] = effects_[i].log_odds + prior.log_density(effects_[i]) >= 0 ? 1 : 0;
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
    const Fitter::Options narrow{.spread_s = 0.25, .rounds = 6, .gate_s = 1.2};
    std::vector<std::vector<Fitted>> found(effects_.size());
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      const auto& f = effects_[i];
      const auto seeds = fitter.shots({f.x_m, f.y_m, f.t_s - 25, f.t_s + 25, f.source_db}, taken_,
                                      0.4, -12 - air_.log_density);
      for (std::size_t k = 0; k < seeds.size() && k < 6; ++k) {
        found[i].push_back(fitter.fit(seeds[k], taken_, narrow));
      }
    });
    std::vector<Fitted> all;
    for (auto& f : found) all.insert(all.end(), f.begin(), f.end());
    accept(std::move(all));
  }

  // Effects that fit ill, the worst first, are freed with what is seconds and kilometres around
  // them and solved again.
  void resolve() {
    constexpr double kStrange = 0;
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      if (effects_[i].strange > kStrange) order.push_back(i);
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return std::tie(effects_[b].strange, effects_[a].t_s) <
             std::tie(effects_[a].strange, effects_[b].t_s);
    });
    std::vector<char> done(effects_.size(), 0);
    for (const auto centre : order) {
      if (done[centre] == 0) resolve_around(centre, done);
    }
    std::erase_if(effects_, [](const Fitted& f) { return f.hits.empty(); });
  }

  void resolve_around(std::size_t centre, std::vector<char>& done) {
    constexpr double kSeconds = 8, kMetres = 5000;
    constexpr std::size_t kMost = 8;
    const Fitted middle = effects_[centre];
    std::vector<std::pair<double, std::size_t>> near;
    std::vector<const Fitted*> others;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      const auto& f = effects_[i];
      const double dt = std::abs(f.t_s - middle.t_s);
      if (f.hits.empty() || dt > 60) continue;
      const double d = std::hypot(f.x_m - middle.x_m, f.y_m - middle.y_m);
      if (dt < kSeconds && d < kMetres) near.emplace_back(dt + d / 1000, i);
      others.push_back(&f);
    }
    std::sort(near.begin(), near.end());
    near.resize(std::min(near.size(), kMost));
    if (near.size() == 1 && middle.strange < 1) return;
    std::vector<Fitted> cluster;
    for (const auto& [d, i] : near) {
      cluster.push_back(effects_[i]);
      std::erase(others, &effects_[i]);
    }
    Prior prior(air_.log_density, salvo_);
    prior.set(std::move(others));
    for (const auto& f : cluster) mark(f, 0);
    Resolver resolver(net_, air_, prior);
    bool changed = false;
    auto better = resolver.resolve(cluster, taken_, 0.5, changed);
    for (const auto& f : better) mark(f, 1);
    if (!changed) return;
    for (const auto& [d, i] : near) {
      effects_[i].hits.clear();
      done[i] = 1;
    }
    for (std::size_t k = 0; k < better.size(); ++k) {
      if (k < near.size()) {
        effects_[near[k].second] = std::move(better[k]);
      } else {
        effects_.push_back(std::move(better[k]));
        done.push_back(1);
      }
    }
  }

  void learn(bool first, bool last) {
    if (first) air_.wind = WindField(net_, std::max(25'000.0, (net_.x_max - net_.x_min) / 12), 900);
    calibrate_false(net_, taken_, air_);
    find_silent();
    find_clocks();
    for (int round = 0; round < (first ? 3 : 1); ++round) {
      calibrate_levels(effects_, params_, air_);
      calibrate_times(effects_, scene_.weather, params_, last, air_);
      refit_all();
      calibrate_path_error(effects_, params_, air_);
    }
    refit_all();
    drop_unlikely();
  }

  // One sweep: every sensor shares its arrivals out anew, and effects that got others than they had
  // are fitted again. False when nothing changed.
  bool assign_once() {
    each(effects_.size(), [&](Fitter& fitter, std::size_t i) {
      Fitted& f = effects_[i];
      if (!f.stale) return;
      f.edges.clear();
      fitter.edges(f, 0, 1.2, 0, nullptr, f.edges);
      f.stale = false;
    });
    std::vector<std::vector<Edge>> of_sensor(net_.sensors());
    for (std::uint32_t i = 0; i < effects_.size(); ++i) {
      for (Edge e : effects_[i].edges) {
        e.effect = i;
        of_sensor[e.sensor].push_back(e);
      }
    }
    std::vector<std::vector<std::uint32_t>> chosen(net_.sensors());
    parallel_for(net_.sensors(), params_.threads,
                 [&](std::size_t s) { share_out(of_sensor[s], chosen[s]); });
    std::vector<std::vector<std::uint32_t>> hits(effects_.size());
    for (std::size_t s = 0; s < chosen.size(); ++s) {
      for (const auto i : chosen[s])
        hits[of_sensor[s][i].effect].push_back(of_sensor[s][i].arrival);
    }
    std::fill(taken_.begin(), taken_.end(), 0);
    std::vector<std::size_t> changed;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      std::sort(hits[i].begin(), hits[i].end());
      for (const auto a : hits[i]) taken_[a] = 1;
      if (hits[i] == effects_[i].hits) continue;
      effects_[i].hits = std::move(hits[i]);
      changed.push_back(i);
    }
    each(changed.size(),
         [&](Fitter& fitter, std::size_t k) { fitter.refit(effects_[changed[k]]); });
    return !changed.empty();
  }

  void assign() {
    for (int round = 0; round < 4; ++round) {
      const bool moved = assign_once();
      drop_unlikely();
      if (!moved) break;
    }
  }

  Association result() {
    Association out;
    std::sort(effects_.begin(), effects_.end(), [](const Fitted& a, const Fitted& b) {
      return std::tie(a.t_s, a.x_m, a.y_m) < std::tie(b.t_s, b.x_m, b.y_m);
    });
    for (const auto& f : effects_) {
      LocatedEffect e;
      e.x_m = f.x_m;
      e.y_m = f.y_m;
      e.time_s = f.t_s;
      e.source_db = f.source_db;
      e.source_sd_db = f.source_sd_db;
      e.covariance = widened(f, net_, air_);
      e.region50 = region(e, kRegion50);
      e.region90 = region(e, kRegion90);
      e.log_odds = f.log_odds;
      e.strange = f.strange;
      for (const auto a : f.hits) e.arrivals.push_back(net_.original(a));
      std::sort(e.arrivals.begin(), e.arrivals.end());
      out.effects.push_back(std::move(e));
    }
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      const SensorState& at = air_.sensor[s];
      if (at.clock_off) out.clocks.push_back({s, at.clock_s, at.sigma_s});
    }
    out.silent = silent_;
    return out;
  }

  const SoundScene& scene_;
  const AssociateParams& params_;
  Network net_;
  Air air_;
  Taken taken_;
  std::vector<Fitted> effects_;
  SalvoParams salvo_;
  std::vector<Deafness> silent_;
};

}  // namespace

Association associate(const SoundScene& scene, const AssociateParams& params) {
  Solver solver(scene, params);
  return solver.run();
}

}  // namespace truce::fuse
