#include "stages/fuse/internal/region.h"

#include <cmath>
#include <numbers>

namespace truce::fuse {

namespace {

constexpr std::size_t kCorners = 36;
constexpr double kTwoPi = 2 * std::numbers::pi;

// Covariance {ee, en, nn} of the wind at a place and time.
std::array<double, 3> wind_covariance(const Fitted& f, const Air& air) {
  const auto s = air.wind.stencil(f.x_m, f.y_m, f.t_s);
  const std::size_t n = 2 * air.wind.knots();
  std::array<double, 3> out{};
  for (std::size_t a = 0; a < WindField::kCorners; ++a) {
    for (std::size_t b = 0; b < WindField::kCorners; ++b) {
      const double w = s.weight[a] * s.weight[b];
      const std::size_t first = 2 * std::size_t{s.knot[a]}, second = 2 * std::size_t{s.knot[b]};
      const double* row = &air.wind_covariance[first * n + second];
      out[0] += w * row[0];
      out[1] += w * row[1];
      out[2] += w * row[n + 1];
    }
  }
  return out;
}

using Response = std::array<std::array<double, 2>, 3>;  // of x, y, t to the wind's east and north

// How place and time answer to a wind that is off: C GᵀWB.
Response response(const Fitted& f, const Network& net, const Air& air) {
  Response gb{};
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  for (const auto a : f.hits) {
    const auto s = net.sensor_of(a);
    const Path p = air.path(here, s);
    const double w = 1 / air.time_variance(p, net.sigma_s(a), s);
    const double per = -p.distance_m / (p.speed_m_s * p.speed_m_s);
    const std::array<double, 3> g{-p.ux / p.speed_m_s, -p.uy / p.speed_m_s, 1};
    for (std::size_t i = 0; i < 3; ++i) {
      gb[i][0] += w * g[i] * per * p.ux;
      gb[i][1] += w * g[i] * per * p.uy;
    }
  }
  const auto& c = f.covariance;
  const std::array<std::array<double, 3>, 3> cov{
      {{c[0], c[1], c[3]}, {c[1], c[2], c[4]}, {c[3], c[4], c[5]}}};
  Response out{};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t k = 0; k < 3; ++k) {
      out[i][0] += cov[i][k] * gb[k][0];
      out[i][1] += cov[i][k] * gb[k][1];
    }
  }
  return out;
}

}  // namespace

std::array<double, 6> widened(const Fitted& f, const Network& net, const Air& air) {
  if (air.wind_covariance.empty()) return f.covariance;
  const auto wind = wind_covariance(f, air);
  const Response j = response(f, net, air);
  const auto plus = [&](std::size_t a, std::size_t b) {
    return j[a][0] * (wind[0] * j[b][0] + wind[1] * j[b][1]) +
           j[a][1] * (wind[1] * j[b][0] + wind[2] * j[b][1]);
  };
  const auto& c = f.covariance;
  return {c[0] + plus(0, 0), c[1] + plus(0, 1), c[2] + plus(1, 1),
          c[3] + plus(0, 2), c[4] + plus(1, 2), c[5] + plus(2, 2)};
}

std::array<double, 6> doubted(const Fitted& f, const Network& net, const Air& air,
                              std::array<double, 6> covariance) {
  constexpr std::size_t kHits = 40;  // of more, one moves nothing
  if (f.hits.size() > kHits) return covariance;
  std::vector<TimeRow> rows;
  std::vector<double> odds;  // but for the time's
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  for (const auto a : f.hits) {
    const auto s = net.sensor_of(a);
    const Path p = air.path(here, s);
    TimeRow r = air.time_row(p, a, net.time_s(a) - f.t_s - p.time_s);
    air.heed_stray(r);
    rows.push_back(r);
    const double expected = f.source_db - air.loss_db(p);
    const double z = (net.level_db(a) - expected) / air.level_sd_db;
    odds.push_back(air.said(a).odds - 0.5 * z * z -
                   air.log_miss(expected - air.sensor[s].noise_db));
  }
  TimeSolver solver;
  TimeFit fit;
  if (!solver.solve(rows, air.shared_error(), fit)) return covariance;
  const auto left = solver.leave_each_out(fit);
  for (std::size_t i = 0; i < left.size(); ++i) {
    const LeftOut& l = left[i];
    if (!(l.variance > 0)) continue;
    const double real =
        odds[i] + air.log_stray(l.residual * l.residual / l.variance) - 0.5 * std::log(l.variance);
    const double wrong = 1 / (1 + std::exp(real));
    const auto& d = l.step;
    const std::array<double, 6> moved{d[0] * d[0], d[0] * d[1], d[1] * d[1],
                                      d[0] * d[2], d[1] * d[2], d[2] * d[2]};
    for (std::size_t k = 0; k < moved.size(); ++k) covariance[k] += wrong * moved[k];
  }
  return covariance;
}

