#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stages/acquire/check_text.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "At 10:20, 17 km N of X, 12 explosions; ten minutes later, 17 km S of X, at 10:35, 5 impact "
      "and 6 airburst.",
      "In total 722 violations (previously reported as 723), including 20 explosions: 4 + 15.",
      "Of 30 complaints 12 were confirmed and 10 were not."};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto& slip : truce::acquire::check_text(text))
    TRUCE_ENSURE(!slip.kind.empty() && !slip.text.empty());
  static_cast<void>(truce::acquire::delays_min(text));
  return 0;
}
