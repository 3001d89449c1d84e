#include "sim/score.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "sim/gospa.h"

namespace truce::sim {

namespace {

using Arrivals = std::vector<std::uint32_t>;

Arrivals distinct(Arrivals arrivals) {
  std::sort(arrivals.begin(), arrivals.end());
  arrivals.erase(std::unique(arrivals.begin(), arrivals.end()), arrivals.end());
  return arrivals;
}

template <class Effects>
std::vector<Arrivals> arrivals_of(const Effects& effects) {
  std::vector<Arrivals> out;
  for (const auto& e : effects) out.push_back(distinct(e.arrivals));
  return out;
}

constexpr std::size_t kNone = SIZE_MAX;

struct Pair {
  std::size_t report = 0, effect = 0;
  double overlap = 0;
};

// Which effects hold an arrival: nearly always one, but nothing here depends on it.
std::unordered_multimap<std::uint32_t, std::size_t> holders(const std::vector<Arrivals>& truth) {
  std::unordered_multimap<std::uint32_t, std::size_t> out;
  for (std::size_t e = 0; e < truth.size(); ++e) {
    for (const auto a : truth[e]) out.emplace(a, e);
  }
  return out;
}

std::vector<Pair> overlapping(const std::vector<Arrivals>& reports,
                              const std::vector<Arrivals>& truth, double overlap_min) {
  const auto holding = holders(truth);
  std::vector<Pair> out;
  for (std::size_t r = 0; r < reports.size(); ++r) {
    std::unordered_map<std::size_t, std::size_t> shared;
    for (const auto a : reports[r]) {
      const auto [first, last] = holding.equal_range(a);
      for (auto it = first; it != last; ++it) ++shared[it->second];
    }
    for (const auto& [e, n] : shared) {
      const double overlap = static_cast<double>(n) /
                             static_cast<double>(std::max(reports[r].size(), truth[e].size()));
      if (overlap >= overlap_min) out.push_back({r, e, overlap});
    }
  }
  return out;
}

// Per report the effect it finds, or kNone; best overlaps first.
std::vector<std::size_t> matched(const std::vector<Arrivals>& reports,
                                 const std::vector<Arrivals>& truth, double overlap_min) {
  auto pairs = overlapping(reports, truth, overlap_min);
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    if (a.overlap != b.overlap) return a.overlap > b.overlap;
    return a.report != b.report ? a.report < b.report : a.effect < b.effect;
  });
  std::vector<std::size_t> effect_of(reports.size(), kNone);
  std::vector<char> taken(truth.size(), 0);
  for (const auto& p : pairs) {
    if (effect_of[p.report] != kNone || taken[p.effect] != 0) continue;
    effect_of[p.report] = p.effect;
    taken[p.effect] = 1;
  }
  return effect_of;
}

// Even-odd rule over the ring's edges.
bool holds(const std::vector<std::array<double, 2>>& ring, double x, double y) {
  bool inside = false;
  for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
    const auto& a = ring[i];
    const auto& b = ring[j];
    if ((a[1] > y) == (b[1] > y)) continue;
    if (x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])) inside = !inside;
  }
  return inside;
}

void count_region(const std::vector<std::array<double, 2>>& ring, const TrueEffect& truth,
                  std::size_t& regions, std::size_t& held) {
  if (ring.empty()) return;
  ++regions;
  if (holds(ring, truth.x_m, truth.y_m)) ++held;
}

void score_found(const ScoredEffect& report, const TrueEffect& truth, double error_m,
                 SceneScore& score) {
  score.location_errors_m.push_back(error_m);
  count_region(report.region50, truth, score.counts.regions50, score.counts.held50);
  count_region(report.region90, truth, score.counts.regions90, score.counts.held90);
}

template <class E>
ScorePoint point_of(const E& e, double speed_m_s) {
  return {e.x_m, e.y_m, e.time_s * speed_m_s};
}

double share(std::size_t part, std::size_t whole, double if_none) {
  return whole == 0 ? if_none : static_cast<double>(part) / static_cast<double>(whole);
}

