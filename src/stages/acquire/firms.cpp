// Active fires seen from space (NASA FIRMS): VIIRS at 375 m, MODIS at 1 km; archive and
// near-real-time columns, and files that give only place and day. A hot pixel is anything that
// burns: it supports other evidence and is no effect by itself.
//
// The file is read twice: first for places and days, from which static sources are recognised
// (static_heat.cpp), then for the records. Between the two only twenty bytes a row are held. NASA's
// own `type` column, where there is one, is not looked at: it judges the method in the tests.

#include "stages/acquire/firms.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

constexpr double kViirsPixelM = 375;
constexpr double kModisPixelM = 1000;
constexpr Duration kOverpass = Duration::minutes(1);  // a scene is scanned within this

struct PlaceColumns {
  const char* lat;
  const char* lon;
  const char* day;
};
constexpr PlaceColumns kFull{"latitude", "longitude", "acq_date"};
constexpr PlaceColumns kPointsOnly{"LATITUDE", "LONGITUDE", "ACQ_DATE"};

// Probability that the pixel truly held something hot. Low-confidence VIIRS pixels are mostly sun
// glint and edges of hot ground; nominal and high ones are rarely wrong (Schroeder & Giglio, VIIRS
// 375 m user's guide, 2018); of MODIS, confidence below 30 is "low" and above 80 "high" (Giglio
// 2016).
double probability_real(Row& row) {
  const auto text = trim(row.text("confidence"));
  if (text.empty()) return 0.8;
  if (text == "l" || text == "low") return 0.5;
  if (text == "n" || text == "nominal") return 0.85;
  if (text == "h" || text == "high") return 0.97;
  const auto percent = parse_double(text);
  if (!percent || *percent < 0 || *percent > 100) {
    row.fail("confidence", "\"" + std::string(text.substr(0, 20)) + "\" is not a confidence",
             "l, n, h or 0 to 100");
    return 0;
  }
  return 0.3 + 0.0067 * *percent;
}

// HHMM in UTC, often without its leading zeros; without a time, the whole day.
Interval acquired(Row& row, CivilDay day) {
  const auto text = trim(row.text("acq_time"));
  if (text.empty()) return day_interval(day, Zone::utc());
  const auto hhmm = row.maybe_integer("acq_time").value_or(-1);
  if (hhmm < 0 || hhmm % 100 > 59 || hhmm / 100 > 23) {
    row.fail("acq_time", "\"" + std::string(text.substr(0, 20)) + "\" is not a time of day",
             "HHMM, 0 to 2359");
    return {};
  }
  const Instant t{(days_from_epoch(day) * 1440 + hhmm / 100 * 60 + hhmm % 100) * 60'000'000'000};
  return {t, t + kOverpass};
}

std::optional<HeatPoint> point_of(Row& row, const PlaceColumns& columns) {
  const HeatPoint p{row.place(columns.lat, columns.lon), row.day(columns.day)};
  if (row.error()) return std::nullopt;
  return p;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// Of a pixel whose size is not stated. A file that does not say which instrument may hold the
// coarser.
double nominal_pixel_m(const Row& row) {
  if (row.text("instrument") == "VIIRS" || contains(row.text("satellite"), "VIIRS"))
    return kViirsPixelM;
  return kModisPixelM;
}

PixelFootprint footprint_of(Row& row, LatLon at, std::vector<std::string>& flags) {
  const double nominal = nominal_pixel_m(row);
  const auto scan_km = row.maybe_number("scan", 0.1, 20);
  const auto track_km = row.maybe_number("track", 0.1, 20);
  if (!scan_km || !track_km) flags.push_back("nominal_pixel");
  return {at, scan_km ? *scan_km * 1000 : nominal, track_km ? *track_km * 1000 : nominal, 0,
          nominal / 2};
}

Observation observation_of(Row& row, const HeatPoint& point, bool is_static) {
  Observation o;
  o.when = acquired(row, point.day);
  if (trim(row.text("acq_time")).empty()) o.time_basis = TimeBasis::kDay;
  o.shape = footprint_of(row, point.at, o.flags);
  o.p_real = probability_real(row);
  o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kHeat)});
  o.means = {Means::kDetected};
  o.position = trim(row.text("satellite"));
  if (row.maybe_number("frp", -100, 1e6))
    o.text = "FRP " + std::string(trim(row.text("frp"))) + " MW";
  if (is_static) o.flags.push_back("static_heat_source");
  return o;
}

}  // namespace

Status read_firms(std::string_view bytes, const Context& context, Sink& sink) {
  const PlaceColumns& columns =
      contains(bytes.substr(0, 256), kPointsOnly.lat) ? kPointsOnly : kFull;
  const std::vector<std::string_view> needed{columns.lat, columns.lon, columns.day};
  IgnoringSink ignore;
  Emitter quiet("firms", context, ignore);
  std::vector<HeatPoint> points;
  TRUCE_CHECK_OK(read_table(bytes, context, needed, quiet, [&](Row& row, const Span&) {
    if (const auto p = point_of(row, columns)) points.push_back(*p);
  }));
  const std::vector<bool> is_static = find_static_heat(points);

  Emitter emit("firms", context, sink);
  std::size_t next = 0;
  return read_table(bytes, context, needed, emit, [&](Row& row, const Span& span) {
    const auto point = point_of(row, columns);
    if (!point) return;
    Observation o = observation_of(row, *point, is_static[next++]);
    o.source = context.feed;
    if (!row.error()) emit.observation(std::move(o), span);
  });
}

}  // namespace truce::acquire
