#include "stages/serve/collections.h"

#include <algorithm>

namespace truce::serve {

const std::vector<Collection>& collections() {
  static const std::vector<Collection> kAll{
      {"incidents", "Incidents",
       "Effects that belong together, with counts from low to high and all evidence. The geometry "
       "is "
       "the region that holds the place 90 times of 100.",
       GeometryOf::kIncident},
      {"findings", "Findings",
       "What a provision, under one reading, says of an incident or another conduct."},
      {"differences", "Differences", "Where readings of one provision come to other findings."},
      {"attributions", "Attributions",
       "Who it may have been, ranked; \"cannot be determined\" is always among them."},
      {"conducts", "Conducts", "What is held against the agreement and is no incident."},
      {"observations", "Observations",
       "What one source observed. The geometry is the region that holds 90 % of its shape.",
       GeometryOf::kObservation},
      {"recordings", "Recordings",
       "Waveforms and photos as they were written; the bytes are at /api/recordings/ID."},
      {"claims", "Claims", "Allegations and denials by a party; never counted as observations."},
      {"notices", "Notices", "Activities announced beforehand.", GeometryOf::kNotice},
      {"statements", "Statements", "Who said what about which point, quoted and sourced."},
      {"events", "Events", "What obligations and gates wait for: signatures, withdrawals."},
      {"quiet", "Quiet", "What of a sector and window was watched, and how much went unheard."},
      {"acts", "Acts", "What officers ruled of incidents, signed; with the act that undoes it."},
      {"signatures", "Signatures", "Tiers of an escalation that a person signed for."},
      {"health", "Health", "When a source could not observe, and why."},
      {"weather", "Weather", "What weather stations read.", GeometryOf::kWeather},
      {"sources", "Sources", "Who or what observes.", GeometryOf::kSource},
      {"gates", "Gates", "Conditions for a step to be allowed, as they stand, under each reading."},
      {"hazards", "Hazards", "What posts of the force were warned of; without any place."},
      {"areas", "Areas",
       "Lines, zones, sectors, places and protected objects, as the mission's files draw them and "
       "the agreement speaks of them."},
      {"rejected", "Rejected", "What of a feed could not become a record, and why."},
      {"complaints", "Complaints", "What a validator asks back about a record that was kept."},
      {"feeds", "Feeds", "How far each file of a feed has been taken in, as of now."}};
  return kAll;
}

const Collection* find_collection(std::string_view id) {
  const auto& all = collections();
  const auto it = std::find_if(all.begin(), all.end(), [id](const auto& c) { return c.id == id; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace truce::serve