// Every figure that follows from counts and errors.
void conclude(SceneScore& s) {
  const auto& c = s.counts;
  s.precision = share(c.right, c.reported, 1);
  s.recall = share(c.found, c.true_effects, 1);
  const double sum = s.precision + s.recall;
  s.f1 = sum > 0 ? 2 * s.precision * s.recall / sum : 0;
  s.coverage50 = share(c.held50, c.regions50, 0);
  s.coverage90 = share(c.held90, c.regions90, 0);
  std::sort(s.location_errors_m.begin(), s.location_errors_m.end());
  s.counts.located = s.location_errors_m.size();
  s.location_p50_m = quantile(s.location_errors_m, 0.5);
  s.location_p90_m = quantile(s.location_errors_m, 0.9);
  s.gospa = c.true_effects == 0 ? 0 : s.gospa_total_m / static_cast<double>(c.true_effects);
}

// Effects below the limit are in nobody's debt: they enter only where a report found them.
void score_gospa(const std::vector<ScoredEffect>& reported, const std::vector<TrueEffect>& truth,
                 const std::vector<char>& report_counts, const std::vector<char>& truth_counts,
                 const ScoreRule& rule, SceneScore& score) {
  std::vector<ScorePoint> a, b;
  for (std::size_t r = 0; r < reported.size(); ++r) {
    if (report_counts[r] != 0) a.push_back(point_of(reported[r], rule.speed_m_s));
  }
  for (std::size_t e = 0; e < truth.size(); ++e) {
    if (truth_counts[e] != 0) b.push_back(point_of(truth[e], rule.speed_m_s));
  }
  const Gospa g = gospa(a, b, rule.cutoff_m);
  score.gospa_total_m = g.total_m;
  score.counts.gospa_missed = g.missed;
  score.counts.gospa_invented = g.invented;
}

std::vector<char> at_least(const std::vector<Arrivals>& effects, std::size_t arrivals_min) {
  std::vector<char> out;
  for (const auto& a : effects) out.push_back(a.size() >= arrivals_min ? 1 : 0);
  return out;
}

std::size_t total(const std::vector<char>& flags) {
  return static_cast<std::size_t>(std::count(flags.begin(), flags.end(), 1));
}

}  // namespace

double quantile(const std::vector<double>& ascending, double at) {
  if (ascending.empty()) return 0;
  const double rank = at * static_cast<double>(ascending.size() - 1);
  const auto low = static_cast<std::size_t>(rank);
  const std::size_t high = std::min(low + 1, ascending.size() - 1);
  return ascending[low] + (rank - static_cast<double>(low)) * (ascending[high] - ascending[low]);
}

SceneScore score_scene(const std::vector<ScoredEffect>& reported,
                       const std::vector<TrueEffect>& truth, const ScoreRule& rule) {
  const auto reports = arrivals_of(reported);
  const auto effects = arrivals_of(truth);
  const auto effect_of = matched(reports, effects, rule.overlap_min);
  auto report_counts = at_least(reports, rule.arrivals_min);
  auto truth_counts = at_least(effects, rule.arrivals_min);
  SceneScore score;
  score.counts.reported = total(report_counts);
  score.counts.true_effects = total(truth_counts);
  for (std::size_t r = 0; r < reported.size(); ++r) {
    const std::size_t e = effect_of[r];
    if (e == kNone) continue;
    const double error_m =
        std::hypot(reported[r].x_m - truth[e].x_m, reported[r].y_m - truth[e].y_m);
    score.matches.push_back({r, e, error_m});
    if (report_counts[r] != 0) ++score.counts.right;
    if (truth_counts[e] != 0) {
      ++score.counts.found;
      score_found(reported[r], truth[e], error_m, score);
    }
    report_counts[r] |= truth_counts[e];
    truth_counts[e] |= report_counts[r];
  }
  score_gospa(reported, truth, report_counts, truth_counts, rule, score);
  conclude(score);
  return score;
}

