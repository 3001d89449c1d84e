#pragma once
// What a mission's store says against the truth beside a simulated mission.

#include <vector>

#include "app/session.h"
#include "sim/mission_truth.h"
#include "sim/score.h"

namespace truce::app {

// A salvo is often seen by two or three; and a patrol's minute may not cost more than its place.
inline constexpr sim::ScoreRule kMissionRule{.arrivals_min = 2, .speed_m_s = 5};

struct MissionScore {
  sim::SceneScore incidents;  // against salvos, by the rows behind each
  sim::SceneScore effects;  // located ones against true ones, by rows that are of one effect alone
  std::vector<sim::CountPair> counts;  // each incident's against that of the salvo it found
};

Result<MissionScore> score_mission(Session& session, const sim::MissionTruth& truth);

}  // namespace truce::app
