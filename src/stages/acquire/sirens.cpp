// Air-raid alerts. A siren is an observation of an alert: somebody decided to warn. It is never an
// effect and never counts as a violation.
//
// An alert that was never called off runs for days in the feed: a stuck alert. Which length is
// beyond belief is learned from the feed itself: longer than stuck_h and than stuck_medians of its
// median alerts.

#include "stages/acquire/sirens.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <tuple>

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

struct Alert {
  std::string region;
  Interval when;
  bool naive_end = false;
  std::string detail;
  Span span;
};

Duration stuck_bound(const std::vector<Alert>& alerts, const Params& params) {
  const auto least = Duration::seconds(params.stuck_h * 3600);
  std::vector<std::int64_t> lengths;
  for (const auto& a : alerts) lengths.push_back(a.when.length().ns);
  if (lengths.empty()) return least;
  const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
  std::nth_element(lengths.begin(), middle, lengths.end());
  return std::max(least, Duration{*middle * params.stuck_medians});
}

std::string days_text(Duration d) {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, "%.1f days", d.in_seconds() / 86400);
  return buffer;
}

}  // namespace

Status read_sirens(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("sirens", context, sink);
  std::vector<Alert> alerts;
  TRUCE_CHECK_OK(read_table(
      bytes, context, {"started_at", "finished_at"}, emit, [&](Row& row, const Span& span) {
        const bool official = row.has("oblast");
        Alert a;
        a.region = std::string(row.need(official ? "oblast" : "region"));
        a.when = {row.time("started_at", Zone::utc()), row.time("finished_at", Zone::utc())};
        if (!row.error() && a.when.end < a.when.start)
          row.fail("finished_at", "the alert ends before it starts", "an end after the start");
        if (row.error()) return;
        a.naive_end = lower_ascii(row.text("naive")) == "true";
        if (official) {
          for (const char* column : {"raion", "hromada"}) {
            if (!row.text(column).empty())
              a.detail += (a.detail.empty() ? "" : ", ") + std::string(row.text(column));
          }
        }
        a.span = span;
        alerts.push_back(std::move(a));
      }));
  const Duration bound = stuck_bound(alerts, context.params);
  for (const auto& a : alerts) {
    Observation o;
    o.source = context.feed;
    o.when = a.when;
    o.position = a.region;
    o.text = a.detail;
    o.shape = Nowhere{};
    o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kAlert)});
    o.means = {Means::kReported};
    if (a.naive_end) o.flags.push_back("end_unknown");
    if (a.when.length() > bound) {
      o.flags.push_back("stuck_alert");
      emit.complain("stuck_alert",
                    "the alert in " + a.region + " from " + to_text(a.when.start) + " runs for " +
                        days_text(a.when.length()) + ", beyond " + days_text(bound) +
                        " taken as stuck in this feed",
                    a.span, "finished_at");
    }
    emit.observation(std::move(o), a.span);
  }
  return done();
}

// "Kyiv City", "м. Київ", "Kyivska oblast" and "Kyivska" must meet: what tells regions apart is the
// name without its kind, and whether it is a city.
std::string normal_region(std::string_view name) {
  std::string s = lower_ascii(trim(name));
  for (const std::string_view kind : {" oblast", " region", " province"}) {
    if (s.size() > kind.size() && s.substr(s.size() - kind.size()) == kind)
      s.resize(s.size() - kind.size());
  }
  std::erase_if(s, [](char c) { return c == '\'' || c == '`' || c == '-' || c == '.'; });
  return s;
}

std::vector<AlertPair> associate_alerts(const std::vector<AlertStart>& a,
                                        const std::vector<AlertStart>& b, Duration reach) {
  // Alerts of one region are minutes to hours apart and feeds agree within seconds: taking the
  // closest pairs first is right wherever that holds, and where it does not no assignment could
  // tell.
  std::map<std::string, std::vector<std::size_t>> by_region;
  for (std::size_t i = 0; i < b.size(); ++i) by_region[normal_region(b[i].region)].push_back(i);
  for (auto& [region, list] : by_region)
    std::sort(list.begin(), list.end(), [&](auto x, auto y) { return b[x].start < b[y].start; });
  std::vector<AlertPair> candidates;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto found = by_region.find(normal_region(a[i].region));
    if (found == by_region.end()) continue;
    const auto& list = found->second;
    auto it = std::lower_bound(list.begin(), list.end(), a[i].start - reach,
                               [&](std::size_t x, Instant t) { return b[x].start < t; });
    for (; it != list.end() && b[*it].start <= a[i].start + reach; ++it)
      candidates.push_back({i, *it, b[*it].start - a[i].start});
  }
  std::sort(candidates.begin(), candidates.end(), [](const AlertPair& x, const AlertPair& y) {
    return std::tuple(std::abs(x.lag.ns), x.first, x.second) <
           std::tuple(std::abs(y.lag.ns), y.first, y.second);
  });
  std::vector<bool> used_a(a.size()), used_b(b.size());
  std::vector<AlertPair> out;
  for (const auto& c : candidates) {
    if (used_a[c.first] || used_b[c.second]) continue;
    used_a[c.first] = used_b[c.second] = true;
    out.push_back(c);
  }
  std::sort(out.begin(), out.end(),
            [](const AlertPair& x, const AlertPair& y) { return x.first < y.first; });
  return out;
}

}  // namespace truce::acquire
