#pragma once
// One reader on one mutated input: it must not crash, and each rejection must name its source, its
// offset and a reason and carry the original bytes.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"
#include "stages/acquire/acquire.h"

namespace truce::acquire {

struct CheckedSink : Sink {
  explicit CheckedSink(std::string_view bytes) : input(bytes) {}
  std::string_view input;
  void record(Entry entry) override {
    if (entry.kind != EntryKind::kRejected) return;
    const auto r = from_json<Rejection>(entry.payload);
    TRUCE_ENSURE(r.ok() && !r->reason.empty() && r->origin.feed == "f" &&
                 r->origin.file == "fuzz" && !r->origin.format.empty() &&
                 r->origin.offset <= input.size());
    TRUCE_ENSURE(input.substr(r->origin.offset, r->origin.length) == entry.raw);
  }
  void complain(Complaint complaint) override { TRUCE_ENSURE(!complaint.text.empty()); }
};

inline void fuzz_reader(std::string_view format, std::string_view bytes, Context context = {}) {
  CheckedSink sink(bytes);
  context.feed = "f";
  context.file = "fuzz";
  const Status status = find_format(format)->read(bytes, context, sink);
  TRUCE_ENSURE(status.ok() ||
               (!status.error().message.empty() && !status.error().place.source.empty()));
}

}  // namespace truce::acquire
