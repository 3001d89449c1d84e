#pragma once
// The collections, each a kind of record with what its features are.

#include <string_view>
#include <vector>

namespace truce::serve {

enum class GeometryOf : unsigned char {
  kNone,  // of its own; what stands beside a record is told of any
  kIncident,
  kObservation,
  kNotice,
  kSource,
  kWeather
};

struct Collection {
  std::string_view id;
  std::string_view title;
  std::string_view description;
  GeometryOf geometry = GeometryOf::kNone;
};

const std::vector<Collection>& collections();
const Collection* find_collection(std::string_view id);

}  // namespace truce::serve
