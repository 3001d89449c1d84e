#include "stages/judge/internal/lineage.h"

#include <algorithm>
#include <set>

namespace truce::judge {

std::vector<PointRef> ancestors(const Points& points, const PointRef& of) {
  std::set<PointRef> seen{of};
  std::vector<PointRef> open{of};
  while (!open.empty()) {
    const PlanPoint* p = points.find(open.back());
    open.pop_back();
    if (p == nullptr) continue;
    for (const PointRef& to : p->same_as) {
      if (seen.insert(to).second) open.push_back(to);
    }
  }
  return {seen.begin(), seen.end()};
}

std::optional<PointRef> repeated(const Points& points, const PointRef& by) {
  const PlanPoint* p = points.find(by);
  if (p == nullptr || p->same_as.size() != 1 || !has_text(*p)) return std::nullopt;
  const PlanPoint* before = points.find(p->same_as[0]);
  if (before == nullptr || !has_text(*before) || before->text != p->text) return std::nullopt;
  return p->same_as[0];
}

}  // namespace truce::judge
