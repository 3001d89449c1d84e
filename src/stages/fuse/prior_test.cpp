#include "stages/fuse/internal/prior.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace truce::fuse {
namespace {

constexpr double kBase = -30;
const SalvoParams kSalvo{.share = 0.5, .spacing_s = 8, .spread_m = 250};

Fitted shot(double x_m, double y_m, double t_s, double sigma_m = 0) {
  Fitted f;
  f.x_m = x_m;
  f.y_m = y_m;
  f.t_s = t_s;
  f.covariance = {sigma_m * sigma_m, 0, sigma_m * sigma_m, 0, 0, 0};
  return f;
}

TEST(Prior, is_the_thin_rain_where_nothing_was_before) {
  Prior prior(kBase, kSalvo);
  EXPECT_NEAR(prior.log_density(shot(0, 0, 0)), kBase, 1e-12);
  const Fitted late = shot(0, 0, 10), far = shot(9000, 0, -1), long_ago = shot(0, 0, -49);
  prior.set({&late, &far, &long_ago});
  EXPECT_NEAR(prior.log_density(shot(0, 0, 0)), kBase, 1e-9);
}

// The integral over place and time of what one shot adds is the number of shots it makes expect.
TEST(Prior, one_shot_adds_as_many_as_its_share_says) {
  Prior prior(kBase, kSalvo);
  const Fitted first = shot(0, 0, 0, 100);
  prior.set({&first});
  double sum = 0;
  for (double dt = 0.5; dt < 60; dt += 1) {
    for (double x = -2000; x <= 2000; x += 100) {
      for (double y = -2000; y <= 2000; y += 100)
        sum += (std::exp(prior.log_density(shot(x, y, dt, 50))) - std::exp(kBase)) * 100 * 100;
    }
  }
  EXPECT_NEAR(sum, kSalvo.share, 0.01);
}

TEST(Prior, leaves_out_what_is_skipped_and_an_effect_itself) {
  Prior prior(kBase, kSalvo);
  const Fitted a = shot(0, 0, 0), b = shot(50, 0, 3);
  prior.set({&b, &a});
  EXPECT_GT(prior.log_density(b), kBase + 5);
  EXPECT_NEAR(prior.log_density(b, &a), kBase, 1e-9);
  EXPECT_NEAR(prior.log_density(a), kBase, 1e-9) << "nothing was before the first";
}

TEST(Prior, of_several_is_that_of_each_given_those_before_it) {
  Prior prior(kBase, kSalvo);
  const Fitted held = shot(-100, 40, -5);
  prior.set({&held});
  const std::vector<Fitted> two{shot(60, 0, 4), shot(0, 0, 0)};
  const double together = prior.log_density_of(two);
  Prior later(kBase, kSalvo);
  later.set({&held, &two[1]});
  EXPECT_NEAR(together, prior.log_density(two[1]) + later.log_density(two[0]), 1e-9);
  const std::vector<Fitted> turned{two[1], two[0]};
  EXPECT_NEAR(prior.log_density_of(turned), together, 1e-9);
}

// Shots that make others likely, as the model has it, of known share, spacing and spread.
TEST(FitSalvos, finds_what_they_were_made_with) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> unit(0, 1);
  std::normal_distribution<double> normal(0, 1);
  constexpr double kShare = 0.6, kSpacing = 5, kSpread = 90, kSigma = 40;
  std::poisson_distribution<int> children(kShare);
  std::vector<Fitted> at;  // where they are
  for (int first = 0; first < 400; ++first)
    at.push_back(shot(4e4 * unit(random), 4e4 * unit(random), 36'000 * unit(random), kSigma));
  constexpr double kApart = kSpread * std::numbers::sqrt2;
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (int k = children(random); k > 0; --k)
      at.push_back(shot(at[i].x_m + kApart * normal(random), at[i].y_m + kApart * normal(random),
                        at[i].t_s - kSpacing * std::log(1 - unit(random)), kSigma));
  }
  for (auto& f : at) {  // where they are found
    f.x_m += kSigma * normal(random);
    f.y_m += kSigma * normal(random);
  }
  const auto fitted = fit_salvos(at, std::log(400.0 / (4e4 * 4e4 * 36'000)), kSalvo, 2);
  EXPECT_NEAR(fitted.share, kShare, 0.06);
  EXPECT_NEAR(fitted.spacing_s, kSpacing, 0.7);
  EXPECT_NEAR(fitted.spread_m, kSpread, 12);
}

TEST(FitSalvos, stays_with_what_was_believed_where_there_is_nothing) {
  const auto fitted = fit_salvos({}, kBase, kSalvo, 2);
  EXPECT_NEAR(fitted.share, kSalvo.share, 1e-9);
  EXPECT_NEAR(fitted.spacing_s, kSalvo.spacing_s, 1e-9);
  EXPECT_NEAR(fitted.spread_m, kSalvo.spread_m, 1e-9);
}

}  // namespace
}  // namespace truce::fuse
