#include "stages/judge/cumulation.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "stages/judge/deadline.h"

namespace truce::judge {

namespace {

struct Counted {
  const Breach* breach = nullptr;
  bool proved = false;
};
using CountedGroup = std::vector<Counted>;

std::string cumulated_group(const CumulationRule& rule, const Breach& b) {
  if (rule.per == CumulatedPer::kParty) return b.party;
  return rule.per == CumulatedPer::kSector ? b.sector : std::string();
}

std::map<std::string, CountedGroup> cumulated_groups(const CumulationRule& rule,
                                                     const Timeline& known) {
  std::map<std::string, CountedGroup> out;
  for (const Breach& b : known.breaches) {
    const bool about =
        rule.breaches.empty() ||
        std::find(rule.breaches.begin(), rule.breaches.end(), b.provision) != rule.breaches.end();
    const bool open = b.value == FindingValue::kBreach || b.value == FindingValue::kUndeterminable;
    if (!about || !open || b.severity != rule.severity) continue;
    const bool proved = b.value == FindingValue::kBreach && b.probability >= rule.tau;
    if (proved || b.probability > 1 - rule.tau)
      out[cumulated_group(rule, b)].push_back({&b, proved});
  }
  return out;
}

// The breaches that lie within the window of one of them, which is the first: in every timing, or
// in some. None where they are too few; else the number asked for, those that were over
// soonest_group.
CountedGroup within_window(const CumulationRule& rule, const CountedGroup& group,
                           const Counted& first, bool certain) {
  const Interval& w = first.breach->when;
  const Instant from = certain ? first_of(w) : last_of(w);
  const Instant until = plus(from, rule.window);
  CountedGroup out;
  for (const Counted& c : group) {
    const Interval& when = c.breach->when;
    const bool in = certain ? c.proved && first_of(when) >= from && last_of(when) <= until
                            : last_of(when) >= from && first_of(when) <= until;
    if (in) out.push_back(c);
  }
  if (out.size() < static_cast<std::size_t>(rule.number)) return {};
  std::sort(out.begin(), out.end(), [](const Counted& a, const Counted& b) {
    return std::pair(last_of(a.breach->when), a.breach->id) <
           std::pair(last_of(b.breach->when), b.breach->id);
  });
  out.resize(static_cast<std::size_t>(rule.number));
  return out;
}

Instant over_at(const CountedGroup& g) { return last_of(g.back().breach->when); }

// Of all that a breach begins, the group that is complete first.
CountedGroup soonest_group(const CumulationRule& rule, const CountedGroup& group, bool certain) {
  CountedGroup best;
  for (const Counted& first : group) {
    CountedGroup g = within_window(rule, group, first, certain);
    if (!g.empty() && (best.empty() || over_at(g) < over_at(best))) best = std::move(g);
  }
  return best;
}

Cumulated cumulated_of(const CumulationRule& rule, const std::string& name, const CountedGroup& g,
                       bool certain) {
  Cumulated c{rule.id, name, certain, {}, {}, 1, {}};
  Instant last_first{INT64_MIN};
  for (const Counted& m : g) {
    c.members.push_back(m.breach->id);
    last_first = std::max(last_first, first_of(m.breach->when));
    c.probability = std::min(c.probability, m.breach->probability);
  }
  std::sort(c.members.begin(), c.members.end());
  const Instant last = over_at(g);
  c.when = {last_first, last_first == last ? last : Instant{last.ns + 1}};
  const std::string window = number_text(rule.window.in_seconds() / 3600);
  c.why =
      why(certain ? "cumulation.counts" : "cumulation.may_count",
          {std::to_string(rule.number), as_text(rule.severity), window, as_text(rule.counts_as)},
          c.members);
  return c;
}

}  // namespace

std::vector<Cumulated> cumulate(const CumulationRule& rule, const Timeline& all, const AsOf& as) {
  const Timeline known = as_of(all, as);
  std::vector<Cumulated> out;
  for (auto [name, group] : cumulated_groups(rule, known)) {
    for (const bool certain : {true, false}) {
      for (CountedGroup g = soonest_group(rule, group, certain); !g.empty();
           g = soonest_group(rule, group, certain)) {
        out.push_back(cumulated_of(rule, name, g, certain));
        std::erase_if(group, [&](const Counted& c) {
          return std::any_of(g.begin(), g.end(),
                             [&](const Counted& m) { return m.breach == c.breach; });
        });
      }
    }
  }
  return out;
}

Breach to_breach(const CumulationRule& rule, const Cumulated& c, std::uint64_t known) {
  Breach b;
  b.id = rule.id + "/" + c.members.front();
  b.provision = rule.id;
  if (rule.per == CumulatedPer::kParty) b.party = c.group;
  if (rule.per == CumulatedPer::kSector) b.sector = c.group;
  b.when = c.when;
  b.probability = c.probability;
  b.value = c.certain ? FindingValue::kBreach : FindingValue::kUndeterminable;
  b.severity = rule.counts_as;
  b.known = known;
  return b;
}

}  // namespace truce::judge
