#include "stages/fuse/internal/kinds.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/parallel.h"

namespace truce::fuse {

namespace {

constexpr double kNamedOdds = 2.2;  // natural logarithm of nine to one

// ---- shock waves

constexpr double kGunM = 400, kGunS = 900;  // shots of one gun: so near each other, so long apart
constexpr double kReachM = 12'000;          // from the gun, that a shock wave is heard
constexpr double kWayM = 20'000;            // that a shell stays faster than sound
constexpr double kSpeedMax = 3;             // of the shell, over that of sound
constexpr double kSoonestS = 0.15;          // before the muzzle blast
constexpr double kHeardShare = 0.7;         // of those whom it passes near enough
// How far off the way it is heard, one of these for all shots of a gun.
constexpr std::array<double, 5> kOffM{700, 1400, 2500, 4500, 8000};
constexpr double kLogPrior = -2.3;    // that a gun's shells are faster than sound
constexpr std::size_t kHeardMin = 3;  // arrivals that must agree
constexpr int kDirections = 60;
constexpr double kLogLooks = 10;  // log of how many directions, speeds and widths are looked at
constexpr std::array<double, 8> kMach{1.06, 1.15, 1.26, 1.4, 1.6, 1.85, 2.2, 2.7};
constexpr double kCoarseS = 0.6, kFineS = 0.2;  // what directions and speeds leave open

// One shot heard, or not, at one sensor: free arrivals that came before the muzzle blast did.
struct Early {
  double dx_m, dy_m;
  std::uint32_t effect;
  std::size_t first, last;  // in Gun::heard
};
struct Heard {
  double after_s;  // the shot
  double variance, log_false_rate;
  std::uint32_t arrival;
  // Log odds, of its being the shock wave rather than false, are peak − r² bend for r seconds off.
  double peak = 0, bend = 0;
};
struct Gun {
  std::vector<std::uint32_t> shots;
  std::vector<Early> early;
  std::vector<Heard> heard;
  double speed_m_s = 340;
};
struct Way {
  double angle = 0, mach = 1.2;
};

// `spread_s`: what is left open of when the shock wave comes.
void open_by(Gun& gun, double spread_s) {
  for (Heard& h : gun.heard) {
    const double variance = h.variance + spread_s * spread_s;
    h.bend = 0.5 / variance;
    h.peak =
        std::log(kHeardShare) - 0.5 * std::log(2 * std::numbers::pi * variance) - h.log_false_rate;
  }
}

struct Explained {
  double log_odds = 0;
  double off_m = 0;  // as far off the way it is heard
};

// The best arrival of each shot at each sensor that the way passes, by how far off it passes.
template <class F>
void for_each_passed(const Gun& gun, const Way& way, F f) {
  static const double kMissed = std::log(1 - kHeardShare);
  const double per_v = 1 / (way.mach * gun.speed_m_s);
  const double lean = std::sqrt(way.mach * way.mach - 1);
  const double per_lean = 1 / lean;
  const double ux = std::cos(way.angle), uy = std::sin(way.angle);
  for (const Early& e : gun.early) {
    const double along = e.dx_m * ux + e.dy_m * uy;
    const double off = std::abs(e.dx_m * uy - e.dy_m * ux);
    const double sent = along - off * per_lean;
    if (sent < 0 || sent > kWayM || off > kOffM.back()) continue;
    const double after_s = (along + off * lean) * per_v;
    double best = kMissed;
    std::uint32_t arrival = ~0U;
    for (std::size_t i = e.first; i < e.last; ++i) {
      const double r = gun.heard[i].after_s - after_s;
      const double odds = gun.heard[i].peak - r * r * gun.heard[i].bend;
      if (odds <= best) continue;
      best = odds;
      arrival = gun.heard[i].arrival;
    }
    f(e, off, best, arrival);
  }
}

Explained explained(const Gun& gun, const Way& way) {
  std::array<double, kOffM.size()> sum{};
  for_each_passed(gun, way, [&](const Early&, double off, double odds, std::uint32_t) {
    for (std::size_t k = 0; k < kOffM.size(); ++k) sum[k] += off < kOffM[k] ? odds : 0;
  });
  const auto best = std::max_element(sum.begin(), sum.end());
  return {*best, kOffM[static_cast<std::size_t>(best - sum.begin())]};
}

std::vector<Gun> guns_of(const std::vector<Fitted>& effects) {
  std::vector<Gun> out;
  std::vector<std::uint32_t> order(effects.size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return effects[a].t_s < effects[b].t_s; });
  std::size_t open = 0;  // guns before it have been silent for too long
  for (const auto i : order) {
    const Fitted& f = effects[i];
    while (open < out.size() && effects[out[open].shots.back()].t_s < f.t_s - kGunS) ++open;
    const auto same =
        std::find_if(out.begin() + static_cast<std::ptrdiff_t>(open), out.end(), [&](const Gun& g) {
          const Fitted& first = effects[g.shots.front()];
          return std::hypot(first.x_m - f.x_m, first.y_m - f.y_m) < kGunM;
        });
    if (same == out.end()) {
      out.emplace_back().shots.push_back(i);
    } else {
      same->shots.push_back(i);
    }
  }
  return out;
}

class ShockWaves {
 public:
  ShockWaves(const Network& net, const Air& air, const std::vector<Fitted>& effects,
             const Taken& taken)
      : net_(net), air_(air), effects_(effects), taken_(taken) {}

