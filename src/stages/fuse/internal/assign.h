#pragma once
// Who hears whom: at each sensor the arrivals are shared out among the effects that could have
// caused them, one arrival to one effect, so that all together is likeliest.

#include <cstdint>
#include <span>
#include <vector>

namespace truce::fuse {

// That an effect is heard by one arrival, against its not being heard there. Above 0.
struct Edge {
  std::uint32_t effect = 0;
  std::uint32_t arrival = 0;
  std::uint32_t sensor = 0;
  float gain = 0;
};

class Sharer {
 public:
  // The subset of edges of one sensor with the greatest sum, no effect and no arrival twice; puts
  // indices into `edges`. Exact (Kuhn 1955, Munkres 1957, in the form with potentials) within each
  // group of effects that compete, except that in groups of more than 40 the best edge comes first.
  void share_out(std::span<const Edge> edges, std::vector<std::uint32_t>& chosen);

 private:
  using Group = std::vector<std::uint32_t>;
  std::uint32_t root(std::uint32_t edge);
  template <class Key>
  void link(std::span<const Edge> edges, Key key);
  void exact(std::span<const Edge> edges, std::vector<std::uint32_t>& chosen);
  void hungarian(std::size_t rows, std::size_t columns);

  // Kept from sensor to sensor for their memory alone.
  std::vector<std::uint64_t> order_;
  std::vector<std::uint32_t> parent_, next_, last_;
  Group group_;  // edges that compete
  std::vector<std::uint32_t> effects_, arrivals_, edge_;
  std::vector<double> cost_, u_, v_, least_;
  std::vector<std::size_t> row_of_, way_, column_;
  std::vector<char> used_;
};

}  // namespace truce::fuse
