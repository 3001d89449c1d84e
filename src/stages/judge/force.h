#pragma once
// The force: contingents, their posts, and the phases in which they deploy. docs/agreement-force.md
// describes the file, force.toml, which is the mission's own and never published.
//
// A phase may begin when its gates are open, the phases before it may begin too, its contingents
// are strong enough, and its posts would see enough. What nobody knows is never enough.

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/instant.h"
#include "model/vocabulary.h"
#include "stages/judge/agreement.h"
#include "stages/judge/internal_position.h"

namespace truce::judge {

struct Contingent {
  std::string id;
  std::string name;
  std::int64_t strength = 0;  // people
  std::size_t line = 0;
};

struct Post {
  std::string id;
  std::string contingent;
  std::string name;  // by which statements may speak of it; empty: its id alone
  std::string kind;  // "observation", "patrol base", in words of the mission
  InternalPosition position;
  std::vector<std::string> sectors;        // that it observes; sorted
  std::map<EffectClass, double> coverage;  // probability that it notices one there; no entry: none
  std::size_t line = 0;
};

struct Phase {
  std::string id;
  std::string words;
  std::int64_t order = 0;
  std::vector<std::string> posts;
  std::vector<std::string> needs_gates;
  std::int64_t strength_min = 0;               // of the contingents of its posts
  std::map<EffectClass, double> coverage_min;  // in each sector that its posts observe
  std::size_t line = 0;
};

enum class HazardKind : std::uint8_t { kFire, kOverflight, kThreat };
std::string_view to_string(HazardKind k);
std::optional<HazardKind> hazard_kind_from(std::string_view name);

// When something is a hazard to a post, and when it is over. Of threats only the kind is used: no
// sensor tells that a threat has ended, people do.
struct HazardRule {
  HazardKind kind = HazardKind::kFire;
  double within_m = 0;
  double warning = 1;  // least probability of a warning
  double alarm = 1;
  Duration all_clear_after;
  double watched_min = 1;          // coverage under which nobody watched
  std::vector<EffectClass> watch;  // classes that must have been watched
};

struct Force {
  std::vector<Contingent> contingents;  // by id
  std::vector<Post> posts;              // by id
  std::vector<Phase> phases;            // by order
  std::vector<HazardRule> rules;        // one for each kind
  const Contingent* contingent(std::string_view id) const;
  const Post* post(std::string_view id) const;
  const Phase* phase(std::string_view id) const;
  const HazardRule& rule(HazardKind kind) const;
};

// Names that the file may use.
struct ForceContext {
  std::vector<std::string> sectors;
  // None: the agreement that would name them cannot be read, which is said of it and not of here.
  std::optional<std::vector<std::string>> gates;
};

inline constexpr std::size_t kContingentsMax = 200;
inline constexpr std::size_t kPostsMax = 5000;
inline constexpr std::size_t kPhasesMax = 100;
inline constexpr double kHazardFarthest_m = 100'000;

// Every error at once, each with file, line and what was expected; none repeats a coordinate.
Result<Force> parse_force(std::string_view toml, std::string_view source,
                          const ForceContext& context, Problems& problems);

// ---------------------------------------------------------------------------------------- coverage

// By sector and class; no entry and an empty one alike: not known.
using CoverageTable = std::map<std::pair<std::string, EffectClass>, std::optional<double>>;

// Of two that notice independently of each other: 1 − (1 − p)(1 − q). Unknown with anything is
// unknown.
std::optional<double> combined(std::optional<double> p, std::optional<double> q);

struct CoverageGain {
  std::string sector;
  EffectClass effect_class = EffectClass::kOther;
  std::optional<double> before;
  std::optional<double> after;
  friend bool operator==(const CoverageGain&, const CoverageGain&) = default;
};
// By sector, then class: what the post would add.
std::vector<CoverageGain> coverage_gains(const Post& post, const CoverageTable& now);
// With the posts, taken in order of their ids.
CoverageTable covered_with(const Force& force, std::vector<std::string> posts, CoverageTable now);

// --------------------------------------------------------------------------------------- readiness

// State of each gate, as in the record Gate: "open" is open. No entry: not known, which is not.
using GateStates = std::map<std::string, std::string>;

struct Readiness {
  struct Shut {
    std::string gate;
    std::string state;  // "not known" where nobody says
    friend bool operator==(const Shut&, const Shut&) = default;
  };
  struct Uncovered {
    std::string sector;
    EffectClass effect_class = EffectClass::kOther;
    std::optional<double>
        coverage;  // with the posts of this phase and those before; empty: unknown
    double needed = 0;
    friend bool operator==(const Uncovered&, const Uncovered&) = default;
  };
  std::string phase;
  std::vector<std::string> open;  // gates
  std::vector<Shut> shut;
  std::string waits_for;  // the first phase before that is not ready; empty: none
  std::int64_t strength = 0;
  std::int64_t strength_needed = 0;
  std::vector<Uncovered> uncovered;
  bool ready() const;
  friend bool operator==(const Readiness&, const Readiness&) = default;
};
// Of each phase, in their order.
std::vector<Readiness> readiness(const Force& force, const GateStates& gates,
                                 const CoverageTable& now);
// "ready", or all that is wanting.
std::string to_words(const Readiness& r);

}  // namespace truce::judge