  std::vector<Named> run(unsigned threads) const {
    auto guns = guns_of(effects_);
    std::vector<std::vector<Named>> found(guns.size());
    std::vector<double> worth(guns.size(), 0.0);
    parallel_for(guns.size(), threads, [&](std::size_t g) { worth[g] = look(guns[g], found[g]); });
    // An arrival belongs to the gun that explains most.
    std::vector<std::size_t> order;
    for (std::size_t g = 0; g < guns.size(); ++g) {
      if (worth[g] > kNamedOdds) order.push_back(g);
    }
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return worth[a] > worth[b]; });
    std::vector<char> used(net_.arrivals(), 0);
    std::vector<Named> out;
    for (const auto g : order) {
      for (const Named& n : found[g]) {
        if (used[n.arrival] != 0) continue;
        used[n.arrival] = 1;
        out.push_back(n);
      }
    }
    return out;
  }

 private:
  // Log odds that the gun's shells are faster than sound, the likeliest way found.
  double look(Gun& gun, std::vector<Named>& named) const {
    gather(gun);
    if (gun.heard.size() < kHeardMin) return 0;
    open_by(gun, kCoarseS);
    Way best;
    double most = -1e300;
    for (int d = 0; d < kDirections; ++d) {
      for (const double mach : kMach) {
        const Way way{2 * std::numbers::pi * d / kDirections, mach};
        const double v = explained(gun, way).log_odds;
        if (v <= most) continue;
        most = v;
        best = way;
      }
    }
    open_by(gun, kFineS);
    most = explained(gun, best).log_odds;
    double turn = std::numbers::pi / kDirections, faster = 0.06;
    for (int halving = 0; halving < 5; ++halving, turn /= 2, faster /= 2) {
      for (bool moved = true; moved;) {
        moved = false;
        for (const auto& [a, m] : {std::pair(turn, 0.0), std::pair(-turn, 0.0),
                                   std::pair(0.0, faster), std::pair(0.0, -faster)}) {
          const Way way{best.angle + a, std::clamp(best.mach + m, 1.01, kSpeedMax)};
          const double v = explained(gun, way).log_odds;
          if (v <= most + 1e-9) continue;
          most = v;
          best = way;
          moved = true;
        }
      }
    }
    const double off_m = explained(gun, best).off_m;
    for_each_passed(gun, best, [&](const Early& e, double off, double odds, std::uint32_t arrival) {
      if (arrival != ~0U && off < off_m && odds > kNamedOdds)
        named.push_back({arrival, e.effect, Kind::kShockWave});
    });
    if (named.size() < kHeardMin) return 0;
    return most - kLogLooks + kLogPrior;
  }

  void gather(Gun& gun) const {
    gun.speed_m_s = air_.sound_speed_m_s;
    std::vector<std::uint32_t> near;
    for (const auto i : gun.shots) {
      const Fitted& f = effects_[i];
      near.clear();
      net_.within(f.x_m, f.y_m, kReachM, near);
      for (const auto s : near) {
        const SensorState& at = air_.sensor[s];
        if (!at.hears(f.t_s)) continue;
        const Path p = air_.path(f.x_m, f.y_m, f.t_s, s);
        Early e{at.x_m - f.x_m, at.y_m - f.y_m, i, gun.heard.size(), 0};
        const double from = f.t_s + at.clock_s + p.travel_s / kSpeedMax;
        for (auto a = net_.lower_bound(s, from);
             a < net_.end_of(s) && net_.time_s(a) < f.t_s + p.time_s - kSoonestS; ++a) {
          if (taken_[a] != 0) continue;
          const double onset = net_.sigma_s(a);
          const double path = air_.path_error * p.travel_s;
          const double place = (f.covariance[0] + f.covariance[2]) / 2 /
                               (air_.sound_speed_m_s * air_.sound_speed_m_s);
          gun.heard.push_back({net_.time_s(a) - at.clock_s - f.t_s,
                               onset * onset + path * path + place + f.covariance[5],
                               at.log_false_rate, a});
        }
        e.last = gun.heard.size();
        gun.early.push_back(e);
      }
    }
  }

  const Network& net_;
  const Air& air_;
  const std::vector<Fitted>& effects_;
  const Taken& taken_;
};

