// Bearings and pixels to effects, and effects where bearings cross.

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>
#include <utility>

#include "base/units.h"
#include "model/identity.h"
#include "stages/fuse/internal/joining.h"

namespace truce::fuse::joining {

namespace {

constexpr double kSoundShare = 0.01;  // its error for the air's warmth, as a share
constexpr double kOnsetS = 0.5;       // of a wave at an array, one sigma
constexpr double kNoticed = 0.5;      // of effects within reach; only its order matters
constexpr double kInforms = 0.1;      // of a variance: less is not worth moving a place for
constexpr double kCrossingReal = 0.95;
constexpr double kCrossingLeast = 0.5;  // less likely ones are no effect
constexpr double kFar = -1e9;

double log_normal(double off, double variance) {
  return -0.5 * (off * off / variance + std::log(2 * std::numbers::pi * variance));
}

// A bearing on the plane. A wave reaches an array at the end of the interval that it reports; what
// others see they see when it happens.
struct Ray {
  const Observation* observation = nullptr;
  Xy from;
  double azimuth_rad = 0, variance_rad2 = 0, reach_m = 0;
  double start_s = 0, end_s = 0;
  bool of_sound = false;
  double log_stray = 0;  // density of strays per radian and second
  bool used = false;

  double time_at(double range_m) const {
    return of_sound ? end_s - range_m / kSoundMS : (start_s + end_s) / 2;
  }
  double time_variance(double range_m, double wind_share) const {
    if (!of_sound) return 1 + (end_s - start_s) * (end_s - start_s) / 4;
    const double way = range_m / kSoundMS * std::hypot(wind_share, kSoundShare);
    return kOnsetS * kOnsetS + way * way;
  }
  Xy towards() const { return {std::sin(azimuth_rad), std::cos(azimuth_rad)}; }
};

double turned(double radians) { return std::remainder(radians, 2 * std::numbers::pi); }

// What an azimuth from `from` changes by per metre of the effect's place.
Xy across(Xy from, Xy at) {
  const Xy d = at - from;
  const double square = d.x_m * d.x_m + d.y_m * d.y_m;
  return {d.y_m / square, -d.x_m / square};
}

struct Match {
  double ratio = 0;  // log
  std::size_t effect = 0, other = 0;
};

class Shapes {
 public:
  Shapes(std::vector<Effect>& effects, const Plane& plane, const JoinBlock& block,
         const Params& params)
      : effects_(effects),
        block_(block),
        plane_(plane),
        params_(params),
        wind_share_(params.sound.wind_sd_m_s / kSoundMS) {}

  void add_ray(const Observation& o) {
    const auto& sources = block_.sources;
    const auto& b = std::get<Bearing>(o.shape);
    const auto source = std::find_if(sources.begin(), sources.end(),
                                     [&](const auto& s) { return s.id == o.source; });
    const bool known = source != sources.end();
    const double stray =
        std::max(params_.join.stray_per_hour, known ? source->false_per_hour : 0.0);
    const double sigma = to_radians(std::max(b.sigma_deg, 0.1));
    rays_.push_back({&o, plane_.frame.to_xy(b.from), to_radians(b.azimuth_deg), sigma * sigma,
                     b.range_max_m, plane_.seconds(o.when.start), plane_.seconds(o.when.end),
                     known && source->kind == SourceKind::kAcousticArray,
                     std::log(stray / 3600 / (2 * std::numbers::pi))});
  }
  void add_pixel(const Observation& o) { pixels_.push_back(&o); }

  void run() {
    give_rays();
    located_ = effects_.size();
    cross();
    give_rays();
    give_pixels();
    put_beside();
  }

 private:
  double ratio(const Effect& e, const Ray& r) const {
    const double d = length(e.at - r.from);
    if (d < 1 || d > r.reach_m * 1.1) return kFar;
    const double time = r.time_variance(d, wind_share_) + e.sigma_s * e.sigma_s;
    const double late = e.time_s - r.time_at(d);
    if (late * late > 25 * time) return kFar;
    const Xy g = across(r.from, e.at);
    const Xy to = e.at - r.from;
    const double off = turned(r.azimuth_rad - std::atan2(to.x_m, to.y_m));
    return std::log(kNoticed) + log_normal(off, r.variance_rad2 + e.place.along(g)) +
           log_normal(late, time) - r.log_stray;
  }

