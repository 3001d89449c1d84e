#include "stages/fuse/internal/resolve.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <span>
#include <tuple>

namespace truce::fuse {

namespace {
constexpr double kWorthMin = -4;
constexpr std::size_t kFewHits = 16, kFewerHits = 12;
constexpr double kElsewhereM = 100;
constexpr double kShotOddsMin = 12;  // of a shot in a salvo, before its density is counted
}  // namespace

double Resolver::total(const std::vector<Fitted>& effects) const {
  double sum = prior_.log_density_of(effects);
  for (const auto& f : effects) sum += f.log_odds;
  return sum;
}

// Sweeps of assignment among these effects alone, from known to `spread_s` to known as fitted.
void Resolver::share(std::vector<Fitted>& effects, const Taken& taken, double spread_s,
                     Places places) {
  std::vector<std::uint32_t> chosen;
  for (int sweep = 0; sweep < 3 && !effects.empty();
       ++sweep, spread_s = std::max(0.0, spread_s - 0.2)) {
    edges_.clear();
    const bool together = places == Places::kOfOneSalvo && sweep > 0;
    const std::vector<Fitted> from = together ? drawn_together(effects) : effects;
    for (std::uint32_t i = 0; i < effects.size(); ++i)
      fitter_.edges(from[i], i, 1.2, spread_s, &taken, edges_);
    std::sort(edges_.begin(), edges_.end(), [](const Edge& a, const Edge& b) {
      return std::tie(a.sensor, a.effect, a.arrival) < std::tie(b.sensor, b.effect, b.arrival);
    });
    std::vector<std::vector<std::uint32_t>> hits(effects.size());
    for (std::size_t i = 0; i < edges_.size();) {
      const auto first = i;
      while (i < edges_.size() && edges_[i].sensor == edges_[first].sensor) ++i;
      const auto own = std::span(edges_).subspan(first, i - first);
      sharer_.share_out(own, chosen);
      for (const auto c : chosen) hits[own[c].effect].push_back(own[c].arrival);
    }
    bool moved = false;
    for (std::size_t i = 0; i < effects.size(); ++i) {
      std::sort(hits[i].begin(), hits[i].end());
      if (hits[i] == effects[i].hits && effects[i].log_odds > -1e299) continue;
      moved = true;
      effects[i].hits = std::move(hits[i]);
      fitter_.refit(effects[i], 1);
    }
    if (!moved && spread_s == 0) return;
    std::erase_if(effects, [](const Fitted& f) { return f.hits.size() < 3; });
  }
}

// The places, and the times with them, that shots of one salvo most likely have: each between its
// own and their middle, as sure as either is. Mixed up arrivals pull shots apart to where they
// stay mixed up.
std::vector<Fitted> Resolver::drawn_together(const std::vector<Fitted>& effects) const {
  const double spread2 = prior_.salvo().spread_m * prior_.salvo().spread_m;
  double a = 1e-12, b = 0, c = 1e-12, u = 0, v = 0;  // Σ (C + S)⁻¹, and of that times the place
  for (const Fitted& f : effects) {
    const double xx = f.covariance[0] + spread2, xy = f.covariance[1];
    const double yy = f.covariance[2] + spread2;
    const double det = xx * yy - xy * xy;
    if (!(det > 0)) continue;
    a += yy / det;
    b -= xy / det;
    c += xx / det;
    u += (yy * f.x_m - xy * f.y_m) / det;
    v += (xx * f.y_m - xy * f.x_m) / det;
  }
  const double det = a * c - b * b;
  const double x = (c * u - b * v) / det, y = (a * v - b * u) / det;
  std::vector<Fitted> out = effects;
  for (Fitted& f : out) {
    // C (C + S)⁻¹ of the way to the middle; the time follows the place.
    const double xx = f.covariance[0] + spread2, xy = f.covariance[1];
    const double yy = f.covariance[2] + spread2;
    const double own = xx * yy - xy * xy;
    if (!(own > 0)) continue;
    const double dx = x - f.x_m, dy = y - f.y_m;
    const double p = (yy * dx - xy * dy) / own, q = (xx * dy - xy * dx) / own;
    f.x_m += f.covariance[0] * p + f.covariance[1] * q;
    f.y_m += f.covariance[1] * p + f.covariance[2] * q;
    f.t_s += f.covariance[3] * p + f.covariance[4] * q;
  }
  return out;
}

std::vector<Fitted> Resolver::at_place(const Spot& spot, double from_s, double to_s,
                                       const Taken& taken) {
  std::vector<Fitted> found;
  for (const auto& seed : fitter_.shots({spot.x_m, spot.y_m, from_s, to_s, spot.source_db}, taken,
                                        0.3, kShotOddsMin)) {
    Fitted f;
    f.x_m = seed.x_m;
    f.y_m = seed.y_m;
    f.t_s = seed.t_s;
    f.source_db = spot.source_db;
    found.push_back(std::move(f));
  }
  share(found, taken, 0.4, Places::kOfOneSalvo);
  prune(found, taken);
  return found;
}

std::vector<Fitted> Resolver::shots_of(const Fitted& f, const Taken& taken) {
  constexpr double kSalvoS = 25;
  return at_place({f.x_m, f.y_m, f.source_db, 0}, f.t_s - kSalvoS, f.t_s + kSalvoS, taken);
}

// Those that do not pay for themselves go, the worst first.
void Resolver::prune(std::vector<Fitted>& found, const Taken& taken) {
  while (!found.empty()) {
    const auto without = prior_.log_density_without_each(found);
    double odds = 0;
    for (const auto& f : found) odds += f.log_odds;
    std::size_t worst = found.size();
    double best = total(found);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const double v = odds - found[i].log_odds + without[i];
      if (v > best) {
        best = v;
        worst = i;
      }
    }
    if (worst == found.size()) return;
    found.erase(found.begin() + static_cast<std::ptrdiff_t>(worst));
    share(found, taken, 0, Places::kOwn);
  }
}

