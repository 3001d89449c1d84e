#pragma once
// The mapping file of the generic CSV reader: which column is what. docs/formats-csv-mapping.md is
// its manual.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/acquire/acquire.h"
#include "stages/acquire/targets.h"
#include "stages/acquire/time_format.h"

namespace truce::acquire {

// A constant, a column, or a column through a table of values.
struct MappedValue {
  std::string column;  // empty: the constant in `otherwise`
  std::map<std::string, std::string> values;
  std::optional<std::string> otherwise;  // also for an empty field
  // What a field means. nullopt when `values` does not list it and nothing stands in for it.
  std::optional<std::string_view> of(std::string_view field) const;
};

struct MappedTime {
  std::vector<std::string> start;  // columns, joined by a space
  std::vector<std::string> end;
  TimeFormat format;
  Zone zone;
  TimePrecision precision = TimePrecision::kSecond;
  TimeBasis basis = TimeBasis::kStated;
};

struct MappedPlace {
  enum class Way { kNone, kCoordinates, kGazetteer, kAreas, kRange };
  Way way = Way::kNone;
  std::string latitude, longitude;  // columns; also of the observer, with `range`
  std::string name;                 // column
  std::string from;                 // column that names the observer's position
  std::string range, direction;     // columns
  double range_unit_m = 1000;
  double radius_m = 1000;  // within which half of the true places lie
};

struct MappedFilter {
  std::string column;
  std::vector<std::string> words;
  bool keep = true;  // rows whose field is among the words; false: those whose is not
};

struct CsvMapping {
  char separator = ',';
  // By key: class, count, weapon, weapon_text, kind, means, source, reliability, upstream,
  // position, text, assessor. Constants, values and stand-ins have been checked.
  std::map<std::string, MappedValue, std::less<>> values;
  MappedTime time;
  MappedPlace place;
  std::vector<MappedFilter> only;
  TargetWords targets;

  // Errors name the line, the key as "time.start", and what was expected there.
  static Result<CsvMapping> parse(std::string_view toml, const Context& context,
                                  std::string_view source);
  // Each column it asks for, with the key that asks.
  std::vector<std::pair<std::string, std::string>> columns() const;
};

// A probability in figures, 0 to 1.
std::optional<double> parse_probability(std::string_view text);

}  // namespace truce::acquire
