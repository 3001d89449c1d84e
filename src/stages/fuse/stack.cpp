// Every arrival votes for the cells and times it could have come from: for a cell d away it says
// t − d/v, with the log odds of this level there against a false report. A cell's votes fall into
// bins of time that stay in the processor's first cache, so a vote costs a few additions. What
// stands above chance and above its neighbours is a seed.

#include "stages/fuse/internal/stack.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/parallel.h"

namespace truce::fuse {

namespace {

constexpr double kMarginM = 4000;  // beyond the outermost sensors
constexpr double kTimeWidthS = 1.2;
constexpr std::size_t kBlock = 64;
constexpr std::int32_t kBins = 4096;  // at once: as many as stay in the first cache
constexpr double kClockRoomS = 10;
constexpr double kLogSqrt2Pi = 0.91893853320467274;

struct Peak {
  std::int32_t bin;
  float score;
};

class Stack {
 public:
  Stack(const Network& net, const Air& air, const Taken& taken, const StackOptions& o)
      : net_(net), air_(air), o_(o) {
    spread2_ = air.source_sd_db * air.source_sd_db + air.level_sd_db * air.level_sd_db;
    range_ = reach();
    x0_ = net.x_min - kMarginM;
    y0_ = net.y_min - kMarginM;
    columns_ = static_cast<int>((net.x_max - net.x_min + 2 * kMarginM) / o.cell_m) + 1;
    rows_ = static_cast<int>((net.y_max - net.y_min + 2 * kMarginM) / o.cell_m) + 1;
    // Room for air that moves against the sound and for clocks that are off.
    longest_ = range_ / (0.8 * air.sound_speed_m_s) + kClockRoomS;
    t0_ = net.first_s - longest_;
    bins_ = static_cast<int>((net.end_s + kClockRoomS - t0_) / o.bin_s) + 2;
    first_.push_back(0);
    for (std::uint32_t s = 0; s < net.sensors(); ++s) {
      for (std::uint32_t a = net.begin_of(s); a < net.end_of(s); ++a) {
        if (taken[a] == 0) add_arrival(a);
      }
      first_.push_back(static_cast<std::uint32_t>(time_.size()));
    }
    peaks_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
    for (int down = -o.apart_cells; down <= o.apart_cells; ++down) {
      for (int right = -o.apart_cells; right <= o.apart_cells; ++right) {
        if (down != 0 || right != 0) around_.emplace_back(down, right);
      }
    }
    std::stable_sort(around_.begin(), around_.end(), [](const auto& a, const auto& b) {
      return a.first * a.first + a.second * a.second < b.first * b.first + b.second * b.second;
    });
  }

  std::vector<Seed> run() {
    parallel_for(static_cast<std::size_t>(rows_), o_.threads,
                 [&](std::size_t row) { stack_row(static_cast<int>(row)); });
    std::vector<std::vector<Seed>> seeds(static_cast<std::size_t>(rows_));
    parallel_for(static_cast<std::size_t>(rows_), o_.threads,
                 [&](std::size_t row) { seeds[row] = maxima_of(static_cast<int>(row)); });
    std::vector<Seed> out;
    for (const auto& s : seeds) out.insert(out.end(), s.begin(), s.end());
    return out;
  }

 private:
  std::size_t cell(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
           static_cast<std::size_t>(column);
  }

  // What an arrival says, but for distance.
  void add_arrival(std::uint32_t a) {
    const double level = net_.level_db(a);
    // The spread of the level is the source's and the path's together, that of the time the cell's.
    const double odds = air_.said(a).odds + std::log(air_.level_sd_db) - 0.5 * std::log(spread2_) +
                        kLogSqrt2Pi - std::log(kTimeWidthS);
    time_.push_back(static_cast<float>(net_.time_s(a) - t0_));
    level_.push_back(static_cast<float>(level));
    odds_.push_back(static_cast<float>(odds));
  }

  // Beyond it a source of middling strength is rarely heard.
  double reach() const {
    double low = 500;
    double high = 40'000;
    std::vector<double> noise;
    for (const auto& s : air_.sensor) noise.push_back(s.noise_db);
    std::nth_element(noise.begin(), noise.begin() + static_cast<std::ptrdiff_t>(noise.size() / 2),
                     noise.end());
    for (int i = 0; i < 30; ++i) {
      const double d = (low + high) / 2;
      const double snr = air_.source_mean_db + 0.5 * air_.source_sd_db - 20 * std::log10(d) -
                         air_.attenuation_db_m * d - noise[noise.size() / 2];
      (air_.detection(snr) > 0.3 ? low : high) = d;
    }
    return high;
  }

