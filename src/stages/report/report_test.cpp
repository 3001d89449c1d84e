#include "stages/report/report.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "stages/report/internal/columns.h"
#include "stages/report/internal/fonts.h"
#include "stages/report/internal/hours.h"
#include "stages/report/internal/style.h"
#include "stages/report/internal/words.h"

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
                       0,
                       {},
                       {"o1"}});
  i.place.best = *LatLon::from_degrees(48, 37);
  i.place.region = NamedPlace{"x", i.place.best, 2000};
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

TEST(Report, carries_its_typeface) {
  const std::string html = to_html(sample());
  std::size_t faces = 0;
  for (auto at = html.find("@font-face"); at != std::string::npos;
       at = html.find("@font-face", at + 1))
    ++faces;
  EXPECT_EQ(faces, 5U);
  EXPECT_EQ(html.find("url("), html.find("url(data:font/woff2;base64,d09GMg"));
}

TEST(Base64, gives_the_published_values) {
  const auto of = [](std::string_view text) {
    return to_base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
}

TEST(Report, says_once_what_holds_under_every_reading) {
  Input in = sample();
  Finding other = in.findings["i1"][0];
  other.reading = "strict";
  in.findings["i1"].push_back(other);
  EXPECT_NE(to_html(in).find("provision 1, every reading"), std::string::npos);
  in.findings["i1"][1].probability = 0.5;
  in.findings["i1"][1].value = FindingValue::kUndeterminable;
  in.findings["i1"][1].missing_fact = "place";
  const std::string html = to_html(in);
  EXPECT_EQ(html.find("every reading"), std::string::npos);
  EXPECT_NE(html.find("provision 1, base text"), std::string::npos);
  EXPECT_NE(html.find("provision 1, reading strict; missing: place"), std::string::npos);
}

TEST(Report, shows_how_grave_a_breach_is_and_what_must_follow) {
  Input in = sample();
  EXPECT_EQ(to_html(in).find("severity"), std::string::npos);
  in.consequences[{"1", "base"}] = {"serious", {"withdrawal", "an <apology>"}};
  const std::string html = to_html(in);
  EXPECT_NE(html.find("; severity: serious; remedies: withdrawal, an &lt;apology&gt;"),
            std::string::npos);
  EXPECT_NE(to_json(in).find("\"consequences\":[{\"provision\":\"1\",\"reading\":\"base\","
                             "\"remedies\":[\"withdrawal\",\"an <apology>\"],"
                             "\"severity\":\"serious\"}]"),
            std::string::npos);
  in.findings["i1"][0].value = FindingValue::kCompliant;
  EXPECT_EQ(to_html(in).find("severity: serious"), std::string::npos);
}

TEST(Report, keeps_apart_readings_that_count_a_breach_as_graver) {
  Input in = sample();
  Finding other = in.findings["i1"][0];
  other.reading = "strict";
  in.findings["i1"].push_back(other);
  in.consequences[{"1", "base"}] = {"minor", {}};
  in.consequences[{"1", "strict"}] = {"serious", {}};
  const std::string html = to_html(in);
  EXPECT_NE(html.find("provision 1, base text; severity: minor"), std::string::npos);
  EXPECT_NE(html.find("provision 1, reading strict; severity: serious"), std::string::npos);
}

TEST(Report, spreads_effects_whose_hour_no_source_knows) {
  Input in = sample();
  Incident vague = in.incidents[0];
  vague.id = "i2";
  vague.when = {in.period.start, in.period.start + Duration::hours(12)};
  vague.violations = {6, 6, 6, false};
  in.incidents.push_back(vague);
  const auto bars = hour_bars(in);
  ASSERT_EQ(bars.size(), 24U);
  double sum = 0;
  for (const auto& b : bars) sum += b.sharp + b.spread;
  EXPECT_NEAR(sum, 9, 1e-9);
  EXPECT_EQ(bars[0].sharp, 3);
  EXPECT_NEAR(bars[11].spread, 0.5, 1e-9);
  EXPECT_EQ(bars[12].spread, 0);
  EXPECT_NE(to_html(in).find("Solid: 3 effects"), std::string::npos);
}

TEST(Report, draws_a_day_of_23_hours_and_two_months_alike) {
  Input in = sample();
  in.days = {{2025, 3, 30}};
  in.period = in.reporting_day.interval(in.days[0]);
  EXPECT_EQ(hour_bars(in).size(), 23U);
  in.period = {in.period.start, in.period.start + Duration::days(61)};
  EXPECT_LE(hour_bars(in).size(), kBarsMax);
}

TEST(Report, lists_notices_of_the_period_and_corrections) {
  Input in = sample();
  in.party_names["a"] = "Party A";
  Notice n;
  n.party = "a";
  n.kind = "live_fire_exercise";
  n.when = in.period;
  n.text = "range 7 <north>";
  in.notices.push_back(n);
  n.when = {in.period.end + Duration::days(3), in.period.end + Duration::days(4)};
  n.kind = "demining";
  in.notices.push_back(n);
  in.corrections.push_back({"45 of 2025", "violations", "17", "15", "two echoes", 48098377});
  const std::string html = to_html(in);
  EXPECT_NE(html.find("live fire exercise</b></td><td>Party A"), std::string::npos);
  EXPECT_NE(html.find("range 7 &lt;north&gt;"), std::string::npos);
  EXPECT_EQ(html.find("demining"), std::string::npos);
  EXPECT_NE(html.find("<del>17</del>"), std::string::npos);
  const std::string json = to_json(in);
  EXPECT_EQ(*canonicalize(json) + "\n", json);
  EXPECT_NE(json.find("\"was\":\"17\""), std::string::npos);
}

// Explosions and projectiles of one salvo, as a camera recorded them.
Input salvo() {
  Input in = sample();
  Observation o;
  o.id = "o1";
  o.source = "smm";
  o.position = "camera A";
  o.means = {Means::kRecorded};
  o.shape = AnnularSector{*LatLon::from_degrees(48, 37), 3000, 5000, 112.5, 11.25, 100, 2};
  Item item;
  item.count = Count::exact(3);
  item.classes = ClassProbabilities::certain(EffectClass::kProjectile);
  item.weapon = WeaponClass::kMortar;
  item.weapon_text = "120mm mortar";
  item.from_deg = 270;
  item.to_deg = 90;
  o.items = {item};
  in.observations["o1"] = o;
  in.observation_positions["o1"] = 17;
  Effect e = in.incidents[0].effects[0];
  e.effect_class = EffectClass::kExplosionImpact;
  e.count = {2, 2, 2, false};
  e.weapon = WeaponClass::kMortar;
  Effect undetermined = e;
  undetermined.effect_class = EffectClass::kExplosionUndetermined;
  undetermined.count = {1, 1, 1, false};
  Effect projectile = e;
  projectile.effect_class = EffectClass::kProjectile;
  projectile.count = {3, 3, 3, false};
  in.incidents[0].effects = {e, undetermined, projectile};
  return in;
}

TEST(Columns, are_those_that_monitors_know) {
  const Input in = salvo();
  const auto evidence = evidence_of(in, in.incidents[0]);
  EXPECT_EQ(position_column(evidence), "camera A");
  EXPECT_EQ(location_column(evidence), "3–5 km ESE");
  EXPECT_EQ(means_column(evidence), "recorded");
  EXPECT_EQ(observation_column(in.incidents[0]), "explosion\u00a03, projectile\u00a03");
  EXPECT_EQ(description_column(in.incidents[0], evidence),
            "impact\u00a02, undetermined\u00a01, W to E");
  EXPECT_EQ(weapon_column(in.incidents[0], evidence), "mortar (120mm mortar)");
  const std::string html = to_html(in);
  std::size_t at = 0;
  for (const char* name : {"Position", "Event location", "Means", "No.", "Range", "Observation",
                           "Description", "Weapon", "Date, time (EEST)", "Finding, P, provision"}) {
    at = html.find(">" + std::string(name) + "</th>", at);
    ASSERT_NE(at, std::string::npos) << name;
  }
  EXPECT_NE(html.find("i1 · log entry 17<"), std::string::npos);
}

TEST(Columns, describe_nothing_by_labels_of_a_report) {
  Input in = salvo();
  in.observations["o1"].items[0].kind = "uav|property";
  in.observations["o1"].means = {Means::kReported};
  EXPECT_EQ(description_column(in.incidents[0], evidence_of(in, in.incidents[0])),
            "impact\u00a02, undetermined\u00a01");
}

TEST(Columns, name_several_observers_and_keep_a_place_that_no_position_explains) {
  Input in = salvo();
  Observation other = in.observations["o1"];
  other.id = "o2";
  other.position = "post 7";
  other.means = {Means::kHeard};
  in.observations["o2"] = other;
  in.incidents[0].evidence.push_back({"o2", "s2", "s2", 1});
  EXPECT_EQ(position_column(evidence_of(in, in.incidents[0])), "camera A, post 7");
  EXPECT_EQ(means_column(evidence_of(in, in.incidents[0])), "recorded, heard");
  in.observations["o1"].shape = NamedPlace{"Lomy of the hill", *LatLon::from_degrees(48, 37), 1000};
  EXPECT_EQ(location_column(evidence_of(in, in.incidents[0])),
            "Lomy of the hill (half within 1 km)");
}

TEST(Report, names_both_days_of_a_night) {
  Input in = sample();
  EXPECT_NE(to_html(in).find(">20 Apr <br>00:00–00:05<"), std::string::npos);
  in.incidents[0].when = {in.period.start - Duration::hours(6),
                          in.period.start + Duration::hours(6)};
  EXPECT_NE(to_html(in).find(">19–20 Apr <br>18:00–06:00<"), std::string::npos);
}

TEST(Report, says_once_which_provisions_do_not_apply) {
  Input in = sample();
  for (const char* id : {"2", "3"}) {
    Finding f = in.findings["i1"][0];
    f.provision = id;
    f.value = FindingValue::kNotApplicable;
    in.findings["i1"].push_back(f);
    f.reading = "strict";
    in.findings["i1"].push_back(f);
  }
  const std::string html = to_html(in);
  EXPECT_NE(html.find("provisions 2, 3, every reading"), std::string::npos);
  EXPECT_EQ(html.find("not applicable</span>"), html.rfind("not applicable</span>"));
}

TEST(Report, quotes_totals_that_reports_state_and_counts_none_of_them) {
  Input in = sample();
  StatedTotal t;
  t.report = "178/2020";
  t.region = "Donetsk";
  t.when = in.period;
  t.violations = 1234;
  t.previous = 99;
  t.previous_means = "24h";
  in.stated_totals.push_back(t);
  const std::string html = to_html(in);
  EXPECT_NE(html.find("178/2020</td><td>Donetsk"), std::string::npos);
  EXPECT_NE(html.find("previous 24 hours: 99"), std::string::npos);
  EXPECT_NE(html.find("<b>3 violations</b>"), std::string::npos);
  EXPECT_NE(to_json(in).find("\"violations\":1234"), std::string::npos);
}

TEST(Report, gives_no_bound_for_a_day_on_which_nothing_was_reported) {
  Input in = sample();
  in.days.push_back({2025, 4, 21});
  in.history.push_back({in.days[1], {}, 0});
  EXPECT_NE(to_html(in).find(">0</b></td><td class=\"n\">no bound<"), std::string::npos);
  in.incidents.clear();
  in.findings.clear();
  const std::string html = to_html(in);
  EXPECT_NE(html.find("That is not a count of zero"), std::string::npos);
  EXPECT_EQ(html.find("exact"), std::string::npos);
  EXPECT_EQ(html.find("<svg"), std::string::npos);  // nothing to draw: no empty map
}

TEST(Report, runs_many_days_down_the_page) {
  Input in = sample();
  in.series_days.clear();
  for (int day = 1; day <= 9; ++day) in.series_days.push_back({2025, 4, day});
  in.series[0].per_day = {1, 2, 3, 4, 5, std::nullopt, 7, 8, 9};
  const std::string html = to_html(in);
  EXPECT_NE(html.find("<tr><td>5 Apr</td><td class=\"n\">5</td></tr>"), std::string::npos);
  EXPECT_NE(html.find("<tr><td>6 Apr</td><td class=\"n\">no data</td></tr>"), std::string::npos);
}

TEST(Report, lays_out_a_table_of_many_days_in_two_columns) {
  Input in = sample();
  in.series_days.clear();
  in.history.clear();
  in.series[0].per_day.clear();
  for (int day = 1; day <= 30; ++day) {
    in.series_days.push_back({2025, 4, day});
    in.series[0].per_day.emplace_back(day);
    in.history.push_back({{2025, 4, day}, {1, 1, 1, false}, 1});
  }
  const std::string html = to_html(in);
  const std::size_t begin = html.find("What the sources said, per day");
  EXPECT_GT(begin, html.find("By kind")) << "below what stands beside the map";
  const std::size_t fifteenth = html.find("<tr><td>15 Apr</td>", begin);
  const std::size_t right = html.find("<div class=\"half r\">", begin);
  const std::size_t sixteenth = html.find("<tr><td>16 Apr</td>", begin);
  ASSERT_NE(sixteenth, std::string::npos);
  EXPECT_LT(fifteenth, right);
  EXPECT_LT(right, sixteenth);
  in.series_days.resize(14);
  in.series[0].per_day.resize(14);
  in.history.resize(14);
  const std::string few = to_html(in);
  EXPECT_LT(few.find("What the sources said, per day"), few.find("By kind"));
}

TEST(Report, names_the_sources_from_which_nothing_came) {
  Input in = sample();
  in.sources.push_back({{.id = "post-1"}, 4, {}});
  in.sources.push_back({{.id = "post-2"}, 0, {}});
  EXPECT_NE(to_html(in).find("Of 2 sources that the mission names, 1 reported in the period; "
                             "nothing came from post-2."),
            std::string::npos);
}

TEST(Report, names_who_was_not_working) {
  Input in = sample();
  in.sources.push_back({{.id = "N-131"}, 0, {{"N-131", in.period, "no power", ""}}});
  EXPECT_NE(to_html(in).find("Not working: N-131: no power 20 Apr 00:00"), std::string::npos);
}

TEST(Report, says_what_the_arrivals_tell_of_a_sensor_and_how_often) {
  Input in = sample();
  const Health early{"N-7", in.period, "clock_off", "clock minus true time +0.50 ± 0.04 s"};
  const Health late{"N-7", in.period, "clock_off", "clock minus true time +0.62 ± 0.03 s",
                    0.62,  0.03};
  in.sources.push_back({{.id = "N-7"}, 4, {}, {early, late}});
  in.sources.push_back({{.id = "N-8"}, 4, {}, {}});
  const std::string html = to_html(in);
  EXPECT_NE(html.find("To be looked at, as the arrivals of sound say: N-7: clock_off, clock minus "
                      "true time +0.62 ± 0.03 s (2 times in the period)."),
            std::string::npos);
  EXPECT_NE(to_json(in).find("+0.50"), std::string::npos);
  EXPECT_NE(to_json(in).find(R"("offset_s":0.62,"sigma_s":0.03)"), std::string::npos);
  in.sources[0].found.clear();
  EXPECT_EQ(to_html(in).find("To be looked at"), std::string::npos);
}

TEST(Words, name_the_days_shortly) {
  EXPECT_EQ(days_title({{2025, 4, 18}, {2025, 4, 22}}), "18–22 April 2025");
  EXPECT_EQ(days_title({{2025, 4, 30}, {2025, 5, 1}}), "30 April – 1 May 2025");
  EXPECT_EQ(days_title({{2024, 12, 31}, {2025, 1, 1}}), "31 December 2024 – 1 January 2025");
  EXPECT_EQ(days_title({{2025, 4, 18}}), "18 April 2025");
}

// Relative luminance and contrast of WCAG 2.2.
double luminance(const std::string& hex) {
  const auto channel = [&](std::size_t at) {
    const double c = std::stoi(hex.substr(at, 2), nullptr, 16) / 255.0;
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4);
}
double contrast(const std::string& a, const std::string& b) {
  const auto [low, high] = std::minmax({luminance(a), luminance(b)});
  return (high + 0.05) / (low + 0.05);
}

TEST(Report, reads_in_light_and_dark) {
  const std::string style(kStyle);
  for (auto at = style.find(":root{"); at != std::string::npos; at = style.find(":root{", at + 1)) {
    const std::string block = style.substr(at, style.find('}', at) - at);
    const auto colour = [&](const std::string& name) {
      std::string hex = block.substr(block.find("--" + name + ":#") + name.size() + 4, 6);
      if (hex.find_first_not_of("0123456789abcdef") != std::string::npos)  // #fff
        hex = {hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]};
      return hex;
    };
    for (const char* text : {"ink", "ink-2", "ink-3", "breach", "compliant", "undet"})
      EXPECT_GE(contrast(colour(text), colour("paper")), 4.5) << text << " in " << block;
    for (const char* mark : {"breach", "compliant", "undet", "na", "ink"})
      EXPECT_GE(contrast(colour(mark), colour("land")), 3) << mark << " in " << block;
    EXPECT_GE(contrast(colour("spread"), colour("paper")), 3) << block;
  }
}

