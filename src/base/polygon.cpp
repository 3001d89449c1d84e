#include "base/polygon.h"

#include <geos_c.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <mutex>

#include <GeographicLib/Geodesic.hpp>
#include <GeographicLib/PolygonArea.hpp>

#include "base/polyline.h"

namespace truce {

// Points against edges are decided here, exactly, in whole numbers of 1e-7 degree; everything that
// makes new geometry (validity, union, buffer) is GEOS's.
struct Area::Impl {
  struct Edge {
    LatLon a, b;
  };
  MultiPolygonRings rings;
  std::vector<Edge> edges;
  GeoBox box;

  // All rings as one line, made when it is first asked for: most areas are never measured from.
  const Polyline& boundary() const {
    std::call_once(boundary_made_, [this] {
      std::vector<Ring> all;
      for (const auto& polygon : rings) {
        all.push_back(polygon.outer);
        all.insert(all.end(), polygon.holes.begin(), polygon.holes.end());
      }
      boundary_ = Polyline::from_strings(all).value();
    });
    return boundary_;
  }

 private:
  mutable std::once_flag boundary_made_;
  mutable Polyline boundary_;
};

namespace {

struct GeosContext {
  GEOSContextHandle_t handle = GEOS_init_r();
  std::string message;
  GeosContext() { GEOSContext_setErrorMessageHandler_r(handle, &note, this); }
  GeosContext(const GeosContext&) = delete;
  GeosContext& operator=(const GeosContext&) = delete;
  ~GeosContext() { GEOS_finish_r(handle); }
  static void note(const char* text, void* self) {
    static_cast<GeosContext*>(self)->message = text;
  }
};

GeosContext& geos() {
  thread_local GeosContext context;
  return context;
}

struct GeomDeleter {
  void operator()(GEOSGeometry* g) const { GEOSGeom_destroy_r(geos().handle, g); }
};
using Geom = std::unique_ptr<GEOSGeometry, GeomDeleter>;

Error geos_error(const std::string& what) {
  return make_error(ErrorCode::kBadInput, what + ": " + geos().message, {}, "a valid polygon");
}

template <class ToX, class ToY, class Points>
GEOSCoordSequence* sequence(const Points& points, ToX x, ToY y) {
  GEOSCoordSequence* s =
      GEOSCoordSeq_create_r(geos().handle, static_cast<unsigned>(points.size()), 2);
  for (unsigned i = 0; i < points.size(); ++i)
    GEOSCoordSeq_setXY_r(geos().handle, s, i, x(points[i]), y(points[i]));
  return s;
}

GEOSGeometry* linear_ring(const Ring& ring) {
  return GEOSGeom_createLinearRing_r(
      geos().handle,
      sequence(ring, [](LatLon p) { return p.lon_deg(); }, [](LatLon p) { return p.lat_deg(); }));
}

Geom to_geos(const MultiPolygonRings& rings) {
  std::vector<GEOSGeometry*> parts;
  for (const auto& polygon : rings) {
    std::vector<GEOSGeometry*> holes;
    for (const auto& hole : polygon.holes) holes.push_back(linear_ring(hole));
    parts.push_back(GEOSGeom_createPolygon_r(geos().handle, linear_ring(polygon.outer),
                                             holes.data(), static_cast<unsigned>(holes.size())));
  }
  return Geom(GEOSGeom_createCollection_r(geos().handle, GEOS_MULTIPOLYGON, parts.data(),
                                          static_cast<unsigned>(parts.size())));
}

Ring ring_of(const GEOSGeometry* g) {
  const GEOSCoordSequence* s = GEOSGeom_getCoordSeq_r(geos().handle, g);
  unsigned n = 0;
  GEOSCoordSeq_getSize_r(geos().handle, s, &n);
  Ring ring;
  for (unsigned i = 0; i < n; ++i) {
    double x = 0;
    double y = 0;
    GEOSCoordSeq_getXY_r(geos().handle, s, i, &x, &y);
    ring.push_back({static_cast<std::int32_t>(std::llround(y * 1e7)),
                    static_cast<std::int32_t>(std::llround(x * 1e7))});
  }
  return ring;
}

void collect(const GEOSGeometry* g, MultiPolygonRings& out) {
  const auto handle = geos().handle;
  if (GEOSGeomTypeId_r(handle, g) == GEOS_POLYGON) {
    if (GEOSisEmpty_r(handle, g) == 1) return;
    PolygonRings polygon{ring_of(GEOSGetExteriorRing_r(handle, g)), {}};
    for (int i = 0; i < GEOSGetNumInteriorRings_r(handle, g); ++i) {
      polygon.holes.push_back(ring_of(GEOSGetInteriorRingN_r(handle, g, i)));
    }
    out.push_back(std::move(polygon));
  } else if (GEOSGeomTypeId_r(handle, g) >= GEOS_MULTIPOINT) {
    for (int i = 0; i < GEOSGetNumGeometries_r(handle, g); ++i)
      collect(GEOSGetGeometryN_r(handle, g, i), out);
  }
}

// Ring vertices moved into metres around `frame` (or back), for operations that take a distance.
template <class F>
MultiPolygonRings map_points(const MultiPolygonRings& rings, F f) {
  MultiPolygonRings out = rings;
  for (auto& polygon : out) {
    for (auto& p : polygon.outer) p = f(p);
    for (auto& hole : polygon.holes) {
      for (auto& p : hole) p = f(p);
    }
  }
  return out;
}

// Local metres kept in LatLon's integers as centimetres: a buffer needs no more, and the ring
// helpers above serve both.
LatLon to_plane(const LocalFrame& frame, LatLon p) {
  const auto xy = frame.to_xy(p);
  return {static_cast<std::int32_t>(std::llround(xy.y_m * 100)),
          static_cast<std::int32_t>(std::llround(xy.x_m * 100))};
}
LatLon from_plane(const LocalFrame& frame, LatLon p) {
  return frame.to_latlon({p.lon_e7 / 100.0, p.lat_e7 / 100.0});
}

LatLon middle(const GeoBox& box) {
  return {static_cast<std::int32_t>(std::llround((box.lat_min + box.lat_max) / 2 * 1e7)),
          static_cast<std::int32_t>(std::llround((box.lon_min + box.lon_max) / 2 * 1e7))};
}

// A product of two differences of 1e-7 degrees needs 65 bits.
__extension__ typedef __int128 Wide;

Wide cross(LatLon a, LatLon b, LatLon p) {
  return static_cast<Wide>(static_cast<std::int64_t>(b.lon_e7) - a.lon_e7) *
             (static_cast<std::int64_t>(p.lat_e7) - a.lat_e7) -
         static_cast<Wide>(static_cast<std::int64_t>(b.lat_e7) - a.lat_e7) *
             (static_cast<std::int64_t>(p.lon_e7) - a.lon_e7);
}

// Whether the segment meets the closed box (Liang & Barsky 1984).
bool meets(LatLon a, LatLon b, const GeoBox& box) {
  double t0 = 0;
  double t1 = 1;
  const double dx = b.lon_deg() - a.lon_deg();
  const double dy = b.lat_deg() - a.lat_deg();
  const double p[4] = {-dx, dx, -dy, dy};
  const double q[4] = {a.lon_deg() - box.lon_min, box.lon_max - a.lon_deg(),
                       a.lat_deg() - box.lat_min, box.lat_max - a.lat_deg()};
  for (int i = 0; i < 4; ++i) {
    if (p[i] == 0) {
      if (q[i] < 0) return false;
      continue;
    }
    const double t = q[i] / p[i];
    if (p[i] < 0)
      t0 = std::max(t0, t);
    else
      t1 = std::min(t1, t);
    if (t0 > t1) return false;
  }
  return true;
}

LatLon corner(double lat, double lon) {
  return {static_cast<std::int32_t>(std::llround(lat * 1e7)),
          static_cast<std::int32_t>(std::llround(lon * 1e7))};
}

Status check_ring(const Ring& ring) {
  if (ring.size() < 4)
    return bad_input("a ring has " + std::to_string(ring.size()) + " points", {}, "four or more");
  if (ring.front() != ring.back())
    return bad_input("a ring is not closed", {}, "the first point again at its end");
  for (std::size_t i = 1; i < ring.size(); ++i) {
    if (std::abs(ring[i].lon_deg() - ring[i - 1].lon_deg()) > 180) {
      return bad_input("a ring crosses the antimeridian", {}, "one polygon on each side of it");
    }
  }
  return done();
}

}  // namespace

Area::Area() : impl_(std::make_shared<Impl>()) {}

Result<Area> Area::from_rings(const MultiPolygonRings& rings) {
  auto impl = std::make_shared<Impl>();
  impl->box = {90, -90, 180, -180};
  const auto take = [&](const Ring& ring) -> Status {
    TRUCE_CHECK_OK(check_ring(ring));
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) impl->edges.push_back({ring[i], ring[i + 1]});
    for (const auto& p : ring) {
      impl->box.lat_min = std::min(impl->box.lat_min, p.lat_deg());
      impl->box.lat_max = std::max(impl->box.lat_max, p.lat_deg());
      impl->box.lon_min = std::min(impl->box.lon_min, p.lon_deg());
      impl->box.lon_max = std::max(impl->box.lon_max, p.lon_deg());
    }
    return done();
  };
  for (const auto& polygon : rings) {
    TRUCE_CHECK_OK(take(polygon.outer));
    for (const auto& hole : polygon.holes) TRUCE_CHECK_OK(take(hole));
  }
  if (!rings.empty()) {
    const Geom g = to_geos(rings);
    char* reason = nullptr;
    GEOSGeometry* where = nullptr;
    const char valid = GEOSisValidDetail_r(geos().handle, g.get(), 0, &reason, &where);
    std::string text = reason == nullptr ? "" : reason;
    if (reason != nullptr) GEOSFree_r(geos().handle, reason);
    if (where != nullptr) {
      double x = 0;
      double y = 0;
      GEOSGeomGetX_r(geos().handle, where, &x);
      GEOSGeomGetY_r(geos().handle, where, &y);
      text += " at latitude " + std::to_string(y) + ", longitude " + std::to_string(x);
      GEOSGeom_destroy_r(geos().handle, where);
    }
    if (valid != 1)
      return bad_input("not a valid area: " + text, {}, "rings that do not cross or overlap");
  }
  impl->rings = rings;
  Area area;
  area.impl_ = std::move(impl);
  return area;
}

