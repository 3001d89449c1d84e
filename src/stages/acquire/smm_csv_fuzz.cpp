#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "row,as_of,position,position_place,means,when,bearing,range_km,n,what,class\n1,2017-08-"
      "16T19:30,camera X,17 km N of Y,camera,2017-08-15 22:10,ESE,3-5,about "
      "20,explosion,impact\n1,2017-08-16,X,17 km S of Y,saw|heard,night 16-17 Aug "
      "2017,N|NW,4,3,burst,\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("smm-csv", {reinterpret_cast<const char*>(data), size});
  return 0;
}
