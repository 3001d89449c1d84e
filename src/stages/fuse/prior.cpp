#include "stages/fuse/internal/prior.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {
constexpr double kReachSpacings = 6;  // spacings after which a salvo is over
constexpr double kFarSquare = 40;     // squared sigmas from where it would be: nothing
constexpr int kSalvoRounds = 5;       // of fitting salvos
constexpr double kSalvoBelief = 10;   // pairs that the prior counts for
constexpr double kSpreadMin = 20;
constexpr double kSeedS = 3;     // an effect is no further than that from its seed,
constexpr double kSeedM = 6000;  // nor than that
}  // namespace

void Prior::set(std::vector<const Fitted*> effects) {
  effects_ = std::move(effects);
  std::sort(effects_.begin(), effects_.end(),
            [](const Fitted* a, const Fitted* b) { return a->t_s < b->t_s; });
}

double Prior::excited(const Fitted& f, const Fitted& earlier) const {
  const double dt = f.t_s - earlier.t_s;
  if (dt < 0 || dt > kReachSpacings * salvo_.spacing_s) return 0;
  const double own = 2 * salvo_.spread_m * salvo_.spread_m;
  const double a = f.covariance[0] + earlier.covariance[0] + own;
  const double b = f.covariance[1] + earlier.covariance[1];
  const double c = f.covariance[2] + earlier.covariance[2] + own;
  const double dx = f.x_m - earlier.x_m;
  const double dy = f.y_m - earlier.y_m;
  // No direction is wider than all together.
  if (dx * dx + dy * dy > kFarSquare * (a + c)) return 0;
  const double det = a * c - b * b;
  if (!(det > 0)) return 0;
  const double m = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det;
  if (m > kFarSquare) return 0;
  return salvo_.share / salvo_.spacing_s * std::exp(-dt / salvo_.spacing_s - 0.5 * m) /
         (2 * std::numbers::pi * std::sqrt(det));
}

double Prior::density(const Fitted& f, const Fitted* skip) const {
  double sum = rain_;
  auto it =
      std::lower_bound(effects_.begin(), effects_.end(), f.t_s - kReachSpacings * salvo_.spacing_s,
                       [](const Fitted* e, double t) { return e->t_s < t; });
  for (; it != effects_.end() && (*it)->t_s <= f.t_s; ++it) {
    if (*it != skip && *it != &f) sum += excited(f, **it);
  }
  return sum;
}

double Prior::log_density(const Fitted& f, const Fitted* skip) const {
  return std::log(density(f, skip));
}

double Prior::log_density_most(const Seed& seed) const {
  const double peak =
      salvo_.share / salvo_.spacing_s / (4 * std::numbers::pi * salvo_.spread_m * salvo_.spread_m);
  double sum = rain_;
  const double from = seed.t_s - kSeedS - kReachSpacings * salvo_.spacing_s;
  auto it = std::lower_bound(effects_.begin(), effects_.end(), from,
                             [](const Fitted* e, double t) { return e->t_s < t; });
  for (; it != effects_.end() && (*it)->t_s <= seed.t_s + kSeedS; ++it) {
    const double dx = (*it)->x_m - seed.x_m;
    const double dy = (*it)->y_m - seed.y_m;
    if (dx * dx + dy * dy > kSeedM * kSeedM) continue;
    sum += peak * std::exp(-std::max(0.0, seed.t_s - kSeedS - (*it)->t_s) / salvo_.spacing_s);
  }
  return std::log(sum);
}

std::vector<double> Prior::pairs(std::span<const Fitted> effects) const {
  const std::size_t n = effects.size();
  std::vector<double> out(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const Fitted& f = effects[i];
    out[i * n + i] = density(f);
    for (std::size_t k = 0; k < n; ++k) {
      const Fitted& e = effects[k];
      if (e.t_s < f.t_s || (e.t_s == f.t_s && k < i)) out[i * n + k] = excited(f, e);
    }
  }
  return out;
}

