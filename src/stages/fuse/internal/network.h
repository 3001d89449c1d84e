#pragma once
// Sensors and their arrivals laid out for search: arrivals by sensor and time, sensors by place.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/fuse/associate.h"

namespace truce::fuse {

// Cells of the plane.
struct PlaceGrid {
  PlaceGrid() = default;
  explicit PlaceGrid(const std::vector<SoundSensor>& sensors);
  std::size_t cell_of(const SoundSensor& s) const;
  double cell_m = 1, x0_m = 0, y0_m = 0;
  int columns = 1, rows = 1;
};

// Sensors in an order in which those near each other follow each other: the cells of a Network, row
// by row.
std::vector<std::uint32_t> by_place(const std::vector<SoundSensor>& sensors);

class Network {
 public:
  explicit Network(const SoundScene& scene);

  std::size_t sensors() const { return sensors_.size(); }
  const SoundSensor& sensor(std::uint32_t s) const { return sensors_[s]; }
  // Arrivals of about the scene's time are numbered in order of sensor, then time; `original` gives
  // the scene's index.
  std::size_t arrivals() const { return time_.size(); }
  std::uint32_t begin_of(std::uint32_t s) const { return first_[s]; }
  std::uint32_t end_of(std::uint32_t s) const { return first_[s + 1]; }
  double time_s(std::uint32_t a) const { return time_[a]; }
  double sigma_s(std::uint32_t a) const { return sigma_[a]; }
  double level_db(std::uint32_t a) const { return level_[a]; }
  std::uint32_t sensor_of(std::uint32_t a) const { return sensor_[a]; }
  std::uint32_t original(std::uint32_t a) const { return original_[a]; }
  // First arrival of the sensor at or after t.
  std::uint32_t lower_bound(std::uint32_t s, double t_s) const {
    const std::uint32_t n = first_[s + 1] - first_[s];
    if (n == 0) return first_[s];
    const std::uint32_t* part = &parts_[first_[s] + s + part_of(t_s, n)];
    std::uint32_t a = part[0];
    if (part[1] - a > kFew)
      return static_cast<std::uint32_t>(
          std::lower_bound(time_.begin() + a, time_.begin() + part[1], t_s) - time_.begin());
    while (a < part[1] && time_[a] < t_s) ++a;
    return a;
  }
  // f(first, last) for stretches of sensors, ascending, that hold all within `range_m` of a place
  // and others near them; all of them at once where they are not numbered by place.
  template <class F>
  void for_ranges(double x_m, double y_m, double range_m, F f) const {
    if (sensors_.empty() || !std::isfinite(x_m + y_m + range_m)) return;
    if (!by_place_) return f(0U, static_cast<std::uint32_t>(sensors_.size()));
    const auto cell = [&](double v, int count) {
      return static_cast<int>(
          std::clamp(std::floor(v / grid_.cell_m), 0.0, static_cast<double>(count)));
    };
    const int c0 = cell(x_m - range_m - grid_.x0_m, grid_.columns - 1);
    const int c1 = cell(x_m + range_m - grid_.x0_m, grid_.columns - 1);
    const int r0 = cell(y_m - range_m - grid_.y0_m, grid_.rows - 1);
    const int r1 = cell(y_m + range_m - grid_.y0_m, grid_.rows - 1);
    for (int r = r0; r <= r1; ++r) {
      const auto row = static_cast<std::size_t>(r) * static_cast<std::size_t>(grid_.columns);
      const std::uint32_t first = first_in_cell_[row + static_cast<std::size_t>(c0)];
      const std::uint32_t last = first_in_cell_[row + static_cast<std::size_t>(c1) + 1];
      if (first < last) f(first, last);
    }
  }
  // Appends the sensors within `range_m` of a place, ascending.
  void within(double x_m, double y_m, double range_m, std::vector<std::uint32_t>& out) const;

  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;  // of sensors that are not alone
  double start_s = 0, end_s = 0;
  // Stretches that are left out, by sensor and time: more than four arrivals in a second for ten
  // seconds and longer. Onsets and travel times err by about a tenth of a second, so that such a
  // sensor has an arrival for any effect whatever, and none that tells of one.
  std::vector<Deafness> floods;
  double first_s = 0;  // the scene's start or the first arrival, if earlier

 private:
  std::vector<SoundSensor> sensors_;
  std::vector<std::uint32_t> first_, sensor_, original_;
  std::vector<double> time_, sigma_, level_;
  // Where the arrivals of each of equal parts of the time begin, as many parts as a sensor has
  // arrivals: `parts_[first_[s] + s + i]`, and one behind.
  std::vector<std::uint32_t> parts_;
  void part();
  std::uint32_t part_of(double t_s, std::uint32_t parts) const {
    const double share = (t_s - first_s) * per_s_;
    return static_cast<std::uint32_t>(std::clamp(share, 0.0, 1.0) * (parts - 1));
  }
  static constexpr std::uint32_t kFew = 8;  // are looked through one by one
  void bound();
  void leave_out_floods(const SoundScene& scene, std::vector<std::uint32_t>& order);
  PlaceGrid grid_;
  double per_s_ = 0;                          // one over the time between `first_s` and `end_s`
  bool by_place_ = true;                      // whether sensors are numbered as their cells are
  std::vector<std::uint32_t> first_in_cell_;  // and one behind; empty if they are not
};

}  // namespace truce::fuse
