#pragma once
// Places of equal weight that stand for where something was, made only when they are asked for:
// most findings are decided by the box that holds them all.

#include <vector>

#include "model/shape.h"

namespace truce {

class PlaceSample {
 public:
  PlaceSample() = default;
  explicit PlaceSample(std::vector<LatLon> places) : places_(std::move(places)) {}
  // `count` places of the shape's support.
  PlaceSample(Shape of, std::size_t count) : of_(std::move(of)), count_(count) {}
  bool empty() const { return places_.empty() && count_ == 0; }
  // A box that holds all of them, not always the least.
  GeoBox bounds() const;
  std::vector<LatLon> places() const;

 private:
  std::vector<LatLon> places_;
  Shape of_;
  std::size_t count_ = 0;  // of places to draw from `of_`
};

// The least box that holds the places.
GeoBox bounds_of(const std::vector<LatLon>& places);

}  // namespace truce
