#include <map>

#include "stages/acquire/reader_test.h"
#include "stages/acquire/targets.h"

namespace truce::acquire {
namespace {

TEST(Readers, reject_a_bad_row_with_its_place_and_go_on) {
  const auto r = read("viina",
                      "datetime,lon,lat,place_name,event_type,headline\n"
                      "2025-04-20 00:00:00,37.2,98.1,X,uav,h\n"
                      "2025-04-20 10:00:00,37.2,48.1,X,uav|loc,h\n"
                      "2025-04-20,short\n");
  ASSERT_EQ(r.observations.size(), 1U);
  EXPECT_EQ(r.observations[0].items[0].weapon, WeaponClass::kUav);
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_EQ(r.rejected[0].origin.line, 2U);
  EXPECT_EQ(r.rejected[0].origin.offset, 48U);
  EXPECT_EQ(r.rejected[0].field, "lat");
  EXPECT_NE(r.rejected[0].reason.find("98.1"), std::string::npos);
  EXPECT_NE(r.rejected[1].reason.find("2 fields"), std::string::npos);
}

TEST(Readers, say_which_column_a_file_lacks) {
  Collected out;
  const Status status = find_format("viina")->read("a,b\n1,2\n", {}, out);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("datetime"), std::string::npos);
}

TEST(Viina, finds_what_was_hit_in_either_language) {
  const auto r = read("viina",
                      "datetime,lon,lat,place_name,event_type,headline\n2025-03-20,37,48,X,uav,"
                      "Удар по ЕНЕРГЕТИЧНОМУ об'єкту\n",
                      "[targets]\nenergy = [\"енерг\", \"энерг\"]\n");
  EXPECT_EQ(r.observations[0].targets, std::vector<std::string>{"energy"});
  EXPECT_EQ(fold_case("ЩҐЄІЇ Ё Az"), "щґєії ё az");
}

TEST(Viina, counts_strike_reports_per_day_as_the_file_has_them) {
  NEED_DATA();
  const auto r = read("viina", *read_file(conflict() / "viina_ua/viina_202504.csv.gz"));
  EXPECT_TRUE(r.rejected.empty());
  std::map<std::string, int> per_day;
  for (const auto& o : r.observations) {
    const auto w = o.items[0].weapon;
    if (w == WeaponClass::kAircraft || w == WeaponClass::kArtillery || w == WeaponClass::kUav)
      ++per_day[o.time_text.substr(0, 10)];
  }
  const int wanted[] = {27, 18, 3, 7, 17};
  for (int d = 18; d <= 22; ++d) EXPECT_EQ(per_day["2025-04-" + std::to_string(d)], wanted[d - 18]);
}

TEST(Claims, are_refused_when_their_year_cannot_be) {
  const auto r = read("claims",
                      "case_id,claimant,accused,metric,value,as_of_local\n"
                      "t,UA x,RU,total,5,4025-04-20T12:00\nt,UA x,RU,total,5,2025-04-20T12:00\n");
  EXPECT_EQ(r.claims.size(), 1U);
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].origin.line, 2U);
}

TEST(Claims, keep_their_words_and_their_party) {
  NEED_DATA();
  const auto r = read("claims", *read_file(conflict() / "truce_cases/truce_claims.csv"));
  EXPECT_TRUE(r.rejected.empty());
  EXPECT_EQ(r.claims.size(), 41U);
  int totals = 0;
  for (const auto& c : r.claims) {
    if (c.topic == "ua_easter_2025" && c.metric == "violations_total" &&
        (c.count == Count::exact(2935) || c.count == Count::exact(4900)))
      ++totals;
  }
  EXPECT_EQ(totals, 2);
}

TEST(Ucdp, reads_deaths_as_an_interval_and_never_as_violations) {
  NEED_DATA();
  const auto r =
      read("ucdp", *read_file(conflict() / "ucdp_ged_ua/ucdp_ged_ukraine_2014_2023.csv.gz"));
  EXPECT_EQ(r.observations.size(), 3200U);
  EXPECT_TRUE(r.rejected.empty());
  // Some rows state a best estimate beyond low or high: they are kept and asked about.
  EXPECT_FALSE(r.complaints.empty());
  EXPECT_LT(r.complaints.size(), 64U);
  for (const auto& c : r.complaints) EXPECT_EQ(c.kind, "estimates_contradict");
}