  // Best pairs first: each ray to one effect, each effect one ray of a source.
  void give_rays() {
    std::vector<Match> matches;
    for (std::size_t r = 0; r < rays_.size(); ++r) {
      if (rays_[r].used) continue;
      for (std::size_t e = 0; e < effects_.size(); ++e) {
        const double v = ratio(effects_[e], rays_[r]);
        if (v > 0) matches.push_back({v, e, r});
      }
    }
    best_first(matches);
    for (const auto& m : matches) {
      Ray& r = rays_[m.other];
      Effect& e = effects_[m.effect];
      if (r.used || took(e, r.observation->source)) continue;
      r.used = true;
      take(e, *r.observation);
      const Xy g = across(r.from, e.at);
      const double known = e.place.along(g);
      if (known < kInforms * (known + r.variance_rad2)) continue;
      const Xy to = e.at - r.from;
      update(e, g, turned(r.azimuth_rad - std::atan2(to.x_m, to.y_m)), r.variance_rad2);
    }
  }
  static void best_first(std::vector<Match>& matches) {
    std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
      return std::tie(b.ratio, a.effect, a.other) < std::tie(a.ratio, b.effect, b.other);
    });
  }

  // Where shots were located others were fired that were not: each stands for so many of them,
  // evenly over half a pause before and after it, as far around it as a volley scatters.
  double unlocated_per_s() const {
    const double share = params_.join.located_share;
    return (1 - share) / share / params_.join.episode_gap_s;
  }
  double scatter_m2() const {
    return params_.join.episode_reach_m * params_.join.episode_reach_m / 4;
  }

  // Bearings per radian and second of shots beside effect `e` that were not located.
  double beside(const Effect& e, const Ray& r) const {
    const double d = length(e.at - r.from);
    if (d < 1 || d > r.reach_m * 1.1) return 0;
    const double time = std::sqrt(r.time_variance(d, wind_share_));
    if (std::abs(e.time_s - r.time_at(d)) > params_.join.episode_gap_s / 2 + 2 * time) return 0;
    const Xy to = e.at - r.from;
    const double off = turned(r.azimuth_rad - std::atan2(to.x_m, to.y_m));
    const double variance =
        r.variance_rad2 + e.place.along(across(r.from, e.at)) + scatter_m2() / d / d;
    return kNoticed * unlocated_per_s() * std::exp(log_normal(off, variance));
  }
  // Of nothing, or of what was fired beside any effect that sensors located.
  double log_otherwise(const Ray& r) const {
    double sum = std::exp(r.log_stray);
    for (std::size_t e = 0; e < located_; ++e) sum += beside(effects_[e], r);
    return std::log(sum);
  }
  // Effects per square metre and second that sensors have not located.
  double unlocated(const Effect& at) const {
    double sum = params_.sound.effects_per_km2_hour / 1e6 / 3600;
    for (std::size_t i = 0; i < located_; ++i) {
      const Effect& e = effects_[i];
      if (std::abs(e.time_s - at.time_s) > params_.join.episode_gap_s / 2 + 2 * at.sigma_s)
        continue;
      const Covariance c{e.place.xx + at.place.xx + scatter_m2(), e.place.xy + at.place.xy,
                         e.place.yy + at.place.yy + scatter_m2()};
      sum += unlocated_per_s() * std::exp(-0.5 * c.squared(at.at - e.at)) /
             (2 * std::numbers::pi * std::sqrt(c.det()));
    }
    return sum;
  }

  void put_beside() {
    for (const Ray& r : rays_) {
      if (r.used) continue;
      double sum = 0, most = 0;
      Effect* of = nullptr;
      for (auto& e : effects_) {
        const double v = beside(e, r);
        sum += v;
        if (v <= most) continue;
        most = v;
        of = &e;
      }
      if (of != nullptr && std::log(sum) > r.log_stray) of->beside.push_back(r.observation);
    }
  }

