#pragma once
// Located effects and what else was seen of them, as episodes: the salvos of a block of time.
//
// A shot is not an incident, and a report of a salvo is not a shot. Asked pair by pair, a thousand
// bearings and a patrol's half hour link all fire of a front to one lump. So the block is looked at
// whole, in four steps, each a function of the block's records whatever their order:
//
//   bearings, pixels ──1──► located effects ──3──► volleys ──► fires (gun and impact) ──► episodes
//        └──2──► crossings ─────┘                                                            ▲
//   sectors, points, named places with their counts ─────────────────4───────────────────────┘
//
// 1. A bearing or pixel goes to the one effect that it is likeliest of, by its likelihood ratio
//    against being false or of something not located; an effect takes one of each source. It moves
//    the effect's place where it narrows it.
// 2. Bearings left over that cross where and when one effect explains them give effects of their
//    own, which take what sensors heard of them and no located effect explains.
// 3. Effects close in place and time form volleys; two volleys that keep step, the second where and
//    when a shell of the first would fall, are one fire: gun and impact.
//    A lone effect that few heard, while a salvo fires, is likelier one of its shots, put wrongly.
// 4. A bearing left over stands by the salvo that it is likelier a shot of than of nothing.
//    A counted report goes to the episode whose middle it is likeliest of. What goes to none stays
//    with the rule for reports (fuse.h).

#include <string_view>
#include <vector>

#include "model/records.h"

namespace truce::fuse {

struct Params;

// The source of effects that were found where bearings cross; no source of a mission may be called
// so.
inline constexpr std::string_view kCrossingSource = "crossings";

struct JoinParams {
  double stray_per_hour = 10;     // bearings of one source that are of nothing located
  double episode_gap_s = 60;      // longest pause within a volley
  double episode_reach_m = 1000;  // farthest that two of its neighbours fall apart
  double shell_slow_m_s = 100;    // mean speed over the ground of what is fired, least
  double shell_fast_m_s = 900;    // and most
  double fire_range_m = 40000;    // farthest from gun to impact
  double misplaced_share = 0.2;   // of effects that three arrivals place, wrongly
  double misplaced_m = 2000;      // and how far off they are
  double located_share = 0.95;    // of a volley's shots that sensors locate, where they do at all
  double noticed_share = 0.6;     // of them that a watcher counts, or that bearings cross at
};

struct JoinBlock {
  std::vector<Observation> effects;        // located ones, any order
  const std::vector<Observation>& others;  // what else was seen; any order
  const std::vector<Source>& sources;
  std::vector<Observation> arrivals = {};  // what sensors heard, any order; of effects or not
};

// Members of one incident: effects by (start, id), then reports by id. Effects name what was added
// to them in `derived_from`; those of a gun are classed as outgoing, what they fired as impacts;
// one that was put wrongly says so by the flag kMisplacedFlag.
inline constexpr std::string_view kMisplacedFlag = "placed_apart_from_its_salvo";
using Episode = std::vector<Observation>;

// Episodes by their first effect; every effect is in one. Reports in none are left out.
std::vector<Episode> join(const JoinBlock& block, const Params& params);

// Whether it may be one of `others`: it says where, and no more than an hour of when.
bool can_be_joined(const Observation& o);

// Time is joined by blocks, UTC. An observation is of the one that the middle of its interval lies
// in.
inline constexpr Duration kJoinBlock = Duration::hours(1);
Instant block_of(Instant t);  // its start
Instant block_of(const Observation& o);

// Whether fire went on from the one effect to the other: then their episodes, of adjoining blocks,
// are one incident. By the rule for shots of a volley.
bool goes_on(const Observation& a, const Observation& b, const JoinParams& params);
// Whether it is an effect so near to the end or the start of a block that it might.
bool may_go_on(const Observation& o, const JoinParams& params);

}  // namespace truce::fuse
