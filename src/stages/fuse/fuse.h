#pragma once
// Observations to incidents: which reports tell of the same thing, where it was, how many effects, how
// sure. The result for a set of observations does not depend on the order in which they came.
//
// First form. Two observations belong to one incident when their intervals come within `gap_s` of each
// other, and one place explains both better than two false reports would. Incidents are the connected
// components of that relation, so adding an observation only ever joins incidents, never splits them.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "model/records.h"

namespace truce::fuse {

struct Params {
  double gap_s = 600;              // largest gap between two reports of one incident
  double join_log_ratio = 0;       // log-likelihood ratio above which one place explains both
  std::size_t samples = 256;       // places that carry the posterior
  std::size_t members_max = 20000;  // per incident; more is a limit error named in flags
  double alert_gap_s = 0;
  unsigned threads = 1;
};
Result<Params> params_from_toml(std::string_view text, std::string_view source);

// Whether one place and time explains both better than two false reports; symmetric.
bool same_incident(const Observation& a, const Observation& b, const Params& params);

// The incident made of these observations (any order; one per id). `sources` gives upstream and false
// rates by source id. Version is 1; the caller numbers versions.
Incident infer(const std::vector<const Observation*>& members, const std::vector<Source>& sources,
               const Params& params);

// What changed when observations were added: incidents that are new or have new members, and the ids of
// incidents that were swallowed by another.
struct Change {
  std::vector<Incident> updated;        // ordered by id
  std::vector<std::string> superseded;  // ordered
};

// Holds the observations of the recent past and keeps their incidents. Memory is bounded by what lies
// within `keep` of the newest instant; older observations come back through `Lookback` when a late one
// touches them.
class Lookback {
 public:
  virtual ~Lookback() = default;
  // Observations (that make incidents) whose `when` overlaps the interval, from the store; any order.
  virtual std::vector<Observation> overlapping(const Interval& when) const = 0;
  // Members of the incident that this observation belongs to, by ids; empty when none.
  virtual std::vector<std::string> incident_members(const std::string& observation_id) const = 0;
};

class Fuser {
 public:
  Fuser(Params params, std::vector<Source> sources, const Lookback* lookback);
  ~Fuser();
  void add(Observation observation);   // duplicates by id are ignored
  Change settle();                     // works out everything added since
  // Forget observations that ended before `t`; they come back by lookback when touched.
  void forget_before(Instant t);
  std::size_t held() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Observations that take part in incidents: those with an item whose class may count as a violation.
bool makes_incident(const Observation& o);

}  // namespace truce::fuse
