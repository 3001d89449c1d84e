#pragma once
// How the force stands: which phase may begin, what each post would see, and what it is warned of,
// from what the store holds. Nothing here says where a post is.

#include <optional>
#include <string>
#include <vector>

#include "app/clocks.h"

namespace truce::app {

// Coverage of a window that ended longer ago than this is not known any more.
inline constexpr Duration kCoverageStands = Duration::days(1);

struct ForceState {
  Instant until;
  judge::GateStates gates;
  judge::CoverageTable coverage;  // as it stands, without posts that are not deployed
  std::vector<judge::Readiness> phases;
  struct PostState {
    std::string post;
    std::vector<judge::CoverageGain> gains;
  };
  std::vector<PostState> posts;  // by id
  // Not over yet, by post and kind; those of one post and kind share their all-clear.
  std::vector<judge::Hazard> hazards;
};

// Of a mission that has a force; `known` and `until` as for clocks_of.
Result<ForceState> force_state_of(const Mission& mission, ledger::Store& store, std::uint64_t known,
                                  std::optional<Instant> until);

}  // namespace truce::app
