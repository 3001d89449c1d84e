#include "stages/fuse/internal/calibrate.h"

#include <algorithm>
#include <cmath>

#include "stages/fuse/internal/pieces.h"

namespace truce::fuse {

namespace {

// One hit: how its time answers to the unknowns.
struct Row {
  WindField::Stencil stencil;
  double per_east, per_north, per_excess;  // seconds per m/s at the path's middle
  double ux, uy, speed;
  double residual, weight, gx, gy;
  double vx, vy, vt;  // of V⁻¹G
  double own;         // of V⁻¹, the effect's place and time taken out
  std::uint32_t sensor;
};
struct Group {  // an effect
  std::size_t first, last;
  std::size_t matrix;             // where its V⁻¹ begins
  std::array<double, 6> inverse;  // of its own GᵀV⁻¹G
};

struct Rows {  // of some effects
  std::vector<Row> rows;
  std::vector<Group> groups;
  std::vector<double> precision;  // V⁻¹ of one effect after another
};

class TimeSystem {
  static constexpr std::size_t kHitsEnough = 20'000, kHitsAtLast = 160'000, kHitsPerEffect = 120;

 public:
  TimeSystem(const std::vector<Fitted>& effects, const std::vector<WeatherReport>& weather,
             const AssociateParams& prior, bool last, Air& air)
      : air_(air), prior_(prior) {
    knots_ = air.wind.knots();
    size_ = 3 * knots_ + 3 * air.net->sensors();
    std::size_t hits = 0;
    for (const auto& f : effects) hits += teaches(f) ? f.hits.size() : 0;
    const std::size_t stride = hits / (last ? kHitsAtLast : kHitsEnough) + 1;
    // Each piece has sums of its own over all unknowns, so that they must be few.
    const std::size_t count = (effects.size() + stride - 1) / stride;
    pieces_ = in_pieces(count, std::max(kEffectsPerPiece, count / kPiecesMax + 1), prior.threads,
                        Rows{}, [&](Rows& out, std::size_t i) {
                          const Fitted& f = effects[i * stride];
                          if (teaches(f) && f.hits.size() <= kHitsPerEffect) add(f, out);
                        });
    for (const auto& w : weather) {
      const auto s = air.wind.stencil(w.x_m, w.y_m, w.time_s);
      weather_.push_back({s, {w.east_m_s, w.north_m_s, w.sound_speed_m_s - air.sound_speed_m_s}});
    }
    places_ = air.wind.neighbours_in_place();
    times_ = air.wind.neighbours_in_time();
  }
  bool empty() const {
    return weather_.empty() && std::all_of(pieces_.begin(), pieces_.end(),
                                           [](const Rows& p) { return p.groups.empty(); });
  }

  // `settle_places`: sensors move to where the times put them; before that they stay where they are
  // said to stand, with what is unsure of it counted in.
  void solve(bool settle_places) {
    std::vector<double> x(size_, 0.0);
    std::vector<double> r(size_, 0.0);
    right_side(r);
    std::vector<double> diagonal = preconditioner();
    std::vector<double> z(size_), p(size_), q(size_);
    double rz = 0;
    for (std::size_t i = 0; i < size_; ++i) {
      z[i] = r[i] / diagonal[i];
      p[i] = z[i];
      rz += r[i] * z[i];
    }
    // Less is no part of a sigma of anything.
    const double target = std::max(rz * 1e-8, 1e-5);
    for (int round = 0; round < 200 && rz > target && rz > 0; ++round) {
      apply(p, q);
      double pq = 0;
      for (std::size_t i = 0; i < size_; ++i) pq += p[i] * q[i];
      if (!(pq > 0)) break;
      const double alpha = rz / pq;
      double next = 0;
      for (std::size_t i = 0; i < size_; ++i) {
        x[i] += alpha * p[i];
        r[i] -= alpha * q[i];
        z[i] = r[i] / diagonal[i];
        next += r[i] * z[i];
      }
      const double beta = next / rz;
      rz = next;
      for (std::size_t i = 0; i < size_; ++i) p[i] = z[i] + beta * p[i];
    }
    take(x);
    learn_sensors(diagonal, settle_places);
    learn_steps();
  }

