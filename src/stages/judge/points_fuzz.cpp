// points.toml, and what follows from it: every pair of drafts compared, every position asked for,
// every point put into force.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stages/judge/points.h"

using namespace truce;
using namespace truce::judge;

namespace {

constexpr const char* kSeed = R"([[draft]]
id="x"
title="t"
date="2025-11-20"
source="s"
count=28
[[draft.point]]
number=1
text="a b c"
[[draft.point]]
number="2a"
unnumbered=true
paraphrased=true
text="d"
enters_into_force_as=["1"]
[[draft.point.provision]]
id="p"
words="w"
effects=["burst"]
standard_of_proof="x"
[[draft.point.provision.exception]]
id="e"
words="w"
notices=["demining"]
[[draft]]
id="y"
title="u"
source="s"
[[draft.point]]
number=1
same_as=["x/1", "x/2a"]
text="a c"
[[position]]
party="a"
point="x/1"
when={from="2025-12-24T00:00", until="2025-12-25T00:00:00Z"}
until="2026-01-01T00:00"
stance="accepts"
statement={speaker="o", date="2025-12-24", quote="q", url="u"}
[[position]]
party="a"
point="y/1"
when="2025-12-24"
stance="conditions"
words="w"
statement={speaker="o", date="2025-12-24", quote="q", url="u"}
)";
constexpr const char* kAgreementSeed =
    "id=\"a\"\ntitle=\"t\"\ntime_zone=\"UTC\"\n[standard_of_proof]\nx=0.9\n[[party]]\nid=\"a\"\n"
    "name=\"A\"\n[[provision]]\nid=\"1\"\nwords=\"w\"\nstandard_of_proof=\"x\"\n";

std::string side(const std::vector<WordRun>& runs, WordRun::Kind without) {
  std::string out;
  for (const WordRun& r : runs) {
    if (r.kind != without) out += (out.empty() ? "" : " ") + r.words;
  }
  return out;
}

void compare_all(const Points& p) {
  for (const DraftPlan& a : p.drafts) {
    for (const DraftPlan& b : p.drafts) {
      std::size_t before = 0, after = 0;
      for (const PointDifference& d : difference(p, a, b)) {
        before += d.before.size();
        after += d.after.size();
        TRUCE_ENSURE(!to_words(d).empty());
        if (!d.words.empty() && d.before.size() == 1)
          TRUCE_ENSURE(side(d.words, WordRun::Kind::kAdded) == a.find(d.before[0])->text);
      }
      TRUCE_ENSURE(before == a.points.size() && after == b.points.size());
    }
  }
}

void force_all(const Points& p) {
  for (const DraftPlan& d : p.drafts) {
    std::vector<std::string> numbers;
    for (const PlanPoint& point : d.points) numbers.push_back(point.number);
    const auto text = provisions_of(p, d, numbers);
    TRUCE_ENSURE(text.ok());
    Problems problems;
    (void)parse_agreement_with(*text, kAgreementSeed, "agreement", {}, problems);
    for (const Error& e : problems.errors)
      TRUCE_ENSURE(e.place.line > 0 && e.place.source == "fuzz");
  }
}

}  // namespace

std::vector<std::string> fuzz_seeds() { return {kSeed}; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const PointsContext context{{"a", "b"}, std::vector<std::string>{"1"}, ::truce::Zone::utc()};
  Problems problems;
  const auto p = parse_points(text, "fuzz", context, problems);
  TRUCE_ENSURE(p.ok() == problems.errors.empty());
  for (const auto& e : problems.errors) TRUCE_ENSURE(!e.message.empty() && e.place.line > 0);
  if (!p.ok()) return 0;
  compare_all(*p);
  force_all(*p);
  for (const DraftPlan& d : p->drafts) {
    const CivilDay day = d.date.value_or(CivilDay{2025, 12, 1});
    const Points known = as_known_on(*p, day, ::truce::Zone::utc());
    TRUCE_ENSURE(known.find(d.id) != nullptr || !d.date);
    compare_all(known);
    const auto named = provisions_in_force(*p, {.file = "fuzz", .version = d.id}, "agreement");
    TRUCE_ENSURE(named.ok());
  }
  for (const Contradiction& c : contradictions(*p)) TRUCE_ENSURE(c.accepts->party == c.party);
  for (const DraftPlan& d : p->drafts)
    TRUCE_ENSURE(standing(*p, d, {"a", "b"}, {0}).points.size() == d.points.size());
  return 0;
}
