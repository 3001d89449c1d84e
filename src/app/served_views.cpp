#include "app/served_views.h"

#include <charconv>

#include "app/board.h"
#include "app/histogram.h"
#include "app/incident_tiles.h"
#include "app/served_agreement.h"
#include "app/served_reports.h"

namespace truce::app {

namespace {

using serve::Target;
using serve::View;

constexpr std::size_t kTilesKept = 1024;
constexpr std::size_t kBinsUsual = 100;
constexpr std::string_view kTile = "application/vnd.mapbox-vector-tile";

View json(std::string body) { return {"application/json", std::move(body)}; }

Result<CivilDay> day_in(const Target& target, std::string_view name, CivilDay usual) {
  const std::string* text = target.find(name);
  if (text == nullptr) return usual;
  auto day = parse_day(*text);
  if (day.ok()) return day;
  return bad_input("is no day", {.source = std::string(name)}, "2025-04-20");
}

Result<Instant> instant_in(const Target& target, std::string_view name, Instant usual) {
  const std::string* text = target.find(name);
  if (text == nullptr) return usual;
  auto at = parse_instant(*text);
  if (at.ok()) return at;
  return bad_input("is no time", {.source = std::string(name)}, "2025-04-20T00:00:00Z");
}

Result<Interval> interval_in(const Target& target, const Interval& usual) {
  TRUCE_TRY(from, instant_in(target, "from", usual.start));
  TRUCE_TRY(to, instant_in(target, "to", usual.end));
  if (to <= from)
    return bad_input("does not lie behind \"from\"", {.source = "to"}, "the later time");
  return Interval{from, to};
}

// The reporting days from the first incident to the last; where there is none, the report's.
Interval all_of_time(const Mission& mission, const IncidentIndex& index) {
  const ReportingDay& days = mission.reporting_day;
  const auto all = index.in_time(judge::kAlways);
  const CivilDay first =
      all.empty() ? mission.report_days.front() : days.day_of(all.front()->middle());
  const CivilDay last =
      all.empty() ? mission.report_days.back() : days.day_of(all.back()->middle());
  return {days.interval(first).start, days.interval(last).end};
}

}  // namespace

Result<View> ServedViews::answer(ledger::Store& store, const Target& target) {
  const auto& path = target.path;
  const std::size_t steps = path.size();
  const std::string_view what = steps > 1 ? std::string_view(path[1]) : std::string_view();
  if (what == "board" && steps == 2) return board(store, target);
  if (what == "histogram" && steps == 2) return histogram(store, target);
  if (what == "tiles" && steps == 6 && path[2] == "incidents") return tile(store, target);
  const bool is_reports = what == "reports" && steps <= 3;
  if (is_reports || (what == "agreement" && steps == 2)) {
    TRUCE_CHECK_OK(serve::only_known(target, {}));
    if (!is_reports) return json(agreement_json(*mission_));
    if (steps == 3) return report_view(*mission_, store, digests_, path[2]);
    TRUCE_TRY(list, reports_json(*mission_, store));
    return json(std::move(list));
  }
  return make_error(ErrorCode::kNotFound, "there is nothing here");
}

Result<View> ServedViews::once(std::shared_ptr<const Mission> mission, ledger::Store& store,
                               const Target& target) {
  ServedViews views(std::move(mission));
  views.is_once_ = true;
  return views.answer(store, target);
}

Status ServedViews::follow(ledger::Store& store, const Interval& when) {
  return is_once_ ? index_.read(store, when) : index_.follow(store);
}

Result<View> ServedViews::board(ledger::Store& store, const Target& target) {
  TRUCE_CHECK_OK(serve::only_known(target, {"class", "from", "to"}));
  TRUCE_TRY(first, day_in(target, "from", mission_->report_days.front()));
  TRUCE_TRY(last, day_in(target, "to", mission_->report_days.back()));
  const std::int64_t days = days_from_epoch(last) - days_from_epoch(first) + 1;
  if (days < 1 || days > static_cast<std::int64_t>(kBoardDaysMax))
    return bad_input("are no span of days", {.source = "from, to"},
                     "1 to " + std::to_string(kBoardDaysMax) + " days, the earlier one first");
  const ReportingDay& reporting = mission_->reporting_day;
  TRUCE_CHECK_OK(follow(store, {reporting.interval(first).start, reporting.interval(last).end}));
  std::optional<EffectClass> only;
  if (const std::string* name = target.find("class")) {
    only = effect_class_from(*name);
    if (!only) return bad_input("is no class of effects", {.source = "class"}, "explosion_impact");
  }
  TRUCE_TRY(made, board_of(*mission_, store, index_, first, last, only));
  return json(board_json(*mission_, made));
}

Result<View> ServedViews::histogram(ledger::Store& store, const Target& target) {
  TRUCE_CHECK_OK(serve::only_known(target, {"bins", "from", "to"}));
  TRUCE_TRY(asked, interval_in(target, judge::kAlways));
  TRUCE_CHECK_OK(follow(store, asked));
  TRUCE_TRY(when, interval_in(target, all_of_time(*mission_, index_)));
  std::size_t bins = kBinsUsual;
  if (const std::string* text = target.find("bins")) {
    const auto [end, code] = std::from_chars(text->data(), text->data() + text->size(), bins);
    const bool is_number = code == std::errc() && end == text->data() + text->size();
    if (!is_number || bins < 1 || bins > kCountsMax)
      return bad_input("is no number of bins", {.source = "bins"}, "1 to 2000");
  }
  // Longer than half of all time, or shorter than a second a bin: nobody means that.
  constexpr std::int64_t kLongest_ns = INT64_MAX / 2;
  const bool is_long = when.start.ns < 0 && when.end.ns > kLongest_ns + when.start.ns;
  if (is_long || when.length() < Duration::whole_seconds(static_cast<std::int64_t>(bins)))
    return bad_input("is no span for so many bins", {.source = "from, to"},
                     "a second a bin or more, and at most 146 years");
  return json(histogram_json(histogram_of(index_, when, bins)));
}

Result<View> ServedViews::tile(ledger::Store& store, const Target& target) {
  TRUCE_CHECK_OK(serve::only_known(target, {"from", "to"}));
  TRUCE_TRY(id, serve::parse_tile(target.path[3], target.path[4], target.path[5]));
  TRUCE_TRY(when, interval_in(target, judge::kAlways));
  if (tiles_at_ != store.applied() || tiles_.size() >= kTilesKept) tiles_.clear();
  TRUCE_CHECK_OK(index_.follow(store));
  tiles_at_ = store.applied();
  const std::string asked = std::to_string(id.z) + "/" + std::to_string(id.x) + "/" +
                            std::to_string(id.y) + "/" + std::to_string(when.start.ns) + "/" +
                            std::to_string(when.end.ns);
  auto& bytes = tiles_[asked];
  if (bytes.empty()) bytes = incident_tile(index_, id, when);
  return View{std::string(kTile), bytes};
}

}  // namespace truce::app
