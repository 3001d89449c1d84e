#pragma once
// For tests whose cost is a size. Under a sanitizer each step is several times dearer, and what it
// looks for is a wrong access, not a wrong answer: there such a test takes a smaller size, and the
// release build takes the whole.

namespace truce {

#ifdef TRUCE_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace truce
