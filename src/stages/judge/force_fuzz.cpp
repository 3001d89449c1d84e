// force.toml, and what follows from it.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "stages/judge/hazard.h"

using namespace truce;
using namespace truce::judge;

std::vector<std::string> fuzz_seeds() {
  return {
      "[[contingent]]\nid=\"c\"\nname=\"C\"\nstrength=100\n[[post]]\nid=\"p\"\ncontingent=\"c\"\n"
      "name=\"P\"\nkind=\"k\"\nlat=48.1\nlon=37.9\nsectors=[\"s\"]\ncoverage={burst=0.4, shot=1}\n"
      "[[phase]]\nid=\"f\"\nwords=\"w\"\norder=1\nposts=[\"p\"]\nneeds_gates=[\"g\"]\n"
      "strength_min=3\ncoverage_min={burst=0.5}\n[[hazard]]\nkind=\"fire\"\nwithin_m=2000\n"
      "warning=0.3\nalarm=0.8\nall_clear_after=\"2 h\"\nwatch=[\"burst\"]\nwatched_min=0.6\n"
      "[[hazard]]\nkind=\"overflight\"\nwithin_m=1000\nwarning=0.5\nalarm=0.9\n"
      "all_clear_after=\"30 min\"\nwatch=[\"other\"]\nwatched_min=0.5\n[[hazard]]\n"
      "kind=\"threat\"\n"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems;
  const auto f = parse_force(text, "fuzz", {{"s"}, std::vector<std::string>{"g"}}, problems);
  TRUCE_ENSURE(f.ok() == problems.errors.empty());
  for (const auto& e : problems.errors)
    TRUCE_ENSURE(!e.message.empty() && !e.expected.empty() && e.place.line > 0);
  if (!f.ok()) return 0;
  for (const Readiness& r : readiness(*f, {{"g", "open"}}, {{{"s", EffectClass::kBurst}, 0.5}}))
    TRUCE_ENSURE(r.ready() == (to_words(r) == "ready"));
  Conduct c;
  c.subject = "i";
  c.at = PlaceSample({LatLon::from_degrees(48.1, 37.9).value_or({})});
  Quiet watched;
  watched.sector = "s";
  watched.effect_class = EffectClass::kBurst;
  watched.coverage = 1;
  watched.when = {{0}, {INT64_MAX / 4}};
  for (const Hazard& h : with_all_clear(*f, hazards(*f, c), {watched}))
    TRUCE_ENSURE(!to_json(h).empty() && !to_text(h).empty() && *h.p <= 1);
  return 0;
}
