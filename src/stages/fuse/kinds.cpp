// An effect explains its arrivals against their being false. Where a shock wave or an echo of
// another effect explains some of them as well, less is left that speaks for it: its log odds less
// what the other explanation gains on chance, arrival by arrival, is what it is worth. Below zero
// it goes. Echoes come first, for they are learnt from what is left over and need no search; then
// each volley's cone is looked for among what is left over and what doubtful effects hold.

#include "stages/fuse/internal/kinds.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "stages/fuse/internal/cone.h"
#include "stages/fuse/internal/echoes.h"
#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

constexpr double kSuspect = 30;  // log odds; what is surer cannot be the shock waves of another
constexpr double kVolleyGapS = 60;
constexpr double kSpreads = 3;    // of a salvo: no further from each other its shots fall
constexpr double kVolleyM = 100;  // guns of a battery stand so far apart

struct ShockName {
  std::uint32_t effect = kNobody;
  double odds = 0;  // over being false or an echo
};

class Namer {
 public:
  Namer(const Network& net, const Air& air, const SalvoParams& salvo, const AssociateParams& params,
        std::vector<Fitted>& effects)
      : net_(net),
        air_(air),
        salvo_(salvo),
        params_(params),
        effects_(effects),
        gone_(effects.size(), 0),
        owners_(net.arrivals(), kNobody),
        shock_(net.arrivals()),
        echoes_(params) {
    for (std::uint32_t i = 0; i < effects.size(); ++i) {
      for (const auto a : effects[i].hits) owners_[a] = i;
    }
  }

  Kinds run() {
    echoes_.learn(net_, air_, owners_, params_.threads);
    drop_echoes();
    echoes_.learn(net_, air_, owners_, params_.threads);
    find_shocks();
    drop_echoes();
    Kinds out = names();
    erase_gone(out.shocks);
    erase_gone(out.echoes);
    erase_gone(effects_);
    return out;
  }

 private:
  // Effects that do not pay against what else their arrivals may be, the least worth first: each
  // that goes is no longer heard before an echo.
  void drop_echoes() {
    while (true) {
      const std::vector<double> worth = worths();
      std::vector<std::uint8_t> doubtful(worth.size(), 0);
      in_pieces(worth.size(), 64, params_.threads, 0, [&](int&, std::size_t i) {
        doubtful[i] = gone_[i] == 0 && worth[i] < echo_gain(static_cast<std::uint32_t>(i)) ? 1 : 0;
      });
      std::uint32_t least = kNobody;
      for (std::uint32_t i = 0; i < worth.size(); ++i) {
        if (doubtful[i] != 0 && (least == kNobody || worth[i] < worth[least])) least = i;
      }
      if (least == kNobody) return;
      remove(least);
    }
  }

  void remove(std::uint32_t effect) {
    gone_[effect] = 1;
    for (const auto a : effects_[effect].hits) owners_[a] = kNobody;
    for (auto& s : shock_) {
      if (s.effect == effect) s = {};
    }
  }