 private:
  void add(const Fitted& f, Rows& out) const {
    Group g{out.rows.size(), out.rows.size(), out.precision.size(), {}};
    std::vector<TimeRow> times;
    const auto here = air_.origin(f.x_m, f.y_m, f.t_s);
    for (const auto a : f.hits) {
      const auto s = air_.net->sensor_of(a);
      const Path p = air_.path(here, s);
      const SensorState& at = air_.sensor[s];
      Row r;
      r.stencil = air_.wind.stencil((f.x_m + at.x_m) / 2, (f.y_m + at.y_m) / 2, f.t_s);
      const double k = -p.distance_m / (p.speed_m_s * p.speed_m_s);
      r.per_east = k * p.ux;
      r.per_north = k * p.uy;
      r.per_excess = k;
      r.ux = p.ux;
      r.uy = p.uy;
      r.speed = p.speed_m_s;
      r.residual = air_.net->time_s(a) - f.t_s - p.time_s;
      r.gx = -p.ux / p.speed_m_s;
      r.gy = -p.uy / p.speed_m_s;
      r.sensor = s;
      out.rows.push_back(r);
      // What lies far off weighs little until the wind is known.
      auto time = air_.time_row(p, a, r.residual);
      time.own2 += r.residual * r.residual / 8;
      times.push_back(time);
    }
    g.last = out.rows.size();
    if (!weigh(times, g, out)) {
      out.rows.resize(g.first);
      out.precision.resize(g.matrix);
      return;
    }
    out.groups.push_back(g);
  }

  // V⁻¹ of the effect's times and what follows from it.
  bool weigh(const std::vector<TimeRow>& times, Group& g, Rows& out) const {
    const std::size_t n = times.size();
    std::vector<double> v(n * n);
    for (std::size_t i = 0; i < n; ++i) {
      v[i * n + i] = times[i].own2 + times[i].path_s * times[i].path_s;
      for (std::size_t j = 0; j < i; ++j)
        v[i * n + j] = v[j * n + i] =
            times[i].path_s * times[j].path_s * air_.shared_error()(times[i], times[j]);
    }
    if (!invert(v, n)) return false;
    out.precision.insert(out.precision.end(), v.begin(), v.end());
    std::array<double, 6> m{1e-12, 0, 1e-12, 0, 0, 1e-12};
    for (std::size_t i = 0; i < n; ++i) {
      Row& r = out.rows[g.first + i];
      r.weight = v[i * n + i];
      r.vx = r.vy = r.vt = 0;
      for (std::size_t j = 0; j < n; ++j) {
        const Row& q = out.rows[g.first + j];
        r.vx += v[i * n + j] * q.gx;
        r.vy += v[i * n + j] * q.gy;
        r.vt += v[i * n + j];
      }
      m[0] += r.gx * r.vx;
      m[1] += r.gx * r.vy;
      m[2] += r.gy * r.vy;
      m[3] += r.vx;
      m[4] += r.vy;
      m[5] += r.vt;
    }
    const double a = m[0], b = m[1], c = m[2], d = m[3], e = m[4], w = m[5];
    const double det = a * (c * w - e * e) - b * (b * w - e * d) + d * (b * e - c * d);
    if (!(det > 0)) return false;
    g.inverse = {(c * w - e * e) / det, (d * e - b * w) / det, (a * w - d * d) / det,
                 (b * e - c * d) / det, (b * d - a * e) / det, (a * c - b * b) / det};
    const auto& k = g.inverse;
    for (std::size_t i = g.first; i < g.last; ++i) {
      Row& r = out.rows[i];
      r.own = r.weight - r.vx * (k[0] * r.vx + k[1] * r.vy + k[3] * r.vt) -
              r.vy * (k[1] * r.vx + k[2] * r.vy + k[4] * r.vt) -
              r.vt * (k[3] * r.vx + k[4] * r.vy + k[5] * r.vt);
    }
    return true;
  }

