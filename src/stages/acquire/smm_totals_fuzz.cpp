#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "report_no,issued,region,period_start_local,period_end_local,period_days,ceasefire_"
      "violations,explosions,previous_value,previous_kind\n1/"
      "2020,2020-07-28,D,2020-07-26T19:30,2020-07-27T19:30,1,111,21,5,previous_24h\n2/"
      "2020,2020-07-29,D,2020-07-27T19:30,2020-07-28T19:30,1,11,2,112,previous_reporting_"
      "period\n",
      "report,as_of,a_violations,a_explosions,a_previous,previous_means,a_classes\n1,2021-05-"
      "23T19:30,9,5,3,24h,impact=2;airburst=3\n",
      "total,explosions,projectiles,muzzle_flashes,illumination_flares,bursts_and_shots,as_of\n15,"
      "1,2,3,4,5,2021-05-23\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("smm-totals", {reinterpret_cast<const char*>(data), size});
  return 0;
}
