#pragma once
// Incidents as they stand, in memory: what views over all of them need of each, found by time and
// by place. Made once of a store and then brought up to each later position of it by what changed.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/mission.h"
#include "stages/ledger/store.h"

namespace truce::app {

struct IndexedIncident {
  std::string id;
  Interval when;
  bool is_placed = false;
  LatLon at;                          // where it most probably was, as the next two: where placed
  double radius_m = 0;                // of a circle around it that holds 90 %
  Shape region;                       // likewise
  std::optional<std::size_t> sector;  // among the mission's regions, the first that holds `at`
  std::optional<FindingValue> value;  // the gravest under the base reading
  EffectClass effect_class = EffectClass::kOther;  // of which there were most, by best counts
  CountInterval violations;
  std::vector<std::pair<EffectClass, CountInterval>> effects;  // one of each class

  // By which it belongs to a day, and so to one only.
  Instant middle() const { return when.start + Duration{(when.end - when.start).ns / 2}; }
};

class IncidentIndex {
 public:
  explicit IncidentIndex(const Mission& mission);
  IncidentIndex(const IncidentIndex&) = delete;
  IncidentIndex& operator=(const IncidentIndex&) = delete;
  ~IncidentIndex();

  // Brings it to where the store stands. Errors: the store's.
  Status follow(ledger::Store& store);
  // Those alone that touch the interval. Errors: likewise.
  Status read(ledger::Store& store, const Interval& when);
  std::size_t size() const;
  // Whose middle lies in the interval, by middle and id.
  std::vector<const IndexedIncident*> in_time(const Interval& when) const;
  // Whose region's box touches the box, in no order.
  std::vector<const IndexedIncident*> near(const GeoBox& box) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace truce::app
