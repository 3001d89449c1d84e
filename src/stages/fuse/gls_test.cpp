#include "stages/fuse/internal/gls.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace truce::fuse {
namespace {

using Matrix = std::vector<std::vector<double>>;

// Gauss and Jordan with pivots; the logarithm of the determinant besides.
Matrix inverse(Matrix a, double& log_det) {
  const std::size_t n = a.size();
  Matrix out(n, std::vector<double>(n, 0));
  for (std::size_t i = 0; i < n; ++i) out[i][i] = 1;
  log_det = 0;
  for (std::size_t k = 0; k < n; ++k) {
    std::size_t best = k;
    for (std::size_t i = k; i < n; ++i) best = std::abs(a[i][k]) > std::abs(a[best][k]) ? i : best;
    std::swap(a[k], a[best]);
    std::swap(out[k], out[best]);
    const double pivot = a[k][k];
    log_det += std::log(std::abs(pivot));
    for (std::size_t j = 0; j < n; ++j) {
      a[k][j] /= pivot;
      out[k][j] /= pivot;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const double f = i == k ? 0 : a[i][k];
      for (std::size_t j = 0; j < n; ++j) {
        a[i][j] -= f * a[k][j];
        out[i][j] -= f * out[k][j];
      }
    }
  }
  return out;
}

Matrix covariance_of(const std::vector<TimeRow>& rows, const SharedError& shared) {
  Matrix v(rows.size(), std::vector<double>(rows.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      const TimeRow& a = rows[i];
      const TimeRow& b = rows[j];
      v[i][j] = i == j ? a.own2 + a.path_s * a.path_s : a.path_s * b.path_s * shared(a, b);
    }
  }
  return v;
}

// As the textbook writes it: (GᵀV⁻¹G)⁻¹ GᵀV⁻¹ r.
TimeFit reference(const std::vector<TimeRow>& rows, const SharedError& shared) {
  TimeFit out;
  const Matrix w = inverse(covariance_of(rows, shared), out.log_det);
  Matrix normal{{1e-10, 0, 0}, {0, 1e-10, 0}, {0, 0, 0}};
  std::array<double, 3> right{};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows.size(); ++j) {
      const std::array<double, 3> a{rows[i].tx, rows[i].ty, 1};
      const std::array<double, 3> b{rows[j].tx, rows[j].ty, 1};
      out.misfit += rows[i].residual * w[i][j] * rows[j].residual;
      for (std::size_t p = 0; p < 3; ++p) {
        right[p] += a[p] * w[i][j] * rows[j].residual;
        for (std::size_t q = 0; q < 3; ++q) normal[p][q] += a[p] * w[i][j] * b[q];
      }
    }
  }
  const Matrix c = inverse(normal, out.log_det_normal);
  out.covariance = {c[0][0], c[0][1], c[1][1], c[0][2], c[1][2], c[2][2]};
  out.misfit_after = out.misfit;
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t q = 0; q < 3; ++q) out.step[p] += c[p][q] * right[q];
    out.misfit_after -= out.step[p] * right[p];
  }
  return out;
}

std::vector<TimeRow> random_rows(std::mt19937_64& random, std::size_t n) {
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<TimeRow> rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double angle = 6.283185307179586 * unit(random);
    const double ux = std::cos(angle);
    const double uy = std::sin(angle);
    rows.push_back({-ux / 340, -uy / 340, 0.4 * (unit(random) - 0.5), 0.0004 + 0.01 * unit(random),
                    0.02 + 0.2 * unit(random), ux, uy});
  }
  return rows;
}

void expect_near(const TimeFit& a, const TimeFit& b, double share) {
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(a.step[i], b.step[i], share * (1 + std::abs(b.step[i])));
  for (std::size_t i = 0; i < 6; ++i)
    EXPECT_NEAR(a.covariance[i], b.covariance[i], share * (1 + std::abs(b.covariance[i])));
  EXPECT_NEAR(a.misfit, b.misfit, share * (1 + b.misfit));
  EXPECT_NEAR(a.misfit_after, b.misfit_after, share * (1 + b.misfit));
  EXPECT_NEAR(a.log_det, b.log_det, share * (1 + std::abs(b.log_det)));
  EXPECT_NEAR(a.log_det_normal, b.log_det_normal, share * (1 + std::abs(b.log_det_normal)));
}

TEST(TimeSolver, solves_as_the_textbook_does) {
  std::mt19937_64 random(4);
  TimeSolver solver;
  for (int round = 0; round < 60; ++round) {
    const auto rows = random_rows(random, 4 + random() % 30);
    const SharedError shared(0.05 + 0.1 * static_cast<double>(random() % 9), 0.5);
    TimeFit fit;
    ASSERT_TRUE(solver.solve(rows, shared, fit));
    expect_near(fit, reference(rows, shared), 1e-7);
  }
}

