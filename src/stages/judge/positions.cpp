// Who holds what of a point, and what follows for the plan.

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "stages/judge/internal/lineage.h"
#include "stages/judge/points.h"

namespace truce::judge {

namespace {

constexpr std::array<std::string_view, 4> kStances{"accepts", "rejects", "amends", "conditions"};

// The last instant at which it may have been taken.
Instant last_instant_of(const Interval& when) {
  return when.start == when.end ? when.end : Instant{when.end.ns - 1};
}
bool surely_before(const Position& a, const Position& b) {
  return last_instant_of(a.when) < b.when.start;
}

}  // namespace

std::string_view to_string(Stance s) { return kStances.at(static_cast<std::size_t>(s)); }
std::optional<Stance> stance_from(std::string_view name) {
  const auto it = std::find(kStances.begin(), kStances.end(), name);
  if (it == kStances.end()) return std::nullopt;
  return static_cast<Stance>(it - kStances.begin());
}

std::vector<const Position*> history(const Points& points, const std::string& party,
                                     const PointRef& point) {
  std::vector<PointRef> versions{point};
  while (const auto before = repeated(points, versions.back())) versions.push_back(*before);
  std::vector<const Position*> out;
  for (const Position& p : points.positions) {
    if (p.party == party && std::find(versions.begin(), versions.end(), p.point) != versions.end())
      out.push_back(&p);
  }
  return out;
}

std::optional<Stance> Held::stance() const {
  if (possible.empty() || maybe_none) return std::nullopt;
  const Stance first = possible.front()->stance;
  const bool all = std::all_of(possible.begin(), possible.end(),
                               [&](const Position* p) { return p->stance == first; });
  return all ? std::optional(first) : std::nullopt;
}

Held held(const Points& points, const std::string& party, const PointRef& point, Instant as_of) {
  std::vector<const Position*> begun;
  for (const Position* p : history(points, party, point)) {
    if (p->when.start <= as_of) begun.push_back(p);
  }
  const auto taken = [&](const Position* p) { return last_instant_of(p->when) <= as_of; };
  Held out;
  out.maybe_none = std::none_of(begun.begin(), begun.end(), taken);
  for (const Position* p : begun) {
    const bool superseded = std::any_of(begun.begin(), begun.end(), [&](const Position* q) {
      return taken(q) && surely_before(*p, *q);
    });
    if (superseded) continue;
    if (p->until && *p->until <= as_of)
      out.maybe_none = true;
    else
      out.possible.push_back(p);
  }
  return out;
}

bool PlanStanding::agreed() const {
  return unknown == 0 && std::all_of(points.begin(), points.end(),
                                     [](const PointStanding& p) { return p.agreed(); });
}

PlanStanding standing(const Points& points, const DraftPlan& draft,
                      const std::vector<std::string>& parties, Instant as_of) {
  TRUCE_ENSURE(!parties.empty());
  PlanStanding out;
  out.unknown = draft.unknown;
  for (const PlanPoint& p : draft.points) {
    PointStanding s{p.number, {}};
    for (const auto& party : parties) {
      Held h = held(points, party, {draft.id, p.number}, as_of);
      if (h.stance() != Stance::kAccepts) s.open.push_back({party, std::move(h)});
    }
    out.points.push_back(std::move(s));
  }
  return out;
}

namespace {

bool at_once(const Position& a, const Position& b) {
  return !surely_before(a, b) && !surely_before(b, a);
}

Contradiction contradiction_of(const PointRef& point, const Position& a, const Position& b) {
  const Position& yes = a.stance == Stance::kAccepts ? a : b;
  const Position& no = &yes == &a ? b : a;
  const bool certain = a.when == b.when && a.when.start == a.when.end;
  return {
      yes.party,
      point,
      &yes,
      &no,
      certain,
      {certain ? "plan.contradiction" : "plan.may_contradict",
       {as_text(yes.party), as_text(point.text()), "@stance." + std::string(to_string(no.stance)),
        as_text(yes.statement.speaker), as_text(no.statement.speaker)}}};
}

// Of one party on one point. Positions are by start: none that begins after the end of one can be
// at once with it.
void add_contradictions(const PointRef& point, const std::vector<const Position*>& all,
                        std::vector<Contradiction>& out) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (std::size_t j = i + 1; j < all.size() && at_once(*all[i], *all[j]); ++j) {
      const Position &a = *all[i], &b = *all[j];
      if (a.stance != b.stance && (a.stance == Stance::kAccepts || b.stance == Stance::kAccepts))
        out.push_back(contradiction_of(point, a, b));
    }
  }
}

}  // namespace

std::vector<Contradiction> contradictions(const Points& points) {
  std::vector<Contradiction> out;
  for (const DraftPlan& d : points.drafts) {
    for (const PlanPoint& p : d.points) {
      for (const auto& party : points.parties) {
        const PointRef ref{d.id, p.number};
        add_contradictions(ref, history(points, party, ref), out);
      }
    }
  }
  return out;
}

Points as_known_on(const Points& points, CivilDay day, const ::truce::Zone& zone) {
  Points out = points;
  std::set<std::string> later;
  for (std::size_t before = SIZE_MAX; before != later.size();) {
    before = later.size();
    for (const DraftPlan& d : points.drafts) {
      bool is_later = d.date && *d.date > day;
      for (const PlanPoint& p : d.points) {
        for (const PointRef& to : p.same_as) is_later = is_later || later.contains(to.draft);
      }
      if (is_later) later.insert(d.id);
    }
  }
  const Instant end = zone.to_instant({add_days(day, 1), 0, 0, 0, 0});
  std::erase_if(out.drafts, [&](const DraftPlan& d) { return later.contains(d.id); });
  std::erase_if(out.positions, [&](const Position& p) {
    return later.contains(p.point.draft) || p.statement.when >= end;
  });
  return out;
}

}  // namespace truce::judge
