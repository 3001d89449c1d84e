#include "app/days_told.h"

#include <algorithm>

namespace truce::app {

Result<std::optional<DaysTold>> days_told(const Mission& mission, ledger::Store& store) {
  std::optional<Interval> span;
  const auto widen = [&span](const Interval& more) {
    const Interval before = span.value_or(more);
    span = {std::min(before.start, more.start), std::max(before.end, more.end)};
  };
  for (const Feed& feed : mission.feeds) {
    TRUCE_TRY(told, store.feed_span(feed.id));
    if (told) widen(*told);
  }
  TRUCE_TRY(quiet, store.records("quiet"));
  for (const auto& row : quiet) {
    TRUCE_TRY(q, ledger::from_store<Quiet>(row.json));
    widen(q.when);
  }
  if (!span) return std::optional<DaysTold>();
  const ReportingDay& days = mission.reporting_day;
  const Instant last = span->start < span->end ? span->end - Duration{1} : span->end;
  DaysTold out{days.day_of(span->start), days.day_of(last), days.day_of(last)};
  if (span->end < days.interval(out.last).end) out.last_whole = add_days(out.last, -1);
  return std::optional(out);
}

}  // namespace truce::app
