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
    parent_[root(std::max(a, b))] = root(std::min(a, b));
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

void share_out(const std::vector<Edge>& edges, std::vector<std::uint32_t>& chosen) {
  chosen.clear();
  Groups groups(edges.size());
  std::vector<std::uint32_t> order(edges.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto link = [&](auto key) {
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return std::pair(key(edges[a]), a) < std::pair(key(edges[b]), b);
    });
    for (std::size_t i = 1; i < order.size(); ++i) {
      if (key(edges[order[i - 1]]) == key(edges[order[i]])) groups.join(order[i - 1], order[i]);
    }
  };
  link([](const Edge& e) { return e.effect; });
  link([](const Edge& e) { return e.arrival; });
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(groups.root(a), a) < std::pair(groups.root(b), b);
  });
  std::vector<std::uint32_t> group;
  for (std::size_t i = 0; i < order.size(); ++i) {
    group.push_back(order[i]);
    if (i + 1 < order.size() && groups.root(order[i + 1]) == groups.root(order[i])) continue;
    if (group.size() == 1) {
      chosen.push_back(group[0]);
    } else if (group.size() <= kExactMax) {
      exact(edges, group, chosen);
    } else {
      greedy(edges, group, chosen);
    }
    group.clear();
  }
}

}  // namespace truce::fuse