TEST(Ucdp, keeps_estimates_in_the_wrong_order_for_what_lies_between_them) {
  const auto r =
      read("ucdp",
           "id,latitude,longitude,where_prec,date_prec,date_start,date_end,low,best,high\n"
           "1,48,38,1,1,2015-01-01,2015-01-01,7,6,7\n"
           "2,48,38,1,1,2015-01-01,2015-01-01,5,5,0\n"
           "3,48,38,1,1,2015-01-01,2015-01-01,1,2,3\n"
           "4,48,38,1,1,2015-01-01,2015-01-01,1,-2,3\n");
  ASSERT_EQ(r.observations.size(), 3U);
  EXPECT_EQ(r.observations[0].items[0].count, Count::range(6, 7));
  EXPECT_EQ(r.observations[1].items[0].count, Count::range(0, 5));
  ASSERT_EQ(r.complaints.size(), 2U);
  EXPECT_NE(r.complaints[0].text.find("7 at least, 6 best and 7 at most"), std::string::npos);
  ASSERT_EQ(r.rejected.size(), 1U);
}

// One broken row, or a file cut short, costs what is broken and names its byte.
TEST(SmmJson, loses_only_the_rows_that_are_broken) {
  const std::string row =
      R"({"as_of":"2017-08-16T19:30","position":"p","means":"camera","when":"16 Aug 2017","bearing":["N"],"range_km":[3,5],"items":[{"n":1,"what":"explosion"}]})";
  const auto at = [](const Rejection& x) { return x.origin.offset; };
  const std::string broken = "[" + row + ", {\"as_of\": nonsense}, 7,\n" + row + "]";
  const auto some = read("smm-json", broken);
  EXPECT_EQ(some.observations.size(), 2U);
  ASSERT_EQ(some.rejected.size(), 2U);
  EXPECT_EQ(at(some.rejected[0]), broken.find("{\"as_of\": n"));
  EXPECT_EQ(at(some.rejected[1]), broken.find("7,\n"));
  const std::string whole = "[" + row + "," + row + "]";
  const auto cut = read("smm-json", whole.substr(0, whole.size() - 20));
  EXPECT_EQ(cut.observations.size(), 1U);
  ASSERT_EQ(cut.rejected.size(), 2U);
  EXPECT_EQ(at(cut.rejected[0]), row.size() + 2);
  EXPECT_NE(cut.rejected[1].reason.find("cut short"), std::string::npos);
  const auto behind = read("smm-json", whole + " {}");
  EXPECT_EQ(behind.observations.size(), 2U);
  ASSERT_EQ(behind.rejected.size(), 1U);
  EXPECT_EQ(at(behind.rejected[0]), whole.size() + 1);
}

// Counts by family as reports count them, over all rows of one case.
std::map<std::string, CountInterval> families_of(const std::vector<Observation>& rows) {
  std::map<std::string, CountInterval> out;
  for (const auto& o : rows) {
    for (const auto& i : o.items) {
      const std::string family(to_string(family_of(i.classes.most_likely())));
      out[family] = out[family] + interval_of(i.count);
      out["violations"] = out["violations"] + interval_of(i.count);
    }
  }
  return out;
}

