#include "stages/acquire/check_totals.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>

namespace truce::acquire {

namespace {

using NoteKind = TotalNote::Kind;

std::string named(const StatedTotal& t) {
  return "report " + t.report + (t.region.empty() ? "" : ", " + t.region);
}

std::string weekday_of(CivilDay day) {
  constexpr std::array<const char*, 7> kNames{"Thursday", "Friday",  "Saturday", "Sunday",
                                              "Monday",   "Tuesday", "Wednesday"};
  const std::int64_t days = days_from_epoch(day);  // 1970-01-01 was a Thursday
  return kNames[static_cast<std::size_t>((days % 7 + 7) % 7)];
}

class Checker {
 public:
  Checker(const std::vector<StatedTotal>& totals, const Zone& zone)
      : totals_(totals), zone_(zone) {}

  std::vector<TotalNote> run() {
    for (std::size_t i = 0; i < totals_.size(); ++i) {
      parts(i);
      period(i);
      if (totals_[i].previous) previous(i);
    }
    return std::move(notes_);
  }

 private:
  void note(NoteKind kind, std::size_t i, std::string text,
            std::optional<std::size_t> earlier = {}) {
    notes_.push_back({kind, i, earlier, std::move(text)});
  }
  void sum_is(std::size_t i, const char* whole_name, std::optional<std::int64_t> whole,
              std::int64_t sum, const char* parts_name) {
    if (!whole || *whole == sum) return;
    note(NoteKind::kPartsDiffer, i,
         named(totals_[i]) + ": " + std::to_string(*whole) + " " + whole_name +
             " stated, but the " + parts_name + " add up to " + std::to_string(sum));
  }
  void parts(std::size_t i) {
    const StatedTotal& t = totals_[i];
    if (!t.families.empty()) {
      sum_is(i, "violations", t.violations,
             std::accumulate(t.families.begin(), t.families.end(), std::int64_t{0}), "kinds");
      sum_is(i, "explosions", t.explosions, t.families.front(), "kinds");
    }
    if (!t.explosion_classes.empty()) {
      std::int64_t sum = 0;
      for (const auto& c : t.explosion_classes) sum += c.count;
      sum_is(i, "explosions", t.explosions, sum, "classes");
    }
    if (t.violations && t.explosions && *t.explosions > *t.violations) {
      note(NoteKind::kPartsDiffer, i,
           named(t) + ": more explosions (" + std::to_string(*t.explosions) +
               ") than violations (" + std::to_string(*t.violations) + ")");
    }
  }
  void period(std::size_t i) {
    const StatedTotal& t = totals_[i];
    if (t.period_days == 0) return;  // a running total
    const auto days = days_from_epoch(zone_.to_civil(t.when.end).day) -
                      days_from_epoch(zone_.to_civil(t.when.start).day);
    if (days == t.period_days) return;
    note(NoteKind::kPeriodDiffers, i,
         named(t) + ": " + std::to_string(t.period_days) + " days stated, " + std::to_string(days) +
             " between the period's ends");
  }
  // The total of the same region that ends last at or before this one's start.
  std::optional<std::size_t> before(std::size_t i) const {
    std::optional<std::size_t> best;
    for (std::size_t k = 0; k < totals_.size(); ++k) {
      const StatedTotal& t = totals_[k];
      if (k == i || t.region != totals_[i].region || !t.violations || t.period_days == 0) continue;
      if (t.when.end > totals_[i].when.start) continue;
      if (!best || t.when.end > totals_[*best].when.end) best = k;
    }
    return best;
  }
  void previous(std::size_t i) {
    const StatedTotal& t = totals_[i];
    const auto k = before(i);
    if (!k) return note(NoteKind::kPreviousNotHeld, i, named(t) + ": no total before it is held");
    const StatedTotal& e = totals_[*k];
    const std::string stated = std::to_string(*t.previous);
    const std::string held = std::to_string(*e.violations);
    if (e.when.end == t.when.start) return adjoining(i, *k, stated, held);
    const bool near = t.when.start - e.when.end <= Duration::hours(25);
    const std::int64_t off = std::abs(*t.previous - *e.violations);
    if (near && off > 0 && off * 100 <= *e.violations) {
      return note(NoteKind::kRestatedPrevious, i,
                  named(t) + " gives " + stated + " for the period before; report " + e.report +
                      " had " + held + ". The period between them is not held: restated, or of " +
                      "that period",
                  k);
    }
    note(NoteKind::kPreviousNotHeld, i,
         named(t) + ": the total before it that is held, of report " + e.report +
             ", does not adjoin",
         k);
  }
  void adjoining(std::size_t i, std::size_t k, const std::string& stated, const std::string& held) {
    const StatedTotal& t = totals_[i];
    const StatedTotal& e = totals_[k];
    if (*t.previous == *e.violations) {
      return note(NoteKind::kRepeatsPrevious, i,
                  named(t) + ": repeats " + stated + " of report " + e.report, k);
    }
    if (t.previous_means == "24h" && e.period_days > 1 && *t.previous < *e.violations) {
      const CivilDay last = zone_.to_civil(t.when.end).day;
      return note(NoteKind::kPartOfPrevious, i,
                  named(t) + " (" + weekday_of(last) + " " + to_text(last) + "): its " + stated +
                      " are of the previous 24 hours, one day of the " +
                      std::to_string(e.period_days) + " that report " + e.report + " counted as " +
                      held,
                  k);
    }
    note(NoteKind::kRestatedPrevious, i,
         named(t) + " gives " + stated + " for the period that report " + e.report + " gave as " +
             held,
         k);
  }

  const std::vector<StatedTotal>& totals_;
  const Zone& zone_;
  std::vector<TotalNote> notes_;
};

}  // namespace

std::string_view to_string(TotalNote::Kind kind) {
  switch (kind) {
    case NoteKind::kPartsDiffer:
      return "parts_differ";
    case NoteKind::kPeriodDiffers:
      return "period_differs";
    case NoteKind::kRepeatsPrevious:
      return "repeats_previous";
    case NoteKind::kPartOfPrevious:
      return "part_of_previous";
    case NoteKind::kRestatedPrevious:
      return "restated_previous";
    case NoteKind::kPreviousNotHeld:
      return "previous_not_held";
  }
  return "";
}

std::vector<TotalNote> check_totals(const std::vector<StatedTotal>& totals, const Zone& zone) {
  return Checker(totals, zone).run();
}

}  // namespace truce::acquire
