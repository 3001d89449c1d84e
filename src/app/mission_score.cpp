#include "app/mission_score.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "model/json.h"

namespace truce::app {

namespace {

// The largest ring of a region, in the frame of the truth.
std::vector<std::array<double, 2>> ring_of(const MultiPolygonRings& region,
                                           const LocalFrame& frame) {
  const Ring* longest = nullptr;
  for (const auto& p : region) {
    if (longest == nullptr || p.outer.size() > longest->size()) longest = &p.outer;
  }
  std::vector<std::array<double, 2>> out;
  if (longest == nullptr) return out;
  for (const auto& p : *longest) {
    const auto xy = frame.to_xy(p);
    out.push_back({xy.x_m, xy.y_m});
  }
  return out;
}

struct ScoredIncident {
  sim::ScoredEffect effect;
  CountInterval violations;
};

// The rows of feeds that an observation is, or was derived from.
Status add_rows(Session& session, const sim::MissionTruth& truth, const std::string& id,
                std::vector<std::uint32_t>& rows) {
  TRUCE_TRY(row, session.store->observation(id));
  if (!row) return done();
  TRUCE_TRY(o, from_json<Observation>(row->json));
  const auto at = truth.rows.find({o.origin.feed, o.origin.line});
  if (at != truth.rows.end()) rows.push_back(at->second);
  for (const auto& behind : o.derived_from) TRUCE_CHECK_OK(add_rows(session, truth, behind, rows));
  return done();
}

Result<ScoredIncident> scored(Session& session, const sim::MissionTruth& truth,
                              const Incident& incident) {
  ScoredIncident out;
  out.violations = incident.violations;
  for (const auto& e : incident.evidence)
    TRUCE_CHECK_OK(add_rows(session, truth, e.observation, out.effect.arrivals));
  const auto xy = truth.frame.to_xy(incident.place.best);
  out.effect.x_m = xy.x_m;
  out.effect.y_m = xy.y_m;
  out.effect.time_s = (incident.when.start - truth.epoch).in_seconds();
  out.effect.region90 = ring_of(outline(incident.place.region), truth.frame);
  return out;
}

std::vector<sim::CountPair> count_pairs(const std::vector<ScoredIncident>& incidents,
                                        const sim::MissionTruth& truth,
                                        const sim::SceneScore& score) {
  std::vector<sim::CountPair> out;
  for (const auto& m : score.matches) {
    const CountInterval& n = incidents[m.report].violations;
    out.push_back({n.low, n.high, n.unbounded, truth.effects_of_salvo[m.effect]});
  }
  return out;
}

void score_attribution(const Attribution& said, const std::string& truth, AttributionScore& out) {
  ++out.incidents;
  for (const auto& a : said.alternatives) {
    if (a.party == judge::kCannotBeDetermined) {
      out.open += a.probability;
    } else if (a.probability > 0) {
      auto& bin =
          out.tenths.at(std::min<std::size_t>(9, static_cast<std::size_t>(a.probability * 10)));
      ++bin.said;
      bin.sum += a.probability;
      bin.right += a.party == truth ? 1 : 0;
    }
  }
}

Result<AttributionScore> attribution_score(Session& session, const std::vector<Incident>& incidents,
                                           const sim::MissionTruth& truth,
                                           const sim::SceneScore& score) {
  AttributionScore out;
  for (const auto& m : score.matches) {
    const std::string& party = truth.party_of_salvo[m.effect];
    TRUCE_TRY(judgement, session.store->judgement_of(incidents[m.report].id));
    if (party.empty() || !judgement.attribution) continue;
    score_attribution(*judgement.attribution, party, out);
  }
  return out;
}

// The located effects among an incident's members.
Status add_effects(Session& session, const sim::MissionTruth& truth, const Incident& incident,
                   std::vector<sim::ScoredEffect>& out) {
  for (const auto& e : incident.evidence) {
    TRUCE_TRY(row, session.store->observation(e.observation));
    if (!row) continue;
    TRUCE_TRY(o, from_json<Observation>(row->json));
    const auto* place = std::get_if<PointShape>(&o.shape);
    if (o.derived_from.empty() || place == nullptr) continue;
    sim::ScoredEffect effect;
    TRUCE_CHECK_OK(add_rows(session, truth, o.id, effect.arrivals));
    const auto xy = truth.frame.to_xy(place->at);
    effect.x_m = xy.x_m;
    effect.y_m = xy.y_m;
    effect.time_s = (o.when.start - truth.epoch).in_seconds() + o.when.length().in_seconds() / 2;
    effect.region90 = ring_of(outline(o.shape), truth.frame);
    out.push_back(std::move(effect));
  }
  return done();
}

}  // namespace

Result<MissionScore> score_mission(Session& session, const sim::MissionTruth& truth) {
  TRUCE_TRY(incidents, session.store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}}));
  std::vector<ScoredIncident> reports;
  std::vector<sim::ScoredEffect> found, located;
  for (const auto& incident : incidents) {
    TRUCE_TRY(report, scored(session, truth, incident));
    found.push_back(report.effect);
    reports.push_back(std::move(report));
    TRUCE_CHECK_OK(add_effects(session, truth, incident, located));
  }
  MissionScore out;
  out.incidents = sim::score_scene(found, truth.salvos, kMissionRule);
  out.effects = sim::score_scene(located, truth.effects, kMissionRule);
  out.counts = count_pairs(reports, truth, out.incidents);
  TRUCE_TRY(attribution, attribution_score(session, incidents, truth, out.incidents));
  out.attribution = attribution;
  return out;
}

}  // namespace truce::app