bool Area::empty() const { return impl_->rings.empty(); }
const MultiPolygonRings& Area::rings() const { return impl_->rings; }
GeoBox Area::bounds() const { return impl_->box; }

bool Area::contains(LatLon p) const {
  if (empty() || !impl_->box.contains(p.lat_deg(), p.lon_deg())) return false;
  bool inside = false;
  for (const auto& [a, b] : impl_->edges) {
    const bool above_a = a.lat_e7 > p.lat_e7;
    const bool above_b = b.lat_e7 > p.lat_e7;
    if (above_a == above_b) {
      const bool on_level = a.lat_e7 == p.lat_e7 && b.lat_e7 == p.lat_e7;
      if (on_level && std::min(a.lon_e7, b.lon_e7) <= p.lon_e7 &&
          p.lon_e7 <= std::max(a.lon_e7, b.lon_e7))
        return true;
      if (p == a || p == b) return true;
      continue;
    }
    const Wide side = cross(a, b, p);
    if (side == 0) return true;  // on the edge
    if ((side > 0) == (b.lat_e7 > a.lat_e7)) inside = !inside;
  }
  return inside;
}

bool Area::overlaps(const GeoBox& box) const {
  if (empty() || !impl_->box.overlaps(box)) return false;
  if (contains(corner(box.lat_min, box.lon_min))) return true;
  return std::any_of(impl_->edges.begin(), impl_->edges.end(),
                     [&](const auto& e) { return meets(e.a, e.b, box); });
}