TEST(Smm, counts_every_row_as_the_report_did) {
  const auto path = std::filesystem::path(TRUCE_SHARED_DIR) / "data/smm/rows.json";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no data beside the project";
  const std::string text = *read_file(path);
  const auto r = read("smm-json", text);
  EXPECT_TRUE(r.rejected.empty()) << r.rejected[0].reason;
  // The expectations lie in the same file, beside the rows; they are read here and nowhere else.
  std::map<std::string, std::vector<Observation>> cases;
  for (const auto& o : r.observations) cases[o.text].push_back(o);
  EXPECT_EQ(cases.size(), 8U);
  int compared = 0;
  int keys = 0;
  for (const auto& [name, rows] : cases) {
    const auto at = text.find("\"" + name + "\"");
    const auto expect_at = text.find("\"expect\":{", at);
    const std::string expect =
        text.substr(expect_at + 10, text.find('}', expect_at) - expect_at - 10);
    auto families = families_of(rows);
    for (const char* key : {"explosions", "projectiles", "bursts_and_shots", "violations"}) {
      const auto k = expect.find("\"" + std::string(key) + "\":");
      if (k == std::string::npos) continue;
      const auto wanted = std::stoll(expect.substr(k + std::string(key).size() + 3));
      EXPECT_EQ(families[key], (CountInterval{wanted, wanted, wanted, false}))
          << name << " " << key;
      ++compared;
    }
    const std::string remainder = "\"remainder\":\"";
    if (const auto k = expect.find(remainder); k != std::string::npos) {
      const std::string wanted = expect.substr(k + remainder.size());
      EXPECT_EQ(to_text(rows.back().items[0].count), wanted.substr(0, wanted.find('"')));
      ++compared;
    }
    keys += static_cast<int>(std::count(expect.begin(), expect.end(), ':'));
  }
  EXPECT_EQ(compared, keys) << "something expected is not compared";
  EXPECT_GE(compared, 16);
}

TEST(Smm, keeps_order_direction_and_the_part_of_the_day) {
  const auto r = read(
      "smm-json",
      R"([{"as_of":"2017-08-24","position":"camera X","means":"camera","when":"night 22-23 Aug 2017","ordered":true,"bearing":"E","range_km":[3,5],
    "items":[{"n":71,"what":"projectile","kind":"tracer","from":"N","to":"S"},{"n":1,"what":"explosion","class":"airburst","after_minutes":10}]}, {"as_of":"2017-08-24","items":[{"n":1,"what":"noise"}]}, 7])");
  ASSERT_EQ(r.observations.size(), 1U);
  const auto& o = r.observations[0];
  EXPECT_TRUE(o.ordered);
  EXPECT_EQ(o.items[0].to_deg, 180.0);
  EXPECT_EQ(o.items[1].after_s, 600.0);
  EXPECT_EQ(to_text(o.when.start), "2017-08-22T18:00:00Z");
  EXPECT_EQ(to_text(o.when.end), "2017-08-23T06:00:00Z");
  EXPECT_EQ(o.flags, std::vector<std::string>{"position_unknown"});
  EXPECT_EQ(r.rejected.size(), 2U);
}

TEST(Ndjson, refuses_an_interval_that_no_clock_can_hold) {
  const std::string before =
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":)";
  const auto r = read(
      "ndjson", before + R"({"end":"2025-04-20T00:00:00Z","start":"1925-04-21T00:00:00Z"}}})" +
                    "\n" + before +
                    R"({"end":"2260-01-01T00:00:00Z","start":"1680-01-01T00:00:00Z"}}})" + "\n");
  EXPECT_EQ(r.observations.size(), 1U);
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].field, "when");
  EXPECT_EQ(r.rejected[0].origin.line, 2U);
}

TEST(Ndjson, refuses_what_only_a_derived_observation_has) {
  const std::string good =
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})";
  for (const std::string name : {"derived_from", "echoes", "shock_waves"}) {
    std::string wrong = good;
    const char* before = name == "shock_waves" ? "\"source\"" : "\"items\"";
    wrong.insert(wrong.find(before), "\"" + name + "\":[\"o1\"],");
    const auto r = read("ndjson", wrong + "\n");
    EXPECT_TRUE(r.observations.empty());
    ASSERT_EQ(r.rejected.size(), 1U);
    EXPECT_EQ(r.rejected[0].field, "record." + name);
  }
}

TEST(Ndjson, takes_records_and_refuses_an_id_that_does_not_follow) {
  const std::string good =
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})";
  std::string wrong = good;
  wrong.insert(wrong.find("\"items\""), "\"id\":\"o1\",");
  const auto r = read("ndjson", good + "\n" + wrong + "\n\n{\"kind\":\"x\",\"record\":{}}\n");
  EXPECT_EQ(r.observations.size(), 1U);
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_EQ(r.rejected[0].origin.line, 2U);
  EXPECT_EQ(r.rejected[1].origin.line, 4U);
}

