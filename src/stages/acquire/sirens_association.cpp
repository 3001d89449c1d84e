// Two feeds tell of the same sirens, each with its own delay, gaps and spelling. An alert may be
// told by one feed only, so the nearest start of the other feed is not always its twin: two alerts
// of a region within minutes would both claim the same one.
//
// The assignment is one-to-one, of most pairs first and least total lag second. For starts on a
// line such an assignment never needs to cross, so the sequences are aligned in order, as two texts
// are (Needleman & Wunsch 1970). Starts further apart than any lag fall into separate clusters,
// which keeps each alignment tiny.

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

#include "base/result.h"
#include "stages/acquire/regions.h"
#include "stages/acquire/sirens.h"

namespace truce::acquire {

namespace {

// A start of either feed, on the clock of feed b.
struct Event {
  std::int64_t ns = 0;
  bool is_b = false;
  std::size_t index = 0;
  friend auto operator<=>(const Event&, const Event&) = default;
};
using Events = std::vector<Event>;
using EventRange = std::pair<Events::const_iterator, Events::const_iterator>;

// Pairs made and distance paid; more pairs are better, then less distance.
struct Score {
  std::int64_t pairs = 0;
  std::int64_t distance = 0;
  bool operator<(const Score& o) const {
    return std::tie(pairs, o.distance) < std::tie(o.pairs, distance);
  }
};

constexpr std::size_t kCellsMax = 4'000'000;  // of one alignment

class Aligner {
 public:
  Aligner(std::int64_t reach_ns, std::vector<AlertPair>& out) : reach_ns_(reach_ns), out_(out) {}

  void align(EventRange range) {
    a_.clear();
    b_.clear();
    for (auto it = range.first; it != range.second; ++it) (it->is_b ? b_ : a_).push_back(*it);
    if (a_.empty() || b_.empty()) return;
    if (a_.size() * b_.size() > kCellsMax) return halve(range);
    fill();
    read_back();
  }

 private:
  // A cluster too large to align at once is cut at its widest gap.
  void halve(EventRange range) {
    auto cut = range.first + 1;
    for (auto it = range.first + 1; it != range.second; ++it) {
      if (it->ns - (it - 1)->ns > cut->ns - (cut - 1)->ns) cut = it;
    }
    const auto middle = range.first + (range.second - range.first) / 2;
    if (cut - range.first < 16 || range.second - cut < 16) cut = middle;  // so that cutting ends
    align({range.first, cut});
    align({cut, range.second});
  }
  Score& at(std::size_t i, std::size_t j) { return best_[i * (b_.size() + 1) + j]; }
  bool may_pair(std::size_t i, std::size_t j) const {
    return std::abs(a_[i].ns - b_[j].ns) <= reach_ns_;
  }
  Score paired(std::size_t i, std::size_t j) {
    const Score& before = at(i, j);
    return {before.pairs + 1, before.distance + std::abs(a_[i].ns - b_[j].ns)};
  }
  // at(i, j) is the best score of the first i of a and the first j of b.
  void fill() {
    best_.assign((a_.size() + 1) * (b_.size() + 1), {});
    for (std::size_t i = 1; i <= a_.size(); ++i) {
      for (std::size_t j = 1; j <= b_.size(); ++j) {
        Score s = std::max(at(i - 1, j), at(i, j - 1));
        if (may_pair(i - 1, j - 1)) s = std::max(s, paired(i - 1, j - 1));
        at(i, j) = s;
      }
    }
  }
  void read_back() {
    std::size_t i = a_.size();
    std::size_t j = b_.size();
    const auto same = [](const Score& x, const Score& y) { return !(x < y) && !(y < x); };
    while (i > 0 && j > 0) {
      if (may_pair(i - 1, j - 1) && same(at(i, j), paired(i - 1, j - 1))) {
        out_.push_back({a_[i - 1].index, b_[j - 1].index, {}});
        --i;
        --j;
      } else if (same(at(i, j), at(i - 1, j))) {
        --i;
      } else {
        --j;
      }
    }
  }

