#pragma once
// Run f(0) … f(count - 1), each exactly once, on up to `threads` threads. Which thread runs which
// index is not fixed, so results must be written to slots by index and reduced in order by the
// caller.

#include <cstddef>
#include <functional>

namespace truce {

void parallel_for(std::size_t count, unsigned threads, const std::function<void(std::size_t)>& f);

}  // namespace truce
