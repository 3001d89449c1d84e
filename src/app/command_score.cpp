#include <cstdio>

#include "app/commands.h"
#include "app/mission_score.h"
#include "base/files.h"
#include "base/json.h"
#include "sim/mission_truth.h"
#include "sim/reported.h"
#include "sim/scene.h"

namespace truce::app {

namespace {

namespace fs = std::filesystem;
using sim::CountScore;
using sim::SceneScore;

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

void print_attribution(const AttributionScore& s) {
  if (s.incidents == 0) return;
  std::printf("attribution %zu incidents: on average %.2f cannot be determined\n", s.incidents,
              s.open / static_cast<double>(s.incidents));
  for (std::size_t k = 0; k < s.tenths.size(); ++k) {
    const auto& bin = s.tenths.at(k);
    if (bin.said == 0) continue;
    const auto n = static_cast<double>(bin.said);
    std::printf("            said .%zu to %s: %4zu times, mean %.3f, of the right party %.3f\n", k,
                k == 9 ? "1 " : ("." + std::to_string(k + 1)).c_str(), bin.said, bin.sum / n,
                static_cast<double>(bin.right) / n);
  }
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

Status score_mission_folder(const ScoreOptions& options) {
  TRUCE_TRY(truth_csv, read_file(options.dir / "truth.csv"));
  TRUCE_TRY(labels_csv, read_file(options.dir / "labels.csv"));
  TRUCE_TRY(truth, sim::parse_mission_truth(truth_csv, labels_csv));
  TRUCE_TRY(session, Session::open_for_questions(options.dir, options.session));
  TRUCE_TRY(score, score_mission(*session, truth));
  const CountScore counts = sim::score_counts(score.counts);
  if (options.json) {
    print_json(score.incidents, &counts);
    return done();
  }
  print_words(score.incidents, "salvos", kMissionRule);
  std::printf("counts      %zu of %zu intervals hold the truth (%zu without a top), score %.1f\n",
              counts.held, counts.intervals, counts.unbounded, counts.interval_score);
  print_attribution(score.attribution);
  if (score.effects.counts.reported == 0) return done();
  std::printf("\nlocated effects\n");
  print_words(score.effects, "effects", kMissionRule);
  return done();
}

}  // namespace

int command_score(const ScoreOptions& options) {
  const bool scene = fs::exists(options.dir / "scene.json");
  if (scene && options.effects.empty())
    return fail(make_error(ErrorCode::kUnusable, "a scene is scored against reported effects", {},
                           "--effects FILE"));
  const Status status = scene ? score_scene_folder(options) : score_mission_folder(options);
  return status.ok() ? 0 : fail(status.error());
}

}  // namespace truce::app
