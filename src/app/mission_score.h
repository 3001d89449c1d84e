#pragma once
// What a mission's store says against the truth beside a simulated mission.

#include <array>
#include <cstddef>
#include <vector>

#include "app/session.h"
#include "sim/mission_truth.h"
#include "sim/score.h"

namespace truce::app {

// A salvo is often seen by two or three; and a patrol's minute may not cost more than its place.
inline constexpr sim::ScoreRule kMissionRule{.arrivals_min = 2, .speed_m_s = 5};

// What was said of who it was, held against whose salvo it was. A probability is a lower bound:
// what cannot be determined may be anybody's. So of those of which p was said, at least p must be
// right.
struct AttributionScore {
  struct Bin {
    std::size_t said = 0;   // times that a probability of this tenth was said of a party
    std::size_t right = 0;  // of them, of the right one
    double sum = 0;         // of the probabilities
  };
  std::array<Bin, 10> tenths;
  std::size_t incidents = 0;
  double open = 0;  // sum over them of what cannot be determined
};

struct MissionScore {
  sim::SceneScore incidents;  // against salvos, by the rows behind each
  sim::SceneScore effects;  // located ones against true ones, by rows that are of one effect alone
  AttributionScore attribution;
  std::vector<sim::CountPair> counts;  // each incident's against that of the salvo it found
};

Result<MissionScore> score_mission(Session& session, const sim::MissionTruth& truth);

}  // namespace truce::app
