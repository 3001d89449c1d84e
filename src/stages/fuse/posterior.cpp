#include "stages/fuse/internal/posterior.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <span>

#include "base/geo.h"

namespace truce::fuse {

namespace {

constexpr double kShare = 0.9;
constexpr double kNormal90 = 4.605170185988091;  // square of the radius of 90 % of a 2-D normal
// Places that must carry the weight, of all: fewer, and they are drawn anew. With a third of 256
// the mass of a region is off by about 3 % for one incident and not at all in the mean.
constexpr double kEnough = 1.0 / 3;
constexpr int kRoundsMax = 12;
constexpr double kWiden =
    1.5;  // the drawing normal's variance over the fitted one: tails must be met

// Normal distributions nearer than this to each other are multiplied in one flat frame; it is off
// by 0.4 % of the distance at 30 km.
constexpr double kFlat_m = 50'000;

struct PlaneXy {
  double x_m = 0;
  double y_m = 0;
};

// Flat around a place: off by 0.4 % at 30 km and 48° north, as the shapes' own frames.
class Frame {
 public:
  explicit Frame(LatLon centre) : centre_(centre), per_(metres_per_degree(centre.lat_deg())) {}
  PlaneXy to_xy(LatLon p) const {
    return {wrapped_lon_deg(p.lon_deg() - centre_.lon_deg()) * per_.lon,
            (p.lat_deg() - centre_.lat_deg()) * per_.lat};
  }
  LatLon to_latlon(PlaneXy v) const {
    const double lat = std::clamp(centre_.lat_deg() + v.y_m / per_.lat, -90.0, 90.0);
    const double lon = centre_.lon_deg() + v.x_m / std::max(per_.lon, 1e-6);
    return {static_cast<std::int32_t>(std::llround(lat * 1e7)),
            static_cast<std::int32_t>(std::llround(wrapped_lon_deg(lon) * 1e7))};
  }

 private:
  LatLon centre_;
  MetresPerDegree per_;
};

struct Moments {  // in the frame of `centre`, m²
  LatLon centre;
  double xx = 1, xy = 0, yy = 1;
  double determinant() const { return xx * yy - xy * xy; }
  double squared_distance(PlaneXy v) const {
    return (yy * v.x_m * v.x_m - 2 * xy * v.x_m * v.y_m + xx * v.y_m * v.y_m) / determinant();
  }
};

LatLon mean_of(const std::vector<LatLon>& at, const std::vector<double>& weight) {
  const Frame frame(at.front());
  double x = 0;
  double y = 0;
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto v = frame.to_xy(at[i]);
    x += weight[i] * v.x_m;
    y += weight[i] * v.y_m;
  }
  return frame.to_latlon({x, y});
}

// At least a metre wide either way.
Moments moments_about(LatLon centre, const std::vector<LatLon>& at,
                      const std::vector<double>& weight) {
  Moments m{centre};
  const Frame frame(centre);
  for (std::size_t i = 0; i < at.size(); ++i) {
    const auto v = frame.to_xy(at[i]);
    m.xx += weight[i] * v.x_m * v.x_m;
    m.xy += weight[i] * v.x_m * v.y_m;
    m.yy += weight[i] * v.y_m * v.y_m;
  }
  return m;
}

// Weights proportional to exp(power × log), summing to one.
std::vector<double> weights_of(const std::vector<double>& logs, double power) {
  const double top = *std::max_element(logs.begin(), logs.end());
  std::vector<double> out;
  double sum = 0;
  for (const double v : logs) {
    out.push_back(std::exp(power * (v - top)));
    sum += out.back();
  }
  for (double& w : out) w /= sum;
  return out;
}

// How many places carry the weight (Kong 1992).
double effective_count(const std::vector<double>& weight) {
  double squares = 0;
  for (const double w : weight) squares += w * w;
  return 1 / squares;
}

// The largest power up to 1 at which enough places carry the weight.
double power_with_enough(const std::vector<double>& logs) {
  const double enough = kEnough * static_cast<double>(logs.size());
  if (effective_count(weights_of(logs, 1)) >= enough) return 1;
  double low = 0;
  double high = 1;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (effective_count(weights_of(logs, middle)) >= enough ? low : high) = middle;
  }
  return low;
}

// Sums of what several shapes say of places.
class LogProduct {
 public:
  explicit LogProduct(std::span<const Shape* const> shapes) {
    for (const Shape* s : shapes) likelihoods_.emplace_back(*s);
  }
  double operator()(LatLon p) const {
    double sum = 0;
    for (const auto& l : likelihoods_) sum += l.log_of(p);
    return sum;
  }

 private:
  std::vector<PlaceLikelihood> likelihoods_;
};

// Places of the normal and, for each, log(product / normal).
struct Drawn {
  std::vector<LatLon> at;
  std::vector<double> logs;
};
Drawn draw_anew(const std::vector<const Shape*>& shapes, const Moments& fit, std::size_t count) {
  Drawn out;
  const Shape normal = PointShape{fit.centre, kWiden * fit.xx, kWiden * fit.yy, kWiden * fit.xy};
  out.at = support(normal, count);
  const LogProduct product(shapes);
  const PlaceLikelihood drawn(normal);
  for (const LatLon p : out.at) out.logs.push_back(product(p) - drawn.log_of(p));
  return out;
}

// The value below which the share of weight lies, between places by their middles.
double weighted_quantile(std::vector<std::pair<double, double>> values, double share) {
  std::sort(values.begin(), values.end());
  double passed = 0;
  double at = 0;
  double value = values.front().first;
  for (const auto& [v, w] : values) {
    const double middle = passed + w / 2;
    if (middle >= share) {
      const double step = middle > at ? (share - at) / (middle - at) : 1;
      return value + step * (v - value);
    }
    passed += w;
    at = middle;
    value = v;
  }
  return values.back().first;
}

}  // namespace