  // What a sensor near a cell says of it.
  struct Ear {
    std::uint32_t sensor;
    std::uint32_t next;  // its first arrival that the bins at hand may want
    float delay_s, mean_db, log_miss;
  };

  void stack_row(int row) {
    Bins bins;
    std::vector<std::uint32_t> near;
    std::vector<Ear> ears;
    const double y = y0_ + (row + 0.5) * o_.cell_m;
    const double wide = std::sqrt(spread2_ - air_.level_sd_db * air_.level_sd_db);
    const double middle = (net_.start_s + net_.end_s) / 2;
    for (int column = 0; column < columns_; ++column) {
      const double x = x0_ + (column + 0.5) * o_.cell_m;
      near.clear();
      net_.within(x, y, range_, near);
      if (near.size() < 3) continue;
      ears.clear();
      double base = air_.log_density + std::log(o_.cell_m * o_.cell_m * 2 * o_.bin_s);
      const auto here = air_.origin(x, y, middle);
      for (const auto s : near) {
        const Path p = air_.path(here, s);
        const double loss = air_.loss_db(p);
        const double noise = air_.sensor[s].noise_db;
        const double miss = air_.log_miss(air_.source_mean_db - loss - noise);
        base += air_.log_miss(air_.source_mean_db - wide - loss - noise);
        if (-kClockRoomS < p.time_s && p.time_s < longest_ && first_[s] < first_[s + 1])
          ears.push_back({s, first_[s], static_cast<float>(p.time_s),
                          static_cast<float>(air_.source_mean_db - loss),
                          static_cast<float>(miss)});
      }
      auto& peaks = peaks_[cell(row, column)];
      for (std::int32_t from = 2; from < bins_; from += kBins) {
        for (Ear& e : ears) add_votes(e, from - 2, bins);
        pick(bins, from, base, peaks);
      }
    }
  }

  // Sums of votes, and of those in each stretch of bins. A vote is never less than nothing, so that
  // no bin has more than its stretch.
  struct Bins {
    static constexpr std::size_t kStretch = 16;
    static constexpr std::size_t kGroup = 32;  // stretches that are looked at together
    static constexpr std::size_t kSize = kBins + 4;
    static constexpr std::size_t kStretches = (kSize / kStretch / kGroup + 1) * kGroup;
    std::array<float, kStretches * kStretch> sum{};
    std::array<float, kStretches + 1> stretch{};
    void add(std::size_t k, float odds) {
      sum[k] += odds;
      stretch[k / kStretch] += odds;
    }
    void clear() {
      std::memset(sum.data(), 0, sizeof(sum));
      std::memset(stretch.data(), 0, sizeof(stretch));
    }
  };

  // Votes into the bins from `from` on. Odds and bins of a block come at once, which the compiler
  // turns into vectors; then they are added one by one.
  void add_votes(Ear& e, std::int32_t from, Bins& bins) const {
    const auto half = static_cast<float>(0.5 / spread2_);
    const auto per = static_cast<float>(1 / o_.bin_s);
    // One bin more at either end: times are rounded.
    const auto width = static_cast<float>(o_.bin_s);
    const float first_s = e.delay_s + static_cast<float>(from - 1) * width;
    const float last_s = first_s + static_cast<float>(Bins::kSize + 2) * width;
    const float again_s = first_s + static_cast<float>(kBins) * width;
    const std::uint32_t end = first_[e.sensor + 1];
    while (e.next < end && time_[e.next] < first_s) ++e.next;
    std::uint32_t at = e.next;
    const auto stop = static_cast<std::uint32_t>(
        std::lower_bound(time_.begin() + at, time_.begin() + end, last_s) - time_.begin());
    std::array<float, kBlock> odds;
    std::array<std::int32_t, kBlock> bin;
    while (at < stop) {
      const std::size_t n = std::min<std::size_t>(kBlock, stop - at);
      const float* time = &time_[at];
      const float* level = &level_[at];
      const float* fixed = &odds_[at];
      for (std::size_t i = 0; i < n; ++i) {
        const float z = level[i] - e.mean_db;
        const float v = fixed[i] - e.log_miss - z * z * half;
        odds[i] = v > 0 ? v : 0;
        bin[i] = static_cast<std::int32_t>((time[i] - e.delay_s) * per) - from;
      }
      for (std::size_t i = 0; i < n; ++i) {
        const auto k = static_cast<std::size_t>(bin[i]);
        if (k < Bins::kSize) bins.add(k, odds[i]);
      }
      at += static_cast<std::uint32_t>(n);
    }
    while (e.next < end && time_[e.next] < again_s) ++e.next;
  }

