#include <cstdio>
#include <fstream>
#include <map>
#include <sstream>

#include "stages/acquire/csv_mapping.h"
#include "stages/acquire/reader_test.h"
#include "stages/acquire/time_format.h"

namespace truce::acquire {
namespace {

// The alerts of the Home Front Command: local time, categories, Hebrew place lists kept as text.
constexpr const char* kIsraelAlerts = R"(
class = "alert"
kind = { column = "category_desc" }
position = { column = "data" }
upstream = { column = "rid" }
means = "recorded"
[time]
start = ["date", "time"]
format = "%d.%m.%Y %H:%M:%S"
zone = "Asia/Jerusalem"
)";

Error mapping_error(std::string_view toml) {
  const auto r = CsvMapping::parse(toml, {}, "m.toml");
  EXPECT_FALSE(r.ok()) << toml;
  return r.ok() ? Error{} : r.error();
}

TEST(TimeFormat, reads_what_feeds_write) {
  const Zone kyiv = *Zone::find("Europe/Kyiv");
  const auto at = [&](std::string_view pattern, std::string_view text) {
    const auto t = TimeFormat::parse(pattern)->read(text, kyiv);
    return t.ok() ? to_text(t->readings.start) : "error: " + t.error().message;
  };
  EXPECT_EQ(at("%d.%m.%Y %H:%M:%S", "07.10.2023 06:29:03"), "2023-10-07T03:29:03Z");
  EXPECT_EQ(at("%d.%m.%Y %H:%M", "7.10.2023   6:29"), "2023-10-07T03:29:00Z");
  EXPECT_EQ(at("%b %d, %Y", "March 5, 2022"), "2022-03-04T22:00:00Z");
  EXPECT_EQ(at("%d %b %y", "5 Sep 98"), "1998-09-04T21:00:00Z");
  EXPECT_EQ(at("%Y%m%dT%H%M%S.%f%z", "20220305T101112.25+0200"), "2022-03-05T08:11:12.25Z");
  EXPECT_EQ(at("iso", "2022-03-05"), "2022-03-04T22:00:00Z");
  EXPECT_EQ(at("iso", "2022-03-05T10:00:00+05:00"), "2022-03-05T05:00:00Z");
  EXPECT_EQ(at("unix_s", "1646000000"), "2022-02-27T22:13:20Z");
  EXPECT_EQ(at("unix_ms", "1646000000500"), "2022-02-27T22:13:20.5Z");
  for (const auto& [pattern, text] :
       std::vector<std::pair<const char*, const char*>>{{"%d.%m.%Y", "31.02.2023"},
                                                        {"%d.%m.%Y", "1.2.23"},
                                                        {"%d.%m.%Y", "01.02.2023 "},
                                                        {"%H %Y", "25 2022"},
                                                        {"%b %Y", "Xyz 2022"},
                                                        {"unix_s", "1e9"},
                                                        {"unix_s", "99999999999"},
                                                        {"iso", "9999-01-01"}}) {
    EXPECT_EQ(at(pattern, text).substr(0, 6), "error:") << pattern << " " << text;
  }
  EXPECT_FALSE(TimeFormat::parse("%q").ok());
  EXPECT_FALSE(TimeFormat::parse("%H:%M").ok());
  EXPECT_FALSE(TimeFormat::parse("%Y %").ok());
}

TEST(CsvMapped, reads_place_time_class_and_the_rest_as_the_mapping_says) {
  const auto r =
      read("csv",
           "id;when;till;lat;lon;what;n;gun;who;sure\n"
           "7;2025-04-20 10:00;2025-04-20 10:30;48.1;37.2;boom;about 800;122mm;cam-1;0.9\n"
           "8;2025-04-20 11:00;;48.1;37.2;shots;>3;;cam-1;\n"
           "9;2025-04-20 11:00;;48.1;37.2;song;1;;cam-1;\n",
           R"(
separator = ";"
source = { column = "who" }
class = { column = "what", values = { boom = "explosion_undetermined", shots = "burst" } }
count = { column = "n" }
weapon = { column = "gun", values = { "122mm" = "artillery" }, otherwise = "unknown" }
weapon_text = { column = "gun" }
reliability = { column = "sure", otherwise = "0.5" }
upstream = { column = "id" }
means = "recorded"
[time]
start = "when"
end = "till"
precision = "minute"
[place]
latitude = "lat"
longitude = "lon"
radius_m = 250
)");
  ASSERT_EQ(r.observations.size(), 2U);
  const Observation& o = r.observations[0];
  EXPECT_EQ(o.source, "cam-1");
  EXPECT_EQ(to_text(o.when.start), "2025-04-20T10:00:00Z");
  EXPECT_EQ(to_text(o.when.end), "2025-04-20T10:31:00Z");
  EXPECT_EQ(o.items[0].count, Count::about(800));
  EXPECT_EQ(o.items[0].weapon, WeaponClass::kArtillery);
  EXPECT_EQ(o.items[0].weapon_text, "122mm");
  EXPECT_DOUBLE_EQ(o.p_real, 0.9);
  EXPECT_NEAR(std::get<PointShape>(o.shape).var_east_m2, 250.0 * 250 / 1.386294, 1);
  EXPECT_EQ(o.upstream, "7");
  EXPECT_EQ(r.observations[1].flags, std::vector<std::string>{"end_unknown"});
  EXPECT_EQ(r.observations[1].items[0].count, Count::over(3));
  EXPECT_DOUBLE_EQ(r.observations[1].p_real, 0.5);
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].field, "what");
  EXPECT_EQ(r.rejected[0].origin.line, 4U);
  EXPECT_NE(r.rejected[0].reason.find("song"), std::string::npos);
}

