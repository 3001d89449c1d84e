#include "base/polyline.h"

// The problem: how far is a line from here, when its edges run straight in longitude and latitude?
// A frame flat at p keeps distances from p to points, but an edge seen in it bends: ten kilometres
// of edge a hundred kilometres away are off by metres. The exact geodesic is right and costs a
// microsecond for each point of each edge.
//
// The idea: look through the earth. Of two places whose chord is c, the geodesic distance lies
// between the arcs that stand on that chord in circles of the greatest and of the least radius of
// curvature of WGS84 (`geodesic_least_m`, `geodesic_most_m`). These two differ by 3 mm at 50 km,
// 2 cm at 100 km and 21 m at 1,000 km, so a search by chords finds the nearest place all but
// exactly, without a sine per edge:
//
//   edge       straight in longitude and latitude; cut into pieces when the line is made
//   piece      so short that it leaves the straight segment between its ends by kBow_m at most
//   segment    straight through the earth; a tree of boxes finds the nearest
//
// Of the few pieces whose segment may hold the nearest place, that place is found on the piece
// itself, where the chord to p stands square on the way, and there the exact geodesic is taken:
// once, as a rule.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <GeographicLib/Geodesic.hpp>

#include "base/units.h"

namespace truce {

// Named, because Polyline holds what is made of these.
namespace chords {

struct Xyz {  // metres from the centre of the earth
  double x = 0, y = 0, z = 0;
};
struct Degrees {
  double lat = 0;
  double lon = 0;
};

struct Segment {
  Xyz start;
  Xyz way;
  double inverse_length2 = 0;  // 0 where it is a point
};

// A part of an edge, straight in longitude and latitude, and the segment between its ends.
struct Piece {
  Degrees start;
  Degrees way;
  Segment segment;
};

struct XyzBox {
  Xyz least, most;
};

// The pieces of a line in a tree of boxes.
class PieceTree {
 public:
  void add_edge(Degrees a, Degrees b);
  void build();  // once, when all edges are in
  bool empty() const { return pieces_.empty(); }
  double distance_m(Degrees p) const;
  Polyline::Bounds distance_bounds_m(const GeoBox& box) const;

 private:
  struct Node {
    XyzBox box;
    std::uint32_t first = 0, end = 0;  // its pieces
    std::uint32_t second_child = 0;    // the first child follows its parent; 0 in a leaf
  };
  void build_node(std::uint32_t first, std::uint32_t end);
  double nearest_chord_m(const Xyz& p) const;
  template <class Visit>
  void walk(std::uint32_t at, const Xyz& p, const double& reach2_m2, const Visit& visit) const;

