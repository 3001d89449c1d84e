#pragma once
// What an editor would ask back about totals that reports state: parts that do not sum, periods
// that contradict their ends, and "previous" values that are not what the report before had.

#include <optional>
#include <string>
#include <vector>

#include "base/zone.h"
#include "model/records.h"

namespace truce::acquire {

struct TotalNote {
  enum class Kind {
    kPartsDiffer,       // an identity of published reports is broken
    kPeriodDiffers,     // the days stated are not those between the ends
    kRepeatsPrevious,   // the previous value is the adjoining total: as it should be
    kPartOfPrevious,    // "previous 24 hours" of an adjoining period of several days
    kRestatedPrevious,  // the adjoining total, or the last one held, was stated differently before
    kPreviousNotHeld,   // no adjoining total to compare with
  };
  Kind kind;
  std::size_t total = 0;               // index of the total it is about
  std::optional<std::size_t> earlier;  // index of the total it is compared with
  std::string text;
};
std::string_view to_string(TotalNote::Kind kind);  // "parts_differ", …

// Notes on all totals, in their order. Identities: violations = explosions + projectiles + muzzle
// flashes + illumination flares + bursts and shots; explosions = the sum of their classes; never
// more explosions than violations. A previous value is compared with the total of the same region
// that ends where this one starts; when none does, with the last one that ended at most a day
// before, and then only a difference of at most 1 % is taken for a restatement.
// Days and weekdays are named in `zone`.
std::vector<TotalNote> check_totals(const std::vector<StatedTotal>& totals, const Zone& zone);

}  // namespace truce::acquire