bool Area::contains(const GeoBox& box) const {
  if (empty() || !contains(corner(box.lat_min, box.lon_min)) ||
      !contains(corner(box.lat_max, box.lon_max)))
    return false;
  return std::none_of(impl_->edges.begin(), impl_->edges.end(),
                      [&](const auto& e) { return meets(e.a, e.b, box); });
}

double Area::area_m2() const {
  const auto ring_area = [](const Ring& ring) {
    GeographicLib::PolygonArea polygon(GeographicLib::Geodesic::WGS84());
    for (std::size_t i = 0; i + 1 < ring.size(); ++i)
      polygon.AddPoint(ring[i].lat_deg(), ring[i].lon_deg());
    double perimeter = 0;
    double area = 0;
    polygon.Compute(false, true, perimeter, area);
    return std::abs(area);
  };
  double total = 0;
  for (const auto& polygon : impl_->rings) {
    total += ring_area(polygon.outer);
    for (const auto& hole : polygon.holes) total -= ring_area(hole);
  }
  return total;
}

double Area::boundary_distance_m(LatLon p) const { return impl_->boundary().distance_m(p); }

Result<Area> Area::unite(const std::vector<Area>& parts) {
  MultiPolygonRings all;
  for (const auto& part : parts) all.insert(all.end(), part.rings().begin(), part.rings().end());
  if (all.empty()) return Area();
  const Geom g = to_geos(all);
  const Geom joined(GEOSUnaryUnion_r(geos().handle, g.get()));
  if (!joined) return geos_error("areas cannot be united");
  MultiPolygonRings out;
  collect(joined.get(), out);
  return from_rings(out);
}

Result<Area> Area::intersect(const Area& a, const Area& b) {
  if (a.empty() || b.empty()) return Area();
  const Geom x = to_geos(a.rings());
  const Geom y = to_geos(b.rings());
  const Geom common(GEOSIntersection_r(geos().handle, x.get(), y.get()));
  if (!common) return geos_error("areas cannot be intersected");
  MultiPolygonRings out;
  collect(common.get(), out);
  return from_rings(out);
}

