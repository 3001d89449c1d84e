#include <cstdint>
#include <string>
#include <vector>

#include "base/csv.h"

std::vector<std::string> fuzz_seeds() {
  return {"a,b\n\"x\",1\n", "\"q\"\"q\",\"l\nl\"\r\n", "\xef\xbb\xbfh\n1\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  truce::CsvReader reader({reinterpret_cast<const char*>(data), size}, "fuzz");
  while (auto row = reader.next()) {
    if (!row->ok())
      TRUCE_ENSURE(row->error().place.byte_offset.has_value() && !row->error().message.empty());
  }
  return 0;
}
