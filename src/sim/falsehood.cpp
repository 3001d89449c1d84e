#include "sim/falsehood.h"

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

class Falsifier {
 public:
  Falsifier(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
            std::vector<Heard>& heard)
      : world_(world),
        seed_(seed),
        nodes_(nodes),
        heard_(heard),
        duration_s_(world.terrain.hours * 3600) {}

  void run() {
    const std::size_t true_arrivals = heard_.size();
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      Random random(seed_, Draw::kFalse, n);
      scatter(n, random);
      bursts(n, random);
    }
    sprinkle(true_arrivals);
    invent();
    flood();
    copy();
  }

 private:
  // A false arrival looks like one just loud enough.
  void put(std::uint32_t n, double time_s, Cause cause, Random& random) {
    const double excess = random.exponential(world_.false_arrivals.excess_db);
    const bool second = random.chance(0.5);
    if (is_mute(world_, nodes_[n], time_s)) return;
    const double level = nodes_[n].noise_db + world_.detection.snr_db + excess;
    say(n, time_s, level, cause, second ? Phase::kS : Phase::kP);
  }
  void say(std::uint32_t n, double time_s, double level, Cause cause, Phase if_seismic) {
    const double sigma = onset_sigma_s(world_.nodes, level - nodes_[n].noise_db);
    const Phase phase = world_.seismic.on ? if_seismic : Phase::kSound;
    heard_.push_back({time_s, {n, nodes_[n].clock(time_s), sigma, level, phase}, -1, cause});
  }

  void scatter(std::uint32_t n, Random& random) {
    const double per_hour = world_.false_arrivals.per_sensor_hour;
    if (per_hour <= 0) return;
    for (double t = random.exponential(3600 / per_hour); t < duration_s_;
         t += random.exponential(3600 / per_hour))
      put(n, t, Cause::kFalse, random);
  }

  void bursts(std::uint32_t n, Random& random) {
    const FalseArrivals& f = world_.false_arrivals;
    if (f.bursts_per_sensor_hour <= 0) return;
    const double gap = 3600 / f.bursts_per_sensor_hour;
    for (double start = random.exponential(gap); start < duration_s_;
         start += random.exponential(gap)) {
      const auto low = static_cast<std::uint64_t>(f.burst.low);
      const auto size = low + random.below(static_cast<std::uint64_t>(f.burst.high) - low + 1);
      double t = start;
      for (std::uint64_t i = 0; i < size && t < duration_s_; ++i) {
        put(n, t, Cause::kBurst, random);
        t += random.exponential(f.burst_gap_s);
      }
    }
  }

  // So many false per true one, anywhere and any time.
  void sprinkle(std::size_t true_arrivals) {
    Random random(seed_, Draw::kFalse, UINT64_MAX);
    const auto count = static_cast<std::size_t>(
        std::floor(world_.false_arrivals.share * static_cast<double>(true_arrivals) + 0.5));
    for (std::size_t i = 0; i < count && !nodes_.empty(); ++i) {
      const auto n = static_cast<std::uint32_t>(random.below(nodes_.size()));
      put(n, random.between(0, duration_s_), Cause::kFalse, random);
    }
  }

  // An effect that never was, told alike by all that agreed on it and by nobody else.
  void invent() {
    const double per_hour = world_.forged.invented_per_hour;
    std::vector<std::uint32_t> liars;
    Xy middle;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      if (!nodes_[n].invents) continue;
      liars.push_back(n);
      middle = {middle.x_m + nodes_[n].at.x_m, middle.y_m + nodes_[n].at.y_m};
    }
    if (liars.empty() || per_hour <= 0) return;
    const auto count = static_cast<double>(liars.size());
    middle = {middle.x_m / count, middle.y_m / count};
    Random random(seed_, Draw::kForged, 1);
    for (double t = random.exponential(3600 / per_hour); t < duration_s_;
         t += random.exponential(3600 / per_hour))
      tell(liars, middle, t, random);
  }
  void tell(const std::vector<std::uint32_t>& liars, Xy middle, double time_s, Random& random) {
    const Xy at{middle.x_m + random.between(-3000, 3000), middle.y_m + random.between(-3000, 3000)};
    for (const auto n : liars) {
      const double d =
          std::max(1.0, steady_length(nodes_[n].at.x_m - at.x_m, nodes_[n].at.y_m - at.y_m));
      const double travel = d / world_.sound.speed_m_s;
      const double level = 150 - world_.sound.spreading_db * steady_log10(d) -
                           world_.sound.absorption_db_km * d / 1000;
      const double error = 0.05 * random.normal();
      if (!is_mute(world_, nodes_[n], time_s + travel))
        say(n, time_s + travel + error, level, Cause::kInvented, Phase::kP);
    }
  }

  void flood() {
    const Hostile& h = world_.hostile;
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      if (!std::isfinite(nodes_[n].floods_from_s)) continue;
      Random random(seed_, Draw::kHostile, n + 1);
      const auto count = static_cast<std::uint64_t>(h.flood_per_s * h.flood_s);
      for (std::uint64_t i = 0; i < count; ++i) {
        const double t = nodes_[n].floods_from_s + static_cast<double>(i) / h.flood_per_s;
        put(n, t, Cause::kFlood, random);
      }
    }
  }

  void copy() {
    const auto copies = [&](const Heard& h) { return nodes_[h.arrival.sensor].copies_of >= 0; };
    heard_.erase(std::remove_if(heard_.begin(), heard_.end(), copies), heard_.end());
    const std::size_t honest = heard_.size();
    for (std::uint32_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].copies_of < 0) continue;
      for (std::size_t i = 0; i < honest; ++i) {
        Heard h = heard_[i];
        if (static_cast<std::int32_t>(h.arrival.sensor) != nodes_[n].copies_of) continue;
        h.true_time_s += world_.forged.copy_delay_s;
        h.arrival.time_s += world_.forged.copy_delay_s;
        h.arrival.sensor = n;
        h.effect = -1;
        h.of = -1;
        h.cause = Cause::kCopied;
        heard_.push_back(h);
      }
    }
  }

  const World& world_;
  std::uint64_t seed_;
  const std::vector<Node>& nodes_;
  std::vector<Heard>& heard_;
  double duration_s_;
};

}  // namespace

void add_falsehoods(const World& world, std::uint64_t seed, const std::vector<Node>& nodes,
                    std::vector<Heard>& heard) {
  Falsifier(world, seed, nodes, heard).run();
}

}  // namespace truce::sim
