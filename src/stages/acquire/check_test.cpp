#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/sanitized.h"
#include "stages/acquire/check_text.h"
#include "stages/acquire/check_totals.h"
#include "stages/acquire/reader_test.h"

namespace truce::acquire {
namespace {

std::vector<std::string> kinds(std::string_view text) {
  std::vector<std::string> out;
  for (const auto& s : check_text(text)) out.push_back(s.kind);
  return out;
}
using Kinds = std::vector<std::string>;

TEST(CheckText, names_a_place_described_two_ways) {
  EXPECT_EQ(kinds("X is placed 5 km N of Yville in most reports, 5 km NW in one"),
            Kinds{"place_described_two_ways"});
  EXPECT_EQ(kinds("X lies 5 km N of Yville, says one; 5 km NW of Yville, says another"),
            Kinds{"place_described_two_ways"});
  EXPECT_EQ(kinds("X lies 5 km N of Yville, and Z 5 km NW of Wville"), Kinds{});
  EXPECT_EQ(kinds("explosions 5 km N of Yville and 4 km S of Yville"), Kinds{});
}

TEST(CheckText, holds_a_stated_delay_against_the_times) {
  EXPECT_EQ(kinds("A at 09:00, B five minutes later, on at 09:30: a 25-minute delay"), Kinds{});
  EXPECT_EQ(kinds("A at 09:00, B five minutes later, on at 09:30: a 30-minute delay"), Kinds{});
  EXPECT_EQ(kinds("A at 09:00, B five minutes later, on at 09:30: a 29-minute delay"),
            Kinds{"times_do_not_add_up"});
  EXPECT_EQ(kinds("from 23:50 to 00:10, 20 min"), Kinds{});
  EXPECT_EQ(kinds("from 08:12 to 10:20, 2 h 08 min"), Kinds{});
  EXPECT_EQ(kinds("from 08:12 to 10:20, 2 h 18 min"), Kinds{"times_do_not_add_up"});
}

TEST(CheckText, holds_totals_against_their_parts) {
  EXPECT_EQ(kinds("a total of 30; parts 10+20=30"), Kinds{});
  EXPECT_EQ(kinds("a total of 31; parts 10+20=30"), Kinds{"total_differs_from_parts"});
  EXPECT_EQ(kinds("parts 10+20=31"), Kinds{"total_differs_from_parts"});
  EXPECT_EQ(kinds("1,469 (85 killed, 1,384 injured)"), Kinds{});
  EXPECT_EQ(kinds("470 (85 killed, 384 injured)"), Kinds{"total_differs_from_parts"});
}

// Told in other words, of other places and with other numbers: each slip is named, and what only
// looks like one is not.
struct Telling {
  const char* text;
  Kinds kinds;
};
class CheckTextTold : public ::testing::TestWithParam<Telling> {};
TEST_P(CheckTextTold, names_its_slip_and_nothing_else) {
  EXPECT_EQ(kinds(GetParam().text), GetParam().kinds) << GetParam().text;
}

const Kinds kPlace{"place_described_two_ways"};
INSTANTIATE_TEST_SUITE_P(
    Places, CheckTextTold,
    ::testing::Values(
        Telling{"Marinka is placed 23 km SW of Donetsk in most reports, 23 km W in another",
                kPlace},
        Telling{
            "Zolote is described as 60 km W of Luhansk on Tuesday and as 61 km NW of Luhansk on "
            "Friday",
            kPlace},
        Telling{"The post lies 4.5 km ENE of Stanytsia Luhanska; the annex has 4.5 km NE of "
                "Stanytsia Luhanska",
                kPlace},
        Telling{"Pisky (government-controlled, 11km NW of Donetsk) is listed elsewhere as Pisky "
                "(11km N of Donetsk)",
                kPlace},
        Telling{
            "Jabr is located 12 kilometres south-east of Hama in one bulletin and 12 kilometres "
            "east of Hama in the next",
            kPlace},
        Telling{
            "Marinka is placed 23 km SW of Donetsk in most reports and again 23 km SW of Donetsk",
            {}},
        Telling{"Avdiivka lies 17 km N of Donetsk and 35 km S of Bakhmut", {}},
        Telling{"Pisky (11km NW of Donetsk) and Vesele (9km NW of Donetsk) were shelled", {}},
        Telling{"The patrol located two craters 3 km N of Zolote and 5 km E of Zolote", {}},
        Telling{"Avdiivka lies 17 km N of Donetsk, and Marinka lies 23 km W of Donetsk", {}},
        Telling{"Shots 2 km S of Zolote, later 3 km SE of Zolote", {}}));

const Kinds kTimes{"times_do_not_add_up"};
INSTANTIATE_TEST_SUITE_P(
    Times, CheckTextTold,
    ::testing::Values(
        Telling{"car one stops at 10:04, car two 15 minutes later, both leave 10:40, 'a 30-minute "
                "delay'",
                kTimes},
        Telling{"The patrol waited from 14:05 until 15:50, two and a half hours in all", kTimes},
        Telling{"held at the checkpoint between 09:10 and 09:55, a wait of 35 minutes", kTimes},
        Telling{"denied passage at 13:20, allowed through at 15:20 after a three-hour wait",
                kTimes},
        Telling{"left 22:50, arrived 00:20 next day, a journey of 1 hour and 10 minutes", kTimes},
        Telling{"held at the checkpoint between 09:10 and 09:55, a wait of 45 minutes", {}},
        Telling{"spot report: 23:40 to 01:45, 2 h 05 min", {}},
        Telling{"denied passage at 13:20, allowed through at 15:20 after a two-hour wait", {}},
        Telling{"The patrol waited from 14:05 until 16:35, two and a half hours in all", {}},
        Telling{"arrives 08:00, an hour later the second team, on at 09:45 after 105 minutes", {}},
        Telling{"a 40-minute exchange of fire was heard at 06:15", {}},
        Telling{"explosions at 10:00, 10:05 and 11:30; the patrol was there for 20 minutes", {}},
        Telling{"at 06:15 an explosion, at 07:30 another; the drone flew for 25 minutes", {}}));

const Kinds kSum{"total_differs_from_parts"};
INSTANTIATE_TEST_SUITE_P(
    Sums, CheckTextTold,
    ::testing::Values(
        Telling{"north claims 512 breaches, south 730; parts given: 100+200+210=510 and "
                "300+400+20=720",
                {"total_differs_from_parts", "total_differs_from_parts"}},
        Telling{"The ministry claims 1,210 violations: 900 + 200 + 100 = 1,200", kSum},
        Telling{"claims 60; stated parts 10 + 20 + 31 = 61", kSum},
        Telling{"casualties: 312 (40 killed and 262 injured)", kSum},
        Telling{"312 civilian casualties (40 killed, 262 wounded)", kSum},
        Telling{"312 civilian casualties (50 killed, 262 wounded)", {}},
        Telling{"north claims 510 breaches, south 720; parts given: 100+200+210=510 and "
                "300+400+20=720",
                {}},
        Telling{"The ministry claims 1,200 violations: 900 + 200 + 100 = 1,200", {}},
        Telling{"claims 2935 in 2025 of which 1883 by artillery and 950 by drones", {}}));

const Kinds kRestated{"restated"};
INSTANTIATE_TEST_SUITE_P(
    Restated, CheckTextTold,
    ::testing::Values(
        Telling{"deaths in May: 210 on 2019-06-02; 214 in 2020; 219 later", kRestated},
        Telling{"civilian casualties 88 (9 killed, 79 injured) by 2018, 91 later", kRestated},
        Telling{"explosions: 722 on 2021-11-15; 723 later", kRestated},
        Telling{"deaths in May: 210 on 2019-06-02; 210 in 2020", {}}, Telling{"210 in 2019", {}}));

const Kinds kEnds{"end_state_missing"};
INSTANTIATE_TEST_SUITE_P(
    Outcomes, CheckTextTold,
    ::testing::Values(
        Telling{"2003: 310 allegations; 120 upheld; 90 dismissed; 40 pending", kEnds},
        Telling{"900+34 cases to June; over 400 confirmed; 300 unfounded; 100 open", kEnds},
        Telling{"Of 500 complaints 200 were upheld, 150 dismissed and 100 are pending", kEnds},
        Telling{"2003: 310 allegations; 120 upheld; 150 dismissed; 40 pending", {}},
        Telling{"Of 450 complaints 200 were upheld, 150 dismissed and 100 are pending", {}},
        Telling{"310 allegations were received; 12 patrols went out", {}}));

TEST(CheckText, counts_what_has_no_end) {
  EXPECT_EQ(kinds("to 2005: 100+20 complaints; 50 ruled violations; 60 ruled none; 10 pending"),
            Kinds{});
  const auto s =
      check_text("to 2005: 100+20 complaints; >40 ruled violations; 60 ruled none; 10 pending");
  ASSERT_EQ(s.size(), 1U);
  EXPECT_EQ(s[0].text, "about 9 of 120 complaints have no stated end state");
}

Collected totals(std::string_view csv) {
  Context context;
  context.zone = *Zone::find("Europe/Kyiv");
  return read_with("smm-totals", csv, context);
}

int of_kind(const Collected& c, std::string_view kind) {
  return static_cast<int>(std::count_if(c.complaints.begin(), c.complaints.end(),
                                        [&](const auto& x) { return x.kind == kind; }));
}

TEST(SmmTotals, break_when_their_parts_do) {
  const std::string header =
      "total,explosions,projectiles,muzzle_flashes,illumination_flares,bursts_and_shots,as_of\n";
  EXPECT_TRUE(totals(header + "15,1,2,3,4,5,2021-05-23\n").complaints.empty());
  EXPECT_EQ(of_kind(totals(header + "16,1,2,3,4,5,2021-05-23\n"), "parts_differ"), 1);
  const std::string regions = "report,as_of,a_violations,a_explosions,a_classes\n";
  EXPECT_TRUE(totals(regions + "1,2021-05-23T19:30,9,5,impact=2;airburst=3\n").complaints.empty());
  EXPECT_EQ(
      of_kind(totals(regions + "1,2021-05-23T19:30,9,6,impact=2;airburst=3\n"), "parts_differ"), 1);
  EXPECT_EQ(of_kind(totals(regions + "1,2021-05-23T19:30,4,5,\n"), "parts_differ"), 1);
}

TEST(SmmTotals, cover_the_days_that_a_report_names) {
  const auto r = totals(
      "report,as_of,a_violations,source\n1,2021-01-17T19:30,9,weekend report 15-17 January 2021\n"
      "2,2021-01-18T19:30,9,daily report 2021-01-18\n3,2021-01-19T19:30,9,daily report 12-2021\n");
  ASSERT_EQ(r.totals.size(), 3U);
  EXPECT_EQ(r.totals[0].period_days, 2);
  EXPECT_EQ(r.totals[0].when.length(), Duration::days(2));
  EXPECT_EQ(r.totals[1].period_days, 1);
  EXPECT_EQ(r.totals[2].period_days, 1);
}

TEST(SmmTotals, of_the_mission_hold_together) {
  NEED_DATA();
  const auto smm = std::filesystem::path(TRUCE_SHARED_DIR) / "data/smm";
  for (const char* file : {"running_totals.csv", "region_totals.csv", "daily_chain.csv"}) {
    const auto r = totals(*read_file(smm / file));
    EXPECT_TRUE(r.rejected.empty()) << file;
    EXPECT_GE(r.totals.size(), 2U);
    EXPECT_EQ(of_kind(r, "parts_differ"), 0) << file;
  }
}

TEST(SmmTotals, repeat_the_period_before_or_say_why_not) {
  NEED_DATA();
  const auto r = totals(read_data("osce_smm_daily/smm_daily_counts.csv"));
  EXPECT_EQ(r.totals.size(), 92U);
  EXPECT_TRUE(r.rejected.empty());
  std::map<TotalNote::Kind, int> count;
  std::vector<std::string> parts, restated;
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  for (const auto& n : check_totals(r.totals, kyiv)) {
    ++count[n.kind];
    if (n.kind == TotalNote::Kind::kPartOfPrevious) parts.push_back(n.text);
    if (n.kind == TotalNote::Kind::kRestatedPrevious) restated.push_back(n.text);
  }
  EXPECT_EQ(count[TotalNote::Kind::kRepeatsPrevious], 20);
  EXPECT_EQ(count[TotalNote::Kind::kPeriodDiffers], 0);
  EXPECT_EQ(count[TotalNote::Kind::kPartsDiffer], 0);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_NE(parts[0].find("203/2021"), std::string::npos);
  EXPECT_NE(parts[0].find("Monday"), std::string::npos);
  EXPECT_NE(parts[0].find("previous 24 hours"), std::string::npos);
  ASSERT_EQ(restated.size(), 1U);
  EXPECT_NE(restated[0].find("268/2021"), std::string::npos);
  EXPECT_NE(restated[0].find("723"), std::string::npos);
  EXPECT_NE(restated[0].find("722"), std::string::npos);
  int two = 0, four = 0;
  for (const auto& t : r.totals) {
    two += t.period_days == 2 ? 1 : 0;
    four += t.period_days == 4 ? 1 : 0;
    // Over a clock change a reporting day is 23 or 25 hours long.
    EXPECT_NEAR(t.when.length().in_seconds() / 3600, 24.0 * t.period_days, 1.01);
  }
  EXPECT_EQ(two, 9);
  EXPECT_EQ(four, 4);
}

TEST(SmmCsv, reads_items_of_one_row_and_complains_of_a_place_described_two_ways) {
  Context context;
  context.gazetteer = {{"Yville", *LatLon::from_degrees(48, 37)}};
  const auto r = read_with(
      "smm-csv",
      "row,as_of,position,position_place,means,when,bearing,range_km,n,what,class\n"
      "1,2017-08-16T19:30,camera X,17 km N of Yville,camera,2017-08-15 "
      "22:10,ESE,3-5,1,explosion,impact\n"
      "1,2017-08-16T19:30,camera X,17 km N of Yville,camera,2017-08-15 22:10,ESE,3-5,about "
      "20,projectile,\n"
      "6,2017-08-15T19:30,camera X,17 km N of Yville,camera,2017-08-15 01:10,,,2,burst,\n"
      "2,2017-08-17T19:30,camera X,17 km NW of Yville,saw|heard,night 16-17 Aug 2017,,,3,burst,\n"
      "3,2017-08-17T19:30,camera X,,saw,never,,,3,burst,\n"
      "4,2017-08-17T19:30,camera X,,saw,,,5-3,3,burst,\n",
      context);
  ASSERT_EQ(r.observations.size(), 3U);
  const Observation& o = r.observations[0];
  ASSERT_EQ(o.items.size(), 2U);
  EXPECT_EQ(o.items[1].count, Count::about(20));
  EXPECT_EQ(to_text(o.when.start), "2017-08-15T22:10:00Z");
  EXPECT_EQ(o.when.length(), Duration::minutes(1));
  EXPECT_EQ(o.flags, std::vector<std::string>{"position_from_description"});
  EXPECT_NEAR(std::get<AnnularSector>(o.shape).from.lat_deg(), 48 + 17 / 111.2, 0.002);
  EXPECT_EQ(r.observations[2].means.size(), 2U);
  EXPECT_EQ(r.observations[2].when.length(), Duration::hours(12));
  // Two rows against one; were it one against one, both would be asked about.
  ASSERT_EQ(r.complaints.size(), 1U);
  EXPECT_EQ(r.complaints[0].place.line, 5U);
  EXPECT_EQ(r.complaints[0].kind, "place_described_two_ways");
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_EQ(r.rejected[0].field, "range_km");
  EXPECT_EQ(r.rejected[1].field, "when");
  EXPECT_EQ(r.rejected[1].origin.line, 6U);
}

TEST(Arrivals, keep_time_sigma_and_level) {
  Context context;
  Source s;
  s.id = "s1";
  s.at = LatLon{480000000, 370000000};
  context.sources = {s};
  context.mapping = "epoch = \"2026-01-01T00:00:00Z\"\n";
  const auto r = read_with(
      "arrivals",
      "arrival,sensor,time_s,sigma_s,level_db\n0,s1,1.529,0.113,60.0\n1,s2,2,0.1,\n2,s1,3,0,50\n",
      context);
  ASSERT_EQ(r.observations.size(), 2U);
  const auto& a = std::get<Arrival>(r.observations[0].shape);
  EXPECT_EQ(to_text(a.at_time), "2026-01-01T00:00:01.529Z");
  EXPECT_DOUBLE_EQ(a.sigma_s, 0.113);
  EXPECT_TRUE(a.has_level);
  EXPECT_EQ(a.at, *s.at);
  EXPECT_EQ(r.observations[1].flags, std::vector<std::string>{"position_unknown"});
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].field, "sigma_s");
}

