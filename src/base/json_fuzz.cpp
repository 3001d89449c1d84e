#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"

std::vector<std::string> fuzz_seeds() {
  return {R"({"b":[1,2.5e-7,null],"a":"\u20ac"})", R"(["x",{"y":{"z":true}}])",
          "123456789012345678901"};
}

// Canonical text is its own canonical form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto once = truce::canonicalize({reinterpret_cast<const char*>(data), size});
  if (once.ok()) {
    const auto twice = truce::canonicalize(*once);
    TRUCE_ENSURE(twice.ok() && *twice == *once);
  }
  return 0;
}
