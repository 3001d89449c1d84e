#pragma once
// Where the mission's own people stand. Such a position is worked with inside the program and goes
// out of it nowhere: it has no text, no JSON, no comparison, no bytes to copy, and gives its
// coordinates only to who holds a StaffKey. Only MissionStaff makes those, a class that the code
// for the mission's own staff defines, once.

#include "base/geo.h"
#include "base/result.h"

namespace truce {

class MissionStaff;

namespace judge {

class StaffKey {
 public:
  StaffKey(const StaffKey&) = delete;
  StaffKey& operator=(const StaffKey&) = delete;

 private:
  friend class ::truce::MissionStaff;
  explicit StaffKey() {}  // NOLINT(modernize-use-equals-default): {} must not make one
};

class InternalPosition {
 public:
  explicit InternalPosition(LatLon at) : at_(at) {}
  InternalPosition(const InternalPosition&) = default;
  InternalPosition& operator=(const InternalPosition&) = default;
  ~InternalPosition() {}  // NOLINT(modernize-use-equals-default): so that no bytes are copied

  LatLon at(const StaffKey&) const { return at_; }

 private:
  friend struct InternalGeometry;  // distances, for hazards
  LatLon at_;
};

}  // namespace judge
}  // namespace truce