  std::vector<double> worths() const {
    Prior prior(air_.log_density, salvo_);
    std::vector<const Fitted*> all;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      if (gone_[i] == 0) all.push_back(&effects_[i]);
    }
    prior.set(std::move(all));
    std::vector<double> out(effects_.size());
    in_pieces(effects_.size(), 64, params_.threads, 0, [&](int&, std::size_t i) {
      out[i] = effects_[i].log_odds + prior.log_density(effects_[i]);
    });
    return out;
  }

  // What echoes of other effects explain better than the general excess around real arrivals does,
  // which the log odds count already.
  double echo_gain(std::uint32_t effect) const {
    double sum = 0;
    for (const auto a : effects_[effect].hits) {
      const double company = air_.company.empty() ? 0 : air_.company[a];
      sum += std::max(0.0, std::log1p(echo_odds(a, effect)) - company);
    }
    return sum;
  }

  double echo_odds(std::uint32_t a, std::uint32_t except) const {
    double sum = 0;
    echoes_.for_each_parent(net_, air_, owners_, a, except,
                            [&](const Echoes::Parent& p) { sum += p.odds; });
    return sum;
  }

  std::vector<std::vector<std::uint32_t>> volleys() const {
    std::vector<std::vector<std::uint32_t>> out;
    std::vector<std::size_t> open;
    for (std::uint32_t i = 0; i < effects_.size(); ++i) {
      if (gone_[i] != 0) continue;
      std::erase_if(open, [&](std::size_t v) {
        return effects_[out[v].back()].t_s < effects_[i].t_s - kVolleyGapS;
      });
      const auto mine = std::find_if(open.rbegin(), open.rend(), [&](std::size_t v) {
        return one_place(effects_[out[v].back()], effects_[i]);
      });
      if (mine != open.rend()) {
        out[*mine].push_back(i);
        continue;
      }
      open.push_back(out.size());
      out.push_back({i});
    }
    return out;
  }
  static bool one_place(const Fitted& a, const Fitted& b) {
    const auto sigma_m = [](const Fitted& f) {
      return std::sqrt(std::max({0.0, f.covariance[0], f.covariance[2]}));
    };
    return std::hypot(a.x_m - b.x_m, a.y_m - b.y_m) < kVolleyM + 2 * (sigma_m(a) + sigma_m(b));
  }

  // The surest cone first; one that lost arrivals to a surer one is looked for again.
  void find_shocks() {
    const auto groups = volleys();
    weigh_arrivals();
    std::vector<Cone> cones(groups.size());
    parallel_for(groups.size(), params_.threads,
                 [&](std::size_t v) { cones[v] = cone_of(groups[v]); });
    std::vector<std::size_t> waiting(groups.size());
    std::iota(waiting.begin(), waiting.end(), std::size_t{0});
    while (true) {
      std::erase_if(waiting, [&](std::size_t v) { return !stands(cones[v]); });
      if (waiting.empty()) return;
      const auto surest =
          std::max_element(waiting.begin(), waiting.end(), [&](std::size_t a, std::size_t b) {
            return cones[a].log_odds != cones[b].log_odds ? cones[a].log_odds < cones[b].log_odds
                                                          : a > b;
          });
      const std::size_t v = *surest;
      const bool lost = std::any_of(cones[v].hits.begin(), cones[v].hits.end(),
                                    [&](const ShockHit& h) { return open_[h.arrival] == 0; });
      if (lost) {
        cones[v] = cone_of(groups[v]);
      } else {
        take(without_real_ones(groups[v], std::move(cones[v])));
        waiting.erase(surest);
      }
    }
  }

  void weigh_arrivals() {
    worth_ = worths();
    open_.assign(net_.arrivals(), 0);
    otherwise_.resize(net_.arrivals());
    in_pieces(net_.arrivals(), 1024, params_.threads, 0, [&](int&, std::size_t i) {
      const auto a = static_cast<std::uint32_t>(i);
      open_[a] = owners_[a] == kNobody || worth_[owners_[a]] < kSuspect ? 1 : 0;
      otherwise_[a] = std::log(false_density(net_, air_, a)) + std::log1p(echo_odds(a, owners_[a]));
    });
  }

  Cone cone_of(const std::vector<std::uint32_t>& shots) const {
    return find_cone(net_, air_, params_, effects_, shots, open_, otherwise_);
  }
  bool stands(const Cone& c) const { return c.log_odds > surely(); }
  double surely() const { return std::log(params_.named_min / (1 - params_.named_min)); }

  // Of the effects whose arrivals a cone takes, those stay that are worth more than their arrivals
  // add to the cone, one by one, the worthiest first; the others go if together they are worth less
  // than the cone gains by all of them.
  Cone without_real_ones(const std::vector<std::uint32_t>& shots, Cone cone) {
    std::vector<std::uint32_t> suspects;
    for (const auto& h : cone.hits) {
      if (owners_[h.arrival] != kNobody) suspects.push_back(owners_[h.arrival]);
    }
    if (suspects.empty()) return cone;
    std::sort(suspects.begin(), suspects.end(), [&](std::uint32_t a, std::uint32_t b) {
      return worth_[a] != worth_[b] ? worth_[a] > worth_[b] : a < b;
    });
    suspects.erase(std::unique(suspects.begin(), suspects.end()), suspects.end());
    std::vector<std::uint32_t> goes;
    double worth = 0;
    for (const auto effect : suspects) {
      set_open(effect, 0);
      Cone without = cone_of(shots);
      if (is_shot_of(shots, effect) ||
          cone.log_odds - std::max(0.0, without.log_odds) < worth_[effect]) {
        cone = std::move(without);
      } else {
        set_open(effect, 1);
        goes.push_back(effect);
        worth += worth_[effect];
      }
    }
    for (const auto effect : goes) set_open(effect, 0);
    Cone alone = cone_of(shots);
    if (cone.log_odds - std::max(0.0, alone.log_odds) > worth) {
      for (const auto effect : goes) remove(effect);
    } else {
      cone = std::move(alone);
    }
    for (const auto effect : suspects) set_open(effect, 1);
    return cone;
  }
  // Whether it is another shot of their place: what shock waves seem to come from lies well before
  // the gun.
  bool is_shot_of(const std::vector<std::uint32_t>& shots, std::uint32_t effect) const {
    return std::any_of(shots.begin(), shots.end(), [&](std::uint32_t i) {
      return std::hypot(effects_[i].x_m - effects_[effect].x_m,
                        effects_[i].y_m - effects_[effect].y_m) < kSpreads * salvo_.spread_m;
    });
  }
  void set_open(std::uint32_t effect, std::uint8_t v) {
    for (const auto a : effects_[effect].hits) open_[a] = v;
  }

  void take(const Cone& cone) {
    if (!stands(cone)) return;
    const double sure = 1 / (1 + std::exp(-cone.log_odds));
    for (const auto& h : cone.hits) {
      open_[h.arrival] = 0;
      if (h.odds * sure > shock_[h.arrival].odds) shock_[h.arrival] = {h.effect, h.odds * sure};
    }
  }

  Kinds names() const {
    Kinds out{std::vector<std::vector<std::uint32_t>>(effects_.size()),
              std::vector<std::vector<std::uint32_t>>(effects_.size())};
    for (std::uint32_t a = 0; a < net_.arrivals(); ++a) {
      if (owners_[a] != kNobody) continue;
      double echo = 0;
      Echoes::Parent likeliest;
      echoes_.for_each_parent(net_, air_, owners_, a, kNobody, [&](const Echoes::Parent& p) {
        echo += p.odds;
        if (p.odds > likeliest.odds) likeliest = p;
      });
      const double shock = shock_[a].odds * (1 + echo);
      const double least = params_.named_min * (1 + echo + shock);
      if (shock > least) out.shocks[shock_[a].effect].push_back(a);
      if (echo > least) out.echoes[likeliest.effect].push_back(a);
    }
    return out;
  }

  template <class T>
  void erase_gone(std::vector<T>& per_effect) const {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < per_effect.size(); ++i) {
      if (gone_[i] == 0 && kept++ != i) per_effect[kept - 1] = std::move(per_effect[i]);
    }
    per_effect.resize(kept);
  }

  const Network& net_;
  const Air& air_;
  SalvoParams salvo_;
  const AssociateParams& params_;
  std::vector<Fitted>& effects_;
  std::vector<std::uint8_t> gone_;
  ArrivalOwners owners_;
  std::vector<ShockName> shock_;    // per arrival
  std::vector<double> worth_;       // per effect, log odds
  std::vector<std::uint8_t> open_;  // per arrival: may be a shock wave
  std::vector<double> otherwise_;   // log density of it, if it is not
  Echoes echoes_;
};

}  // namespace

Kinds name_kinds(const Network& net, const Air& air, const SalvoParams& salvo,
                 const AssociateParams& params, std::vector<Fitted>& effects) {
  return Namer(net, air, salvo, params, effects).run();
}

}  // namespace truce::fuse
