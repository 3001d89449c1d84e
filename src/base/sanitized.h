#pragma once
// For tests whose cost is a size. Under a sanitizer each step is several times dearer, and what it
// looks for is a wrong access, not a wrong answer: there such a test takes a smaller size, and the
// release build takes the whole.

namespace truce {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace truce
