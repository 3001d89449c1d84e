#pragma once
// What officers ruled, and what follows from it for the observations of which they ruled.
//
// Acts name incidents, and incidents get new versions, other members, other names. So an act is
// bound, as it enters, to the observations that the incident holds at that position of the log, and
// from then on speaks of these alone: what comes later is no part of what the officer saw. Of
// located effects, which are made anew, it holds what they rest on as well: those are meant of
// which more than half rests on that.
//
// What holds is a function of the acts in the order of the log:
//   join        the members of its incidents are one incident
//   split       those that leave are one incident that nothing else joins by itself; of joins
//               before it they are no part any more
//   reclassify  what its observations say of the one class they are held to say of the other
//   undo        the act that it names is as though it had never been; of an undo too

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/act.h"
#include "stages/fuse/fuse.h"
#include "stages/ledger/store.h"

namespace truce::app {

inline constexpr std::string_view kActRows = "act";
inline constexpr std::string_view kBindingRows = "act_binding";

// An act and what it is bound to.
struct BoundAct {
  Act act;
  std::vector<std::string> members;         // of its incidents, ascending
  std::vector<std::string> leaving;         // split: of these, those that leave
  std::vector<std::string> behind;          // what located members rest on, ascending
  std::vector<std::string> leaving_behind;  // split: of these, what those that leave rest on
  std::vector<Interval> located;            // when these may be, incident by incident
  Interval when;                            // of the members, from the first to the last
};

class ActBook {
 public:
  // Those that the store holds, or held at a position of the log.
  static Result<ActBook> from_store(ledger::Store& store,
                                    std::uint64_t as_of = ledger::Store::kNow);
  void add(BoundAct act);
  bool empty() const { return acts_.empty(); }
  const std::vector<BoundAct>& acts() const { return acts_; }  // in the order of the log
  const BoundAct* find(std::string_view id) const;
  // The act that undoes it; none: it holds.
  const Act* undone_by(const BoundAct& act) const;
  fuse::ByHand by_hand() const;
  // What `o` is held to say.
  std::optional<Observation> ruled(const Observation& o) const;

 private:
  void read_again();
  bool rules(std::size_t i, const Observation& o) const;
  std::vector<BoundAct> acts_;
  std::vector<std::size_t> undone_by_;  // by act; SIZE_MAX: it holds
  // Acts that hold, ascending, by observation that they are bound to or that a located one rests
  // on.
  std::unordered_map<std::string, std::vector<std::size_t>> of_;
};

// The incident that the one of this name is now: an incident is named after its first member, which
// stays when another takes it in. None: there never was one, or its first member is gone.
Result<std::optional<Incident>> incident_named(const std::string& id, ledger::Store& store);
// The act bound to what its incidents hold now. Errors: the store's.
Result<BoundAct> bound_act(const Act& act, const ActBook& book, ledger::Store& store);
// An act's record, and by which other it is undone: the id or null.
std::string served_act(const ActBook& book, std::string_view id, std::string_view json);
std::string binding_json(const BoundAct& act);
// Of which observations something else is ruled where it comes to hold or is taken back: those that
// it is bound to, and the located ones that rest on them now.
Result<std::vector<std::string>> ruled_by(const BoundAct& act, ledger::Store& store);

}  // namespace truce::app
