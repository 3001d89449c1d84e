#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "latitude,longitude,acq_date,acq_time,scan,track,instrument,confidence,frp\n48.1,37.2,2022-"
      "09-01,117,0.4,0.6,VIIRS,n,1.03\n",
      "latitude,longitude,brightness,scan,track,acq_date,acq_time,satellite,instrument,confidence,"
      "version,bright_t31,frp,daynight,type\n"
      "47.8698,33.4421,301.3,1.2,1.1,2021-01-08,0906,Terra,MODIS,35,6.03,274.4,11,D,2\n"
      "48.1664,30.6168,325.8,1.1,1,2021-03-10,2359,Aqua,MODIS,0,6.03,266.6,32.8,D,0\n",
      "LATITUDE,LONGITUDE,ACQ_DATE\n48.990673,24.222919,2018-01-01\n-90,180,2018-02-28\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("firms", {reinterpret_cast<const char*>(data), size});
  return 0;
}