  // Maxima among the bins, the two at either end being there to be compared with; then all are
  // empty again.
  void pick(Bins& bins, std::int32_t from, double base, std::vector<Peak>& out) const {
    const auto least = static_cast<float>(o_.score_min - base);
    const float few = least - 1e-4F * std::abs(least);  // sums are rounded
    for (std::size_t g = 0; g < Bins::kStretches; g += Bins::kGroup) {
      // Of a group all at once, as vectors; what is before it may reach in.
      unsigned some = g > 0 && bins.stretch[g - 1] + bins.stretch[g] > few ? 1U : 0U;
      for (std::size_t s = g; s < g + Bins::kGroup; ++s)
        some |= bins.stretch[s] + bins.stretch[s + 1] > few ? 1U : 0U;
      for (std::size_t s = g; some != 0 && s < g + Bins::kGroup; ++s)
        pick_stretch(bins, s, few, least, base, from, out);
    }
    bins.clear();
  }

  void pick_stretch(const Bins& bins, std::size_t s, float few, float least, double base,
                    std::int32_t from, std::vector<Peak>& out) const {
    const auto& b = bins.sum;
    const std::size_t begin = std::max<std::size_t>(2, s * Bins::kStretch);
    const std::size_t end = std::min(Bins::kSize - 2, (s + 1) * Bins::kStretch);
    if (begin >= end || bins.stretch[s] + b[begin - 1] + b[end] <= few) return;
    unsigned some = 0;
    for (std::size_t k = begin; k < end; ++k) some |= b[k - 1] + b[k] + b[k + 1] > least ? 1U : 0U;
    for (std::size_t k = begin; some != 0 && k < end; ++k) {
      const float here = b[k - 1] + b[k] + b[k + 1];
      if (here <= least || b[k] == 0) continue;
      const float before = b[k - 2] + b[k - 1] + b[k];
      const float after = b[k] + b[k + 1] + b[k + 2];
      if (here > before && here >= after)
        out.push_back({from + static_cast<std::int32_t>(k) - 2, here + static_cast<float>(base)});
    }
  }

  // Whether a peak near one of this place is higher. Peaks of a place are asked after in their
  // order: `next` is where to begin in the list of each place around it.
  bool beaten(int row, int column, const Peak& p, std::vector<std::uint32_t>& next) const {
    for (std::size_t k = 0; k < around_.size(); ++k) {  // the nearest first: they beat most often
      const auto [down, right] = around_[k];
      const int r = row + down, c = column + right;
      if (r < 0 || r >= rows_ || c < 0 || c >= columns_) continue;
      const auto& other = peaks_[cell(r, c)];
      auto it = other.begin() + next[k];
      while (it != other.end() && it->bin < p.bin - o_.apart_bins) ++it;
      next[k] = static_cast<std::uint32_t>(it - other.begin());
      for (; it != other.end() && it->bin <= p.bin + o_.apart_bins; ++it) {
        if (it->score > p.score ||
            (it->score == p.score && std::pair(r, c) < std::pair(row, column)))
          return true;
      }
    }
    return false;
  }

  std::vector<Seed> maxima_of(int row) const {
    std::vector<Seed> out;
    std::vector<std::uint32_t> next;
    for (int c = 0; c < columns_; ++c) {
      next.assign(around_.size(), 0);
      for (const Peak& p : peaks_[cell(row, c)]) {
        if (!beaten(row, c, p, next))
          out.push_back({x0_ + (c + 0.5) * o_.cell_m, y0_ + (row + 0.5) * o_.cell_m,
                         t0_ + (p.bin + 0.5) * o_.bin_s, static_cast<double>(p.score)});
      }
    }
    return out;
  }

  const Network& net_;
  const Air& air_;
  const StackOptions& o_;
  double spread2_ = 0, range_ = 0, longest_ = 0, x0_ = 0, y0_ = 0, t0_ = 0;
  int columns_ = 0, rows_ = 0, bins_ = 0;
  std::vector<float> time_, level_, odds_;
  std::vector<std::uint32_t> first_;
  std::vector<std::vector<Peak>> peaks_;
  std::vector<std::pair<int, int>> around_;  // rows and columns to cells of which one may beat
};

}  // namespace

std::vector<Seed> stack(const Network& net, const Air& air, const Taken& taken,
                        const StackOptions& options) {
  if (net.sensors() == 0) return {};
  return Stack(net, air, taken, options).run();
}

}  // namespace truce::fuse
