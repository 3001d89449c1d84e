#include "app/served_areas.h"

#include <algorithm>

#include "base/json.h"

namespace truce::app {

namespace {

serve::Geometry geometry_of(const GeoFeature& f) {
  serve::Geometry out;
  if (const auto* at = std::get_if<LatLon>(&f.shape)) out.point = *at;
  if (const auto* line = std::get_if<std::vector<LatLon>>(&f.shape)) out.lines = {*line};
  if (const auto* area = std::get_if<Area>(&f.shape)) out.rings = area->rings();
  serve::turn_rings(out.rings);
  return out;
}

// What is always valid is not said.
void put_valid(JsonWriter& w, const Interval& valid) {
  if (valid == judge::kAlways) return;
  w.key("valid").begin_object();
  if (valid.end != judge::kAlways.end) w.key("end").string(to_text(valid.end));
  if (valid.start != judge::kAlways.start) w.key("start").string(to_text(valid.start));
  w.end_object();
}

// From the first to the last time for which a feature is used; always where nobody says.
template <class Form>
void widen(const std::vector<Form>& forms, const std::string& feature,
           std::optional<Interval>& valid) {
  for (const Form& form : forms) {
    if (form.feature != feature) continue;
    const Interval before = valid.value_or(form.valid);
    valid = {std::min(before.start, form.valid.start), std::max(before.end, form.valid.end)};
  }
}

void put_zone(JsonWriter& w, const judge::Zone& zone) {
  w.begin_object();
  if (zone.around_m > 0) w.key("around_m").number(zone.around_m);
  w.key("id").string(zone.id).key("kind").string(zone.kind).key("name").string(zone.name);
  if (!zone.party.empty()) w.key("party").string(zone.party);
  put_valid(w, zone.valid);
  w.end_object();
}

std::string feature_json(const GeoFeature& f, const judge::Agreement& agreement) {
  std::optional<Interval> valid;
  widen(agreement.zones, f.id, valid);
  widen(agreement.baselines, f.id, valid);
  std::vector<const judge::Zone*> zones;
  for (const auto& zone : agreement.zones) {
    if (zone.feature == f.id) zones.push_back(&zone);
  }
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("id").string(f.id).key("kind").string(f.kind).key("name").string(f.name);
  if (std::holds_alternative<LatLon>(f.shape)) w.key("rank").integer(f.rank);
  put_valid(w, valid.value_or(judge::kAlways));
  if (!zones.empty()) {
    w.key("zones").begin_array();
    for (const auto* zone : zones) put_zone(w, *zone);
    w.end_array();
  }
  w.end_object();
  return out;
}

std::string object_json(const std::string& id, const judge::ProtectedObject& object) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("id").string(id).key("kind").string("protected").key("name");
  w.string(object.name).key("protects").string(object.kind);
  w.key("radius_m").number(object.radius_m).end_object();
  return out;
}

}  // namespace

std::vector<serve::Row> area_rows(const Mission& mission) {
  std::vector<serve::Row> out;
  for (const GeoFeature& f : mission.features) {
    out.push_back(
        {f.id, std::nullopt, 0, feature_json(f, mission.agreement), f.id, geometry_of(f)});
  }
  for (const auto& object : mission.agreement.objects) {
    const std::string id = "protected/" + object.id;
    out.push_back({id, std::nullopt, 0, object_json(id, object), id, serve::Geometry{object.at}});
  }
  return out;
}

}  // namespace truce::app