  struct Crossing {
    double ratio = kFar;
    std::size_t a = 0, b = 0;
    Effect effect;
  };
  void cross() {
    std::vector<Crossing> found;
    for (std::size_t a = 0; a < rays_.size(); ++a) {
      for (std::size_t b = a + 1; b < rays_.size(); ++b) {
        if (rays_[b].start_s > rays_[a].end_s + 1) break;  // they come by the second they start in
        if (rays_[a].used || rays_[b].used) continue;
        if (auto c = crossing(a, b); c && c->ratio > 0) found.push_back(*std::move(c));
      }
    }
    FreeArrivals arrivals(block_.arrivals, effects_, plane_);
    std::sort(found.begin(), found.end(), [](const Crossing& x, const Crossing& y) {
      return std::tie(y.ratio, x.a, x.b) < std::tie(x.ratio, y.a, y.b);
    });
    for (bool more = true; more;) {
      more = false;
      for (const auto& c : found) {
        if (rays_[c.a].used || rays_[c.b].used) continue;
        if (against_others(c, found, true) < kCrossingLeast) continue;
        const double p = against_others(c, found, false);
        more = true;
        rays_[c.a].used = rays_[c.b].used = true;
        const Ray &a = rays_[c.a], &b = rays_[c.b];
        Effect e = c.effect;
        const double heard = arrivals.add_to(e, {wave_of(a), wave_of(b)}, way_share(),
                                             std::max(a.reach_m, b.reach_m));
        name(e, std::log(p / (1 - p)) + heard);
        effects_.push_back(std::move(e));
      }
    }
  }
  // Which of two shots at one place a bearing is of says nothing against either.
  static bool about_there(const Effect& a, const Effect& b) {
    const Covariance c{a.place.xx + b.place.xx, a.place.xy + b.place.xy, a.place.yy + b.place.yy};
    const double time = a.sigma_s * a.sigma_s + b.sigma_s * b.sigma_s;
    const double late = a.time_s - b.time_s;
    return c.squared(a.at - b.at) < 9 && late * late < 9 * time;
  }
  // That two bearings are of one shot, against that one of them is of another's, or neither of any:
  // where many stand, some cross by chance. Of all, or of those left whose bearings stand yet.
  double against_others(const Crossing& c, const std::vector<Crossing>& found, bool left) const {
    double others = 0;
    for (const auto& o : found) {
      const bool rival = o.a == c.a || o.a == c.b || o.b == c.a || o.b == c.b;
      if (!rival || (left && (rays_[o.a].used || rays_[o.b].used))) continue;
      if (about_there(c.effect, o.effect)) continue;
      others += std::exp(o.ratio - c.ratio);
    }
    return 1 / (1 + others + std::exp(-c.ratio));
  }

