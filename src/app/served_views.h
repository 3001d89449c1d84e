#pragma once
// Views for the app that are made of many records: docs/api.md, "Views". What they are made from is
// kept from one position of the log to the next.

#include <memory>
#include <string>
#include <unordered_map>

#include "app/incident_index.h"
#include "app/log_digest.h"
#include "stages/serve/serve.h"

namespace truce::app {

// Asked by one thread alone.
class ServedViews {
 public:
  explicit ServedViews(std::shared_ptr<const Mission> mission)
      : mission_(std::move(mission)), index_(*mission_) {}
  // What is at the path of a target, of a store's snapshot. Errors: kNotFound, kBadInput for wrong
  // parameters, the store's.
  Result<serve::View> answer(ledger::Store& store, const serve::Target& target);
  // The same of a store that no other answer will be made from.
  static Result<serve::View> once(std::shared_ptr<const Mission> mission, ledger::Store& store,
                                  const serve::Target& target);
  // Brings up to the snapshot what answers are made from; where that fails, the next one says so.
  void get_ready(ledger::Store& store) { static_cast<void>(index_.follow(store)); }

 private:
  Result<serve::View> board(ledger::Store& store, const serve::Target& target);
  Result<serve::View> histogram(ledger::Store& store, const serve::Target& target);
  // What an answer about that time is made from, at least.
  Status follow(ledger::Store& store, const Interval& when);
  Result<serve::View> tile(ledger::Store& store, const serve::Target& target);

  std::shared_ptr<const Mission> mission_;
  IncidentIndex index_;
  LogDigests digests_;
  bool is_once_ = false;
  std::uint64_t tiles_at_ = 0;                          // the position that they are of
  std::unordered_map<std::string, std::string> tiles_;  // made before, by what was asked
};

}  // namespace truce::app
