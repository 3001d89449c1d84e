#include "stages/judge/deadline.h"

#include "stages/judge/timeline.h"

namespace truce::judge {

DayNumber day_of(Instant t, const ::truce::Zone& zone) {
  return {days_from_epoch(ReportingDay{zone, 0, 0}.day_of(t))};
}

Interval interval_of(DayNumber day, const ::truce::Zone& zone) {
  return ReportingDay{zone, 0, 0}.interval(day_from_epoch(day.n));
}

std::string to_text(DayNumber day) { return to_text(day_from_epoch(day.n)); }

Instant plus(Instant t, Duration d) {
  std::int64_t ns = 0;
  if (__builtin_add_overflow(t.ns, d.ns, &ns)) return {d.ns > 0 ? INT64_MAX : INT64_MIN};
  return {ns};
}

namespace {

Instant due_after(const Deadline& deadline, Instant trigger, const ::truce::Zone& zone) {
  if (deadline.within) return plus(trigger, *deadline.within);
  const int after = deadline.day_one == DayOne::kTheDayItself ? deadline.day - 1 : deadline.day;
  return {interval_of(day_of(trigger, zone) + after, zone).end.ns - 1};
}

}  // namespace

Due due(const Deadline& deadline, const Interval& trigger, const ::truce::Zone& zone) {
  return {due_after(deadline, first_of(trigger), zone),
          due_after(deadline, last_of(trigger), zone)};
}

std::string to_text(const Due& d, const ::truce::Zone& zone, Language l) {
  if (d.earliest == d.latest) return to_local_text(d.latest, zone);
  return say({"due.between", {to_local_text(d.earliest, zone), to_local_text(d.latest, zone)}}, l);
}

std::string due_argument(const Due& d, const ::truce::Zone& zone) {
  if (d.earliest == d.latest) return to_local_text(d.latest, zone);
  return as_argument(
      {"due.between", {to_local_text(d.earliest, zone), to_local_text(d.latest, zone)}});
}

}  // namespace truce::judge