  double seen(const Row& r, const std::vector<double>& v) const {
    double sum = 0;
    for (std::size_t c = 0; c < WindField::kCorners; ++c) {
      const double* k = &v[3 * static_cast<std::size_t>(r.stencil.knot[c])];
      sum += r.stencil.weight[c] * (r.per_east * k[0] + r.per_north * k[1] + r.per_excess * k[2]);
    }
    const double* s = &v[3 * (knots_ + r.sensor)];
    return sum + s[0] + (r.ux * s[1] + r.uy * s[2]) / r.speed;
  }
  void scatter(const Row& r, double value, std::vector<double>& out) const {
    for (std::size_t c = 0; c < WindField::kCorners; ++c) {
      double* k = &out[3 * static_cast<std::size_t>(r.stencil.knot[c])];
      const double w = value * r.stencil.weight[c];
      k[0] += w * r.per_east;
      k[1] += w * r.per_north;
      k[2] += w * r.per_excess;
    }
    double* s = &out[3 * (knots_ + r.sensor)];
    s[0] += value;
    s[1] += value * r.ux / r.speed;
    s[2] += value * r.uy / r.speed;
  }
  // out += Bᵀ (V⁻¹ − V⁻¹G (GᵀV⁻¹G)⁻¹ GᵀV⁻¹) y for one effect's values y.
  void project(const Rows& of, const Group& g, const std::vector<double>& y,
               std::vector<double>& out) const {
    const std::size_t n = g.last - g.first;
    double bx = 0, by = 0, bt = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const Row& r = of.rows[g.first + i];
      bx += r.vx * y[i];
      by += r.vy * y[i];
      bt += r.vt * y[i];
    }
    const auto& c = g.inverse;
    const double dx = c[0] * bx + c[1] * by + c[3] * bt;
    const double dy = c[1] * bx + c[2] * by + c[4] * bt;
    const double dt = c[3] * bx + c[4] * by + c[5] * bt;
    const double* v = &of.precision[g.matrix];
    for (std::size_t i = 0; i < n; ++i) {
      const Row& r = of.rows[g.first + i];
      double sum = -r.vx * dx - r.vy * dy - r.vt * dt;
      for (std::size_t j = 0; j < n; ++j) sum += v[i * n + j] * y[j];
      scatter(r, sum, out);
    }
  }
  // Likewise for all effects, `value(row)` being y.
  template <class Value>
  void project_all(Value value, std::vector<double>& out) {
    sums_.resize(pieces_.size());
    parallel_for(pieces_.size(), prior_.threads, [&](std::size_t p) {
      const Rows& of = pieces_[p];
      sums_[p].assign(size_, 0.0);
      std::vector<double> y;
      for (const Group& g : of.groups) {
        y.clear();
        for (std::size_t k = g.first; k < g.last; ++k) y.push_back(value(of.rows[k]));
        project(of, g, y, sums_[p]);
      }
    });
    for (const auto& sum : sums_) {
      for (std::size_t i = 0; i < size_; ++i) out[i] += sum[i];
    }
  }
  static constexpr std::size_t kEffectsPerPiece = 256, kPiecesMax = 8;
  double prior_of_sensor(std::uint32_t s, std::size_t which) const {
    const SensorState& at = air_.sensor[s];
    const double sd = which != 0 ? air_.place_sd_m : (at.clock_off ? kClockOffSd : air_.clock_sd_s);
    return 1 / (sd * sd);
  }
  // One sigma between neighbouring knots. A change of the whole field from one moment to the next
  // is one change and not one per place, and likewise the other way round.
  double step(std::size_t d, bool in_time) const {
    const auto moments = static_cast<double>(air_.wind.moments());
    const double sharers = in_time ? static_cast<double>(knots_) / moments : moments;
    const double own =
        d == 2 ? kExcessStep : (in_time ? air_.wind_time_step : air_.wind_place_step);
    return own * std::sqrt(sharers);
  }
  static constexpr double kExcessStep = 0.4;
  double amplitude(std::size_t d) const {
    const double sd = d < 2 ? prior_.wind_sd_m_s : 1.0;
    return 1 / (sd * sd * static_cast<double>(knots_));
  }
  static constexpr double kWeatherVar = 1.0;

