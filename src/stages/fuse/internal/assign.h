#pragma once
// Who hears whom: at each sensor the arrivals are shared out among the effects that could have
// caused them, one arrival to one effect, so that all together is likeliest.

#include <cstdint>
#include <vector>

namespace truce::fuse {

// That an effect is heard by one arrival, against its not being heard there. Above 0.
struct Edge {
  std::uint32_t effect = 0;
  std::uint32_t arrival = 0;
  std::uint32_t sensor = 0;
  float gain = 0;
};

// The subset of edges of one sensor with the greatest sum, no effect and no arrival twice; returns
// indices into `edges`. Exact (Kuhn 1955, Munkres 1957, in the form with potentials) within each
// group of effects that compete, except that in groups of more than 40 the best edge comes first.
void share_out(const std::vector<Edge>& edges, std::vector<std::uint32_t>& chosen);

}  // namespace truce::fuse
