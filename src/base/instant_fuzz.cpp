#include <cstdint>
#include <string>
#include <vector>

#include "base/instant.h"

std::vector<std::string> fuzz_seeds() {
  return {"2020-07-27T00:01:00.5+03:00", "2020-07-27 00:01", "2020-07-27"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto t = truce::parse_instant(text);
  if (t.ok()) TRUCE_ENSURE(truce::parse_instant(truce::to_text(*t))->ns == t->ns);
  const auto c = truce::parse_civil_time(text);
  if (c.ok()) TRUCE_ENSURE(*truce::parse_civil_time(truce::to_text(*c)) == *c);
  const auto d = truce::parse_day(text);
  if (d.ok()) TRUCE_ENSURE(*truce::parse_day(truce::to_text(*d)) == *d);
  return 0;
}
