#pragma once
// Escalation: tiers of response whose clocks run from the initial breach.
//
// The clock's zero is the initial breach of an episode, not the last: later breaches that continue
// it do not set it back. When the initial breach was is an interval, so each tier may be taken from
// some time between two. A tier is never taken by the program: it stands open until a person signs,
// or until it lapses. What would follow is told beforehand, so that nobody signs blindly.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/geo.h"
#include "stages/judge/deadline.h"
#include "stages/judge/timeline.h"
#include "stages/judge/why.h"

namespace truce::judge {

enum class SamePlace : std::uint8_t { kSector, kRadius, kAnywhere };
enum class TierNeeds : std::uint8_t { kBreach, kContinues, kExpanded };

struct TierRule {
  std::string id;
  std::string words;  // what is done: "a diplomatic warning"
  TierNeeds needs = TierNeeds::kBreach;
  Duration after;                  // may be taken from T0 + this
  std::optional<Duration> lapses;  // and until T0 + this; none: without end
  Duration persists;               // it continues with a breach no earlier than T0 + this
  std::size_t line = 0;
  friend bool operator==(const TierRule&, const TierRule&) = default;
};

struct EscalationRule {
  std::string id;
  std::string words;
  std::string source;
  std::vector<std::string> encodes;   // spans of the agreement's text
  std::vector<std::string> breaches;  // provisions; empty: any
  std::string standard;
  double tau = 1;
  std::vector<std::string> severities;  // of the agreement, the least first
  std::string severity_min;             // breaches below it are left out; empty: none are

  // The same breach continues: same provision, same party, same place, and no longer a pause.
  Duration pause_max;
  SamePlace same_place = SamePlace::kSector;
  double radius_m = 0;  // between the centres of sectors

  // It expands: breaches in so many sectors, or one more severe than the initial.
  std::optional<int> expanded_sectors;
  bool expanded_severity = false;
  std::vector<TierRule> tiers;
  std::size_t line = 0;
  friend bool operator==(const EscalationRule&, const EscalationRule&) = default;
};

// Centres of sectors, for a rule with a radius. A sector that is not here is near to itself only.
using SectorCentres = std::map<std::string, LatLon>;

enum class TierState : std::uint8_t { kNotDue, kMayBeDue, kDue, kSigned, kLapsed };
std::string_view to_string(TierState s);

struct TierStatus {
  std::string tier;
  TierState state = TierState::kNotDue;
  std::optional<Due> opens;  // first instant at which it may be taken; none: its condition fails
  std::optional<Due> lapses;
  std::string signature;  // id
  Why why;
  friend bool operator==(const TierStatus&, const TierStatus&) = default;
};

struct Episode {
  std::string escalation;
  std::string breach;                // the finding on the initial breach
  Due t0;                            // when that was
  std::vector<std::string> members;  // by time
  std::vector<std::string> perhaps;  // may belong to it, sorted
  std::string may_continue;          // the initial breach of an episode that it may be part of
  std::vector<TierStatus> tiers;
  friend bool operator==(const Episode&, const Episode&) = default;
};

// By initial breach in time. Episodes begin with a breach that is proved; others may only lengthen
// or antedate them.
std::vector<Episode> episodes(const EscalationRule& rule, const Timeline& all, const AsOf& as,
                              const SectorCentres& centres = {});

// The dry run: each tier that is neither signed nor lapsed, with when it would follow and on which
// condition. It takes nothing.
std::vector<Why> would_follow(const EscalationRule& rule, const Episode& episode,
                              const ::truce::Zone& zone);

}  // namespace truce::judge
