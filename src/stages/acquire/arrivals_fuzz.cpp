#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {"sensor,time_s,sigma_s,level_db\ns1,1.529,0.113,60.0\ns2,-2,5,\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("arrivals", {reinterpret_cast<const char*>(data), size});
  return 0;
}
