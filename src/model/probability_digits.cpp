#include "model/probability_digits.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace truce {

std::string probability_digits(double p) {
  const bool plain = p <= 0 || p >= 1 || (p >= 0.005 && p < 0.995);
  const double shown = plain ? p : std::clamp(p, 0.0001, 0.9999);
  std::array<char, 16> text{};
  char* const end = std::to_chars(text.data(), text.data() + text.size(), shown,
                                  std::chars_format::fixed, plain ? 2 : 4)
                        .ptr;
  return {text.data(), end};
}

}  // namespace truce
