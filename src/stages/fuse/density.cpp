#include "stages/fuse/internal/density.h"

#include <algorithm>

namespace truce::fuse {

double effective_area_km2(const Shape& shape) {
  return std::holds_alternative<Nowhere>(shape) ? 0 : std::max(1e-6, mass_km2(shape));
}

}  // namespace truce::fuse
