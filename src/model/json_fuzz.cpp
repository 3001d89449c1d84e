#include <cstdint>
#include <string>
#include <vector>

#include "model/entry.h"
#include "model/json.h"

using namespace truce;

std::vector<std::string> fuzz_seeds() {
  Observation o;
  o.source = "s";
  o.items.push_back({Count::about(20), ClassProbabilities::certain(EffectClass::kBurst)});
  o.shape = AnnularSector{{480000000, 370000000}, 1000, 3000, 90, 11.25, 100, 3};
  Observation p = o;
  p.shape = PolygonShape{{{{{0, 0}, {0, 10000000}, {10000000, 0}, {0, 0}}, {}}}, 5};
  return {"o" + to_json(o), "o" + to_json(p),
          "n" + to_json(Notice{"n", "a", "demining", {{0}, {1}}, Nowhere{}, "t", {}}),
          "t" + to_json(StatedTotal{.report = "1", .region = "Donetsk"})};
}

// What is accepted comes back the same after being written.
template <class R>
void check(std::string_view json) {
  const auto r = from_json<R>(json);
  if (!r.ok()) {
    TRUCE_ENSURE(!r.error().message.empty());
    return;
  }
  const auto again = from_json<R>(to_json(*r));
  TRUCE_ENSURE(again.ok() && *again == *r);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view json(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 3:
      check<Observation>(json);
      break;  // 'o'
    case 2:
      check<Notice>(json);
      break;  // 'n'
    case 0:
      check<StatedTotal>(json);
      break;  // 't'
    default:
      check<Incident>(json);
      break;
  }
  return 0;
}
