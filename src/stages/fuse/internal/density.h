#pragma once
// Shapes as densities of place.

#include "model/shape.h"

namespace truce::fuse {

// ∫ exp(log-likelihood) over the ground in km²: what normalises the shape's likelihood to a
// density. 0 for Nowhere.
double effective_area_km2(const Shape& shape);

}  // namespace truce::fuse
