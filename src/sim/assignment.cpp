#include "sim/assignment.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>
#include <utility>

namespace truce::sim {

namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

// Rows enter one at a time; each finds the cheapest path that ends in a free column or in some
// row's being alone. Column prices keep all reduced costs non-negative, so Dijkstra may be used.
// Columns beyond the real ones are the rows' private places for being alone.
class Assigner {
 public:
  Assigner(const std::vector<std::vector<Partner>>& rows, std::size_t columns, double alone_cost)
      : rows_(rows),
        columns_(columns),
        alone_cost_(alone_cost),
        row_price_(rows.size(), 0),
        column_price_(columns + rows.size(), 0),
        owner_(columns + rows.size(), kAlone),
        distance_(columns + rows.size(), kFar),
        from_(columns + rows.size(), kAlone),
        done_(columns + rows.size(), 0),
        held_(rows.size(), kAlone) {}

  std::vector<std::uint32_t> run() {
    for (std::uint32_t r = 0; r < rows_.size(); ++r) enter(r);
    std::vector<std::uint32_t> out(rows_.size(), kAlone);
    for (std::uint32_t c = 0; c < columns_; ++c) {
      if (owner_[c] != kAlone) out[owner_[c]] = c;
    }
    return out;
  }

 private:
  using Open = std::pair<double, std::uint32_t>;

  template <class F>
  void each_partner(std::uint32_t row, F f) const {
    for (const auto& p : rows_[row]) f(p.column, p.cost);
    f(static_cast<std::uint32_t>(columns_ + row), alone_cost_);
  }

  void relax(std::uint32_t row, double so_far) {
    each_partner(row, [&](std::uint32_t c, double cost) {
      const double d = so_far + cost - row_price_[row] - column_price_[c];
      if (done_[c] != 0 || d >= distance_[c]) return;
      if (distance_[c] == kFar) touched_.push_back(c);
      distance_[c] = d;
      from_[c] = row;
      open_.push({d, c});
    });
  }

  // The nearest column without an owner; every column on the way is settled.
  std::uint32_t nearest_free(std::uint32_t row) {
    start_prices(row);
    relax(row, 0);
    while (true) {
      const auto [d, c] = open_.top();
      open_.pop();
      if (done_[c] != 0) continue;
      done_[c] = 1;
      if (owner_[c] == kAlone) return c;
      relax(owner_[c], d);
    }
  }

  // A row that enters has no price yet: the least that keeps its reduced costs non-negative.
  void start_prices(std::uint32_t row) {
    double least = kFar;
    each_partner(row, [&](std::uint32_t c, double cost) {
      least = std::min(least, cost - column_price_[c]);
    });
    row_price_[row] = least;
  }

  void enter(std::uint32_t row) {
    open_ = {};
    const std::uint32_t end = nearest_free(row);
    const double length = distance_[end];
    row_price_[row] += length;
    for (const std::uint32_t c : touched_) {
      if (done_[c] == 0 || distance_[c] >= length) continue;
      column_price_[c] += distance_[c] - length;
      row_price_[owner_[c]] += length - distance_[c];
    }
    swap_along(end, row);
    for (const std::uint32_t c : touched_) distance_[c] = kFar, done_[c] = 0;
    touched_.clear();
  }

  // Every column on the path goes to the row it was reached from.
  void swap_along(std::uint32_t column, std::uint32_t entered) {
    while (true) {
      const std::uint32_t row = from_[column];
      owner_[column] = row;
      column = std::exchange(held_[row], column);
      if (row == entered) return;
    }
  }

  const std::vector<std::vector<Partner>>& rows_;
  std::size_t columns_;
  double alone_cost_;
  std::vector<double> row_price_, column_price_;
  std::vector<std::uint32_t> owner_;  // per column
  std::vector<double> distance_;
  std::vector<std::uint32_t> from_;
  std::vector<char> done_;
  std::vector<std::uint32_t> held_;  // per row, the column it has
  std::vector<std::uint32_t> touched_;
  std::priority_queue<Open, std::vector<Open>, std::greater<>> open_;
};

}  // namespace

std::vector<std::uint32_t> assign(const std::vector<std::vector<Partner>>& rows,
                                  std::size_t columns, double alone_cost) {
  return Assigner(rows, columns, alone_cost).run();
}

}  // namespace truce::sim
