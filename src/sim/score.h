#pragma once
// How well reported effects meet what really happened.
//
// Association is scored by arrivals: a report B finds the effect A when |A∩B| / max(|A|,|B|) ≥ 0.6
// between their arrivals. Above one half this pairs each with at most one, where no arrival is
// given to two; where one is, the best pairs win. Recall is over effects with at least 5 arrivals,
// precision over reports with at least 5. A report of at least 5 that finds an effect of fewer is
// right; an effect of at least 5 found by a report of fewer is found.
//
// Location and regions are scored over effects of at least 5 arrivals that were found. GOSPA scores
// all at once, by place and time and blind to arrivals.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace truce::sim {

struct ScoredEffect {
  std::vector<std::uint32_t> arrivals;  // assigned to it; repeats count once
  double x_m = 0, y_m = 0, time_s = 0;
  std::vector<std::array<double, 2>> region50, region90;  // rings in metres; empty: none given
};

struct TrueEffect {
  std::vector<std::uint32_t> arrivals;
  double x_m = 0, y_m = 0, time_s = 0;
};

struct ScoreRule {
  double overlap_min = 0.6;
  std::size_t arrivals_min = 5;
  // A report and an effect one second apart are as far apart as this many metres.
  double speed_m_s = 340;
  // GOSPA: farther apart than this, a report and an effect are one invented and one missed.
  double cutoff_m = 1000;
};

struct SceneScore {
  double precision = 1, recall = 1, f1 = 1;  // 1 where nothing was to be found and nothing reported
  double location_p50_m = 0, location_p90_m = 0;  // 0 when none was found
  double coverage50 = 0, coverage90 = 0;          // share of regions that hold the truth; 0 if none
  double gospa = 0;  // metres per effect: gospa_total_m over counts.true_effects, see gospa.h
  double gospa_total_m = 0;

  // What the figures rest on.
  struct Counts {
    std::size_t true_effects = 0;  // of at least 5 arrivals
    std::size_t found = 0;         // of them
    std::size_t reported = 0;      // with at least 5 arrivals
    std::size_t right = 0;         // of them
    std::size_t located = 0;       // errors behind the percentiles
    std::size_t regions50 = 0, held50 = 0;
    std::size_t regions90 = 0, held90 = 0;
    std::size_t gospa_missed = 0, gospa_invented = 0;
  } counts;
  std::vector<double> location_errors_m;  // ascending, for pooling over scenes
  struct Match {
    std::size_t report = 0, effect = 0;
    double error_m = 0;  // between their places
  };
  std::vector<Match> matches;  // every find, of effects of any size; not pooled
};

SceneScore score_scene(const std::vector<ScoredEffect>& reported,
                       const std::vector<TrueEffect>& truth, const ScoreRule& rule);
SceneScore score_scene(const std::vector<ScoredEffect>& reported,
                       const std::vector<TrueEffect>& truth);

// The pooled score of several scenes: every figure from the summed counts, percentiles over all
// errors.
SceneScore pool(const std::vector<SceneScore>& scores);

// How well arrivals are named as shock waves or echoes, against what they are.
struct NamingScore {
  std::size_t named = 0;
  std::size_t right = 0;     // of that kind
  std::size_t matched = 0;   // of the right ones: named of a report that finds an effect, as known
  std::size_t at_home = 0;   // of them: of the very effect they come from
  std::size_t all = 0;       // of that kind there were
  double precision() const;  // 1 where nothing was named
  double recall() const;     // 1 where there were none
  double right_effect() const;  // 1 where none was matched
};
NamingScore operator+(const NamingScore& a, const NamingScore& b);

// `named[r]`: the arrivals named of report r; `matches`: which report finds which effect; `cause`
// and `of` per arrival: what it is, and of which effect, -1 where that is not known.
struct NamingTruth {
  const std::vector<std::string>& cause;
  const std::vector<std::int32_t>& of;  // may be empty
};
NamingScore score_naming(const std::vector<std::vector<std::uint32_t>>& named,
                         const std::vector<SceneScore::Match>& matches, const NamingTruth& truth,
                         std::string_view kind);

// A stated count interval beside what was.
struct CountPair {
  std::int64_t low = 0;
  std::int64_t high = 0;
  bool unbounded = false;  // no top was stated; `high` is then meaningless
  std::int64_t truth = 0;
};

struct CountScore {
  double coverage = 0;  // share of intervals that hold the truth; 0 when there are none
  // Mean interval score at 90 % (Gneiting & Raftery 2007, eq. 43): width, plus 20 for every unit by
  // which the truth lies outside. Over bounded intervals; smaller is better.
  double interval_score = 0;
  std::size_t intervals = 0, held = 0, unbounded = 0;
};
CountScore score_counts(const std::vector<CountPair>& pairs);

// A sensor's clock minus true time, as it was said and as it was.
struct StatedClock {
  std::uint32_t sensor = 0;
  double offset_s = 0;
  double sigma_s = 0;  // above 0
};

struct ClockScore {
  std::size_t off = 0;    // sensors whose clock is off by more than what is asked for
  std::size_t named = 0;  // sensors said to be so
  std::size_t right = 0;  // of these, those that are
  double square_sum = 0;  // of (stated offset - true one) / sigma, over the right ones
  // Mean square; 1 where the sigmas are honest, 0 where none was right.
  double chi2() const { return right == 0 ? 0 : square_sum / static_cast<double>(right); }
};
// `truth_s` is the offset of each sensor's clock; `stated` names each sensor at most once.
ClockScore score_clocks(const std::vector<StatedClock>& stated, const std::vector<double>& truth_s,
                        double off_by_s);
ClockScore pool(const std::vector<ClockScore>& scores);

// Of ascending values, linear between ranks (Hyndman & Fan 1996, type 7); 0 when there are none.
double quantile(const std::vector<double>& ascending, double share);

}  // namespace truce::sim