SceneScore score_scene(const std::vector<ScoredEffect>& reported,
                       const std::vector<TrueEffect>& truth) {
  return score_scene(reported, truth, ScoreRule{});
}

double NamingScore::precision() const { return share(right, named, 1); }
double NamingScore::recall() const { return share(right, all, 1); }
double NamingScore::right_effect() const { return share(at_home, matched, 1); }

NamingScore operator+(const NamingScore& a, const NamingScore& b) {
  return {a.named + b.named, a.right + b.right, a.matched + b.matched, a.at_home + b.at_home,
          a.all + b.all};
}

NamingScore score_naming(const std::vector<std::vector<std::uint32_t>>& named,
                         const std::vector<SceneScore::Match>& matches, const NamingTruth& truth,
                         std::string_view kind) {
  std::vector<std::size_t> found(named.size(), kNone);
  for (const auto& m : matches) found[m.report] = m.effect;
  NamingScore out;
  out.all = static_cast<std::size_t>(std::count(truth.cause.begin(), truth.cause.end(), kind));
  for (std::size_t r = 0; r < named.size(); ++r) {
    for (const auto a : named[r]) {
      ++out.named;
      if (truth.cause[a] != kind) continue;
      ++out.right;
      if (found[r] == kNone || truth.of.empty() || truth.of[a] < 0) continue;
      ++out.matched;
      if (static_cast<std::size_t>(truth.of[a]) == found[r]) ++out.at_home;
    }
  }
  return out;
}

CountScore score_counts(const std::vector<CountPair>& pairs) {
  CountScore out;
  double sum = 0;
  for (const auto& p : pairs) {
    const std::int64_t below = std::max<std::int64_t>(p.low - p.truth, 0);
    const std::int64_t above = p.unbounded ? 0 : std::max<std::int64_t>(p.truth - p.high, 0);
    ++out.intervals;
    if (below == 0 && above == 0) ++out.held;
    if (p.unbounded) {
      ++out.unbounded;
    } else {
      sum += static_cast<double>(p.high - p.low + 20 * (below + above));
    }
  }
  out.coverage = share(out.held, out.intervals, 0);
  const std::size_t bounded = out.intervals - out.unbounded;
  out.interval_score = bounded == 0 ? 0 : sum / static_cast<double>(bounded);
  return out;
}

ClockScore score_clocks(const std::vector<StatedClock>& stated, const std::vector<double>& truth_s,
                        double off_by_s) {
  const auto off = [&](double offset_s) { return std::abs(offset_s) > off_by_s; };
  ClockScore out;
  out.off = static_cast<std::size_t>(std::count_if(truth_s.begin(), truth_s.end(), off));
  for (const auto& c : stated) {
    ++out.named;
    if (!off(truth_s.at(c.sensor))) continue;
    ++out.right;
    out.square_sum += std::pow((c.offset_s - truth_s[c.sensor]) / c.sigma_s, 2);
  }
  return out;
}

ClockScore pool(const std::vector<ClockScore>& scores) {
  ClockScore out;
  for (const auto& s : scores) {
    out.off += s.off;
    out.named += s.named;
    out.right += s.right;
    out.square_sum += s.square_sum;
  }
  return out;
}

SceneScore pool(const std::vector<SceneScore>& scores) {
  SceneScore out;
  for (const auto& s : scores) {
    out.counts.true_effects += s.counts.true_effects;
    out.counts.found += s.counts.found;
    out.counts.reported += s.counts.reported;
    out.counts.right += s.counts.right;
    out.counts.regions50 += s.counts.regions50;
    out.counts.held50 += s.counts.held50;
    out.counts.regions90 += s.counts.regions90;
    out.counts.held90 += s.counts.held90;
    out.counts.gospa_missed += s.counts.gospa_missed;
    out.counts.gospa_invented += s.counts.gospa_invented;
    out.gospa_total_m += s.gospa_total_m;
    out.location_errors_m.insert(out.location_errors_m.end(), s.location_errors_m.begin(),
                                 s.location_errors_m.end());
  }
  conclude(out);
  return out;
}

}  // namespace truce::sim