Result<Area> Area::buffered(double distance_m) const {
  if (empty()) return Area();
  const LocalFrame frame(middle(impl_->box));
  const Geom plane =
      to_geos(map_points(impl_->rings, [&](LatLon p) { return to_plane(frame, p); }));
  const Geom grown(GEOSBuffer_r(geos().handle, plane.get(), distance_m * 100 * 1e-7, 16));
  if (!grown) return geos_error("the area cannot be buffered");
  MultiPolygonRings out;
  collect(grown.get(), out);
  return from_rings(map_points(out, [&](LatLon p) { return from_plane(frame, p); }));
}

Result<Area> Area::buffer_line(const std::vector<LatLon>& line, double distance_m) {
  if (line.size() < 2 || !(distance_m > 0))
    return bad_input("a line of fewer than two points, or no distance, has no area");
  GeoBox box{90, -90, 180, -180};
  for (const auto& p : line) {
    box.lat_min = std::min(box.lat_min, p.lat_deg());
    box.lat_max = std::max(box.lat_max, p.lat_deg());
    box.lon_min = std::min(box.lon_min, p.lon_deg());
    box.lon_max = std::max(box.lon_max, p.lon_deg());
  }
  const LocalFrame frame(middle(box));
  std::vector<LatLon> plane;
  for (const auto& p : line) plane.push_back(to_plane(frame, p));
  const Geom g(GEOSGeom_createLineString_r(
      geos().handle,
      sequence(plane, [](LatLon p) { return p.lon_deg(); }, [](LatLon p) { return p.lat_deg(); })));
  const Geom grown(GEOSBuffer_r(geos().handle, g.get(), distance_m * 100 * 1e-7, 16));
  if (!grown) return geos_error("the line cannot be buffered");
  MultiPolygonRings out;
  collect(grown.get(), out);
  return from_rings(map_points(out, [&](LatLon p) { return from_plane(frame, p); }));
}

namespace {

namespace dom = simdjson::dom;

Result<Ring> parse_ring(const dom::element& element, const Place& place) {
  dom::array points;
  if (element.get_array().get(points))
    return bad_input("a ring is not an array", place, "[[longitude, latitude], …]");
  Ring ring;
  for (const auto& point : points) {
    dom::array pair;
    double lon = 0;
    double lat = 0;
    if (point.get_array().get(pair) || pair.size() < 2 || pair.at(0).get_double().get(lon) ||
        pair.at(1).get_double().get(lat)) {
      return bad_input("a position is not two numbers", place, "[longitude, latitude]");
    }
    auto p = LatLon::from_degrees(lat, lon);
    if (!p.ok()) return wrap("a position is off the earth", p.error(), place);
    ring.push_back(*p);
  }
  const Status closed = check_ring(ring);
  if (!closed.ok()) return wrap("a ring is not one", closed.error(), place);
  return ring;
}

Result<PolygonRings> parse_polygon(const dom::element& element, const Place& place) {
  dom::array rings;
  if (element.get_array().get(rings) || rings.size() == 0)
    return bad_input("a polygon has no rings", place, "an array of rings");
  PolygonRings polygon;
  bool first = true;
  for (const auto& r : rings) {
    TRUCE_TRY(ring, parse_ring(r, place));
    if (first)
      polygon.outer = std::move(ring);
    else
      polygon.holes.push_back(std::move(ring));
    first = false;
  }
  return polygon;
}

}  // namespace

Result<MultiPolygonRings> parse_geojson_area(std::string_view geometry_json, const Place& place) {
  dom::parser parser;
  dom::element root;
  if (const auto e = parser.parse(geometry_json.data(), geometry_json.size()).get(root)) {
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e), place,
                     "a GeoJSON geometry");
  }
  std::string_view type;
  dom::element coordinates;
  if (root["type"].get_string().get(type) || root["coordinates"].get(coordinates)) {
    return bad_input("not a GeoJSON geometry", place, "type and coordinates");
  }
  MultiPolygonRings out;
  if (type == "Polygon") {
    TRUCE_TRY(polygon, parse_polygon(coordinates, place));
    out.push_back(std::move(polygon));
  } else if (type == "MultiPolygon") {
    dom::array polygons;
    if (coordinates.get_array().get(polygons))
      return bad_input("coordinates are not an array", place);
    for (const auto& p : polygons) {
      TRUCE_TRY(polygon, parse_polygon(p, place));
      out.push_back(std::move(polygon));
    }
  } else {
    return bad_input("a geometry of type " + std::string(type), place, "Polygon or MultiPolygon");
  }
  return out;
}

}  // namespace truce