// ---- echoes

constexpr std::array<double, 8> kDelayEdges{0, 0.25, 0.5, 1,
                                            2, 4,    8,   16};      // s after what was heard
constexpr std::array<double, 5> kFainterEdges{-100, 0, 5, 10, 15};  // dB fainter than that, from on
constexpr double kApartS = 32;  // what follows nothing for so long is false
constexpr std::size_t kDelays = kDelayEdges.size() - 1, kFainters = kFainterEdges.size();
constexpr double kCountMin = 10;

std::size_t fainter_bin(double fainter_db) {
  std::size_t k = 0;
  while (k + 1 < kFainters && fainter_db >= kFainterEdges[k + 1]) ++k;
  return k;
}

struct Cell {
  double count = 0, expected = 0;
  // Probability that what falls in is an echo.
  double echo() const { return count < kCountMin ? 0 : 1 - std::min(1.0, (expected + 1) / count); }
};

class Echoes {
 public:
  Echoes(const Network& net, const Air& air, const Taken& taken) : net_(net), taken_(taken) {
    learn_false();
    static_cast<void>(air);
  }

  // `apart`: free arrivals that have another name.
  std::vector<Named> run(const std::vector<Fitted>& effects, const std::vector<char>& apart) {
    std::vector<std::uint32_t> effect(net_.arrivals(), ~0U);
    for (std::uint32_t i = 0; i < effects.size(); ++i) {
      for (const auto a : effects[i].hits) effect[a] = i;
    }
    for_each([&](std::uint32_t a, std::uint32_t hit, double delay_s, Cell& cell) {
      static_cast<void>(hit), static_cast<void>(delay_s);
      if (apart[a] == 0) cell.count += 1;
    });
    expect();
    std::vector<Named> out;
    for_each([&](std::uint32_t a, std::uint32_t hit, double delay_s, Cell& cell) {
      static_cast<void>(delay_s);
      if (apart[a] == 0 && cell.echo() > 0.9) out.push_back({a, effect[hit], Kind::kEcho});
    });
    return out;
  }

