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
constexpr double kSameErrorsM = 50;  // moved by no more, paths err as before

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

// f(ear) for each sensor that may hear such a source, ascending.
template <class F>
void Fitter::for_each_near(double x_m, double y_m, double t_s, double source_db, F f) {
  const auto here = air_.origin(x_m, y_m, t_s);
  const double range = air_.range_m(source_db);
  net_.for_ranges(x_m, y_m, range, [&](std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t s = first; s < last; ++s) {
      const Air::Listener& at = air_.listener(s);
      const double dx = at.x_m - x_m, dy = at.y_m - y_m;
      const double d2 = dx * dx + dy * dy;
      if (d2 > range * range) continue;
      const double reach = air_.reach_m(source_db - static_cast<double>(at.noise_db));
      if (d2 > reach * reach || (at.deaf && !air_.sensor[s].hears(t_s))) continue;
      const auto there = air_.wind_at_sensor(s, here.moment);
      f(Ear{s, 0, 0, at.x_m, at.y_m, at.clock_s, (here.wind[0] + there[0]) / 2,
            (here.wind[1] + there[1]) / 2, air_.sound_speed_m_s + (here.wind[2] + there[2]) / 2,
            at.own2, static_cast<double>(at.noise_db)});
    }
  });
}

void Fitter::gather(const Seed& seed, double source_db, const Taken* taken, double gate_s,
                    Silent silent) {
  ears_.clear();
  silent_.clear();
  for_each_near(seed.x_m, seed.y_m, seed.t_s, source_db, [&](Ear e) {
    const double expected = seed.t_s + time_s(e, seed.x_m, seed.y_m);
    e.last = e.first = net_.lower_bound(e.sensor, expected - gate_s);
    bool free = false;
    for (const auto end = net_.end_of(e.sensor);
         e.last < end && net_.time_s(e.last) <= expected + gate_s; ++e.last)
      free |= taken == nullptr || (*taken)[e.last] == 0;
    if (free) {
      ears_.push_back(e);
    } else if (silent == Silent::kKept) {
      silent_.push_back(e);
    }
  });
}

double Fitter::time_s(const Ear& e, double x, double y) {
  const double dx = e.x - x;
  const double dy = e.y - y;
  const double d2 = std::max(1.0, dx * dx + dy * dy);
  // distance / (speed + along), both multiplied by the distance
  return d2 / (e.speed * std::sqrt(d2) + e.along_x * dx + e.along_y * dy) + e.clock;
}

Fitter::View Fitter::view(const Ear& e, double x, double y) const {
  const double dx = e.x - x;
  const double dy = e.y - y;
  const double distance = std::max(1.0, std::sqrt(dx * dx + dy * dy));
  const double per = 1 / distance;
  View v{};
  v.ux = dx * per;
  v.uy = dy * per;
  const double along = e.along_x * v.ux + e.along_y * v.uy;
  v.slowness = 1 / (e.speed + along);
  v.travel_s = distance * v.slowness;
  v.time_s = v.travel_s + e.clock;
  v.loss_db = air_.loss_db(distance, along);
  return v;
}

void Fitter::look_from(const Fitted& f) {
  views_.clear();
  faint_db_.clear();
  for (const Ear& e : ears_) views_.push_back(view(e, f.x_m, f.y_m));
  for (const Ear& e : silent_) {
    const double dx = e.x - f.x_m;
    const double dy = e.y - f.y_m;
    const double distance = std::max(1.0, std::sqrt(dx * dx + dy * dy));
    const double along = (e.along_x * dx + e.along_y * dy) / distance;
    faint_db_.push_back(air_.loss_db(distance, along) + e.noise);
  }
}