TEST(CsvMapped, looks_places_up_and_says_when_a_name_is_not_one_place) {
  Context context;
  context.mapping =
      "class = \"alert\"\n[time]\nstart = \"t\"\n[place]\nname = \"p\"\nlookup = "
      "\"gazetteer\"\nradius_m = 3000\n";
  context.gazetteer = {
      {"Авдіївка", {481000000, 377000000}}, {"Ivanivka", {1, 1}}, {"Ivanivka", {2, 2}}};
  const auto r = read_with(
      "csv", "t,p\n2025-04-20,АВДІЇВКА\n2025-04-20,Ivanivka\n2025-04-20,Nowhere\n", context);
  ASSERT_EQ(r.observations.size(), 3U);
  EXPECT_EQ(std::get<NamedPlace>(r.observations[0].shape).at.lat_e7, 481000000);
  EXPECT_EQ(r.observations[1].flags, std::vector<std::string>{"place_ambiguous"});
  EXPECT_EQ(r.observations[2].flags, std::vector<std::string>{"place_not_found"});
  EXPECT_TRUE(std::holds_alternative<Nowhere>(r.observations[2].shape));
  EXPECT_EQ(r.observations[2].position, "Nowhere");
}

TEST(CsvMapped, draws_a_range_and_a_direction_from_a_position) {
  Context context;
  context.mapping =
      "class = \"explosion_undetermined\"\n[time]\nstart = \"t\"\n[place]\nfrom = \"p\"\nrange = "
      "\"r\"\ndirection = \"d\"\n";
  Source camera;
  camera.id = "cam";
  camera.at = LatLon{481000000, 377000000};
  context.sources = {camera};
  const auto r = read_with("csv",
                           "t,p,r,d\n2025-04-20,cam,3-5,ESE\n2025-04-20,cam,4,200\n2025-04-20,cam,"
                           "4,x\n2025-04-20,cam,5-3,N\n",
                           context);
  ASSERT_EQ(r.observations.size(), 2U);
  const auto& wedge = std::get<AnnularSector>(r.observations[0].shape);
  EXPECT_DOUBLE_EQ(wedge.range_min_m, 3000);
  EXPECT_DOUBLE_EQ(wedge.range_max_m, 5000);
  EXPECT_DOUBLE_EQ(wedge.azimuth_deg, 112.5);
  EXPECT_EQ(std::get<AnnularSector>(r.observations[1].shape).range_min_m, 3500);
  ASSERT_EQ(r.rejected.size(), 2U);
  EXPECT_EQ(r.rejected[0].field, "d");
  EXPECT_EQ(r.rejected[1].field, "r");
}

TEST(CsvMapped, leaves_rows_out_only_where_the_mapping_says_and_counts_them) {
  const auto r =
      read("csv", "t,level\n2025-04-20,oblast\n2025-04-20,raion\n2025-04-20,hromada\n",
           "class = \"alert\"\n[time]\nstart = \"t\"\n[[only]]\ncolumn = \"level\"\nis = "
           "[\"oblast\", \"raion\"]\n[[only]]\ncolumn = \"level\"\nis_not = \"raion\"\n");
  EXPECT_EQ(r.observations.size(), 1U);
  ASSERT_EQ(r.complaints.size(), 1U);
  EXPECT_EQ(r.complaints[0].text, "2 rows were left out by the mapping's [[only]]");
}

