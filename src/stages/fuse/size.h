#pragma once
// How large was it? The mass of TNT, burst on open ground, whose blast would have been as strong at
// the places where it was measured.
//
// A single figure would be a lie: air alone scatters a far pressure by a factor of two, and a
// factor of two in pressure is one of six to eight in mass. So the answer is a median and a range
// that holds the truth in nine cases of ten, or none with the reason.
//
// Law: scaled distance Z = R / (1.8 W)^(1/3) in m/kg^(1/3), scaled to the ambient pressure after
// Sachs. Up to Z = 10 the free-air fit of Kinney & Graham (Explosive Shocks in Air, 1985); from 40,
// where their tables end, the free-air law of ANSI S2.20-1983, pressure ~ W^0.367 / R^1.1; between
// the two their logarithms are mixed. 1.8 instead of the 2 of a perfect mirror is the practice for
// charges on the ground (Kingery & Bulmash 1984): the crater takes its share.
//
// A muzzle blast is not told from a detonation: of a gun this is what the mouth of its barrel is
// worth in TNT, not what its shell carries. Casing, height of burst and kind of explosive are one
// spread, `charge_sd`. Levels are taken as peak, 20 log10(p / 20 µPa); a weighted or band-limited
// level gives too small a mass. Nothing here knows of screens, valleys or sound ducts.

#include <cstddef>
#include <span>

#include "base/result.h"

namespace truce::fuse {

inline constexpr double kSeaLevelPa = 101'325;

// Beliefs, all one sigma. `path` and `weather` together are the factor of two by which far
// pressures scatter around the law.
struct SizeParams {
  double path_sd_db = 5;       // far away, from reading to reading
  double weather_sd_db = 3.5;  // far away, common to all readings of one effect
  double near_sd_db = 1.5;     // near by, where the law is that of a shock
  double charge_sd = 0.5;      // of ln(mass): height of burst, casing, kind of explosive
  double stray_share = 0.1;    // of readings that are plainly wrong
};

struct BlastAt {
  double mass_kg = 0;
  double distance_m = 0;
  double ambient_pa = kSeaLevelPa;
};

// Side-on peak of a charge in free air by the law above; all three positive. Falls with distance,
// grows with mass.
double free_air_overpressure_pa(const BlastAt& at);

double peak_level_db(double overpressure_pa);  // re 20 µPa
double peak_overpressure_pa(double level_db);

struct BlastReading {
  double distance_m = 0;
  double distance_sd_m = 0;
  double level_db = 0;     // peak
  double level_sd_db = 0;  // of the instrument alone; what the air adds is in SizeParams
};

// A level as `associate` says it: what was heard, carried back to 1 m by spherical spreading. The
// laws know no such level (at 1 m the shock is far stronger), so it is carried out again to where
// it was heard.
struct SourceLevel {
  double level_db = 0;
  double level_sd_db = 0;
  double heard_from_m = 0;  // typical distance of those who heard it
};

struct TntMass {
  double low_kg = 0;         // with 5 %, it is less
  double best_kg = 0;        // with 50 %
  double high_kg = 0;        // with 95 %
  std::size_t left_out = 0;  // readings nearer or farther than the laws hold
};

// Readings hold from 10 m (nearer, a large charge reaches inside Z = 0.05, where the fit ends) to
// 30 km (farther, sound comes down from ducts aloft).
inline constexpr double kNearestReadingM = 10;
inline constexpr double kFarthestReadingM = 30'000;
// Below the lightest lie the muzzle blasts of rifles; the heaviest is a kiloton.
inline constexpr double kLightestKg = 0.01;
inline constexpr double kHeaviestKg = 1e6;
inline constexpr std::size_t kReadingsMax = 1000;

// Before the readings every order of magnitude is as likely. The result does not depend on their
// order; a reading that the others contradict loses its say, and readings that disagree widen the
// range. Errors: kBadInput for a number that cannot be, kLimit above kReadingsMax, kUnusable when
// no reading lies where the laws hold, the median is outside the masses above, or the range spans
// more than a factor of a million.
Result<TntMass> size_of_readings(std::span<const BlastReading> readings, const SizeParams& params,
                                 double ambient_pa = kSeaLevelPa);
Result<TntMass> size_of_source(const SourceLevel& source, const SizeParams& params,
                               double ambient_pa = kSeaLevelPa);

}  // namespace truce::fuse
