#include "stages/acquire/firms.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/csv.h"
#include "stages/acquire/reader_test.h"

namespace truce::acquire {
namespace {

constexpr const char* kViirs =
    "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,"
    "version,bright_ti5,frp,daynight\n";

TEST(Firms, reads_a_time_without_its_leading_zeros) {
  const auto r =
      read("firms", std::string(kViirs) +
                        "48.1,37.2,300,0.4,0.6,2022-09-01,117,N,VIIRS,n,2.0NRT,281,1.03,N\n"
                        "48.1,37.2,300,0.4,0.6,2022-09-01,5,N,VIIRS,h,2.0NRT,281,1.03,N\n");
  ASSERT_EQ(r.observations.size(), 2U);
  EXPECT_EQ(to_text(r.observations[0].when.start), "2022-09-01T01:17:00Z");
  EXPECT_EQ(to_text(r.observations[1].when.start), "2022-09-01T00:05:00Z");
  const auto& pixel = std::get<PixelFootprint>(r.observations[0].shape);
  EXPECT_DOUBLE_EQ(pixel.scan_m, 400);
  EXPECT_DOUBLE_EQ(pixel.track_m, 600);
  EXPECT_TRUE(r.observations[0].flags.empty());
  EXPECT_EQ(r.observations[0].text, "FRP 1.03 MW");
  EXPECT_LT(r.observations[0].p_real, r.observations[1].p_real);
}

TEST(Firms, gives_a_point_without_time_its_whole_day_and_a_nominal_pixel) {
  const auto r = read("firms", "LATITUDE,LONGITUDE,ACQ_DATE\n48.990673,24.222919,2018-01-01\n");
  ASSERT_EQ(r.observations.size(), 1U);
  EXPECT_EQ(r.observations[0].when.length(), Duration::days(1));
  EXPECT_EQ(r.observations[0].time_basis, TimeBasis::kDay);
  EXPECT_EQ(r.observations[0].flags, std::vector<std::string>{"nominal_pixel"});
}

TEST(Firms, refuses_what_is_no_time_confidence_or_place) {
  const auto r = read("firms", std::string(kViirs) +
                                   "48.1,37.2,300,0.4,0.6,2022-09-01,2460,N,VIIRS,n,2,281,1,N\n"
                                   "48.1,37.2,300,0.4,0.6,2022-09-01,0117,N,VIIRS,x,2,281,1,N\n"
                                   "98.1,37.2,300,0.4,0.6,2022-09-01,0117,N,VIIRS,n,2,281,1,N\n"
                                   "48.1,37.2,300,0.4,0.6,2022-09-01,0117,N,VIIRS,n,2,281,1,N\n");
  EXPECT_EQ(r.observations.size(), 1U);
  ASSERT_EQ(r.rejected.size(), 3U);
  EXPECT_EQ(r.rejected[0].field, "acq_time");
  EXPECT_EQ(r.rejected[1].field, "confidence");
  EXPECT_EQ(r.rejected[2].field, "latitude");
}

TEST(Firms, tells_plants_from_field_fires_by_repetition) {
  std::vector<HeatPoint> points;
  const LatLon plant{480000000, 370000000};
  for (int d = 0; d < 20; ++d) points.push_back({plant, add_days({2021, 1, 1}, d * 9)});
  for (int d = 0; d < 10; ++d)
    points.push_back({{481000000 + d * 500000, 370000000}, add_days({2021, 4, 1}, d)});
  // A week of fire on one field is no plant.
  for (int d = 0; d < 10; ++d)
    points.push_back({{490000000, 370000000}, add_days({2021, 4, 1}, d)});
  const auto found = find_static_heat(points);
  for (std::size_t i = 0; i < points.size(); ++i) EXPECT_EQ(found[i], i < 20) << i;
}

TEST(Firms, finds_the_same_plants_in_any_order_and_at_any_latitude) {
  for (const double lat : {0.0, 48.0, 70.0, -60.0}) {
    std::vector<HeatPoint> points;
    for (int d = 0; d < 12; ++d) {
      // 600 m east and west in turn: one place to an instrument of 1 km.
      const LatLon at =
          destination(*LatLon::from_degrees(lat, 37.0 + 1e-9), d % 2 == 0 ? 90 : 270, 300);
      points.push_back({at, add_days({2021, 1, 1}, d * 5)});
    }
    for (int d = 0; d < 5; ++d)
      points.push_back({destination(points[0].at, 0, 4000), add_days({2021, 1, 1}, d * 20)});
    auto reversed = points;
    std::reverse(reversed.begin(), reversed.end());
    const auto found = find_static_heat(points);
    const auto again = find_static_heat(reversed);
    for (std::size_t i = 0; i < points.size(); ++i) {
      EXPECT_EQ(found[i], i < 12) << lat << " " << i;
      EXPECT_EQ(found[i], again[points.size() - 1 - i]);
    }
  }
}

// The brute-force twin: every pair of points by its true distance.
TEST(Firms, agrees_with_comparing_every_pair) {
  std::uint64_t state = 7;
  const auto random = [&](int n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state >> 33) % static_cast<std::uint64_t>(n));
  };
  std::vector<HeatPoint> points;
  for (int i = 0; i < 600; ++i) {
    points.push_back({{480000000 + random(60) * 20000, 370000000 + random(60) * 30000},
                      add_days({2021, 1, 1}, random(200))});
  }
  const StaticHeatRule rule;
  const auto found = find_static_heat(points);
  const auto static_within = [&](LatLon at, double radius_m) {
    std::vector<std::int64_t> days;
    for (const auto& p : points) {
      if (geodesic_between(at, p.at).distance_m <= radius_m) days.push_back(days_from_epoch(p.day));
    }
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    return static_cast<int>(days.size()) >= rule.days_min &&
           days.back() - days.front() >= rule.span_days_min;
  };
  int disagree = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    EXPECT_TRUE(found[i] || !static_within(points[i].at, rule.radius_m * 0.64)) << i;
    EXPECT_TRUE(!found[i] || static_within(points[i].at, rule.radius_m * 1.36)) << i;
    disagree += static_within(points[i].at, rule.radius_m) != found[i] ? 1 : 0;
  }
  EXPECT_LT(disagree, 60);
}

