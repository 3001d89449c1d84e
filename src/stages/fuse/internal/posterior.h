#pragma once
// Where one event was that several shapes tell of: the product of their likelihoods over the
// ground, as places with weights. Everything is repeatable: no random numbers, sums in a fixed
// order.

#include <optional>
#include <vector>

#include "model/shape.h"

namespace truce::fuse {

struct WeightedPlaces {
  std::vector<LatLon> at;
  std::vector<double> weight;  // sums to 1
};

// About `count` places. The support of the first shape, which should be the sharpest, weighted by
// what the others say. Where they leave too few of these places with weight, places are drawn anew
// from the normal distribution that fits the weights, and weighted by the whole product (adaptive
// importance sampling; Cappé, Guillin, Marin & Robert 2004); on the way there the product is
// flattened so that the fit never rests on few places (annealing; Neal 2001). Empty when no shape
// has a place.
WeightedPlaces posterior_places(const std::vector<const Shape*>& shapes, std::size_t count);

// The product in closed form, where all shapes are normal distributions near each other.
std::optional<PointShape> product_of_normals(const std::vector<const Shape*>& shapes);
double radius90_m(const PointShape& normal);  // of the circle that holds 90 %, whole metres

// As many places of equal weight (systematic resampling, Kitagawa 1996).
std::vector<LatLon> resampled(const WeightedPlaces& places);
LatLon mean_place(const WeightedPlaces& places);
// Of the circle around `centre` that holds 90 % of the weight, whole metres.
double radius90_m(const WeightedPlaces& places, LatLon centre);
// The normal distribution in the shape of the places' covariance whose 90 % ellipse holds 90 % of
// the weight.
PointShape ellipse90(const WeightedPlaces& places, LatLon centre);

}  // namespace truce::fuse
