#include "stages/judge/internal/escalation_episodes.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <unordered_set>
#include <utility>

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

bool in_time_order(const Breach* a, const Breach* b) {
  return a->when.start != b->when.start ? a->when.start < b->when.start : a->id < b->id;
}

// Breaches by number, proved ones first, each of the set that links make of it with others.
class LinkedSets {
 public:
  explicit LinkedSets(std::size_t count) : parent_(count) {
    std::iota(parent_.begin(), parent_.end(), 0);
  }
  std::size_t of(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  // The first of both stands for them.
  void join(std::size_t a, std::size_t b) {
    a = of(a);
    b = of(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

// Calls f(i, j) for each pair of one provision that some timing links: of those that begin in order
// none is looked at that ends too long before.
template <class F>
void each_pair_near(const std::vector<const Breach*>& all, Duration pause_max, F f) {
  std::map<std::string, std::vector<std::size_t>> by_provision;
  for (std::size_t i = 0; i < all.size(); ++i) by_provision[all[i]->provision].push_back(i);
  for (auto& [provision, list] : by_provision) {
    std::sort(list.begin(), list.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(first_of(all[a]->when), a) < std::pair(first_of(all[b]->when), b);
    });
    Instant last_so_far{INT64_MIN};
    std::vector<Instant> last_up_to;  // the latest end of it and all before it
    for (const std::size_t i : list) {
      last_so_far = std::max(last_so_far, last_of(all[i]->when));
      last_up_to.push_back(last_so_far);
    }
    for (std::size_t i = 1; i < list.size(); ++i) {
      const Instant first = first_of(all[list[i]]->when);
      for (std::size_t j = i; j-- > 0 && plus(last_up_to[j], pause_max) >= first;)
        f(list[j], list[i]);
    }
  }
}

}  // namespace

std::vector<EpisodeBreaches> episodes_of(const EscalationRule& rule, const RuleBreaches& breaches,
                                         const SectorCentres& centres) {
  std::vector<const Breach*> all = breaches.proved;
  all.insert(all.end(), breaches.doubtful.begin(), breaches.doubtful.end());
  const std::size_t proved = breaches.proved.size();
  LinkedSets surely(all.size()), perhaps(all.size());
  each_pair_near(all, rule.pause_max, [&](std::size_t a, std::size_t b) {
    const Linked linked = linked_breaches(rule, *all[a], *all[b], centres);
    if (linked != Linked::kNo) perhaps.join(a, b);
    if (linked == Linked::kYes && a < proved && b < proved) surely.join(a, b);
  });
  std::map<std::size_t, std::vector<const Breach*>> members, reached;
  for (std::size_t i = 0; i < proved; ++i) members[surely.of(i)].push_back(all[i]);
  for (std::size_t i = 0; i < all.size(); ++i) reached[perhaps.of(i)].push_back(all[i]);
  std::vector<EpisodeBreaches> out;
  std::map<std::size_t, std::string> first_of_set;  // initial breach of the first episode in it
  for (auto& [root, list] : members) {
    EpisodeBreaches e{std::move(list), {}, {}};
    std::sort(e.members.begin(), e.members.end(), in_time_order);
    const std::unordered_set<const Breach*> own(e.members.begin(), e.members.end());
    for (const Breach* b : reached[perhaps.of(root)]) {
      if (!own.contains(b)) e.perhaps.push_back(b);
    }
    std::sort(e.perhaps.begin(), e.perhaps.end(), in_time_order);
    const auto [before, is_first] =
        first_of_set.try_emplace(perhaps.of(root), e.members.front()->id);
    if (!is_first) e.may_continue = before->second;
    out.push_back(std::move(e));
  }
  return out;
}

}  // namespace truce::judge
