#include "sim/hearing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/units.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

std::string_view to_string(Cause cause) {
  constexpr std::array<std::string_view, 9> kWords{"direct", "echo",     "shock", "false", "burst",
                                                   "copied", "invented", "flood", "twin"};
  return kWords[static_cast<std::size_t>(cause)];
}

double notice_probability(const Detection& detection, double level_db, double noise_db) {
  const double over = (level_db - noise_db - detection.snr_db) / detection.width_db;
  return 1 / (1 + steady_exp(-over));
}

double onset_sigma_s(const Nodes& nodes, double snr_db) {
  const double weakness = steady_exp(-std::max(snr_db, 0.0) / 20 * 2.302585092994046);
  const double sigma = nodes.onset_s + nodes.weak_onset_s * weakness;
  return std::max(0.001, std::floor(sigma * 1000 + 0.5) / 1000);
}

namespace {

double distance(Xy a, Xy b) { return steady_length(a.x_m - b.x_m, a.y_m - b.y_m); }

// Where the quietest node would hear it at that level.
double reach_m(double source_db, double spreading_db, double absorption_db_km, double quietest_db) {
  double low = 1, high = 2e7;
  for (int i = 0; i < 60; ++i) {
    const double mid = std::sqrt(low * high);
    const double level =
        source_db - spreading_db * steady_log10(mid) - absorption_db_km * mid / 1000;
    (level > quietest_db ? low : high) = mid;
  }
  return high;
}

// Below this nobody is asked: the quietest node would notice it once in 10,000 times, were it four
// standard deviations louder than it should be.
double quietest_db(const World& world, const std::vector<Node>& nodes) {
  double noise = 1e9;
  for (const auto& n : nodes) noise = std::min(noise, n.noise_db);
  return noise + world.detection.snr_db - 9.2 * world.detection.width_db -
         4 * world.sound.level_sd_db;
}

// Nodes by x, so that those within a distance are found without asking all.
class NodeIndex {
 public:
  explicit NodeIndex(const std::vector<Node>& nodes) : nodes_(nodes) {
    for (std::uint32_t i = 0; i < nodes.size(); ++i) {
      order_.push_back({nodes[i].at.x_m, i});
      if (std::isfinite(nodes[i].moves_at_s)) order_.push_back({nodes[i].moved_to.x_m, i});
    }
    std::sort(order_.begin(), order_.end());
    order_.erase(std::unique(order_.begin(), order_.end()), order_.end());
  }
  // Calls f(index, place) for nodes whose place at that time is within the distance.
  template <class F>
  void within(Xy p, double radius_m, double time_s, F f) const {
    auto it = std::lower_bound(order_.begin(), order_.end(),
                               std::pair<double, std::uint32_t>(p.x_m - radius_m, 0));
    for (; it != order_.end() && it->first <= p.x_m + radius_m; ++it) {
      const Xy at = nodes_[it->second].place(time_s);
      if (at.x_m == it->first && distance(at, p) <= radius_m) f(it->second, at);
    }
  }

 private:
  const std::vector<Node>& nodes_;
  std::vector<std::pair<double, std::uint32_t>> order_;
};

struct Wave {  // what comes to a node, before it is noticed
  double time_s = 0;
  double level_db = 0;
  std::int32_t effect = -1;
  Cause cause = Cause::kDirect;
  Phase phase = Phase::kSound;
  std::int32_t of = -1;
};

class Listener {
 public:
  Listener(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
           std::size_t rows_max)
      : world_(world),
        rows_max_(rows_max),
        seed_(seed),
        nodes_(nodes),
        index_(nodes),
        quietest_db_(quietest_db(world, nodes)),
        shared_(Random(seed, Draw::kSharedError), {world.sound.shared_km * 1000, 600}) {}

  bool notices(std::uint32_t n, double level_db, Random& random) const {
    return random.chance(notice_probability(world_.detection, level_db, nodes_[n].noise_db));
  }

  // What the node says of a wave that it noticed; false when it is mute.
  bool say(std::uint32_t n, const Wave& wave, Random& random) {
    const Node& node = nodes_[n];
    const double error = random.normal();
    const bool stray = random.chance(world_.nodes.stray_share);
    if (is_full() || is_mute(world_, node, wave.time_s)) return false;
    const double sigma = onset_sigma_s(world_.nodes, wave.level_db - node.noise_db);
    const double off = sigma * error * (stray ? world_.nodes.stray_factor : 1);
    out_.push_back({wave.time_s,
                    {n, node.clock(wave.time_s + off), sigma, wave.level_db, wave.phase},
                    wave.effect,
                    wave.cause,
                    wave.of});
    return true;
  }

