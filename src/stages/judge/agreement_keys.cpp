#include "stages/judge/internal/agreement_keys.h"

#include <array>

#include "base/result.h"
#include "stages/judge/internal/choices.h"

namespace truce::judge {

namespace {

constexpr double kToleranceMax_m = 1e5;

std::vector<std::string_view> names_until(Act last) {
  std::vector<std::string_view> out;
  for (int i = 0; i <= static_cast<int>(last); ++i) out.push_back(to_string(static_cast<Act>(i)));
  return out;
}
std::vector<std::string_view> names_until(Domain last) {
  std::vector<std::string_view> out;
  for (int i = 0; i <= static_cast<int>(last); ++i)
    out.push_back(to_string(static_cast<Domain>(i)));
  return out;
}
std::vector<std::string_view> names_of_weapons() {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < kWeaponClasses; ++i)
    out.push_back(to_string(static_cast<WeaponClass>(i)));
  return out;
}

Key id_key(std::string_view words) {
  return {.name = "id", .kind = KeyKind::kId, .words = words, .needed = true};
}
Key severity_key() {
  return {.name = "severity",
          .words =
              "How grave a breach is: one of severities. Escalations and cumulation look at "
              "it, and findings show it."};
}
Key weapons_key(std::string_view words, bool needed) {
  return {.name = "weapons",
          .kind = KeyKind::kWeapons,
          .words = words,
          .needed = needed,
          .choices = names_of_weapons(),
          .tables = {TableId::kWeapon}};
}
Key effects_key(std::string_view words) {
  return {
      .name = "effects", .kind = KeyKind::kChoices, .words = words, .choices = names_of_effects()};
}
Key list_key(std::string_view name, std::string_view words) {
  return {.name = name, .kind = KeyKind::kTexts, .words = words};
}

TableOfKeys root_keys() {
  return {
      "agreement",
      "The agreement as data. docs/agreement-language.md and docs/agreement-time.md describe it.",
      {{.name = "id",
        .words = "Short name of the agreement, such as \"package-2015\".",
        .needed = true},
       {.name = "title", .words = "Its title as people say it.", .needed = true},
       {.name = "source", .words = "The document and its date, so that anyone can look it up."},
       {.name = "time_zone",
        .words = "Time zone of every time below that names none, and of civil days: a name of the "
                 "IANA database such as \"Europe/Kyiv\".",
        .needed = true},
       {.name = "attribution",
        .kind = KeyKind::kFlag,
        .words = "Whether the agreement provides for saying which party did it. Without it nobody "
                 "is named."},
       {.name = "authoritative",
        .kind = KeyKind::kTexts,
        .words = "Languages whose text binds. Each lies beside this file as text/LANGUAGE.md, and "
                 "all have the same spans."},
       {.name = "severities",
        .kind = KeyKind::kTexts,
        .words = "Names for how grave a breach is, the least grave first."},
       {.name = "standard_of_proof",
        .kind = KeyKind::kStandards,
        .words = "Thresholds by name. P(breach) at the threshold or over it is a breach, at one "
                 "minus the threshold or under it is compliant, and what lies between is "
                 "undeterminable."},
       {.name = "party",
        .kind = KeyKind::kTables,
        .words = "The sides of the agreement.",
        .tables = {TableId::kParty}},
       {.name = "circumstance",
        .kind = KeyKind::kTables,
        .words = "What a party may show, and on which a permission or an exception hangs.",
        .tables = {TableId::kCircumstance}},
       {.name = "definition",
        .kind = KeyKind::kTables,
        .words = "Names for groups of weapons, which readings may define otherwise.",
        .tables = {TableId::kDefinition}},
       {.name = "zone",
        .kind = KeyKind::kTables,
        .words = "Areas in which provisions hold. One id may have several forms, each with a "
                 "validity of its own.",
        .tables = {TableId::kZone}},
       {.name = "baseline",
        .kind = KeyKind::kTables,
        .words = "Lines that distances are kept from. As of zones, one id may have several forms.",
        .tables = {TableId::kBaseline}},
       {.name = "object",
        .kind = KeyKind::kTables,
        .words = "Protected objects, such as waterworks and hospitals.",
        .tables = {TableId::kObject}},
       {.name = "provision",
        .kind = KeyKind::kTables,
        .words = "The rules: what is forbidden, bounded or permitted, to whom, where and when.",
        .tables = {TableId::kProvision}},
       {.name = "points",
        .kind = KeyKind::kTable,
        .words = "Points of a plan that have entered into force: the provisions that they carry "
                 "stand behind those of this file.",
        .tables = {TableId::kPoints}},
       {.name = "reading",
        .kind = KeyKind::kTables,
        .words = "Other ways to read the text. Every finding is made under the base text and under "
                 "each of them.",
        .tables = {TableId::kReading}},
       {.name = "not_encoded",
        .kind = KeyKind::kTables,
        .words = "Spans of the text that no rule here holds, each with the reason.",
        .tables = {TableId::kNotEncoded}},
       {.name = "gate",
        .kind = KeyKind::kTables,
        .words = "What must have been quiet before a step may be taken.",
        .tables = {TableId::kGate}},
       {.name = "obligation",
        .kind = KeyKind::kTables,
        .words = "What a party must do, and by when.",
        .tables = {TableId::kObligation}},
       {.name = "escalation",
        .kind = KeyKind::kTables,
        .words = "What may follow a breach, step by step.",
        .tables = {TableId::kEscalation}},
       {.name = "cumulation",
        .kind = KeyKind::kTables,
        .words = "When several lesser breaches count as one graver breach.",
        .tables = {TableId::kCumulation}}}};
}

TableOfKeys party_keys() {
  return {"party",
          "A side of the agreement.",
          {id_key("Short name by which provisions and cases mean this party."),
           {.name = "name", .words = "Its name as people say it.", .needed = true},
           {.name = "answers_for",
            .kind = KeyKind::kTexts,
            .words = "Forces and units for whose acts it answers, in words."}}};
}

TableOfKeys not_encoded_keys() {
  return {"not_encoded",
          "A span of the text that no rule holds.",
          {{.name = "span",
            .words = "Id of the span, as it stands in braces in text/LANGUAGE.md.",
            .needed = true},
           {.name = "why",
            .words = "The reason, such as that it is no act that can be observed.",
            .needed = true}}};
}

TableOfKeys definition_keys() {
  return {
      "definition",
      "A name for weapons that provisions may use. It may name definitions above it.",
      {id_key("The name by which provisions mean these weapons."),
       {.name = "words", .words = "What it stands for, in plain words."},
       weapons_key("Classes of weapons, definitions above, and tables with calibres or systems.",
                   true)}};
}

TableOfKeys weapon_keys() {
  const auto bound = [](std::string_view name, std::string_view words) {
    return Key{
        .name = name, .kind = KeyKind::kNumber, .words = words, .min = 0, .max = kLargest_mm};
  };
  return {"weapon",
          "A weapon of a class, of a calibre between bounds, or of a system; every part that is "
          "given must hold. A calibre that no source tells may lie on either side.",
          {{.name = "weapon",
            .kind = KeyKind::kChoice,
            .words = "Class of the weapon.",
            .choices = names_of_weapons()},
           {.name = "system",
            .words = "Name of the system, such as \"tornado-s\"; only one that reports can name is "
                     "ever found."},
           bound("from_mm", "Least calibre in millimetres, itself included."),
           bound("over_mm", "Calibre over this, in millimetres; this one is not included."),
           bound("up_to_mm", "Largest calibre in millimetres, itself included."),
           bound("under_mm", "Calibre under this, in millimetres; this one is not included.")}};
}

TableOfKeys circumstance_keys() {
  return {"circumstance",
          "Something that a party may show. What no one claims is not shown; what is claimed and "
          "not settled may be either, and the finding is then undeterminable.",
          {id_key("The name that stands in needs and in cases."),
           {.name = "words", .words = "What must be shown, in plain words.", .needed = true}}};
}

Key geometry_key(std::string_view words) { return {.name = "geometry", .words = words}; }
Key time_key(std::string_view name, std::string_view words) {
  return {.name = name, .kind = KeyKind::kTime, .words = words};
}
Key tolerance_key(std::string_view words) {
  return {.name = "tolerance_m",
          .kind = KeyKind::kNumber,
          .words = words,
          .min = 0,
          .max = kToleranceMax_m};
}

TableOfKeys zone_keys() {
  return {"zone",
          "An area. A place on its edge lies inside it.",
          {id_key("The name by which provisions mean it."),
           {.name = "name", .words = "Its name as people say it."},
           {.name = "kind",
            .words = "What kind of area it is, such as \"settlement\" or \"buffer\"; provisions "
                     "may name kinds in zone_kinds. \"control\" says who held it, for attribution "
                     "alone."},
           {.name = "party", .words = "Of kind \"control\": the party that held it."},
           geometry_key("Id of the Polygon or MultiPolygon in geo/*.geojson. Without it: the "
                        "zone's own id."),
           {.name = "around",
            .words = "Instead of geometry: a zone above, of which this one is the area and all "
                     "within distance_m of it."},
           {.name = "distance_m",
            .kind = KeyKind::kNumber,
            .words = "With around: how far it reaches beyond that zone, in metres.",
            .min = 0,
            .max = kAround_m_max},
           time_key("valid_from", "From when it has this form. Without it: always had."),
           time_key("valid_until", "The first instant at which it no longer has this form."),
           tolerance_key("How far its edge may lie from where it is drawn, in metres. A place "
                         "that near to the edge may lie on either side: it counts for neither.")}};
}

TableOfKeys baseline_keys() {
  return {"baseline",
          "A line that distances are kept from.",
          {id_key("The name by which keep means it."),
           {.name = "name", .words = "Its name as people say it."},
           geometry_key("Id of the LineString in geo/*.geojson. Without it: the line's own id."),
           time_key("valid_from", "From when the line ran so. Without it: always did."),
           time_key("valid_until", "The first instant at which it no longer ran so."),
           tolerance_key("How far it may lie from where it is drawn, in metres.")}};
}

TableOfKeys object_keys() {
  return {"object",
          "A protected object.",
          {id_key("Its own name, which findings show."),
           {.name = "name", .words = "Its name as people say it."},
           {.name = "kind",
            .words = "Kind that provisions name in protects, such as \"water\" or \"hospital\".",
            .needed = true},
           {.name = "lat",
            .kind = KeyKind::kNumber,
            .words = "Latitude in degrees, WGS 84.",
            .needed = true,
            .min = -90,
            .max = 90},
           {.name = "lon",
            .kind = KeyKind::kNumber,
            .words = "Longitude in degrees, WGS 84.",
            .needed = true,
            .min = -180,
            .max = 180},
           {.name = "radius_m",
            .kind = KeyKind::kNumber,
            .words = "Fire within this of it may have been fired at it, in metres.",
            .needed = true,
            .min = 0,
            .max = 1e6}}};
}

// What a provision states and a reading may state otherwise.
std::vector<Key> stated_keys() {
  return {
      {.name = "words", .words = "The rule in plain words, as a lawyer would sign it."},
      {.name = "source", .words = "Document, date and point."},
      list_key("binds", "Parties that it binds. Without it: all."),
      {.name = "acts",
       .kind = KeyKind::kChoices,
       .words = "Acts that it speaks of. Without it: fire. \"presence\" is of a weapon or of "
                "forces, \"offensive\" an attempt to change positions.",
       .choices = names_until(Act::kInformation)},
      {.name = "domains",
       .kind = KeyKind::kChoices,
       .words = "On land, at sea, in the air and so on. Without it: everywhere.",
       .choices = names_until(Domain::kInformation)},
      effects_key("Classes of effect that it speaks of. Without it: every class that counts as a "
                  "violation."),
      weapons_key("Classes, definitions and tables of weapons. Without it: any weapon.", false),
      list_key("zones", "Ids of zones in which it holds. Without it: everywhere."),
      list_key("zone_kinds", "Kinds of zone in which it holds, such as \"settlement\"."),
      {.name = "where",
       .kind = KeyKind::kChoice,
       .words = "Which place must lie there: where it was observed (\"place\", also without the "
                "key) or where it was fired from (\"origin\").",
       .choices = choice_words(kWhereChoices)},
      list_key("protects", "Kinds of protected object that it keeps from harm."),
      list_key("during",
               "Kinds of notice: it holds only inside the time and place of one, as a "
               "window of silence does."),
      list_key("needs", "Circumstances that must all be shown for it to speak."),
      time_key("from",
               "From when it holds: \"2025-04-19T18:00 Europe/Moscow\", a local time in "
               "time_zone, or RFC 3339 with an offset."),
      time_key("until", "The first instant at which it no longer holds."),
      {.name = "keep",
       .kind = KeyKind::kTable,
       .words = "Of a limit: a distance to keep from a line.",
       .tables = {TableId::kKeep}},
      {.name = "number_max",
       .kind = KeyKind::kWhole,
       .words = "Of a limit: no more than this at once.",
       .min = 0,
       .max = 1e9},
      {.name = "standard_of_proof",
       .words = "Name of the threshold that P(breach) is held against: a name of "
                "[standard_of_proof]."},
      severity_key(),
      list_key("remedies",
               "What the text says must follow a breach, in words. Pages show them; "
               "the program takes none."),
      list_key("overrides",
               "Provisions that give way where this one speaks. Which of two counts "
               "is never chosen silently."),
      {.name = "exception",
       .kind = KeyKind::kTables,
       .words = "What it does not forbid, such as demining that was announced.",
       .tables = {TableId::kException}}};
}

TableOfKeys provision_keys() {
  std::vector<Key> keys{
      id_key("Its number or name; findings and cases mean it by this."),
      {.name = "norm",
       .kind = KeyKind::kChoice,
       .words = "prohibition (without the key), limit (with keep or number_max) or permission, "
                "which takes away from the provisions that it overrides.",
       .choices = choice_words(kNormChoices)},
      list_key("encodes", "Spans of the text that it holds, by their ids in braces.")};
  for (Key& k : stated_keys()) {
    if (k.name == "standard_of_proof") k.needed = true;
    keys.push_back(std::move(k));
  }
  return {"provision", "A rule that what happened is held against.", std::move(keys)};
}

TableOfKeys keep_keys() {
  const auto metres = [](std::string_view name, std::string_view words) {
    return Key{
        .name = name, .kind = KeyKind::kNumber, .words = words, .min = 0, .max = kFarthest_m};
  };
  return {"keep",
          "Of a limit: distance_m or width_m, and the line. \"No nearer than 50 km\" is kept at "
          "50 km exactly.",
          {metres("distance_m", "No nearer to the line than this, in metres."),
           metres("width_m",
                  "Where the text gives the width between both sides, in metres: each side keeps "
                  "half of it."),
           {.name = "from",
            .kind = KeyKind::kBaselines,
            .words = "The baseline that is kept away from: one, or one for each party.",
            .needed = true}}};
}

TableOfKeys exception_keys() {
  return {"exception",
          "What a provision does not forbid. Silence is no proof of it: it must be shown.",
          {id_key("Its name within the provision."),
           {.name = "words", .words = "What is excepted, in plain words.", .needed = true},
           effects_key("Classes of effect that it excepts. Without it: any."),
           weapons_key("Weapons that it excepts. Without it: any.", false),
           list_key("zones", "Zones in which it holds. Without it: everywhere."),
           list_key("needs", "Circumstances that must all be shown."),
           list_key("notices",
                    "Kinds of notice that must cover it; it excepts as far as they "
                    "do.")}};
}

TableOfKeys reading_keys() {
  return {"reading",
          "One way to read the text. It may be a party's own.",
          {id_key("Its name; the text as it stands is \"base\"."),
           {.name = "party", .words = "The party that reads it so."},
           {.name = "words", .words = "How it reads, in plain words.", .needed = true},
           {.name = "change",
            .kind = KeyKind::kTables,
            .words = "What it reads otherwise: keys of a provision or of a rule in time, or a "
                     "definition.",
            .tables = {TableId::kProvisionChange, TableId::kDefinitionChange, TableId::kGateChange,
                       TableId::kObligationChange, TableId::kEscalationChange,
                       TableId::kCumulationChange}}}};
}

TableOfKeys provision_change_keys() {
  std::vector<Key> keys{{.name = "provision",
                         .words = "The provision that is read otherwise. Keys named here replace "
                                  "its own; an empty list stands for what an absent key does.",
                         .needed = true}};
  for (Key& k : stated_keys()) keys.push_back(std::move(k));
  return {"provision_change", "What a reading states otherwise of a provision.", std::move(keys)};
}

TableOfKeys definition_change_keys() {
  return {
      "definition_change",
      "What a reading defines otherwise.",
      {{.name = "definition", .words = "The definition that is read otherwise.", .needed = true},
       weapons_key("The weapons that it then stands for.", true)}};
}

// What a reading states otherwise of a gate, an obligation, an escalation or a cumulation.
TableOfKeys clock_change_keys(std::string_view name, std::string_view kind,
                              const TableOfKeys& rule) {
  std::vector<Key> keys{{.name = kind,
                         .words = "The one that is read otherwise, by its id. Keys named here "
                                  "replace its own.",
                         .needed = true}};
  for (Key k : rule.keys) {
    if (k.name == "id" || k.name == "encodes") continue;
    k.needed = false;
    keys.push_back(std::move(k));
  }
  return {name, "What a reading states otherwise of a rule in time.", std::move(keys)};
}

TableOfKeys points_keys() {
  return {"points",
          "Points of a plan that have entered into force. docs/agreement-points.md describes "
          "their file.",
          {{.name = "file",
            .words = "The file beside this one that holds them, such as \"points.toml\".",
            .needed = true},
           {.name = "version",
            .words = "The version that has entered into force: the id of a [[draft]] there.",
            .needed = true},
           list_key("numbers", "Which of its points, by their numbers. Without it: all.")}};
}

std::array<TableOfKeys, kTableIds> all_tables() {
  return {root_keys(),
          party_keys(),
          not_encoded_keys(),
          definition_keys(),
          weapon_keys(),
          circumstance_keys(),
          zone_keys(),
          baseline_keys(),
          object_keys(),
          provision_keys(),
          keep_keys(),
          exception_keys(),
          reading_keys(),
          provision_change_keys(),
          definition_change_keys(),
          clock_change_keys("gate_change", "gate", gate_keys()),
          clock_change_keys("obligation_change", "obligation", obligation_keys()),
          clock_change_keys("escalation_change", "escalation", escalation_keys()),
          clock_change_keys("cumulation_change", "cumulation", cumulation_keys()),
          gate_keys(),
          step_keys(),
          obligation_keys(),
          escalation_keys(),
          tier_keys(),
          cumulation_keys(),
          points_keys(),
          plan_keys(),
          draft_keys(),
          point_keys(),
          position_keys(),
          statement_keys(),
          moment_keys()};
}

}  // namespace

std::vector<std::string_view> names_of_effects() {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < kEffectClasses; ++i)
    out.push_back(to_string(static_cast<EffectClass>(i)));
  return out;
}

const TableOfKeys& table_of_keys(TableId id) {
  static const auto kTables = all_tables();
  return kTables.at(static_cast<std::size_t>(id));
}

std::vector<std::string_view> keys_of(TableId id) {
  std::vector<std::string_view> out;
  for (const Key& k : table_of_keys(id).keys) out.push_back(k.name);
  return out;
}

}  // namespace truce::judge