std::optional<Fitted> mirrored(const Fitted& f, const Network& net, const Air& air) {
  constexpr double kTelling = 100;  // squared sigmas, of which the fit may take up some
  const auto n = static_cast<double>(f.hits.size());
  double x = 0, y = 0, xx = 0, xy = 0, yy = 0;
  for (const auto a : f.hits) {
    const SensorState& s = air.sensor[net.sensor_of(a)];
    x += s.x_m / n;
    y += s.y_m / n;
  }
  for (const auto a : f.hits) {
    const SensorState& s = air.sensor[net.sensor_of(a)];
    xx += (s.x_m - x) * (s.x_m - x);
    xy += (s.x_m - x) * (s.y_m - y);
    yy += (s.y_m - y) * (s.y_m - y);
  }
  const double line = 0.5 * std::atan2(2 * xy, xx - yy);
  const double across_x = -std::sin(line), across_y = std::cos(line);
  const double off = (f.x_m - x) * across_x + (f.y_m - y) * across_y;
  // A sensor h beside the line is nearer to one of the two places by about 2 h sin of the angle
  // that it sees between them and the line.
  double told = 0;
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  for (const auto a : f.hits) {
    const auto s = net.sensor_of(a);
    const Path p = air.path(here, s);
    const double beside = (air.sensor[s].x_m - x) * across_x + (air.sensor[s].y_m - y) * across_y;
    const double later = 2 * beside * off / p.distance_m / p.speed_m_s;
    told += later * later / air.time_variance(p, net.sigma_s(a), s);
    if (told > kTelling) return std::nullopt;
  }
  Fitted out = f;
  out.x_m -= 2 * off * across_x;
  out.y_m -= 2 * off * across_y;
  return out;
}

std::array<double, 6> either(const Fitted& f, const Fitted& other,
                             std::array<double, 6> covariance) {
  const double share = 1 / (1 + std::exp(f.log_odds - other.log_odds));
  const std::array<double, 3> d{other.x_m - f.x_m, other.y_m - f.y_m, other.t_s - f.t_s};
  const std::array<double, 6> apart{d[0] * d[0], d[0] * d[1], d[1] * d[1],
                                    d[0] * d[2], d[1] * d[2], d[2] * d[2]};
  for (std::size_t k = 0; k < apart.size(); ++k) covariance[k] += share * apart[k];
  return covariance;
}

std::vector<std::array<double, 2>> region(const LocatedEffect& e, double squared_radius) {
  const auto& c = e.covariance;
  const double sx = std::sqrt(std::max(c[0], 1e-6));
  const double k = c[1] / sx;
  const double sy = std::sqrt(std::max(c[2] - k * k, 1e-6));
  // A polygon of so many corners on the ellipse holds a little less than it: drawn out to match.
  const double half = kTwoPi / kCorners / 2;
  const double r = std::sqrt(squared_radius * half / (std::sin(half) * std::cos(half)));
  std::vector<std::array<double, 2>> ring;
  for (std::size_t i = 0; i <= kCorners; ++i) {
    const double angle = kTwoPi * static_cast<double>(i % kCorners) / kCorners;
    const double u = r * std::cos(angle);
    const double v = r * std::sin(angle);
    ring.push_back({e.x_m + sx * u, e.y_m + k * u + sy * v});
  }
  return ring;
}

}  // namespace truce::fuse
