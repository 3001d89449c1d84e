#include <cstdint>
#include <string>
#include <vector>

#include "base/polygon.h"

std::vector<std::string> fuzz_seeds() {
  return {
      R"({"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]})",
      R"({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]],[[1,0.5],[2,0.5],[2,1],[1,0.5]]]]})"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto rings =
      truce::parse_geojson_area({reinterpret_cast<const char*>(data), size}, {.source = "fuzz"});
  if (rings.ok()) static_cast<void>(truce::Area::from_rings(*rings));
  return 0;
}
