#include "stages/fuse/internal/assign.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

namespace truce::fuse {
namespace {

using Chosen = std::vector<std::uint32_t>;

double sum_of(const std::vector<Edge>& edges, const Chosen& chosen) {
  double sum = 0;
  for (const auto i : chosen) sum += static_cast<double>(edges[i].gain);
  return sum;
}

bool is_matching(const std::vector<Edge>& edges, const Chosen& chosen) {
  std::set<std::uint32_t> effects, arrivals;
  return std::all_of(chosen.begin(), chosen.end(), [&](std::uint32_t i) {
    return i < edges.size() && effects.insert(edges[i].effect).second &&
           arrivals.insert(edges[i].arrival).second;
  });
}

// The greatest sum over every matching of the edges from `from` on.
double best_of_all(const std::vector<Edge>& edges, std::size_t from, std::uint32_t effects,
                   std::uint32_t arrivals) {
  if (from == edges.size()) return 0;
  const Edge& e = edges[from];
  const double without = best_of_all(edges, from + 1, effects, arrivals);
  const std::uint32_t effect = 1U << e.effect;
  const std::uint32_t arrival = 1U << e.arrival;
  if ((effects & effect) != 0 || (arrivals & arrival) != 0) return without;
  return std::max(without, static_cast<double>(e.gain) +
                               best_of_all(edges, from + 1, effects | effect, arrivals | arrival));
}

std::vector<Edge> random_edges(std::mt19937_64& random, std::uint32_t effects,
                               std::uint32_t arrivals, unsigned percent) {
  std::vector<Edge> out;
  for (std::uint32_t e = 0; e < effects; ++e) {
    for (std::uint32_t a = 0; a < arrivals; ++a) {
      const auto gain = static_cast<float>(1 + random() % 1000) / 100;
      if (random() % 100 < percent) out.push_back({e, a, 0, gain});
    }
  }
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

TEST(ShareOut, finds_the_best_of_all_matchings) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 400; ++round) {
    const auto edges = random_edges(random, 1 + random() % 5, 1 + random() % 5, 20 + random() % 70);
    Chosen chosen;
    Sharer().share_out(edges, chosen);
    ASSERT_TRUE(is_matching(edges, chosen));
    ASSERT_NEAR(sum_of(edges, chosen), best_of_all(edges, 0, 0, 0), 1e-4) << "round " << round;
  }
}

TEST(ShareOut, does_not_depend_on_the_order_of_the_edges) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 100; ++round) {
    auto edges = random_edges(random, 5, 6, 60);
    Chosen chosen;
    Sharer().share_out(edges, chosen);
    const double before = sum_of(edges, chosen);
    std::shuffle(edges.begin(), edges.end(), random);
    Sharer().share_out(edges, chosen);
    ASSERT_NEAR(sum_of(edges, chosen), before, 1e-4);
  }
}

TEST(ShareOut, gives_nothing_twice_in_a_large_group_and_at_least_half_of_the_best) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 50; ++round) {
    // Along the diagonal lies a matching of 30 × 10; the rest is less.
    std::vector<Edge> edges = random_edges(random, 30, 30, 50);
    for (Edge& e : edges) e.gain = std::min(e.gain, 9.5F);
    for (std::uint32_t i = 0; i < 30; ++i) edges.push_back({i, i, 0, 10});
    Chosen chosen;
    Sharer().share_out(edges, chosen);
    ASSERT_TRUE(is_matching(edges, chosen));
    ASSERT_GE(sum_of(edges, chosen), 150);
  }
}

TEST(ShareOut, keeps_what_nobody_else_wants_and_gives_nothing_for_nothing) {
  Chosen chosen{7};
  Sharer().share_out({}, chosen);
  EXPECT_TRUE(chosen.empty());
  Sharer().share_out(std::vector<Edge>{{4, 9, 2, 0.5F}}, chosen);
  EXPECT_EQ(chosen, Chosen{0});
}

}  // namespace
}  // namespace truce::fuse
