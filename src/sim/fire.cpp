#include "sim/fire.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/units.h"
#include "sim/front_line.h"
#include "sim/random.h"
#include "sim/steady_math.h"

namespace truce::sim {

namespace {

constexpr double kSidewaysM = 3000;  // how far along the front a battery fires to either side

double drawn(Random& random, const Span& span) { return random.between(span.low, span.high); }

std::uint32_t drawn_whole(Random& random, const Span& span) {
  const auto low = static_cast<std::uint32_t>(span.low);
  const auto high = static_cast<std::uint32_t>(span.high);
  return low + static_cast<std::uint32_t>(random.below(high - low + 1));
}

class FireMaker {
 public:
  FireMaker(const World& world, std::uint64_t seed)
      : world_(world),
        seed_(seed),
        end_s_(world.terrain.hours * 3600),
        width_m_(world.terrain.width_km * 1000),
        height_m_(world.terrain.height_km * 1000) {
    if (!world.terrain.front_km.empty()) front_.emplace(world.terrain.front_km);
  }

  Fire run() {
    if (world_.seismic.on) {
      fire_events();
    } else {
      std::uint32_t number = 0;
      for (std::uint32_t w = 0; w < world_.weapons.size(); ++w) {
        for (std::uint32_t i = 0; i < world_.weapons[w].batteries; ++i)
          fire_battery(w, i, number++);
      }
    }
    std::stable_sort(out_.blasts.begin(), out_.blasts.end(),
                     [](const Blast& a, const Blast& b) { return a.time_s < b.time_s; });
    for (auto& s : out_.shocks) s.blast = muzzle_of(s);
    return std::move(out_);
  }

 private:
  Xy inside(Xy p) const {
    return {std::clamp(p.x_m, 0.0, width_m_), std::clamp(p.y_m, 0.0, height_m_)};
  }
  Xy anywhere(Random& random) const {
    const double x = random.between(0, width_m_);
    return {x, random.between(0, height_m_)};
  }

  bool fires_from_left(const Weapon& w, std::uint32_t index) const {
    if (!front_) return false;
    return w.side == "left" || (w.side == "both" && index % 2 == 0);
  }

  Xy target_of(const Weapon& w, const Salvo& salvo, double along_m, Random& random) const {
    const double away = drawn(random, w.target_km) * 1000;
    if (front_) {
      const double along = along_m + random.between(-kSidewaysM, kSidewaysM);
      return inside(front_->at(along, salvo.left ? -away : away));
    }
    const double angle = random.between(0, 2 * kPi);
    return inside(
        {salvo.from.x_m + away * steady_cos(angle), salvo.from.y_m + away * steady_sin(angle)});
  }

  void fire_battery(std::uint32_t weapon, std::uint32_t index, std::uint32_t number) {
    const Weapon& w = world_.weapons[weapon];
    Random random(seed_, Draw::kBattery, weapon, index);
    Salvo salvo;
    salvo.weapon = weapon;
    salvo.battery = number;
    salvo.left = fires_from_left(w, index);
    const double along = front_ ? random.between(0, front_->length_m()) : 0;
    const double behind = drawn(random, w.behind_km) * 1000;
    salvo.from =
        front_ ? inside(front_->at(along, salvo.left ? behind : -behind)) : anywhere(random);
    if (w.missions_per_hour <= 0) return;
    const double mean_gap = 3600 / w.missions_per_hour;
    for (double t = random.exponential(mean_gap); t < end_s_; t += random.exponential(mean_gap)) {
      salvo.start_s = t;
      salvo.target = target_of(w, salvo, along, random);
      fire_mission(w, salvo, random);
    }
  }

  void fire_mission(const Weapon& w, Salvo salvo, Random& random) {
    const auto number = static_cast<std::uint32_t>(out_.salvos.size());
    salvo.rounds = drawn_whole(random, w.rounds);
    double t = salvo.start_s;
    for (std::uint32_t i = 0; i < salvo.rounds; ++i) {
      fire_round(w, salvo, number, t, random);
      t += drawn(random, w.gap_s);
    }
    out_.salvos.push_back(salvo);
  }

  void fire_round(const Weapon& w, const Salvo& salvo, std::uint32_t number, double t,
                  Random& random) {
    const double east = w.scatter_m * random.normal();
    const Xy impact =
        inside({salvo.target.x_m + east, salvo.target.y_m + w.scatter_m * random.normal()});
    const double dx = impact.x_m - salvo.from.x_m, dy = impact.y_m - salvo.from.y_m;
    const double distance = std::max(1.0, steady_length(dx, dy));
    const double muzzle_db = w.muzzle_db + w.level_sd_db * random.normal();
    const double impact_db = w.impact_db + w.level_sd_db * random.normal();
    if (w.muzzle_db > 0) put({t, salvo.from, muzzle_db, true, number});
    if (w.impact_db > 0) put({t + distance / w.shell_m_s, impact, impact_db, false, number});
    if (w.supersonic_km <= 0) return;
    out_.shocks.push_back({t, salvo.from, dx / distance, dy / distance,
                           std::min(distance, w.supersonic_km * 1000), w.shell_m_s, w.shock_db,
                           number, -1});
  }

  std::int32_t muzzle_of(const Shock& s) const {
    auto it = std::lower_bound(out_.blasts.begin(), out_.blasts.end(), s.time_s,
                               [](const Blast& b, double t) { return b.time_s < t; });
    for (; it != out_.blasts.end() && it->time_s == s.time_s; ++it) {
      if (it->muzzle && it->salvo == s.salvo)
        return static_cast<std::int32_t>(it - out_.blasts.begin());
    }
    return -1;
  }

  void put(const Blast& b) {
    if (b.time_s < end_s_) out_.blasts.push_back(b);
  }

  // Seismic events: one blast each, a salvo of its own.
  void fire_events() {
    const Seismic& s = world_.seismic;
    if (s.events_per_hour <= 0) return;
    Random random(seed_, Draw::kEvent);
    const double mean_gap = 3600 / s.events_per_hour;
    for (double t = random.exponential(mean_gap); t < end_s_; t += random.exponential(mean_gap)) {
      const Xy at = anywhere(random);
      const auto number = static_cast<std::uint32_t>(out_.salvos.size());
      out_.salvos.push_back({0, 0, false, 1, t, at, at});
      put({t, at, s.source_db + s.source_sd_db * random.normal(), false, number});
    }
  }

  const World& world_;
  std::uint64_t seed_;
  double end_s_, width_m_, height_m_;
  std::optional<FrontLine> front_;
  Fire out_;
};

}  // namespace

Fire make_fire(const World& world, std::uint64_t seed) { return FireMaker(world, seed).run(); }

}  // namespace truce::sim
