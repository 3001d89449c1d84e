#include "base/units.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace truce {

namespace {
constexpr std::array<std::string_view, 16> kWords{"N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                                  "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"};
constexpr double kStep = 22.5;
}  // namespace

double normalize_azimuth_deg(double deg) {
  const double r = std::fmod(deg, 360.0);
  const double positive = r < 0 ? r + 360.0 : r;
  return positive >= 360.0 ? 0.0 : positive;
}

double azimuth_difference_deg(double a_deg, double b_deg) {
  const double d = normalize_azimuth_deg(a_deg - b_deg);
  return d > 180.0 ? d - 360.0 : d;
}

Result<double> parse_compass_deg(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == upper) return static_cast<double>(i) * kStep;
  }
  return bad_input("\"" + std::string(word.substr(0, 32)) + "\" is not a compass word", {},
                   "one of the sixteen winds, N, NNE … NNW");
}

std::string_view compass_word(double azimuth_deg) {
  const auto i = static_cast<std::size_t>(std::lround(normalize_azimuth_deg(azimuth_deg) / kStep)) %
                 kWords.size();
  return kWords[i];
}

// The smallest wedge over several wedges of equal width is the circle without its largest gap.
Result<Wedge> parse_compass_wedge(const std::string_view* words, std::size_t count) {
  std::vector<double> centres;
  for (std::size_t i = 0; i < count; ++i) {
    TRUCE_TRY(deg, parse_compass_deg(words[i]));
    centres.push_back(deg);
  }
  if (centres.empty()) return Wedge{};
  std::sort(centres.begin(), centres.end());
  std::size_t after_gap = 0;
  double gap = -1;
  for (std::size_t i = 0; i < centres.size(); ++i) {
    const double before = i == 0 ? centres.back() - 360.0 : centres[i - 1];
    if (centres[i] - before > gap) {
      gap = centres[i] - before;
      after_gap = i;
    }
  }
  const double span = 360.0 - gap;  // from the first centre after the gap to the last before it
  return Wedge{normalize_azimuth_deg(centres[after_gap] + span / 2),
               std::min(180.0, span / 2 + kStep / 2)};
}

}  // namespace truce
