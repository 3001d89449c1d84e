#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stages/fuse/internal/climb.h"
#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

// The times of some effects, for a model of their errors to be judged by.
class PathErrors {
 public:
  PathErrors(const std::vector<Fitted>& effects, const Air& air, bool last, unsigned threads)
      : threads_(threads) {
    constexpr std::size_t kEnough = 80, kAtLast = 500, kHits = 60;
    double hits = 0, own = 0;
    for (const auto& f : effects) {
      if (!teaches(f)) continue;
      hits += static_cast<double>(f.hits.size());
      own += 3;
    }
    // The wind, the clocks and the sensors' places, too, were fitted to these times.
    const double left = hits - own;
    freedom_ = left / std::max(left / 3, left - air.wind_freedom - air.sensor_freedom);
    const std::size_t stride =
        std::max<std::size_t>(1, effects.size() / (last ? kAtLast : kEnough));
    for (std::size_t i = 0; i < effects.size(); i += stride) {
      const auto& f = effects[i];
      if (!teaches(f) || f.hits.size() > kHits) continue;
      auto& rows = rows_.emplace_back();
      const auto here = air.origin(f.x_m, f.y_m, f.t_s);
      for (const auto a : f.hits) {
        const auto s = air.net->sensor_of(a);
        const Path p = air.path(here, s);
        TimeRow r = air.time_row(p, a, air.net->time_s(a) - f.t_s - p.time_s);
        air.heed_stray(r);
        r.own2 -= air.path_floor_s * air.path_floor_s;
        r.path_s = p.travel_s;
        rows.push_back(r);
      }
    }
  }
  // Restricted likelihood (Patterson & Thompson 1971): each effect's own place and time taken out.
  double log_likelihood(double error, double floor, double shared, double angle) const {
    const SharedError common(shared, angle);
    const auto pieces =
        in_pieces(rows_.size(), 16, threads_, Piece{}, [&](Piece& p, std::size_t i) {
          p.scaled = rows_[i];
          for (auto& r : p.scaled) {
            r.own2 += floor * floor;
            r.path_s *= error;
          }
          TimeFit fit;
          if (!p.solver.solve(p.scaled, common, fit)) return;
          p.sum -= 0.5 * (fit.log_det + fit.log_det_normal + fit.misfit_after * freedom_);
        });
    return std::accumulate(pieces.begin(), pieces.end(), 0.0,
                           [](double sum, const Piece& p) { return sum + p.sum; });
  }

 private:
  struct Piece {
    TimeSolver solver;
    std::vector<TimeRow> scaled;
    double sum = 0;
  };
  std::vector<std::vector<TimeRow>> rows_;
  double freedom_ = 1;
  unsigned threads_;
};

}  // namespace

void calibrate_path_error(const std::vector<Fitted>& effects, const AssociateParams& prior,
                          bool last, Air& air) {
  const PathErrors errors(effects, air, last, prior.threads);
  std::array<double, 4> at{std::log(air.path_error), std::log(air.path_floor_s),
                           std::log(air.path_shared / (1 - air.path_shared)),
                           std::log(air.path_angle)};
  const std::array<double, 4> mean{std::log(prior.path_error), std::log(0.01), -0.5, std::log(0.4)};
  const std::array<double, 4> sd{1, 1, 1.5, 0.5};
  const auto score = [&](const std::array<double, 4>& v) {
    double sum = errors.log_likelihood(std::exp(v[0]), std::exp(v[1]), 1 / (1 + std::exp(-v[2])),
                                       std::exp(v[3]));
    for (std::size_t i = 0; i < v.size(); ++i)
      sum -= 0.5 * (v[i] - mean[i]) * (v[i] - mean[i]) / (sd[i] * sd[i]);
    return sum;
  };
  at = climb(at, {0.25, 0.5, 0.8, 0.4}, 4, score);
  air.path_error = std::exp(at[0]);
  air.path_floor_s = std::exp(at[1]);
  air.path_shared = 1 / (1 + std::exp(-at[2]));
  air.path_angle = std::exp(at[3]);
  air.retabulate_paths();
}

}  // namespace truce::fuse
