#include "stages/judge/escalation.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "stages/judge/internal/escalation_episodes.h"

namespace truce::judge {

std::string_view to_string(TierState s) {
  switch (s) {
    case TierState::kNotDue:
      return "not_due";
    case TierState::kMayBeDue:
      return "may_be_due";
    case TierState::kDue:
      return "due";
    case TierState::kSigned:
      return "signed";
    case TierState::kLapsed:
      return "lapsed";
  }
  return {};
}

namespace {

constexpr Instant kTierNotYet{INT64_MAX};
constexpr Due kTierNoTime{kTierNotYet, kTierNotYet};

Due sooner_of(const Due& a, const Due& b) {
  return {std::min(a.earliest, b.earliest), std::min(a.latest, b.latest)};
}

// A breach that may have been before narrows nothing: it only lets the clock have begun earlier.
Due initial_of(const EpisodeBreaches& e) {
  Due t0 = kTierNoTime;
  for (const Breach* b : e.members) t0 = sooner_of(t0, {first_of(b->when), last_of(b->when)});
  for (const Breach* b : e.perhaps) t0.earliest = std::min(t0.earliest, first_of(b->when));
  return t0;
}

Instant nth_of(std::vector<Instant> times, std::size_t n) {
  if (times.size() < n) return kTierNotYet;
  std::sort(times.begin(), times.end());
  return times[n - 1];
}

// From when on it is so that the breach goes on: any second breach of the episode will do.
Due second_breach(const EpisodeBreaches& e) {
  std::vector<Instant> firsts, lasts;
  for (const Breach* b : e.members) {
    firsts.push_back(first_of(b->when));
    lasts.push_back(last_of(b->when));
  }
  for (const Breach* b : e.perhaps) firsts.push_back(first_of(b->when));
  return {nth_of(firsts, 2), nth_of(lasts, 2)};
}

// Or one that came no earlier than so long after the initial breach.
Due breach_after(const EpisodeBreaches& e, const Due& t0, Duration persists) {
  const Due from{plus(t0.earliest, persists), plus(t0.latest, persists)};
  Due out = kTierNoTime;
  const auto may = [&](const Breach* b) {
    if (last_of(b->when) >= from.earliest)
      out.earliest = std::min(out.earliest, std::max(first_of(b->when), from.earliest));
  };
  for (const Breach* b : e.perhaps) may(b);
  for (const Breach* b : e.members) {
    may(b);
    if (first_of(b->when) >= from.latest) out.latest = std::min(out.latest, last_of(b->when));
  }
  return out;
}

// Breaches of the rule, wherever they were, while the episode went on.
struct AroundBreach {
  const Breach* breach = nullptr;
  bool certain = false;  // while it went on in every timing, and proved
};

// Members of an episode, for asking of many breaches whether a pause links them to any. In some
// timing: it begins no later than a pause after the other ends, and ends no earlier than one before
// it begins. In every timing: both together span no more than a pause.
class NearMembers {
 public:
  NearMembers(std::vector<const Breach*> members, Duration pause_max)
      : members_(std::move(members)), pause_(pause_max) {
    std::sort(members_.begin(), members_.end(), [](const Breach* a, const Breach* b) {
      return first_of(a->when) < first_of(b->when);
    });
    for (const Breach* m : members_) {
      const Instant last = last_of(m->when);
      latest_.push_back(latest_.empty() ? last : std::max(latest_.back(), last));
    }
    soonest_.assign(members_.size() + 1, kTierNotYet);
    for (std::size_t i = members_.size(); i-- > 0;) {
      const bool is_short = last_of(members_[i]->when) <= plus(first_of(members_[i]->when), pause_);
      soonest_[i] = std::min(soonest_[i + 1], is_short ? last_of(members_[i]->when) : kTierNotYet);
    }
  }
  Linked to(const Breach& b) const {
    const Instant first = first_of(b.when), last = last_of(b.when);
    const std::size_t begun = behind(plus(last, pause_));
    if (begun == 0 || plus(latest_[begun - 1], pause_) < first) return Linked::kNo;
    const auto in_reach = std::partition_point(
        members_.begin(), members_.end(),
        [&](const Breach* m) { return plus(first_of(m->when), pause_) < last; });
    const Instant soonest = soonest_[static_cast<std::size_t>(in_reach - members_.begin())];
    const bool is_sure = last <= plus(first, pause_) && soonest <= plus(first, pause_);
    return is_sure ? Linked::kYes : Linked::kPerhaps;
  }

