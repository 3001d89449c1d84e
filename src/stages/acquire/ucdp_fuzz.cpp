#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "id,latitude,longitude,where_prec,date_prec,date_start,date_end,low,best,high,where_"
      "coordinates\n1,48,37,1,1,2022-01-01,2022-01-02,1,2,3,X\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("ucdp", {reinterpret_cast<const char*>(data), size});
  return 0;
}
