#pragma once
// Lengths, angles and the sixteen compass words.

#include <cmath>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace truce {

struct Length {
  double m = 0;
  static constexpr Length meters(double v) { return {v}; }
  static constexpr Length kilometers(double v) { return {v * 1000.0}; }
  constexpr double in_meters() const { return m; }
  constexpr double in_kilometers() const { return m / 1000.0; }
  friend constexpr auto operator<=>(Length, Length) = default;
};

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double to_radians(double deg) { return deg * kPi / 180.0; }
inline constexpr double to_degrees(double rad) { return rad * 180.0 / kPi; }

// Azimuths are degrees clockwise from true north, normalised to [0, 360).
double normalize_azimuth_deg(double deg);
// Signed smallest difference a - b in (-180, 180].
double azimuth_difference_deg(double a_deg, double b_deg);

// A wedge of directions: centre ± half width. The sixteen-wind word "ESE" is 112.5 ± 11.25.
struct Wedge {
  double azimuth_deg = 0;
  double half_width_deg = 180;
  bool contains(double azimuth) const {
    return std::abs(azimuth_difference_deg(azimuth, azimuth_deg)) <= half_width_deg;
  }
};
// "N", "NNE" … "NNW" in any case. Errors: not a sixteen-wind word.
Result<double> parse_compass_deg(std::string_view word);
std::string_view compass_word(double azimuth_deg);  // nearest of sixteen
// Smallest wedge that holds the wedges of all words: {"NW","NNE"} is 315−11.25 … 22.5+11.25.
Result<Wedge> parse_compass_wedge(const std::string_view* words, std::size_t count);

}  // namespace truce
