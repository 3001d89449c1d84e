#include "stages/fuse/internal/fit.h"

#include <algorithm>
#include <cmath>

namespace truce::fuse {

namespace {

constexpr double kLogSqrt2Pi = 0.91893853320467274;
constexpr std::uint32_t kNone = ~0U;
constexpr double kShotBin = 0.2;     // s
constexpr double kLevelSlackDb = 5;  // ears are gathered for a source louder by this
constexpr double kVolumeRoom = 10;   // log of the most that place and time are unsure by, in m² s
constexpr double kLevelRoomDb = 3;   // a fit may turn out so much quieter than its hits alone say
constexpr double kStepMax = 1500;    // m in one step

// Inverse of a symmetric 3×3 matrix {xx, xy, yy, xt, yt, tt}; false when it is not positive.
bool invert(const std::array<double, 6>& m, std::array<double, 6>& out, double& log_det) {
  const double a = m[0], b = m[1], c = m[2], d = m[3], e = m[4], f = m[5];
  const double cof_xx = c * f - e * e;
  const double cof_xy = d * e - b * f;
  const double cof_xt = b * e - c * d;
  const double det = a * cof_xx + b * cof_xy + d * cof_xt;
  if (!(det > 0) || !(a > 0) || !(a * c - b * b > 0)) return false;
  out = {cof_xx / det, cof_xy / det,          (a * f - d * d) / det,
         cof_xt / det, (b * d - a * e) / det, (a * c - b * b) / det};
  log_det = std::log(det);
  return true;
}

}  // namespace

bool Fitter::beyond(const Ear& e, const Fitted& f, double range_m) {
  const double dx = e.x - f.x_m;
  const double dy = e.y - f.y_m;
  return dx * dx + dy * dy > range_m * range_m;
}

void Fitter::gather(const Seed& seed, double source_db, const Taken* taken, double gate_s) {
  near_.clear();
  ears_.clear();
  net_.within(seed.x_m, seed.y_m, air_.range_m(source_db), near_);
  const auto here = air_.wind.at(air_.wind.stencil(seed.x_m, seed.y_m, seed.t_s));
  for (const auto s : near_) {
    const SensorState& at = air_.sensor[s];
    if (!at.hears(seed.t_s)) continue;
    const auto there = air_.wind_at_sensor(s, seed.t_s);
    Ear e{s,
          0,
          0,
          at.x_m,
          at.y_m,
          at.clock_s,
          (here[0] + there[0]) / 2,
          (here[1] + there[1]) / 2,
          (here[2] + there[2]) / 2,
          at.noise_db};
    if (gate_s <= 0) {
      ears_.push_back(e);
      continue;
    }
    const Path p = path_to(e, seed.x_m, seed.y_m);
    const double expected = seed.t_s + p.time_s;
    e.first = net_.lower_bound(s, expected - gate_s);
    e.last = e.first;
    while (e.last < net_.end_of(s) && net_.time_s(e.last) <= expected + gate_s) ++e.last;
    if (taken != nullptr && std::all_of(taken->begin() + e.first, taken->begin() + e.last,
                                        [](std::uint8_t v) { return v != 0; }))
      e.last = e.first;
    ears_.push_back(e);
  }
}

Path Fitter::path_to(const Ear& e, double x, double y) const {
  Path p;
  const double dx = e.x - x;
  const double dy = e.y - y;
  p.distance_m = std::max(1.0, std::sqrt(dx * dx + dy * dy));
  p.ux = dx / p.distance_m;
  p.uy = dy / p.distance_m;
  p.along_m_s = e.along_x * p.ux + e.along_y * p.uy;
  p.speed_m_s = air_.sound_speed_m_s + e.excess + p.along_m_s;
  p.travel_s = p.distance_m / p.speed_m_s;
  p.time_s = p.travel_s + e.clock;
  return p;
}

double Fitter::log_hit(std::uint32_t a, double residual, double variance,
                       double expected_db) const {
  const double z = (net_.level_db(a) - expected_db) / air_.level_sd_db;
  return air_.fixed_odds(a) - 0.5 * (residual * residual / variance + std::log(variance) + z * z);
}

bool Fitter::step(Fitted& f, double damping) {
  std::array<double, 6> n{damping, 0, damping, 0, 0, damping};
  double bx = 0, by = 0, bt = 0;
  for (const Row& r : rows_) {
    n[0] += r.weight * r.tx * r.tx;
    n[1] += r.weight * r.tx * r.ty;
    n[2] += r.weight * r.ty * r.ty;
    n[3] += r.weight * r.tx;
    n[4] += r.weight * r.ty;
    n[5] += r.weight;
    bx += r.weight * r.tx * r.residual;
    by += r.weight * r.ty * r.residual;
    bt += r.weight * r.residual;
  }
  double log_det = 0;
  if (!invert(n, f.covariance, log_det)) return false;
  const auto& c = f.covariance;
  move(f, {c[0] * bx + c[1] * by + c[3] * bt, c[1] * bx + c[2] * by + c[4] * bt,
           c[3] * bx + c[4] * by + c[5] * bt});
  return true;
}

void Fitter::move(Fitted& f, const std::array<double, 3>& step) {
  const double length = std::sqrt(step[0] * step[0] + step[1] * step[1]);
  const double k = length > kStepMax ? kStepMax / length : 1;
  f.x_m += k * step[0];
  f.y_m += k * step[1];
  f.t_s += k * step[2];
}

// Newton steps for the source level: levels of hits, silence of the others, prior.
void Fitter::level(Fitted& f, const std::vector<std::uint32_t>& hit_of_ear, int rounds) {
  const double var = air_.level_sd_db * air_.level_sd_db;
  const double range = air_.range_m(f.source_db + 3);
  for (int i = 0; i < rounds; ++i) {
    double slope = -(f.source_db - air_.source_mean_db) / (air_.source_sd_db * air_.source_sd_db);
    double bend = 1 / (air_.source_sd_db * air_.source_sd_db);
    for (std::size_t k = 0; k < ears_.size(); ++k) {
      const Ear& e = ears_[k];
      if (hit_of_ear[k] == kNone && beyond(e, f, range)) continue;
      const Path p = path_to(e, f.x_m, f.y_m);
      const double expected = f.source_db - air_.loss_db(p);
      if (hit_of_ear[k] != kNone) {
        slope += (net_.level_db(hit_of_ear[k]) - expected) / var;
        bend += 1 / var;
      } else {
        const double g = air_.miss_slope(expected - e.noise);
        slope += g;
        bend += std::max(0.0, g * g * 0.5);
      }
    }
    f.source_db += std::clamp(slope / bend, -6.0, 6.0);
    f.source_sd_db = 1 / std::sqrt(bend);
  }
}

namespace {

// How far who heard and who did not, and the misfit of the times, lie beyond what is expected of a
// true effect: in their own spread.
class Surprise {
 public:
  void add(double log_miss, bool heard) {
    const double miss = std::exp(log_miss);
    const double hear = std::max(1e-6, 1 - miss);
    if (hear < 0.01 && !heard) return;
    const double log_hear = std::log(hear);
    got_ += heard ? log_hear : log_miss;
    expected_ += hear * log_hear + miss * log_miss;
    const double d = log_hear - log_miss;
    variance_ += hear * miss * d * d;
  }
  double value(double misfit, std::size_t hits) const {
    const double pattern = (expected_ - got_) / std::sqrt(variance_ + 0.5);
    const auto freedom = static_cast<double>(hits > 3 ? hits - 3 : 0);
    const double times = (misfit - freedom) / std::sqrt(2 * freedom + 1);
    return std::max(pattern, times);
  }

