#pragma once
// Which points of other versions a point descends from.

#include <optional>
#include <vector>

#include "stages/judge/points.h"

namespace truce::judge {

// Itself and all that it descends from, sorted.
std::vector<PointRef> ancestors(const Points& points, const PointRef& of);
// The one point that it repeats word for word; none where it was amended, merged or split, or where
// one of the texts is not the document's own.
std::optional<PointRef> repeated(const Points& points, const PointRef& by);
// The text, where it is known and the document's own.
inline bool has_text(const PlanPoint& p) { return !p.text.empty() && !p.paraphrased; }

}  // namespace truce::judge
