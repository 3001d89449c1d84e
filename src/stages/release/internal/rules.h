#pragma once
// The table: which fields of which collection leave, as what, to whom.

#include <string_view>
#include <vector>

#include "stages/release/release.h"

namespace truce::release {

using Audiences = unsigned;
constexpr Audiences only(Audience a) { return 1U << static_cast<unsigned>(a); }

enum class As : unsigned char {
  kCopy,    // as it is: a word of a vocabulary, a count
  kTenths,  // a probability, to one digit: the rest of its digits tell how far it is from a line
  kTime,    // an instant, rounded down
  kWhen,    // an interval, rounded outwards
  kId,      // the id of a record, sealed
  kIds,     // a list of them
  kEach     // a list of objects, of which the fields in `inside` leave
};

struct Field {
  std::string_view name;
  As as = As::kCopy;
  std::vector<Field> inside = {};
};

enum class PlaceOf : unsigned char { kNone, kIncident, kShape, kKept };

struct Rule {
  std::string_view collection;
  Audiences audiences = 0;
  PlaceOf place = PlaceOf::kNone;
  std::vector<Field> fields = {};
  std::string_view own = {};     // a liaison officer sees it only where this field is their party
  std::string_view unless = {};  // it does not leave where its kind is this
};

// Several for a collection where audiences see different fields of it.
const std::vector<Rule>& rules();
const Rule* rule_for(Audience audience, std::string_view collection);

}  // namespace truce::release
