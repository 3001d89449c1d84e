#include "stages/acquire/fuzz_reader.h"

std::vector<std::string> fuzz_seeds() {
  return {
      R"([{"as_of":"2017-08-16T19:30","position":"p","means":"camera","when":"night 22-23 Aug 2017","ordered":true,"bearing":["NW","NNE"],"range_km":[3,5],)"
      R"("items":[{"n":"about 800","what":"explosion","class":"undetermined"}],"split":[{"n":658,"bearing":"N","range_km":[1,2]},{"n":"remainder"}]}])",
      R"([{"as_of":"2018-01-01T19:30","position":"a \"b\" [c]","means":["heard"],"items":[{"n":5,"what":"bursts","from":"N","to":"S","after_minutes":3}]},)"
      "\n"
      R"( {"as_of":"2018-01-02T19:30","position":"q","items":[]}, 7, null ] )",
      "[]", " [ , ] x"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::acquire::fuzz_reader("smm-json", {reinterpret_cast<const char*>(data), size});
  return 0;
}
