#pragma once
// What the fuzz targets of the associators share: numbers from bytes, answers held against each
// other.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stages/fuse/associate.h"

namespace truce::fuse::fuzzing {

class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool empty() const { return at_ >= size_; }
  unsigned next() { return empty() ? 0U : data_[at_++]; }
  // From `low` to `high`, now and then something else.
  double number(double low, double high) {
    static constexpr std::array<double, 9> kWild{0, 1e6, -1e6, 1e15, -1e15, 1e30, -1e30, 1e-30, -1};
    const unsigned kind = next();
    if (kind > 246) return kWild[255 - kind];
    return low + (high - low) * (kind * 256 + next()) / (247 * 256.0);
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

inline bool same(const std::vector<LocatedEffect>& a, const std::vector<LocatedEffect>& b) {
  return std::equal(
      a.begin(), a.end(), b.begin(), b.end(), [](const LocatedEffect& u, const LocatedEffect& v) {
        return u.arrivals == v.arrivals && u.shocks == v.shocks && u.echoes == v.echoes &&
               u.x_m == v.x_m && u.time_s == v.time_s && u.covariance == v.covariance;
      });
}

}  // namespace truce::fuse::fuzzing