TEST(Ndjson, takes_what_weather_stations_can_read_and_rejects_the_rest_with_a_reason) {
  const auto row = [](const std::string& east, const std::string& north, const std::string& speed) {
    return R"({"kind":"weather","record":{"at":[37,48],"east_m_s":)" + east + R"(,"north_m_s":)" +
           north + R"(,"sound_speed_m_s":)" + speed +
           R"(,"source":"w","time":"2025-04-20T00:00:00Z"}})" + "\n";
  };
  const auto good =
      read("ndjson", row("3", "-4", "340") + row("80", "0", "250") + row("0", "-80", "400"));
  EXPECT_EQ(good.weather.size(), 3U);
  EXPECT_TRUE(good.rejected.empty());
  for (const auto& [bad, field] : {std::pair(row("60", "60", "340"), "record.east_m_s"),
                                   std::pair(row("1e300", "1e300", "340"), "record.east_m_s"),
                                   std::pair(row("3", "-4", "249.9"), "record.sound_speed_m_s"),
                                   std::pair(row("3", "-4", "400.1"), "record.sound_speed_m_s")}) {
    const auto r = read("ndjson", bad);
    EXPECT_TRUE(r.weather.empty()) << bad;
    ASSERT_EQ(r.rejected.size(), 1U) << bad;
    EXPECT_EQ(r.rejected[0].field, field);
    EXPECT_FALSE(r.rejected[0].reason.empty());
  }
  EXPECT_EQ(read("ndjson", row("1e999", "0", "340")).rejected.size(), 1U) << "not a number";
}

TEST(Ndjson, refuses_the_name_of_what_the_engine_locates) {
  const std::string heard =
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"sound","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})";
  const auto r = read(
      "ndjson",
      heard + "\n" +
          R"({"kind":"weather","record":{"at":[37,48],"east_m_s":3,"north_m_s":-4,"sound_speed_m_s":340,"source":"sound","time":"2025-04-20T00:00:00Z"}})" +
          "\n");
  EXPECT_TRUE(r.observations.empty());
  EXPECT_TRUE(r.weather.empty());
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_NE(r.rejected[0].reason.find("\"sound\""), std::string::npos);
  EXPECT_EQ(r.rejected[1].origin.line, 2U);
  for (const std::string name : {"ground", "crossings"}) {
    std::string of = heard;
    of.replace(of.find("\"sound\""), 7, "\"" + name + "\"");
    const auto other = read("ndjson", of + "\n");
    EXPECT_TRUE(other.observations.empty()) << name;
    ASSERT_EQ(other.rejected.size(), 1U) << name;
    EXPECT_NE(other.rejected[0].reason.find("\"" + name + "\""), std::string::npos);
  }
}

constexpr const char* kMark = "\xEF\xBB\xBF";

TEST(Readers, pass_over_a_byte_order_mark_and_count_it) {
  const std::string line =
      R"({"kind":"weather","record":{"at":[37,48],"east_m_s":3,"north_m_s":-4,"sound_speed_m_s":340,"source":"w","time":"2025-04-20T00:00:00Z"}})";
  const auto lines = read("ndjson", kMark + line + "\nx\n");
  EXPECT_EQ(lines.weather.size(), 1U);
  ASSERT_EQ(lines.rejected.size(), 1U);
  EXPECT_EQ(lines.rejected[0].origin.offset, line.size() + 4);
  EXPECT_EQ(lines.rejected[0].origin.line, 2U);
  const std::string row =
      R"({"as_of":"2017-08-16","items":[{"n":1,"what":"explosion"}],"means":"camera"})";
  const auto rows = read("smm-json", kMark + ("[" + row) + ", 7]");
  ASSERT_EQ(rows.observations.size(), 1U);
  EXPECT_EQ(rows.observations[0].origin.offset, 4U);
  ASSERT_EQ(rows.rejected.size(), 1U);
  EXPECT_EQ(rows.rejected[0].origin.offset, row.size() + 6);
}

// The reason for which a row is refused, with its field; "" when it is taken.
std::string refused(const std::string& row) {
  const auto r = read("smm-json", "[" + row + "]");
  EXPECT_EQ(r.rejected.size() + (r.observations.empty() ? 0 : 1), 1U) << row;
  return r.rejected.empty() ? "" : r.rejected[0].field + ": " + r.rejected[0].reason;
}

