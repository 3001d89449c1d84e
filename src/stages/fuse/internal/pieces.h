#pragma once
// Work over many items in pieces whose bounds depend on nothing but how many there are, so that no
// number of threads changes a digit of what the pieces add up to.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "base/parallel.h"

namespace truce::fuse {

// f(piece, i) for every i < count, each piece being filled by its items in their order.
template <class Piece, class F>
std::vector<Piece> in_pieces(std::size_t count, std::size_t items_per_piece, unsigned threads,
                             const Piece& empty, F f) {
  std::vector<Piece> pieces((count + items_per_piece - 1) / items_per_piece, empty);
  parallel_for(pieces.size(), threads, [&](std::size_t p) {
    const std::size_t end = std::min(count, (p + 1) * items_per_piece);
    for (std::size_t i = p * items_per_piece; i < end; ++i) f(pieces[p], i);
  });
  return pieces;
}

}  // namespace truce::fuse
