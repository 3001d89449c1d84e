#include <cstdio>

#include "app/commands.h"
#include "base/files.h"
#include "base/json.h"
#include "model/json.h"
#include "sim/mission_truth.h"
#include "sim/reported.h"
#include "sim/scene.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;
using sim::CountScore;
using sim::SceneScore;

// A salvo is often seen by two or three; and a patrol's minute may not cost more than its place.
constexpr sim::ScoreRule kMissionRule{.arrivals_min = 2, .speed_m_s = 5};

void print_words(const SceneScore& s, const char* unit, const sim::ScoreRule& rule) {
  const auto& c = s.counts;
  std::printf("found       %zu of %zu %s with %zu reports or more: recall %.3f\n", c.found,
              c.true_effects, unit, rule.arrivals_min, s.recall);
  std::printf("right       %zu of %zu reported: precision %.3f, F1 %.3f\n", c.right, c.reported,
              s.precision, s.f1);
  std::printf("place       half within %.0f m, nine of ten within %.0f m\n", s.location_p50_m,
              s.location_p90_m);
  std::printf("regions     50 %%: %zu of %zu hold the truth; 90 %%: %zu of %zu\n", c.held50,
              c.regions50, c.held90, c.regions90);
  std::printf("GOSPA       %.0f m each (%zu missed, %zu invented)\n", s.gospa, c.gospa_missed,
              c.gospa_invented);
}

void write_whole(JsonWriter& w, const char* key, std::size_t n) {
  w.key(key).integer(static_cast<std::int64_t>(n));
}

void print_json(const SceneScore& s, const CountScore* counts) {
  std::string line;
  JsonWriter w(line);
  const auto& c = s.counts;
  w.begin_object();
  if (counts != nullptr) {
    w.key("count_coverage").number(counts->coverage).key("count_interval_score");
    w.number(counts->interval_score);
    write_whole(w, "count_intervals", counts->intervals);
  }
  w.key("coverage50").number(s.coverage50).key("coverage90").number(s.coverage90);
  w.key("f1").number(s.f1);
  write_whole(w, "found", c.found);
  w.key("gospa_m").number(s.gospa).key("location_error_m").begin_object();
  w.key("p50").number(s.location_p50_m).key("p90").number(s.location_p90_m).end_object();
  w.key("precision").number(s.precision).key("recall").number(s.recall);
  write_whole(w, "reported", c.reported);
  write_whole(w, "right", c.right);
  write_whole(w, "true_effects", c.true_effects);
  w.end_object();
  std::printf("%s\n", line.c_str());
}

Status score_scene_folder(const ScoreOptions& options) {
  TRUCE_TRY(scene, sim::read_scene(options.dir, sim::WithTruth::kYes));
  TRUCE_TRY(text, read_file(options.effects));
  TRUCE_TRY(reported,
            sim::parse_reported(text, options.effects.filename().string(), scene.arrivals.size()));
  const SceneScore score = sim::score_scene(reported, scene.truth->effects);
  if (options.json)
    print_json(score, nullptr);
  else
    print_words(score, "effects", sim::ScoreRule{});
  return done();
}

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

// Each incident's count against that of the salvo it found.
std::vector<sim::CountPair> count_pairs(const std::vector<ScoredIncident>& incidents,
                                        const sim::MissionTruth& truth, const SceneScore& score) {
  std::vector<sim::CountPair> out;
  for (const auto& m : score.matches) {
    const CountInterval& n = incidents[m.report].violations;
    out.push_back({n.low, n.high, n.unbounded, truth.effects_of_salvo[m.effect]});
  }
  return out;
}

Status score_mission(const ScoreOptions& options) {
  TRUCE_TRY(truth_csv, read_file(options.dir / "truth.csv"));
  TRUCE_TRY(labels_csv, read_file(options.dir / "labels.csv"));
  TRUCE_TRY(truth, sim::parse_mission_truth(truth_csv, labels_csv));
  TRUCE_TRY(session, Session::open(options.dir, options.session));
  TRUCE_TRY(incidents, session->store->incidents_overlapping({{INT64_MIN}, {INT64_MAX}}));
  std::vector<ScoredIncident> reports;
  std::vector<sim::ScoredEffect> effects;
  for (const auto& incident : incidents) {
    TRUCE_TRY(report, scored(*session, truth, incident));
    effects.push_back(report.effect);
    reports.push_back(std::move(report));
  }
  const SceneScore score = sim::score_scene(effects, truth.salvos, kMissionRule);
  const CountScore counts = sim::score_counts(count_pairs(reports, truth, score));
  if (options.json) {
    print_json(score, &counts);
    return done();
  }
  print_words(score, "salvos", kMissionRule);
  std::printf("counts      %zu of %zu intervals hold the truth (%zu without a top), score %.1f\n",
              counts.held, counts.intervals, counts.unbounded, counts.interval_score);
  return done();
}

}  // namespace

int command_score(const ScoreOptions& options) {
  const bool scene = fs::exists(options.dir / "scene.json");
  if (scene && options.effects.empty())
    return fail(make_error(ErrorCode::kUnusable, "a scene is scored against reported effects", {},
                           "--effects FILE"));
  const Status status = scene ? score_scene_folder(options) : score_mission(options);
  return status.ok() ? 0 : fail(status.error());
}

}  // namespace truce::app