 private:
  // How many begin no later.
  std::size_t behind(Instant t) const {
    return static_cast<std::size_t>(
        std::partition_point(members_.begin(), members_.end(),
                             [&](const Breach* m) { return first_of(m->when) <= t; }) -
        members_.begin());
  }
  std::vector<const Breach*> members_;  // by beginning
  Duration pause_;
  std::vector<Instant> latest_;  // end of any up to this one
  std::vector<Instant>
      soonest_;  // end of any from this one on that is itself no longer than a pause
};

std::vector<AroundBreach> breaches_around(const EscalationRule& rule, const EpisodeBreaches& e,
                                          const Due& t0, const RuleBreaches& breaches) {
  std::vector<AroundBreach> out;
  const NearMembers members(e.members, rule.pause_max), perhaps(e.perhaps, rule.pause_max);
  const std::unordered_set<const Breach*> own(e.members.begin(), e.members.end());
  const auto add = [&](const Breach* b, bool proved) {
    if (last_of(b->when) < t0.earliest) return;
    const bool member = own.contains(b);
    Linked best = member ? Linked::kYes : members.to(*b);
    if (best == Linked::kNo && perhaps.to(*b) != Linked::kNo) best = Linked::kPerhaps;
    if (best == Linked::kNo) return;
    const bool after = member || first_of(b->when) >= t0.latest;
    out.push_back({b, proved && after && best == Linked::kYes});
  };
  for (const Breach* b : breaches.proved) add(b, true);
  for (const Breach* b : breaches.doubtful) add(b, false);
  return out;
}

// When breaches had been in so many sectors.
Due in_sectors(const std::vector<AroundBreach>& all, int number) {
  std::map<std::string, Due> by_sector;
  std::vector<Instant> firsts, lasts;
  for (const AroundBreach& a : all) {
    if (a.breach->sector.empty()) {
      firsts.push_back(first_of(a.breach->when));  // it may be one more
      continue;
    }
    Due& d = by_sector.emplace(a.breach->sector, kTierNoTime).first->second;
    d = sooner_of(d, {first_of(a.breach->when), a.certain ? last_of(a.breach->when) : kTierNotYet});
  }
  for (const auto& [sector, d] : by_sector) {
    firsts.push_back(d.earliest);
    if (d.latest != kTierNotYet) lasts.push_back(d.latest);
  }
  const auto n = static_cast<std::size_t>(number);
  return {nth_of(firsts, n), nth_of(lasts, n)};
}

// When a breach was more severe than the initial one, whichever that was.
Due more_severe(const EscalationRule& rule, const EpisodeBreaches& e, const Due& t0,
                const std::vector<AroundBreach>& all) {
  int low = static_cast<int>(rule.severities.size());
  int high = -1;
  for (const auto* list : {&e.members, &e.perhaps}) {
    for (const Breach* b : *list) {
      if (first_of(b->when) > t0.latest) continue;
      low = std::min(low, rank_of(rule, b->severity));
      high = std::max(high, rank_of(rule, b->severity));
    }
  }
  Due out = kTierNoTime;
  for (const AroundBreach& a : all) {
    const int rank = rank_of(rule, a.breach->severity);
    if (rank > low) out.earliest = std::min(out.earliest, first_of(a.breach->when));
    if (rank > high && a.certain) out.latest = std::min(out.latest, last_of(a.breach->when));
  }
  return out;
}

Due condition_of(const EscalationRule& rule, const TierRule& tier, const EpisodeBreaches& e,
                 const Due& t0, const RuleBreaches& breaches) {
  if (tier.needs == TierNeeds::kBreach) return t0;
  if (tier.needs == TierNeeds::kContinues)
    return tier.persists.ns == 0 ? second_breach(e) : breach_after(e, t0, tier.persists);
  const auto all = breaches_around(rule, e, t0, breaches);
  Due out = kTierNoTime;
  if (rule.expanded_sectors) out = in_sectors(all, *rule.expanded_sectors);
  if (rule.expanded_severity) out = sooner_of(out, more_severe(rule, e, t0, all));
  return out;
}

const char* condition_argument(TierNeeds needs) {
  switch (needs) {
    case TierNeeds::kBreach:
      return "@condition.breach";
    case TierNeeds::kContinues:
      return "@condition.continues";
    case TierNeeds::kExpanded:
      return "@condition.expanded";
  }
  return "";
}

std::vector<std::string> finding_ids(const std::vector<const Breach*>& breaches) {
  std::vector<std::string> out;
  for (const Breach* b : breaches) out.push_back(b->id);
  return out;
}

const Signature* signature_of(const EscalationRule& rule, const TierStatus& t,
                              const std::vector<std::string>& members, const Timeline& known) {
  for (const Signature& s : known.signatures) {
    const bool names_it = s.escalation == rule.id && s.tier == t.tier &&
                          std::find(members.begin(), members.end(), s.breach) != members.end();
    const bool in_time =
        t.opens && s.when >= t.opens->earliest && (!t.lapses || s.when <= t.lapses->latest);
    if (names_it && in_time) return &s;
  }
  return nullptr;
}

std::string tier_time_text(Instant t, const AsOf& as) { return to_local_text(t, as.zone); }

void say_open(TierStatus& t, const TierRule& tier, const EpisodeBreaches& e, const AsOf& as) {
  const auto members = finding_ids(e.members);
  const bool may_have_lapsed = t.lapses && as.until > t.lapses->earliest;
  t.state = TierState::kMayBeDue;
  if (!e.may_continue.empty()) {
    t.why = why("escalation.initial_doubtful", {as_text(e.members.front()->id)},
                {e.members.front()->id, e.may_continue});
  } else if (t.opens->latest == kTierNotYet) {
    t.why = why("escalation.condition_may_hold", {condition_argument(tier.needs)}, members);
  } else if (as.until < t.opens->latest || may_have_lapsed) {
    t.why = why("escalation.may_be_due",
                {as_text(tier.words), tier_time_text(t.opens->earliest, as),
                 tier_time_text(t.opens->latest, as)},
                members);
  } else {
    t.state = TierState::kDue;
    t.why =
        why("escalation.due", {as_text(tier.words), tier_time_text(t.opens->latest, as)}, members);
  }
}

TierStatus tier_of(const EscalationRule& rule, const TierRule& tier, const EpisodeBreaches& e,
                   const Due& t0, const RuleBreaches& breaches, const Timeline& known,
                   const AsOf& as) {
  const Due condition = condition_of(rule, tier, e, t0, breaches);
  const auto members = finding_ids(e.members);
  TierStatus t;
  t.tier = tier.id;
  if (tier.lapses) t.lapses = Due{plus(t0.earliest, *tier.lapses), plus(t0.latest, *tier.lapses)};
  if (condition.earliest == kTierNotYet || (t.lapses && condition.earliest > t.lapses->latest)) {
    t.why = why("escalation.condition_not_met", {condition_argument(tier.needs)}, members);
    return t;
  }
  t.opens = Due{std::max(plus(t0.earliest, tier.after), condition.earliest),
                std::max(plus(t0.latest, tier.after), condition.latest)};
  if (const Signature* s = signature_of(rule, t, members, known)) {
    t.state = TierState::kSigned;
    t.signature = s->id;
    t.why = why("escalation.signed", {as_text(tier.words), tier_time_text(s->when, as)},
                {s->id, s->breach});
  } else if (as.until < t.opens->earliest) {
    t.why = why("escalation.not_due", {as_text(tier.words), tier_time_text(t.opens->earliest, as)},
                members);
  } else if (t.lapses && as.until > t.lapses->latest) {
    t.state = TierState::kLapsed;
    t.why = why("escalation.lapsed", {as_text(tier.words), tier_time_text(t.lapses->latest, as)},
                members);
  } else {
    say_open(t, tier, e, as);
  }
  return t;
}

}  // namespace

std::vector<Episode> episodes(const EscalationRule& rule, const Timeline& all, const AsOf& as,
                              const SectorCentres& centres) {
  const Timeline known = as_of(all, as);
  std::vector<Episode> out;
  const RuleBreaches breaches = breaches_of(rule, known);
  for (const EpisodeBreaches& e : episodes_of(rule, breaches, centres)) {
    Episode episode;
    episode.escalation = rule.id;
    episode.breach = e.members.front()->id;
    episode.t0 = initial_of(e);
    episode.members = finding_ids(e.members);
    episode.perhaps = finding_ids(e.perhaps);
    std::sort(episode.perhaps.begin(), episode.perhaps.end());
    episode.may_continue = e.may_continue;
    for (const TierRule& tier : rule.tiers)
      episode.tiers.push_back(tier_of(rule, tier, e, episode.t0, breaches, known, as));
    out.push_back(std::move(episode));
  }
  return out;
}

std::vector<Why> would_follow(const EscalationRule& rule, const Episode& episode,
                              const ::truce::Zone& zone) {
  std::vector<Why> out;
  for (std::size_t i = 0; i < rule.tiers.size() && i < episode.tiers.size(); ++i) {
    const TierRule& tier = rule.tiers[i];
    const TierStatus& status = episode.tiers[i];
    if (status.state == TierState::kSigned || status.state == TierState::kLapsed) continue;
    const Due from{plus(episode.t0.earliest, tier.after), plus(episode.t0.latest, tier.after)};
    out.push_back(
        why("escalation.would_follow",
            {as_text(tier.words),
             due_argument(
                 status.opens && status.opens->latest != kTierNotYet ? *status.opens : from, zone),
             condition_argument(tier.needs)},
            episode.members));
  }
  return out;
}

}  // namespace truce::judge
