#pragma once
// What obligations, gates and escalation clocks look at, as plain values.
//
// Each happened at some instant of its interval, which one nobody may know; a point interval is
// that instant. Each is known since a position in the log. A later record of the same id replaces
// the earlier one, so a report that proved false is a record of the same id with another value or
// with p_real 0; nothing is ever taken away. Whatever is asked is asked as known at a position.

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "base/zone.h"
#include "model/records.h"

namespace truce::judge {

struct Event {
  std::string id;
  std::string name;    // "signature", "withdrawal_started", "access_denied"
  std::string party;   // empty: nobody's, or nobody knows whose
  std::string sector;  // empty: nowhere in particular, or nobody knows where
  Interval when;
  double p_real = 1;
  std::uint64_t known = 0;
  friend bool operator==(const Event&, const Event&) = default;
};

// A finding on an incident. Its value may be any: only what it says of a breach is looked at.
struct Breach {
  std::string id;  // of the finding
  std::string provision;
  std::string party;   // empty: nobody may or can say who
  std::string sector;  // empty: nobody says where
  Interval when;
  double probability = 0;  // P(breach)
  FindingValue value = FindingValue::kUndeterminable;
  std::string severity;  // empty: none stated
  std::uint64_t known = 0;
  friend bool operator==(const Breach&, const Breach&) = default;
};

// What is known of the quiet of one sector, class and window; of a whole day or of parts of it.
struct QuietDay {
  std::string sector;
  Interval when;
  EffectClass effect_class = EffectClass::kExplosionUndetermined;
  std::optional<double> coverage;     // none: not known, which is not zero
  std::optional<double> upper_bound;  // of the mean of what happened, 95 %; none: not known
  std::uint64_t known = 0;
  std::string id() const;  // "quiet/sector/burst/2020-07-27T21:00:00Z"
  friend bool operator==(const QuietDay&, const QuietDay&) = default;
};
QuietDay quiet_day(const Quiet& quiet, std::uint64_t known);

// A person signs for a tier of an escalation.
struct Signature {
  std::string id;
  std::string escalation;
  std::string tier;
  std::string breach;  // a finding of the episode that is signed for
  Instant when;
  std::uint64_t known = 0;
  friend bool operator==(const Signature&, const Signature&) = default;
};

struct Timeline {
  std::vector<Event> events;
  std::vector<Breach> breaches;
  std::vector<QuietDay> quiet;
  std::vector<Signature> signatures;
  friend bool operator==(const Timeline&, const Timeline&) = default;
};

// The question that every clock answers: what stood at `until`, as known at a position in the log.
struct AsOf {
  ::truce::Zone zone = ::truce::Zone::utc();  // of the agreement: its midnights bound the days
  Instant until;
  std::uint64_t known_at = std::numeric_limits<std::uint64_t>::max();
};

// What has begun by `until`, of records known by then: the last version of each id, by time and id,
// whatever the order in which they came. Windows of quiet are those that ended by then.
Timeline as_of(const Timeline& all, const AsOf& as);

// The first and the last instant at which it may have happened. Both belong to it.
constexpr Instant first_of(const Interval& when) { return when.start; }
constexpr Instant last_of(const Interval& when) {
  return when.start == when.end ? when.start : Instant{when.end.ns - 1};
}

}  // namespace truce::judge
