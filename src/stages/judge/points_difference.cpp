// Two versions of a plan, point by point.
//
// Numbers say nothing: a point keeps its number and becomes another, or moves and stays. Only what
// the file says to follow what counts. Kinship is a graph between the points of both drafts; each
// connected part of it is one answer, told by how many points it has on either side.

#include <algorithm>
#include <array>
#include <numeric>

#include "stages/judge/internal/lineage.h"
#include "stages/judge/points.h"

namespace truce::judge {

namespace {

using Ancestors = std::vector<std::vector<PointRef>>;  // of each point of a draft

bool holds_ref(const PointRef& ref, const std::vector<PointRef>& sorted) {
  return std::binary_search(sorted.begin(), sorted.end(), ref);
}
bool share_ancestor(const std::vector<PointRef>& a, const std::vector<PointRef>& b) {
  return std::any_of(a.begin(), a.end(), [&](const PointRef& r) { return holds_ref(r, b); });
}

class Kinship {
 public:
  Kinship(const Points& points, const DraftPlan& before, const DraftPlan& after)
      : before_(before), after_(after), root_(before.points.size() + after.points.size()) {
    std::iota(root_.begin(), root_.end(), std::size_t{0});
    const Ancestors a = ancestors_of(points, before), b = ancestors_of(points, after);
    std::vector<bool> has_kin(root_.size());
    each_pair([&](std::size_t i, std::size_t j) {
      if (!holds_ref({after.id, after.points[j].number}, a[i]) &&
          !holds_ref({before.id, before.points[i].number}, b[j]))
        return;
      join(i, j);
      has_kin[i] = has_kin[first_after() + j] = true;
    });
    each_pair([&](std::size_t i, std::size_t j) {
      if (!has_kin[i] && !has_kin[first_after() + j] && share_ancestor(a[i], b[j])) join(i, j);
    });
  }

  struct Part {
    std::vector<const PlanPoint*> before;
    std::vector<const PlanPoint*> after;
  };
  // By their first point, those of `before` first.
  std::vector<Part> parts() {
    std::vector<Part> out;
    std::vector<std::size_t> part_of(root_.size(), root_.size());
    for (std::size_t k = 0; k < root_.size(); ++k) {
      std::size_t& part = part_of[root(k)];
      if (part == root_.size()) part = out.size(), out.emplace_back();
      if (k < first_after())
        out[part].before.push_back(&before_.points[k]);
      else
        out[part].after.push_back(&after_.points[k - first_after()]);
    }
    return out;
  }

 private:
  static Ancestors ancestors_of(const Points& points, const DraftPlan& d) {
    Ancestors out;
    for (const PlanPoint& p : d.points) out.push_back(ancestors(points, {d.id, p.number}));
    return out;
  }
  template <class F>
  void each_pair(F f) const {
    for (std::size_t i = 0; i < before_.points.size(); ++i) {
      for (std::size_t j = 0; j < after_.points.size(); ++j) f(i, j);
    }
  }
  std::size_t first_after() const { return before_.points.size(); }
  std::size_t root(std::size_t k) {
    while (root_[k] != k) k = root_[k] = root_[root_[k]];
    return k;
  }
  void join(std::size_t i, std::size_t j) {
    const std::size_t a = root(i), b = root(first_after() + j);
    root_[std::max(a, b)] = std::min(a, b);
  }

  const DraftPlan& before_;
  const DraftPlan& after_;
  std::vector<std::size_t> root_;
};

PointChange change_of(std::size_t before, std::size_t after) {
  if (before == 0) return PointChange::kAdded;
  if (after == 0) return PointChange::kDropped;
  if (before == 1) return after == 1 ? PointChange::kFollows : PointChange::kSplit;
  return after == 1 ? PointChange::kMerged : PointChange::kRecast;
}

// Empty where one of them is not known.
std::string whole_text(const std::vector<const PlanPoint*>& points) {
  std::string out;
  for (const PlanPoint* p : points) {
    if (!has_text(*p)) return {};
    out += (out.empty() ? "" : " ") + p->text;
  }
  return out;
}

void compare_texts(const Kinship::Part& part, PointDifference& d) {
  const std::string before = whole_text(part.before), after = whole_text(part.after);
  if (before.empty() || after.empty()) return;
  d.text = before == after ? TextChange::kSame : TextChange::kAmended;
  d.words = word_difference(before, after);
}

PointDifference answer(const Kinship::Part& part, const DraftPlan& before, const DraftPlan& after) {
  PointDifference d;
  d.change = change_of(part.before.size(), part.after.size());
  for (const PlanPoint* p : part.before) d.before.push_back(p->number);
  for (const PlanPoint* p : part.after) d.after.push_back(p->number);
  if (d.change == PointChange::kFollows)
    d.renumbered = d.before != d.after && !part.before[0]->unnumbered && !part.after[0]->unnumbered;
  if (d.change == PointChange::kAdded) d.certain = before.whole();
  if (d.change == PointChange::kDropped) d.certain = after.whole();
  compare_texts(part, d);
  return d;
}

std::string numbers_in_words(const std::vector<std::string>& names, Language l) {
  std::string out;
  for (const auto& n : names)
    out = out.empty() ? n : say({"plan.both", {as_text(out), as_text(n)}}, l);
  return out;
}

std::string one_sided(const PointDifference& d, Language l) {
  const bool added = d.change == PointChange::kAdded;
  const std::string key = std::string(d.certain ? "" : "may_") + (added ? "added" : "dropped");
  return say({"plan." + key, {as_text(numbers_in_words(added ? d.after : d.before, l))}}, l);
}

}  // namespace

std::vector<PointDifference> difference(const Points& points, const DraftPlan& before,
                                        const DraftPlan& after) {
  std::vector<PointDifference> out;
  if (&before == &after) {
    for (const PlanPoint& p : before.points) out.push_back(answer({{&p}, {&p}}, before, after));
    return out;
  }
  for (const auto& part : Kinship(points, before, after).parts())
    out.push_back(answer(part, before, after));
  return out;
}

std::string to_words(const PointDifference& d, Language l) {
  if (d.before.empty() || d.after.empty()) return one_sided(d, l);
  constexpr std::array<const char*, 4> kChanges{nullptr, "plan.split", "plan.merged",
                                                "plan.recast"};
  constexpr std::array<const char*, 3> kTexts{"plan.same", "plan.amended", "plan.unknown"};
  std::string out = numbers_in_words(d.before, l);
  if (d.before != d.after)
    out = say({"plan.became", {as_text(out), as_text(numbers_in_words(d.after, l))}}, l);
  if (const char* change = kChanges.at(static_cast<std::size_t>(d.change)))
    out = say({change, {as_text(out)}}, l);
  return say({kTexts.at(static_cast<std::size_t>(d.text)), {as_text(out)}}, l);
}

}  // namespace truce::judge
