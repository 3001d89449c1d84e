#include "stages/fuse/internal/air.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

constexpr double kSqrtHalf = 0.70710678118654752;
constexpr double kLogSqrt2Pi = 0.91893853320467274;

double normal_cdf(double z) { return 0.5 * std::erfc(-z * kSqrtHalf); }

Air::Expectation expectation_of(double hear) {
  if (hear < 0.01) return {static_cast<float>(std::log(std::max(1e-6, hear))), 0, 0};
  const double log_hear = std::log(hear);
  const double log_miss = std::log1p(-hear);
  const double d = log_hear - log_miss;
  return {static_cast<float>(log_hear), static_cast<float>(hear * log_hear + (1 - hear) * log_miss),
          static_cast<float>(hear * (1 - hear) * d * d)};
}

}  // namespace

WindField::WindField(const Network& net, double spacing_m, double spacing_s) {
  const std::array<double, 3> low{net.x_min, net.y_min, net.start_s};
  const std::array<double, 3> high{net.x_max, net.y_max, net.end_s};
  const std::array<double, 3> spacing{spacing_m, spacing_m, spacing_s};
  for (std::size_t d = 0; d < 3; ++d) {
    const double extent = std::max(1.0, high[d] - low[d]);
    const auto cells = static_cast<std::size_t>(std::max(1.0, std::round(extent / spacing[d])));
    count_[d] = cells + 1;
    origin_[d] = low[d];
    step_[d] = extent / static_cast<double>(cells);
  }
  value_.assign(count_[0] * count_[1] * count_[2], Value{});
}

std::uint32_t WindField::index(std::size_t i, std::size_t j, std::size_t k) const {
  return static_cast<std::uint32_t>((k * count_[1] + j) * count_[0] + i);
}

WindField::Stencil WindField::stencil(double x_m, double y_m, double t_s) const {
  const std::array<double, 3> at{x_m, y_m, t_s};
  std::array<std::size_t, 3> low{};
  std::array<double, 3> part{};
  for (std::size_t d = 0; d < 3; ++d) {
    if (count_[d] == 1) continue;
    const double v =
        std::clamp((at[d] - origin_[d]) / step_[d], 0.0, static_cast<double>(count_[d] - 1) - 1e-9);
    low[d] = static_cast<std::size_t>(v);
    part[d] = v - static_cast<double>(low[d]);
  }
  Stencil s;
  for (std::size_t c = 0; c < kCorners; ++c) {
    const std::array<std::size_t, 3> bit{c & 1U, (c >> 1U) & 1U, (c >> 2U) & 1U};
    double w = 1;
    std::array<std::size_t, 3> at_knot{};
    for (std::size_t d = 0; d < 3; ++d) {
      w *= bit[d] == 1 ? part[d] : 1 - part[d];
      at_knot[d] = std::min(low[d] + bit[d], count_[d] - 1);
    }
    s.knot[c] = index(at_knot[0], at_knot[1], at_knot[2]);
    s.weight[c] = w;
  }
  return s;
}

WindField::Value WindField::at(const Stencil& s) const {
  Value v{};
  for (std::size_t c = 0; c < kCorners; ++c) {
    const Value& k = value_[s.knot[c]];
    for (std::size_t d = 0; d < 3; ++d) v[d] += s.weight[c] * k[d];
  }
  return v;
}

std::vector<std::array<std::uint32_t, 2>> WindField::neighbours_in_place() const {
  std::vector<std::array<std::uint32_t, 2>> out;
  for (std::size_t k = 0; k < count_[2]; ++k) {
    for (std::size_t j = 0; j < count_[1]; ++j) {
      for (std::size_t i = 0; i < count_[0]; ++i) {
        if (i + 1 < count_[0]) out.push_back({index(i, j, k), index(i + 1, j, k)});
        if (j + 1 < count_[1]) out.push_back({index(i, j, k), index(i, j + 1, k)});
      }
    }
  }
  return out;
}

std::vector<std::array<std::uint32_t, 2>> WindField::neighbours_in_time() const {
  std::vector<std::array<std::uint32_t, 2>> out;
  for (std::size_t k = 0; k + 1 < count_[2]; ++k) {
    for (std::size_t j = 0; j < count_[1]; ++j) {
      for (std::size_t i = 0; i < count_[0]; ++i)
        out.push_back({index(i, j, k), index(i, j, k + 1)});
    }
  }
  return out;
}

Air::Air(const Network& network, const AssociateParams& params, double speed)
    : net(&network),
      sound_speed_m_s(speed),
      attenuation_db_m(params.attenuation_db_km / 1000),
      level_sd_db(params.level_sd_db),
      snr_half_db(params.detection_snr_db),
      snr_width_db(params.detection_width_db),
      source_mean_db(params.source_db_mean),
      source_sd_db(params.source_db_sd),
      path_error(params.path_error),
      stray_share(params.stray_share),
      log_density(std::log(params.effects_per_km2_hour / 1e6 / 3600)),
      clock_sd_s(params.clock_sigma_s) {
  quietest_db_ = 1e9;
  for (std::uint32_t s = 0; s < net->sensors(); ++s) {
    const auto& v = net->sensor(s);
    sensor.push_back({v.x_m,
                      v.y_m,
                      0,
                      std::hypot(params.clock_sigma_s, place_sd_m / speed),
                      0,
                      v.noise_db,
                      false,
                      {}});
    quietest_db_ = std::min(quietest_db_, v.noise_db);
  }
  false_level.assign(kExcessBins, -std::log(static_cast<double>(kExcessBins)));
  retabulate();
}

