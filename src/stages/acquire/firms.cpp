// Active fires seen from space (NASA FIRMS): VIIRS at 375 m, MODIS at 1 km; archive and
// near-real-time columns, and files that give only place and day. A hot pixel is anything that
// burns: it supports other evidence and is no effect by itself.

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "stages/acquire/common.h"
#include "stages/acquire/firms.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

constexpr double kViirsPixelM = 375;
constexpr double kModisPixelM = 1000;
constexpr Duration kOverpass = Duration::minutes(1);  // a scene is scanned within this

struct Names {
  const char* lat;
  const char* lon;
  const char* day;
};

// "l", "n", "h" or 0–100 as the probability that the pixel truly held a fire.
double confidence(std::string_view text, Row& row) {
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
  return std::clamp(0.3 + 0.0067 * *percent, 0.3, 0.97);
}

// HHMM, often without its leading zeros.
Interval acquired(Row& row, CivilDay day) {
  const auto text = trim(row.text("acq_time"));
  if (text.empty()) return day_interval(day, Zone::utc());
  const auto n = row.maybe_integer("acq_time").value_or(-1);
  if (n < 0 || n % 100 > 59 || n / 100 > 23) {
    row.fail("acq_time", "\"" + std::string(text.substr(0, 20)) + "\" is not a time of day",
             "HHMM");
    return {};
  }
  const Instant t =
      Zone::utc().to_instant({day, static_cast<int>(n / 100), static_cast<int>(n % 100)});
  return {t, t + kOverpass};
}

struct Detection {
  Observation observation;
  Span span;
  LatLon at;
  CivilDay day;
};

}  // namespace

std::vector<bool> find_static_heat(const std::vector<HeatPoint>& points, double cell_m,
                                   int days_min) {
  // Cells of about the geolocation error; a source on a cell's edge is seen through its neighbours.
  const double step = cell_m / 111'200.0 * 1e7;
  using Cell = std::pair<std::int64_t, std::int64_t>;
  const auto cell_of = [&](LatLon p) {
    const double shrink = std::max(0.05, std::cos(p.lat_deg() * 3.14159265358979 / 180));
    return Cell{static_cast<std::int64_t>(std::floor(p.lat_e7 / step)),
                static_cast<std::int64_t>(std::floor(p.lon_e7 * shrink / step))};
  };
  std::map<Cell, std::set<CivilDay>> days;
  for (const auto& p : points) {
    days[cell_of(p.at)].insert(p.day);
  }
  // Field burning also returns for some days in a row; a plant burns over a longer stretch.
  const auto judge = [&](const Cell& c) {
    std::set<CivilDay> near;
    for (std::int64_t dy = -1; dy <= 1; ++dy) {
      for (std::int64_t dx = -1; dx <= 1; ++dx) {
        const auto it = days.find({c.first + dy, c.second + dx});
        if (it != days.end()) near.insert(it->second.begin(), it->second.end());
      }
    }
    return static_cast<int>(near.size()) >= days_min &&
           days_from_epoch(*near.rbegin()) - days_from_epoch(*near.begin()) >= 3 * days_min;
  };
  std::map<Cell, bool> judged;
  std::vector<bool> out;
  for (const auto& p : points) {
    const Cell c = cell_of(p.at);
    auto it = judged.find(c);
    if (it == judged.end()) it = judged.emplace(c, judge(c)).first;
    out.push_back(it->second);
  }
  return out;
}

Status read_firms(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("firms", context, sink);
  const bool points_only = bytes.substr(0, 256).find("LATITUDE") != std::string_view::npos;
  const Names names = points_only ? Names{"LATITUDE", "LONGITUDE", "ACQ_DATE"}
                                  : Names{"latitude", "longitude", "acq_date"};
  std::vector<Detection> detections;
  TRUCE_CHECK_OK(read_table(
      bytes, context, {names.lat, names.lon, names.day}, emit, [&](Row& row, const Span& span) {
        Detection d;
        d.at = row.place(names.lat, names.lon);
        d.day = row.day(names.day);
        Observation& o = d.observation;
        o.source = context.feed;
        o.when = acquired(row, d.day);
        if (trim(row.text("acq_time")).empty()) o.time_basis = TimeBasis::kDay;
        const bool modis = row.text("instrument") == "MODIS";
        const double pixel = modis ? kModisPixelM : kViirsPixelM;
        const auto scan = row.maybe_number("scan", 0.1, 20);
        const auto track = row.maybe_number("track", 0.1, 20);
        if (!scan) o.flags.push_back("nominal_pixel");
        o.shape = PixelFootprint{d.at, scan ? *scan * 1000 : pixel, track ? *track * 1000 : pixel,
                                 0, pixel / 2};
        o.p_real = confidence(trim(row.text("confidence")), row);
        o.items.push_back({Count::exact(1), ClassProbabilities::certain(EffectClass::kHeat)});
        o.means = {Means::kDetected};
        o.position = row.text("satellite");
        if (const auto frp = row.maybe_number("frp", -1, 1e6))
          o.text = "FRP " + std::string(trim(row.text("frp"))) + " MW";
        d.span = span;
        if (!row.error()) detections.push_back(std::move(d));
      }));
  std::vector<HeatPoint> points;
  for (const auto& d : detections) points.push_back({d.at, d.day});
  const auto is_static = find_static_heat(points, 1000, 8);
  for (std::size_t i = 0; i < detections.size(); ++i) {
    if (is_static[i]) detections[i].observation.flags.push_back("static_heat_source");
    emit.observation(std::move(detections[i].observation), detections[i].span);
  }
  return done();
}

}  // namespace truce::acquire
