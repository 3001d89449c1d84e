#include "stages/release/internal/rules.h"

#include <algorithm>

namespace truce::release {

namespace {

constexpr Audiences kCommission = only(Audience::kCommission);
constexpr Audiences kLiaison = only(Audience::kLiaison);
constexpr Audiences kForce = only(Audience::kForce);
constexpr Audiences kPublic = only(Audience::kPublic);

}  // namespace

// What stands nowhere here, for anyone: places and regions, evidence and sources, reasons with
// their distances, what was hit, whatever was written by hand, who made a record and of which
// bytes.
const std::vector<Rule>& rules() {
  static const std::vector<Rule> kAll{
      {.collection = "incidents",
       .audiences = kCommission | kLiaison | kForce,
       .place = PlaceOf::kIncident,
       .fields = {{"effects", As::kEach, {{"count"}, {"effect_class"}, {"weapon"}}},
                  {"id", As::kId},
                  {"p_real", As::kTenths},
                  {"time_basis"},
                  {"version"},
                  {"violations"},
                  {"when", As::kWhen}}},
      // Weapons and versions are for those who answer for them.
      {.collection = "incidents",
       .audiences = kPublic,
       .place = PlaceOf::kIncident,
       .fields = {{"effects", As::kEach, {{"count"}, {"effect_class"}}},
                  {"id", As::kId},
                  {"p_real", As::kTenths},
                  {"violations"},
                  {"when", As::kWhen}}},
      // A finding names a provision and so its zone, which may be smaller than a cell: for those
      // who must rule on it or answer it, and for nobody else.
      {.collection = "findings",
       .audiences = kCommission,
       .fields = {{"id", As::kId},
                  {"missing_fact"},
                  {"probability", As::kTenths},
                  {"provision"},
                  {"reading"},
                  {"standard_of_proof"},
                  {"subject", As::kId},
                  {"threshold"},
                  {"value"},
                  {"version"}}},
      {.collection = "findings",
       .audiences = kLiaison,
       .fields = {{"id", As::kId},
                  {"missing_fact"},
                  {"provision"},
                  {"reading"},
                  {"standard_of_proof"},
                  {"subject", As::kId},
                  {"value"},
                  {"version"}}},
      {.collection = "differences",
       .audiences = kCommission | kLiaison,
       .fields = {{"facts"},
                  {"id", As::kId},
                  {"provision"},
                  {"sides", As::kEach, {{"reading"}, {"value"}}},
                  {"subject", As::kId},
                  {"version"}}},
      {.collection = "attributions",
       .audiences = kCommission,
       .fields = {{"alternatives", As::kEach, {{"party"}, {"probability", As::kTenths}}},
                  {"subject", As::kId}}},
      {.collection = "conducts",
       .audiences = kCommission,
       .fields = {{"findings", As::kIds}, {"subject", As::kId}}},
      {.collection = "claims",
       .audiences = kCommission | kLiaison,
       .fields = {{"accused_party"},
                  {"as_of", As::kTime},
                  {"claimant_party"},
                  {"count"},
                  {"denial"},
                  {"id", As::kId},
                  {"metric"},
                  {"unit"},
                  {"when", As::kWhen}},
       .own = "claimant_party"},
      {.collection = "notices",
       .audiences = kCommission | kLiaison | kForce,
       .place = PlaceOf::kShape,
       .fields = {{"id", As::kId}, {"kind"}, {"party"}, {"when", As::kWhen}},
       .own = "party"},
      {.collection = "events",
       .audiences = kCommission | kLiaison | kForce,
       .fields = {{"id", As::kId},
                  {"name"},
                  {"p_real", As::kTenths},
                  {"party"},
                  {"sector"},
                  {"when", As::kWhen}}},
      // Where little was watched is where a breach goes unheard: not for parties.
      {.collection = "quiet",
       .audiences = kForce,
       .fields = {{"coverage", As::kTenths},
                  {"detections"},
                  {"effect_class"},
                  {"sector"},
                  {"upper_bound"},
                  {"when", As::kWhen}}},
      {.collection = "signatures",
       .audiences = kCommission,
       .fields = {{"breach", As::kId},
                  {"escalation"},
                  {"id", As::kId},
                  {"signer"},
                  {"tier"},
                  {"when", As::kWhen}}},
      {.collection = "gates",
       .audiences = kCommission | kLiaison | kForce | kPublic,
       .fields = {{"id"}, {"since", As::kTime}, {"state"}}},
      {.collection = "hazards",
       .audiences = kForce,
       .fields = {{"all_clear_at"}, {"kind"}, {"last"}, {"level"}, {"post"}, {"since"}, {"what"}}},
      // Lines and zones of the agreement; who holds which ground is not told.
      {.collection = "areas",
       .audiences = kCommission | kLiaison | kForce,
       .place = PlaceOf::kKept,
       .fields = {{"id"}, {"kind"}, {"name"}, {"rank"}, {"valid"}},
       .unless = "control"},
      // The mission's own: for staff alone.
      {.collection = "observations"},
      {.collection = "recordings"},
      {.collection = "statements"},
      {.collection = "health"},
      {.collection = "weather"},
      {.collection = "sources"},
      {.collection = "rejected"},
      {.collection = "complaints"},
      {.collection = "feeds"},
      {.collection = "acts"}};
  return kAll;
}

const Rule* rule_for(Audience audience, std::string_view collection) {
  const auto it = std::find_if(rules().begin(), rules().end(), [&](const Rule& r) {
    return r.collection == collection && (r.audiences & only(audience)) != 0;
  });
  return it == rules().end() ? nullptr : &*it;
}

bool shows(Audience audience, std::string_view collection) {
  return audience == Audience::kStaff || rule_for(audience, collection) != nullptr;
}

bool has_rule(std::string_view collection) {
  return std::any_of(rules().begin(), rules().end(),
                     [&](const Rule& r) { return r.collection == collection; });
}

}  // namespace truce::release