TEST(Arrivals, of_waves_in_the_ground_say_which_or_are_of_a_station) {
  Context context;
  for (const auto& [id, kind] : {std::pair("mic", SourceKind::kAcousticSensor),
                                 std::pair("station", SourceKind::kSeismicStation)}) {
    Source s;
    s.id = id;
    s.kind = kind;
    s.at = LatLon{480000000, 370000000};
    context.sources.push_back(s);
  }
  const auto r = read_with("arrivals",
                           "sensor,time_s,sigma_s,phase\nmic,1,0.1,\nstation,2,0.1,P\n"
                           "station,3,0.1,S\nstation,4,0.1,\nstation,5,0.1,sound\nmic,6,0.1,Pg\n",
                           context);
  ASSERT_EQ(r.observations.size(), 5U);
  const std::vector<Wave> waves{Wave::kSound, Wave::kP, Wave::kS, Wave::kGround, Wave::kSound};
  for (std::size_t i = 0; i < waves.size(); ++i) {
    const auto& a = std::get<Arrival>(r.observations[i].shape);
    EXPECT_EQ(a.wave, waves[i]) << i;
    EXPECT_EQ(a.speed_m_s < 1000, waves[i] == Wave::kSound) << i;
  }
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].field, "phase");
  EXPECT_EQ(r.rejected[0].origin.line, 7U);
}

TEST(Arrivals, of_every_scene_are_read) {
  const auto scenes = std::filesystem::path(TRUCE_SHARED_DIR) / "data/scenes";
  if (!std::filesystem::exists(scenes)) GTEST_SKIP() << "no data beside the project";
  int read_scenes = 0;
  for (const auto& scene : std::filesystem::directory_iterator(scenes)) {
    if (!std::filesystem::exists(scene.path() / "arrivals.csv")) continue;
    // Under a sanitizer without the three that are nine tenths of all rows.
    if (kSanitized && std::filesystem::file_size(scene.path() / "arrivals.csv") > 2'000'000)
      continue;
    const std::string bytes = *read_file(scene.path() / "arrivals.csv");
    const auto r = read("arrivals", bytes);
    EXPECT_TRUE(r.rejected.empty()) << scene.path().filename();
    EXPECT_EQ(r.observations.size() + 1,
              static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')));
    ++read_scenes;
  }
  EXPECT_GE(read_scenes, 10);
}

}  // namespace
}  // namespace truce::acquire