TEST(CsvMapped, gives_a_day_its_local_length) {
  const auto r = read(
      "csv", "t\n2025-03-30\n",
      "class = \"other\"\n[time]\nstart = \"t\"\nprecision = \"day\"\nzone = \"Europe/Kyiv\"\n");
  ASSERT_EQ(r.observations.size(), 1U);
  EXPECT_EQ(r.observations[0].when.length(), Duration::hours(23));
  EXPECT_EQ(r.observations[0].time_basis, TimeBasis::kDay);
}

TEST(CsvMapped, says_what_is_wrong_with_a_mapping_with_line_key_and_expectation) {
  struct Case {
    const char* toml;
    const char* field;
    std::uint64_t line;
  };
  for (const auto& c : std::vector<Case>{
           {"class = \"alert\"\n", "time", 1},
           {"[time]\nstart = \"t\"\n", "class", 1},
           {"class = \"bang\"\n[time]\nstart = \"t\"\n", "class", 1},
           {"class = \"alert\"\nclas = 1\n[time]\nstart = \"t\"\n", "clas", 2},
           {"class = \"alert\"\n[time]\nstart = \"t\"\nformat = \"%H\"\n", "time.format", 4},
           {"class = \"alert\"\n[time]\nstart = \"t\"\nzone = \"Mars/X\"\n", "time.zone", 4},
           {"class = \"alert\"\n[time]\nstart = \"t\"\n[place]\nlatitude = \"y\"\n",
            "place.longitude", 4},
           {"class = \"alert\"\n[time]\nstart = 7\n", "time.start", 3},
           {"class = { column = \"c\", values = { a = \"x\" } }\n[time]\nstart = \"t\"\n",
            "class.values.a", 1},
           {"class = \"alert\"\ncount = \"many\"\n[time]\nstart = \"t\"\n", "count", 2},
           {"class = \"alert\"\n[[only]]\ncolumn = \"c\"\n[time]\nstart = \"t\"\n", "only.is", 2},
           {"class = \"alert\n", "", 1}}) {
    const Error e = mapping_error(c.toml);
    EXPECT_EQ(e.place.field, c.field) << c.toml;
    EXPECT_EQ(e.place.line, c.line) << c.toml;
    EXPECT_EQ(e.place.source, "m.toml");
    EXPECT_FALSE(e.expected.empty()) << c.toml;
  }
}

TEST(CsvMapped, says_which_column_the_mapping_asks_for_in_vain) {
  Context context;
  context.mapping = "class = \"alert\"\n[time]\nstart = \"when\"\n";
  context.file = "f.csv";
  Collected out;
  const Status status = find_format("csv")->read("t,u\n1,2\n", context, out);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().to_text().find("\"when\""), std::string::npos);
  EXPECT_EQ(status.error().place.field, "time.start");
}

TEST(CsvMapped, reads_israeli_alerts_without_code_of_their_own) {
  NEED_DATA();
  const auto r =
      read("csv", read_data("israel_alerts/israel_alerts_2023-10_2024-10.csv.gz"), kIsraelAlerts);
  EXPECT_EQ(r.observations.size(), 19865U);
  EXPECT_TRUE(r.rejected.empty());
  const Zone zone = *Zone::find("Asia/Jerusalem");
  std::map<std::string, int> per_day;
  for (const auto& o : r.observations) ++per_day[to_text(zone.to_civil(o.when.start).day)];
  const int wanted[] = {35, 41, 7, 10, 0, 0, 0, 0, 4};
  for (int d = 22; d <= 30; ++d)
    EXPECT_EQ(per_day["2023-11-" + std::to_string(d)], wanted[d - 22]) << d;
}

// The examples of the manual are read by the reader they describe.
TEST(CsvMapped, manual_examples_are_mappings) {
  std::ifstream file(std::filesystem::path(TRUCE_SOURCE_DIR) / "docs/formats-csv-mapping.md");
  ASSERT_TRUE(file.good());
  std::stringstream text;
  text << file.rdbuf();
  const std::string doc = text.str();
  int examples = 0;
  for (std::size_t at = doc.find("```toml\n"); at != std::string::npos;
       at = doc.find("```toml\n", at + 1)) {
    const std::size_t start = at + 8;
    const auto r =
        CsvMapping::parse(doc.substr(start, doc.find("```", start) - start), {}, "manual");
    EXPECT_TRUE(r.ok()) << r.error().to_text();
    ++examples;
  }
  EXPECT_GE(examples, 3);
}

