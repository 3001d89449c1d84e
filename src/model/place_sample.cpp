#include "model/place_sample.h"

#include <algorithm>

namespace truce {

namespace {

// A support of normal places reaches further the more it has, √(2 ln n) standard deviations; up to
// here it stays well within what reach() allows.
constexpr std::size_t kWithinReach = 1000;

}  // namespace

GeoBox PlaceSample::bounds() const {
  return count_ > 0 && count_ <= kWithinReach ? reach(of_) : bounds_of(places());
}

std::vector<LatLon> PlaceSample::places() const {
  return count_ > 0 ? support(of_, count_) : places_;
}

GeoBox bounds_of(const std::vector<LatLon>& places) {
  GeoBox b{90, -90, 180, -180};
  for (const LatLon p : places) {
    b = {std::min(b.lat_min, p.lat_deg()), std::max(b.lat_max, p.lat_deg()),
         std::min(b.lon_min, p.lon_deg()), std::max(b.lon_max, p.lon_deg())};
  }
  return b;
}

}  // namespace truce