  // With θ the two azimuths, an effect falls with density λ per area and second, and an area is
  // r₁ r₂ / sin γ per radian²: λ r₁ r₂ / sin γ · p(times) against two strays.
  std::optional<Crossing> crossing(std::size_t i, std::size_t j) const {
    const Ray& a = rays_[i];
    const Ray& b = rays_[j];
    const double apart = length(a.from - b.from);
    if (a.observation->source == b.observation->source || apart < 1) return {};
    if (a.start_s > b.end_s || b.start_s > a.end_s) return {};
    const Xy u = a.towards(), v = b.towards(), w = b.from - a.from;
    const double sine = u.x_m * v.y_m - u.y_m * v.x_m;
    if (std::abs(sine) < 3 * std::sqrt(a.variance_rad2 + b.variance_rad2)) return {};  // parallel
    const double ra = (w.x_m * v.y_m - w.y_m * v.x_m) / sine;
    const double rb = (w.x_m * u.y_m - w.y_m * u.x_m) / sine;
    if (ra < 1 || rb < 1 || ra > a.reach_m || rb > b.reach_m) return {};
    Crossing out;
    out.a = i;
    out.b = j;
    Effect& e = out.effect;
    e.at = {a.from.x_m + ra * u.x_m, a.from.y_m + ra * u.y_m};
    // Each ray tells one coordinate, at right angles to it, with sigma r σ.
    const double sa = ra * ra * a.variance_rad2, sb = rb * rb * b.variance_rad2;
    const double s2 = sine * sine;
    e.place = {(v.x_m * v.x_m * sa + u.x_m * u.x_m * sb) / s2,
               (v.x_m * v.y_m * sa + u.x_m * u.y_m * sb) / s2,
               (v.y_m * v.y_m * sa + u.y_m * u.y_m * sb) / s2};
    const double va = a.time_variance(ra, wind_share_), vb = b.time_variance(rb, wind_share_);
    const double late = a.time_at(ra) - b.time_at(rb);
    const Xy g{(a.of_sound ? u.x_m : 0) / kSoundMS - (b.of_sound ? v.x_m : 0) / kSoundMS,
               (a.of_sound ? u.y_m : 0) / kSoundMS - (b.of_sound ? v.y_m : 0) / kSoundMS};
    const double variance = va + vb + e.place.along(g);
    if (late * late > 25 * variance) return {};
    const double ways = ra * rb / std::abs(sine);
    update(e, g, late, va + vb);
    finish(e, a, b);
    out.ratio = std::log(unlocated(e) * ways) + log_normal(late, variance) +
                2 * std::log(kNoticed) - log_otherwise(a) - log_otherwise(b);
    if (out.ratio <= 0) return {};
    return out;
  }
  void finish(Effect& e, const Ray& a, const Ray& b) const {
    const double ra = length(e.at - a.from), rb = length(e.at - b.from);
    const double va = a.time_variance(ra, wind_share_), vb = b.time_variance(rb, wind_share_);
    e.time_s = (a.time_at(ra) / va + b.time_at(rb) / vb) / (1 / va + 1 / vb);
    const double place_s = e.place.sigma_m() / kSoundMS;
    e.sigma_s = std::sqrt(1 / (1 / va + 1 / vb) + place_s * place_s);
    take(e, *a.observation);
    take(e, *b.observation);
    e.moved = true;
  }
  double way_share() const { return std::hypot(wind_share_, kSoundShare); }
  Wave wave_of(const Ray& r) const {
    if (!r.of_sound) return {r.from, false, 0, 0, 0, r.azimuth_rad, r.variance_rad2};
    return {r.from, true, r.end_s, kOnsetS, way_share(), r.azimuth_rad, r.variance_rad2};
  }
  void name(Effect& e, double ratio) const {
    Observation& o = e.observation;
    o.p_real = std::min(kCrossingReal, std::round(100 / (1 + std::exp(-ratio))) / 100);
    o.source = kCrossingSource;
    o.when = {tenths(std::floor(10 * (e.time_s - e.sigma_s))),
              tenths(std::ceil(10 * (e.time_s + e.sigma_s)))};
    o.items.push_back(
        {Count::exact(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.means = {Means::kDetected};
  }

  Instant tenths(double n) const {
    return plane_.epoch + Duration{static_cast<std::int64_t>(n) * 100'000'000};
  }

  void give_pixels() {
    std::vector<Match> matches;
    for (std::size_t p = 0; p < pixels_.size(); ++p) {
      for (std::size_t e = 0; e < effects_.size(); ++e) {
        const double v = pixel_ratio(effects_[e], *pixels_[p]);
        if (v > 0) matches.push_back({v, e, p});
      }
    }
    best_first(matches);
    std::vector<char> used(pixels_.size(), 0);
    for (const auto& m : matches) {
      Effect& e = effects_[m.effect];
      const Observation& o = *pixels_[m.other];
      if (used[m.other] != 0 || took(e, o.source)) continue;
      used[m.other] = 1;
      take(e, o);
      const auto& shape = std::get<PixelFootprint>(o.shape);
      const double variance = pixel_variance(shape);
      if (std::max(e.place.xx, e.place.yy) < kInforms * variance) continue;
      update(e, {1, 0}, plane_.frame.to_xy(shape.centre).x_m - e.at.x_m, variance);
      update(e, {0, 1}, plane_.frame.to_xy(shape.centre).y_m - e.at.y_m, variance);
    }
  }
  // Of a square pixel, evenly filled, and where it was put.
  static double pixel_variance(const PixelFootprint& s) {
    return (s.scan_m * s.scan_m + s.track_m * s.track_m) / 24 +
           s.geolocation_sigma_m * s.geolocation_sigma_m;
  }
  double pixel_ratio(const Effect& e, const Observation& o) const {
    const double start = plane_.seconds(o.when.start), end = plane_.seconds(o.when.end);
    if (e.time_s + e.sigma_s < start || e.time_s - e.sigma_s > end) return kFar;
    const auto& shape = std::get<PixelFootprint>(o.shape);
    const Xy off = plane_.frame.to_xy(shape.centre) - e.at;
    const double v = pixel_variance(shape);
    const Covariance c{e.place.xx + v, e.place.xy, e.place.yy + v};
    const double square = c.squared(off);
    const double stray = params_.events_per_km2_hour / 1e6 * std::max(1.0, end - start) / 3600;
    return std::log(kNoticed) - 0.5 * square - std::log(2 * std::numbers::pi * std::sqrt(c.det())) -
           std::log(stray);
  }

  std::vector<Effect>& effects_;
  const JoinBlock& block_;
  const Plane& plane_;
  const Params& params_;
  double wind_share_;
  std::vector<Ray> rays_;
  std::vector<const Observation*> pixels_;
  std::size_t located_ = 0;  // effects that sensors located; crossings follow them
};

}  // namespace

void add_shapes(std::vector<Effect>& effects, const std::vector<const Observation*>& others,
                const Plane& plane, const JoinBlock& block, const Params& params) {
  Shapes shapes(effects, plane, block, params);
  for (const auto* o : others) {
    if (std::holds_alternative<Bearing>(o->shape)) shapes.add_ray(*o);
    if (std::holds_alternative<PixelFootprint>(o->shape)) shapes.add_pixel(*o);
  }
  shapes.run();
}

}  // namespace truce::fuse::joining
