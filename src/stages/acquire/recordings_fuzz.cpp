#include <cmath>
#include <cstdint>
#include <filesystem>
#include <numeric>

#include "base/files.h"
#include "base/miniseed_test.h"
#include "stages/acquire/acquire.h"

namespace {

struct WholeSink : truce::acquire::Sink {
  explicit WholeSink(std::string_view bytes) : input(bytes) {}
  std::string_view input;
  void record(truce::Entry entry) override {
    if (entry.kind == truce::EntryKind::kRecording) TRUCE_ENSURE(entry.raw == input);
  }
  void complain(truce::acquire::Complaint complaint) override {
    TRUCE_ENSURE(!complaint.text.empty());
  }
};

}  // namespace

std::vector<std::string> fuzz_seeds() {
  std::vector<std::int32_t> ramp(300);
  std::iota(ramp.begin(), ramp.end(), -150);
  for (auto& sample : ramp) sample *= sample;
  const truce::Instant at{1'745'129'460'000'000'000};
  std::vector<std::string> seeds{
      truce::miniseed(ramp, at, 100),
      truce::miniseed({1, 2, 3}, at, 20) + truce::miniseed({4, 5}, at, 0.5),
      std::string("\xff\xd8\xff\xe1\0\4ab\xff\xda\0\2 photo \xff\xd9", 21),
      std::string("\x89PNG\r\n\x1a\n\0\0\0\4IDATIENDcrc.\0\0\0\0IENDcrc.", 36)};
  // Of every encoding, where there is data beside the project: the first records alone.
  const std::filesystem::path vectors(TRUCE_SHARED_DIR "/data/seismo/libmseed_vectors");
  std::error_code none;
  for (std::filesystem::recursive_directory_iterator f(vectors, none), end; !none && f != end;
       f.increment(none)) {
    if (const auto bytes = truce::read_file(f->path()); bytes.ok())
      seeds.push_back(bytes->substr(0, 8192));
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace truce::acquire;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Context context;
  context.feed = "f";
  context.file = "s/20250420T061100Z.jpg";
  WholeSink sink(bytes);
  const truce::Status status = find_format("recordings")->read(bytes, context, sink);
  TRUCE_ENSURE(status.ok() || status.error().place.source == context.file);
  const auto extent = waveform_extent(bytes);
  if (!extent.ok() || !(extent->when.start < extent->when.end)) return 0;
  const auto traces = traces_within(bytes, extent->when, 50);
  for (const auto& trace : traces.ok() ? *traces : std::vector<Trace>()) {
    TRUCE_ENSURE(trace.bins.size() == 50);
    for (const auto& bin : trace.bins) TRUCE_ENSURE(!bin || bin->low <= bin->high);
  }
  return 0;
}