double Prior::log_density_of(std::span<const Fitted> effects) const {
  const auto added = pairs(effects);
  double total = 0;
  for (auto row = added.begin(); row != added.end(); row += static_cast<long>(effects.size()))
    total += std::log(std::accumulate(row, row + static_cast<long>(effects.size()), 0.0));
  return total;
}

std::vector<double> Prior::log_density_without_each(std::span<const Fitted> effects) const {
  const std::size_t n = effects.size();
  const auto added = pairs(effects);
  std::vector<double> out(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double* row = &added[i * n];
    const double sum = std::accumulate(row, row + n, 0.0);
    const double whole = std::log(sum);
    for (std::size_t k = 0; k < n; ++k) {
      if (k == i) continue;
      // What one adds is taken from the sum again only where the sum holds more than it.
      out[k] += row[k] == 0        ? whole
                : row[k] < sum / 2 ? std::log(sum - row[k])
                                   : std::log(std::accumulate(row, row + k, 0.0) +
                                              std::accumulate(row + k + 1, row + n, 0.0));
    }
  }
  return out;
}

namespace {
struct Descent {  // of effects from those before them, in sums
  double n = 0, time_s = 0, square_m2 = 0, weight = 0;
};
}  // namespace

SalvoParams fit_salvos(const std::vector<Fitted>& effects, double log_density,
                       const SalvoParams& prior, unsigned threads) {
  std::vector<const Fitted*> by_time;
  for (const auto& f : effects) by_time.push_back(&f);
  std::sort(by_time.begin(), by_time.end(),
            [](const Fitted* a, const Fitted* b) { return a->t_s < b->t_s; });
  SalvoParams now = prior;
  for (int round = 0; round < kSalvoRounds; ++round) {
    const Prior with(log_density, now);
    const auto pieces =
        in_pieces(by_time.size(), 256, threads, Descent{}, [&](Descent& sum, std::size_t i) {
          const Fitted& f = *by_time[i];
          double all = std::exp(log_density);
          std::vector<std::pair<double, const Fitted*>> parents;
          for (std::size_t k = 1; k <= i; ++k) {
            const Fitted& earlier = *by_time[i - k];
            if (earlier.t_s <= f.t_s - kReachSpacings * now.spacing_s) break;
            const double v = with.excited(f, earlier);
            all += v;
            if (v > 0) parents.emplace_back(v, &earlier);
          }
          for (const auto& [v, parent] : parents) {
            const double r = v / all;
            sum.n += r;
            sum.time_s += r * (f.t_s - parent->t_s);
            // What the places are unsure by is no spread; those that are sure tell most of it.
            const double dx = f.x_m - parent->x_m, dy = f.y_m - parent->y_m;
            const double unsure = (f.covariance[0] + f.covariance[2] + parent->covariance[0] +
                                   parent->covariance[2]) /
                                  4;
            const double own = now.spread_m * now.spread_m;
            const double w = r * (own / (own + unsure)) * (own / (own + unsure));
            sum.square_m2 += w * ((dx * dx + dy * dy) / 4 - unsure);
            sum.weight += w;
          }
        });
    Descent all{kSalvoBelief, kSalvoBelief * prior.spacing_s,
                kSalvoBelief * prior.spread_m * prior.spread_m, kSalvoBelief};
    for (const Descent& p : pieces) {
      all.n += p.n;
      all.time_s += p.time_s;
      all.square_m2 += p.square_m2;
      all.weight += p.weight;
    }
    now.share = all.n / (static_cast<double>(effects.size()) + kSalvoBelief / prior.share);
    now.spacing_s = all.time_s / all.n;
    now.spread_m = std::sqrt(std::max(kSpreadMin * kSpreadMin, all.square_m2 / all.weight));
  }
  return now;
}

}  // namespace truce::fuse