// The best of effects that several attempts have found: the likeliest first, the others with what
// it leaves. The likeliest may be made of two that are better yet, so that each of a few is tried
// first.
std::vector<Fitted> Resolver::combine(std::vector<Fitted> pool, Taken& taken) {
  constexpr std::size_t kFirst = 3;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t i = 0; i < pool.size(); ++i) {
    const double worth = pool[i].log_odds + prior_.log_density(pool[i]);
    if (worth >= kWorthMin) order.emplace_back(-worth, i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Fitted> candidates;  // the likeliest first, none twice
  std::set<std::vector<std::uint32_t>> seen;
  for (const auto& [worth, i] : order) {
    if (seen.insert(pool[i].hits).second) candidates.push_back(std::move(pool[i]));
  }
  std::vector<Fitted> best;
  double most = 0;
  seen.clear();  // what has been part of a try need not be first
  for (std::size_t k = 0, tried = 0; k < candidates.size() && tried < kFirst; ++k) {
    if (!seen.insert(candidates[k].hits).second) continue;
    ++tried;
    auto found = combine_from(k, candidates, taken);
    for (const auto& f : found) seen.insert(f.hits);
    const double v = total(found);
    if (v <= most) continue;
    most = v;
    best = std::move(found);
  }
  return best;
}

// The one named with the best of the others that it leaves room for. What has lost arrivals to one
// that was taken is fitted again only when its turn comes: what it is worth hardly grows by the
// loss.
std::vector<Fitted> Resolver::combine_from(std::size_t first, std::vector<Fitted> pool,
                                           Taken& taken) {
  std::vector<Fitted> found{std::move(pool[first])};
  pool.erase(pool.begin() + static_cast<std::ptrdiff_t>(first));
  std::vector<std::uint32_t> marked;
  const auto take = [&](const Fitted& f) {
    for (const auto a : f.hits) taken[a] = 1;
    marked.insert(marked.end(), f.hits.begin(), f.hits.end());
  };
  take(found[0]);
  std::vector<double> worth;
  for (const auto& f : pool) worth.push_back(f.log_odds + prior_.log_density(f));
  while (!pool.empty()) {
    const auto i =
        static_cast<std::size_t>(std::max_element(worth.begin(), worth.end()) - worth.begin());
    if (worth[i] < kWorthMin) break;
    Fitted& f = pool[i];
    const bool lost =
        std::any_of(f.hits.begin(), f.hits.end(), [&](std::uint32_t a) { return taken[a] != 0; });
    if (lost) {
      const Seed seed{f.x_m, f.y_m, f.t_s, 0};
      f = fitter_.fit(seed, taken,
                      {.spread_s = 0.1,
                       .rounds = 3,
                       .gate_s = 0.8,
                       .log_odds_min = kWorthMin - prior_.log_density_most(seed)});
      worth[i] = f.log_odds + prior_.log_density(f);
    } else {
      take(f);
      found.push_back(std::move(f));
      pool.erase(pool.begin() + static_cast<std::ptrdiff_t>(i));
      worth.erase(worth.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  for (const auto a : marked) taken[a] = 0;
  share(found, taken, 0, Places::kOwn);
  prune(found, taken);
  return found;
}

// Their middle, by how many heard each.
Resolver::Spot Resolver::middle_of(const std::vector<Fitted>& effects) {
  double x = 0, y = 0, level = 0, weight = 0;
  for (const auto& f : effects) {
    const auto w = static_cast<double>(f.hits.size());
    x += w * f.x_m;
    y += w * f.y_m;
    level += w * f.source_db;
    weight += w;
  }
  return {x / weight, y / weight, level / weight, 0};
}

// The places around the cluster at which shots over time alone explain most.
std::vector<Resolver::Spot> Resolver::best_spots(const std::vector<Fitted>& cluster,
                                                 const std::vector<std::array<double, 2>>& places,
                                                 double from_s, double to_s, const Taken& taken) {
  constexpr double kStep = 500;
  constexpr int kReach = 3;
  const std::size_t kept = cluster.front().hits.size() < kFewHits ? 5 : 3;
  const auto [x, y, level, none] = middle_of(cluster);
  std::vector<Spot> spots;
  for (const auto& f : cluster) spots.push_back({f.x_m, f.y_m, f.source_db, 0});
  for (const auto& p : places) spots.push_back({p[0], p[1], level, 0});
  for (int i = -kReach; i <= kReach; ++i) {
    for (int j = -kReach; j <= kReach; ++j) {
      if (i * i + j * j <= kReach * kReach)
        spots.push_back({x + i * kStep, y + j * kStep, level, 0});
    }
  }
  double furthest_m = 0;
  for (const auto& s : spots) furthest_m = std::max(furthest_m, std::hypot(s.x_m - x, s.y_m - y));
  fitter_.look({x, y, from_s, to_s, level}, furthest_m, taken);
  for (auto& spot : spots) {
    const Fitter::Place at{spot.x_m, spot.y_m, from_s, to_s, spot.source_db};
    for (const auto& seed :
         fitter_.shots_here(at, fitter_.silence_at(at), taken, 0.4, kShotOddsMin))
      spot.score += seed.score - kShotOddsMin;
  }
  std::stable_sort(spots.begin(), spots.end(),
                   [](const Spot& a, const Spot& b) { return a.score > b.score; });
  spots.resize(std::min(spots.size(), kept));
  return spots;
}

// Single effects that explain much of what is free, wherever they lie around the cluster: each
// place on a fine grid has its shots, and of shots that are near each other in place and time the
// best is fitted.
std::vector<Fitted> Resolver::around(const Fitted& worst, double from_s, double to_s,
                                     const Taken& taken) {
  constexpr double kStep = 400, kBlock = 3 * kStep, kApartM = 500, kApartS = 1.2;
  constexpr int kReach = 2;
  constexpr std::size_t kKept = 8;
  const Fitter::Place middle{worst.x_m, worst.y_m, from_s, to_s, worst.source_db};
  fitter_.look(middle, (kReach + 1) * kBlock, taken);
  std::vector<Seed> seeds;
  for (int i = -kReach; i <= kReach; ++i) {
    for (int j = -kReach; j <= kReach; ++j) {
      if (i * i + j * j >= kReach * kReach) continue;
      Fitter::Place at = middle;
      at.x_m += i * kBlock;
      at.y_m += j * kBlock;
      const double silence = fitter_.silence_at(at);
      for (const double dy : {-kStep, 0.0, kStep}) {
        for (const double dx : {-kStep, 0.0, kStep}) {
          // Who heard it from one side knows place and time only together.
          const double way_s =
              std::hypot(at.x_m + dx - middle.x_m, at.y_m + dy - middle.y_m) / air_.sound_speed_m_s;
          const Fitter::Place here{at.x_m + dx, at.y_m + dy, from_s - way_s, to_s + way_s,
                                   at.source_db};
          const auto found = fitter_.shots_here(here, silence, taken, 0.6, kShotOddsMin);
          seeds.insert(seeds.end(), found.begin(), found.end());
        }
      }
    }
  }
  std::stable_sort(seeds.begin(), seeds.end(),
                   [](const Seed& a, const Seed& b) { return a.score > b.score; });
  std::vector<Seed> kept;
  for (const auto& s : seeds) {
    if (kept.size() == kKept) break;
    if (std::none_of(kept.begin(), kept.end(), [&](const Seed& k) {
          return std::abs(k.t_s - s.t_s) < kApartS &&
                 std::hypot(k.x_m - s.x_m, k.y_m - s.y_m) < kApartM;
        }))
      kept.push_back(s);
  }
  std::vector<Fitted> out;
  for (const auto& s : kept) {
    Fitted f = fitter_.fit(s, taken,
                           {.spread_s = 0.4,
                            .rounds = 6,
                            .gate_s = 1.5,
                            .log_odds_min = kWorthMin - prior_.log_density_most(s)});
    if (f.log_odds > 0 &&
        std::none_of(out.begin(), out.end(), [&](const Fitted& o) { return o.hits == f.hits; }))
      out.push_back(std::move(f));
  }
  return out;
}

namespace {

// Whether one of them is heard by much the same arrivals.
bool holds(const std::vector<Fitted>& effects, const std::vector<std::uint32_t>& hits) {
  constexpr double kSame = 0.6;
  return std::any_of(effects.begin(), effects.end(), [&](const Fitted& f) {
    std::vector<std::uint32_t> both;
    std::set_intersection(f.hits.begin(), f.hits.end(), hits.begin(), hits.end(),
                          std::back_inserter(both));
    return static_cast<double>(both.size()) >=
           kSame * static_cast<double>(std::max(f.hits.size(), hits.size()));
  });
}

}  // namespace

std::vector<Fitted> Resolver::resolve(const std::vector<Fitted>& cluster,
                                      const std::vector<std::array<double, 2>>& places,
                                      Taken& taken, double margin, bool& changed) {
  double from = 1e300, to = -1e300;
  for (const auto& f : cluster) {
    from = std::min(from, f.t_s);
    to = std::max(to, f.t_s);
  }
  std::vector<std::vector<Fitted>> tries{cluster};
  for (auto& f : tries[0]) {  // are copied much
    f.edges.clear();
    f.stale = true;
  }
  std::vector<Fitted> pool = tries[0];
  const auto attempt = [&](const Spot& spot) {
    tries.push_back(at_place(spot, from - 4, to + 4, taken));
    pool.insert(pool.end(), tries.back().begin(), tries.back().end());
  };
  for (const auto& spot : best_spots(cluster, places, from - 4, to + 4, taken)) {
    attempt(spot);
    if (tries.back().size() < 2) continue;
    // Once more from where they say that they were.
    const Spot better = middle_of(tries.back());
    if (std::hypot(better.x_m - spot.x_m, better.y_m - spot.y_m) > kElsewhereM) attempt(better);
  }
  // What many sensors heard is not made of halves of others.
  if (cluster.front().hits.size() < kFewerHits) {
    for (auto& f : around(cluster.front(), from - 4, to + 4, taken)) pool.push_back(std::move(f));
  }
  tries.push_back(combine(std::move(pool), taken));
  std::vector<double> worth;
  for (const auto& t : tries) worth.push_back(total(t));
  worth[0] += margin;
  const auto best =
      static_cast<std::size_t>(std::max_element(worth.begin(), worth.end()) - worth.begin());
  changed = best != 0;
  std::vector<Fitted> out = tries[best];
  for (auto& f : out) {
    f.rival = -1e300;
    for (std::size_t k = 0; k < tries.size(); ++k) {
      if (!holds(tries[k], f.hits)) f.rival = std::max(f.rival, worth[k] - worth[best]);
    }
  }
  return out;
}

}  // namespace truce::fuse
