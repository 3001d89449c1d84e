#include "stages/fuse/internal/gls.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

SharedError::SharedError(double share, double angle_rad) {
  for (std::size_t k = 0; k < fade_.size(); ++k) {
    const double chord = std::min(2.0, std::sqrt(static_cast<double>(k) / kPerChord2));
    fade_[k] = share * std::exp(-2 * std::asin(chord / 2) / angle_rad);
  }
}

// The upper triangle of V and, behind it in each row, G and the residuals: eliminated row by row,
// V becomes Lᵀ and the rest L⁻¹ of itself.
bool TimeSolver::solve(const std::vector<TimeRow>& rows, const SharedError& shared, TimeFit& out) {
  const std::size_t n = rows.size();
  if (n < 3) return false;
  const std::size_t width = n + 4;
  v_.resize(n * width);
  for (std::size_t i = 0; i < n; ++i) {
    const TimeRow& r = rows[i];
    double* row = &v_[i * width];
    row[i] = r.own2 + r.path_s * r.path_s;
    for (std::size_t j = i + 1; j < n; ++j) row[j] = r.path_s * rows[j].path_s * shared(r, rows[j]);
    row[n] = r.tx;
    row[n + 1] = r.ty;
    row[n + 2] = 1;
    row[n + 3] = r.residual;
  }
  out.log_det = 0;
  for (std::size_t k = 0; k < n; ++k) {
    double* pivot = &v_[k * width];
    if (!(pivot[k] > 0)) return false;
    out.log_det += std::log(pivot[k]);
    const double scale = 1 / std::sqrt(pivot[k]);
    for (std::size_t j = k; j < width; ++j) pivot[j] *= scale;
    for (std::size_t i = k + 1; i < n; ++i) {
      double* row = &v_[i * width];
      const double f = pivot[i];
      for (std::size_t j = i; j < width; ++j) row[j] -= f * pivot[j];
    }
  }
  double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0, tt = 0, bx = 0, by = 0, bt = 0, rr = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double* b = &v_[i * width + n];
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

}  // namespace truce::fuse