 private:
  double got_ = 0, expected_ = 0, variance_ = 0;
};

}  // namespace

void Fitter::judge(Fitted& f, const std::vector<std::uint32_t>& hit_of_ear) {
  double sum = 0;
  Surprise surprise;
  f.stale = true;
  const double range = air_.range_m(f.source_db);
  f.hits.clear();
  times_.clear();
  for (std::size_t k = 0; k < ears_.size(); ++k) {
    const Ear& e = ears_[k];
    if (hit_of_ear[k] == kNone && beyond(e, f, range)) continue;
    const Path p = path_to(e, f.x_m, f.y_m);
    const double expected = f.source_db - air_.loss_db(p);
    const double miss = air_.log_miss(expected - e.noise);
    const std::uint32_t a = hit_of_ear[k];
    surprise.add(miss, a != kNone);
    if (a == kNone) {
      sum += miss;
      continue;
    }
    const double residual = net_.time_s(a) - f.t_s - p.time_s;
    sum += log_hit(a, 0, 1, expected);
    f.hits.push_back(a);
    times_.push_back(air_.time_row(p, a, residual));
  }
  TimeFit fit;
  if (!solver_.solve(times_, air_.shared_error(), fit)) {
    f.log_odds = -1e300;
    return;
  }
  f.covariance = fit.covariance;
  f.strange = surprise.value(fit.misfit, f.hits.size());
  sum -= 0.5 * (fit.misfit + fit.log_det);
  const double z = (f.source_db - air_.source_mean_db) / air_.source_sd_db;
  sum += 3 * kLogSqrt2Pi - 0.5 * fit.log_det_normal;
  sum += -0.5 * z * z - std::log(air_.source_sd_db) + std::log(f.source_sd_db);
  f.log_odds = sum;
}

// Each ear's best free arrival, where hearing it explains more than not having heard.
void Fitter::choose(Fitted& f) {
  for (std::size_t k = 0; k < ears_.size(); ++k) {
    const Ear& e = ears_[k];
    hit_of_ear_[k] = kNone;
    if (e.first == e.last) continue;
    const Path p = path_to(e, f.x_m, f.y_m);
    const double expected = f.source_db - air_.loss_db(p);
    double best = air_.log_miss(expected - e.noise);
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if ((*taken_)[a] != 0) continue;
      const double residual = net_.time_s(a) - f.t_s - p.time_s;
      const double variance = air_.time_variance(p, net_.sigma_s(a), e.sensor);
      const double v = log_hit(a, residual, variance, expected);
      if (v > best) {
        best = v;
        hit_of_ear_[k] = a;
      }
    }
  }
}