struct Judged {
  std::vector<HeatPoint> points;
  std::vector<bool> is_type_2;
};

Judged judged_points(const char* file) {
  Judged out;
  const std::string bytes = read_data(file);
  CsvReader reader(bytes, file);
  auto head = reader.next();
  std::map<std::string, std::size_t> column;
  for (std::size_t i = 0; i < (**head).fields->size(); ++i) column[(*(**head).fields)[i]] = i;
  while (auto row = reader.next()) {
    const auto& f = *(**row).fields;
    out.points.push_back(
        {*LatLon::from_degrees(std::stod(f[column["latitude"]]), std::stod(f[column["longitude"]])),
         *parse_day(f[column["acq_date"]])});
    out.is_type_2.push_back(f[column["type"]] == "2");
  }
  return out;
}

struct Quality {
  double precision;
  double recall;
};
Quality judge(const std::vector<bool>& found, const std::vector<bool>& truth) {
  double both = 0, flagged = 0, there = 0;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    both += found[i] && truth[i] ? 1 : 0;
    flagged += found[i] ? 1 : 0;
    there += truth[i] ? 1 : 0;
  }
  std::printf("static heat: %.0f flagged, %.0f of type 2, precision %.3f, recall %.3f\n", flagged,
              there, both / flagged, both / there);
  return {both / flagged, both / there};
}

TEST(Firms, recognises_from_repetition_what_nasa_calls_static) {
  NEED_DATA();
  const auto year = judged_points("firms_ua/modis_c6_2021.csv.gz");
  const auto q = judge(find_static_heat(year.points), year.is_type_2);
  EXPECT_GT(q.precision, 0.94);
  EXPECT_GT(q.recall, 0.84);
}

