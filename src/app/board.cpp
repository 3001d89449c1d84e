#include "app/board.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "app/days_told.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

constexpr std::string_view kChangeRule = "poisson_pelt_3_ln_n";  // docs/methods.md

Result<std::vector<Quiet>> quiet_in(ledger::Store& store, const Interval& when,
                                    std::optional<EffectClass> only) {
  std::vector<Quiet> out;
  TRUCE_TRY(rows, store.records_overlapping("quiet", when));
  for (const auto& row : rows) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    if (!only || q.effect_class == *only) out.push_back(std::move(q));
  }
  return out;
}

void add(BoardCell& cell, const IndexedIncident& i, std::optional<EffectClass> only) {
  CountInterval found = i.violations;
  if (only) {
    const auto it = std::find_if(i.effects.begin(), i.effects.end(),
                                 [&](const auto& of) { return of.first == *only; });
    if (it == i.effects.end()) return;
    found = it->second;
  }
  ++cell.incidents;
  cell.nowhere += i.is_placed ? 0 : 1;
  cell.violations = cell.violations + found;
  cell.breach += i.value == FindingValue::kBreach ? 1 : 0;
  cell.compliant += i.value == FindingValue::kCompliant ? 1 : 0;
  cell.undeterminable += i.value == FindingValue::kUndeterminable ? 1 : 0;
}

// The later half of the days against the earlier; none of a single day.
std::optional<Trend> trend_of_days(const std::vector<std::int64_t>& counts) {
  const std::size_t half = counts.size() / 2;
  if (half == 0) return std::nullopt;
  std::int64_t before = 0, after = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) (i < half ? before : after) += counts[i];
  return trend_of(before, static_cast<double>(half), after,
                  static_cast<double>(counts.size() - half));
}

// Of one sector, its cells of whole days in order.
void add_course(const std::vector<const BoardCell*>& cells, Board& out) {
  if (cells.empty()) return;
  std::vector<std::int64_t> counts;
  for (const auto* cell : cells) counts.push_back(cell->incidents);
  const auto stretches = stretches_of(counts);
  for (std::size_t i = 1; i < stretches.size(); ++i)
    out.changes.push_back({cells[stretches[i].first]->day, cells.front()->sector,
                           stretches[i - 1].mean, stretches[i].mean});
  if (const auto trend = trend_of_days(counts))
    out.trends.push_back({cells.front()->sector, *trend});
}

void put_sector(JsonWriter& w, const Mission& mission, std::optional<std::size_t> sector) {
  w.key("sector");
  if (sector)
    w.string(mission.regions[*sector].id);
  else
    w.null();
}

void put_violations(JsonWriter& w, const CountInterval& c) {
  w.key("violations").begin_object().key("best").integer(c.best);
  if (!c.unbounded) w.key("high").integer(c.high);
  w.key("low").integer(c.low);
  if (c.unbounded) w.key("unbounded").boolean(true);
  w.end_object();
}

void put_cell(JsonWriter& w, const Mission& mission, const BoardCell& c) {
  w.begin_object().key("breach").integer(c.breach).key("compliant").integer(c.compliant);
  w.key("coverage");
  if (c.coverage)
    w.number(*c.coverage);
  else
    w.null();
  w.key("day").string(to_text(c.day)).key("incidents").integer(c.incidents);
  if (!c.sector) w.key("nowhere").integer(c.nowhere);
  put_sector(w, mission, c.sector);
  w.key("undeterminable").integer(c.undeterminable);
  put_violations(w, c.violations);
  w.end_object();
}

void put_ratio(JsonWriter& w, const RateRatio& ratio) {
  w.key("ratio").begin_object();
  const auto put = [&w](const char* key, double value) {
    w.key(key);
    if (std::isfinite(value))
      w.number(value);
    else
      w.null();
  };
  put("best", ratio.best);
  put("high", ratio.high);
  put("low", ratio.low);
  w.end_object();
}

}  // namespace

