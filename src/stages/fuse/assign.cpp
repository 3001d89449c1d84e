#include "stages/fuse/internal/assign.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace truce::fuse {

namespace {

constexpr std::size_t kExactMax = 40;

// Least-cost assignment of every row to a column of its own; rows ≤ columns.
std::vector<std::size_t> hungarian(const std::vector<std::vector<double>>& cost) {
  const std::size_t n = cost.size();
  const std::size_t m = cost[0].size();
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<double> u(n + 1, 0), v(m + 1, 0);
  std::vector<std::size_t> row_of(m + 1, 0), way(m + 1, 0);
  for (std::size_t i = 1; i <= n; ++i) {
    row_of[0] = i;
    std::size_t j0 = 0;
    std::vector<double> least(m + 1, inf);
    std::vector<bool> used(m + 1, false);
    do {
      used[j0] = true;
      const std::size_t i0 = row_of[j0];
      double delta = inf;
      std::size_t j1 = 0;
      for (std::size_t j = 1; j <= m; ++j) {
        if (used[j]) continue;
        const double c = cost[i0 - 1][j - 1] - u[i0] - v[j];
        if (c < least[j]) {
          least[j] = c;
          way[j] = j0;
        }
        if (least[j] < delta) {
          delta = least[j];
          j1 = j;
        }
      }
      for (std::size_t j = 0; j <= m; ++j) {
        if (used[j]) {
          u[row_of[j]] += delta;
          v[j] -= delta;
        } else {
          least[j] -= delta;
        }
      }
      j0 = j1;
    } while (row_of[j0] != 0);
    do {
      const std::size_t j1 = way[j0];
      row_of[j0] = row_of[j1];
      j0 = j1;
    } while (j0 != 0);
  }
  std::vector<std::size_t> column(n);
  for (std::size_t j = 1; j <= m; ++j) {
    if (row_of[j] != 0) column[row_of[j] - 1] = j - 1;
  }
  return column;
}

class Groups {
 public:
  explicit Groups(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), 0U); }
  std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    const auto [first, second] = std::minmax({root(a), root(b)});
    parent_[second] = first;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

void greedy(const std::vector<Edge>& edges, std::vector<std::uint32_t> group,
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

void exact(const std::vector<Edge>& edges, const std::vector<std::uint32_t>& group,
           std::vector<std::uint32_t>& chosen) {
  std::vector<std::uint32_t> effects, arrivals;
  for (const auto i : group) {
    effects.push_back(edges[i].effect);
    arrivals.push_back(edges[i].arrival);
  }
  const auto unique = [](std::vector<std::uint32_t>& v) {
    std::sort(v.begin(), v.end());
    v.erase(std::unique(v.begin(), v.end()), v.end());
  };
  unique(effects);
  unique(arrivals);
  const auto at = [](const std::vector<std::uint32_t>& v, std::uint32_t x) {
    return static_cast<std::size_t>(std::lower_bound(v.begin(), v.end(), x) - v.begin());
  };
  // A column of its own for each effect stands for "not heard", at no gain.
  const std::size_t columns = arrivals.size() + effects.size();
  std::vector<std::vector<double>> cost(effects.size(), std::vector<double>(columns, 0.0));
  std::vector<std::vector<std::uint32_t>> edge(effects.size(),
                                               std::vector<std::uint32_t>(columns, ~0U));
  for (const auto i : group) {
    const auto r = at(effects, edges[i].effect);
    const auto c = at(arrivals, edges[i].arrival);
    cost[r][c] = -static_cast<double>(edges[i].gain);
    edge[r][c] = i;
  }
  const auto column = hungarian(cost);
  for (std::size_t r = 0; r < effects.size(); ++r) {
    if (edge[r][column[r]] != ~0U) chosen.push_back(edge[r][column[r]]);
  }
}

}  // namespace

namespace {

// Joins the edges that have the same of what `key` tells.
template <class Key>
void link(const std::vector<Edge>& edges, Key key, std::vector<std::uint64_t>& order,
          Groups& groups) {
  order.clear();
  for (std::size_t i = 0; i < edges.size(); ++i)
    order.push_back(std::uint64_t{key(edges[i])} << 32U | i);
  if (!std::is_sorted(order.begin(), order.end())) std::sort(order.begin(), order.end());
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (order[i - 1] >> 32U == order[i] >> 32U)
      groups.join(static_cast<std::uint32_t>(order[i - 1]), static_cast<std::uint32_t>(order[i]));
  }
}

// Whether it is one effect or one arrival, of which the best edge is the best matching.
bool wants_one(const std::vector<Edge>& edges, const std::vector<std::uint32_t>& group) {
  const Edge& first = edges[group[0]];
  const auto all = [&](auto same) { return std::all_of(group.begin(), group.end(), same); };
  return all([&](std::uint32_t i) { return edges[i].effect == first.effect; }) ||
         all([&](std::uint32_t i) { return edges[i].arrival == first.arrival; });
}

}  // namespace

void share_out(const std::vector<Edge>& edges, std::vector<std::uint32_t>& chosen) {
  chosen.clear();
  const auto count = static_cast<std::uint32_t>(edges.size());
  Groups groups(count);
  std::vector<std::uint64_t> order;
  link(edges, [](const Edge& e) { return e.effect; }, order, groups);
  link(edges, [](const Edge& e) { return e.arrival; }, order, groups);
  // The root of a group is its first edge; from each the next of its group.
  std::vector<std::uint32_t> next(count, count), last(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto root = groups.root(i);
    if (root != i) next[last[root]] = i;
    last[root] = i;
  }
  std::vector<std::uint32_t> group;
  for (std::uint32_t root = 0; root < count; ++root) {
    if (groups.root(root) != root) continue;
    group.clear();
    for (std::uint32_t i = root; i < count; i = next[i]) group.push_back(i);
    if (wants_one(edges, group)) {
      chosen.push_back(*std::max_element(
          group.begin(), group.end(),
          [&](std::uint32_t a, std::uint32_t b) { return edges[a].gain < edges[b].gain; }));
    } else if (group.size() <= kExactMax) {
      exact(edges, group, chosen);
    } else {
      greedy(edges, group, chosen);
    }
  }
}

}  // namespace truce::fuse