void Air::retabulate() {
  fade_db_.resize(kFades + 1);
  for (std::size_t k = 0; k < fade_db_.size(); ++k) {
    const double d = std::max(1.0, static_cast<double>(k) * kFadeStep);
    fade_db_[k] = static_cast<float>(20 * std::log10(d) + attenuation_db_m * d);
  }
  log_miss_.resize(kSnrs + 2);
  miss_slope_.resize(kSnrs + 2);
  expectation_.resize(kSnrs + 2);
  const auto log_miss_of = [&](double snr) { return std::log1p(-detection(snr)); };
  for (std::size_t i = 0; i < log_miss_.size(); ++i) {
    const double snr = kSnrMin + static_cast<double>(i) / kSnrPerDb;
    log_miss_[i] = static_cast<float>(log_miss_of(snr));
    miss_slope_[i] = static_cast<float>(log_miss_of(snr + 0.5) - log_miss_of(snr - 0.5));
    expectation_[i] = expectation_of(detection(snr));
  }
  reach_m_.clear();
  for (std::size_t i = 0; i < kReaches; ++i)
    reach_m_.push_back(reach_of(kReachMin + static_cast<double>(i)));
  // A logistic stands for the normal distribution function here: it is cheaper and never zero.
  const double hard =
      std::sqrt(std::max(1.0, snr_width_db * snr_width_db - level_sd_db * level_sd_db));
  std::vector<float> noticed(kSnrs + 2);  // log probability, by level over noise
  for (std::size_t i = 0; i < noticed.size(); ++i) {
    const double excess = kSnrMin + static_cast<double>(i) / kSnrPerDb;
    noticed[i] = static_cast<float>(-std::log1p(std::exp(-1.7 * (excess - snr_half_db) / hard)));
  }
  const double constant = std::log(detection_cap) - std::log(level_sd_db) - 2 * kLogSqrt2Pi;
  said_.resize(net->arrivals());
  for (std::uint32_t a = 0; a < net->arrivals(); ++a) {
    const SensorState& s = sensor[net->sensor_of(a)];
    const double excess = net->level_db(a) - s.noise_db;
    said_[a] = {net->time_s(a),
                constant + tabled(noticed, excess) - log_false_rate_at(a) -
                    log_false_level(excess) - (company.empty() ? 0 : company[a]),
                static_cast<float>(net->level_db(a)),
                static_cast<float>(net->sigma_s(a) * net->sigma_s(a))};
  }
  retabulate_paths();
}

void Air::retabulate_paths() {
  log_core_share_ = std::log1p(-stray_share);
  log_stray_share_ = std::log(stray_share / kWide);
  stray_.clear();
  for (std::size_t k = 0; k <= kStrays; ++k) {
    const double q = static_cast<double>(k) / kStraysPerQ;
    stray_.push_back(std::log(std::exp(log_core_share_ - 0.5 * q) +
                              std::exp(log_stray_share_ - 0.5 * q / (kWide * kWide))));
  }
  shared_error_ = SharedError(path_shared, path_angle);
  sensor_wind_.clear();
  listener_.clear();
  for (const SensorState& s : sensor) {
    for (std::size_t k = 0; k < wind.moments(); ++k)
      sensor_wind_.push_back(wind.at(wind.stencil(s.x_m, s.y_m, wind.moment_s(k))));
    listener_.push_back({s.x_m, s.y_m, s.clock_s,
                         s.sigma_s * s.sigma_s + path_floor_s * path_floor_s,
                         static_cast<float>(s.noise_db), !s.deaf.empty()});
  }
}

Air::Moment Air::moment(double t_s) const {
  const std::size_t n = wind.moments();
  if (n == 1) return {};
  const double at = std::clamp(wind.moment_of(t_s), 0.0, static_cast<double>(n - 1) - 1e-9);
  const auto k = static_cast<std::size_t>(at);
  return {k, k + 1, at - static_cast<double>(k)};
}

double Air::detection(double snr_db) const {
  return detection_cap * normal_cdf((snr_db - snr_half_db) / snr_width_db);
}

double Air::log_false_level(double excess_db) const {
  const double v = std::clamp(excess_db - kExcessMin, 0.0, static_cast<double>(kExcessBins - 1));
  return false_level[static_cast<std::size_t>(v)];
}

double Air::reach_of(double over_db) const {
  double low = 100;
  double high = 80'000;
  for (int i = 0; i < 20; ++i) {
    const double d = std::sqrt(low * high);
    const double snr = over_db - 20 * std::log10(d) - attenuation_db_m * d;
    (detection(snr) > 0.001 ? low : high) = d;
  }
  return high;
}

}  // namespace truce::fuse
