#pragma once
// Names of regions as feeds spell them: "Kyivska oblast", "Kyiv Oblast", "Київська область", "Kyiv
// City", "м. Київ". No list of names is built in: what differs is the script, the word for the kind
// of region, an adjective's ending, marks and case.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/acquire/acquire.h"

namespace truce::acquire {

struct RegionName {
  enum class Kind { kUnstated, kRegion, kCity, kDistrict };
  std::string stem;  // Latin letters and digits in lower case, without the adjective's ending
  Kind kind = Kind::kUnstated;
  friend bool operator==(const RegionName&, const RegionName&) = default;
};
RegionName parse_region(std::string_view name);

// Finds the region that a name of another feed means: the same kind, and a stem of which at least
// three quarters agree from the beginning. nullopt when none or two would do equally.
class RegionIndex {
 public:
  explicit RegionIndex(const std::vector<std::string>& names);
  std::optional<std::size_t> find(std::string_view name) const;

 private:
  std::vector<RegionName> names_;
};

// Named areas as small shapes: the middle of the area and the radius within which half of it lies,
// were it round. A record then carries a name and three numbers and not an outline.
class AreaPlaces {
 public:
  explicit AreaPlaces(const std::vector<Context::NamedArea>& areas);
  std::optional<NamedPlace> find(std::string_view name) const;

 private:
  RegionIndex index_;
  std::vector<NamedPlace> places_;
};

}  // namespace truce::acquire
