#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

// The normal distribution function to 1e-5, from a table.
double tabled_normal_cdf(double z) {
  static const std::vector<double> table = [] {
    std::vector<double> t;
    for (int i = 0; i <= 1602; ++i)
      t.push_back(0.5 * std::erfc(-(i * 0.01 - 8) * 0.70710678118654752));
    return t;
  }();
  const double at = std::clamp((z + 8) * 100, 0.0, 1600.0);
  const auto k = static_cast<std::size_t>(at);
  return table[k] + (at - static_cast<double>(k)) * (table[k + 1] - table[k]);
}

struct Sums2 {
  double aa = 0, ab = 0, bb = 0, ay = 0, by = 0;
};

void fit_loss(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  // Loss beyond spreading: attenuation × d − coupling × wind along the path. Each effect's level is
  // taken out; only hits well above the threshold speak, where few were missed for being weak.
  Sums2 n;
  double squares = 0, freedom = 0;
  for (int pass = 0; pass < 2; ++pass) {
    squares = freedom = 0;
    if (pass == 0) n = {};
    for (const auto& f : effects) {
      if (!teaches(f)) continue;
      double count = 0, ma = 0, mb = 0, my = 0;
      std::vector<std::array<double, 3>> rows;
      for (const auto a : f.hits) {
        const auto s = air.net->sensor_of(a);
        const Path p = air.path(f.x_m, f.y_m, f.t_s, s);
        const double snr = f.source_db - air.loss_db(p) - air.sensor[s].noise_db;
        if (snr < air.snr_half_db + 1.0 * air.snr_width_db) continue;
        const std::array<double, 3> r{p.distance_m, -p.along_m_s,
                                      -air.net->level_db(a) - 20 * std::log10(p.distance_m)};
        rows.push_back(r);
        ma += r[0];
        mb += r[1];
        my += r[2];
        ++count;
      }
      if (count < 2) continue;
      for (auto& r : rows) {
        const double a = r[0] - ma / count, b = r[1] - mb / count, y = r[2] - my / count;
        if (pass == 0) {
          n.aa += a * a;
          n.ab += a * b;
          n.bb += b * b;
          n.ay += a * y;
          n.by += b * y;
        } else {
          const double e = y - air.attenuation_db_m * a - air.level_per_wind_db * b;
          squares += e * e;
        }
      }
      freedom += count - 1;
    }
    if (pass == 1) break;
    const double var = air.level_sd_db * air.level_sd_db;
    const double sd_a = 0.7e-3, sd_b = 0.3;
    n.aa += var / (sd_a * sd_a);
    n.ay += var / (sd_a * sd_a) * prior.attenuation_db_km / 1000;
    n.bb += var / (sd_b * sd_b);
    const double det = n.aa * n.bb - n.ab * n.ab;
    air.attenuation_db_m = std::max(0.0, (n.bb * n.ay - n.ab * n.by) / det);
    air.level_per_wind_db = (n.aa * n.by - n.ab * n.ay) / det;
  }
  const double weight = 20;
  air.level_sd_db =
      std::sqrt((squares + weight * prior.level_sd_db * prior.level_sd_db) / (freedom + weight));
}

void fit_source(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  double n = 4, sum = 4 * prior.source_db_mean;
  for (const auto& f : effects) {
    if (!teaches(f)) continue;
    n += 1;
    sum += f.source_db;
  }
  const double mean = sum / n;
  double squares = 4 * prior.source_db_sd * prior.source_db_sd;
  for (const auto& f : effects) {
    if (teaches(f))
      squares += (f.source_db - mean) * (f.source_db - mean) + f.source_sd_db * f.source_sd_db;
  }
  air.source_mean_db = mean;
  air.source_sd_db = std::max(2.0, std::sqrt(squares / n));
}

// Heard and not heard by expected signal over noise, 1 dB apart.
struct Curve {
  static constexpr int kLow = -40, kBins = 120;
  std::vector<double> heard = std::vector<double>(kBins, 0.0);
  std::vector<double> all = std::vector<double>(kBins, 0.0);
  double log_likelihood(double half, double width, double cap) const {
    double sum = 0;
    for (int i = 0; i < kBins; ++i) {
      const auto k = static_cast<std::size_t>(i);
      if (all[k] == 0) continue;
      const double p =
          std::clamp(cap * tabled_normal_cdf((kLow + i + 0.5 - half) / width), 1e-6, 1 - 1e-6);
      sum += heard[k] * std::log(p) + (all[k] - heard[k]) * std::log(1 - p);
    }
    return sum;
  }
};

void fit_detection(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  Curve curve;
  std::vector<std::uint32_t> near;
  std::size_t used = 0;
  const std::size_t stride = std::max<std::size_t>(1, effects.size() / 400);
  for (std::size_t i = 0; i < effects.size(); i += stride) {
    const auto& f = effects[i];
    if (!teaches(f)) continue;
    ++used;
    near.clear();
    air.net->within(f.x_m, f.y_m, air.range_m(f.source_db), near);
    std::size_t h = 0;
    for (const auto s : near) {
      if (!air.sensor[s].hears(f.t_s)) continue;
      while (h < f.hits.size() && air.net->sensor_of(f.hits[h]) < s) ++h;
      const bool heard = h < f.hits.size() && air.net->sensor_of(f.hits[h]) == s;
      const Path p = air.path(f.x_m, f.y_m, f.t_s, s);
      const double snr = f.source_db - air.loss_db(p) - air.sensor[s].noise_db;
      const auto bin = static_cast<std::size_t>(
          std::clamp(snr - Curve::kLow, 0.0, static_cast<double>(Curve::kBins - 1)));
      curve.all[bin] += 1;
      curve.heard[bin] += heard ? 1 : 0;
    }
  }
  if (used < 3) return;
  double best = -1e300;
  double half0 = air.snr_half_db, width0 = air.snr_width_db, cap0 = air.detection_cap;
  for (double step = 2; step > 0.2; step /= 2) {
    for (int round = 0; round < 6; ++round) {
      const double half1 = half0, width1 = width0, cap1 = cap0;
      for (int dh = -1; dh <= 1; ++dh) {
        for (int dw = -1; dw <= 1; ++dw) {
          for (int dc = -1; dc <= 1; ++dc) {
            const double half = half1 + dh * step;
            const double width = std::clamp(width1 + dw * step / 2, 2.0, 15.0);
            const double cap = std::clamp(cap1 + dc * step * 0.01, 0.5, 0.998);
            const double a = (half - prior.detection_snr_db) / 5;
            const double b = (width - prior.detection_width_db) / 3;
            const double c = (cap - 0.98) / 0.05;
            const double v = curve.log_likelihood(half, width, cap) - 0.5 * (a * a + b * b + c * c);
            if (v > best) {
              best = v;
              half0 = half;
              width0 = width;
              cap0 = cap;
            }
          }
        }
      }
      if (half0 == half1 && width0 == width1 && cap0 == cap1) break;
    }
  }
  air.snr_half_db = half0;
  air.snr_width_db = width0;
  air.detection_cap = cap0;
}

}  // namespace

void calibrate_levels(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  fit_loss(effects, prior, air);
  fit_source(effects, prior, air);
  fit_detection(effects, prior, air);
  const double area =
      (air.net->x_max - air.net->x_min + 8000) * (air.net->y_max - air.net->y_min + 8000);
  const double span = std::max(1.0, air.net->end_s - air.net->start_s);
  air.log_density = std::log((static_cast<double>(effects.size()) + 1) / (area * span));
  air.retabulate();
}

}  // namespace truce::fuse
