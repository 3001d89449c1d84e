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
  bool is_known = true;  // whose it is, or where, as far as the rule asks
};
using CountedGroup = std::vector<Counted>;

std::string cumulated_group(const CumulationRule& rule, const Breach& b) {
  if (rule.per == CumulatedPer::kParty) return b.party;
  return rule.per == CumulatedPer::kSector ? b.sector : std::string();
}

// By party or sector; under the empty name those of which nobody knows it.
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
    const std::string name = cumulated_group(rule, b);
    if (proved || b.probability > 1 - rule.tau)
      out[name].push_back({&b, proved, rule.per == CumulatedPer::kAll || !name.empty()});
  }
  return out;
}

// Of more than so many the first; where none of these is known to be of the group, the first that
// is stands in place of the last.
void keep_first(CountedGroup& g, std::size_t number, bool needs_known) {
  const auto known = std::find_if(g.begin(), g.end(), [](const Counted& c) { return c.is_known; });
  const auto last = g.begin() + static_cast<std::ptrdiff_t>(number) - 1;
  if (needs_known && known == g.end()) return g.clear();
  if (needs_known && known > last) *last = *known;
  g.resize(number);
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
    const bool in = certain
                        ? c.proved && c.is_known && first_of(when) >= from && last_of(when) <= until
                        : last_of(when) >= from && first_of(when) <= until;
    if (in) out.push_back(c);
  }
  if (out.size() < static_cast<std::size_t>(rule.number)) return {};
  std::sort(out.begin(), out.end(), [](const Counted& a, const Counted& b) {
    return std::pair(last_of(a.breach->when), a.breach->id) <
           std::pair(last_of(b.breach->when), b.breach->id);
  });
  const bool any_known =
      std::any_of(group.begin(), group.end(), [](const Counted& c) { return c.is_known; });
  keep_first(out, static_cast<std::size_t>(rule.number), any_known);
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

// Whose it is, where all of them are one party's.
std::string common_party(const CountedGroup& g) {
  const std::string& party = g.front().breach->party;
  const bool all =
      std::all_of(g.begin(), g.end(), [&](const Counted& c) { return c.breach->party == party; });
  return all ? party : std::string();
}

// Where the last of them was, for with it the graver breach came to be; empty where it may have
// been one of several in different sectors. `last_first`: no last one can have been sooner.
std::string last_sector(const CountedGroup& g, Instant last_first) {
  const std::string& sector = g.back().breach->sector;
  const bool all = std::all_of(g.begin(), g.end(), [&](const Counted& c) {
    return last_of(c.breach->when) < last_first || c.breach->sector == sector;
  });
  return all ? sector : std::string();
}

Cumulated cumulated_of(const CumulationRule& rule, const std::string& name, const CountedGroup& g,
                       bool certain) {
  Cumulated c{rule.id, name, {}, {}, certain, {}, {}, 1, {}};
  Instant last_first{INT64_MIN};
  for (const Counted& m : g) {
    c.members.push_back(m.breach->id);
    last_first = std::max(last_first, first_of(m.breach->when));
    c.probability = std::min(c.probability, m.breach->probability);
  }
  std::sort(c.members.begin(), c.members.end());
  c.party = rule.per == CumulatedPer::kParty ? name : common_party(g);
  c.sector = rule.per == CumulatedPer::kSector ? name : last_sector(g, last_first);
  const Instant last = over_at(g);
  c.when = {last_first, last_first == last ? last : Instant{last.ns + 1}};
  const std::string window = number_text(rule.window.in_seconds() / 3600);
  const bool all_known =
      rule.per == CumulatedPer::kAll ||
      std::all_of(g.begin(), g.end(), [](const Counted& m) { return m.is_known; });
  c.why =
      why(certain     ? "cumulation.counts"
          : all_known ? "cumulation.may_count"
                      : "cumulation.group_unclear",
          {std::to_string(rule.number), as_text(rule.severity), window, as_text(rule.counts_as)},
          c.members);
  return c;
}

// Takes out of the group what it puts together.
void put_together(const CumulationRule& rule, const std::string& name, CountedGroup& group,
                  bool certain, std::vector<Cumulated>& out) {
  for (CountedGroup g = soonest_group(rule, group, certain); !g.empty();
       g = soonest_group(rule, group, certain)) {
    out.push_back(cumulated_of(rule, name, g, certain));
    std::erase_if(group, [&](const Counted& c) {
      return std::any_of(g.begin(), g.end(),
                         [&](const Counted& m) { return m.breach == c.breach; });
    });
  }
}

}  // namespace

std::vector<Cumulated> cumulate(const CumulationRule& rule, const Timeline& all, const AsOf& as) {
  const Timeline known = as_of(all, as);
  auto groups = cumulated_groups(rule, known);
  const CountedGroup nobodys = groups[""];  // of the rule for all: every one
  std::vector<Cumulated> out;
  for (auto& [name, group] : groups) {
    put_together(rule, name, group, true, out);
    if (!name.empty()) group.insert(group.end(), nobodys.begin(), nobodys.end());
    put_together(rule, name, group, false, out);
  }
  return out;
}

std::string Cumulated::id() const {
  return rule + "/" + (group.empty() ? "" : group + "/") + members.front();
}

Breach to_breach(const CumulationRule& rule, const Cumulated& c, std::uint64_t known) {
  Breach b;
  b.id = c.id();
  b.provision = rule.id;
  b.party = c.party;
  b.sector = c.sector;
  b.when = c.when;
  b.probability = c.probability;
  b.value = c.certain ? FindingValue::kBreach : FindingValue::kUndeterminable;
  b.severity = rule.counts_as;
  b.known = known;
  return b;
}

}  // namespace truce::judge
