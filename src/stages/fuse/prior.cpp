#include "stages/fuse/internal/prior.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace truce::fuse {

namespace {
constexpr double kReach = 6;     // spacings after which a salvo is over
constexpr double kFar = 40;      // squared sigmas from where it would be: nothing
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
  if (dt < 0 || dt > kReach * salvo_.spacing_s) return 0;
  const double own = 2 * salvo_.spread_m * salvo_.spread_m;
  const double a = f.covariance[0] + earlier.covariance[0] + own;
  const double b = f.covariance[1] + earlier.covariance[1];
  const double c = f.covariance[2] + earlier.covariance[2] + own;
  const double dx = f.x_m - earlier.x_m;
  const double dy = f.y_m - earlier.y_m;
  // No direction is wider than all together.
  if (dx * dx + dy * dy > kFar * (a + c)) return 0;
  const double det = a * c - b * b;
  if (!(det > 0)) return 0;
  const double m = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / det;
  if (m > kFar) return 0;
  return salvo_.share * std::exp(-dt / salvo_.spacing_s) / salvo_.spacing_s * std::exp(-0.5 * m) /
         (2 * std::numbers::pi * std::sqrt(det));
}

double Prior::log_density(const Fitted& f, const Fitted* skip) const {
  double sum = std::exp(log_density_);
  auto it = std::lower_bound(effects_.begin(), effects_.end(), f.t_s - kReach * salvo_.spacing_s,
                             [](const Fitted* e, double t) { return e->t_s < t; });
  for (; it != effects_.end() && (*it)->t_s <= f.t_s; ++it) {
    if (*it != skip && *it != &f) sum += excited(f, **it);
  }
  return std::log(sum);
}

double Prior::log_density_most(const Seed& seed) const {
  const double peak =
      salvo_.share / salvo_.spacing_s / (4 * std::numbers::pi * salvo_.spread_m * salvo_.spread_m);
  double sum = std::exp(log_density_);
  const double from = seed.t_s - kSeedS - kReach * salvo_.spacing_s;
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

double Prior::log_density_of(std::span<const Fitted> effects) const {
  double total = 0;
  for (const Fitted& f : effects) {
    double sum = std::exp(log_density(f));
    for (const Fitted& e : effects) {
      if (&e != &f && (e.t_s < f.t_s || (e.t_s == f.t_s && &e < &f))) sum += excited(f, e);
    }
    total += std::log(sum);
  }
  return total;
}

}  // namespace truce::fuse
