#include <cstdint>
#include <string>
#include <vector>

#include "sim/reported.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "{\"arrivals\":[0,2],\"x_m\":1.5,\"y_m\":-2,\"time_s\":3,\"region90\":[[0,0],[1,0],[1,1]]}\n",
      "{\"arrivals\":[],\"x_m\":1,\"y_m\":1,\"time_s\":1,\"region50\":[]}\n\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto r = truce::sim::parse_reported(
      std::string_view(reinterpret_cast<const char*>(data), size), "fuzz", 3);
  if (!r.ok()) {
    TRUCE_ENSURE(!r.error().message.empty() && r.error().place.line > 0);
    return 0;
  }
  truce::sim::score_scene(*r, {{{0, 1, 2}, 0, 0, 0}});
  return 0;
}