TEST(SmmJson, refuses_times_that_cannot_be_and_figures_that_are_no_lists) {
  const auto row = [](const std::string& members) {
    return R"({"position":"p","means":"camera","items":[{"n":3,"what":"explosion"}],)" + members +
           "}";
  };
  for (const char* good :
       {R"("when":"night 22-23 Aug 2017")", R"("when":"night 31-1 Aug 2017")",
        R"("when":"night 22 Aug 2017")", R"("when":"22 Aug 2017","as_of":"2017-08-23T19:30")",
        R"("as_of":"2017-08-23","range_km":null,"split":null)"})
    EXPECT_EQ(refused(row(good)), "");
  for (const auto& [bad, field] : std::vector<std::pair<const char*, std::string>>{
           {R"("when":"night 31-32 Aug 2017")", "when"},
           {R"("when":"night 22-25 Aug 2017")", "when"},
           {R"("when":"night 22-x Aug 2017")", "when"},
           {R"("when":"evening 22-23 Aug 2017")", "when"},
           {R"("when":"22-23 Aug 2017")", "when"},
           {R"("as_of":"2017-99-99")", "as_of"},
           {R"("when":"22 Aug 2017","as_of":"2017-99-99")", "as_of"},
           {R"("when":"22 Aug 2017","as_of":"2017-08-23T99:99")", "as_of"},
           {R"("as_of":"2017-08-23","range_km":3)", "range_km"},
           {R"("as_of":"2017-08-23","range_km":-3)", "range_km"},
           {R"("as_of":"2017-08-23","split":99)", "split"}})
    EXPECT_EQ(refused(row(bad)).substr(0, field.size() + 1), field + ":") << bad;
  EXPECT_NE(refused(row(R"("when":"night 22-25 Aug 2017")")).find("not the night between them"),
            std::string::npos);
}

TEST(Smm, takes_both_readings_of_a_time_that_the_clocks_repeat) {
  Context context;
  context.zone = *Zone::find("Europe/Kyiv");
  const auto r = read_with(
      "smm-json", R"([{"when":"2017-10-29 03:20","items":[{"n":1,"what":"explosion"}]}])", context);
  ASSERT_EQ(r.observations.size(), 1U);
  EXPECT_EQ(to_text(r.observations[0].when.start), "2017-10-29T00:20:00Z");
  EXPECT_EQ(to_text(r.observations[0].when.end), "2017-10-29T01:21:00Z");
  EXPECT_EQ(r.observations[0].flags, std::vector<std::string>{"time_ambiguous"});
}

TEST(Viina, flags_a_local_time_that_the_clocks_repeat) {
  Context context;
  context.zone = *Zone::find("Europe/Kyiv");
  const auto r = read_with("viina",
                           "datetime,lon,lat,place_name,event_type,headline\n"
                           "2025-10-26 03:30:00,37.2,48.1,X,uav,h\n"
                           "2025-10-26 05:30:00,37.2,48.1,X,uav,h\n",
                           context);
  ASSERT_EQ(r.observations.size(), 2U);
  EXPECT_EQ(to_text(r.observations[0].when.end), "2025-10-26T01:30:00Z");
  EXPECT_EQ(r.observations[0].flags, std::vector<std::string>{"time_ambiguous"});
  EXPECT_TRUE(r.observations[1].flags.empty());
}

TEST(Claims, are_refused_for_a_day_that_cannot_be_and_quoted_as_the_file_has_them) {
  const auto r = read("claims",
                      "case_id,claim_date,claimant,accused,metric,qualifier,value,as_of_local\n"
                      "t,2025-99-99,UA x,RU,total,=,5,2025-04-20\n"
                      "t,2025-04-20,UA x,RU,total,=,-5,2025-04-20\n"
                      "t,2025-04,UA x,RU,total,=,5,2025-04\n"
                      "t,,UA x,RU,total,,5,2025-04-20T12:00\n");
  EXPECT_EQ(r.claims.size(), 2U);
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_EQ(r.rejected[0].field, "claim_date");
  EXPECT_NE(r.rejected[0].reason.find("2025-99-99"), std::string::npos);
  EXPECT_EQ(r.rejected[1].field, "value");
  EXPECT_EQ(r.rejected[1].reason.find("\"-5\" with the qualifier \"=\""), 0U)
      << r.rejected[1].reason;
}

}  // namespace
}  // namespace truce::acquire
