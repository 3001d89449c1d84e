#include "app/served_agreement.h"

#include <cmath>
#include <map>

#include "base/json.h"

namespace truce::app {

namespace {

using judge::Provision;

// The fields of an object, each as JSON: so that two of them can be compared field by field.
using Fields = std::map<std::string, std::string>;

void put(Fields& out, const char* key, const std::string& text) {
  if (text.empty()) return;
  append_json_string(out[key], text);
}

template <class T, class Name>
void put(Fields& out, const char* key, const std::vector<T>& all, Name name) {
  if (all.empty()) return;
  JsonWriter w(out[key]);
  w.begin_array();
  for (const T& one : all) w.string(name(one));
  w.end_array();
}
void put(Fields& out, const char* key, const std::vector<std::string>& all) {
  put(out, key, all, [](const std::string& text) { return text; });
}

std::string interval_json(const Interval& when) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  if (when.end != judge::kAlways.end) w.key("end").string(to_text(when.end));
  if (when.start != judge::kAlways.start) w.key("start").string(to_text(when.start));
  w.end_object();
  return out;
}

std::string weapon_json(const judge::WeaponRule& rule) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  if (std::isfinite(rule.max_mm)) {
    w.key("max_inclusive").boolean(rule.max_inclusive).key("max_mm").number(rule.max_mm);
  }
  if (rule.min_mm > 0) {
    w.key("min_inclusive").boolean(rule.min_inclusive).key("min_mm").number(rule.min_mm);
  }
  if (!rule.system.empty()) w.key("system").string(rule.system);
  if (rule.weapon) w.key("weapon").string(to_string(*rule.weapon));
  w.end_object();
  return out;
}

void put(Fields& out, const char* key, const std::vector<judge::WeaponRule>& rules) {
  if (rules.empty()) return;
  JsonWriter w(out[key]);
  w.begin_array();
  for (const auto& rule : rules) w.raw(weapon_json(rule));
  w.end_array();
}

std::string object_of(const Fields& fields) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  for (const auto& [key, value] : fields) w.key(key).raw(value);
  w.end_object();
  return out;
}

Fields fields_of(const judge::Exception& exception) {
  Fields out;
  put(out, "effects", exception.effects, [](EffectClass c) { return to_string(c); });
  put(out, "id", exception.id);
  put(out, "needs", exception.needs);
  put(out, "notice_kinds", exception.notice_kinds);
  put(out, "weapons", exception.weapons);
  put(out, "words", exception.words);
  put(out, "zones", exception.zones);
  return out;
}

std::string norm_of(judge::Norm norm) {
  switch (norm) {
    case judge::Norm::kProhibition:
      return "prohibition";
    case judge::Norm::kLimit:
      return "limit";
    case judge::Norm::kPermission:
      return "permission";
  }
  return {};
}

void put_scope(Fields& out, const Provision& p) {
  put(out, "acts", p.acts, [](judge::Act a) { return to_string(a); });
  put(out, "binds", p.binds);
  put(out, "domains", p.domains, [](judge::Domain d) { return to_string(d); });
  put(out, "during", p.during);
  put(out, "effects", p.effects, [](EffectClass c) { return to_string(c); });
  put(out, "needs", p.needs);
  put(out, "protects", p.protects);
  put(out, "weapons", p.weapons);
  put(out, "where", p.where == judge::Where::kOrigin ? "origin" : "place");
  put(out, "zone_kinds", p.zone_kinds);
  put(out, "zones", p.zones);
}

Fields fields_of(const Provision& p) {
  Fields out;
  put_scope(out, p);
  if (!p.baseline.empty()) {
    Fields by_party;
    for (const auto& [party, line] : p.baseline) append_json_string(by_party[party], line);
    out["baseline"] = object_of(by_party);
  }
  if (p.distance_m) append_json_number(out["distance_m"], *p.distance_m);
  put(out, "encodes", p.encodes);
  if (!p.exceptions.empty()) {
    JsonWriter w(out["exceptions"]);
    w.begin_array();
    for (const auto& exception : p.exceptions) w.raw(object_of(fields_of(exception)));
    w.end_array();
  }
  put(out, "id", p.id);
  if (!(p.in_force == judge::kAlways)) out["in_force"] = interval_json(p.in_force);
  put(out, "norm", norm_of(p.norm));
  if (p.number_max) out["number_max"] = std::to_string(*p.number_max);
  put(out, "overrides", p.overrides);
  put(out, "remedies", p.remedies);
  put(out, "severity", p.severity);
  put(out, "source", p.source);
  put(out, "standard_of_proof", p.standard_of_proof);
  put(out, "words", p.words);
  return out;
}

const Provision* find(const judge::Reading& reading, const std::string& id) {
  for (const auto& p : reading.provisions) {
    if (p.id == id) return &p;
  }
  return nullptr;
}