double Fitter::log_hit(const Air::Said& a, double residual, double variance,
                       double expected_db) const {
  const double z = (static_cast<double>(a.level_db) - expected_db) / air_.level_sd_db;
  return a.odds + air_.log_stray(residual * residual / variance) -
         0.5 * (std::log(variance) + z * z);
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
void Fitter::level(Fitted& f, int rounds) const {
  const double per_var = 1 / (air_.level_sd_db * air_.level_sd_db);
  const double per_source = 1 / (air_.source_sd_db * air_.source_sd_db);
  for (int i = 0; i < rounds; ++i) {
    double slope = -(f.source_db - air_.source_mean_db) * per_source;
    double bend = per_source;
    const auto silence = [&](double snr) {
      const double g = air_.miss_slope(snr);
      slope += g;
      bend += g * g * 0.5;
    };
    for (std::size_t k = 0; k < ears_.size(); ++k) {
      const double expected = f.source_db - views_[k].loss_db;
      if (hit_of_ear_[k] != kNone) {
        slope += (static_cast<double>(air_.said(hit_of_ear_[k]).level_db) - expected) * per_var;
        bend += per_var;
      } else {
        silence(expected - ears_[k].noise);
      }
    }
    for (const double faint : faint_db_) silence(f.source_db - faint);
    f.source_db += std::clamp(slope / bend, -6.0, 6.0);
    f.source_sd_db = 1 / std::sqrt(bend);
  }
}

namespace {

// How far who heard and who did not, and the misfit of the times, lie beyond what is expected of a
// true effect: in their own spread.
class Surprise {
 public:
  void miss(const Air::Expectation& e, double log_miss) {
    if (e.variance == 0) return;
    beyond_ += static_cast<double>(e.mean) - log_miss;
    variance_ += static_cast<double>(e.variance);
  }
  void hit(const Air::Expectation& e) {
    beyond_ += static_cast<double>(e.mean - e.log_hear);
    variance_ += static_cast<double>(e.variance);
  }
  double value(double misfit, std::size_t hits) const {
    const double pattern = beyond_ / std::sqrt(variance_ + 0.5);
    const auto freedom = static_cast<double>(hits > 3 ? hits - 3 : 0);
    const double times = (misfit - freedom) / std::sqrt(2 * freedom + 1);
    return std::max(pattern, times);
  }

 private:
  double beyond_ = 0, variance_ = 0;
};

}  // namespace

// As seen from where `look_from` was last; `again` if the solver knows the errors of these hits.
void Fitter::judge(Fitted& f, bool again) {
  double sum = 0;
  Surprise surprise;
  f.stale = true;
  f.hits.clear();
  times_.clear();
  const auto silence = [&](double snr) {
    const double miss = air_.log_miss(snr);
    surprise.miss(air_.expectation(snr), miss);
    sum += miss;
  };
  for (std::size_t k = 0; k < ears_.size(); ++k) {
    const View& v = views_[k];
    const double expected = f.source_db - v.loss_db;
    const double snr = expected - ears_[k].noise;
    const std::uint32_t a = hit_of_ear_[k];
    if (a == kNone) {
      silence(snr);
      continue;
    }
    surprise.hit(air_.expectation(snr));
    sum += log_hit(air_.said(a), 0, 1, expected) - air_.log_stray(0);
    f.hits.push_back(a);
    times_.push_back(time_row(ears_[k], v, f, a));
  }
  sum += heed_strays(again);
  for (const double faint : faint_db_) silence(f.source_db - faint);
  TimeFit fit;
  if (!(again || solver_.factor(times_, air_.shared_error())) ||
      !solver_.solve_again(times_, fit)) {
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

// What errs by more than it should is worth less than it would be; `again` if by as much as before.
// Returns what the density of the times is to have on top of that of a normal distribution with
// these variances.
double Fitter::heed_strays(bool again) {
  if (!again) inflation_.clear();
  double sum = 0;
  for (std::size_t i = 0; i < times_.size(); ++i) {
    TimeRow& r = times_[i];
    const double path2 = r.path_s * r.path_s;
    const double variance = r.own2 + path2;
    const double q = r.residual * r.residual / variance;
    if (!again) inflation_.push_back(air_.stray_inflation(q));
    sum += air_.log_stray(q) + 0.5 * (q / inflation_[i] + std::log(inflation_[i]));
    r.own2 = variance * inflation_[i] - path2;
  }
  return sum;
}

TimeRow Fitter::time_row(const Ear& e, const View& v, const Fitted& f, std::uint32_t a) const {
  const Air::Said& said = air_.said(a);
  return {-v.ux * v.slowness,
          -v.uy * v.slowness,
          said.time_s - f.t_s - v.time_s,
          static_cast<double>(said.variance_s2) + e.own2,
          air_.path_error * v.travel_s,
          v.ux,
          v.uy};
}

// Each ear's best free arrival, where hearing it explains more than not having heard.
void Fitter::choose(const Fitted& f) {
  for (std::size_t k = 0; k < ears_.size(); ++k) {
    const Ear& e = ears_[k];
    const View& v = views_[k];
    hit_of_ear_[k] = kNone;
    const double expected = f.source_db - v.loss_db;
    double best = air_.log_miss(expected - e.noise);
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if ((*taken_)[a] != 0) continue;
      const Air::Said& said = air_.said(a);
      const double residual = said.time_s - f.t_s - v.time_s;
      const double odds = log_hit(said, residual, variance_s2(e, v, said), expected);
      if (odds > best) {
        best = odds;
        hit_of_ear_[k] = a;
      }
    }
  }
}

Fitted Fitter::fit(const Seed& seed, const Taken& taken, const Options& options) {
  taken_ = &taken;
  double reach_db = air_.source_mean_db + kLevelSlackDb;
  gather(seed, reach_db, &taken, options.gate_s, Silent::kKept);
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
      const View v = view(e, f.x_m, f.y_m);
      const double expected = f.source_db - v.loss_db;
      const double miss = air_.log_miss(expected - e.noise);
      for (std::uint32_t a = e.first; a < e.last; ++a) {
        if (taken[a] != 0) continue;
        const Air::Said& said = air_.said(a);
        const double residual = said.time_s - f.t_s - v.time_s;
        const double variance = variance_s2(e, v, said) + spread * spread;
        if (residual * residual > 16 * variance) continue;
        const double odds = log_hit(said, residual, variance, expected) - miss;
        if (odds < -5) continue;
        const double w = 1 / (1 + std::exp(-odds));
        worth += w * odds;
        rows_.push_back({-v.ux * v.slowness, -v.uy * v.slowness, residual, w / variance});
        level_sum += w * (static_cast<double>(said.level_db) + v.loss_db);
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
      gather(seed, reach_db, &taken, options.gate_s, Silent::kKept);
    }
    // What the hits gain, the silence of the others not yet counted, cannot carry the effect.
    if (round >= options.rounds / 3 && worth + kVolumeRoom < options.log_odds_min) return f;
    if (round + 1 == options.rounds && worth + kVolumeRoom + silence(f) < options.log_odds_min)
      return f;
  }
  hit_of_ear_.assign(ears_.size(), kNone);
  std::vector<std::uint32_t> before;
  for (int i = 0; i < 3; ++i) {
    look_from(f);
    choose(f);
    level(f, 2);
    choose(f);
    if (hit_of_ear_ == before) break;
    before = hit_of_ear_;
    rows_.clear();
    for (std::size_t k = 0; k < ears_.size(); ++k) {
      const std::uint32_t a = hit_of_ear_[k];
      if (a == kNone) continue;
      const View& v = views_[k];
      const Air::Said& said = air_.said(a);
      rows_.push_back({-v.ux * v.slowness, -v.uy * v.slowness, said.time_s - f.t_s - v.time_s,
                       1 / variance_s2(ears_[k], v, said)});
    }
    if (rows_.size() < 3 || !step(f, 1e-9)) return f;
    if (i == 2) look_from(f);
  }
  judge(f, false);
  return f;
}

// Log probability that nobody heard it who could, of a source somewhat quieter than `f`.
double Fitter::silence(const Fitted& f) {
  const double source_db = f.source_db - kLevelRoomDb;
  look_from(f);
  double sum = 0;
  for (std::size_t k = 0; k < ears_.size(); ++k)
    sum += air_.log_miss(source_db - views_[k].loss_db - ears_[k].noise);
  for (const double faint : faint_db_) sum += air_.log_miss(source_db - faint);
  return sum;
}

void Fitter::edges(const Fitted& f, std::uint32_t effect, double gate_s, double spread_s,
                   const Taken* taken, std::vector<Edge>& out) {
  gather({f.x_m, f.y_m, f.t_s, 0}, f.source_db + kLevelSlackDb, taken, gate_s, Silent::kLeftOut);
  for (const Ear& e : ears_) {
    const View v = view(e, f.x_m, f.y_m);
    const double expected = f.source_db - v.loss_db;
    const double miss = air_.log_miss(expected - e.noise);
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if (taken != nullptr && (*taken)[a] != 0) continue;
      const Air::Said& said = air_.said(a);
      const double residual = said.time_s - f.t_s - v.time_s;
      const double variance = variance_s2(e, v, said) + spread_s * spread_s;
      const double gain = log_hit(said, residual, variance, expected) - miss;
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
         (middle.to_s - middle.from_s) / 2 + reach_m / air_.sound_speed_m_s, Silent::kKept);
}

std::vector<Seed> Fitter::shots(const Place& at, const Taken& taken, double spread_s,
                                double score_min) {
  look(at, 0, taken);
  return shots_here(at, silence_at(at), taken, spread_s, score_min);
}

double Fitter::silence_at(const Place& at) {
  Fitted f;
  f.x_m = at.x_m;
  f.y_m = at.y_m;
  look_from(f);
  double sum = 0;
  for (const double faint : faint_db_) sum += air_.log_miss(at.source_db - faint);
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
    const View seen = view(e, at.x_m, at.y_m);
    const double expected = at.source_db - seen.loss_db;
    const double miss = air_.log_miss(expected - e.noise);
    base += miss;
    Votes ear{votes_.size(), 0, bins, -1};
    for (std::uint32_t a = e.first; a < e.last; ++a) {
      if (taken[a] != 0) continue;
      const Air::Said& said = air_.said(a);
      const double variance = variance_s2(e, seen, said) + spread_s * spread_s;
      const double peak = log_hit(said, 0, variance, expected) - miss;
      if (peak <= 0) continue;
      const double origin = (said.time_s - seen.time_s - at.from_s) / kShotBin;
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
  ears_.clear();
  silent_.clear();
  hit_of_ear_.clear();
  auto hit = f.hits.begin();
  for_each_near(f.x_m, f.y_m, f.t_s, f.source_db + kLevelSlackDb, [&](const Ear& e) {
    while (hit != f.hits.end() && net_.sensor_of(*hit) < e.sensor) ++hit;
    if (hit != f.hits.end() && net_.sensor_of(*hit) == e.sensor) {
      ears_.push_back(e);
      hit_of_ear_.push_back(*hit);
    } else {
      silent_.push_back(e);
    }
  });
  look_from(f);
  double moved_m = kStepMax;
  bool known = false;
  for (int i = 0; i < rounds; ++i) {
    times_.clear();
    for (std::size_t k = 0; k < ears_.size(); ++k)
      times_.push_back(time_row(ears_[k], views_[k], f, hit_of_ear_[k]));
    heed_strays(known && moved_m <= kSameErrorsM);
    if (moved_m > kSameErrorsM) {
      known = solver_.factor(times_, air_.shared_error());
      moved_m = 0;
    }
    TimeFit fit;
    if (!known || !solver_.solve_again(times_, fit)) break;
    move(f, fit.step);
    moved_m += std::hypot(fit.step[0], fit.step[1]);
    look_from(f);
    level(f, 1);
  }
  judge(f, known && moved_m <= kSameErrorsM);
}

}  // namespace truce::fuse
