#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>

#include "stages/fuse/internal/pieces.h"

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

constexpr std::size_t kEffectsPerPiece = 128;

// How the levels of one hit answer to what dims them, less the mean over its effect's hits.
struct LossRow {
  double distance_m, against_wind_m_s, level_db;
};
struct LossRows {
  std::vector<LossRow> rows;
  double freedom = 0;
};

// Each effect's level is taken out; only hits well above the threshold speak, where few were missed
// for being weak.
void add_loss_rows(const Fitted& f, const Air& air, LossRows& out) {
  if (!teaches(f)) return;
  const std::size_t first = out.rows.size();
  LossRow mean{0, 0, 0};
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  for (const auto a : f.hits) {
    const auto s = air.net->sensor_of(a);
    const Path p = air.path(here, s);
    const double snr = f.source_db - air.loss_db(p) - air.sensor[s].noise_db;
    if (snr < air.snr_half_db + 1.0 * air.snr_width_db) continue;
    const LossRow r{p.distance_m, -p.along_m_s,
                    -air.net->level_db(a) - 20 * std::log10(p.distance_m)};
    out.rows.push_back(r);
    mean.distance_m += r.distance_m;
    mean.against_wind_m_s += r.against_wind_m_s;
    mean.level_db += r.level_db;
  }
  const std::size_t count = out.rows.size() - first;
  if (count < 2) {
    out.rows.resize(first);
    return;
  }
  const double per = 1 / static_cast<double>(count);
  for (std::size_t i = first; i < out.rows.size(); ++i) {
    LossRow& r = out.rows[i];
    r.distance_m -= mean.distance_m * per;
    r.against_wind_m_s -= mean.against_wind_m_s * per;
    r.level_db -= mean.level_db * per;
  }
  out.freedom += static_cast<double>(count - 1);
}

// Loss beyond spreading: attenuation × d − coupling × wind along the path.
void fit_loss(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  const auto pieces =
      in_pieces(effects.size(), kEffectsPerPiece, prior.threads, LossRows{},
                [&](LossRows& out, std::size_t i) { add_loss_rows(effects[i], air, out); });
  const double var = air.level_sd_db * air.level_sd_db;
  const double sd_a = 0.7e-3, sd_b = 0.3;
  double aa = var / (sd_a * sd_a), ab = 0, bb = var / (sd_b * sd_b);
  double ay = aa * prior.attenuation_db_km / 1000, by = 0;
  for (const auto& piece : pieces) {
    for (const LossRow& r : piece.rows) {
      aa += r.distance_m * r.distance_m;
      ab += r.distance_m * r.against_wind_m_s;
      bb += r.against_wind_m_s * r.against_wind_m_s;
      ay += r.distance_m * r.level_db;
      by += r.against_wind_m_s * r.level_db;
    }
  }
  const double det = aa * bb - ab * ab;
  air.attenuation_db_m = std::max(0.0, (bb * ay - ab * by) / det);
  air.level_per_wind_db = (aa * by - ab * ay) / det;
  const double weight = 20;
  double squares = weight * prior.level_sd_db * prior.level_sd_db, freedom = weight;
  for (const auto& piece : pieces) {
    freedom += piece.freedom;
    for (const LossRow& r : piece.rows) {
      const double e = r.level_db - air.attenuation_db_m * r.distance_m -
                       air.level_per_wind_db * r.against_wind_m_s;
      squares += e * e;
    }
  }
  air.level_sd_db = std::sqrt(squares / freedom);
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

struct Heard {
  Curve curve;
  std::size_t used = 0;
  std::vector<std::uint32_t> near;
};

void add_heard(const Fitted& f, const Air& air, Heard& out) {
  if (!teaches(f)) return;
  ++out.used;
  out.near.clear();
  air.net->within(f.x_m, f.y_m, air.range_m(f.source_db), out.near);
  std::size_t h = 0;
  const auto here = air.origin(f.x_m, f.y_m, f.t_s);
  for (const auto s : out.near) {
    if (!air.sensor[s].hears(f.t_s)) continue;
    while (h < f.hits.size() && air.net->sensor_of(f.hits[h]) < s) ++h;
    const bool heard = h < f.hits.size() && air.net->sensor_of(f.hits[h]) == s;
    const Path p = air.path(here, s);
    const double snr = f.source_db - air.loss_db(p) - air.sensor[s].noise_db;
    const auto bin = static_cast<std::size_t>(
        std::clamp(snr - Curve::kLow, 0.0, static_cast<double>(Curve::kBins - 1)));
    out.curve.all[bin] += 1;
    out.curve.heard[bin] += heard ? 1 : 0;
  }
}

void fit_detection(const std::vector<Fitted>& effects, const AssociateParams& prior, Air& air) {
  const std::size_t stride = std::max<std::size_t>(1, effects.size() / 400);
  const auto pieces =
      in_pieces((effects.size() + stride - 1) / stride, kEffectsPerPiece, prior.threads, Heard{},
                [&](Heard& out, std::size_t i) { add_heard(effects[i * stride], air, out); });
  Curve curve;
  std::size_t used = 0;
  for (const auto& piece : pieces) {
    used += piece.used;
    for (std::size_t k = 0; k < Curve::kBins; ++k) {
      curve.all[k] += piece.curve.all[k];
      curve.heard[k] += piece.curve.heard[k];
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
  air.retabulate();
}

void calibrate_density(std::size_t effects, Air& air) {
  const double area =
      (air.net->x_max - air.net->x_min + 8000) * (air.net->y_max - air.net->y_min + 8000);
  const double span = std::max(1.0, air.net->end_s - air.net->start_s);
  air.log_density = std::log((static_cast<double>(effects) + 1) / (area * span));
}

}  // namespace truce::fuse