  // A relative error of travel time: part of it common to paths with near middles.
  double path_error(Xy from, Xy to, double time_s, Random& random) const {
    const Sound& s = world_.sound;
    const double own = std::sqrt(1 - s.shared_error) * random.normal();
    if (s.shared_error <= 0) return s.path_error * own;
    const double common = shared_.at((from.x_m + to.x_m) / 2, (from.y_m + to.y_m) / 2, time_s);
    return s.path_error * (own + std::sqrt(s.shared_error) * common);
  }

  bool is_full() const { return out_.size() >= rows_max_; }

  const World& world_;
  std::size_t rows_max_;
  std::uint64_t seed_;
  const std::vector<Node>& nodes_;
  NodeIndex index_;
  double quietest_db_;
  SmoothField shared_;
  std::vector<Heard> out_;
};

class SoundListener : Listener {
 public:
  SoundListener(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
                const Air& air, std::size_t rows_max)
      : Listener(world, seed, nodes, rows_max), air_(air) {}

  std::vector<Heard> run(const Fire& fire) {
    for (std::uint32_t e = 0; e < fire.blasts.size() && !is_full(); ++e) {
      const Blast& b = fire.blasts[e];
      const double reach = reach_m(b.source_db, world_.sound.spreading_db,
                                   world_.sound.absorption_db_km, quietest_db_);
      index_.within(b.at, reach, b.time_s,
                    [&](std::uint32_t n, Xy at) { hear_blast(b, e, n, at); });
    }
    for (std::uint32_t i = 0; i < fire.shocks.size() && !is_full(); ++i) {
      const Shock& s = fire.shocks[i];
      // The cone is heard with less spreading; 0.75 of it bounds the reach.
      const double reach =
          s.length_m + reach_m(s.level_db, 15, world_.sound.absorption_db_km, quietest_db_);
      index_.within(s.from, reach, s.time_s,
                    [&](std::uint32_t n, Xy at) { hear_shock(s, i, n, at); });
    }
    return std::move(out_);
  }

 private:
  double hidden_db(const Node& node, Xy at, Xy from) const {
    if (node.hidden_winds == 0) return 0;
    const double azimuth = steady_atan2(from.x_m - at.x_m, from.y_m - at.y_m);
    const auto wind = static_cast<int>(std::floor(azimuth / (kPi / 8) + 16.5)) % 16;
    return (node.hidden_winds >> wind & 1U) != 0 ? world_.sound.hidden_db : 0;
  }

  double level_at(const Blast& b, const Node& node, Xy at, Random& random) const {
    const Sound& s = world_.sound;
    const double d = std::max(1.0, distance(b.at, at));
    double level = b.source_db - s.spreading_db * steady_log10(d) - s.absorption_db_km * d / 1000;
    level += s.level_sd_db * random.normal() - hidden_db(node, at, b.at);
    if (s.shadow_db > 0) level -= s.shadow_db * d / 1000 * air_.head_wind(b.at, at, b.time_s);
    return level;
  }

  void hear_blast(const Blast& b, std::uint32_t effect, std::uint32_t n, Xy at) {
    Random random(seed_, Draw::kPath, effect, n);
    const double level = level_at(b, nodes_[n], at, random);
    if (!notices(n, level, random)) return;
    const double error = path_error(b.at, at, b.time_s, random);
    const double travel = air_.travel_s(b.at, at, b.time_s) * (1 + error);
    const Wave wave{b.time_s + travel, level, static_cast<std::int32_t>(effect), Cause::kDirect,
                    Phase::kSound};
    if (say(n, wave, random)) echo(wave, effect, n);
  }

  void echo(const Wave& direct, std::uint32_t effect, std::uint32_t n) {
    const Sound& s = world_.sound;
    Random random(seed_, Draw::kEcho, effect, n);
    if (!random.chance(s.echo_share)) return;
    Wave wave = direct;
    wave.time_s += 0.1 + random.exponential(s.echo_delay_s);
    wave.level_db -= s.echo_loss_db + 2 * random.normal();
    wave.effect = -1;
    wave.cause = Cause::kEcho;
    wave.of = static_cast<std::int32_t>(effect);
    if (notices(n, wave.level_db, random)) say(n, wave, random);
  }

