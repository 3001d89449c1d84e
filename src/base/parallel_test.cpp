#include "base/parallel.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <vector>

namespace truce {
namespace {

TEST(Parallel, runs_each_exactly_once) {
  for (const unsigned threads : {0U, 1U, 2U, 7U}) {
    for (const std::size_t count : {0U, 1U, 2U, 1000U}) {
      std::vector<std::atomic<int>> times(count);
      parallel_for(count, threads, [&](std::size_t i) { ++times[i]; });
      for (const auto& t : times) EXPECT_EQ(t, 1);
    }
  }
}

TEST(Parallel, is_done_when_it_returns_again_and_again) {
  for (std::size_t round = 0; round < 2000; ++round) {
    std::vector<std::size_t> out(8);
    parallel_for(out.size(), 4, [&](std::size_t i) { out[i] = round + i; });
    ASSERT_EQ(std::accumulate(out.begin(), out.end(), std::size_t{0}), 8 * round + 28);
  }
}

TEST(Parallel, may_be_called_within_itself_and_from_several_threads) {
  std::atomic<int> sum = 0;
  const auto nested = [&] {
    parallel_for(20, 3, [&](std::size_t) { parallel_for(30, 3, [&](std::size_t) { ++sum; }); });
  };
  {
    std::jthread other(nested);
    nested();
  }
  EXPECT_EQ(sum, 2 * 20 * 30);
}

}  // namespace
}  // namespace truce