  std::int64_t reach_ns_;
  std::vector<AlertPair>& out_;
  Events a_, b_;
  std::vector<Score> best_;
};

void align_in_clusters(const Events& events, std::int64_t reach_ns, Aligner& aligner) {
  auto first = events.begin();
  for (auto it = events.begin(); it != events.end(); ++it) {
    if (it != events.begin() && it->ns - (it - 1)->ns > reach_ns) {
      aligner.align({first, it});
      first = it;
    }
  }
  if (first != events.end()) aligner.align({first, events.end()});
}

std::vector<std::string> regions_of(const std::vector<AlertStart>& alerts) {
  std::vector<std::string> out;
  for (const auto& a : alerts) out.push_back(a.region);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

// The starts of both feeds by region of b, in order of time; a region that b lacks has no twin.
std::map<std::string, Events> by_region(const std::vector<AlertStart>& a,
                                        const std::vector<AlertStart>& b, Duration expected) {
  const auto names = regions_of(b);
  const RegionIndex index(names);
  std::map<std::string, std::string> name_in_b;
  for (const auto& region : regions_of(a)) {
    if (const auto found = index.find(region)) name_in_b[region] = names[*found];
  }
  std::map<std::string, Events> out;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto it = name_in_b.find(a[i].region);
    if (it != name_in_b.end()) out[it->second].push_back({(a[i].start + expected).ns, false, i});
  }
  for (std::size_t i = 0; i < b.size(); ++i) out[b[i].region].push_back({b[i].start.ns, true, i});
  for (auto& [region, events] : out) std::sort(events.begin(), events.end());
  return out;
}

Duration quantile(const std::vector<std::int64_t>& sorted, double p) {
  return {sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size() - 1))]};
}

}  // namespace

std::vector<AlertPair> associate_alerts(const std::vector<AlertStart>& a,
                                        const std::vector<AlertStart>& b, Duration reach,
                                        Duration expected) {
  TRUCE_ENSURE(reach.ns >= 0);
  std::vector<AlertPair> out;
  Aligner aligner(reach.ns, out);
  for (const auto& [region, events] : by_region(a, b, expected))
    align_in_clusters(events, reach.ns, aligner);
  for (auto& pair : out) pair.lag = b[pair.second].start - a[pair.first].start;
  std::sort(out.begin(), out.end(),
            [](const AlertPair& x, const AlertPair& y) { return x.first < y.first; });
  return out;
}

// Pairs within half an hour hold the twins and, at every lag alike, strangers. How many strangers
// there are a minute is seen far out, from 20 to 30 minutes; the reach ends at the first minute
// from the median that holds no more than twice as many.
LagModel learn_lag(const std::vector<AlertStart>& a, const std::vector<AlertStart>& b) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  constexpr std::size_t kMinutes = 30;
  const auto pairs = associate_alerts(a, b, Duration::minutes(kMinutes));
  std::vector<std::int64_t> lags;
  for (const auto& p : pairs) lags.push_back(p.lag.ns);
  std::sort(lags.begin(), lags.end());
  if (lags.empty()) return {{}, {}, {}, Duration::minutes(10)};
  LagModel model;
  model.median = quantile(lags, 0.5);
  std::vector<double> per_minute(kMinutes);
  for (const auto lag : lags) {
    const auto minute = static_cast<std::size_t>(std::abs(lag - model.median.ns) / kMinute);
    if (minute < kMinutes) ++per_minute[minute];
  }
  double far = 0;
  for (std::size_t m = 20; m < kMinutes; ++m) far += per_minute[m] / (kMinutes - 20);
  std::size_t end = 1;
  while (end < 20 && per_minute[end] > 2 * far) ++end;
  model.reach = Duration::minutes(static_cast<std::int64_t>(end));
  std::erase_if(lags,
                [&](std::int64_t lag) { return std::abs(lag - model.median.ns) > model.reach.ns; });
  model.low = quantile(lags, 0.05);
  model.high = quantile(lags, 0.95);
  return model;
}

}  // namespace truce::acquire
