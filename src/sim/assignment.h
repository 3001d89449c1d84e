#pragma once
// Which of few partners goes to whom: the cheapest assignment of rows to columns where most pairs
// are impossible and a row may stay alone at a price. Shortest augmenting paths with potentials
// (Jonker & Volgenant 1987), on lists instead of a matrix.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace truce::sim {

struct Partner {
  std::uint32_t column = 0;
  double cost = 0;
};

inline constexpr std::uint32_t kAlone = UINT32_MAX;

// Per row the column it gets, or kAlone. `rows[i]` lists the columns row i may have; `alone_cost`
// is what a row without one costs. Exact; ties are broken by order alone, so it repeats.
std::vector<std::uint32_t> assign(const std::vector<std::vector<Partner>>& rows,
                                  std::size_t columns, double alone_cost);

}  // namespace truce::sim
