#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "datetime,lon,lat,place_name,event_type,headline\n2025-04-20 "
      "00:00:00,37.2,48.1,X,uav|loc,\"a, b\"\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("viina", {reinterpret_cast<const char*>(data), size});
  return 0;
}
