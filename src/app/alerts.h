#pragma once
// Alerts: what is said of hazards to posts at the moment at which the log shows them.
//
// A hazard follows from one incident or statement, and an incident changes with each report. So
// that an alert follows from the log and the force alone, and not from how entries were put into
// batches, the engine of a mission with a force settles each entry by itself and hands on what
// changed. What was said is kept in the store, in the transaction of its entry, and is all that
// the next alert looks back at: a run that begins anew says what one that went on would.
//
// What was said stands until its all-clear, also where later reports make the event less likely.

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "stages/judge/judge.h"
#include "stages/ledger/store.h"

namespace truce::app {

enum class AlertWhat : std::uint8_t {
  kRaised,    // new, of a higher level, or on again after its all-clear
  kGoesOn,    // its time has grown: kept, not said
  kAllClear,  // every hazard of the kind to the post is over
};

struct Alert {
  AlertWhat what = AlertWhat::kRaised;
  std::uint64_t known = 0;  // by this many entries of the log
  // Of an all-clear: from the first to the last that it ends, with what each was raised by.
  judge::Hazard hazard;
};
// Neither names a place; probabilities are in tenths.
std::string to_json(const Alert& a);  // a line of var/alerts.jsonl
std::string to_text(const Alert& a);

// Hazards as they were said, by post and kind.
class HazardsSaid {
 public:
  struct Said {
    judge::Hazard hazard;
    bool open = true;
  };
  using Key = std::pair<std::string, judge::HazardKind>;
  struct Group {
    std::vector<Said> said;
    std::size_t open = 0;
    Instant first, last;  // of those that are open
    Instant closed_last{INT64_MIN};
  };
  using Groups = std::map<Key, Group>;

  void add(const Alert& a);
  // Of those that rest on any of the same evidence the one of the highest level.
  const Said* same(const judge::Hazard& h) const;
  const Groups& groups() const { return groups_; }

 private:
  using ByEvidence = std::map<std::string, std::size_t>;  // in their group
  Groups groups_;
  std::map<Key, ByEvidence> by_evidence_;
};

// As they stood when so many entries had been applied; those to posts that there are.
Result<HazardsSaid> hazards_said(ledger::Store& store, const judge::Force& force,
                                 std::uint64_t known = ledger::Store::kNow);
// Every alert that is to be said, as lines, in the order in which they became known.
Result<std::vector<Alert>> alerts_of(ledger::Store& store);

class AlertKeeper {
 public:
  AlertKeeper(const judge::Force& force, ledger::Store& store) : force_(force), store_(store) {}
  Status restore();  // from what the store holds
  // Each with the number of entries that are applied.
  Status changed(const Incident& incident, std::uint64_t known);
  // One that makes no incident: what flew over.
  Status seen(const Observation& observation, std::size_t places, std::uint64_t known);
  Status stated(const Statement& statement, std::uint64_t known);
  Status watched(const Quiet& quiet, std::uint64_t known);
  // Those to be said, since the last call.
  std::vector<Alert> take_new();

 private:
  Status consider(judge::Hazard hazard, std::uint64_t known);
  Status put(Alert alert);
  // Says all-clear where the windows show that every open hazard of the group is over.
  Status clear(const HazardsSaid::Key& key, const std::vector<Quiet>& windows, std::uint64_t known);
  Status clear_by_what_is_known(const HazardsSaid::Key& key, std::uint64_t known);
  Result<std::vector<Quiet>> windows(const Interval& when);

  const judge::Force& force_;
  ledger::Store& store_;
  HazardsSaid said_;
  std::vector<Alert> new_;
  std::uint64_t known_ = 0;    // of the last row
  std::uint64_t ordinal_ = 0;  // of the next row of that entry
};

}  // namespace truce::app