// Of what this file calls type 2, nine tenths lie where nothing burned the year before: fires of
// March 2022, not plants. So only a little can be recognised, but none of it wrongly.
TEST(Firms, knows_the_plants_of_a_short_file_from_the_year_before) {
  NEED_DATA();
  const auto before = judged_points("firms_ua/modis_c6_2021.csv.gz");
  const auto spring = judged_points("firms_ua/modis_c6_2022-02-24_05-31.csv.gz");
  const auto alone = judge(find_static_heat(spring.points), spring.is_type_2);
  const auto helped = judge(find_static_heat(spring.points, {}, before.points), spring.is_type_2);
  EXPECT_GT(helped.recall, alone.recall);
  EXPECT_GT(helped.precision, 0.9);
}

TEST(Firms, reads_every_file_there_is) {
  NEED_DATA();
  std::map<std::string, std::pair<std::size_t, std::size_t>> rows_and_static;
  struct Counting : Sink {
    std::size_t rows = 0, plants = 0, rejected = 0;
    void record(Entry e) override {
      rejected += e.kind == EntryKind::kRejected ? 1 : 0;
      rows += e.kind == EntryKind::kObservation ? 1 : 0;
      plants += e.payload.find("static_heat_source") != std::string::npos ? 1 : 0;
      ASSERT_NE(e.payload.find("\"heat\":1"), std::string::npos);
    }
    void complain(Complaint) override {}
  };
  for (const char* folder : {"firms_ua", "firms_ua_points"}) {
    for (const auto& file : std::filesystem::directory_iterator(conflict() / folder)) {
      if (file.path().extension() != ".gz") continue;
      Counting sink;
      ASSERT_TRUE(find_format("firms")->read(*read_file(file.path()), {}, sink).ok());
      std::printf("%s: %zu rows, %zu static\n", file.path().filename().c_str(), sink.rows,
                  sink.plants);
      EXPECT_GT(sink.rows, 1000U) << file.path();
      EXPECT_EQ(sink.rejected, 0U) << file.path();
    }
  }
}

std::vector<HeatPoint> points_of(const char* file) {
  std::vector<HeatPoint> out;
  const std::string bytes = read_data(file);
  CsvReader reader(bytes, file);
  static_cast<void>(reader.next());
  while (auto row = reader.next()) {
    const auto& f = *(**row).fields;
    out.push_back({*LatLon::from_degrees(std::stod(f[0]), std::stod(f[1])), *parse_day(f[2])});
  }
  return out;
}

std::vector<LatLon> thermal_plants() {
  std::vector<LatLon> out;
  const std::string bytes = read_data("facilities_ua/global_power_plant_database_ukraine.csv");
  CsvReader reader(bytes, "plants");
  std::map<std::string, std::size_t> column;
  while (auto row = reader.next()) {
    const auto& f = *(**row).fields;
    if (column.empty()) {
      for (std::size_t i = 0; i < f.size(); ++i) column[f[i]] = i;
    } else if (f[column["primary_fuel"]] == "Coal" || f[column["primary_fuel"]] == "Gas") {
      out.push_back(*LatLon::from_degrees(std::stod(f[column["latitude"]]),
                                          std::stod(f[column["longitude"]])));
    }
  }
  return out;
}

// The list of power plants corroborates little: boilers are not seen from space. Of 23 thermal
// plants two burn again and again in the view of VIIRS, and both are recognised.
TEST(Firms, finds_the_thermal_plants_that_can_be_seen_at_all) {
  NEED_DATA();
  const auto points = points_of("firms_ua_points/ukr_fire_points_2021.csv.gz");
  const auto found = find_static_heat(points);
  int repeated = 0, recognised = 0;
  for (const auto& plant : thermal_plants()) {
    int near = 0, flagged = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (std::abs(points[i].at.lat_e7 - plant.lat_e7) > 200000 ||
          geodesic_between(plant, points[i].at).distance_m > 2000)
        continue;
      ++near;
      flagged += found[i] ? 1 : 0;
    }
    repeated += near > 5 ? 1 : 0;
    recognised += near > 5 && flagged > 0 ? 1 : 0;
  }
  EXPECT_EQ(repeated, 2);
  EXPECT_EQ(recognised, 2);
}

}  // namespace
}  // namespace truce::acquire