Fitted Fitter::fit(const Seed& seed, const Taken& taken, const Options& options) {
  taken_ = &taken;
  double reach_db = air_.source_mean_db + kLevelSlackDb;
  gather(seed, reach_db, &taken, options.gate_s);
  Fitted f;
  f.x_m = seed.x_m;
  f.y_m = seed.y_m;
  f.t_s = seed.t_s;
  f.source_db = air_.source_mean_db;
  for (int round = 0; round < options.rounds; ++round) {
    const double part = 1 - static_cast<double>(round) / std::max(1, options.rounds - 1);
    const double spread = options.spread_s * part;
    rows_.clear();
    double level_sum = 0, level_weight = 0, worth = 0;
    for (const Ear& e : ears_) {
      if (e.first == e.last) continue;
      const Path p = path_to(e, f.x_m, f.y_m);
      const double loss = air_.loss_db(p);
      const double expected = f.source_db - loss;
      const double miss = air_.log_miss(expected - e.noise);
      for (std::uint32_t a = e.first; a < e.last; ++a) {
        if (taken[a] != 0) continue;
        const double residual = net_.time_s(a) - f.t_s - p.time_s;
        const double variance = air_.time_variance(p, net_.sigma_s(a), e.sensor) + spread * spread;
        if (residual * residual > 16 * variance) continue;
        const double odds = log_hit(a, residual, variance, expected) - miss;
        if (odds < -5) continue;
        const double w = 1 / (1 + std::exp(-odds));
        worth += w * odds;
        rows_.push_back({-p.ux / p.speed_m_s, -p.uy / p.speed_m_s, residual, w / variance});
        level_sum += w * (net_.level_db(a) + loss);
        level_weight += w;
      }
    }
    if (rows_.size() < 3) return f;
    const double prior =
        air_.level_sd_db * air_.level_sd_db / (air_.source_sd_db * air_.source_sd_db);
    f.source_db = (level_sum + prior * air_.source_mean_db) / (level_weight + prior);
    if (!step(f, 1e-7)) return f;
    if (f.source_db + kLevelSlackDb > reach_db) {
      reach_db = f.source_db + 2 * kLevelSlackDb;
      gather(seed, reach_db, &taken, options.gate_s);
    }
    // What the hits gain, the silence of the others not yet counted, cannot carry the effect.
    if (round >= options.rounds / 3 && worth + kVolumeRoom < options.log_odds_min) return f;
    if (round + 1 == options.rounds && worth + kVolumeRoom + silence(f) < options.log_odds_min)
      return f;
  }
  hit_of_ear_.assign(ears_.size(), kNone);
  std::vector<std::uint32_t> before;
  for (int i = 0; i < 3; ++i) {
    choose(f);
    level(f, hit_of_ear_, 2);
    choose(f);
    if (hit_of_ear_ == before) break;
    before = hit_of_ear_;
    rows_.clear();
    for (std::size_t k = 0; k < ears_.size(); ++k) {
      const std::uint32_t a = hit_of_ear_[k];
      if (a == kNone) continue;
      const Path p = path_to(ears_[k], f.x_m, f.y_m);
      const double variance = air_.time_variance(p, net_.sigma_s(a), ears_[k].sensor);
      rows_.push_back({-p.ux / p.speed_m_s, -p.uy / p.speed_m_s, net_.time_s(a) - f.t_s - p.time_s,
                       1 / variance});
    }
    if (rows_.size() < 3 || !step(f, 1e-9)) return f;
  }
  judge(f, hit_of_ear_);
  return f;
}

