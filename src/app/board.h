#pragma once
// Sectors by days: what was found, what was watched, and whether it went up or down. The figures
// are the daily report's.

#include <optional>
#include <string>
#include <vector>

#include "app/incident_index.h"
#include "app/trend.h"

namespace truce::app {

inline constexpr std::size_t kBoardDaysMax = 400;

struct BoardCell {
  CivilDay day;
  std::optional<std::size_t> sector;  // of the mission's regions; none: outside all, or nowhere
  std::int64_t incidents = 0;
  std::int64_t nowhere = 0;  // of these, whose place nobody says
  CountInterval violations;  // unbounded where nothing was found: a zero here is no bound
  std::int64_t breach = 0;   // incidents by their gravest finding under the base reading
  std::int64_t compliant = 0;
  std::int64_t undeterminable = 0;
  std::optional<double> coverage;  // 0 to 1, see coverage_of; none: nobody says
};

struct BoardChange {
  CivilDay day;  // the first of the new rate
  std::optional<std::size_t> sector;
  double before_mean = 0, after_mean = 0;  // incidents a day
};

struct BoardTrend {
  std::optional<std::size_t> sector;
  Trend trend;
};

struct Board {
  std::vector<CivilDay> days;    // all that were asked for
  std::vector<BoardCell> cells;  // of days that a feed has told of, by day, sectors in order
  std::vector<BoardChange> changes;
  std::vector<BoardTrend> trends;  // of the whole days told of: the later half against the earlier
  std::optional<Trend> trend_of_all;  // of all sectors and what lies outside together
};

// What share of a span of time was watched in a sector: of each class that anything is said of, the
// coverage by the hour, time of which nothing is said as not watched; then the class that was
// watched least. None where no record says a coverage.
std::optional<double> coverage_of(const std::vector<Quiet>& quiet, const std::string& sector,
                                  const Interval& when);

// Of reporting days, first to last (at most kBoardDaysMax). The index stands where the store does.
// `only`: effects of that class, incidents that have some, and what was watched for it. Errors: the
// store's.
Result<Board> board_of(const Mission& mission, ledger::Store& store, const IncidentIndex& index,
                       CivilDay first, CivilDay last,
                       std::optional<EffectClass> only = std::nullopt);
// {"cells", "changes", "days", "sectors", "trend", "trend_of_all"}, as docs/api.md has it.
std::string board_json(const Mission& mission, const Board& board);

}  // namespace truce::app
