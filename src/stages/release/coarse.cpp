#include "stages/release/coarse.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/result.h"

namespace truce::release {

namespace {

// Not less than what a degree of latitude, and of longitude at the equator, is short on WGS 84.
constexpr double kLatDegreeM = 110'574;
constexpr double kLonDegreeM = 111'319;
constexpr double kWidestSideM = 160'000;
constexpr double kPolarLat = 87;

double cos_deg(double deg) { return std::cos(deg * std::numbers::pi / 180); }

// Of a parallel as long as this one, how many degrees hold `m` metres.
double lon_degrees(double m, double lat_deg) {
  const double degree_m = kLonDegreeM * cos_deg(lat_deg);
  return degree_m * 180 <= m ? 180 : m / degree_m;
}

std::int64_t floor_to(std::int64_t value, std::int64_t step) {
  const std::int64_t rest = value % step;
  return value - (rest < 0 ? rest + step : rest);
}

Ring ring_of(double south, double north, double west, double east) {
  const auto e7 = [](double deg) { return static_cast<std::int32_t>(std::llround(deg * 1e7)); };
  const LatLon a{e7(south), e7(west)}, b{e7(south), e7(east)}, c{e7(north), e7(east)},
      d{e7(north), e7(west)};
  return {a, b, c, d, a};
}

}  // namespace

Cell cell_of(LatLon at, double side_m) {
  TRUCE_ENSURE(side_m > 0);
  // Halved as often as the side allows.
  const double parts = std::exp2(std::max(0.0, std::floor(std::log2(kWidestSideM / side_m))));
  const double rows = std::floor(180 * kLatDegreeM / kWidestSideM) * parts;
  const double height = 180 / rows;
  const double row = std::clamp(std::floor((at.lat_deg() + 90) / height), 0.0, rows - 1);
  Cell out{.lat_min = row * height - 90, .lat_max = (row + 1) * height - 90};
  // By the shorter parallel of the widest cell that it is in; where meridians meet it is all round.
  const double widest_south = std::floor(row / parts) * parts * height - 90;
  const double far_lat = std::max(std::abs(widest_south), std::abs(widest_south + parts * height));
  const double columns =
      far_lat > kPolarLat ? 1 : std::floor(360 / lon_degrees(kWidestSideM, far_lat)) * parts;
  const double width = 360 / columns;
  const double column = std::clamp(std::floor((at.lon_deg() + 180) / width), 0.0, columns - 1);
  out.lon_min = column * width - 180;
  out.lon_max = (column + 1) * width - 180;
  return out;
}

MultiPolygonRings block_around(LatLon at, double side_m, double reach_m) {
  const Cell cell = cell_of(at, side_m);
  const double more_m = std::max(1.0, std::ceil(reach_m / side_m)) * side_m;
  const double south = std::max(-90.0, cell.lat_min - more_m / kLatDegreeM);
  const double north = std::min(90.0, cell.lat_max + more_m / kLatDegreeM);
  const double far_lat = std::max(std::abs(south), std::abs(north));
  const double around = lon_degrees(more_m, far_lat);
  const double west = cell.lon_min - around, east = cell.lon_max + around;
  const auto part = [&](double from, double to) {
    return PolygonRings{ring_of(south, north, from, to), {}};
  };
  if (east - west >= 360) return {part(-180, 180)};
  if (west < -180) return {part(west + 360, 180), part(-180, east)};
  if (east > 180) return {part(west, 180), part(-180, east - 360)};
  return {part(west, east)};
}

Interval rounded(const Interval& when, Duration round) {
  TRUCE_ENSURE(round.ns > 0);
  const std::int64_t start = floor_to(when.start.ns, round.ns);
  const std::int64_t end = -floor_to(-when.end.ns, round.ns);
  // What is a single instant on the grid is told as the stretch that begins there, like any other.
  return {{start}, {std::max(end, start + round.ns)}};
}

Instant horizon(Instant now, Duration delay, Duration round) {
  return {floor_to((now - delay).ns, round.ns)};
}

}  // namespace truce::release
