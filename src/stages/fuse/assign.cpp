#include "stages/fuse/internal/assign.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace truce::fuse {

namespace {

constexpr std::size_t kExactMax = 40;
constexpr std::uint32_t kNoEdge = ~0U;

void greedy(std::span<const Edge> edges, std::vector<std::uint32_t>& group,
            std::vector<std::uint32_t>& chosen) {
  std::sort(group.begin(), group.end(), [&](std::uint32_t a, std::uint32_t b) {
    return edges[a].gain > edges[b].gain || (edges[a].gain == edges[b].gain && a < b);
  });
  std::vector<std::uint32_t> effects, arrivals;
  for (const auto i : group) {
    const Edge& e = edges[i];
    if (std::find(effects.begin(), effects.end(), e.effect) != effects.end() ||
        std::find(arrivals.begin(), arrivals.end(), e.arrival) != arrivals.end())
      continue;
    effects.push_back(e.effect);
    arrivals.push_back(e.arrival);
    chosen.push_back(i);
  }
}

void make_unique(std::vector<std::uint32_t>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

std::size_t place_in(const std::vector<std::uint32_t>& v, std::uint32_t x) {
  return static_cast<std::size_t>(std::lower_bound(v.begin(), v.end(), x) - v.begin());
}

// Whether it is one effect or one arrival, of which the best edge is the best matching.
bool wants_one(std::span<const Edge> edges, const std::vector<std::uint32_t>& group) {
  const Edge& first = edges[group[0]];
  const auto all = [&](auto same) { return std::all_of(group.begin(), group.end(), same); };
  return all([&](std::uint32_t i) { return edges[i].effect == first.effect; }) ||
         all([&](std::uint32_t i) { return edges[i].arrival == first.arrival; });
}

}  // namespace

// Least-cost assignment of every row of `cost_` to a column of its own, into `column_`; rows ≤
// columns.
void Sharer::hungarian(std::size_t rows, std::size_t columns) {
  constexpr double kInf = std::numeric_limits<double>::infinity();
  u_.assign(rows + 1, 0);
  v_.assign(columns + 1, 0);
  row_of_.assign(columns + 1, 0);
  way_.assign(columns + 1, 0);
  for (std::size_t i = 1; i <= rows; ++i) {
    row_of_[0] = i;
    std::size_t j0 = 0;
    least_.assign(columns + 1, kInf);
    used_.assign(columns + 1, 0);
    do {
      used_[j0] = 1;
      const std::size_t i0 = row_of_[j0];
      const double* cost = &cost_[(i0 - 1) * columns];
      double delta = kInf;
      std::size_t j1 = 0;
      for (std::size_t j = 1; j <= columns; ++j) {
        if (used_[j] != 0) continue;
        const double c = cost[j - 1] - u_[i0] - v_[j];
        if (c < least_[j]) {
          least_[j] = c;
          way_[j] = j0;
        }
        if (least_[j] < delta) {
          delta = least_[j];
          j1 = j;
        }
      }
      for (std::size_t j = 0; j <= columns; ++j) {
        if (used_[j] != 0) {
          u_[row_of_[j]] += delta;
          v_[j] -= delta;
        } else {
          least_[j] -= delta;
        }
      }
      j0 = j1;
    } while (row_of_[j0] != 0);
    do {
      const std::size_t j1 = way_[j0];
      row_of_[j0] = row_of_[j1];
      j0 = j1;
    } while (j0 != 0);
  }
  column_.resize(rows);
  for (std::size_t j = 1; j <= columns; ++j) {
    if (row_of_[j] != 0) column_[row_of_[j] - 1] = j - 1;
  }
}

// Of `group_`.
void Sharer::exact(std::span<const Edge> edges, std::vector<std::uint32_t>& chosen) {
  effects_.clear();
  arrivals_.clear();
  for (const auto i : group_) {
    effects_.push_back(edges[i].effect);
    arrivals_.push_back(edges[i].arrival);
  }
  make_unique(effects_);
  make_unique(arrivals_);
  // A column of its own for each effect stands for "not heard", at no gain.
  const std::size_t columns = arrivals_.size() + effects_.size();
  cost_.assign(effects_.size() * columns, 0.0);
  edge_.assign(effects_.size() * columns, kNoEdge);
  for (const auto i : group_) {
    const auto at =
        place_in(effects_, edges[i].effect) * columns + place_in(arrivals_, edges[i].arrival);
    cost_[at] = -static_cast<double>(edges[i].gain);
    edge_[at] = i;
  }
  hungarian(effects_.size(), columns);
  for (std::size_t r = 0; r < effects_.size(); ++r) {
    const auto e = edge_[r * columns + column_[r]];
    if (e != kNoEdge) chosen.push_back(e);
  }
}

std::uint32_t Sharer::root(std::uint32_t edge) {
  while (parent_[edge] != edge) edge = parent_[edge] = parent_[parent_[edge]];
  return edge;
}

// Joins the edges that have the same of what `key` tells.
template <class Key>
void Sharer::link(std::span<const Edge> edges, Key key) {
  order_.clear();
  for (std::size_t i = 0; i < edges.size(); ++i)
    order_.push_back(std::uint64_t{key(edges[i])} << 32U | i);
  if (!std::is_sorted(order_.begin(), order_.end())) std::sort(order_.begin(), order_.end());
  for (std::size_t i = 1; i < order_.size(); ++i) {
    if (order_[i - 1] >> 32U != order_[i] >> 32U) continue;
    const auto [first, second] = std::minmax({root(static_cast<std::uint32_t>(order_[i - 1])),
                                              root(static_cast<std::uint32_t>(order_[i]))});
    parent_[second] = first;
  }
}

void Sharer::share_out(std::span<const Edge> edges, std::vector<std::uint32_t>& chosen) {
  chosen.clear();
  const auto count = static_cast<std::uint32_t>(edges.size());
  parent_.resize(count);
  std::iota(parent_.begin(), parent_.end(), 0U);
  link(edges, [](const Edge& e) { return e.effect; });
  link(edges, [](const Edge& e) { return e.arrival; });
  // The root of a group is its first edge; from each the next of its group.
  next_.assign(count, count);
  last_.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto first = root(i);
    if (first != i) next_[last_[first]] = i;
    last_[first] = i;
  }
  for (std::uint32_t first = 0; first < count; ++first) {
    if (parent_[first] != first) continue;
    group_.clear();
    for (std::uint32_t i = first; i < count; i = next_[i]) group_.push_back(i);
    if (wants_one(edges, group_)) {
      chosen.push_back(*std::max_element(
          group_.begin(), group_.end(),
          [&](std::uint32_t a, std::uint32_t b) { return edges[a].gain < edges[b].gain; }));
    } else if (group_.size() <= kExactMax) {
      exact(edges, chosen);
    } else {
      greedy(edges, group_, chosen);
    }
  }
}

}  // namespace truce::fuse
