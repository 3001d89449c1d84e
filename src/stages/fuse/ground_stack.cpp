#include "stages/fuse/internal/ground_stack.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "base/parallel.h"

namespace truce::fuse {

namespace {

constexpr std::size_t kStationsMax = 24;  // that a cell listens to
constexpr double kCellsPerSpacing = 5;
constexpr std::int32_t kTicks = 8;  // in a bin
constexpr double kTicksMax = 1e9;
constexpr double kCellsMax = 40'000;
constexpr float kVoteMax = 8;
constexpr float kPerNat = 1024;    // votes are counted in whole parts of a unit of log odds
constexpr double kWindowBins = 3;  // that one blast's votes may fall into

}  // namespace

// Free picks by list and time. Times count in parts of a bin, so that the bin in which a vote falls
// is a matter of whole numbers.
struct BlastStack::Votes {
  std::vector<std::uint32_t> first{0};  // by list
  std::vector<std::int32_t> tick;
  std::vector<float> level_db, base;
};

BlastStack::BlastStack(const PickLists& net, const Ground& ground) : net_(net), ground_(ground) {
  const double width = net.x_max - net.x_min, height = net.y_max - net.y_min;
  cell_m_ = std::max(net.spacing_m / kCellsPerSpacing, std::sqrt(width * height / kCellsMax));
  columns_ = static_cast<std::size_t>(width / cell_m_) + 1;
  rows_ = static_cast<std::size_t>(height / cell_m_) + 1;
  bin_s_ = 0.4 * cell_m_ / ground.times[1].top_m_s();
  // A blast may have been before the first pick by as much as its wave travels.
  reach_m_ = std::hypot(width, height);
  const double longest = ground.times[1].at(reach_m_).time_s;
  double last = net.end_s;
  first_s_ = net.start_s;
  for (const double t : net.time_s) {
    first_s_ = std::min(first_s_, t);
    last = std::max(last, t);
  }
  bin_s_ = std::max(bin_s_, (last - first_s_ + longest) * kTicks / kTicksMax);
  first_s_ -= longest + 2 * bin_s_;
  bins_ = static_cast<std::size_t>((last - first_s_) / bin_s_) + 3;
  for (std::size_t cell = 0; cell < columns_ * rows_; ++cell)
    near_.push_back(nearest(x_of(cell), y_of(cell)));
}

double BlastStack::x_of(std::size_t cell) const {
  return net_.x_min + (static_cast<double>(cell % columns_) + 0.5) * cell_m_;
}
double BlastStack::y_of(std::size_t cell) const {
  const std::size_t row = cell / columns_;
  return net_.y_min + (static_cast<double>(row) + 0.5) * cell_m_;
}

// The nearest stations that have picks, by number.
std::vector<BlastStack::Near> BlastStack::nearest(double x_m, double y_m) const {
  std::vector<Near> out;
  for (std::uint32_t s = 0; s < net_.stations(); ++s) {
    if (net_.begin_of(2 * s) == net_.end_of(2 * s + 1)) continue;
    const double dx = net_.station(s).x_m - x_m, dy = net_.station(s).y_m - y_m;
    const double d = std::sqrt(dx * dx + dy * dy);
    if (d <= reach_m_) out.push_back({s, d});
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
  return out;
}

BlastStack::Curve BlastStack::curve(double distance_m, unsigned phase) const {
  const double sd = std::hypot(2 * ground_.level_spread_db, ground_.level_sd_db);
  return {ground_.level_mean_db - ground_.loss_db(distance_m, phase),
          -std::log(sd) - kHalfLog2Pi - std::log(kWindowBins * bin_s_), 0.5 / (sd * sd)};
}

BlastStack::Votes BlastStack::votes_of(const Owners& owner) const {
  Votes votes;
  for (std::uint32_t list = 0; list < net_.lists(); ++list) {
    for (std::uint32_t k = net_.begin_of(list); k < net_.end_of(list); ++k) {
      if (owner[net_.pick[k]] != kFree) continue;
      votes.tick.push_back(
          static_cast<std::int32_t>((net_.time_s[k] - first_s_) * kTicks / bin_s_));
      votes.level_db.push_back(static_cast<float>(net_.level_db[k]));
      votes.base.push_back(static_cast<float>(ground_.log_notice[k] - ground_.log_false[k]));
    }
    votes.first.push_back(static_cast<std::uint32_t>(votes.tick.size()));
  }
  return votes;
}

// The stack of one cell after the other, each in spans of time that stay in the nearest cache. A
// span has its own bins from `kCarried` on; before them are the last ones of the span before.
class BlastStack::Cell {
 public:
  Cell(const BlastStack& stack, const Votes& votes, double score_min)
      : stack_(stack), votes_(votes), score_min_(static_cast<std::int32_t>(score_min * kPerNat)) {}

  void peaks(std::size_t cell, std::vector<Peak>& out) {
    lists_.clear();
    for (const Near& n : stack_.near_[cell]) {
      for (unsigned phase = 0; phase < 2; ++phase) {
        const std::uint32_t list = 2 * n.station + phase;
        const Curve c = stack_.curve(n.distance_m, phase);
        const double travel_s = stack_.ground_.times[phase].at(n.distance_m).time_s;
        lists_.push_back({votes_.first[list], votes_.first[list + 1],
                          static_cast<std::int32_t>(travel_s * kTicks / stack_.bin_s_),
                          static_cast<float>(c.mean_db), static_cast<float>(c.top),
                          static_cast<float>(c.per)});
      }
    }
    std::fill_n(sums_.begin(), kCarried, 0);
    for (std::size_t from = 0; from < stack_.bins_; from += kSpan) {
      touched_ = 0;
      for (std::uint32_t b = kCarried / 2; b < kCarried; ++b) {
        if (sums_[b] != 0) touched_bins_[touched_++] = b;
      }
      for (List& l : lists_) add(l, static_cast<std::int32_t>(from));
      for (std::size_t i = 0; i < touched_; ++i) look(touched_bins_[i], cell, from, out);
      std::array<std::int32_t, kCarried> last{};
      std::copy_n(sums_.begin() + kSpan, kCarried, last.begin());
      for (std::size_t i = 0; i < touched_; ++i) sums_[touched_bins_[i]] = 0;
      std::copy_n(last.begin(), kCarried, sums_.begin());
    }
  }

 private:
  static constexpr std::size_t kSpan = 8192, kCarried = 4;
  struct List {
    std::uint32_t next, end;
    std::int32_t travel;  // in ticks
    float mean_db, top, per;
  };

  void add(List& l, std::int32_t from) {
    const std::int32_t until = (from + static_cast<std::int32_t>(kSpan)) * kTicks + l.travel;
    const std::int32_t zero = (from - static_cast<std::int32_t>(kCarried)) * kTicks + l.travel;
    std::uint32_t open = 0;  // a list votes for a bin once, with the best it has
    std::int32_t best = 0;
    const std::int32_t* tick = votes_.tick.data();
    std::uint32_t next = l.next;
    std::size_t touched = touched_;
    for (; next < l.end && tick[next] < until; ++next) {
      const float off = votes_.level_db[next] - l.mean_db;
      const float log_odds = l.top + votes_.base[next] - off * off * l.per;
      const auto vote = static_cast<std::int32_t>(kPerNat * std::clamp(log_odds, 0.0F, kVoteMax));
      const auto bin = static_cast<std::uint32_t>(tick[next] - zero) / kTicks;
      // Without a branch: which way it would go is anyone's guess.
      best &= -static_cast<std::int32_t>(bin == open);
      open = bin;
      const std::int32_t more = std::max(0, vote - best);
      best += more;
      touched_bins_[touched] = bin;
      touched += static_cast<std::size_t>(sums_[bin] == 0) & static_cast<std::size_t>(more > 0);
      sums_[bin] += more;
    }
    l.next = next;
    touched_ = touched;
  }

  std::int32_t window(std::uint32_t b) const { return sums_[b - 1] + sums_[b] + sums_[b + 1]; }
  void look(std::uint32_t b, std::size_t cell, std::size_t from, std::vector<Peak>& out) const {
    // The last bins are looked at with those that come after.
    if (b < kCarried / 2 || b >= kSpan + kCarried / 2) return;
    const std::int32_t here = window(b);
    if (here >= score_min_ && here > window(b - 1) && here >= window(b + 1))
      out.push_back({here, static_cast<std::uint32_t>(cell),
                     static_cast<std::uint32_t>(from + b - kCarried)});
  }

  const BlastStack& stack_;
  const Votes& votes_;
  const std::int32_t score_min_;
  std::vector<List> lists_;
  std::array<std::int32_t, kSpan + kCarried> sums_{};
  std::array<std::uint32_t, kSpan + kCarried + 1> touched_bins_{};
  std::size_t touched_ = 0;
};

std::vector<BlastSeed> BlastStack::seeds(const Owners& owner, double score_min,
                                         unsigned threads) const {
  constexpr std::size_t kCellsAtOnce = 64;
  const Votes votes = votes_of(owner);
  const std::size_t cells = columns_ * rows_;
  const std::size_t chunks = (cells + kCellsAtOnce - 1) / kCellsAtOnce;
  std::vector<std::vector<Peak>> found(chunks);
  parallel_for(chunks, threads, [&](std::size_t chunk) {
    Cell stack(*this, votes, score_min);
    for (std::size_t c = chunk * kCellsAtOnce; c < std::min(cells, (chunk + 1) * kCellsAtOnce); ++c)
      stack.peaks(c, found[chunk]);
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
                   first_s_ + (static_cast<double>(p.bin) + 0.5) * bin_s_, p.cell});
  }
  return out;
}

double BlastStack::score(const BlastSeed& seed, const Owners& owner) const {
  double sum = 0;
  for (const Near& n : near_[seed.cell]) {
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
        best = std::max(best,
                        c.top + ground_.log_notice[k] - ground_.log_false[k] - off * off * c.per);
      }
      sum += std::min(best, static_cast<double>(kVoteMax));
    }
  }
  return sum;
}

}  // namespace truce::fuse
