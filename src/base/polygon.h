#pragma once
// Areas on the ground: rings of WGS84 coordinates, edges straight in longitude and latitude as
// GeoJSON has it. Geometry is GEOS's behind this one interface; topology errors come back as
// errors.

#include <memory>
#include <string>
#include <vector>

#include "base/geo.h"

namespace truce {

struct GeoBox {  // closed; never crosses the antimeridian (such input is an error where it is read)
  double lat_min = 0, lat_max = 0, lon_min = 0, lon_max = 0;
  bool contains(double lat, double lon) const {
    return lat >= lat_min && lat <= lat_max && lon >= lon_min && lon <= lon_max;
  }
  bool overlaps(const GeoBox& o) const {
    return lat_min <= o.lat_max && o.lat_min <= lat_max && lon_min <= o.lon_max &&
           o.lon_min <= lon_max;
  }
  friend bool operator==(const GeoBox&, const GeoBox&) = default;
};

using Ring = std::vector<LatLon>;  // closed: first == last
struct PolygonRings {
  Ring outer;
  std::vector<Ring> holes;
  friend bool operator==(const PolygonRings&, const PolygonRings&) = default;
};
using MultiPolygonRings = std::vector<PolygonRings>;

// An immutable prepared area; cheap to copy, safe to use from several threads at once.
class Area {
 public:
  Area();  // empty
  // Errors: open ring, fewer than four points, self-crossing (named with the place GEOS found).
  static Result<Area> from_rings(const MultiPolygonRings& rings);
  bool empty() const;
  const MultiPolygonRings& rings() const;
  GeoBox bounds() const;
  bool contains(LatLon p) const;           // boundary counts as inside
  bool contains(const GeoBox& box) const;  // the whole box lies inside
  bool overlaps(const GeoBox& box) const;  // some point of the box lies inside or on the boundary
  double area_m2() const;                  // geodesic
  // Geodesic distance from p to the nearest point of the boundary, in metres, inside and outside
  // alike, right to a centimetre within 1,000 km; infinity where the area is empty.
  double boundary_distance_m(LatLon p) const;
  // Union, intersection and a buffer by a distance in metres (in the local frame of the centroid).
  static Result<Area> unite(const std::vector<Area>& parts);
  static Result<Area> intersect(const Area& a, const Area& b);
  Result<Area> buffered(double distance_m) const;
  static Result<Area> buffer_line(const std::vector<LatLon>& line, double distance_m);

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

// A GeoJSON geometry object (Polygon or MultiPolygon) as text.
Result<MultiPolygonRings> parse_geojson_area(std::string_view geometry_json, const Place& place);

}  // namespace truce
