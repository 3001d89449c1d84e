// The record kinds of model/json.h and model/entry.h: the first byte chooses the kind.
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "model/entry.h"
#include "model/json.h"

using namespace truce;

namespace {

// What is accepted comes back the same after being written.
template <class R>
void check(std::string_view json) {
  const auto r = from_json<R>(json);
  if (!r.ok()) {
    TRUCE_ENSURE(!r.error().message.empty());
    return;
  }
  const auto again = from_json<R>(to_json(*r));
  TRUCE_ENSURE(again.ok() && to_json(*again) == to_json(*r));
}

using Check = void (*)(std::string_view);
constexpr std::array<Check, 24> kChecks{
    check<Observation>,   check<Notice>,   check<StatedTotal>, check<Incident>,  check<Claim>,
    check<Source>,        check<Health>,   check<Statement>,   check<Finding>,   check<Effect>,
    check<Attribution>,   check<Quiet>,    check<Event>,       check<Signature>, check<Gate>,
    check<Case>,          check<Bulletin>, check<Rejection>,   check<FeedMark>,  check<Tick>,
    check<ComplaintNote>, check<Weather>,  check<Difference>,  check<Recording>};

std::string seed(int kind, const std::string& json) {
  return std::string(1, static_cast<char>(kind)) + json;
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  Observation o;
  o.source = "s";
  o.items.push_back({Count::about(20), ClassProbabilities::certain(EffectClass::kBurst)});
  o.shape = AnnularSector{{480000000, 370000000}, 1000, 3000, 90, 11.25, 100, 3};
  Observation p = o;
  p.shape = PolygonShape{{{{{0, 0}, {0, 10000000}, {10000000, 0}, {0, 0}}, {}}}, 5};
  Observation q = o;
  q.shape = Track{{{{1, 2}, {3}}, {{4, 5}, {6}}}, 7};
  Incident i;
  i.id = "i1";
  i.effects.push_back({EffectClass::kBurst,
                       ClassProbabilities::certain(EffectClass::kBurst),
                       {1, 2, 3},
                       WeaponClass::kUnknown,
                       122,
                       "grad",
                       {"o1"}});
  i.evidence.push_back({"o1", "s", "c", 0.5});
  Finding f;
  f.id = "f";
  f.reasons.push_back({"place", 0.5, "w"});
  return {seed(0, to_json(o)),
          seed(0, to_json(p)),
          seed(0, to_json(q)),
          seed(1, to_json(Notice{"n", "a", "demining", {{0}, {1}}, Nowhere{}, "t", {}})),
          seed(2, to_json(StatedTotal{.report = "1", .region = "Donetsk"})),
          seed(3, to_json(i)),
          seed(4, to_json(Claim{.claimant = "c", .metric = "m", .count = Count::about(800)})),
          seed(5, to_json(Source{})),
          seed(6, to_json(Health{})),
          seed(7, to_json(Statement{})),
          seed(8, to_json(f)),
          seed(9, to_json(i.effects.front())),
          seed(10, to_json(Attribution{"f", {{"p", 0.5, "w", "m", {}}}})),
          seed(11, to_json(Quiet{})),
          seed(12, to_json(Gate{})),
          seed(13, to_json(Case{})),
          seed(14, to_json(Bulletin{})),
          seed(15, to_json(Rejection{"r", "e", "f", {"a", "b", "c", 1, 2, 3}})),
          seed(16, to_json(FeedMark{"f", "g", 1, "00"})),
          seed(17, to_json(Tick{{1}})),
          seed(18, to_json(ComplaintNote{"k", "t", {}})),
          seed(19, to_json(Weather{.source = "w", .east_m_s = 3, .sound_speed_m_s = 340})),
          seed(22, to_json(Difference{"d", "s", "p", 1, {{"base", FindingValue::kBreach, 1}}, {}})),
          seed(23, to_json(Recording{.source = "s", .media_type = "image/png", .sha256 = "00"}))};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  kChecks[data[0] % kChecks.size()]({reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
