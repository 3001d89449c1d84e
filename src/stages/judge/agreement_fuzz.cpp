#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "stages/judge/judge.h"

using namespace truce;

std::vector<std::string> fuzz_seeds() {
  return {
      "id=\"a\"\ntitle=\"t\"\ntime_zone=\"UTC\"\n[standard_of_proof]\nx=0.9\n[[party]]\nid="
      "\"p\"\nname=\"P\"\n[[zone]]\nid=\"z\"\n"
      "[[provision]]\nid=\"1\"\nwords=\"w\"\neffects=[\"burst\"]\nzones=[\"z\"]\nfrom=\"2025-04-"
      "19T18:00 Europe/Moscow\"\nstandard_of_proof=\"x\"\n"
      "[[reading]]\nid=\"r\"\nparty=\"p\"\nwords=\"w\"\n[[reading.change]]\nprovision=\"1\"\nuntil="
      "\"2025-04-20T00:00:00Z\"\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  judge::Problems problems;
  const auto a = judge::parse_agreement(text, "fuzz", {{"z", Area()}}, problems);
  TRUCE_ENSURE(a.ok() == problems.errors.empty());
  for (const auto& e : problems.errors)
    TRUCE_ENSURE(!e.message.empty() && e.place.source == "fuzz" && e.place.line > 0);
  return 0;
}
