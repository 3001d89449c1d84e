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

namespace truce::fuse {

namespace {

constexpr double kSuspect = 30;  // log odds; what is surer cannot be the shock waves of another
constexpr double kVolleyGapS = 60;
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
    echoes_.learn(net_, air_, owners_);
    drop();
    echoes_.learn(net_, air_, owners_);
    find_shocks();
    drop();
    Kinds out = names();
    erase_gone(out.shocks);
    erase_gone(out.echoes);
    erase_gone(effects_);
    return out;
  }

 private:
  // Effects that do not pay against what else their arrivals may be, the least worth first: each
  // that goes is no longer heard before an echo.
  void drop() {
    while (true) {
      const std::vector<double> worth = worths();
      std::uint32_t least = kNobody;
      for (std::uint32_t i = 0; i < worth.size(); ++i) {
        if (gone_[i] != 0) continue;
        const double v = worth[i] - otherwise_gain(i);
        if (v < 0 && (least == kNobody || worth[i] < worth[least])) least = i;
      }
      if (least == kNobody) return;
      gone_[least] = 1;
      for (const auto a : effects_[least].hits) owners_[a] = kNobody;
      for (auto& s : shock_) {
        if (s.effect == least) s = {};
      }
    }
  }

  std::vector<double> worths() const {
    Prior prior(air_.log_density, salvo_);
    std::vector<const Fitted*> all;
    for (std::size_t i = 0; i < effects_.size(); ++i) {
      if (gone_[i] == 0) all.push_back(&effects_[i]);
    }
    prior.set(std::move(all));
    std::vector<double> out;
    for (const auto& f : effects_) out.push_back(f.log_odds + prior.log_density(f));
    return out;
  }

  // What shock waves and echoes of other effects explain better than the general excess around
  // real arrivals does, which the log odds count already.
  double otherwise_gain(std::uint32_t effect) const {
    double sum = 0;
    for (const auto a : effects_[effect].hits) {
      const double shock = shock_[a].effect == effect ? 0 : shock_[a].odds;
      const double gain = std::log1p(echo_odds(a, effect)) + std::log1p(shock);
      sum += std::max(0.0, gain - (air_.company.empty() ? 0 : air_.company[a]));
    }
    return sum;
  }

  double echo_odds(std::uint32_t a, std::uint32_t except) const {
    std::vector<Echoes::Parent> parents;
    echoes_.parents(net_, air_, owners_, a, except, parents);
    return std::accumulate(parents.begin(), parents.end(), 0.0,
                           [](double sum, const auto& p) { return sum + p.odds; });
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
    const std::vector<double> worth = worths();
    std::vector<std::uint8_t> open(net_.arrivals());
    std::vector<double> otherwise(net_.arrivals());
    for (std::uint32_t a = 0; a < net_.arrivals(); ++a) {
      open[a] = owners_[a] == kNobody || worth[owners_[a]] < kSuspect ? 1 : 0;
      otherwise[a] = std::log(false_density(net_, air_, a)) + std::log1p(echo_odds(a, owners_[a]));
    }
    const auto cone_of = [&](std::size_t v) {
      return find_cone(net_, air_, params_, effects_, groups[v], open, otherwise);
    };
    std::vector<Cone> cones(groups.size());
    parallel_for(groups.size(), params_.threads, [&](std::size_t v) { cones[v] = cone_of(v); });
    const double least = std::log(params_.named_min / (1 - params_.named_min));
    std::vector<std::size_t> waiting;
    for (std::size_t v = 0; v < groups.size(); ++v) {
      if (cones[v].log_odds > least) waiting.push_back(v);
    }
    while (!waiting.empty()) {
      const auto surest =
          std::max_element(waiting.begin(), waiting.end(), [&](std::size_t a, std::size_t b) {
            return cones[a].log_odds != cones[b].log_odds ? cones[a].log_odds < cones[b].log_odds
                                                          : a > b;
          });
      const std::size_t v = *surest;
      const bool lost = std::any_of(cones[v].hits.begin(), cones[v].hits.end(),
                                    [&](const ShockHit& h) { return open[h.arrival] == 0; });
      if (lost) {
        cones[v] = cone_of(v);
        if (cones[v].log_odds > least) continue;
      } else {
        take(cones[v], open);
      }
      waiting.erase(std::find(waiting.begin(), waiting.end(), v));
    }
  }

  void take(const Cone& cone, std::vector<std::uint8_t>& open) {
    const double sure = 1 / (1 + std::exp(-cone.log_odds));
    for (const auto& h : cone.hits) {
      open[h.arrival] = 0;
      if (h.odds * sure > shock_[h.arrival].odds) shock_[h.arrival] = {h.effect, h.odds * sure};
    }
  }

  Kinds names() const {
    Kinds out{std::vector<std::vector<std::uint32_t>>(effects_.size()),
              std::vector<std::vector<std::uint32_t>>(effects_.size())};
    std::vector<Echoes::Parent> parents;
    for (std::uint32_t a = 0; a < net_.arrivals(); ++a) {
      if (owners_[a] != kNobody) continue;
      echoes_.parents(net_, air_, owners_, a, kNobody, parents);
      double echo = 0;
      Echoes::Parent likeliest;
      for (const auto& p : parents) {
        echo += p.odds;
        if (p.odds > likeliest.odds) likeliest = p;
      }
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
  Owners owners_;
  std::vector<ShockName> shock_;  // per arrival
  Echoes echoes_;
};

}  // namespace

Kinds name_kinds(const Network& net, const Air& air, const SalvoParams& salvo,
                 const AssociateParams& params, std::vector<Fitted>& effects) {
  return Namer(net, air, salvo, params, effects).run();
}

}  // namespace truce::fuse