std::optional<double> coverage_of(const std::vector<Quiet>& quiet, const std::string& sector,
                                  const Interval& when) {
  // By class, what was watched from when to when; where two windows lie on each other the better.
  std::map<EffectClass, std::vector<std::pair<Interval, double>>> said;
  for (const Quiet& q : quiet) {
    if (q.sector != sector || !q.coverage) continue;
    const Interval part{std::max(q.when.start, when.start), std::min(q.when.end, when.end)};
    if (part.start < part.end) said[q.effect_class].emplace_back(part, *q.coverage);
  }
  std::optional<double> least;
  for (const auto& [of, parts] : said) {
    std::vector<Instant> ends;
    for (const auto& [part, share] : parts) ends.insert(ends.end(), {part.start, part.end});
    std::sort(ends.begin(), ends.end());
    double watched_s = 0;
    for (std::size_t i = 1; i < ends.size(); ++i) {
      double best = 0;
      for (const auto& [part, share] : parts) {
        if (part.start <= ends[i - 1] && ends[i] <= part.end) best = std::max(best, share);
      }
      watched_s += best * (ends[i] - ends[i - 1]).in_seconds();
    }
    const double share = watched_s / when.length().in_seconds();
    least = std::min(least.value_or(1), share);
  }
  return least;
}

Result<Board> board_of(const Mission& mission, ledger::Store& store, const IncidentIndex& index,
                       CivilDay first, CivilDay last, std::optional<EffectClass> only) {
  Board out;
  for (CivilDay d = first; d <= last && out.days.size() < kBoardDaysMax; d = add_days(d, 1))
    out.days.push_back(d);
  TRUCE_TRY(told, days_told(mission, store));
  if (!told) return out;
  const ReportingDay& days = mission.reporting_day;
  TRUCE_TRY(quiet, quiet_in(store, {days.interval(first).start, days.interval(last).end}, only));
  const std::size_t sectors = mission.regions.size();
  for (const CivilDay& day : out.days) {
    if (day < told->first || told->last < day) continue;
    const Interval when = days.interval(day);
    std::vector<BoardCell> row(sectors + 1);  // the last: outside all
    for (const auto* i : index.in_time(when)) add(row[i->sector.value_or(sectors)], *i, only);
    for (std::size_t s = 0; s <= sectors; ++s) {
      row[s].day = day;
      if (s < sectors) {
        row[s].sector = s;
        row[s].coverage = coverage_of(quiet, mission.regions[s].id, when);
      }
      if (row[s].incidents == 0) row[s].violations.unbounded = true;
      out.cells.push_back(row[s]);
    }
  }
  for (std::size_t s = 0; s <= sectors; ++s) {
    std::vector<const BoardCell*> course;
    for (std::size_t i = s; i < out.cells.size(); i += sectors + 1) {
      if (out.cells[i].day <= told->last_whole) course.push_back(&out.cells[i]);
    }
    add_course(course, out);
  }
  std::map<CivilDay, std::int64_t> all;
  for (const auto& cell : out.cells) {
    if (cell.day <= told->last_whole) all[cell.day] += cell.incidents;
  }
  std::vector<std::int64_t> counts;
  for (const auto& [day, n] : all) counts.push_back(n);
  out.trend_of_all = trend_of_days(counts);
  return out;
}

std::string board_json(const Mission& mission, const Board& board) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("cells").begin_array();
  for (const auto& c : board.cells) put_cell(w, mission, c);
  w.end_array().key("changes").begin_array();
  for (const auto& c : board.changes) {
    w.begin_object().key("after_mean").number(c.after_mean);
    w.key("before_mean").number(c.before_mean).key("day").string(to_text(c.day));
    w.key("rule").string(kChangeRule);
    put_sector(w, mission, c.sector);
    w.end_object();
  }
  w.end_array().key("days").begin_array();
  for (const auto& d : board.days) w.string(to_text(d));
  w.end_array().key("sectors").begin_array();
  for (const auto& r : mission.regions)
    w.begin_object().key("id").string(r.id).key("name").string(r.name).end_object();
  w.end_array().key("trend").begin_array();
  for (const auto& t : board.trends) {
    w.begin_object();
    put_ratio(w, t.trend.ratio);
    put_sector(w, mission, t.sector);
    w.key("words").string(to_string(t.trend.word)).end_object();
  }
  w.end_array().key("trend_of_all");
  if (board.trend_of_all) {
    w.begin_object();
    put_ratio(w, board.trend_of_all->ratio);
    w.key("words").string(to_string(board.trend_of_all->word)).end_object();
  } else {
    w.null();
  }
  w.end_object();
  return out;
}

}  // namespace truce::app
