#pragma once
// A violation row as the annexes of OSCE SMM reports have it, in words, before it is an
// observation: what the JSON and the CSV form share.
//
// The position is a name. Its coordinates come from the mission's sources or gazetteer, or else
// from the row's own description ("17 km N of Donetsk") when the gazetteer has that place; when
// nothing knows it, the place stays unknown and the row says so. Nothing is guessed.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/acquire/common.h"

namespace truce::acquire {

struct SmmItem {
  std::string n;         // "3", "about 800"
  std::string what;      // explosion, projectile, muzzle flash, illumination flare, burst, shot, …
  std::string cls;       // of explosions: impact, airburst, outgoing, undetermined
  std::string kind;      // tracer, …
  std::string weapon;    // "small arms", "120mm mortar"
  std::string from, to;  // compass words
  std::optional<double> after_minutes;
};

struct SmmRange {
  double low_km = 0;
  double high_km = 0;
};

// Part of one count seen in a direction of its own; "remainder" is what the other parts leave.
struct SmmPart {
  std::string n;
  std::vector<std::string> bearings;
  std::optional<SmmRange> range;
};

struct SmmRow {
  std::string as_of;           // end of the reporting period, local; a day means 19:30 of it
  std::string position;        // "camera Avdiivka"
  std::string position_place;  // "17 km N of Donetsk", when the row says it
  std::string when;            // "night 22-23 Aug 2017", "2017-08-15 14:20", or empty
  std::vector<std::string> means;
  std::vector<std::string> bearings;
  std::optional<SmmRange> range;
  bool ordered = false;
  std::vector<SmmItem> items;
  std::vector<SmmPart> split;
  std::string text;
};

// Errors name the column as the formats do: when, items, n, bearing, range_km, split.
Result<std::vector<Observation>> observations_of(const SmmRow& row, const Context& context);

// "3-5" or "4" in kilometres.
Result<SmmRange> parse_range_km(std::string_view text);

// "17 km N of Donetsk". nullopt: not of that form.
struct PlaceDescription {
  double distance_km = 0;
  std::string direction;
  std::string of;
  friend bool operator==(const PlaceDescription&, const PlaceDescription&) = default;
};
std::optional<PlaceDescription> parse_place_description(std::string_view text);

// How the rows of a file describe each position. Those that do not say what most of the others say
// are complained of; where as many say the one as the other, all are. Observations bear no mark of
// it: what a row is must not depend on the rows beside it.
class PositionBook {
 public:
  void note(const SmmRow& row);
  // The description that speaks against this row's, once all rows are noted.
  std::optional<std::string> contradicted_by(const SmmRow& row) const;

 private:
  std::map<std::string, std::map<std::string, int>> described_;  // rows, by position and words
};
inline constexpr std::string_view kPlaceTwoWays = "place_described_two_ways";

}  // namespace truce::acquire
