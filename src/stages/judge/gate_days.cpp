#include "stages/judge/internal/gate_days.h"

#include <algorithm>

namespace truce::judge {

namespace {

template <class T>
bool gate_names(const std::vector<T>& list, const T& t) {
  return std::find(list.begin(), list.end(), t) != list.end();
}

// The windows of a sector and class that touch a day, in order of their start.
std::vector<const QuietDay*> windows_on(const Timeline& known, const std::string& sector,
                                        EffectClass c, const Interval& day) {
  std::vector<const QuietDay*> out;
  for (const QuietDay& q : known.quiet) {
    if (q.sector == sector && q.effect_class == c && q.when.overlaps(day)) out.push_back(&q);
  }
  std::sort(out.begin(), out.end(),
            [](const QuietDay* a, const QuietDay* b) { return a->when.start < b->when.start; });
  return out;
}

// Of a day in several windows: the worst coverage, and the bounds together. A gap is not known.
struct DayWatch {
  std::optional<double> coverage;
  std::optional<double> upper_bound;
  std::vector<std::string> records;
};
DayWatch watch_on(const Timeline& known, const std::string& sector, EffectClass c,
                  const Interval& day) {
  DayWatch w{1, 0, {}};
  Instant covered = day.start;
  for (const QuietDay* q : windows_on(known, sector, c, day)) {
    if (q->when.start > covered || !q->coverage) w.coverage = std::nullopt;
    if (w.coverage) w.coverage = std::min(*w.coverage, *q->coverage);
    if (!q->upper_bound) w.upper_bound = std::nullopt;
    if (w.upper_bound) *w.upper_bound += *q->upper_bound;
    covered = std::max(covered, q->when.end);
    w.records.push_back(q->id());
  }
  if (covered < day.end) w.coverage = std::nullopt;
  return w;
}

Why why_not_watched(const GateRule& rule, const std::string& sector, EffectClass c, DayWatch w) {
  const std::string what = "@effect." + std::string(to_string(c));
  const std::string where = as_text(sector);
  if (!w.coverage || !w.upper_bound)
    return why("gate.coverage_unknown", {where, what}, std::move(w.records));
  if (*w.coverage < rule.coverage_min)
    return why("gate.coverage_low",
               {where, what, number_text(*w.coverage), number_text(rule.coverage_min)},
               std::move(w.records));
  if (*w.upper_bound > rule.unobserved_max)
    return why("gate.unobserved",
               {where, what, number_text(*w.upper_bound), number_text(rule.unobserved_max)},
               std::move(w.records));
  return {};
}

Why why_doubted(const GateRule& rule, const Breach& b) {
  if (b.sector.empty() && b.value == FindingValue::kBreach && b.probability >= rule.tau)
    return why("gate.unplaced", {as_text(b.id), as_text(b.provision)}, {b.id});
  return why("gate.doubt", {as_text(b.id), number_text(b.probability), number_text(rule.doubt_max)},
             {b.id});
}

}  // namespace

GateBreaches breaches_of(const GateRule& rule, const Timeline& known) {
  GateBreaches out;
  for (const Breach& b : known.breaches) {
    const bool about = rule.breaches.empty() || gate_names(rule.breaches, b.provision);
    const bool open = b.value == FindingValue::kBreach || b.value == FindingValue::kUndeterminable;
    const bool inside = gate_names(rule.sectors, b.sector);
    if (!about || !open || !(inside || b.sector.empty())) continue;
    const bool proved = b.value == FindingValue::kBreach && b.probability >= rule.tau;
    if (proved && inside)
      out.proved.push_back(b);
    else if (b.probability > rule.doubt_max)
      out.doubts.push_back(b);
  }
  return out;
}

Why why_not_verified(const GateRule& rule, const Timeline& known, const GateBreaches& breaches,
                     const Interval& day) {
  for (const Breach& b : breaches.doubts) {
    if (b.when.overlaps(day)) return why_doubted(rule, b);
  }
  for (const std::string& sector : rule.sectors) {
    for (const EffectClass c : rule.classes) {
      Why w = why_not_watched(rule, sector, c, watch_on(known, sector, c, day));
      if (!w.key.empty()) return w;
    }
  }
  return {};
}

std::vector<std::string> quiet_records_on(const GateRule& rule, const Timeline& known,
                                          const Interval& day) {
  std::vector<std::string> out;
  for (const std::string& sector : rule.sectors) {
    for (const EffectClass c : rule.classes) {
      for (const QuietDay* q : windows_on(known, sector, c, day)) out.push_back(q->id());
    }
  }
  return out;
}

}  // namespace truce::judge
