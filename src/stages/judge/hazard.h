#pragma once
// Hazards to posts: fire near them, drones over them, threats that name them.
//
// Speed goes before certainty here, and two harms must be kept apart from it. A warning must not
// help anyone to aim: it names the post and says neither where the post stands nor where anything
// was fired from, whether what came near was the shot or the impact, how far off, or in which
// direction; its probability is told in tenths, since exact ones of several posts would give the
// place away. And an all-clear must rest on somebody having watched: time without a report is no
// quiet. Which party did it, or said it, is never asked.

#include <optional>
#include <string>
#include <vector>

#include "base/instant.h"
#include "model/records.h"
#include "stages/judge/conduct.h"
#include "stages/judge/force.h"

namespace truce::judge {

enum class HazardLevel : std::uint8_t { kWarning, kAlarm };
std::string_view to_string(HazardLevel l);

enum class AllClear : std::uint8_t {
  kNotYet,      // watched and quiet up to the last that is known, not for long enough
  kNotWatched,  // no all-clear: not watched
  kClear,
};

struct Hazard {
  std::string post;
  HazardKind kind = HazardKind::kFire;
  HazardLevel level = HazardLevel::kWarning;
  Instant since;
  Instant last;             // it may have gone on until then
  std::optional<double> p;  // that it happened and was near; of a threat nobody can say
  std::vector<std::string> evidence;
  AllClear all_clear = AllClear::kNotYet;
  std::optional<Instant> all_clear_at;
  friend bool operator==(const Hazard&, const Hazard&) = default;
};

// From the one incident alone, by post. What nobody can place is near no post.
std::vector<Hazard> hazards(const Force& force, const Incident& incident);
std::vector<Hazard> hazards(const Force& force, const Conduct& conduct);
// `threat` is a statement that a person took for one: words are not weighed here. It concerns the
// posts that it is about ("post/ID", "contingent/ID", or "force" for all), and those whose name, or
// whose contingent's, its quote holds.
std::vector<Hazard> hazards(const Force& force, const Statement& threat);

// The same hazards by post, kind and time, each with its all-clear: the first instant before which
// every sector and class that the rule names was watched for all_clear_after without a break and
// without a further hazard of the kind to the post. `watched` tells coverage; where two of them
// differ, the lower counts.
std::vector<Hazard> with_all_clear(const Force& force, std::vector<Hazard> raised,
                                   const std::vector<Quiet>& watched);

std::string to_text(const Hazard& h);
std::string to_json(const Hazard& h);

}  // namespace truce::judge
