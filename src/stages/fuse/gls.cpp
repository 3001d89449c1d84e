#include "stages/fuse/internal/gls.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"
#include "base/wide.h"

namespace truce::fuse {

SharedError::SharedError(double share, double angle_rad) {
  static const auto angles = [] {
    decltype(fade_) out{};
    for (std::size_t k = 0; k < out.size(); ++k)
      out[k] = 2 * std::asin(std::min(1.0, std::sqrt(static_cast<double>(k) / kPerChord2) / 2));
    return out;
  }();
  for (std::size_t k = 0; k < fade_.size(); ++k)
    fade_[k] = share * std::exp(-angles[k] / angle_rad);
}

namespace {

constexpr std::size_t kPivotsPerLog = 8;

// The upper triangle of a positive matrix of n rows to Lᵀ, row by row; `per` one over its diagonal.
// False when it is not positive.
TRUCE_WIDE bool eliminate(double* v, std::size_t n, double* per, double& log_det) {
  double sum = 0, product = 1;
  for (std::size_t k = 0; k < n; ++k) {
    double* pivot = v + k * n;
    if (!(pivot[k] > 0)) return false;
    product *= pivot[k];
    if (k % kPivotsPerLog == kPivotsPerLog - 1 || k + 1 == n) {
      sum += std::log(product);
      product = 1;
    }
    per[k] = 1 / std::sqrt(pivot[k]);
    for (std::size_t j = k; j < n; ++j) pivot[j] *= per[k];
    for (std::size_t i = k + 1; i < n; ++i) {
      double* row = v + i * n;
      const double f = pivot[i];
      for (std::size_t j = i; j < n; ++j) row[j] -= f * pivot[j];
    }
  }
  log_det = sum;
  return true;
}

using Right = std::array<double, 4>;  // a row of G and the residual

// L⁻¹ of the right sides, in place.
TRUCE_WIDE void substitute(const double* v, const double* per, Right* right, std::size_t n) {
  for (std::size_t k = 0; k < n; ++k) {
    const double* row = v + k * n;
    Right b = right[k];
    for (double& x : b) x *= per[k];
    right[k] = b;
    for (std::size_t i = k + 1; i < n; ++i) {
      for (std::size_t c = 0; c < b.size(); ++c) right[i][c] -= row[i] * b[c];
    }
  }
}

}  // namespace

bool TimeSolver::factor(const std::vector<TimeRow>& rows, const SharedError& shared) {
  const std::size_t n = rows.size();
  if (n < 3) return false;
  v_.resize(n * n);
  per_.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    const TimeRow& r = rows[i];
    double* row = &v_[i * n];
    row[i] = r.own2 + r.path_s * r.path_s;
    for (std::size_t j = i + 1; j < n; ++j) row[j] = r.path_s * rows[j].path_s * shared(r, rows[j]);
  }
  return eliminate(v_.data(), n, per_.data(), log_det_);
}

bool TimeSolver::solve_again(const std::vector<TimeRow>& rows, TimeFit& out) {
  const std::size_t n = rows.size();
  TRUCE_ENSURE(n == per_.size());
  right_.clear();
  for (const TimeRow& r : rows) right_.push_back({r.tx, r.ty, 1, r.residual});
  substitute(v_.data(), per_.data(), right_.data(), n);
  out.log_det = log_det_;
  double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0, tt = 0, bx = 0, by = 0, bt = 0, rr = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const Right& b = right_[i];
    xx += b[0] * b[0];
    xy += b[0] * b[1];
    yy += b[1] * b[1];
    xt += b[0] * b[2];
    yt += b[1] * b[2];
    tt += b[2] * b[2];
    bx += b[0] * b[3];
    by += b[1] * b[3];
    bt += b[2] * b[3];
    rr += b[3] * b[3];
  }
  xx += 1e-10;  // nothing is known to better than 100 km beforehand
  yy += 1e-10;
  const double det = xx * (yy * tt - yt * yt) - xy * (xy * tt - yt * xt) + xt * (xy * yt - yy * xt);
  if (!(det > 0)) return false;
  auto& c = out.covariance;
  c = {(yy * tt - yt * yt) / det, (xt * yt - xy * tt) / det, (xx * tt - xt * xt) / det,
       (xy * yt - yy * xt) / det, (xy * xt - xx * yt) / det, (xx * yy - xy * xy) / det};
  out.step = {c[0] * bx + c[1] * by + c[3] * bt, c[1] * bx + c[2] * by + c[4] * bt,
              c[3] * bx + c[4] * by + c[5] * bt};
  out.misfit = rr;
  out.misfit_after = rr - (out.step[0] * bx + out.step[1] * by + out.step[2] * bt);
  out.log_det_normal = std::log(det);
  return true;
}

std::vector<LeftOut> TimeSolver::leave_each_out(const TimeFit& fit) const {
  const std::size_t n = per_.size();
  // Column by column L⁻¹, of which V⁻¹ = L⁻ᵀ L⁻¹; then V⁻¹G, V⁻¹r and the diagonal of V⁻¹.
  std::vector<double> column(n);
  std::vector<LeftOut> out(n);
  const auto& c = fit.covariance;
  std::array<double, 3> all{};  // GᵀV⁻¹r
  for (const Right& b : right_) {
    for (std::size_t d = 0; d < 3; ++d) all[d] += b[d] * b[3];
  }
  for (std::size_t i = 0; i < n; ++i) {
    std::fill(column.begin(), column.end(), 0.0);
    column[i] = 1;
    std::array<double, 3> g{};
    double r = 0, own = 0;
    for (std::size_t k = i; k < n; ++k) {
      const double y = column[k] *= per_[k];
      for (std::size_t d = 0; d < 3; ++d) g[d] += y * right_[k][d];
      r += y * right_[k][3];
      own += y * y;
      const double* row = &v_[k * n];
      for (std::size_t j = k + 1; j < n; ++j) column[j] -= row[j] * y;
    }
    const std::array<double, 3> cg{c[0] * g[0] + c[1] * g[1] + c[3] * g[2],
                                   c[1] * g[0] + c[2] * g[1] + c[4] * g[2],
                                   c[3] * g[0] + c[4] * g[1] + c[5] * g[2]};
    double free = own, pull = r;
    for (std::size_t d = 0; d < 3; ++d) {
      free -= g[d] * cg[d];
      pull -= cg[d] * all[d];
    }
    if (!(free > 1e-12)) continue;  // the others alone do not tell where it was
    out[i].variance = 1 / free;
    out[i].residual = pull / free;
    for (std::size_t d = 0; d < 3; ++d) out[i].step[d] = -cg[d] * out[i].residual;
  }
  return out;
}

}  // namespace truce::fuse
