#include "stages/fuse/internal/ground_learn.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "stages/fuse/internal/climb.h"

namespace truce::fuse {

namespace {

constexpr double kBurstS = 5;  // to either side, in which picks count as a burst

double square(double v) { return v * v; }

bool is_sure(const FittedBlast& f) { return f.hits.size() >= 6 && f.log_odds > 5; }

// At most so many of the sure ones, spread evenly.
std::vector<const FittedBlast*> some(const std::vector<FittedBlast>& blasts, std::size_t most) {
  std::vector<const FittedBlast*> sure, out;
  for (const auto& f : blasts) {
    if (is_sure(f)) sure.push_back(&f);
  }
  const std::size_t stride = std::max<std::size_t>(1, (sure.size() + most - 1) / most);
  for (std::size_t i = 0; i < sure.size(); i += stride) out.push_back(sure[i]);
  return out;
}

// Levels of what is false over the noise of its station, by bins of 2 dB, smoothed, on a floor of a
// wide normal distribution.
class FalseLevels {
 public:
  FalseLevels() {
    for (std::size_t i = 0; i < kBins; ++i)
      count_[i] = 20 * std::exp(-square((centre(i) - 12) / 25) / 2) * kBinDb / (25 * 2.5066);
  }
  void add(double over_db) { count_[bin(over_db)] += 1; }
  void smooth() {
    const auto before = count_;
    for (std::size_t i = 0; i < kBins; ++i)
      count_[i] = 0.5 * before[i] + 0.25 * before[i > 0 ? i - 1 : 0] +
                  0.25 * before[std::min(i + 1, kBins - 1)];
    const double sum = std::accumulate(count_.begin(), count_.end(), 0.0) * kBinDb;
    for (auto& c : count_) c = std::log(std::max(c / sum, 1e-12));
  }
  double log_density(double over_db) const { return count_[bin(over_db)]; }

 private:
  static constexpr std::size_t kBins = 80;
  static constexpr double kBinDb = 2, kLowest = -40;
  static double centre(std::size_t i) { return kLowest + (static_cast<double>(i) + 0.5) * kBinDb; }
  static std::size_t bin(double over_db) {
    return static_cast<std::size_t>(
        std::clamp((over_db - kLowest) / kBinDb, 0.0, static_cast<double>(kBins) - 1));
  }
  std::array<double, kBins> count_{};
};

}  // namespace

void learn_false(const Owners& owner, Ground& ground) {
  const PickLists& net = ground.net;
  constexpr std::size_t kLabels = 3;
  FalseLevels levels;
  std::vector<double> count(net.stations() * kLabels, 0);
  std::array<double, kLabels> all{};
  for (std::uint32_t k = 0; k < net.entries(); ++k) {
    const auto label = static_cast<std::size_t>(net.label[k]);
    if (owner[net.pick[k]] != kFree || (label == 2 && net.list[k] % 2 == 1)) continue;
    const std::uint32_t s = net.list[k] / 2;
    levels.add(net.level_db[k] - net.station(s).noise_db);
    count[s * kLabels + label] += 1;
    all[label] += 1;
  }
  levels.smooth();
  // A station's own rate, drawn towards that of all by half a pick.
  const double duration = std::max(60.0, net.end_s - net.start_s);
  const auto rate = [&](std::uint32_t s, std::size_t label) {
    const double mean = (all[label] + 0.5) / static_cast<double>(net.stations());
    return (count[s * kLabels + label] + 0.5) / duration * mean / (mean + 0.5) + 0.05 / duration;
  };
  for (std::uint32_t list = 0; list < net.lists(); ++list) {
    std::uint32_t from = net.begin_of(list), to = from;
    const std::uint32_t s = list / 2;
    const std::array<double, kLabels> usual{rate(s, 0), rate(s, 1), rate(s, 2)};
    for (std::uint32_t k = net.begin_of(list); k < net.end_of(list); ++k) {
      while (net.time_s[from] < net.time_s[k] - kBurstS) ++from;
      while (to < net.end_of(list) && net.time_s[to] <= net.time_s[k] + kBurstS) ++to;
      const double burst = (static_cast<double>(to - from) - 4) / (2 * kBurstS);
      const double per_s = std::max(usual[static_cast<std::size_t>(net.label[k])], burst);
      ground.log_false[k] =
          std::log(per_s) + levels.log_density(net.level_db[k] - net.station(s).noise_db);
    }
  }
}

namespace {

// What blasts' levels say of the curve by which they fade and are noticed: the likelihood of levels
// picked and of waves not picked, each blast's own level at its best.
class LevelScore {
 public:
  LevelScore(const std::vector<const FittedBlast*>& blasts, const Ground& ground)
      : tail_(ground.tail), mean_(ground.level_mean_db), spread_(ground.level_spread_db) {
    const PickLists& net = ground.net;
    for (const auto* f : blasts) {
      auto& one = blasts_.emplace_back();
      one.level_db = f->level_db;
      for (std::uint32_t list = 0; list < net.lists(); ++list) {
        const SoundSensor& at = net.station(list / 2);
        const double d = std::hypot(at.x_m - f->x_m, at.y_m - f->y_m);
        const double over = f->level_db - ground.loss_db(d, list % 2) - at.noise_db;
        const auto it =
            std::lower_bound(f->hits.begin(), f->hits.end(), list,
                             [&](std::uint32_t k, std::uint32_t l) { return net.list[k] < l; });
        const bool hit = it != f->hits.end() && net.list[*it] == list;
        if (!hit && (ground.beyond(over) < -5 ||
                     ground.is_deaf(list / 2, f->t_s + ground.times[list % 2].at(d).time_s)))
          continue;
        one.rows.push_back({std::log10(std::max(d, 100.0)) - 4, std::max(d, 100.0) / 1000 - 10,
                            list % 2 == 1 ? 1.0 : 0.0, at.noise_db, hit ? net.level_db[*it] : 0,
                            hit});
      }
    }
  }