// Log probability that nobody heard it who could, of a source somewhat quieter than `f`.
double Fitter::silence(const Fitted& f) const {
  const double source_db = f.source_db - kLevelRoomDb;
  const double range = air_.range_m(source_db);
  double sum = 0;
  for (const Ear& e : ears_) {
    if (beyond(e, f, range)) continue;
    sum += air_.log_miss(source_db - air_.loss_db(path_to(e, f.x_m, f.y_m)) - e.noise);
  }
  return sum;
}

void Fitter::edges(const Fitted& f, std::uint32_t effect, double gate_s, double spread_s,
                   const Taken* taken, std::vector<Edge>& out) {
  gather({f.x_m, f.y_m, f.t_s, 0}, f.source_db + kLevelSlackDb, taken, gate_s);
  for (const Ear& e : ears_) {
    if (e.first == e.last) continue;
    const Path p = path_to(e, f.x_m, f.y_m);
    const double expected = f.source_db - air_.loss_db(p);
    const double miss = air_.log_miss(expected - e.noise);
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if (taken != nullptr && (*taken)[a] != 0) continue;
      const double residual = net_.time_s(a) - f.t_s - p.time_s;
      const double variance =
          air_.time_variance(p, net_.sigma_s(a), e.sensor) + spread_s * spread_s;
      const double gain = log_hit(a, residual, variance, expected) - miss;
      if (gain > 0) out.push_back({effect, a, e.sensor, static_cast<float>(gain)});
    }
  }
}

// The best vote of an ear for each bin, into `row` and on top of `shot_sum_`.
void Fitter::add_ear(const Votes& ear, float* row) {
  std::fill(row + ear.first, row + ear.last + 1, 0.0F);
  for (std::size_t v = ear.begin; v < ear.end; ++v) {
    const Vote vote = votes_[v];
    if (vote.peak <= 0) continue;
    for (std::int32_t b = vote.first; b <= vote.last; ++b) {
      const float here = vote.at(b);
      row[b] = row[b] < here ? here : row[b];
    }
  }
  for (std::int32_t b = ear.first; b <= ear.last; ++b)
    shot_sum_[static_cast<std::size_t>(b)] += row[b];
}

void Fitter::look(const Place& middle, double reach_m, const Taken& taken) {
  gather({middle.x_m, middle.y_m, (middle.from_s + middle.to_s) / 2, 0},
         middle.source_db + kLevelSlackDb, &taken,
         (middle.to_s - middle.from_s) / 2 + reach_m / air_.sound_speed_m_s);
}

std::vector<Seed> Fitter::shots(const Place& at, const Taken& taken, double spread_s,
                                double score_min) {
  look(at, 0, taken);
  return shots_here(at, silence_at(at), taken, spread_s, score_min);
}

double Fitter::silence_at(const Place& at) const {
  double sum = 0;
  for (const Ear& e : ears_) {
    if (e.first != e.last) continue;
    sum += air_.log_miss(at.source_db - air_.loss_db(path_to(e, at.x_m, at.y_m)) - e.noise);
  }
  return sum;
}

