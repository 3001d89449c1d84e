#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "stages/judge/internal/time_rules.h"

using namespace truce;
using namespace truce::judge;

std::vector<std::string> fuzz_seeds() {
  return {
      "[[gate]]\nid=\"g\"\nwords=\"w\"\nsectors=[\"s\"]\nclasses=[\"burst\"]\nfrom=\"2016-10-01T00:"
      "00\"\ndays=1\ncoverage_min=0.8\nunobserved_max=3\nbreaches=[\"1\"]\nstandard=\"x\"\n"
      "breach_while_open=\"lost\"\nafter_expiry=\"closed\"\n[[gate.step]]\nname=\"n\"\nevent="
      "\"e\"\n"
      "done_by=\"each\"\nby=\"end of day 2\"\nday_one=\"the day after\"\nmirrored=\"3 days\"\n",
      "[[obligation]]\nid=\"o\"\nwords=\"w\"\nkind=\"achievement\"\ntrigger=\"e\"\nact="
      "\"f\"\nwithin="
      "\"14 days\"\nstandard=\"x\"\ncompensated_by=\"p\"\n[[obligation]]\nid=\"p\"\nwords=\"w\"\n"
      "kind=\"maintenance\"\nonce_breached=\"o\"\nact=\"f\"\nat_least=2\nper=\"day\"\nday_one="
      "\"the day itself\"\nstandard=\"x\"\n",
      "[[escalation]]\nid=\"r\"\nwords=\"w\"\nstandard=\"x\"\npause_max=\"12 h\"\nsame_place="
      "\"sector\"\nexpanded_sectors=2\n[[escalation.tier]]\nid=\"t\"\nwords=\"w\"\nneeds="
      "\"expanded\"\nafter=\"72 "
      "h\"\n[[cumulation]]\nid=\"c\"\nwords=\"w\"\nstandard=\"x\"\nnumber=2\n"
      "severity=\"minor\"\nwindow=\"7 days\"\ncounts_as=\"minor\"\nper=\"all\"\n"};
}

namespace {

// A few records for whatever the rules ask.
Timeline fuzz_records() {
  const Instant t = *parse_instant("2016-10-02T12:00:00Z");
  const Interval day{t, t + Duration::days(1)};
  Timeline out;
  for (const char* name : {"e", "f"}) out.events.push_back({name, name, "p", "s", day, 1, 1});
  for (const char* id : {"1", "2"})
    out.breaches.push_back({id, "1", "", "s", day, 1, FindingValue::kBreach, "minor", 1});
  out.quiet.push_back({"s", day, EffectClass::kBurst, 1, 0, 1});
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems;
  TomlReader r("fuzz", problems);
  const TimeNames names{{"p", "q"}, {"1"}, {{"x", 0.9}}, {"minor", "serious"}};
  try {
    const toml::parse_result parsed = toml::parse(text);
    const toml::table& root = static_cast<const toml::table&>(parsed);
    const auto gates = parse_gates(root, r, names);
    const auto obligations = parse_obligations(root, r, names);
    const auto escalations = parse_escalations(root, r, names);
    const auto cumulations = parse_cumulations(root, r, names);
    for (const Error& e : problems.errors)
      TRUCE_ENSURE(!e.message.empty() && !e.expected.empty() && e.place.line > 0);
    if (!problems.errors.empty()) return 0;
    const AsOf as{::truce::Zone::utc(), *parse_instant("2016-10-20T00:00:00Z")};
    const Timeline t = fuzz_records();
    for (const auto& g : gates) TRUCE_ENSURE(!history(g, t, as).days.empty());
    for (const auto& o : evaluate_obligations(obligations, t, as))
      TRUCE_ENSURE(o.p_low <= o.p_high && !to_english(o.why).empty());
    for (const auto& e : escalations) episodes(e, t, as);
    for (const auto& c : cumulations) cumulate(c, t, as);
  } catch (const toml::parse_error&) {
    return 0;
  }
  return 0;
}
