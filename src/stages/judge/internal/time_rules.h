#pragma once
// Reads [[gate]], [[obligation]], [[escalation]] and [[cumulation]] of agreement.toml. What they
// name elsewhere in the agreement must be there; every error is said, with its line.

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "stages/judge/clocks.h"
#include "stages/judge/internal/agreement_keys.h"
#include "stages/judge/internal/choices.h"
#include "stages/judge/internal/toml_reader.h"

namespace truce::judge {

// What the agreement says elsewhere.
struct TimeNames {
  std::vector<std::string> parties;
  std::vector<std::string> provisions;
  std::map<std::string, double> standards_of_proof;
  std::vector<std::string> severities;  // the least first
  bool may_lack_provisions = false;     // those of points could not be read
  // The ids of every [[cumulation]], whose breaches gates and escalations may name besides.
  std::vector<std::string> cumulations;
};

std::vector<GateRule> parse_gates(const toml::table& root, TomlReader& r, const TimeNames& names);
std::vector<ObligationRule> parse_obligations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names);
std::vector<EscalationRule> parse_escalations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names);
std::vector<CumulationRule> parse_cumulations(const toml::table& root, TomlReader& r,
                                              const TimeNames& names);
// All four of them, gates and escalations with the cumulations beside them.
ClockRules parse_clocks(const toml::table& root, TomlReader& r, const TimeNames& elsewhere);

// The kinds of table that a reading may change besides provisions and definitions.
inline constexpr std::array<std::string_view, 4> kClockKinds{"gate", "obligation", "escalation",
                                                             "cumulation"};
// How many things a [[reading.change]] says that it changes; it must be one.
std::size_t things_changed(const toml::table& change);
// The kind that it names, where that is all it names; else empty.
std::string_view clock_kind_of(const toml::table& change);
// All four as a reading has them. `root` is the agreement's text read once more, for its own
// tables are changed here; `reading` the table of the reading in it.
ClockRules parse_clocks_under(toml::table root, const toml::source_region& reading, TomlReader& r,
                              const TimeNames& names);

// The parts that they share.
// The provisions whose breaches a rule is about; `also` names other breaches that there are.
std::vector<std::string> read_breaches(const toml::table& t, TomlReader& r, const TimeNames& names,
                                       const std::vector<std::string>& also = {});
std::size_t line_of(const toml::table& t);
std::optional<int> read_whole(const toml::table& t, TomlReader& r, std::string_view key, int min,
                              int max);
// By `within`, or by `by = "end of day 2"` with `day_one`; empty where there is neither.
std::optional<Deadline> read_deadline(const toml::table& t, TomlReader& r);
// tau of the standard that `standard` names; 1 where there is no such one.
double read_standard(const toml::table& t, TomlReader& r, const TimeNames& names);
// Sorted, once each, each of them among those that there are.
std::vector<std::string> read_names(const toml::table& t, TomlReader& r, std::string_view key,
                                    const std::vector<std::string>& among, const char* what);

template <class E, std::size_t N>
E read_choice(const toml::table& t, TomlReader& r, std::string_view key,
              const Choices<E, N>& choices,
              std::type_identity_t<std::optional<E>> missing = std::nullopt) {
  if (missing && !t.contains(key)) return *missing;
  const std::string v = r.text(t, key, true);
  std::string expected;
  for (const auto& [word, e] : choices) {
    if (v == word) return e;
    expected += (expected.empty() ? "\"" : " or \"") + std::string(word) + "\"";
  }
  r.say(t, key, "\"" + v + "\" is not known here", expected);
  return choices.begin()->second;
}

}  // namespace truce::judge
