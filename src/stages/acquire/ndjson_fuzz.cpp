#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":1},"count":{"kind":"exact","value":2}}],"shape":{"kind":"nowhere"},"source":"s","when":{"end":"2025-04-20T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})"
      "\n",
      R"({"kind":"notice","record":{"kind":"demining","party":"a","shape":{"geometry":{"coordinates":[37,48],"type":"Point"},"kind":"named_place","name":"X","radius_m":500},"when":{"end":"2025-04-21T00:00:00Z","start":"2025-04-20T00:00:00Z"}}})"
      "\n"
      R"({"kind":"health","record":{"source":"s","when":{"end":"2025-04-21T00:00:00Z","start":"2025-04-20T00:00:00Z"},"why":"off"}})"
      "\n"
      R"({"kind":"weather","record":{"at":[37,48],"east_m_s":3,"north_m_s":-4,"sound_speed_m_s":340,"source":"w","time":"2025-04-20T00:00:00Z"}})"
      "\n",
      R"({"kind":"observation","record":{"items":[{"classes":{"burst":0.5,"shot":0.5},"count":{"kind":"about","value":20}}],"p_real":0.9,"shape":{"azimuth_deg":112.5,"geometry":{"coordinates":[37,48],"type":"Point"},"half_width_deg":11.25,"kind":"annular_sector","range_max_m":5000,"range_min_m":3000},"source":"s","when":{"end":"2025-04-20T00:00:00.5Z","start":"2025-04-20T00:00:00Z"}}})"
      "\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("ndjson", {reinterpret_cast<const char*>(data), size});
  return 0;
}
