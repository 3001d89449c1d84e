// An agreement's files, in one input: agreement.toml, cases.csv and a text, with lines of "==="
// between.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "stages/judge/judge.h"

using namespace truce;
using judge::Geometry;

namespace {

constexpr std::string_view kCut = "\n===\n";

constexpr const char* kToml = R"(id="a"
title="t"
time_zone="UTC"
authoritative=["en"]
severities=["minor"]
[standard_of_proof]
x=0.9
[[party]]
id="p"
name="P"
[[circumstance]]
id="c"
words="w"
[[definition]]
id="heavy"
weapons=[{weapon="artillery", from_mm=100}, {system="tornado-s"}]
[[zone]]
id="z"
[[zone]]
id="about"
around="z"
distance_m=5000
tolerance_m=10
[[baseline]]
id="l"
[[provision]]
id="1"
words="w"
encodes=["1"]
effects=["burst"]
zones=["z"]
from="2025-04-19T18:00 Europe/Moscow"
standard_of_proof="x"
[[provision.exception]]
id="e"
words="w"
needs=["c"]
notices=["demining"]
[[provision]]
id="3"
words="w"
acts=["presence"]
zones=["about"]
weapons=[{system="himars"}]
severity="minor"
remedies=["r"]
standard_of_proof="x"
[[provision]]
id="2"
norm="limit"
words="w"
encodes=["2"]
acts=["presence"]
weapons=["heavy"]
keep={width_m=50000, from={p="l"}}
overrides=["1"]
standard_of_proof="x"
[[gate]]
id="g"
words="w"
sectors=["s"]
classes=["burst"]
from="2025-04-19T00:00"
days=7
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
[[reading]]
id="r"
party="p"
words="w"
[[reading.change]]
provision="1"
until="2025-04-20T00:00:00Z"
[[reading.change]]
definition="heavy"
weapons=["mortar"]
[[reading.change]]
gate="g"
days=9
[[reading.change]]
obligation="o"
by="end of day 2"
day_one="the day itself"
)";
constexpr const char* kCases =
    "case,provision,reading,from,until,place,sigma_m,origin,act,effect,weapon,count,party,"
    "circumstances,notices,p_real,expect,missing,why\n"
    "c1,1,base,2025-04-20T00:00,,0.5 0.5 90 100,30x20,0 0,fire,burst,artillery 122mm,about 3,p=0.7,"
    "c=claimed,demining 2025-04-19T00:00/2025-04-21T00:00 z,0.9,breach,,w\n";

Geometry geometry() {
  const auto at = [](double lat, double lon) { return *LatLon::from_degrees(lat, lon); };
  Geometry out;
  out.areas["z"] = *Area::from_rings({{{at(0, 0), at(0, 1), at(1, 1), at(1, 0), at(0, 0)}, {}}});
  out.lines["l"] = {{at(0, 0), at(1, 0)}};
  return out;
}

std::string_view take(std::string_view& rest) {
  const auto end = std::min(rest.find(kCut), rest.size());
  const std::string_view out = rest.substr(0, end);
  rest.remove_prefix(std::min(end + kCut.size(), rest.size()));
  return out;
}

// As `truce agreement` does it, of an agreement with mistakes too.
void look_at_what_rests_on(const judge::AgreementRead& read, std::string_view rest,
                           const Geometry& around, judge::Problems& problems) {
  const auto sound = judge::sound_part(read);
  TRUCE_ENSURE(sound || !read.is_whole);
  const auto cases = judge::parse_cases(take(rest), "fuzz", read.agreement, around, problems);
  const judge::Texts texts{{"en", judge::parse_text(rest)}};
  judge::check_text(read.agreement, texts, "fuzz", problems, read.may_hide_spans);
  if (!sound) return;
  const judge::Judge judge(*sound);
  for (const auto& o : judge::work(judge, cases))
    TRUCE_ENSURE(o.as_worked || !judge::contradiction(o, "fuzz").message.empty());
  TRUCE_ENSURE(!judge::print_agreement(*sound, texts, {}).empty());
}

}  // namespace

std::vector<std::string> fuzz_seeds() {
  return {std::string(kToml) + "===\n" + kCases + "===\n" + "preamble\n{1} No fire.\n{2} Far.\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Geometry kGeometry = geometry();
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  judge::Problems problems;
  const std::string_view toml = take(rest);
  static_cast<void>(judge::points_named(toml));
  const auto a = judge::read_agreement_text(toml, "fuzz", kGeometry, problems);
  TRUCE_ENSURE((a && a->is_whole) == problems.errors.empty());
  if (a) look_at_what_rests_on(*a, rest, kGeometry, problems);
  for (const auto& e : problems.errors) TRUCE_ENSURE(!e.message.empty() && e.place.line > 0);
  return 0;
}
