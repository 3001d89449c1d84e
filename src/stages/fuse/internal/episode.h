#pragma once
// What is said of an episode: an incident with located effects among its members.

#include <string>
#include <vector>

#include "model/records.h"
#include "stages/fuse/fuse.h"

namespace truce::fuse {

// A number that somebody gave of what happened: he noticed each with a chance that is itself not
// known, of mean `share` and as sure as `strength` tries (Beta).
struct Witness {
  CountInterval count;
  double share = 0.5;
  double strength = 4;
};

// The number that happened: from its 5 to its 95 % point, best its median. Prior 1/n; each witness
// counts a beta-binomial share, evenly over what his words leave open, and one in twenty tells of
// something else. Never called with none. Beyond 2,000 only the largest figures are kept.
CountInterval happened(const std::vector<Witness>& witnesses);

bool is_episode(const std::vector<const Observation*>& members);

// Time, place, effects and violations of an episode. `members` by id, `chains` beside them. Returns
// the indices of the members of which it tells nothing: reports in no episode, which were joined to
// it by hand, and meet none of its effects in time. One that does tells of that episode.
//
// Its place is where one of its effects fell, those of the gun left out where impacts are known: a
// normal distribution with the mean and spread of them all, each as unsure as it is. What went on
// over several episodes is counted one by one, and the counts are added.
std::vector<std::size_t> tell_episode(const std::vector<const Observation*>& members,
                                      const std::vector<std::string>& chains, const Params& params,
                                      const EpisodeOf& episode_of, Incident& out);

}  // namespace truce::fuse
