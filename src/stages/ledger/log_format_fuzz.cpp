#include <cstdint>
#include <string>
#include <vector>

#include "stages/ledger/log_format.h"

using namespace truce;
using namespace truce::ledger;

std::vector<std::string> fuzz_seeds() {
  std::string segment = encode_header(7);
  append_entry(segment, {EntryKind::kTick, {1}, "{}", "x"});
  append_entry(segment, {EntryKind::kClaim, {2}, R"({"a":1})", ""});
  append_mark(segment, 9);
  return {segment};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (!decode_header(bytes).ok()) return 0;
  bytes.remove_prefix(kHeaderBytes);
  Frame frame;
  while (decode_frame(bytes, frame, true) == FrameState::kWhole) {
    if (!frame.mark) static_cast<void>(decode_body(frame.body));
    bytes.remove_prefix(frame.bytes);
  }
  return 0;
}
