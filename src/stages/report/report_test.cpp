#include "stages/report/report.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace truce::report {
namespace {

Input sample() {
  Input in;
  in.mission = "A <test> mission";
  in.days = {{2025, 4, 20}};
  in.reporting_day = {.zone = *Zone::find("Europe/Kyiv")};
  in.period = in.reporting_day.interval(in.days[0]);
  in.agreement_in_force = in.period;
  Incident i;
  i.id = "i1";
  i.when = {in.period.start, in.period.start + Duration::minutes(5)};
  i.violations = {2, 3, 5, false};
  i.effects.push_back({EffectClass::kBurst,
                       ClassProbabilities::certain(EffectClass::kBurst),
                       i.violations,
                       WeaponClass::kSmallArms,
                       {"o1"}});
  i.place.known = true;
  i.place.best = *LatLon::from_degrees(48, 37);
  i.place.region90 = outline(Shape(NamedPlace{"x", i.place.best, 2000}));
  i.place.radius_m = 3600;
  i.evidence.push_back({"o1", "s", "s", 1});
  in.incidents.push_back(i);
  Finding f;
  f.id = "i1/1/base";
  f.subject = "i1";
  f.provision = "1";
  f.reading = "base";
  f.value = FindingValue::kBreach;
  f.probability = 0.93;
  in.findings["i1"] = {f};
  in.history = {{in.days[0], i.violations, 1}};
  in.series_days = in.days;
  in.series.push_back({"sirens", "siren starts", "alerts", "UTC", {6}});
  return in;
}

TEST(Report, says_what_it_counts_and_that_coverage_is_unknown) {
  const std::string html = to_html(sample());
  EXPECT_NE(html.find("3 violations"), std::string::npos);
  EXPECT_NE(html.find("2–5"), std::string::npos);
  EXPECT_NE(html.find("What was watched is not known"), std::string::npos);
  EXPECT_EQ(html.find("no violations"), std::string::npos);
  EXPECT_NE(html.find("breach</span>"), std::string::npos);
}

TEST(Report, never_says_quiet_without_saying_what_was_watched) {
  Input in = sample();
  in.incidents.clear();
  in.findings.clear();
  const std::string html = to_html(in);
  EXPECT_NE(html.find("no bound can be given"), std::string::npos);
  EXPECT_EQ(html.find("no violations"), std::string::npos);
}

TEST(Report, is_one_file_without_script_or_outside_reference_and_escapes_text) {
  const std::string html = to_html(sample());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_NE(html.find("A &lt;test&gt; mission"), std::string::npos);
}

TEST(Report, gives_the_same_figures_as_canonical_json) {
  const std::string json = to_json(sample());
  EXPECT_EQ(*canonicalize(json) + "\n", json);
  EXPECT_NE(json.find("\"per_day\":[6]"), std::string::npos);
}

}  // namespace
}  // namespace truce::report