  std::vector<Piece> pieces_;  // in the order of the tree
  std::vector<Node> nodes_;    // the root first
  double slack_m_ = 0;         // no piece is farther from its segment
};

namespace {

constexpr double kInfinity_m = std::numeric_limits<double>::infinity();
constexpr double kEquatorRadius_m = 6378137.0;  // WGS84
constexpr double kFlattening = 1 / 298.257223563;
constexpr double kSquash = (1 - kFlattening) * (1 - kFlattening);  // b²/a²
// The radii of curvature of the ellipsoid: least along the meridian at the equator, greatest at a
// pole.
constexpr double kLeastCurveRadius_m = kEquatorRadius_m * kSquash;
constexpr double kGreatestCurveRadius_m = kEquatorRadius_m / (1 - kFlattening);

// How far a piece may leave the segment between its ends: pieces of 2 km near the equator.
constexpr double kBow_m = 0.1;
// Covers what rounding does to coordinates of 6e6 m, a thousand times over.
constexpr double kRounding_m = 1e-6;
// A place is not measured where it cannot be nearer than the best by more: half a centimetre of the
// centimetre that is promised.
constexpr double kUndecided_m = 0.005;
// How near to its foot, along the way, a perpendicular has to stand. What is left of the distance
// is less.
constexpr double kFoot_m = 0.001;

Xyz operator-(const Xyz& a, const Xyz& b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
double dot(const Xyz& a, const Xyz& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

Degrees operator-(Degrees a, Degrees b) { return {a.lat - b.lat, a.lon - b.lon}; }
Degrees along(Degrees from, Degrees way, double t) {
  return {from.lat + t * way.lat, from.lon + t * way.lon};
}

// A place on the ellipsoid and how it moves with either coordinate, in metres per radian.
struct Ground {
  Xyz place;
  Xyz per_lat;
  Xyz per_lon;
};
Ground ground_at(Degrees p) {
  const double sin_lat = std::sin(to_radians(p.lat)), cos_lat = std::cos(to_radians(p.lat));
  const double sin_lon = std::sin(to_radians(p.lon)), cos_lon = std::cos(to_radians(p.lon));
  const double w2 = cos_lat * cos_lat + kSquash * sin_lat * sin_lat;
  const double across = kEquatorRadius_m / std::sqrt(w2);  // radius of the prime vertical
  const double meridian = across * kSquash / w2;
  return {
      .place = {across * cos_lat * cos_lon, across * cos_lat * sin_lon, across * kSquash * sin_lat},
      .per_lat = {-meridian * sin_lat * cos_lon, -meridian * sin_lat * sin_lon, meridian * cos_lat},
      .per_lon = {-across * cos_lat * sin_lon, across * cos_lat * cos_lon, 0}};
}

double arc_m(double chord_m, double radius_m) {
  return 2 * radius_m * std::asin(std::min(1.0, chord_m / (2 * radius_m)));
}

// The least geodesic distance of two places at this chord. The ellipsoid holds every arc of its
// greatest radius of curvature through the two (it is an intersection of balls of that radius:
// Blaschke's rolling theorem), and a way around all of them is no shorter than one.
double geodesic_least_m(double chord_m) {
  return arc_m(std::max(0.0, chord_m), kGreatestCurveRadius_m);
}

// The greatest: a geodesic bends nowhere more than a circle of the least radius, and of two arcs
// equally long the one that bends more has the shorter chord (Schur's theorem). That holds for half
// the circle at most; beyond 12,000 km of chord the bound is half a meridian, the greatest distance
// there is.
double geodesic_most_m(double chord_m) {
  constexpr double kFar_m = 12'000'000;
  constexpr double kHalfMeridian_m = 20'003'932;
  return chord_m > kFar_m ? kHalfMeridian_m : arc_m(chord_m, kLeastCurveRadius_m);
}

// No two places within this geodesic distance have a longer chord.
double chord_most_m(double geodesic_m) {
  return 2 * kGreatestCurveRadius_m * std::sin(geodesic_m / (2 * kGreatestCurveRadius_m));
}

double exact_geodesic_m(Degrees from, Degrees to) {
  double distance_m = 0;
  GeographicLib::Geodesic::WGS84().Inverse(from.lat, from.lon, to.lat, to.lon, distance_m);
  return distance_m;
}

// How far the curve from a to b leaves the segment through the earth, at most: an eighth of its
// greatest second derivative over [0, 1]. On the ellipsoid the second derivatives by the two
// coordinates are, in metres per square radian, below kSecond_m times 1 (latitude twice), the sine
// of the latitude (both) and its cosine (longitude twice).
double bow_m(Degrees a, Degrees b) {
  constexpr double kSecond_m = 6.4e6;
  const double lat_most = to_radians(std::max(std::abs(a.lat), std::abs(b.lat)));
  const bool over_equator = (a.lat < 0) != (b.lat < 0);
  const double lat_least =
      over_equator ? 0 : to_radians(std::min(std::abs(a.lat), std::abs(b.lat)));
  const double up = std::abs(to_radians(b.lat - a.lat));
  const double over = std::abs(to_radians(b.lon - a.lon));
  return kSecond_m / 8 *
         (up * up + 2 * std::sin(lat_most) * up * over + std::cos(lat_least) * over * over);
}

Segment segment_between(Degrees from, Degrees to) {
  const Xyz start = ground_at(from).place;
  const Xyz way = ground_at(to).place - start;
  const double length2 = dot(way, way);
  return {start, way, length2 > 0 ? 1 / length2 : 0};
}
double distance2_m2(const Segment& s, const Xyz& p) {
  const Xyz u = p - s.start;
  const double t = std::clamp(dot(u, s.way) * s.inverse_length2, 0.0, 1.0);
  const Xyz d{u.x - t * s.way.x, u.y - t * s.way.y, u.z - t * s.way.z};
  return dot(d, d);
}

struct Foot {  // the place of a piece that is nearest to p by the chord
  Degrees place;
  double chord_m = 0;
};

// What is asked of a piece at t of its way: the place, its chord to p, and how far ahead of p it
// is, along the way there.
struct Stand {
  double t = 0;
  double chord_m = 0;
  double ahead_m = 0;
};
Stand stand_at(const Piece& piece, double t, const Xyz& p) {
  const Ground g = ground_at(along(piece.start, piece.way, t));
  const Xyz chord = g.place - p;
  // Its length is in degrees of the way and does not count.
  const Xyz speed{piece.way.lat * g.per_lat.x + piece.way.lon * g.per_lon.x,
                  piece.way.lat * g.per_lat.y + piece.way.lon * g.per_lon.y,
                  piece.way.lat * g.per_lat.z + piece.way.lon * g.per_lon.z};
  const double speed2 = dot(speed, speed);
  return {.t = t,
          .chord_m = std::sqrt(dot(chord, chord)),
          .ahead_m = speed2 > 0 ? dot(chord, speed) / std::sqrt(speed2) : 0};
}

// Where a place of the piece is neither ahead of p nor behind it, between `lo`, which is behind,
// and `hi`, which is ahead: false position with the Illinois rule (Dowell & Jarratt 1971). A piece
// is so short that there is one.
Stand abreast_of(const Piece& piece, const Xyz& p, Stand lo, Stand hi) {
  constexpr int kRoundsMax = 40;
  Stand now = lo;
  for (int round = 0; round < kRoundsMax; ++round) {
    const double was_ahead_m = now.ahead_m;
    now = stand_at(piece, lo.t + (hi.t - lo.t) * lo.ahead_m / (lo.ahead_m - hi.ahead_m), p);
    if (std::abs(now.ahead_m) <= kFoot_m) break;
    const bool same_side = round > 0 && (now.ahead_m > 0) == (was_ahead_m > 0);
    Stand& other = now.ahead_m > 0 ? lo : hi;
    (now.ahead_m > 0 ? hi : lo) = now;
    if (same_side) other.ahead_m /= 2;
  }
  return now;
}

Foot foot_on(const Piece& piece, const Xyz& p) {
  const Stand first = stand_at(piece, 0, p);
  const Stand last = stand_at(piece, 1, p);
  Stand best = first.chord_m <= last.chord_m ? first : last;
  if (first.ahead_m < 0 && last.ahead_m > 0) {
    const Stand between = abreast_of(piece, p, first, last);
    if (between.chord_m < best.chord_m) best = between;
  }
  return {along(piece.start, piece.way, best.t), best.chord_m};
}

XyzBox box_of(const Piece* first, const Piece* end) {
  XyzBox box{.least = first->segment.start, .most = first->segment.start};
  for (const Piece* piece = first; piece != end; ++piece) {
    const auto& [start, way, inverse_length2] = piece->segment;
    for (const Xyz& p : {start, Xyz{start.x + way.x, start.y + way.y, start.z + way.z}}) {
      box.least = {std::min(box.least.x, p.x), std::min(box.least.y, p.y),
                   std::min(box.least.z, p.z)};
      box.most = {std::max(box.most.x, p.x), std::max(box.most.y, p.y), std::max(box.most.z, p.z)};
    }
  }
  return box;
}
double distance2_m2(const XyzBox& box, const Xyz& p) {
  const Xyz d{std::max({box.least.x - p.x, p.x - box.most.x, 0.0}),
              std::max({box.least.y - p.y, p.y - box.most.y, 0.0}),
              std::max({box.least.z - p.z, p.z - box.most.z, 0.0})};
  return dot(d, d);
}
double Xyz::* longest_axis(const XyzBox& box) {
  const Xyz size = box.most - box.least;
  if (size.x >= size.y && size.x >= size.z) return &Xyz::x;
  return size.y >= size.z ? &Xyz::y : &Xyz::z;
}

// No point of the box is farther from its middle than this: the way straight in longitude and
// latitude, with each degree as long as anywhere in the box.
double half_diagonal_m(const GeoBox& box) {
  const double south = std::abs(box.lat_min), north = std::abs(box.lat_max);
  const bool over_equator = box.lat_min < 0 && box.lat_max > 0;
  const double up = metres_per_degree(std::max(south, north)).lat;
  const double over = metres_per_degree(over_equator ? 0 : std::min(south, north)).lon;
  return std::hypot(up * (box.lat_max - box.lat_min), over * (box.lon_max - box.lon_min)) / 2;
}

}  // namespace

void PieceTree::add_edge(Degrees a, Degrees b) {
  const double edge_bow_m = bow_m(a, b);
  const auto parts = std::max(1, static_cast<int>(std::ceil(std::sqrt(edge_bow_m / kBow_m))));
  slack_m_ = std::max(slack_m_, edge_bow_m / parts / parts + kRounding_m);
  Degrees from = a;
  for (int i = 1; i <= parts; ++i) {
    const Degrees to = i == parts ? b : along(a, b - a, static_cast<double>(i) / parts);
    pieces_.push_back({from, to - from, segment_between(from, to)});
    from = to;
  }
}

void PieceTree::build() {
  if (!empty()) build_node(0, static_cast<std::uint32_t>(pieces_.size()));
}

// The pieces of a node are halved along the longest side of its box.
void PieceTree::build_node(std::uint32_t first, std::uint32_t end) {
  constexpr std::uint32_t kLeafPieces = 4;
  const auto at = nodes_.size();
  const XyzBox box = box_of(pieces_.data() + first, pieces_.data() + end);
  nodes_.push_back({.box = box, .first = first, .end = end});
  if (end - first <= kLeafPieces) return;
  const auto axis = longest_axis(box);
  const auto middle_of = [axis](const Piece& p) {
    return p.segment.start.*axis + p.segment.way.*axis / 2;
  };
  const auto half = first + (end - first) / 2;
  std::nth_element(pieces_.begin() + first, pieces_.begin() + half, pieces_.begin() + end,
                   [&](const Piece& a, const Piece& b) { return middle_of(a) < middle_of(b); });
  build_node(first, half);
  nodes_[at].second_child = static_cast<std::uint32_t>(nodes_.size());
  build_node(half, end);
}

// Visits the pieces of every leaf whose box is within reach of p, nearest first; what is visited
// may shorten the reach.
template <class Visit>
void PieceTree::walk(std::uint32_t at, const Xyz& p, const double& reach2_m2,
                     const Visit& visit) const {
  const Node& node = nodes_[at];
  if (node.second_child == 0) {
    for (auto i = node.first; i < node.end; ++i) visit(i);
    return;
  }
  std::uint32_t near = at + 1;
  std::uint32_t far = node.second_child;
  double near2 = distance2_m2(nodes_[near].box, p);
  double far2 = distance2_m2(nodes_[far].box, p);
  if (far2 < near2) {
    std::swap(near, far);
    std::swap(near2, far2);
  }
  if (near2 <= reach2_m2) walk(near, p, reach2_m2, visit);
  if (far2 <= reach2_m2) walk(far, p, reach2_m2, visit);
}

// The chord from p to the nearest segment: that to the nearest place of the line, give or take
// slack_m_.
double PieceTree::nearest_chord_m(const Xyz& p) const {
  double best2 = kInfinity_m;
  walk(0, p, best2, [&](auto i) { best2 = std::min(best2, distance2_m2(pieces_[i].segment, p)); });
  return std::sqrt(best2);
}

double PieceTree::distance_m(Degrees p) const {
  if (empty()) return kInfinity_m;
  const Xyz here = ground_at(p).place;
  const double most_m = geodesic_most_m(nearest_chord_m(here) + slack_m_);
  const double reach_m = chord_most_m(most_m) + slack_m_;
  const double reach2_m2 = reach_m * reach_m;
  double best_m = kInfinity_m;
  walk(0, here, reach2_m2, [&](auto i) {
    const Piece& piece = pieces_[i];
    if (distance2_m2(piece.segment, here) > reach2_m2) return;
    const Foot foot = foot_on(piece, here);
    if (geodesic_least_m(foot.chord_m) >= best_m - kUndecided_m) return;
    best_m = std::min(best_m, exact_geodesic_m(p, foot.place));
  });
  return best_m;
}

Polyline::Bounds PieceTree::distance_bounds_m(const GeoBox& box) const {
  if (empty()) return {kInfinity_m, kInfinity_m};
  const Degrees middle{(box.lat_min + box.lat_max) / 2, (box.lon_min + box.lon_max) / 2};
  const double chord_m = nearest_chord_m(ground_at(middle).place);
  const double reach_m = half_diagonal_m(box) + kRounding_m;
  return {.least_m = std::max(0.0, geodesic_least_m(chord_m - slack_m_) - reach_m),
          .most_m = geodesic_most_m(chord_m + slack_m_) + reach_m};
}

}  // namespace chords

struct Polyline::Impl {
  std::vector<std::vector<LatLon>> strings;
  chords::PieceTree tree;
};

Polyline::Polyline() {
  static const auto kNone = std::make_shared<const Impl>();
  impl_ = kNone;
}

Result<Polyline> Polyline::from_strings(const std::vector<std::vector<LatLon>>& strings) {
  auto impl = std::make_shared<Impl>();
  for (const auto& string : strings) {
    if (string.size() < 2) {
      return bad_input("a line has " + std::to_string(string.size()) + " points", {},
                       "two or more");
    }
    for (std::size_t i = 1; i < string.size(); ++i) {
      if (std::abs(string[i].lon_deg() - string[i - 1].lon_deg()) > 180)
        return bad_input("a line crosses the antimeridian", {}, "one line on each side of it");
      impl->tree.add_edge({string[i - 1].lat_deg(), string[i - 1].lon_deg()},
                          {string[i].lat_deg(), string[i].lon_deg()});
    }
  }
  impl->strings = strings;
  impl->tree.build();
  Polyline line;
  line.impl_ = std::move(impl);
  return line;
}

bool Polyline::empty() const { return impl_->tree.empty(); }
const std::vector<std::vector<LatLon>>& Polyline::strings() const { return impl_->strings; }

double Polyline::distance_m(LatLon p) const {
  return impl_->tree.distance_m({p.lat_deg(), p.lon_deg()});
}
Polyline::Bounds Polyline::distance_bounds_m(const GeoBox& box) const {
  return impl_->tree.distance_bounds_m(box);
}

}  // namespace truce