 private:
  // f of each free arrival that follows something heard, with its cell.
  template <class F>
  void for_each(F f) {
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      std::uint32_t hit = ~0U;
      for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a) {
        if (taken_[a] != 0) {
          hit = a;
          continue;
        }
        if (hit == ~0U) continue;
        const double delay_s = net_.time_s(a) - net_.time_s(hit);
        if (delay_s >= kDelayEdges.back()) continue;
        f(a, hit, delay_s, cell(delay_s, net_.level_db(hit) - net_.level_db(a)));
      }
    }
  }
  Cell& cell(double delay_s, double fainter_db) {
    std::size_t k = 0;
    while (delay_s >= kDelayEdges[k + 1]) ++k;
    return cells_[k * kFainters + fainter_bin(fainter_db)];
  }

  // Rate and levels of what is false, from what follows nothing.
  void learn_false() {
    double count = 0, time_s = 0;
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      double last = net_.start_s - kApartS;
      for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a) {
        if (taken_[a] != 0) {
          time_s += std::max(0.0, net_.time_s(a) - last - kApartS);
          last = net_.time_s(a);
        } else if (net_.time_s(a) - last >= kApartS) {
          count += 1;
          levels_.push_back(net_.level_db(a));
        }
      }
      time_s += std::max(0.0, net_.end_s - last - kApartS);
    }
    std::sort(levels_.begin(), levels_.end());
    rate_ = (count + 1) / std::max(1.0, time_s);
  }
  // False arrivals by chance after each arrival that was heard, until the next.
  void expect() {
    for (std::uint32_t s = 0; s < net_.sensors(); ++s) {
      for (std::uint32_t a = net_.begin_of(s); a < net_.end_of(s); ++a) {
        if (taken_[a] == 0) continue;
        std::uint32_t next = a + 1;
        while (next < net_.end_of(s) && taken_[next] == 0) ++next;
        const double until =
            (next < net_.end_of(s) ? net_.time_s(next) : net_.end_s) - net_.time_s(a);
        std::array<double, kFainters> share{};
        for (std::size_t k = 0; k < kFainters; ++k) {
          const double low = k + 1 < kFainters ? below(net_.level_db(a) - kFainterEdges[k + 1]) : 0;
          share[k] = below(net_.level_db(a) - kFainterEdges[k]) - low;
        }
        for (std::size_t d = 0; d < kDelays; ++d) {
          const double lasts = std::min(until, kDelayEdges[d + 1]) - kDelayEdges[d];
          if (lasts <= 0) break;
          for (std::size_t k = 0; k < kFainters; ++k)
            cells_[d * kFainters + k].expected += rate_ * lasts * share[k];
        }
      }
    }
  }
  // Share of false levels below `db`.
  double below(double db) const {
    if (levels_.empty()) return 0.5;
    const auto at = std::lower_bound(levels_.begin(), levels_.end(), db) - levels_.begin();
    return static_cast<double>(at) / static_cast<double>(levels_.size());
  }

  const Network& net_;
  const Taken& taken_;
  std::vector<double> levels_;  // of what is false, ascending
  double rate_ = 0;             // of one sensor, per second
  std::array<Cell, kDelays * kFainters> cells_{};
};

}  // namespace

std::vector<Named> name_kinds(const Network& net, const Air& air,
                              const std::vector<Fitted>& effects, const Taken& taken,
                              unsigned threads) {
  auto out = ShockWaves(net, air, effects, taken).run(threads);
  std::vector<char> apart(net.arrivals(), 0);
  for (const Named& n : out) apart[n.arrival] = 1;
  const auto echoes = Echoes(net, air, taken).run(effects, apart);
  out.insert(out.end(), echoes.begin(), echoes.end());
  std::sort(out.begin(), out.end(),
            [](const Named& a, const Named& b) { return a.arrival < b.arrival; });
  return out;
}

}  // namespace truce::fuse
