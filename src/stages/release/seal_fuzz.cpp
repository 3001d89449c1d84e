// Names that somebody made up: they open to nothing, or to what seals to them again.
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stages/release/seal.h"

using namespace truce;
using namespace truce::release;

namespace {

const SealKey kFuzzKey{1, 2, 3};

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {sealed(kFuzzKey, "p", "i20250420T071300-e1c4ad18ab996ed8df465b0c"),
          sealed(kFuzzKey, "p", ""), "AAAA", "-_-_"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string name(reinterpret_cast<const char*>(data), size);
  const auto text = opened(kFuzzKey, "p", name);
  TRUCE_ENSURE(!text || sealed(kFuzzKey, "p", *text) == name);
  const std::string again = sealed(kFuzzKey, "q", name.substr(0, 1000));
  TRUCE_ENSURE(opened(kFuzzKey, "q", again) == name.substr(0, 1000));
  return 0;
}
