#include "stages/fuse/internal/ground.h"

#include <algorithm>
#include <numbers>
#include <numeric>
#include <tuple>

namespace truce::fuse {

namespace {

constexpr double kOutsideS = 600;  // so far from the scene's time a pick is still looked at

template <class T>
T middle_of(std::vector<T> v) {
  const auto at = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), at, v.end());
  return *at;
}

}  // namespace

NormalTail::NormalTail() {
  for (std::size_t i = 0; i < value_.size(); ++i) {
    const double z = static_cast<double>(i) / kPerUnit - kReach;
    const double share = 0.5 * std::erfc(z / std::numbers::sqrt2);
    value_[i] = std::log(share);
    slope_[i] = -std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) / share;
  }
}

PickLists::PickLists(const SeismicScene& scene)
    : start_s(scene.start_s), end_s(scene.end_s), station_(scene.stations) {
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < scene.picks.size(); ++i) {
    const Pick& p = scene.picks[i];
    if (p.time_s > start_s - kOutsideS && p.time_s < end_s + kOutsideS) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const Pick& u = scene.picks[a];
    const Pick& v = scene.picks[b];
    return std::tie(u.station, u.phase, u.time_s, u.sigma_s, u.level_db, a) <
           std::tie(v.station, v.phase, v.time_s, v.sigma_s, v.level_db, b);
  });
  const Pick* last = nullptr;
  for (const auto i : order) {
    const Pick& p = scene.picks[i];
    const bool twin = last != nullptr && last->station == p.station && last->phase == p.phase &&
                      p.time_s - last->time_s <= std::clamp(p.sigma_s, 1e-3, 1.0);
    if (twin) continue;
    last = &p;
    original_.push_back(i);
  }
  std::vector<std::vector<std::uint32_t>> of_list(lists());
  for (std::uint32_t k = 0; k < picks(); ++k) {
    const Pick& p = scene.picks[original_[k]];
    if (p.phase != PickPhase::kS) of_list[std::size_t{2} * p.station].push_back(k);
    if (p.phase != PickPhase::kP) of_list[std::size_t{2} * p.station + 1].push_back(k);
  }
  first_.push_back(0);
  for (std::uint32_t l = 0; l < lists(); ++l) {
    std::sort(of_list[l].begin(), of_list[l].end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(scene.picks[original_[a]].time_s, a) <
             std::pair(scene.picks[original_[b]].time_s, b);
    });
    for (const auto k : of_list[l]) {
      const Pick& p = scene.picks[original_[k]];
      time_s.push_back(p.time_s);
      level_db.push_back(std::clamp(p.level_db, -1e4, 1e4));
      const double sigma = std::clamp(p.sigma_s, 0.0, 100.0);
      variance_s2.push_back(sigma * sigma);
      pick.push_back(k);
      list.push_back(l);
      label.push_back(p.phase);
    }
    first_.push_back(entries());
  }
  for (auto& s : station_) s.noise_db = std::clamp(s.noise_db, -1e4, 1e4);
  if (!station_.empty()) bound();
}

// A station that is said to stand on the other side of the earth does not stretch the ground.
void PickLists::bound() {
  std::vector<double> x, y, noise, off;
  for (const auto& s : station_) {
    x.push_back(s.x_m);
    y.push_back(s.y_m);
    noise.push_back(s.noise_db);
  }
  median_noise_db = middle_of(noise);
  const double cx = middle_of(x), cy = middle_of(y);
  for (const auto& s : station_) off.push_back(std::hypot(s.x_m - cx, s.y_m - cy));
  const double far = std::min(6 * middle_of(off) + 1000, 5e6);
  x_min = x_max = cx;
  y_min = y_max = cy;
  double count = 0;
  for (std::size_t i = 0; i < off.size(); ++i) {
    if (!(off[i] <= far)) continue;
    x_min = std::min(x_min, x[i]);
    x_max = std::max(x_max, x[i]);
    y_min = std::min(y_min, y[i]);
    y_max = std::max(y_max, y[i]);
    ++count;
  }
  const double longer = std::max(x_max - x_min, y_max - y_min);
  const double area = (x_max - x_min + 0.1 * longer) * (y_max - y_min + 0.1 * longer);
  spacing_m = std::max(500.0, std::sqrt(area / std::max(1.0, count)));
  x_min -= spacing_m;
  x_max += spacing_m;
  y_min -= spacing_m;
  y_max += spacing_m;
}

std::uint32_t PickLists::lower_bound(std::uint32_t l, double t_s) const {
  const auto from = time_s.begin() + first_[l];
  const auto to = time_s.begin() + first_[l + 1];
  return static_cast<std::uint32_t>(std::lower_bound(from, to, t_s) - time_s.begin());
}

Ground::Ground(const PickLists& lists, const SeismicScene& scene, const SeismicParams& params)
    : net(lists),
      times{TravelTimes(scene.layers, PickPhase::kP), TravelTimes(scene.layers, PickPhase::kS)},
      spreading_db(params.spreading_db),
      attenuation_db_km(params.attenuation_db_km),
      s_gain_db(params.s_gain_db),
      level_sd_db(params.level_sd_db),
      snr_db(params.detection_snr_db),
      width_db(params.detection_width_db),
      path_error{params.path_error, params.path_error},
      stray_share(params.stray_share),
      delay_s(lists.lists(), 0),
      delay_variance(lists.lists(), 0),
      level_mean_db(lists.median_noise_db + params.source_db_mean),
      level_spread_db(params.source_db_sd),
      log_density(std::log(params.events_per_km2_hour / 3.6e9)),
      log_false(lists.entries()),
      log_notice(lists.entries()),
      deaf(lists.stations()) {
  for (const auto& d : scene.deaf) deaf[d.sensor].push_back({d.from_s, d.until_s});
  for (std::uint32_t s = 0; s < net.stations(); ++s) {
    if (net.begin_of(2 * s) == net.end_of(2 * s + 1))
      deaf[s].push_back({net.start_s - kOutsideS, net.end_s + kOutsideS});
  }
  retabulate();
}

void Ground::retabulate() {
  for (std::uint32_t e = 0; e < net.entries(); ++e) {
    const double over = net.level_db[e] - net.station(net.list[e] / 2).noise_db;
    log_notice[e] = tail.log_at((snr_db - over) / width_db);
  }
}

bool Ground::is_deaf(std::uint32_t station, double t_s) const {
  const auto& spans = deaf[station];
  return std::any_of(spans.begin(), spans.end(),
                     [&](const auto& d) { return t_s >= d[0] && t_s < d[1]; });
}

}  // namespace truce::fuse