  // A cone of half angle asin(1/M) sweeps over the node when the ray that left the path at that
  // angle was sent while the shell was faster than sound (Sadler, Pham & Sadler 1998).
  void hear_shock(const Shock& s, std::uint32_t number, std::uint32_t n, Xy at) {
    const double c = world_.sound.speed_m_s;
    if (s.shell_m_s <= c * 1.01) return;
    const double dx = at.x_m - s.from.x_m, dy = at.y_m - s.from.y_m;
    const double along = dx * s.ux + dy * s.uy;
    const double off = std::max(1.0, std::abs(dx * s.uy - dy * s.ux));
    const double mach = s.shell_m_s / c;
    const double lean = std::sqrt(mach * mach - 1);
    const double sent = along - off / lean;
    if (sent < 0 || sent > s.length_m) return;
    Random random(seed_, Draw::kShock, number, n);
    const double travel = along / s.shell_m_s + off * lean / s.shell_m_s;
    const double level = s.level_db - 15 * steady_log10(off) -
                         world_.sound.absorption_db_km * off / 1000 +
                         world_.sound.level_sd_db * random.normal();
    if (notices(n, level, random))
      say(n, {s.time_s + travel, level, -1, Cause::kShock, Phase::kSound, s.blast}, random);
  }

  const Air& air_;
};

class GroundListener : Listener {
 public:
  GroundListener(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
                 std::size_t rows_max)
      : Listener(world, seed, nodes, rows_max) {
    for (const auto& l : world.seismic.layers)
      layers_.push_back({l.depth_km * 1000, l.p_km_s * 1000, l.s_km_s * 1000});
  }

  std::vector<Heard> run(const Fire& fire) {
    const Seismic& s = world_.seismic;
    for (std::uint32_t e = 0; e < fire.blasts.size() && !is_full(); ++e) {
      const Blast& b = fire.blasts[e];
      const double reach = reach_m(b.source_db + std::max(0.0, s.s_gain_db), s.spreading_db,
                                   s.absorption_db_km, quietest_db_);
      index_.within(b.at, reach, b.time_s, [&](std::uint32_t n, Xy at) {
        Random random(seed_, Draw::kPath, e, n);
        hear(b, e, n, at, Phase::kP, random);
        hear(b, e, n, at, Phase::kS, random);
      });
    }
    return std::move(out_);
  }

 private:
  void hear(const Blast& b, std::uint32_t effect, std::uint32_t n, Xy at, Phase phase,
            Random& random) {
    const Seismic& s = world_.seismic;
    const double d = std::max(1.0, distance(b.at, at));
    const double level =
        b.source_db - s.spreading_db * steady_log10(d) - s.absorption_db_km * d / 1000 +
        world_.sound.level_sd_db * random.normal() + (phase == Phase::kS ? s.s_gain_db : 0);
    const bool noticed = notices(n, level, random);
    const double error = path_error(b.at, at, b.time_s, random);
    if (!noticed) return;
    const double travel = layered_travel_s(layers_, d, phase == Phase::kS) * (1 + error);
    say(n, {b.time_s + travel, level, static_cast<std::int32_t>(effect), Cause::kDirect, phase},
        random);
  }

  std::vector<Layer> layers_;
};

}  // namespace

std::vector<Heard> hear_sounds(const World& world, std::uint64_t seed,
                               const std::vector<Node>& nodes, const Fire& fire, const Air& air,
                               std::size_t rows_max) {
  return SoundListener(world, seed, nodes, air, rows_max).run(fire);
}

std::vector<Heard> hear_ground(const World& world, std::uint64_t seed,
                               const std::vector<Node>& nodes, const Fire& fire,
                               std::size_t rows_max) {
  return GroundListener(world, seed, nodes, rows_max).run(fire);
}

double layered_travel_s(const std::vector<Layer>& layers, double distance_m, bool s_wave) {
  const auto speed = [&](std::size_t i) { return s_wave ? layers[i].s_m_s : layers[i].p_m_s; };
  double best = distance_m / speed(0);
  for (std::size_t k = 1; k < layers.size(); ++k) {
    double intercept_s = 0, critical_m = 0;
    bool refracts = true;
    for (std::size_t i = 0; i < k && refracts; ++i) {
      const double ratio = speed(i) / speed(k);
      refracts = ratio < 1;
      if (!refracts) break;
      const double height = layers[i + 1].depth_m - layers[i].depth_m;
      const double cosine = std::sqrt(1 - ratio * ratio);
      intercept_s += 2 * height * cosine / speed(i);
      critical_m += 2 * height * ratio / cosine;
    }
    if (refracts && distance_m >= critical_m)
      best = std::min(best, distance_m / speed(k) + intercept_s);
  }
  return best;
}

}  // namespace truce::sim
