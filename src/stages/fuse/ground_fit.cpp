#include "stages/fuse/internal/ground_fit.h"

#include <algorithm>
#include <limits>
#include <numbers>

namespace truce::fuse {

namespace {

constexpr std::uint32_t kNoHit = std::numeric_limits<std::uint32_t>::max();
constexpr double kStray = 5;      // a stray's error, in those of a regular pick
constexpr double kReachZ = -4.5;  // a list below it neither hears nor misses
constexpr double kGateZ = 5;

double squared(double v) { return v * v; }
struct Mixture {
  double density;  // of a residual over its variance, but for √(2π)
  double weight;   // against that of a regular one
};
Mixture mixture(const Ground& ground, double z2) {
  const double regular = (1 - ground.stray_share) * std::exp(-0.5 * z2);
  const double stray =
      ground.stray_share / kStray * std::exp(-0.5 * z2 / (kStray * kStray)) + 1e-100;
  return {regular + stray, (regular + stray / (kStray * kStray)) / (regular + stray)};
}
double length(double x, double y) { return std::sqrt(x * x + y * y); }

}  // namespace

// A mixture of a regular error and a wide one: its weight is what one step of expectation
// maximisation gives the residual.
BlastFitter::Time BlastFitter::timing(double residual_s, double variance) const {
  const Mixture m = mixture(ground_, residual_s * residual_s / variance);
  return {0.5 * std::log(m.density * m.density / variance) - kHalfLog2Pi, m.weight / variance};
}

TimeRow time_row(const Ground& ground, std::uint32_t entry, double residual_s, double travel_s,
                 double slowness_s_m, double ux, double uy) {
  const double variance = ground.time_variance(entry, travel_s);
  const double wider2 = 1 / mixture(ground, residual_s * residual_s / variance).weight;
  return {-ux * slowness_s_m,
          -uy * slowness_s_m,
          residual_s,
          wider2 * ground.own_variance(entry),
          std::sqrt(wider2) * ground.path_error[ground.net.list[entry] % 2] * travel_s,
          ux,
          uy};
}

void BlastFitter::gather(const FittedBlast& f, double gate_s) {
  ears_.clear();
  for (std::uint32_t s = 0; s < net_.stations(); ++s) {
    const SoundSensor& at = net_.station(s);
    const double d = length(at.x_m - f.x_m, at.y_m - f.y_m);
    for (unsigned phase = 0; phase < 2; ++phase) {
      const double over = f.level_db - ground_.loss_db(d, phase) - at.noise_db;
      if (!(ground_.beyond(over) > kReachZ)) continue;
      const double arrives = f.t_s + ground_.travel(2 * s + phase, d).time_s;
      if (ground_.is_deaf(s, arrives)) continue;
      const std::uint32_t list = 2 * s + phase;
      Ear e{list, 0, 0, kNoHit, at.x_m, at.y_m, at.noise_db, 0, 0, 0, 0, 0};
      if (gate_s > 0) {
        e.first = e.last = net_.lower_bound(list, arrives - gate_s);
        while (e.last < net_.end_of(list) && net_.time_s[e.last] <= arrives + gate_s) ++e.last;
      }
      ears_.push_back(e);
    }
  }
}

// Paths and levels from where the blast is now.
void BlastFitter::look(const FittedBlast& f) {
  for (Ear& e : ears_) {
    const double dx = e.x - f.x_m, dy = e.y - f.y_m;
    const double d = std::max(1.0, length(dx, dy));
    const auto time = ground_.travel(e.list, d);
    e.ux = dx / d;
    e.uy = dy / d;
    e.travel_s = time.time_s;
    e.slowness = time.slowness_s_m;
    e.expected_db = -ground_.loss_db(d, e.list % 2);
  }
}

double BlastFitter::gain(const Ear& e, std::uint32_t entry, double t_s, double spread2) const {
  const double variance = ground_.time_variance(entry, e.travel_s) + spread2;
  const double residual = net_.time_s[entry] - t_s - e.travel_s;
  if (residual * residual > kGateZ * kGateZ * kStray * variance) return -1e30;
  const double off = (net_.level_db[entry] - e.expected_db) / ground_.level_sd_db;
  return timing(residual, variance).log_density - 0.5 * off * off - kHalfLog2Pi - log_level_sd_ +
         ground_.log_notice[entry] - ground_.log_false[entry];
}

double BlastFitter::log_miss(const Ear& e) const {
  return ground_.tail.log_at(ground_.beyond(e.expected_db - e.noise));
}

void BlastFitter::choose(const FittedBlast& f, const Owners& owner, Mine mine, double spread_s) {
  look(f);
  odds_ = 0;
  for (Ear& e : ears_) {
    e.hit = kNoHit;
    e.expected_db += f.level_db;
    double best = log_miss(e);
    for (std::uint32_t k = e.first; k < e.last; ++k) {
      const std::int32_t whose = owner[net_.pick[k]];
      if (whose != kFree && whose != mine.first && whose != mine.second) continue;
      const double g = gain(e, k, f.t_s, spread_s * spread_s);
      if (g > best) {
        best = g;
        e.hit = k;
      }
    }
    odds_ += best;
    e.expected_db -= f.level_db;
  }
  // A pick of unknown phase is P or S, not both.
  for (std::size_t i = 1; i < ears_.size(); ++i) {
    Ear& p = ears_[i - 1];
    Ear& s = ears_[i];
    if (p.list + 1 == s.list && p.list % 2 == 0 && p.hit != kNoHit && s.hit != kNoHit &&
        net_.pick[p.hit] == net_.pick[s.hit])
      s.hit = kNoHit;
  }
}

// One step of Gauss and Newton over place and time, with a rim of one cell's worth at most.
bool BlastFitter::step(FittedBlast& f, double spread_s) {
  double xx = 1e-10, xy = 0, yy = 1e-10, xt = 0, yt = 0, tt = 1e-10, bx = 0, by = 0, bt = 0;
  for (const Ear& e : ears_) {
    if (e.hit == kNoHit) continue;
    const double r = net_.time_s[e.hit] - f.t_s - e.travel_s;
    const double variance = ground_.time_variance(e.hit, e.travel_s) + spread_s * spread_s;
    const double w = timing(r, variance).weight;
    const double gx = -e.ux * e.slowness, gy = -e.uy * e.slowness;
    xx += w * gx * gx;
    xy += w * gx * gy;
    yy += w * gy * gy;
    xt += w * gx;
    yt += w * gy;
    tt += w;
    bx += w * gx * r;
    by += w * gy * r;
    bt += w * r;
  }
  const double det = xx * (yy * tt - yt * yt) - xy * (xy * tt - yt * xt) + xt * (xy * yt - yy * xt);
  if (!(det > 0) || !std::isfinite(det)) return false;
  auto& c = f.covariance;
  c = {(yy * tt - yt * yt) / det, (xt * yt - xy * tt) / det, (xx * tt - xt * xt) / det,
       (xy * yt - yy * xt) / det, (xy * xt - xx * yt) / det, (xx * yy - xy * xy) / det};
  log_det_ = -std::log(det);
  const double dx = c[0] * bx + c[1] * by + c[3] * bt;
  const double dy = c[1] * bx + c[2] * by + c[4] * bt;
  const double dt = c[3] * bx + c[4] * by + c[5] * bt;
  const double far = std::hypot(dx, dy);
  const double part = far > net_.spacing_m ? net_.spacing_m / far : 1;
  f.x_m += part * dx;
  f.y_m += part * dy;
  f.t_s += part * dt;
  return std::isfinite(f.x_m + f.y_m + f.t_s);
}

bool BlastFitter::step_shared(FittedBlast& f) {
  rows_.clear();
  for (Ear& e : ears_) {
    if (e.hit == kNoHit) continue;
    TimeRow row = time_row(ground_, e.hit, net_.time_s[e.hit] - f.t_s - e.travel_s, e.travel_s,
                           e.slowness, e.ux, e.uy);
    // What may as well be false tells less.
    e.expected_db += f.level_db;
    const double doubt = 1 + std::exp(std::min(5.0, log_miss(e) - gain(e, e.hit, f.t_s, 0)));
    e.expected_db -= f.level_db;
    row.own2 *= doubt;
    row.path_s *= std::sqrt(doubt);
    rows_.push_back(row);
  }
  if (!shared_) shared_.emplace(ground_.shared, ground_.shared_angle);
  TimeFit fit;
  if (!solver_.solve(rows_, *shared_, fit)) return false;
  f.covariance = fit.covariance;
  log_det_ = -fit.log_det_normal;
  f.strange = (fit.misfit_after - static_cast<double>(rows_.size()) + 3) /
              std::sqrt(2 * static_cast<double>(rows_.size()));
  const double far = std::hypot(fit.step[0], fit.step[1]);
  const double part = far > net_.spacing_m ? net_.spacing_m / far : 1;
  f.x_m += part * fit.step[0];
  f.y_m += part * fit.step[1];
  f.t_s += part * fit.step[2];
  return std::isfinite(f.x_m + f.y_m + f.t_s);
}

// Newton's steps to the likeliest level, from hits, misses and the prior.
void BlastFitter::level(FittedBlast& f) {
  const double hit_weight = 1 / squared(ground_.level_sd_db);
  const double per_db = 1 / std::sqrt(squared(ground_.width_db) + squared(ground_.level_sd_db));
  const double prior_weight = 1 / squared(ground_.level_spread_db);
  double curve = prior_weight;
  for (int round = 0; round < 2; ++round) {
    double slope = (ground_.level_mean_db - f.level_db) * prior_weight;
    curve = prior_weight;
    for (const Ear& e : ears_) {
      const double expected = e.expected_db + f.level_db;
      if (e.hit != kNoHit) {
        slope += (net_.level_db[e.hit] - expected) * hit_weight;
        curve += hit_weight;
        continue;
      }
      const double z = ground_.beyond(expected - e.noise);
      if (z < kReachZ) continue;
      const double s = ground_.tail.slope_at(z);  // −φ/Φ, whose own slope is −s(s + z)
      slope += s * per_db;
      curve += std::max(0.0, s * (s + z)) * per_db * per_db;
    }
    f.level_db += std::clamp(slope / curve, -15.0, 15.0);
  }
  f.level_sd_db = 1 / std::sqrt(curve);
}

// How likely a blast is in the part of the space of places, times and levels that this one fills
// (Laplace's approximation).
double BlastFitter::space_odds(const FittedBlast& f) const {
  const double off = (f.level_db - ground_.level_mean_db) / ground_.level_spread_db;
  return ground_.log_density + 3 * kHalfLog2Pi + 0.5 * log_det_ - 0.5 * off * off +
         std::log(f.level_sd_db / ground_.level_spread_db);
}

// The odds: hits, misses, and how likely a blast is there at all.
void BlastFitter::judge(FittedBlast& f) {
  f.hits.clear();
  double sum = 0;
  std::uint32_t stations = 0, last = kNoHit;
  look(f);
  for (Ear& e : ears_) {
    e.expected_db += f.level_db;
    if (e.hit == kNoHit) {
      sum += log_miss(e);
      continue;
    }
    sum += std::max(-50.0, gain(e, e.hit, f.t_s, 0));
    f.hits.push_back(e.hit);
    stations += e.list / 2 != last ? 1 : 0;
    last = e.list / 2;
  }
  f.log_odds = -1e300;
  if (f.hits.size() < 4 || stations < 3) return;
  sum += space_odds(f);
  const bool inside = f.x_m > net_.x_min - net_.spacing_m && f.x_m < net_.x_max + net_.spacing_m &&
                      f.y_m > net_.y_min - net_.spacing_m && f.y_m < net_.y_max + net_.spacing_m;
  if (std::isfinite(sum) && inside) f.log_odds = sum;
}

// The middle of the levels that the picks nearest to the expected times stand for; without any,
// what is believed of blasts.
double BlastFitter::first_level(const FittedBlast& f, const Owners& owner, Mine mine,
                                double spread_s) {
  look(f);
  levels_.clear();
  for (const Ear& e : ears_) {
    double nearest = 2 * spread_s, level = 0;
    for (std::uint32_t k = e.first; k < e.last; ++k) {
      const double off = std::abs(net_.time_s[k] - f.t_s - e.travel_s);
      const std::int32_t whose = owner[net_.pick[k]];
      if (off >= nearest || (whose != kFree && whose != mine.first && whose != mine.second))
        continue;
      nearest = off;
      level = net_.level_db[k] - e.expected_db;
    }
    if (nearest < 2 * spread_s) levels_.push_back(level);
  }
  if (levels_.empty()) return ground_.level_mean_db;
  const auto middle = levels_.begin() + static_cast<std::ptrdiff_t>(levels_.size() / 2);
  std::nth_element(levels_.begin(), middle, levels_.end());
  return *middle;
}

FittedBlast BlastFitter::fit(const BlastSeed& seed, const Owners& owner, Mine mine,
                             double spread_s) {
  constexpr int kRounds = 8, kEarly = 1;
  constexpr double kHopeless = -12, kLevelSlackDb = 6;
  FittedBlast f;
  f.x_m = seed.x_m;
  f.y_m = seed.y_m;
  f.t_s = seed.t_s;
  f.level_db = ground_.level_mean_db + 2 * ground_.level_spread_db;
  gather(f, 1 + 4 * spread_s);
  f.level_db = first_level(f, owner, mine, spread_s);
  double spread = spread_s;
  for (int round = 0; round < kRounds; ++round) {
    choose(f, owner, mine, spread);
    level(f);
    if (!step(f, spread)) return {};
    if (round == kEarly) {
      // Most seeds are chance: left early, and with the lists that a blast so weak does not reach.
      if (odds_ + space_odds(f) < kHopeless) return {};
      std::erase_if(ears_, [&](const Ear& e) {
        return e.hit == kNoHit &&
               ground_.beyond(e.expected_db + f.level_db + kLevelSlackDb - e.noise) < kReachZ;
      });
    }
    spread = round + 3 < kRounds ? 0.55 * spread : 0;
  }
  judge(f);
  return f;
}

void BlastFitter::refit(FittedBlast& f, bool last) {
  gather(f, 0);
  for (const auto k : f.hits) {
    const auto it = std::lower_bound(ears_.begin(), ears_.end(), net_.list[k],
                                     [](const Ear& e, std::uint32_t l) { return e.list < l; });
    if (it != ears_.end() && it->list == net_.list[k]) it->hit = k;
  }
  for (int round = 0; round < 2; ++round) {
    look(f);
    level(f);
    if (!(last ? step_shared(f) : step(f, 0))) break;
  }
  judge(f);
}

void BlastFitter::edges(const FittedBlast& f, std::uint32_t number, std::vector<Edge>& out) {
  const auto& c = f.covariance;
  gather(f, 4);
  look(f);
  for (Ear& e : ears_) {
    if (e.first == e.last) continue;
    const double gx = -e.ux * e.slowness, gy = -e.uy * e.slowness;
    const double own =
        gx * gx * c[0] + 2 * gx * gy * c[1] + gy * gy * c[2] + 2 * (gx * c[3] + gy * c[4]) + c[5];
    e.expected_db += f.level_db;
    const double miss = log_miss(e);
    for (std::uint32_t k = e.first; k < e.last; ++k) {
      const double g = gain(e, k, f.t_s, std::max(0.0, own)) - miss;
      if (g > 0)
        out.push_back({2 * number + e.list % 2, net_.pick[k], e.list / 2, static_cast<float>(g)});
    }
  }
}

}  // namespace truce::fuse