  // Of spreading, absorption, gain of S, log spread, signal at half detection, log width.
  double operator()(const std::array<double, 6>& v) const {
    const double sd = std::exp(v[3]), width = std::exp(v[5]), both = std::hypot(sd, width);
    double sum = 0;
    for (const auto& b : blasts_) {
      double level = b.level_db;
      double total = 0;
      for (int round = 0; round < 2; ++round) {
        double slope = (mean_ - level) / square(spread_), curve = 1 / square(spread_);
        total = -0.5 * square((mean_ - level) / spread_);
        for (const auto& r : b.rows) {
          const double expected = level - v[0] * r.decades - v[1] * r.km + v[2] * r.s;
          if (r.hit) {
            const double off = r.level_db - expected;
            slope += off / (sd * sd);
            curve += 1 / (sd * sd);
            total -= 0.5 * off * off / (sd * sd) + v[3] + kHalfLog2Pi;
            if (round == 1) total += tail_.log_at((v[4] - r.level_db + r.noise_db) / width);
          } else {
            const double z = (expected - r.noise_db - v[4]) / both;
            const double s = tail_.slope_at(z);
            slope += s / both;
            curve += std::max(0.0, s * (s + z)) / (both * both);
            total += tail_.log_at(z);
          }
        }
        if (round < 1) level += std::clamp(slope / curve, -10.0, 10.0);
      }
      sum += total;
    }
    return sum;
  }

