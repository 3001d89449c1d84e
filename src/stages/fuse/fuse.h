#pragma once
// Observations to incidents: which reports tell of the same thing, where it was, how many effects,
// how sure. The result for a set of observations does not depend on the order in which they came.
//
// Two reports belong to one incident when their intervals come within `gap_s` of
// each other and it is likelier that one event was reported twice than that two happened (see
// same_incident). Incidents are the connected components of that relation, so adding an observation
// only ever joins incidents; only retracting one can split them. Located effects are none of its
// business: `join` says which of them, with what reports, are an episode, and an episode is an
// incident as it stands.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/records.h"
#include "stages/fuse/associate.h"
#include "stages/fuse/join.h"
#include "stages/fuse/locate.h"
#include "stages/fuse/seismic.h"
#include "stages/fuse/size.h"

namespace truce::fuse {

struct Params {
  double gap_s = 600;                 // largest gap between two reports of one incident
  double events_per_km2_hour = 1e-4;  // how often separate events happen by chance
  std::size_t samples = 256;          // places that carry the posterior
  std::size_t members_max = 20000;    // per incident; more is flagged and not joined further
  unsigned threads = 1;
  AssociateParams sound;  // its own `threads` left aside
  SizeParams size;
  SeismicParams seismic;  // its own `threads` left aside
  JoinParams join;
};

// Observations that take part in incidents: those with an item whose class may count as a
// violation. A single arrival does not: where sound came from is known only from several together,
// which `associate` finds.
bool makes_incident(const Observation& o);

// Whether one event explains both better than two. With p and q the densities of place and time
// that the two give (time even over the interval, its ends unsure by gap_s) and λ
// events_per_km2_hour, the ratio is ∫pq dx dt / λ: the chance that one event is seen at both,
// against the chance that a second one falls there. Adjoining days have next to nothing in common.
// Two reports of one watcher that do not overlap in time are never of one event, nor two bearings
// of one array that lie more than a salvo's pause apart.
bool same_incident(const Observation& a, const Observation& b, const Params& params);

// The incident made of these observations (any order; one per id). `sources` gives upstream by
// source id; `episode_of` which episode (join.h) each observation id was bound in, none: all in
// one. Version is 1; the store numbers versions. Never called with none.
using EpisodeOf = std::function<std::string(const std::string& observation_id)>;
Incident infer(const std::vector<const Observation*>& members, const std::vector<Source>& sources,
               const Params& params, const EpisodeOf& episode_of = {});

// What changed since the last settle.
struct Change {
  std::vector<Incident> updated;        // new or with new members, ordered by id
  std::vector<std::string> superseded;  // swallowed by another, ordered
};

// Gives back what a Fuser has forgotten, from the store.
class Lookback {
 public:
  virtual ~Lookback() = default;
  // Observations that make incidents and overlap the interval; any order.
  virtual std::vector<Observation> overlapping(const Interval& when) const = 0;
  // All members of the incident that this observation belongs to; empty when none.
  virtual std::vector<Observation> incident_members(const std::string& observation_id) const = 0;
  // The first member of the episode that it was bound in; empty when in none.
  virtual std::string episode_of(const std::string& observation_id) const = 0;
};

// What people ruled of observations, over what the relation between two and the rules of episodes
// say. Effects are located anew again and again, so they are not named: one is meant where more
// than half of what it rests on is.
struct ByHand {
  // Observation to the name of a group that stands apart: no other joins its members by itself.
  std::map<std::string, std::string, std::less<>> apart;
  // Those that belong to one incident, whatever group they are in.
  struct Together {
    std::vector<std::string> members;  // that rest on no other
    std::vector<std::string> behind;   // what the located ones rest on
    std::vector<Interval> located;     // when these may be
  };
  std::vector<Together> together;
};
// Of each episode what stands apart is one of its own, if it has an effect: reports without one are
// in none. To be done before they are bound.
std::vector<Episode> set_apart(std::vector<Episode> episodes, const ByHand& by_hand);

// What an observation is held to say instead, with its id, time and place. None: nothing was ruled
// of it. Asked by several threads.
using Ruling = std::function<std::optional<Observation>(const Observation& o)>;
// The incident made of observations as they are held to say; any order, one per id.
Incident infer_ruled(const std::vector<const Observation*>& members,
                     const std::vector<Source>& sources, const Params& params,
                     const EpisodeOf& episode_of, const Ruling& ruling);

// Keeps the observations of the recent past and their incidents. Memory is bounded by what lies
// behind `forget_before`; older observations come back through the lookback when a late one touches
// them.
class Fuser {
 public:
  Fuser(Params params, std::vector<Source> sources, const Lookback* lookback);
  ~Fuser();
  void add(Observation observation);  // a second one with the same id is ignored
  // An episode (join.h): its members make one incident, with those of episodes of other blocks that
  // go on from it, and no other observation joins it by itself. Those that were added before leave
  // their incidents, and come back when all effects of the episode are retracted.
  void bind(Episode episode);
  // As though it had never been added; the rest of its incident is worked out anew at the next
  // settle. One that is not known is ignored. The lookback is asked for its incident now and must
  // know neither the two from then on.
  void retract(const std::string& observation_id);
  // What is ruled from now on. The incidents of `changed` are worked out anew at the next settle,
  // and those that their members touch: it names every observation of which something else is ruled
  // than before. The lookback must know none of these incidents from then on.
  void rule(ByHand by_hand, const std::vector<std::string>& changed);
  // What observations are held to say as incidents are inferred; for those that are worked out from
  // now on.
  void hear(Ruling ruling);
  // An incident as it was settled before, whole, into a fuser that begins anew.
  void restore(std::vector<Observation> members);
  Change settle();                // works out everything added since
  void forget_before(Instant t);  // only between settle and the next add
  std::size_t held() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace truce::fuse
