#include <cstdint>
#include <string>
#include <vector>

#include "model/count.h"

std::vector<std::string> fuzz_seeds() {
  return {"about 800", "at least 3", "3-5", "over 1,000", "almost 20", "12", "3 to 5", "unknown"};
}

// What is accepted says itself in words that mean the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto c = truce::parse_count({reinterpret_cast<const char*>(data), size});
  if (!c.ok()) {
    TRUCE_ENSURE(!c.error().message.empty() && !c.error().expected.empty());
    return 0;
  }
  const auto again = truce::parse_count(truce::to_text(*c));
  TRUCE_ENSURE(again.ok() && *again == *c);
  const auto range = truce::interval_of(*c);
  TRUCE_ENSURE(range.low <= range.best && (range.unbounded || range.best <= range.high));
  return 0;
}