// What a reading puts in place of fields; a field that it takes away is null.
Fields changes(const Fields& base, const Fields& other) {
  Fields out;
  for (const auto& [key, value] : base) {
    const auto it = other.find(key);
    if (it == other.end()) out[key] = "null";
  }
  for (const auto& [key, value] : other) {
    const auto it = base.find(key);
    if (it == base.end() || it->second != value) out[key] = value;
  }
  return out;
}

std::string readings_of(const judge::Agreement& agreement, const Provision& p, const Fields& base) {
  std::string out;
  JsonWriter w(out);
  w.begin_array();
  for (std::size_t i = 1; i < agreement.readings.size(); ++i) {
    const auto& reading = agreement.readings[i];
    const Provision* other = find(reading, p.id);
    const Fields changed = other == nullptr ? Fields{} : changes(base, fields_of(*other));
    if (other != nullptr && changed.empty()) continue;
    w.begin_object().key("changes");
    if (other == nullptr)
      w.null();
    else
      w.raw(object_of(changed));
    w.key("id").string(reading.id).end_object();
  }
  w.end_array();
  return out;
}

void put_definition(JsonWriter& w, const char* kind, const std::string& id, Fields fields) {
  put(fields, "id", id);
  put(fields, "kind", kind);
  w.raw(object_of(fields));
}

void put_definitions(JsonWriter& w, const judge::Agreement& a) {
  w.key("definitions").begin_array();
  for (const auto& b : a.baselines) {
    Fields fields;
    put(fields, "area", b.feature);
    put(fields, "name", b.name);
    if (!(b.valid == judge::kAlways)) fields["valid"] = interval_json(b.valid);
    put_definition(w, "baseline", b.id, std::move(fields));
  }
  for (const auto& c : a.circumstances) {
    Fields fields;
    put(fields, "words", c.words);
    put_definition(w, "circumstance", c.id, std::move(fields));
  }
  for (const auto& o : a.objects) {
    Fields fields;
    put(fields, "area", "protected/" + o.id);
    put(fields, "name", o.name);
    put(fields, "of_kind", o.kind);
    put_definition(w, "protected", o.id, std::move(fields));
  }
  for (const auto& z : a.zones) {
    Fields fields;
    put(fields, "area", z.feature);
    if (z.around_m > 0) append_json_number(fields["around_m"], z.around_m);
    put(fields, "name", z.name);
    put(fields, "of_kind", z.kind);
    put(fields, "party", z.party);
    if (!(z.valid == judge::kAlways)) fields["valid"] = interval_json(z.valid);
    put_definition(w, "zone", z.id, std::move(fields));
  }
  w.end_array();
}

void put_mechanism(JsonWriter& w, const judge::Agreement& a) {
  w.key("mechanism").begin_object().key("attributes").boolean(a.attributes);
  w.key("severities").begin_array();
  for (const auto& s : a.severities) w.string(s);
  w.end_array().key("standards_of_proof").begin_object();
  for (const auto& [name, tau] : a.standards_of_proof) w.key(name).number(tau);
  w.end_object().key("time_zone").string(a.civil_zone.name()).end_object();
}

void put_parties(JsonWriter& w, const judge::Agreement& a) {
  w.key("parties").begin_array();
  for (const auto& party : a.parties) {
    w.begin_object().key("answers_for").begin_array();
    for (const auto& unit : party.answers_for) w.string(unit);
    w.end_array().key("id").string(party.id).key("name").string(party.name).end_object();
  }
  w.end_array();
}

}  // namespace

std::string agreement_json(const Mission& mission) {
  const judge::Agreement& a = mission.agreement;
  const judge::Reading& base = a.readings.front();
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  put_definitions(w, a);
  w.key("gates").begin_array();
  for (const auto& gate : base.clocks.gates) w.string(gate.id);
  w.end_array().key("hash").string(mission.agreement_sha256);
  w.key("languages").begin_array();
  for (const auto& language : a.languages) w.string(language);
  w.end_array();
  put_mechanism(w, a);
  put_parties(w, a);
  w.key("provisions").begin_array();
  for (const auto& p : base.provisions) {
    Fields fields = fields_of(p);
    fields["readings"] = readings_of(a, p, fields);
    w.raw(object_of(fields));
  }
  w.end_array().key("readings").begin_array();
  for (const auto& reading : a.readings) {
    w.begin_object().key("id").string(reading.id);
    if (!reading.party.empty()) w.key("party").string(reading.party);
    if (!reading.words.empty()) w.key("words").string(reading.words);
    w.end_object();
  }
  w.end_array().key("source").string(a.source).key("title").string(a.title).end_object();
  return out;
}

}  // namespace truce::app
