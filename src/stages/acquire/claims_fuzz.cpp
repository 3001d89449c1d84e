#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "case_id,claimant,accused,metric,qualifier,value,unit,period,as_of_local,note,url\nt,UA "
      "x,RU,total,>,1300,v,p,2025-04-20T12:00,n,u\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("claims", {reinterpret_cast<const char*>(data), size});
  return 0;
}