TEST(TimeSolver, is_weighted_least_squares_when_paths_share_nothing) {
  std::mt19937_64 random(5);
  TimeSolver solver;
  for (int round = 0; round < 60; ++round) {
    const auto rows = random_rows(random, 4 + random() % 30);
    TimeFit fit;
    ASSERT_TRUE(solver.solve(rows, SharedError(0, 0.5), fit));
    const auto& s = fit.step;
    std::array<double, 3> slope{};  // of the weighted squares, at their least
    double left = 0;
    for (const TimeRow& r : rows) {
      const double w = 1 / (r.own2 + r.path_s * r.path_s);
      const double rest = r.residual - s[0] * r.tx - s[1] * r.ty - s[2];
      slope[0] += w * rest * r.tx;
      slope[1] += w * rest * r.ty;
      slope[2] += w * rest;
      left += w * rest * rest;
    }
    EXPECT_NEAR(slope[0], 1e-10 * s[0], 1e-8);
    EXPECT_NEAR(slope[1], 1e-10 * s[1], 1e-8);
    EXPECT_NEAR(slope[2], 0, 1e-6);
    EXPECT_NEAR(fit.misfit_after, left, 1e-3 * (1 + left));
  }
}

TEST(TimeSolver, finds_the_place_that_the_times_were_made_for) {
  std::mt19937_64 random(6);
  auto rows = random_rows(random, 12);
  for (TimeRow& r : rows) r.residual = 120 * r.tx - 80 * r.ty + 0.25;
  TimeFit fit;
  ASSERT_TRUE(TimeSolver().solve(rows, SharedError(0.3, 0.4), fit));
  EXPECT_NEAR(fit.step[0], 120, 0.01);
  EXPECT_NEAR(fit.step[1], -80, 0.01);
  EXPECT_NEAR(fit.step[2], 0.25, 1e-5);
  EXPECT_NEAR(fit.misfit_after, 0, 1e-3);
}

TEST(TimeSolver, is_less_sure_the_more_that_neighbouring_paths_share) {
  std::mt19937_64 random(7);
  auto rows = random_rows(random, 20);
  for (TimeRow& r : rows) {
    r.own2 = 0.001;
    r.path_s = 0.1;
  }
  double before = 0;
  for (const double share : {0.0, 0.3, 0.6, 0.9}) {
    TimeFit fit;
    ASSERT_TRUE(TimeSolver().solve(rows, SharedError(share, 30), fit));
    EXPECT_GT(fit.covariance[5], before) << "of the time, on which all paths pull alike";
    before = fit.covariance[5];
  }
}

TEST(TimeSolver, solves_other_residuals_with_the_errors_it_knows) {
  std::mt19937_64 random(9);
  const SharedError shared(0.3, 0.5);
  auto rows = random_rows(random, 15);
  TimeSolver solver;
  ASSERT_TRUE(solver.factor(rows, shared));
  for (TimeRow& r : rows) r.residual = -r.residual + 0.1;
  TimeFit again, fresh;
  ASSERT_TRUE(solver.solve_again(rows, again));
  ASSERT_TRUE(TimeSolver().solve(rows, shared, fresh));
  expect_near(again, fresh, 1e-12);
}

TEST(TimeSolver, leaves_each_hit_out_as_if_it_had_never_been_there) {
  std::mt19937_64 random(10);
  for (int round = 0; round < 20; ++round) {
    const SharedError shared(0.05 * static_cast<double>(round), 0.5);
    const auto rows = random_rows(random, 5 + random() % 20);
    TimeSolver solver;
    TimeFit all;
    ASSERT_TRUE(solver.solve(rows, shared, all));
    const auto left = solver.leave_each_out(all);
    ASSERT_EQ(left.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      auto others = rows;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      TimeFit without;
      ASSERT_TRUE(TimeSolver().solve(others, shared, without));
      for (std::size_t d = 0; d < 3; ++d) {
        const double moved = without.step[d] - all.step[d];
        EXPECT_NEAR(left[i].step[d], moved, 1e-5 * (1 + std::abs(moved))) << i;
      }
      // The likelihood of all is that of the others times that of this one given them.
      const double z2 = left[i].residual * left[i].residual / left[i].variance;
      EXPECT_NEAR(all.misfit_after - without.misfit_after, z2, 1e-4 * (1 + z2)) << i;
    }
  }
}

TEST(TimeSolver, refuses_two_rows_and_rows_without_an_error) {
  std::mt19937_64 random(8);
  TimeFit fit;
  EXPECT_FALSE(TimeSolver().solve(random_rows(random, 2), SharedError(0.3, 0.4), fit));
  auto rows = random_rows(random, 5);
  for (TimeRow& r : rows) r.own2 = r.path_s = 0;
  EXPECT_FALSE(TimeSolver().solve(rows, SharedError(0.3, 0.4), fit));
}

TEST(SharedError, fades_with_the_angle_between_paths) {
  const SharedError shared(0.4, 0.5);
  const TimeRow east{0, 0, 0, 0, 0, 1, 0};
  double before = 0.4;
  EXPECT_NEAR(shared(east, east), 0.4, 1e-12);
  for (double angle = 0.05; angle <= 3.14; angle += 0.05) {
    const double here = shared(east, {0, 0, 0, 0, 0, std::cos(angle), std::sin(angle)});
    EXPECT_LT(here, before);
    EXPECT_NEAR(here, 0.4 * std::exp(-angle / 0.5), 0.01) << angle;
    before = here;
  }
}

}  // namespace
}  // namespace truce::fuse
