#include "stages/fuse/internal/ground_stack.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/parallel.h"

namespace truce::fuse {

namespace {

constexpr std::size_t kStationsMax = 30;  // that a cell listens to
constexpr double kCellsPerSpacing = 6;
constexpr double kCellsMax = 40'000;
constexpr double kVoteMax = 8;
constexpr double kWindowBins = 3;  // that one blast's votes may fall into
constexpr double kLogSqrt2Pi = 0.9189385332046727;

}  // namespace

struct BlastStack::Votes {
  std::vector<std::uint32_t> first{0};  // by list
  std::vector<double> time_s;
  std::vector<float> level_db, base;
};

BlastStack::BlastStack(const PickLists& net, const Ground& ground) : net_(net), ground_(ground) {
  const double width = net.x_max - net.x_min, height = net.y_max - net.y_min;
  cell_m_ = std::max(net.spacing_m / kCellsPerSpacing, std::sqrt(width * height / kCellsMax));
  columns_ = static_cast<std::size_t>(width / cell_m_) + 1;
  rows_ = static_cast<std::size_t>(height / cell_m_) + 1;
  bin_s_ = 0.4 * cell_m_ / ground.times[1].top_m_s();
  // A blast may have been before the first pick by as much as its wave travels.
  const double longest = ground.times[1].at(std::hypot(width, height)).time_s;
  double last = net.end_s;
  first_s_ = net.start_s;
  for (const double t : net.time_s) {
    first_s_ = std::min(first_s_, t);
    last = std::max(last, t);
  }
  first_s_ -= longest + 2 * bin_s_;
  bins_ = static_cast<std::size_t>((last - first_s_) / bin_s_) + 3;
}

double BlastStack::x_of(std::size_t cell) const {
  return net_.x_min + (static_cast<double>(cell % columns_) + 0.5) * cell_m_;
}
double BlastStack::y_of(std::size_t cell) const {
  return net_.y_min + (static_cast<double>(cell / columns_) + 0.5) * cell_m_;
}

// The nearest stations that have picks, by number.
void BlastStack::near(double x_m, double y_m, std::vector<Near>& out) const {
  out.clear();
  for (std::uint32_t s = 0; s < net_.stations(); ++s) {
    if (net_.begin_of(2 * s) == net_.end_of(2 * s + 1)) continue;
    out.push_back({s, std::hypot(net_.station(s).x_m - x_m, net_.station(s).y_m - y_m)});
  }
  const auto nearer = [](const Near& a, const Near& b) {
    return std::tie(a.distance_m, a.station) < std::tie(b.distance_m, b.station);
  };
  if (out.size() > kStationsMax) {
    std::nth_element(out.begin(), out.begin() + kStationsMax, out.end(), nearer);
    out.resize(kStationsMax);
  }
  std::sort(out.begin(), out.end(),
            [](const Near& a, const Near& b) { return a.station < b.station; });
}

BlastStack::Curve BlastStack::curve(double distance_m, unsigned phase) const {
  const double sd = std::hypot(ground_.level_spread_db, ground_.level_sd_db);
  return {ground_.level_mean_db - ground_.loss_db(distance_m, phase),
          -std::log(sd) - kLogSqrt2Pi - std::log(kWindowBins * bin_s_), 0.5 / (sd * sd)};
}

std::vector<BlastSeed> BlastStack::seeds(const Owners& owner, double score_min,
                                         unsigned threads) const {
  Votes votes;
  for (std::uint32_t list = 0; list < net_.lists(); ++list) {
    for (std::uint32_t k = net_.begin_of(list); k < net_.end_of(list); ++k) {
      if (owner[net_.pick[k]] != kFree) continue;
      votes.time_s.push_back(net_.time_s[k]);
      votes.level_db.push_back(static_cast<float>(net_.level_db[k]));
      votes.base.push_back(static_cast<float>(ground_.log_notice[k] - ground_.log_false[k]));
    }
    votes.first.push_back(static_cast<std::uint32_t>(votes.time_s.size()));
  }
  if (votes.time_s.empty()) return {};
  constexpr std::size_t kCellsAtOnce = 32;
  const std::size_t cells = columns_ * rows_;
  const std::size_t chunks = (cells + kCellsAtOnce - 1) / kCellsAtOnce;
  std::vector<std::vector<Peak>> found(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk) {
    std::vector<float> sums(bins_ + 2, 0.0F);
    std::vector<std::uint32_t> touched;
    std::vector<Near> near_ones;
    const auto put = [&](std::size_t bin, float vote) {
      if (sums[bin] == 0) touched.push_back(static_cast<std::uint32_t>(bin));
      sums[bin] += vote;
    };
    const std::size_t end = std::min(cells, (chunk + 1) * kCellsAtOnce);
    for (std::size_t cell = chunk * kCellsAtOnce; cell < end; ++cell) {
      near(x_of(cell), y_of(cell), near_ones);
      for (const Near& n : near_ones) {
        for (unsigned phase = 0; phase < 2; ++phase) {
          const std::uint32_t list = 2 * n.station + phase;
          const Curve c = curve(n.distance_m, phase);
          const auto mean = static_cast<float>(c.mean_db), per = static_cast<float>(c.per);
          const auto top = static_cast<float>(c.top);
          const double from = first_s_ + ground_.times[phase].at(n.distance_m).time_s - bin_s_;
          const double scale = 1 / bin_s_;
          std::size_t open = 0;  // a list votes for a bin once, with the best it has
          float best = 0;
          for (std::uint32_t v = votes.first[list]; v < votes.first[list + 1]; ++v) {
            const float off = votes.level_db[v] - mean;
            const float vote =
                std::min(static_cast<float>(kVoteMax), top + votes.base[v] - off * off * per);
            if (vote <= 0) continue;
            const double where = (votes.time_s[v] - from) * scale;
            const auto bin = static_cast<std::size_t>(std::max(1.0, where));
            if (bin != open) {
              if (best > 0) put(open, best);
              open = bin;
              best = 0;
            }
            best = std::max(best, vote);
          }
          if (best > 0) put(open, best);
        }
      }
      const auto window = [&](std::size_t b) { return sums[b - 1] + sums[b] + sums[b + 1]; };
      for (const auto b : touched) {
        const float here = window(b);
        if (here < static_cast<float>(score_min)) continue;
        const float before = b > 1 ? window(b - 1) : 0;
        if (here > before && here >= window(b + 1))
          found[chunk].push_back({here, static_cast<std::uint32_t>(cell), b});
      }
      for (const auto b : touched) sums[b] = 0;
      touched.clear();
    }
  });
  std::vector<Peak> peaks;
  for (const auto& f : found) peaks.insert(peaks.end(), f.begin(), f.end());
  return apart(std::move(peaks));
}