WeightedPlaces posterior_places(const std::vector<const Shape*>& shapes, std::size_t count) {
  Drawn now;
  if (!shapes.empty()) now.at = support(*shapes.front(), count);
  if (now.at.empty()) return {};
  if (shapes.size() == 1)  // nothing to weigh
    return {now.at, std::vector<double>(now.at.size(), 1 / static_cast<double>(now.at.size()))};
  const std::span<const Shape* const> all(shapes);
  const LogProduct others(all.subspan(1));
  for (const LatLon p : now.at) now.logs.push_back(others(p));
  double power = power_with_enough(now.logs);
  for (int round = 0; power < 1 && round < kRoundsMax; ++round) {
    const auto flattened = weights_of(now.logs, power);
    now = draw_anew(shapes, moments_about(mean_of(now.at, flattened), now.at, flattened), count);
    power = power_with_enough(now.logs);
  }
  return {now.at, weights_of(now.logs, 1)};
}

std::vector<LatLon> resampled(const WeightedPlaces& places) {
  std::vector<LatLon> out;
  const auto n = static_cast<double>(places.at.size());
  double passed = 0;
  std::size_t at = 0;
  for (std::size_t k = 0; k < places.at.size(); ++k) {
    const double target = (static_cast<double>(k) + 0.5) / n;
    while (at + 1 < places.at.size() && passed + places.weight[at] < target)
      passed += places.weight[at++];
    out.push_back(places.at[at]);
  }
  return out;
}

std::optional<PointShape> product_of_normals(const std::vector<const Shape*>& shapes) {
  std::optional<PointShape> first = shapes.empty() ? std::nullopt : as_normal(*shapes.front());
  if (!first || shapes.size() == 1) return first;
  const Frame frame(first->at);
  // Precisions add (Σ⁻¹), and so do precisions times means.
  double xx = 0, xy = 0, yy = 0, x = 0, y = 0;
  for (const Shape* shape : shapes) {
    const auto s = as_normal(*shape);
    if (!s) return std::nullopt;
    const PlaneXy at = frame.to_xy(s->at);
    if (std::hypot(at.x_m, at.y_m) > kFlat_m) return std::nullopt;
    const double det = s->var_east_m2 * s->var_north_m2 - s->cov_m2 * s->cov_m2;
    const double pxx = s->var_north_m2 / det, pyy = s->var_east_m2 / det, pxy = -s->cov_m2 / det;
    xx += pxx, xy += pxy, yy += pyy;
    x += pxx * at.x_m + pxy * at.y_m;
    y += pxy * at.x_m + pyy * at.y_m;
  }
  const double det = xx * yy - xy * xy;
  return PointShape{frame.to_latlon({(yy * x - xy * y) / det, (xx * y - xy * x) / det}), yy / det,
                    xx / det, -xy / det};
}

namespace {

// Radius of the circle around its middle that holds nine tenths of a normal distribution whose
// larger standard deviation is 1 and whose smaller is q: P(beyond r) is the mean over φ of
// exp(−r²/2 / (cos²φ + q² sin²φ)).
double normal_radius90(double q) {
  const auto beyond = [q](double r) {
    constexpr int kSteps = 256;
    double sum = 0;
    for (int i = 0; i < kSteps; ++i) {
      const double a = std::numbers::pi / 2 * (i + 0.5) / kSteps;
      const double c = std::cos(a), s = q * std::sin(a);
      sum += std::exp(-r * r / 2 / (c * c + s * s));
    }
    return sum / kSteps;
  };
  double low = 1, high = 3;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (beyond(middle) > 1 - kShare ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double radius90_m(const PointShape& normal) {
  constexpr std::size_t kSteps = 64;  // between which a straight line is off by less than 1e-3
  static const auto table = [] {
    std::array<double, kSteps + 2> out{};
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = normal_radius90(static_cast<double>(i) / kSteps);
    return out;
  }();
  const double mean = (normal.var_east_m2 + normal.var_north_m2) / 2;
  const double half = std::hypot((normal.var_east_m2 - normal.var_north_m2) / 2, normal.cov_m2);
  const double at = std::sqrt(std::max(0.0, mean - half) / (mean + half)) * kSteps;
  const auto k = static_cast<std::size_t>(at);
  const double unit = table[k] + (at - static_cast<double>(k)) * (table[k + 1] - table[k]);
  return std::round(unit * std::sqrt(mean + half));
}

LatLon mean_place(const WeightedPlaces& places) { return mean_of(places.at, places.weight); }

double radius90_m(const WeightedPlaces& places, LatLon centre) {
  const Frame frame(centre);
  std::vector<std::pair<double, double>> ranges;
  for (std::size_t i = 0; i < places.at.size(); ++i) {
    const auto v = frame.to_xy(places.at[i]);
    ranges.emplace_back(std::hypot(v.x_m, v.y_m), places.weight[i]);
  }
  return std::round(weighted_quantile(std::move(ranges), kShare));
}

PointShape ellipse90(const WeightedPlaces& places, LatLon centre) {
  const Moments m = moments_about(centre, places.at, places.weight);
  const Frame frame(centre);
  std::vector<std::pair<double, double>> distances;
  for (std::size_t i = 0; i < places.at.size(); ++i)
    distances.emplace_back(m.squared_distance(frame.to_xy(places.at[i])), places.weight[i]);
  const double grow = weighted_quantile(std::move(distances), kShare) / kNormal90;
  return {centre, grow * m.xx, grow * m.yy, grow * m.xy};
}

}  // namespace truce::fuse
