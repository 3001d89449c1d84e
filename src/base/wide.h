#pragma once
// TRUCE_WIDE before a function that runs over rows of numbers makes it twice: for any processor,
// and for those with vectors of 256 bits, chosen when the program starts. Each number comes out of
// the same operations in the same order (no multiplication is fused with an addition), so the
// result is the same on either.

#if defined(__x86_64__) && defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
    !defined(__SANITIZE_THREAD__) && !defined(__clang__)
#define TRUCE_WIDE __attribute__((target_clones("avx2", "default")))
#else
#define TRUCE_WIDE
#endif
