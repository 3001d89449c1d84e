#pragma once
// A conduct with what many provisions ask of it: where it may have been, which of these places lie
// in which zone and how far from which line. Each is worked out once, and only when asked for.

#include <optional>
#include <vector>

#include "stages/judge/agreement.h"

namespace truce::judge {

// Coordinates at rest are whole numbers of 1e-7 degree: what lies at a bound may be stored this far
// beyond it, and is held to lie at it.
inline constexpr double kGrain_m = 0.01;

// Which of a subject's possible places have a property for sure, and which may have it.
struct Places {
  std::vector<bool> surely, maybe;
};

// A box that holds all places within `by_m` of the box.
GeoBox widened(const GeoBox& box, double by_m);

// A notice with its area, none where it names no place.
struct Announced {
  const Notice* notice = nullptr;
  std::optional<Area> area;
};

class Subject {
 public:
  Subject(const Conduct& conduct, const std::vector<Notice>& notices);
  const Conduct& conduct() const { return conduct_; }
  const std::vector<Announced>& notices() const { return notices_; }

  bool is_known(Where where) const { return !side(where).sample->empty(); }
  const GeoBox& box(Where where) const { return side(where).box; }
  const std::vector<LatLon>& places(Where where);
  // Share of the places inside one of the zones, each within its tolerance.
  Range share_inside(Where where, const std::vector<const Zone*>& zones);
  // That it was inside: of a way any part of it will do.
  Range was_inside(Where where, const std::vector<const Zone*>& zones);
  // That it was nearer to the baseline than `distance_m`, likewise.
  Range was_nearer(Where where, const Baseline& baseline, double distance_m);
  double share_inside(Where where, const Area& area);

 private:
  Range of_way(Range share) const;
  // Share of the places nearer to the baseline than `distance_m`.
  Range share_nearer(Where where, const Baseline& baseline, double distance_m);
  struct Side {
    const PlaceSample* sample = nullptr;
    GeoBox box;
    std::vector<LatLon> places;
    std::vector<std::pair<const Zone*, Places>> inside;
    std::vector<std::pair<const Baseline*, std::vector<double>>> distances_m;
  };
  Side& side(Where where) { return where == Where::kOrigin ? from_ : at_; }
  const Side& side(Where where) const { return where == Where::kOrigin ? from_ : at_; }
  const Places& inside(Side& side, const Zone& zone);
  const std::vector<double>& distances(Side& side, const Baseline& baseline);

  const Conduct& conduct_;
  Side at_, from_;
  std::vector<Announced> notices_;
};

}  // namespace truce::judge