std::string when_words(const Observation& o) {
  std::string out = to_text(o.when.start) + " " + to_text(o.when.end) + " " +
                    std::string(to_string(o.time_basis));
  for (const auto& flag : o.flags) out += " " + flag;
  return out;
}

// Of a row that has only a day, a mapping to the minute knows no minute.
TEST(CsvMapped, takes_a_value_without_a_time_of_day_for_as_long_as_it_says) {
  const std::string mapping =
      "class = \"other\"\n[time]\nstart = \"t\"\nend = \"e\"\nprecision = \"minute\"\n";
  const auto r = read("csv",
                      "t,e\n2026-03-02,\n2026-03-02 10:00,2026-03-02\n2026-03-02 "
                      "10:00,2026-03-02 10:30\n2026-03-02,2026-03-01\n",
                      mapping + "zone = \"Europe/Kyiv\"\n");
  ASSERT_EQ(r.observations.size(), 3U);
  EXPECT_EQ(when_words(r.observations[0]),
            "2026-03-01T22:00:00Z 2026-03-02T22:00:00Z day end_unknown");
  EXPECT_EQ(when_words(r.observations[1]), "2026-03-02T08:00:00Z 2026-03-02T22:00:00Z stated");
  EXPECT_EQ(when_words(r.observations[2]), "2026-03-02T08:00:00Z 2026-03-02T08:31:00Z stated");
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].origin.line, 5U);
  const auto month = read("csv", "t,e\n03.2026,\n", mapping + "format = \"%m.%Y\"\n");
  ASSERT_EQ(month.observations.size(), 1U);
  EXPECT_EQ(when_words(month.observations[0]),
            "2026-03-01T00:00:00Z 2026-04-01T00:00:00Z reporting_period end_unknown");
}

TEST(CsvMapped, takes_both_readings_of_a_time_that_the_clocks_repeat_or_skip) {
  const auto r = read("csv",
                      "t\n2026-10-25 03:30\n2026-03-29 03:30\n2026-03-29 04:30\n"
                      "2026-10-25T03:30:00+02:00\n",
                      "class = \"other\"\n[time]\nstart = \"t\"\nprecision = \"minute\"\n"
                      "zone = \"Europe/Kyiv\"\n");
  ASSERT_EQ(r.observations.size(), 4U);
  EXPECT_EQ(when_words(r.observations[0]),
            "2026-10-25T00:30:00Z 2026-10-25T01:31:00Z stated time_ambiguous");
  EXPECT_EQ(when_words(r.observations[1]),
            "2026-03-29T00:30:00Z 2026-03-29T01:31:00Z stated time_ambiguous");
  EXPECT_EQ(when_words(r.observations[2]), "2026-03-29T01:30:00Z 2026-03-29T01:31:00Z stated");
  EXPECT_EQ(when_words(r.observations[3]), "2026-10-25T01:30:00Z 2026-10-25T01:31:00Z stated");
}

TEST(CsvMapped, begins_a_day_without_midnight_at_one_and_ends_it_at_midnight) {
  const auto r = read("csv", "t\n2025-03-30\n",
                      "class = \"other\"\n[time]\nstart = \"t\"\nzone = \"Asia/Beirut\"\n");
  ASSERT_EQ(r.observations.size(), 1U);
  EXPECT_EQ(when_words(r.observations[0]), "2025-03-29T22:00:00Z 2025-03-30T21:00:00Z day");
}

TEST(CsvMapped, refuses_the_name_of_what_the_engine_locates) {
  const auto r = read("csv", "t,who\n2026-03-02,sound\n2026-03-02,post\n",
                      "class = \"other\"\nsource = { column = \"who\" }\n[time]\nstart = "
                      "\"t\"\n");
  EXPECT_EQ(r.observations.size(), 1U);
  ASSERT_EQ(r.rejected.size(), 1U);
  EXPECT_EQ(r.rejected[0].field, "source");
  EXPECT_EQ(r.rejected[0].origin.line, 2U);
}

}  // namespace
}  // namespace truce::acquire
