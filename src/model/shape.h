#pragma once
// Shapes: what one observation says about where and when. A bearing, a wedge between two range
// rings, a pixel and a heard onset are different things, but the associator asks all of them the
// same three questions: how likely is your observation, had the effect been here and then; how
// likely at most anywhere in this box; and how often do you report when nothing happened.
//
// Densities. `log_likelihood` is the natural logarithm of the probability density of the observed
// shape given the effect, up to a constant per observation that is the same for every place and
// time; normalised so that its maximum over place and time is 0 when the shape is perfectly met. It
// is -infinity only where the shape excludes the place outright, which no shape here does: every
// wedge, ring and polygon has a soft edge (its `edge_m`), because monitors round.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/geo.h"
#include "base/instant.h"
#include "base/polygon.h"
#include "model/vocabulary.h"

namespace truce {

struct PointShape {  // a point with covariance (metres², local east/north)
  LatLon at;
  double var_east_m2 = 0;
  double var_north_m2 = 0;
  double cov_m2 = 0;
  friend bool operator==(const PointShape&, const PointShape&) = default;
};
struct AnnularSector {  // "3–5 km ESE of the camera"; half_width_deg 180 is a full ring
  LatLon from;
  double range_min_m = 0;
  double range_max_m = 0;
  double azimuth_deg = 0;
  double half_width_deg = 180;
  double edge_m = 0;    // softness of the ring edges, one sigma
  double edge_deg = 0;  // softness of the wedge edges, one sigma
  friend bool operator==(const AnnularSector&, const AnnularSector&) = default;
};
struct Bearing {  // an azimuth with its sigma; range unknown up to range_max_m
  LatLon from;
  double azimuth_deg = 0;
  double sigma_deg = 0;
  double range_max_m = 0;
  friend bool operator==(const Bearing&, const Bearing&) = default;
};
struct Arrival {  // a sensor heard a phase at `at_time` ± sigma_s
  LatLon at;
  Instant at_time;
  double sigma_s = 0;
  double speed_m_s = 0;  // nominal propagation speed of the phase
  double speed_sigma_m_s = 0;
  double level_db = 0;  // received level; NaN is not allowed, has_level says whether it is there
  bool has_level = false;
  double range_max_m = 0;
  Wave wave = Wave::kSound;
  friend bool operator==(const Arrival&, const Arrival&) = default;
};
struct PixelFootprint {  // a satellite pixel: along-scan and along-track extent and geolocation
                         // error
  LatLon centre;
  double scan_m = 0;
  double track_m = 0;
  double heading_deg = 0;  // of the track axis
  double geolocation_sigma_m = 0;
  friend bool operator==(const PixelFootprint&, const PixelFootprint&) = default;
};
struct PolygonShape {
  MultiPolygonRings rings;
  double edge_m = 0;
  friend bool operator==(const PolygonShape&, const PolygonShape&) = default;
};
struct NamedPlace {  // a settlement: a point of the gazetteer and how far the name reaches
  std::string name;
  LatLon at;
  double radius_m = 0;  // half of the mass lies within
  friend bool operator==(const NamedPlace&, const NamedPlace&) = default;
};
struct Track {  // positions over time, between which it moved straight
  struct Fix {
    LatLon at;
    Instant time;
    friend bool operator==(const Fix&, const Fix&) = default;
  };
  std::vector<Fix> fixes;  // ascending in time, at least one
  double sigma_m = 0;
  friend bool operator==(const Track&, const Track&) = default;
};
struct Nowhere {  // the source does not say where
  friend bool operator==(const Nowhere&, const Nowhere&) = default;
};

using Shape = std::variant<Nowhere, PointShape, AnnularSector, Bearing, Arrival, PixelFootprint,
                           PolygonShape, NamedPlace, Track>;

// A box of place × time, closed.
struct SpaceTimeBox {
  GeoBox place;
  Interval time;
};

// `when` is the observation's interval; an effect outside it is penalised by a soft edge of
// `slack_s` (one sigma). Arrival and Track use their own times and ignore `when`.
struct When {
  Interval interval;
  double slack_s = 0;
};

double log_likelihood(const Shape& shape, const When& when, LatLon place, Instant time);
// At least log_likelihood anywhere in the box (property-tested), and tight as the box shrinks.
double log_likelihood_bound(const Shape& shape, const When& when, const SpaceTimeBox& box);
// The shape's log-likelihood of a place at whatever time fits it best.
double place_log_likelihood(const Shape& shape, LatLon place);
// The same for one shape and many places; the shape must outlive it.
class PlaceLikelihood {
 public:
  explicit PlaceLikelihood(const Shape& shape);
  double log_of(LatLon place) const;

 private:
  const Shape* shape_;
  LatLon anchor_;
  MetresPerDegree per_;
};
// The shape as a normal distribution of place with a covariance that can be inverted, where it is
// one: a point or a named place.
std::optional<PointShape> as_normal(const Shape& shape);
// ∫ exp(place_log_likelihood) over the ground in km²: divided by it, the likelihood is a density of
// place. Exact but for polygons that are not convex, whose soft edge is counted twice in corners
// that turn inwards, and tracks that bend or cross themselves, likewise. 0 for Nowhere.
double mass_km2(const Shape& shape);
// Natural log of the density of false reports of this shape per km² and second at a rate of
// `false_per_hour` from its source: rate spread evenly over what the shape could have said.
double log_false_density(const Shape& shape, const When& when, double false_per_hour);
// A box outside which the shape's mass is below 1e-3; whole earth for Nowhere. Where it would cross
// a pole or the meridian of 180° it goes all the way round.
GeoBox reach(const Shape& shape);
// Deterministic support: `count` places of equal weight that sample the shape's spatial likelihood
// as a density. Empty for Nowhere.
std::vector<LatLon> support(const Shape& shape, std::size_t count);
// What to draw: the region that holds 90 % of the shape's mass, as rings; a bearing is a thin
// wedge, a track a buffered line. A polygon is drawn as it was given, and grown where its soft edge
// holds more than a tenth; it may hold more. Empty for Nowhere. Not cut at the meridian of 180°.
MultiPolygonRings outline(const Shape& shape);
// "3–5 km ESE of 48.0953, 37.7548", "bearing 118° ± 3°".
std::string to_words(const Shape& shape);

}  // namespace truce
