#include "sim/steady_math.h"

#include <cmath>

#include "base/units.h"

namespace truce::sim {

namespace {

constexpr double kLn2High = 6.93147180369123816490e-01;  // 33 bits, so that k · it is exact
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kLn10 = 2.30258509299404568402;
constexpr double kHalfPiHigh = 1.57079632673412561417;  // 33 bits
constexpr double kHalfPiLow = 6.07710050650619224932e-11;

// Taylor sums of sine and cosine for |r| ≤ pi/4.
double small_sin(double r) {
  const double r2 = r * r;
  double sum = 0;
  for (int n = 17; n >= 3; n -= 2) sum = (1 + sum) * -r2 / (n * (n - 1));
  return r * (1 + sum);
}
double small_cos(double r) {
  const double r2 = r * r;
  double sum = 0;
  for (int n = 18; n >= 2; n -= 2) sum = (1 + sum) * -r2 / (n * (n - 1));
  return 1 + sum;
}

double sin_of_quarters(double radians, int quarters_ahead) {
  const double k = std::floor(radians / (kPi / 2) + 0.5);
  const double r = (radians - k * kHalfPiHigh) - k * kHalfPiLow;
  const int quarter = static_cast<int>(std::fmod(k, 4.0)) + 4 + quarters_ahead;
  const double magnitude = quarter % 2 == 0 ? small_sin(r) : small_cos(r);
  return quarter % 4 < 2 ? magnitude : -magnitude;
}

// Halves the angle three times, then the series.
double atan_of(double x) {
  for (int i = 0; i < 3; ++i) x = x / (1 + std::sqrt(1 + x * x));
  const double x2 = x * x;
  double sum = 0;
  for (int n = 21; n >= 1; n -= 2) sum = 1.0 / n - x2 * sum;
  return 8 * x * sum;
}

}  // namespace

double steady_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double s = (m - 1) / (m + 1);
  const double s2 = s * s;
  double sum = 0;
  for (int n = 23; n >= 1; n -= 2) sum = 1.0 / n + s2 * sum;
  return exponent * kLn2High + (exponent * kLn2Low + 2 * s * sum);
}

double steady_log10(double x) { return steady_log(x) / kLn10; }

double steady_exp(double x) {
  if (x < -745) return 0;
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1;
  for (int n = 16; n >= 1; --n) sum = 1 + r * sum / n;
  return std::ldexp(sum, static_cast<int>(k));
}

double steady_sin(double radians) { return sin_of_quarters(radians, 0); }
double steady_cos(double radians) { return sin_of_quarters(radians, 1); }

double steady_atan2(double y, double x) {
  if (x == 0 && y == 0) return 0;
  const double a =
      std::abs(x) >= std::abs(y) ? atan_of(std::abs(y / x)) : kPi / 2 - atan_of(std::abs(x / y));
  const double upper = x >= 0 ? a : kPi - a;
  return y >= 0 ? upper : -upper;
}

double steady_length(double x, double y) { return std::sqrt(x * x + y * y); }

}  // namespace truce::sim
