#include "stages/judge/internal/escalation_episodes.h"

#include <algorithm>

namespace truce::judge {

int rank_of(const EscalationRule& rule, const std::string& severity) {
  const auto at = std::find(rule.severities.begin(), rule.severities.end(), severity);
  return at == rule.severities.end() ? -1 : static_cast<int>(at - rule.severities.begin());
}

RuleBreaches breaches_of(const EscalationRule& rule, const Timeline& known) {
  RuleBreaches out;
  for (const Breach& b : known.breaches) {
    const bool about =
        rule.breaches.empty() ||
        std::find(rule.breaches.begin(), rule.breaches.end(), b.provision) != rule.breaches.end();
    const bool open = b.value == FindingValue::kBreach || b.value == FindingValue::kUndeterminable;
    if (!about || !open) continue;
    if (!rule.severity_min.empty() && rank_of(rule, b.severity) < rank_of(rule, rule.severity_min))
      continue;
    if (b.value == FindingValue::kBreach && b.probability >= rule.tau)
      out.proved.push_back(&b);
    else if (b.probability > 1 - rule.tau)
      out.doubtful.push_back(&b);
  }
  return out;
}

Linked linked_in_time(const Breach& a, const Breach& b, Duration pause_max) {
  const Instant low = std::min(first_of(a.when), first_of(b.when));
  const Instant high = std::max(last_of(a.when), last_of(b.when));
  if (high <= plus(low, pause_max)) return Linked::kYes;
  const Instant later = std::max(first_of(a.when), first_of(b.when));
  const Instant sooner = std::min(last_of(a.when), last_of(b.when));
  return later <= plus(sooner, pause_max) ? Linked::kPerhaps : Linked::kNo;
}

namespace {

Linked linked_in_party(const std::string& a, const std::string& b) {
  if (a == b) return Linked::kYes;
  return a.empty() || b.empty() ? Linked::kPerhaps : Linked::kNo;
}

Linked linked_in_place(const EscalationRule& rule, const Breach& a, const Breach& b,
                       const SectorCentres& centres) {
  if (rule.same_place == SamePlace::kAnywhere) return Linked::kYes;
  if (a.sector.empty() || b.sector.empty()) return Linked::kPerhaps;
  if (a.sector == b.sector) return Linked::kYes;
  if (rule.same_place == SamePlace::kSector) return Linked::kNo;
  const auto from = centres.find(a.sector);
  const auto to = centres.find(b.sector);
  if (from == centres.end() || to == centres.end()) return Linked::kNo;
  const double apart_m = geodesic_between(from->second, to->second).distance_m;
  return apart_m <= rule.radius_m ? Linked::kYes : Linked::kNo;
}

Linked linked_breaches(const EscalationRule& rule, const Breach& a, const Breach& b,
                       const SectorCentres& centres) {
  if (a.provision != b.provision) return Linked::kNo;
  return std::min({linked_in_party(a.party, b.party), linked_in_place(rule, a, b, centres),
                   linked_in_time(a, b, rule.pause_max)});
}

Linked linked_to(const EscalationRule& rule, const std::vector<const Breach*>& members,
                 const Breach& b, const SectorCentres& centres) {
  Linked best = Linked::kNo;
  for (const Breach* m : members) best = std::max(best, linked_breaches(rule, *m, b, centres));
  return best;
}

bool in_time_order(const Breach* a, const Breach* b) {
  return a->when.start != b->when.start ? a->when.start < b->when.start : a->id < b->id;
}

// Breaches of all the episodes that a new one surely belongs to become one.
void join_episodes(std::vector<EpisodeBreaches>& out, const std::vector<std::size_t>& sure,
                   const Breach& b) {
  EpisodeBreaches& into = out[sure.front()];
  into.members.push_back(&b);
  for (std::size_t i = sure.size(); i-- > 1;) {
    EpisodeBreaches& other = out[sure[i]];
    into.members.insert(into.members.end(), other.members.begin(), other.members.end());
    out.erase(out.begin() + static_cast<std::ptrdiff_t>(sure[i]));
  }
  std::sort(into.members.begin(), into.members.end(), in_time_order);
}

void add_proved(const EscalationRule& rule, std::vector<EpisodeBreaches>& out, const Breach& b,
                const SectorCentres& centres) {
  std::vector<std::size_t> sure;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (linked_to(rule, out[i].members, b, centres) == Linked::kYes) sure.push_back(i);
  }
  if (!sure.empty()) return join_episodes(out, sure, b);
  out.push_back({{&b}, {}, {}});
}

bool in_list(const std::vector<const Breach*>& list, const Breach* b) {
  return std::find(list.begin(), list.end(), b) != list.end();
}

// What may belong to an episode: members of others and doubtful breaches that some timing links,
// to its members or to each other.
void add_perhaps(const EscalationRule& rule, EpisodeBreaches& e, const RuleBreaches& breaches,
                 const SectorCentres& centres) {
  std::vector<const Breach*> reached = e.members;
  for (std::size_t i = 0; i < reached.size(); ++i) {
    for (const auto* list : {&breaches.proved, &breaches.doubtful}) {
      for (const Breach* b : *list) {
        if (in_list(reached, b) || linked_breaches(rule, *reached[i], *b, centres) == Linked::kNo)
          continue;
        reached.push_back(b);
        e.perhaps.push_back(b);
      }
    }
  }
  std::sort(e.perhaps.begin(), e.perhaps.end(), in_time_order);
}

// The first of the episodes before it that it may be part of.
void tell_doubt_of_start(std::vector<EpisodeBreaches>& all, std::size_t i) {
  for (std::size_t before = 0; before < i && all[i].may_continue.empty(); ++before) {
    const auto& members = all[before].members;
    if (std::any_of(members.begin(), members.end(),
                    [&](const Breach* b) { return in_list(all[i].perhaps, b); }))
      all[i].may_continue = members.front()->id;
  }
}

}  // namespace

std::vector<EpisodeBreaches> episodes_of(const EscalationRule& rule, const RuleBreaches& breaches,
                                         const SectorCentres& centres) {
  std::vector<EpisodeBreaches> out;
  for (const Breach* b : breaches.proved) add_proved(rule, out, *b, centres);
  for (EpisodeBreaches& e : out) add_perhaps(rule, e, breaches, centres);
  for (std::size_t i = 0; i < out.size(); ++i) tell_doubt_of_start(out, i);
  return out;
}

}  // namespace truce::judge