std::vector<Seed> Fitter::shots_here(const Place& at, double silence, const Taken& taken,
                                     double spread_s, double score_min) {
  constexpr std::size_t kShotsMax = 16;
  const auto bins = static_cast<std::int32_t>((at.to_s - at.from_s) / kShotBin) + 1;
  votes_.clear();
  ear_votes_.clear();
  double base = silence;
  for (const Ear& e : ears_) {
    if (e.first == e.last) continue;
    const Path p = path_to(e, at.x_m, at.y_m);
    const double expected = at.source_db - air_.loss_db(p);
    const double miss = air_.log_miss(expected - e.noise);
    base += miss;
    Votes ear{votes_.size(), 0, bins, -1};
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if (taken[a] != 0) continue;
      const double variance =
          air_.time_variance(p, net_.sigma_s(a), e.sensor) + spread_s * spread_s;
      const double peak = log_hit(a, 0, variance, expected) - miss;
      if (peak <= 0) continue;
      const double origin = (net_.time_s(a) - p.time_s - at.from_s) / kShotBin;
      const double reach = std::sqrt(2 * peak * variance) / kShotBin;
      if (origin + reach < 0 || origin - reach > bins - 1) continue;
      const Vote vote{static_cast<float>(origin), static_cast<float>(peak),
                      static_cast<float>(0.5 * kShotBin * kShotBin / variance),
                      static_cast<std::int32_t>(std::ceil(std::max(0.0, origin - reach))),
                      static_cast<std::int32_t>(std::min(bins - 1.0, origin + reach))};
      ear.first = std::min(ear.first, vote.first);
      ear.last = std::max(ear.last, vote.last);
      votes_.push_back(vote);
    }
    ear.end = votes_.size();
    if (ear.first <= ear.last) ear_votes_.push_back(ear);
  }
  const auto width = static_cast<std::size_t>(bins);
  ear_sum_.resize(ear_votes_.size() * width);
  shot_sum_.assign(width, 0.0F);
  for (std::size_t r = 0; r < ear_votes_.size(); ++r) add_ear(ear_votes_[r], &ear_sum_[r * width]);
  std::vector<Seed> out;
  while (out.size() < kShotsMax) {
    const auto best = static_cast<std::int32_t>(
        std::max_element(shot_sum_.begin(), shot_sum_.end()) - shot_sum_.begin());
    const float most = shot_sum_[static_cast<std::size_t>(best)];
    const double score = static_cast<double>(most) + base;
    if (most <= 0 || score < score_min) break;
    out.push_back({at.x_m, at.y_m, at.from_s + best * kShotBin, score});
    // What this shot explains is no longer free for the next.
    for (std::size_t r = 0; r < ear_votes_.size(); ++r) {
      const Votes& ear = ear_votes_[r];
      float* row = &ear_sum_[r * width];
      if (best < ear.first || best > ear.last || row[best] <= 0) continue;
      Vote& taker =
          *std::max_element(votes_.begin() + static_cast<std::ptrdiff_t>(ear.begin),
                            votes_.begin() + static_cast<std::ptrdiff_t>(ear.end),
                            [&](const Vote& a, const Vote& b) { return a.at(best) < b.at(best); });
      taker.peak = 0;
      for (std::int32_t b = ear.first; b <= ear.last; ++b)
        shot_sum_[static_cast<std::size_t>(b)] -= row[b];
      add_ear(ear, row);
    }
  }
  return out;
}

void Fitter::refit(Fitted& f, int rounds) {
  gather({f.x_m, f.y_m, f.t_s, 0}, f.source_db + kLevelSlackDb, nullptr, 0);
  hit_of_ear_.assign(ears_.size(), kNone);
  for (const auto a : f.hits) {
    const auto s = net_.sensor_of(a);
    const auto it = std::lower_bound(ears_.begin(), ears_.end(), s,
                                     [](const Ear& e, std::uint32_t v) { return e.sensor < v; });
    if (it != ears_.end() && it->sensor == s)
      hit_of_ear_[static_cast<std::size_t>(it - ears_.begin())] = a;
  }
  for (int i = 0; i < rounds; ++i) {
    times_.clear();
    for (std::size_t k = 0; k < ears_.size(); ++k) {
      const std::uint32_t a = hit_of_ear_[k];
      if (a == kNone) continue;
      const Path p = path_to(ears_[k], f.x_m, f.y_m);
      times_.push_back(air_.time_row(p, a, net_.time_s(a) - f.t_s - p.time_s));
    }
    TimeFit fit;
    if (!solver_.solve(times_, air_.shared_error(), fit)) break;
    move(f, fit.step);
    level(f, hit_of_ear_, 1);
  }
  judge(f, hit_of_ear_);
}

}  // namespace truce::fuse
