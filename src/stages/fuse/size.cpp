#include "stages/fuse/size.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace truce::fuse {

namespace {

constexpr double kReferencePa = 20e-6;
constexpr double kGroundFactor = 1.8;

// Where one law gives way to the other, m/kg^(1/3).
constexpr double kShockUntil = 10;
constexpr double kSoundFrom = 40;

// Kinney & Graham 1985, chemical explosions: overpressure over ambient.
double shock_ratio(double z) {
  const auto term = [z](double scale) { return 1 + (z / scale) * (z / scale); };
  return 808 * term(4.5) / std::sqrt(term(0.048) * term(0.32) * term(1.35));
}

// ANSI S2.20-1983: 42.48 psi at 1 foot of 1 lb, falling with R^1.1, is 105.93 kPa at 1 m of 1 kg.
double sound_ratio(double z) { return 105'930 / kSeaLevelPa * std::pow(z, -1.1); }

// How far the law has gone over from shock to sound, 0 to 1.
double sound_share(double z) {
  return std::clamp(std::log(z / kShockUntil) / std::log(kSoundFrom / kShockUntil), 0.0, 1.0);
}

double scaled_distance(const BlastAt& at) {
  return at.distance_m * std::cbrt(at.ambient_pa / kSeaLevelPa / at.mass_kg);
}

// Masses looked at: wider than those answered by far, so that no range is cut by the edge.
constexpr double kMassStep = 0.2;  // of ln(mass), finer than any charge_sd is known
constexpr double kMassFrom = -14;  // 1 mg
constexpr std::size_t kMasses = 186;

double ln_mass(double i) { return kMassFrom + kMassStep * i; }

// The weather of the day in steps of its sigma.
constexpr int kWeathers = 9;
double weather(int k) { return -3 + 0.75 * k; }

// By how much the readings may disagree more than believed, with what probability.
struct Widening {
  double factor, probability;
};
constexpr std::array<Widening, 4> kWidenings{{{1, 0.6}, {1.5, 0.25}, {2.25, 0.1}, {3.4, 0.05}}};
constexpr std::array<Widening, 1> kNoWidening{{{1, 1}}};

// A stray reading is off by about this much and sometimes far more (Cauchy), so that it does not
// pull however far it is off.
constexpr double kStrayScaleDb = 10;

// Below this no level is known: rounding, and what the law itself leaves out.
constexpr double kLevelFloorDb = 0.5;

constexpr double kWidestRange = 1e6;

using Masses = std::vector<double>;  // one number per mass looked at

// What one reading says of each mass.
struct Expected {
  Masses residual_db;  // level minus what the law gives
  Masses sd_db;        // of that, the weather left aside
  Masses weather_db;   // one sigma of it
};

double level_on_ground(double mass_kg, double distance_m, double ambient_pa) {
  return peak_level_db(free_air_overpressure_pa({kGroundFactor * mass_kg, distance_m, ambient_pa}));
}

// The level's change over one sigma of the distance.
double distance_error_db(const BlastReading& r, double mass_kg, double ambient_pa) {
  if (r.distance_sd_m == 0) return 0;
  const double step = std::exp(r.distance_sd_m / r.distance_m);
  return (level_on_ground(mass_kg, r.distance_m / step, ambient_pa) -
          level_on_ground(mass_kg, r.distance_m * step, ambient_pa)) /
         2;
}

Expected expect(const BlastReading& r, const SizeParams& p, double ambient_pa) {
  Expected out;
  for (std::size_t i = 0; i < kMasses; ++i) {
    const double mass_kg = std::exp(ln_mass(static_cast<double>(i)));
    const double far =
        sound_share(scaled_distance({kGroundFactor * mass_kg, r.distance_m, ambient_pa}));
    const double path = p.near_sd_db + far * (p.path_sd_db - p.near_sd_db);
    const double place = distance_error_db(r, mass_kg, ambient_pa);
    out.residual_db.push_back(r.level_db - level_on_ground(mass_kg, r.distance_m, ambient_pa));
    out.sd_db.push_back(std::max(kLevelFloorDb, std::hypot(r.level_sd_db, path, place)));
    out.weather_db.push_back(far * p.weather_sd_db);
  }
  return out;
}

double normal_density(double x, double sd) {
  const double z = x / sd;
  return std::exp(-0.5 * z * z) / (sd * std::sqrt(2 * std::numbers::pi));
}

double stray_density(double x) {
  const double z = x / kStrayScaleDb;
  return 1 / (std::numbers::pi * kStrayScaleDb * (1 + z * z));
}

// Log of the chance of all readings at one mass, for one weather and one widening.
double log_chance(const std::vector<Expected>& readings, std::size_t i, double weather_sigmas,
                  double widening, double stray_share) {
  constexpr double kLeast = std::numeric_limits<double>::min();
  double sum = 0;
  for (const Expected& e : readings) {
    const double residual = e.residual_db[i] - weather_sigmas * e.weather_db[i];
    sum += std::log((1 - stray_share) * normal_density(residual, widening * e.sd_db[i]) +
                    stray_share * stray_density(residual) + kLeast);
  }
  return sum;
}

// Chance of each mass, up to a common factor, over all weathers and widenings.
Masses blast_posterior(const std::vector<Expected>& readings, std::span<const Widening> widenings,
                       double stray_share) {
  std::vector<Masses> parts;
  double best = -std::numeric_limits<double>::infinity();
  for (int k = 0; k < kWeathers; ++k) {
    for (const Widening& w : widenings) {
      const double prior = std::log(w.probability) - 0.5 * weather(k) * weather(k);
      Masses& part = parts.emplace_back(kMasses);
      for (std::size_t i = 0; i < kMasses; ++i)
        part[i] = prior + log_chance(readings, i, weather(k), w.factor, stray_share);
      best = std::max(best, *std::max_element(part.begin(), part.end()));
    }
  }
  Masses out(kMasses, 0);
  for (const Masses& part : parts)
    for (std::size_t i = 0; i < kMasses; ++i) out[i] += std::exp(part[i] - best);
  return out;
}

// Blast on open ground to charge: the same, blurred by what height, casing and explosive do.
Masses blurred(const Masses& in, double sd) {
  const auto reach = static_cast<std::size_t>(std::ceil(4 * sd / kMassStep));
  Masses out(kMasses, 0);
  for (std::size_t i = 0; i < kMasses; ++i) {
    const std::size_t until = std::min(kMasses, i + reach + 1);
    for (std::size_t j = i - std::min(i, reach); j < until; ++j)
      out[j] +=
          in[i] * normal_density(kMassStep * (static_cast<double>(j) - static_cast<double>(i)), sd);
  }
  return out;
}

// The mass below which this share of the posterior lies; each number stands for its step's middle.
double quantile_kg(const Masses& posterior, double share) {
  double all = 0;
  for (const double p : posterior) all += p;
  double below = 0;
  for (std::size_t i = 0; i < kMasses; ++i) {
    if (below + posterior[i] >= share * all) {
      const double part = (share * all - below) / posterior[i];
      return std::exp(ln_mass(static_cast<double>(i) + part - 0.5));
    }
    below += posterior[i];
  }
  return std::exp(ln_mass(kMasses));
}

Error no_size(std::string why) {
  return make_error(ErrorCode::kUnusable, "no size can be said: " + std::move(why));
}

Result<TntMass> answer(const Masses& posterior) {
  TntMass out;
  out.low_kg = quantile_kg(posterior, 0.05);
  out.best_kg = quantile_kg(posterior, 0.5);
  out.high_kg = quantile_kg(posterior, 0.95);
  if (!(out.high_kg < out.low_kg * kWidestRange)) return no_size("the levels leave the mass open");
  if (out.best_kg < kLightestKg) return no_size("quieter than 10 g of TNT");
  if (out.best_kg > kHeaviestKg) return no_size("louder than 1 kt of TNT");
  return out;
}

Error impossible(const char* field, const char* expected) {
  return make_error(ErrorCode::kBadInput, "a number that cannot be", {.field = field}, expected);
}

bool positive(double v) { return std::isfinite(v) && v > 0; }
bool spread(double v) { return std::isfinite(v) && v >= 0; }

std::optional<Error> wrong(const BlastReading& r) {
  if (!positive(r.distance_m)) return impossible("distance_m", "metres above 0");
  if (!spread(r.distance_sd_m)) return impossible("distance_sd_m", "metres, 0 or more");
  if (!std::isfinite(r.level_db)) return impossible("level_db", "decibels");
  if (!spread(r.level_sd_db)) return impossible("level_sd_db", "decibels, 0 or more");
  return std::nullopt;
}

bool within_laws(const BlastReading& r) {
  return r.distance_m >= kNearestReadingM && r.distance_m <= kFarthestReadingM;
}

// From the foot of the Dead Sea to a pass at 6,000 m, with the weather's share.
std::optional<Error> wrong_ambient(double pa) {
  if (pa >= 45'000 && pa <= 115'000) return std::nullopt;
  return impossible("ambient_pa", "45,000 to 115,000 Pa");
}

void check(const SizeParams& p) {
  TRUCE_ENSURE(p.path_sd_db >= 0 && p.weather_sd_db >= 0 && p.near_sd_db >= 0);
  TRUCE_ENSURE(p.charge_sd > 0 && p.stray_share >= 0 && p.stray_share < 1);
}

}  // namespace

double free_air_overpressure_pa(const BlastAt& at) {
  const double z = scaled_distance(at);
  const double far = sound_share(z);
  if (far == 0) return at.ambient_pa * shock_ratio(z);
  return at.ambient_pa * std::pow(shock_ratio(z), 1 - far) * std::pow(sound_ratio(z), far);
}

double peak_level_db(double overpressure_pa) {
  return 20 * std::log10(overpressure_pa / kReferencePa);
}

double peak_overpressure_pa(double level_db) { return kReferencePa * std::pow(10, level_db / 20); }

Result<TntMass> size_of_readings(std::span<const BlastReading> readings, const SizeParams& params,
                                 double ambient_pa) {
  check(params);
  if (readings.size() > kReadingsMax)
    return make_error(ErrorCode::kLimit, "more readings of one effect than are taken", {}, "1,000");
  if (auto e = wrong_ambient(ambient_pa)) return *std::move(e);
  std::vector<BlastReading> used;
  for (const BlastReading& r : readings) {
    if (auto e = wrong(r)) return *std::move(e);
    if (within_laws(r)) used.push_back(r);
  }
  if (used.empty()) return no_size("there is no reading between 10 m and 30 km");
  std::sort(used.begin(), used.end(), [](const BlastReading& a, const BlastReading& b) {
    return std::tie(a.distance_m, a.level_db, a.distance_sd_m, a.level_sd_db) <
           std::tie(b.distance_m, b.level_db, b.distance_sd_m, b.level_sd_db);
  });
  std::vector<Expected> expected;
  for (const BlastReading& r : used) expected.push_back(expect(r, params, ambient_pa));
  auto out =
      answer(blurred(blast_posterior(expected, kWidenings, params.stray_share), params.charge_sd));
  if (out.ok()) out->left_out = readings.size() - used.size();
  return out;
}

Result<TntMass> size_of_source(const SourceLevel& source, const SizeParams& params,
                               double ambient_pa) {
  check(params);
  if (auto e = wrong_ambient(ambient_pa)) return *std::move(e);
  const BlastReading at{source.heard_from_m, 0,
                        source.level_db - 20 * std::log10(source.heard_from_m), source.level_sd_db};
  if (auto e = wrong(at)) return *std::move(e);
  if (!within_laws(at)) return no_size("it was not heard between 10 m and 30 km");
  // Scatter from path to path and strays are in the spread of a level fitted to many.
  SizeParams fitted = params;
  fitted.path_sd_db = 0;
  const std::vector<Expected> expected{expect(at, fitted, ambient_pa)};
  return answer(blurred(blast_posterior(expected, kNoWidening, 0), params.charge_sd));
}

}  // namespace truce::fuse