  void right_side(std::vector<double>& out) {
    project_all([](const Row& r) { return r.residual; }, out);
    std::vector<double> now(size_, 0.0);
    for (std::size_t k = 0; k < knots_; ++k) {
      for (std::size_t d = 0; d < 3; ++d) now[3 * k + d] = air_.wind.knot(k)[d];
    }
    for (std::uint32_t s = 0; s < air_.net->sensors(); ++s) {
      double* v = &now[3 * (knots_ + s)];
      v[0] = air_.sensor[s].clock_s;
      v[1] = air_.sensor[s].x_m - air_.net->sensor(s).x_m;
      v[2] = air_.sensor[s].y_m - air_.net->sensor(s).y_m;
    }
    std::vector<double> pull(size_, 0.0);
    priors(now, pull);
    for (std::size_t i = 0; i < size_; ++i) out[i] -= pull[i];
    for (const auto& w : weather_) {
      for (std::size_t c = 0; c < WindField::kCorners; ++c) {
        for (std::size_t d = 0; d < 3; ++d)
          out[3 * std::size_t{w.first.knot[c]} + d] +=
              w.first.weight[c] * w.second[d] / kWeatherVar;
      }
    }
  }
  // out += (precision of the priors and of the weather stations) v
  void priors(const std::vector<double>& v, std::vector<double>& out) const {
    for (std::size_t k = 0; k < knots_; ++k) {
      for (std::size_t d = 0; d < 3; ++d) out[3 * k + d] += amplitude(d) * v[3 * k + d];
    }
    const auto tie = [&](const auto& pairs, bool in_time) {
      for (const auto& [a, b] : pairs) {
        for (std::size_t d = 0; d < 3; ++d) {
          const double g = (v[3 * a + d] - v[3 * b + d]) / (step(d, in_time) * step(d, in_time));
          out[3 * a + d] += g;
          out[3 * b + d] -= g;
        }
      }
    };
    tie(places_, false);
    tie(times_, true);
    for (const auto& w : weather_) {
      for (std::size_t d = 0; d < 3; ++d) {
        double at = 0;
        for (std::size_t c = 0; c < WindField::kCorners; ++c)
          at += w.first.weight[c] * v[3 * std::size_t{w.first.knot[c]} + d];
        for (std::size_t c = 0; c < WindField::kCorners; ++c)
          out[3 * std::size_t{w.first.knot[c]} + d] += w.first.weight[c] * at / kWeatherVar;
      }
    }
    for (std::uint32_t s = 0; s < air_.net->sensors(); ++s) {
      for (std::size_t d = 0; d < 3; ++d) {
        const std::size_t i = 3 * (knots_ + s) + d;
        out[i] += prior_of_sensor(s, d) * v[i];
      }
    }
  }
  void apply(const std::vector<double>& v, std::vector<double>& out) {
    std::fill(out.begin(), out.end(), 0.0);
    project_all([&](const Row& r) { return seen(r, v); }, out);
    priors(v, out);
  }
  std::vector<double> preconditioner() const {
    std::vector<double> d(size_, 0.0);
    for (const Rows& of : pieces_) {
      for (const Row& r : of.rows) add_to_diagonal(r, d);
    }
    for (std::size_t k = 0; k < knots_; ++k) {
      for (std::size_t c = 0; c < 3; ++c)
        d[3 * k + c] += amplitude(c) + 1 / (step(c, false) * step(c, false));
    }
    for (std::uint32_t s = 0; s < air_.net->sensors(); ++s) {
      for (std::size_t c = 0; c < 3; ++c) d[3 * (knots_ + s) + c] += prior_of_sensor(s, c);
    }
    return d;
  }
  void add_to_diagonal(const Row& r, std::vector<double>& d) const {
    const double own = std::max(r.own, 1e-3 * r.weight);
    for (std::size_t c = 0; c < WindField::kCorners; ++c) {
      const double w = r.stencil.weight[c];
      double* k = &d[3 * static_cast<std::size_t>(r.stencil.knot[c])];
      k[0] += own * w * w * r.per_east * r.per_east;
      k[1] += own * w * w * r.per_north * r.per_north;
      k[2] += own * w * w * r.per_excess * r.per_excess;
    }
    double* s = &d[3 * (knots_ + r.sensor)];
    s[0] += own;
    s[1] += own * r.ux * r.ux / (r.speed * r.speed);
    s[2] += own * r.uy * r.uy / (r.speed * r.speed);
  }
  // Clocks that stand out by more than chance are set free, what is left unsure of each is kept,
  // and how far sensors stand from where they are said to is learnt from all of them.
  void learn_sensors(const std::vector<double>& diagonal, bool settle_places) const {
    Spread place, clock_spread;
    air_.sensor_freedom = 0;
    for (std::uint32_t s = 0; s < air_.net->sensors(); ++s) {
      SensorState& at = air_.sensor[s];
      const auto& nominal = air_.net->sensor(s);
      const double* d = &diagonal[3 * (knots_ + s)];
      for (std::size_t k = 0; k < (settle_places ? 3U : 1U); ++k)
        air_.sensor_freedom += 1 - prior_of_sensor(s, k) / d[k];
      // What each would be were it free, and how sure.
      const auto free = [&](std::size_t k, double value) {
        const double own = std::max(1e-12, d[k] - prior_of_sensor(s, k));
        return std::pair(value * d[k] / own, own);
      };
      const auto [clock, own] = free(0, at.clock_s);
      if (!at.clock_off) clock_spread.add(clock, own, air_.clock_sd_s);
      at.clock_off = at.clock_off ? std::abs(at.clock_s) > 2 * at.sigma_s
                                  : std::abs(clock) * std::sqrt(own) > 4 &&
                                        std::abs(clock) > 4 * prior_.clock_sigma_s;
      const double c2 = air_.sound_speed_m_s * air_.sound_speed_m_s;
      // Effects of one place tell of a sensor's place and clock together, and nothing of what would
      // move all of them alike: of how far it stands from where it is said to, all is left unsure.
      at.sigma_s = std::sqrt(1 / d[0] + air_.place_sd_m * air_.place_sd_m / c2);
      const std::array<std::pair<std::size_t, double>, 2> moves{
          {{1, at.x_m - nominal.x_m}, {2, at.y_m - nominal.y_m}}};
      if (!settle_places) {
        at.x_m = nominal.x_m;
        at.y_m = nominal.y_m;
      }
      for (const auto& [k, moved] : moves) {
        const auto [value, sure] = free(k, moved);
        place.add(value, sure, air_.place_sd_m);
      }
    }
    air_.place_sd_m = place.sd(air_.place_sd_m, kPlaceSdMin, kPlaceSdMax);
    air_.clock_sd_s = clock_spread.sd(air_.clock_sd_s, kClockSdMin, kClockSdMax);
  }
  static constexpr double kPlaceSdMin = 3, kPlaceSdMax = 300, kClockOffSd = 1;
  static constexpr double kClockSdMin = 0.01, kClockSdMax = 0.1;
  // How far values lie from nothing beyond what each is unsure by.
  struct Spread {
    double excess = 0, weight = 0;
    void add(double value, double precision, double sd) {
      const double w = 1 / (1 / precision + sd * sd);
      excess += w * w * (value * value - 1 / precision);
      weight += w * w;
    }
    double sd(double before, double least, double most) const {
      if (!(weight > 0)) return before;
      return std::clamp(std::sqrt(std::max(0.0, excess / weight)), least, most);
    }
  };
  // How far neighbouring knots differ, from how far they were seen to.
  void learn_steps() const {
    const auto spread = [&](const auto& pairs) {
      double sum = kStepWeight * 2 * 2;
      double n = kStepWeight;
      for (const auto& [a, b] : pairs) {
        for (std::size_t d = 0; d < 2; ++d) {
          const double g = air_.wind.knot(a)[d] - air_.wind.knot(b)[d];
          sum += g * g;
          n += 1;
        }
      }
      return std::clamp(std::sqrt(sum / n), 0.2, 6.0);
    };
    air_.wind_place_step = spread(places_);
    air_.wind_time_step = spread(times_);
  }
  static constexpr double kStepWeight = 40;