 private:
  struct Row {
    double decades, km, s, noise_db, level_db;
    bool hit;
  };
  struct Blast {
    double level_db = 0;
    std::vector<Row> rows;
  };
  std::vector<Blast> blasts_;
  const NormalTail& tail_;
  double mean_, spread_;
};

}  // namespace

void learn_levels(const std::vector<FittedBlast>& blasts, const SeismicParams& prior,
                  Ground& ground) {
  constexpr std::size_t kBlasts = 40;
  const auto sample = some(blasts, kBlasts);
  if (sample.empty()) return;
  const LevelScore levels(sample, ground);
  const std::array<double, 6> mean{prior.spreading_db,     prior.attenuation_db_km,
                                   prior.s_gain_db,        std::log(prior.level_sd_db),
                                   prior.detection_snr_db, std::log(prior.detection_width_db)};
  const std::array<double, 6> sd{10, prior.attenuation_db_km + 0.01, 6, 0.5, 5, 0.5};
  const auto v = climb<6>({ground.spreading_db, ground.attenuation_db_km, ground.s_gain_db,
                           std::log(ground.level_sd_db), ground.snr_db, std::log(ground.width_db)},
                          {4, 0.03, 2, 0.2, 2, 0.2}, 4, [&](const std::array<double, 6>& at) {
                            double sum = levels(at);
                            for (std::size_t i = 0; i < at.size(); ++i)
                              sum -= 0.5 * square((at[i] - mean[i]) / sd[i]);
                            return sum;
                          });
  ground.spreading_db = v[0];
  ground.attenuation_db_km = v[1];
  ground.s_gain_db = v[2];
  ground.level_sd_db = std::exp(v[3]);
  ground.snr_db = v[4];
  ground.width_db = std::exp(v[5]);
  ground.retabulate();

  // Blasts' levels: the prior counts as much as two blasts.
  constexpr double kPriorBlasts = 2;
  double n = 0, sum = 0, squares = 0;
  for (const auto& f : blasts) {
    if (!is_sure(f)) continue;
    n += 1;
    sum += f.level_db;
  }
  const double centre = sum / n;
  for (const auto& f : blasts) squares += is_sure(f) ? square(f.level_db - centre) : 0;
  ground.level_mean_db = centre;
  ground.level_spread_db =
      std::sqrt((squares + kPriorBlasts * square(prior.source_db_sd / 2)) / (n + kPriorBlasts));
  const double area = (ground.net.x_max - ground.net.x_min) * (ground.net.y_max - ground.net.y_min);
  ground.log_density = std::log((static_cast<double>(blasts.size()) + 0.5) /
                                (area * std::max(60.0, ground.net.end_s - ground.net.start_s)));
}

namespace {

// Restricted likelihood of blasts' times (Patterson & Thompson 1971): each one's own place and time
// taken out. Of a blast with many hits an even part speaks.
class TimeScore {
 public:
  TimeScore(const std::vector<const FittedBlast*>& blasts, const Ground& ground) {
    constexpr std::size_t kHits = 36;
    const PickLists& net = ground.net;
    for (const auto* f : blasts) {
      auto& rows = blasts_.emplace_back();
      const std::size_t n = f->hits.size(), of = std::min(n, kHits);
      for (std::size_t i = 0; i < of; ++i) {
        const std::uint32_t k = f->hits[i * n / of];
        const unsigned phase = net.list[k] % 2;
        const SoundSensor& at = net.station(net.list[k] / 2);
        const double dx = at.x_m - f->x_m, dy = at.y_m - f->y_m;
        const double d = std::max(1.0, std::hypot(dx, dy));
        const auto time = ground.travel(net.list[k], d);
        const double residual = net.time_s[k] - f->t_s - time.time_s;
        Row r{time_row(ground, k, residual, time.time_s, time.slowness_s_m, dx / d, dy / d), phase,
              1, time.time_s, net.variance_s2[k] + ground.delay_variance[net.list[k]]};
        r.wider = r.row.path_s / (ground.path_error[phase] * time.time_s);
        rows.push_back(r);
      }
    }
  }
  // Of log errors of P and S, log floor, logit of the shared part, log angle.
  double operator()(const std::array<double, 5>& v) {
    if (!shared_ || shared_of_ != std::pair(v[3], v[4])) {
      shared_.emplace(1 / (1 + std::exp(-v[3])), std::exp(v[4]));
      shared_of_ = {v[3], v[4]};
    }
    const std::array<double, 2> error{std::exp(v[0]), std::exp(v[1])};
    const double floor2 = std::exp(2 * v[2]);
    double sum = 0;
    for (const auto& rows : blasts_) {
      scaled_.clear();
      for (const auto& r : rows) {
        TimeRow row = r.row;
        row.own2 = square(r.wider) * (r.onset2 + floor2);
        row.path_s = r.wider * error[r.phase] * r.travel_s;
        scaled_.push_back(row);
      }
      TimeFit fit;
      if (solver_.solve(scaled_, *shared_, fit))
        sum -= 0.5 * (fit.log_det + fit.log_det_normal + fit.misfit_after);
    }
    return sum;
  }

