// Crossings of bearings, placed anew with what sensors heard of them and nothing else explains.
//
// Where fewer sensors heard a shot than it takes to locate it, two bearings still say about where
// and when it was; each arrival that fits is a third witness, and tells the way to 100 m where a
// bearing of 3° leaves open 500. Place and time are fitted by least squares (Gauss-Newton) to the
// azimuths and times of the arrays and the times of the arrivals, which are taken one by one, the
// likeliest first, as long as they are likelier of this shot than false.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include "stages/fuse/internal/joining.h"

namespace truce::fuse::joining {

namespace {

using State = std::array<double, 3>;  // east, north, seconds
using Matrix = std::array<State, 3>;  // symmetric
constexpr int kRounds = 4;
constexpr double kHeard = 0.5;        // of sensors within reach; only its order matters
constexpr double kSigmasMost = 5;     // farther off it is of something else
constexpr double kAboutHourS = 3840;  // of a block with its margins

double log_density(double off, double variance) {
  return -0.5 * (off * off / variance + std::log(2 * std::numbers::pi * variance));
}

// Of a symmetric positive matrix; nothing where it is not.
std::optional<Matrix> inverse(const Matrix& m) {
  const double a = m[1][1] * m[2][2] - m[1][2] * m[1][2];
  const double b = m[0][2] * m[1][2] - m[0][1] * m[2][2];
  const double c = m[0][1] * m[1][2] - m[0][2] * m[1][1];
  const double det = m[0][0] * a + m[0][1] * b + m[0][2] * c;
  if (!(det > 0)) return {};
  Matrix out;
  out[0] = {a / det, b / det, c / det};
  out[1] = {b / det, (m[0][0] * m[2][2] - m[0][2] * m[0][2]) / det,
            (m[0][1] * m[0][2] - m[0][0] * m[1][2]) / det};
  out[2] = {c / det, out[1][2], (m[0][0] * m[1][1] - m[0][1] * m[0][1]) / det};
  return out;
}

double along(const Matrix& m, const State& g) {
  double sum = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) sum += g[i] * m[i][j] * g[j];
  }
  return sum;
}

struct Line {  // a measurement at a state: residual, its gradient, its variance
  double off = 0;
  State gradient{};
  double variance = 1;
};

Line of_time(const State& s, const Wave& w) {
  const Xy to = Xy{s[0], s[1]} - w.from;
  const double d = std::max(1.0, length(to));
  return {w.time_s - s[2] - d / kSoundMS,
          {to.x_m / d / kSoundMS, to.y_m / d / kSoundMS, 1},
          w.onset_s * w.onset_s + std::pow(d / kSoundMS * w.way_share, 2)};
}

Line of_azimuth(const State& s, const Wave& w) {
  const Xy to = Xy{s[0], s[1]} - w.from;
  const double square = std::max(1.0, to.x_m * to.x_m + to.y_m * to.y_m);
  return {std::remainder(w.azimuth_rad - std::atan2(to.x_m, to.y_m), 2 * std::numbers::pi),
          {to.y_m / square, -to.x_m / square, 0},
          w.azimuth_variance};
}

struct Refitted {
  State at{};
  Matrix covariance{};
};

std::optional<Refitted> fitted(State at, const std::vector<Wave>& waves) {
  Refitted out{at, {}};
  for (int round = 0; round < kRounds; ++round) {
    Matrix normal{};
    State right{};
    const auto add = [&](const Line& l) {
      for (std::size_t i = 0; i < 3; ++i) {
        right[i] += l.gradient[i] * l.off / l.variance;
        for (std::size_t j = 0; j < 3; ++j)
          normal[i][j] += l.gradient[i] * l.gradient[j] / l.variance;
      }
    };
    for (const auto& w : waves) {
      if (w.has_time) add(of_time(out.at, w));
      if (w.azimuth_variance > 0) add(of_azimuth(out.at, w));
    }
    const auto covariance = inverse(normal);
    if (!covariance) return {};
    out.covariance = *covariance;
    for (std::size_t i = 0; i < 3; ++i) {
      for (std::size_t j = 0; j < 3; ++j) out.at[i] += out.covariance[i][j] * right[j];
    }
  }
  for (const double v : out.at) {
    if (!std::isfinite(v)) return {};
  }
  for (const auto& w : waves) {
    const Line t = of_time(out.at, w), a = of_azimuth(out.at, w);
    if (w.has_time && t.off * t.off > kSigmasMost * kSigmasMost * t.variance) return {};
    if (w.azimuth_variance > 0 && a.off * a.off > kSigmasMost * kSigmasMost * a.variance) return {};
  }
  return out;
}

}  // namespace

FreeArrivals::FreeArrivals(const std::vector<Observation>& arrivals,
                           const std::vector<Effect>& effects, const Plane& plane) {
  std::vector<std::string> taken;
  for (const auto& e : effects) {
    const Observation& o = e.observation;
    for (const auto* list : {&o.derived_from, &o.echoes, &o.shock_waves})
      taken.insert(taken.end(), list->begin(), list->end());
  }
  std::sort(taken.begin(), taken.end());
  for (const auto& o : arrivals) {
    if (!is_sound(o) || std::binary_search(taken.begin(), taken.end(), o.id)) continue;
    const auto& a = std::get<Arrival>(o.shape);
    free_.push_back({&o, plane.frame.to_xy(a.at), plane.seconds(a.at_time),
                     std::max(0.05, a.sigma_s), 0, false});
    ++said_[o.source];
  }
  for (auto& f : free_) f.log_false = std::log(said_[f.observation->source] / kAboutHourS);
  std::sort(free_.begin(), free_.end(), [](const Free& a, const Free& b) {
    return std::tie(a.time_s, a.observation->id) < std::tie(b.time_s, b.observation->id);
  });
}

double FreeArrivals::add_to(Effect& e, std::vector<Wave> waves, double way_share, double reach_m) {
  std::optional<Refitted> best = fitted({e.at.x_m, e.at.y_m, e.time_s}, waves);
  double gained = 0;
  std::size_t added = 0;
  while (best) {
    Free* likeliest = nullptr;
    Wave wave;
    double most = 0;
    const double longest_s = reach_m / kSoundMS;
    auto f = std::lower_bound(free_.begin(), free_.end(), best->at[2] - longest_s,
                              [](const Free& a, double t) { return a.time_s < t; });
    for (; f != free_.end() && f->time_s < best->at[2] + 2 * longest_s; ++f) {
      if (f->used || took(e, f->observation->source)) continue;
      if (length(Xy{best->at[0], best->at[1]} - f->at) > reach_m) continue;
      const Wave w{f->at, true, f->time_s, f->sigma_s, way_share, 0, 0};
      const Line l = of_time(best->at, w);
      const double v = std::log(kHeard) +
                       log_density(l.off, l.variance + along(best->covariance, l.gradient)) -
                       f->log_false;
      if (v <= most) continue;
      most = v;
      likeliest = &*f;
      wave = w;
    }
    if (likeliest == nullptr) break;
    waves.push_back(wave);
    auto better = fitted(best->at, waves);
    if (!better) break;
    best = better;
    likeliest->used = true;
    take(e, *likeliest->observation);
    gained += most;
    ++added;
  }
  if (added == 0) return 0;
  e.at = {best->at[0], best->at[1]};
  e.place = {best->covariance[0][0], best->covariance[0][1], best->covariance[1][1]};
  e.time_s = best->at[2];
  e.sigma_s = std::sqrt(best->covariance[2][2]);
  return gained;
}

}  // namespace truce::fuse::joining
