// clocks.toml beside an agreement with one of each kind; what is read is worked.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stages/judge/clock_cases.h"

using namespace truce;

namespace {

constexpr const char* kClockToml = R"(id="a"
title="t"
time_zone="Europe/Kyiv"
severities=["minor","serious"]
[standard_of_proof]
x=0.9
[[party]]
id="p"
name="P"
[[provision]]
id="1"
words="w"
standard_of_proof="x"
severity="minor"
[[gate]]
id="g"
words="w"
sectors=["s"]
classes=["burst"]
from="2016-10-01T00:00"
days=2
coverage_min=0.8
unobserved_max=3
standard="x"
breach_while_open="lost"
[[obligation]]
id="o"
words="w"
kind="achievement"
trigger="e"
act="f"
within="2 h"
standard="x"
[[escalation]]
id="r"
words="w"
standard="x"
pause_max="12 h"
same_place="sector"
[[escalation.tier]]
id="t"
words="w"
needs="breach"
lapses="24 h"
[[cumulation]]
id="c"
words="w"
standard="x"
number=2
severity="minor"
window="1 h"
counts_as="serious"
per="all"
[[reading]]
id="late"
words="w"
[[reading.change]]
gate="g"
days=3
)";

judge::Agreement clock_agreement() {
  judge::Problems problems;
  auto a = judge::parse_agreement(kClockToml, "fuzz", {}, problems);
  TRUCE_ENSURE(a.ok());
  return *std::move(a);
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {R"([[case]]
id="one"
why="w"
reading="late"
quiet=["2016-10-01 to 2016-10-02", {days="2016-10-03", sectors=["s"], coverage=0.5, unobserved=1},
  {from="2016-10-04T00:00", until="2016-10-05T00:00"}]
events=[{id="e1", name="e", party="p", sector="s", at="2016-10-01T08:00", p_real=0.5},
  {name="f", from="2016-10-01T08:00", until="2016-10-01T09:00"}]
breaches=[{id="b", provision="1", party="p", sector="s", at="2016-10-02T08:00", probability=0.9,
  value="breach", severity="serious"}]
signatures=[{escalation="r", tier="t", breach="b", at="2016-10-02T09:00"}]
expect=[{at="2016-10-05T00:00", gate="g", state="open", count=[1,2], opens="end of 2016-10-07",
  why="gate.opened"},
  {at="2016-10-05T00:00", obligation="o", party="p", trigger="e1", state="breached",
   value="breach", missing="act", due=["2016-10-01T10:00", "2016-10-01T10:00:00Z"]},
  {at="2016-10-05T00:00", escalation="r", breach="b", tier="t", state="signed"},
  {at="2016-10-05T00:00", escalation="r", episodes=1},
  {at="2016-10-05T00:00", cumulation="c", certain=0, possible=0}]
)"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const judge::Agreement kAgreement = clock_agreement();
  judge::Problems problems;
  const auto cases = judge::parse_clock_cases(
      std::string_view(reinterpret_cast<const char*>(data), size), "fuzz", kAgreement, problems);
  for (const auto& e : problems.errors)
    TRUCE_ENSURE(!e.message.empty() && !e.expected.empty() && e.place.line > 0);
  for (const auto& o : judge::work(kAgreement, cases))
    TRUCE_ENSURE(o.as_worked ||
                 !judge::contradiction(o, kAgreement.civil_zone, "fuzz").message.empty());
  return 0;
}
