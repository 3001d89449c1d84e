#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      "region,started_at,finished_at,naive\nKyiv City,2022-02-25 16:36:22+00:00,2022-02-25 "
      "17:06:22+00:00,True\n",
      "oblast,raion,hromada,level,started_at,finished_at,source\n"
      "Dnipropetrovska oblast,Nikopolskyi raion,Nikopolska terytorialna hromada,hromada,2022-07-15 "
      "16:10:34+00:00,2022-07-15 16:50:07+00:00,official\n",
      "region,started_at,finished_at,n_subalerts,duration_minutes,is_anomaly_duration\n"
      "Vinnytska oblast,2022-03-15T16:10:34.000Z,2022-03-15T16:50:07.000Z,1,39.55,false\n"
      "м. Київ,2022-03-15T16:10:34.000Z,2022-03-25T16:50:07.000Z,9,14439.55,true\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("sirens", {reinterpret_cast<const char*>(data), size});
  return 0;
}