// A name that would cover a glyph moves or goes; its dot goes with it.
TEST(Report, never_writes_a_name_over_an_incident) {
  Input in = sample();
  in.incidents[0].place.radius_m = 100;
  in.map.push_back(
      {"z", "land", "", outline(Shape(NamedPlace{"z", in.incidents[0].place.best, 400'000})), {}});
  in.places.push_back({"Here", in.incidents[0].place.best, 0});
  const std::string html = to_html(in);
  EXPECT_NE(html.find(">Here</text>"), std::string::npos);
  in.places.push_back(
      {"Also here, with a name far too long for the width of the whole map of the theatre that is "
       "drawn",
       in.incidents[0].place.best, 1});
  EXPECT_EQ(to_html(in).find("Also here"), std::string::npos);
}

TEST(Report, gives_the_same_figures_as_canonical_json) {
  const std::string json = to_json(sample());
  EXPECT_EQ(*canonicalize(json) + "\n", json);
  EXPECT_NE(json.find("\"per_day\":[6]"), std::string::npos);
}

TEST(Report, gives_no_exact_zero_for_a_day_without_incidents) {
  Input in = sample();
  in.history.push_back({{2025, 4, 21}, {}, 0});
  const std::string json = to_json(in);
  EXPECT_NE(json.find(R"({"day":"2025-04-21","incidents":0,"violations":)"
                      R"({"best":0,"low":0,"unbounded":true}})"),
            std::string::npos);
  EXPECT_NE(json.find(R"("violations":{"best":3,"high":5,"low":2}})"), std::string::npos);
}

TEST(Report, says_whose_days_a_series_counts_by) {
  Input in = sample();
  in.series.push_back({"posts", "reports of posts", "", "Europe/Kyiv", {2}, "19:30"});
  const std::string html = to_html(in);
  EXPECT_NE(html.find("<span class=\"q\">days in UTC</span>"), std::string::npos);
  EXPECT_NE(html.find("reporting days, 19:30 to 19:30, Europe/Kyiv</span>"), std::string::npos);
  EXPECT_NE(to_json(in).find(R"({"day_starts":"19:30","feed":"posts")"), std::string::npos);
}

TEST(Report, names_both_clocks_of_a_period_over_their_change) {
  Input in = sample();
  EXPECT_NE(to_html(in).find("Period, EEST, UTC\u2009+\u20093<"), std::string::npos);
  EXPECT_NE(to_html(in).find("Date, time (EEST)"), std::string::npos);
  in.days = {{2025, 3, 29}, {2025, 3, 30}};
  in.period = {in.reporting_day.interval(in.days[0]).start,
               in.reporting_day.interval(in.days[1]).end};
  const std::string html = to_html(in);
  EXPECT_NE(html.find("Period, EET, UTC\u2009+\u20092, then EEST, UTC\u2009+\u20093<"),
            std::string::npos);
  EXPECT_NE(html.find("Date, time (EET, then EEST)"), std::string::npos);
}

Input with_obligations() {
  Input in = sample();
  in.party_names = {{"north", "The <north>"}};
  const auto line = [&](const char* id, const char* state, int day) {
    const Instant due = in.reporting_day.zone.to_instant({{2025, 4, day}, 12, 0, 0, 0});
    return ObligationLine{id,  std::string("words of ") + id,     "source", "north", state, due,
                          due, {std::string("why of ") + id, {}}, {}};
  };
  in.obligations = {line("old", "fulfilled", 18), line("kept", "in_force", 22),
                    line("late", "breached", 18), line("read", "fulfilled", 18)};
  in.obligations[3].otherwise = {"slow: not_triggered"};
  return in;
}

TEST(Report, tells_what_is_owed_by_whom_and_when_with_what_is_broken_first) {
  const std::string html = to_html(with_obligations());
  EXPECT_NE(html.find("<h2>Obligations</h2>"), std::string::npos);
  EXPECT_LT(html.find("words of late"), html.find("words of kept"));
  EXPECT_NE(html.find("The &lt;north&gt;</td><td class=\"n\">22 Apr 12:00</td><td><b>in force"),
            std::string::npos);
  EXPECT_NE(html.find("under the reading slow: not triggered"), std::string::npos);
  EXPECT_EQ(html.find("words of old"), std::string::npos);
  EXPECT_NE(html.find("1 other was settled before it began"), std::string::npos);
  EXPECT_EQ(to_html(sample()).find("Obligations"), std::string::npos);
  const std::string json = to_json(with_obligations());
  EXPECT_NE(json.find("\"finding\":\"old\""), std::string::npos) << "the JSON holds all of them";
}

TEST(Report, tells_tiers_with_who_signed_and_what_breaches_came_to) {
  Input in = sample();
  EXPECT_EQ(to_html(in).find("Escalations"), std::string::npos);
  const auto at = [&](int hour) {
    return in.reporting_day.zone.to_instant({{2025, 4, 20}, hour, 0, 0, 0});
  };
  in.episodes = {{"response", "what follows", "i/1/base", "", at(6), at(6), 3, {}}};
  in.episodes[0].tiers = {{"a warning",
                           "signed",
                           at(6),
                           at(7),
                           at(18),
                           at(18),
                           "the <duty> officer",
                           at(8),
                           {"w1", {}}},
                          {"a response", "not_due", {}, {}, {}, {}, "", {}, {"w2", {}}}};
  in.cumulated = {{"three/i/1/base",
                   "three are one",
                   "",
                   false,
                   "serious",
                   at(9),
                   at(9),
                   {"i/1/base"},
                   {"it may be", {}}}};
  const std::string html = to_html(in);
  for (const char* part :
       {"<h2>Escalations</h2>", "Initial breach 20 Apr 06:00, 3 breaches in all",
        "<b>signed</b></td><td class=\"n\">20 Apr 06:00 to 20 Apr 07:00</td>",
        "<td class=\"n\">20 Apr 18:00</td><td>the &lt;duty&gt; officer, 20 Apr 08:00</td>",
        "<b>not due</b></td><td class=\"n\">–</td>", "<h2>Cumulated breaches</h2>",
        "<b>may count as serious</b>"})
    EXPECT_NE(html.find(part), std::string::npos) << part;
  const std::string json = to_json(in);
  EXPECT_EQ(*canonicalize(json) + "\n", json);
  EXPECT_NE(json.find("\"signer\":\"the <duty> officer\""), std::string::npos);
}

TEST(Report, says_who_it_may_have_been_where_the_agreement_provides_for_it) {
  Input in = sample();
  in.party_names = {{"amber", "Amber <side>"}};
  EXPECT_EQ(to_html(in).find("Who: "), std::string::npos);
  Attribution a;
  a.alternatives.resize(2);
  a.alternatives[0].party = "amber";
  a.alternatives[0].probability = 0.98;
  a.alternatives[1].party = "cannot_be_determined";
  a.alternatives[1].probability = 0.02;
  in.attributions[in.incidents[0].id] = a;
  EXPECT_NE(to_html(in).find("Who: Amber &lt;side&gt; 0.98, not determined 0.02</div>"),
            std::string::npos);
  EXPECT_EQ(*canonicalize(to_json(in)) + "\n", to_json(in));
}

TEST(Report, says_under_which_reading_a_gate_stood_elsewhere) {
  Input in = sample();
  GateStrip gate{"g",
                 "seven days",
                 "open",
                 7,
                 {{{2025, 4, 20}, "verified", "open", 7, 7, {"w", {"gate.verified", {"7", "7"}}}}},
                 {},
                 {}};
  in.gates = {gate};
  EXPECT_EQ(to_html(in).find("stood elsewhere"), std::string::npos);
  EXPECT_NE(to_json(in).find(R"("why":"w","why_message":{"args":["7","7"],"key":"gate.verified"})"),
            std::string::npos);
  in.gates[0].elsewhere = {{"slow", "ten <days>", 3, {2025, 4, 18}, "counting"}};
  EXPECT_NE(to_html(in).find("Under the reading “slow” (ten &lt;days&gt;) it stood elsewhere on 3 "
                             "days, from 18 Apr on; at the end it is counting."),
            std::string::npos);
}

}  // namespace
}  // namespace truce::report