 public:
  // Covariance of the wind at the knots, the sensors held where they are.
  void posterior() {
    const std::size_t n = 2 * knots_;
    std::vector<double> a(n * n, 0.0);
    double trace_prior = 0;
    const auto add = [&](std::size_t i, std::size_t j, double v) { a[i * n + j] += v; };
    std::vector<std::vector<double>> sums(pieces_.size(), std::vector<double>(n * n, 0.0));
    parallel_for(pieces_.size(), prior_.threads, [&](std::size_t p) {
      for (const Group& g : pieces_[p].groups) add_group(pieces_[p], g, sums[p], n);
    });
    for (const auto& sum : sums) {
      for (std::size_t i = 0; i < n * n; ++i) a[i] += sum[i];
    }
    std::vector<double> data = a;
    for (std::size_t k = 0; k < knots_; ++k) {
      for (std::size_t d = 0; d < 2; ++d) add(2 * k + d, 2 * k + d, amplitude(d));
    }
    for (int in_time = 0; in_time < 2; ++in_time) {
      const double sd = step(0, in_time == 1);
      for (const auto& [first, second] : in_time == 1 ? times_ : places_) {
        const std::size_t p = first;
        const std::size_t q = second;
        for (std::size_t d = 0; d < 2; ++d) {
          const double w = 1 / (sd * sd);
          add(2 * p + d, 2 * p + d, w);
          add(2 * q + d, 2 * q + d, w);
          add(2 * p + d, 2 * q + d, -w);
          add(2 * q + d, 2 * p + d, -w);
        }
      }
    }
    for (const auto& w : weather_) {
      for (std::size_t c = 0; c < WindField::kCorners; ++c) {
        for (std::size_t e = 0; e < WindField::kCorners; ++e) {
          for (std::size_t d = 0; d < 2; ++d)
            add(2 * std::size_t{w.first.knot[c]} + d, 2 * std::size_t{w.first.knot[e]} + d,
                w.first.weight[c] * w.first.weight[e] / kWeatherVar);
        }
      }
    }
    if (!invert(a, n)) return;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) trace_prior += a[i * n + j] * data[j * n + i];
    }
    air_.wind_freedom = trace_prior;
    air_.wind_covariance = std::move(a);
  }

 private:
  // Bᵀ P B of one effect into the dense matrix over knots.
  void add_group(const Rows& of, const Group& g, std::vector<double>& a, std::size_t n) const {
    std::vector<std::uint32_t> used;
    for (std::size_t i = g.first; i < g.last; ++i) {
      for (const auto k : of.rows[i].stencil.knot) used.push_back(k);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    const std::size_t m = 2 * used.size();
    const std::size_t count = g.last - g.first;
    std::vector<double> b(count * m, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      const Row& r = of.rows[g.first + i];
      for (std::size_t c = 0; c < WindField::kCorners; ++c) {
        const auto at = static_cast<std::size_t>(
            std::lower_bound(used.begin(), used.end(), r.stencil.knot[c]) - used.begin());
        b[i * m + 2 * at] += r.stencil.weight[c] * r.per_east;
        b[i * m + 2 * at + 1] += r.stencil.weight[c] * r.per_north;
      }
    }
    // M = V⁻¹ − V⁻¹G (GᵀV⁻¹G)⁻¹ GᵀV⁻¹, then MB and BᵀMB.
    const auto& c = g.inverse;
    const double* v = &of.precision[g.matrix];
    std::vector<double> mb(count * m, 0.0);
    for (std::size_t i = 0; i < count; ++i) {
      const Row& r = of.rows[g.first + i];
      const double cx = c[0] * r.vx + c[1] * r.vy + c[3] * r.vt;
      const double cy = c[1] * r.vx + c[2] * r.vy + c[4] * r.vt;
      const double ct = c[3] * r.vx + c[4] * r.vy + c[5] * r.vt;
      for (std::size_t j = 0; j < count; ++j) {
        const Row& q = of.rows[g.first + j];
        const double w = v[i * count + j] - cx * q.vx - cy * q.vy - ct * q.vt;
        for (std::size_t k = 0; k < m; ++k) mb[i * m + k] += w * b[j * m + k];
      }
    }
    for (std::size_t j = 0; j < m; ++j) {
      double* row = &a[(2 * std::size_t{used[j / 2]} + j % 2) * n];
      for (std::size_t i = 0; i < count; ++i) {
        const double w = b[i * m + j];
        if (w == 0) continue;
        for (std::size_t k = 0; k < m; ++k)
          row[2 * std::size_t{used[k / 2]} + k % 2] += w * mb[i * m + k];
      }
    }
  }
  // A symmetric positive matrix to its inverse, by Cholesky; false when it is not positive.
  static bool invert(std::vector<double>& a, std::size_t n) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < j; ++k) {
        const double f = a[j * n + k];
        if (f == 0) continue;
        for (std::size_t i = j; i < n; ++i) a[i * n + j] -= f * a[i * n + k];
      }
      if (!(a[j * n + j] > 0)) return false;
      const double d = 1 / std::sqrt(a[j * n + j]);
      for (std::size_t i = j; i < n; ++i) a[i * n + j] *= d;
    }
    // L⁻¹, then L⁻ᵀ L⁻¹.
    std::vector<double> inv(n * n, 0.0);
    for (std::size_t j = 0; j < n; ++j) {
      inv[j * n + j] = 1 / a[j * n + j];
      for (std::size_t i = j + 1; i < n; ++i) {
        double v = 0;
        for (std::size_t k = j; k < i; ++k) v -= a[i * n + k] * inv[k * n + j];
        inv[i * n + j] = v / a[i * n + i];
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j <= i; ++j) {
        double v = 0;
        for (std::size_t k = i; k < n; ++k) v += inv[k * n + i] * inv[k * n + j];
        a[i * n + j] = a[j * n + i] = v;
      }
    }
    return true;
  }
  void take(const std::vector<double>& x) const {
    for (std::size_t k = 0; k < knots_; ++k) {
      for (std::size_t d = 0; d < 3; ++d) air_.wind.knot(k)[d] += x[3 * k + d];
    }
    for (std::uint32_t s = 0; s < air_.net->sensors(); ++s) {
      const double* v = &x[3 * (knots_ + s)];
      air_.sensor[s].clock_s += v[0];
      air_.sensor[s].x_m += v[1];
      air_.sensor[s].y_m += v[2];
    }
  }

  Air& air_;
  const AssociateParams& prior_;
  std::size_t knots_ = 0, size_ = 0;
  std::vector<Rows> pieces_;
  std::vector<std::vector<double>> sums_;  // of each piece
  std::vector<std::pair<WindField::Stencil, WindField::Value>> weather_;
  std::vector<std::array<std::uint32_t, 2>> places_, times_;
};

}  // namespace

void calibrate_times(const std::vector<Fitted>& effects, const std::vector<WeatherReport>& weather,
                     const AssociateParams& prior, bool last, Air& air) {
  TimeSystem system(effects, weather, prior, last, air);
  if (system.empty()) return;
  system.solve(last);
  air.retabulate_paths();
  if (last) system.posterior();
}

}  // namespace truce::fuse