 private:
  struct Row {
    TimeRow row;
    unsigned phase;
    double wider, travel_s, onset2;
  };
  std::vector<std::vector<Row>> blasts_;
  std::vector<TimeRow> scaled_;
  std::optional<SharedError> shared_;  // a table, made anew only when it has to be
  std::pair<double, double> shared_of_;
  TimeSolver solver_;
};

}  // namespace

namespace {

struct Residual {
  double off_s, variance;
};

Residual residual(const FittedBlast& f, std::uint32_t entry, const Ground& ground) {
  const PickLists& net = ground.net;
  const SoundSensor& at = net.station(net.list[entry] / 2);
  const double d = std::hypot(at.x_m - f.x_m, at.y_m - f.y_m);
  const double travel_s = ground.travel(net.list[entry], d).time_s;
  return {net.time_s[entry] - f.t_s - travel_s, ground.time_variance(entry, travel_s)};
}

// Hits beyond three standard deviations, of which a stray is so far off in 0.55 of cases.
void learn_strays(const std::vector<const FittedBlast*>& blasts, const SeismicParams& prior,
                  Ground& ground) {
  constexpr double kPriorHits = 100, kBeyond = 0.55;
  double hits = 0, beyond = 0;
  for (const auto* f : blasts) {
    for (const auto k : f->hits) {
      const Residual r = residual(*f, k, ground);
      hits += 1;
      beyond += r.off_s * r.off_s > 9 * r.variance ? 1 : 0;
    }
  }
  ground.stray_share = std::clamp(
      (beyond / kBeyond + kPriorHits * prior.stray_share) / (hits + kPriorHits), 0.002, 0.3);
}

}  // namespace

void learn_times(const std::vector<FittedBlast>& blasts, const Effort& effort,
                 const SeismicParams& prior, Ground& ground) {
  const auto sample = some(blasts, effort.blasts_max);
  if (sample.empty()) return;
  TimeScore times(sample, ground);
  const std::array<double, 5> mean{std::log(prior.path_error), std::log(prior.path_error),
                                   std::log(0.03), -0.5, std::log(0.4)};
  const std::array<double, 5> sd{1, 1, 1, 2.5, 0.5};
  const auto v = climb<5>(
      {std::log(ground.path_error[0]), std::log(ground.path_error[1]), std::log(ground.floor_s),
       std::log(ground.shared / (1 - ground.shared)), std::log(ground.shared_angle)},
      {0.25, 0.25, 0.5, 1.0, 0.3}, effort.rounds, [&](const std::array<double, 5>& at) {
        double sum = times(at);
        for (std::size_t i = 0; i < at.size(); ++i) sum -= 0.5 * square((at[i] - mean[i]) / sd[i]);
        return sum;
      });
  ground.path_error = {std::exp(v[0]), std::exp(v[1])};
  ground.floor_s = std::exp(v[2]);
  ground.shared = 1 / (1 + std::exp(-v[3]));
  ground.shared_angle = std::exp(v[4]);

  learn_strays(sample, prior, ground);
}

// The mean of a list's residuals, outliers held back, drawn towards 0.
void learn_delays(const std::vector<FittedBlast>& blasts, const SeismicParams& prior,
                  Ground& ground) {
  constexpr double kHuber = 2;
  const double prior_weight = 1 / square(prior.station_sd_s);
  std::vector<double> weight(ground.net.lists(), prior_weight), sum(ground.net.lists(), 0);
  for (const auto& f : blasts) {
    if (!is_sure(f)) continue;
    for (const auto k : f.hits) {
      const std::uint32_t list = ground.net.list[k];
      const Residual r = residual(f, k, ground);
      const double z = std::abs(r.off_s) / std::sqrt(r.variance);
      const double w = std::min(1.0, kHuber / std::max(z, 1e-9)) / r.variance;
      weight[list] += w;
      sum[list] += w * (r.off_s + ground.delay_s[list]);
    }
  }
  for (std::uint32_t list = 0; list < ground.net.lists(); ++list) {
    ground.delay_s[list] = sum[list] / weight[list];
    ground.delay_variance[list] = 1 / weight[list];
  }
}

std::vector<Deafness> learn_silence(const std::vector<FittedBlast>& blasts, Ground& ground) {
  constexpr double kUnlikely = 10;  // natural logarithm of the odds against it
  constexpr double kOfOne = 3;      // as much as one blast may say
  const PickLists& net = ground.net;
  std::vector<Deafness> out;
  for (std::uint32_t s = 0; s < net.stations(); ++s) {
    std::vector<double> heard{net.start_s};
    for (std::uint32_t k = net.begin_of(2 * s); k < net.end_of(2 * s + 1); ++k)
      heard.push_back(net.time_s[k]);
    heard.push_back(net.end_s);
    std::sort(heard.begin(), heard.end());
    if (heard.size() == 2) {
      out.push_back({s, net.start_s, net.end_s});
      continue;
    }
    std::vector<double> against(heard.size(), 0);  // of the gap that begins there
    const SoundSensor& at = net.station(s);
    for (const auto& f : blasts) {
      const double d = std::hypot(at.x_m - f.x_m, at.y_m - f.y_m);
      const double p = f.t_s + ground.times[0].at(d).time_s;
      const auto gap = std::upper_bound(heard.begin(), heard.end(), p) - heard.begin();
      if (gap == 0 || gap == static_cast<std::ptrdiff_t>(heard.size()) ||
          f.t_s + ground.times[1].at(d).time_s > heard[static_cast<std::size_t>(gap)])
        continue;
      double miss = 0;
      for (unsigned phase = 0; phase < 2; ++phase)
        miss -=
            ground.tail.log_at(ground.beyond(f.level_db - ground.loss_db(d, phase) - at.noise_db));
      against[static_cast<std::size_t>(gap) - 1] += std::min(miss, kOfOne);
    }
    for (std::size_t g = 0; g + 1 < heard.size(); ++g) {
      if (against[g] < kUnlikely) continue;
      const Deafness silent{s, std::nextafter(heard[g], heard[g + 1]), heard[g + 1]};
      if (ground.is_deaf(s, (silent.from_s + silent.until_s) / 2)) continue;
      out.push_back(silent);
    }
  }
  for (const auto& d : out) ground.deaf[d.sensor].push_back({d.from_s, d.until_s});
  return out;
}

}  // namespace truce::fuse