// Of peaks within three cells and as many bins as a wave needs across them, the best.
std::vector<BlastSeed> BlastStack::apart(std::vector<Peak> peaks) const {
  constexpr std::size_t kCells = 3, kBins = 8;
  std::sort(peaks.begin(), peaks.end(), [](const Peak& a, const Peak& b) {
    return std::tie(b.score, a.bin, a.cell) < std::tie(a.score, b.bin, b.cell);
  });
  const auto key = [](std::size_t c, std::size_t r, std::size_t b) {
    return (std::uint64_t{b} << 32) | (std::uint64_t{c} << 16) | r;
  };
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> kept;
  std::vector<BlastSeed> out;
  for (std::uint32_t i = 0; i < peaks.size(); ++i) {
    const Peak& p = peaks[i];
    const std::size_t c = p.cell % columns_ / kCells + 1, r = p.cell / columns_ / kCells + 1;
    const std::size_t b = p.bin / kBins + 1;
    const auto beside = [&](const Peak& q) {
      const auto off = [](std::size_t u, std::size_t v) { return u > v ? u - v : v - u; };
      return off(p.cell % columns_, q.cell % columns_) < kCells &&
             off(p.cell / columns_, q.cell / columns_) < kCells && off(p.bin, q.bin) < kBins;
    };
    bool alone = true;
    for (std::size_t k = 0; k < 27 && alone; ++k) {
      const auto it = kept.find(key(c + k % 3 - 1, r + k / 3 % 3 - 1, b + k / 9 - 1));
      alone = it == kept.end() || std::none_of(it->second.begin(), it->second.end(),
                                               [&](auto q) { return beside(peaks[q]); });
    }
    if (!alone) continue;
    kept[key(c, r, b)].push_back(i);
    out.push_back({x_of(p.cell), y_of(p.cell),
                   first_s_ + (static_cast<double>(p.bin) - 0.5) * bin_s_,
                   static_cast<double>(p.score)});
  }
  return out;
}

double BlastStack::score(const BlastSeed& seed, const Owners& owner) const {
  std::vector<Near> near_ones;
  near(seed.x_m, seed.y_m, near_ones);
  double sum = 0;
  for (const Near& n : near_ones) {
    for (unsigned phase = 0; phase < 2; ++phase) {
      const Curve c = curve(n.distance_m, phase);
      const double expected = seed.t_s + ground_.times[phase].at(n.distance_m).time_s;
      const double half = kWindowBins / 2 * bin_s_;
      const std::uint32_t list = 2 * n.station + phase;
      double best = 0;
      for (auto k = net_.lower_bound(list, expected - half);
           k < net_.end_of(list) && net_.time_s[k] <= expected + half; ++k) {
        if (owner[net_.pick[k]] != kFree) continue;
        const double off = net_.level_db[k] - c.mean_db;
        best = std::max(best, c.top + ground_.log_notice[k] - ground_.log_false[k] -
                                  off * off * c.per);
      }
      sum += std::min(best, kVoteMax);
    }
  }
  return sum;
}

}  // namespace truce::fuse
