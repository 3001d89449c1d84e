// Air-raid alerts. A siren is an observation of an alert: somebody decided to warn. It is never an
// effect and never counts as a violation. A row without an end is an alert that is on now: its
// interval is its start, until a later delivery of the feed says when it ended.
//
// An alert that was never called off runs for days in the feed: a stuck alert. Which length is
// beyond belief is learned from the feed itself, so the file is read twice. A feed's own mark of
// odd lengths (is_anomaly_duration) is not looked at; tests compare with it.

#include "stages/acquire/sirens.h"

#include <algorithm>
#include <cstdio>

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"
#include "stages/acquire/regions.h"

namespace truce::acquire {

namespace {

struct Alert {
  std::string_view region;
  std::string detail;  // raion and hromada, of alerts for less than the whole region
  Interval when;
  bool end_unknown = false;  // it is on now, or the feed guessed the end
};

Alert alert_of(Row& row, std::string_view region_column) {
  Alert a;
  a.region = row.need(region_column);
  const Instant start = row.time("started_at", Zone::utc());
  const bool on = trim(row.text("finished_at")).empty();
  a.when = {start, on ? start : row.time("finished_at", Zone::utc())};
  if (!row.error() && a.when.end < a.when.start)
    row.fail("finished_at", "the alert ends before it starts", "an end after the start");
  for (const char* column : {"raion", "hromada"}) {
    const auto part = trim(row.text(column));
    if (!part.empty()) a.detail += (a.detail.empty() ? "" : ", ") + std::string(part);
  }
  a.end_unknown = on || lower_ascii(trim(row.text("naive"))) == "true";
  return a;
}

std::string in_days(Duration d) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f days", d.in_seconds() / 86400);
  return buffer;
}

std::string stuck_words(const Alert& a, Duration bound) {
  return "the alert in " + std::string(a.region) + " from " + to_text(a.when.start) + " runs for " +
         in_days(a.when.length()) + "; no alert of this feed is believed beyond " + in_days(bound);
}

}  // namespace

Duration stuck_bound(std::vector<Duration> durations, Duration least) {
  constexpr std::size_t kEnoughForQuantile = 1000;
  if (durations.empty()) return least;
  const bool enough = durations.size() >= kEnoughForQuantile;
  const auto nth =
      durations.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(durations.size() - 1) *
                                                      (enough ? 0.999 : 0.5));
  std::nth_element(durations.begin(), nth, durations.end());
  return std::max(least, Duration::seconds(nth->in_seconds() * (enough ? 1.5 : 100)));
}

Status read_sirens(std::string_view bytes, const Context& context, Sink& sink) {
  const std::string_view region =
      bytes.substr(0, bytes.find('\n')).find("oblast") == std::string_view::npos ? "region"
                                                                                 : "oblast";
  const std::vector<std::string_view> needed{region, "started_at", "finished_at"};
  IgnoringSink ignore;
  Emitter quiet("sirens", context, ignore);
  std::vector<Duration> durations;
  TRUCE_CHECK_OK(read_table(bytes, context, needed, quiet, [&](Row& row, const Span&) {
    const Alert a = alert_of(row, region);
    if (!row.error() && a.when.start < a.when.end) durations.push_back(a.when.length());
  }));
  const Duration bound =
      stuck_bound(std::move(durations), Duration::seconds(context.params.stuck_h * 3600));

  const AreaPlaces areas(context.areas);
  Emitter emit("sirens", context, sink);
  return read_table(bytes, context, needed, emit, [&](Row& row, const Span& span) {
    Alert a = alert_of(row, region);
    if (row.error()) return;
    Observation o;
    o.source = context.feed;
    o.when = a.when;
    o.position = a.region;
    o.text = std::move(a.detail);
    if (auto place = areas.find(a.region)) o.shape = *std::move(place);
    o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kAlert)});
    o.means = {Means::kReported};
    if (a.end_unknown) o.flags.push_back("end_unknown");
    if (a.when.length() > bound) {
      o.flags.push_back("stuck_alert");
      emit.complain("stuck_alert", stuck_words(a, bound), span, "finished_at", a.when);
    }
    emit.observation(std::move(o), span);
  });
}

}  // namespace truce::acquire
