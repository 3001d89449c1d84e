#include "stages/release/release.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "model/json.h"
#include "stages/release/coarse.h"
#include "stages/release/internal/rules.h"

namespace truce::release {

namespace {

namespace dom = simdjson::dom;

std::string_view word_of(Audience audience) {
  switch (audience) {
    case Audience::kStaff:
      return "staff";
    case Audience::kCommission:
      return "commission";
    case Audience::kLiaison:
      return "liaison";
    case Audience::kForce:
      return "force";
    case Audience::kPublic:
      return "public";
  }
  return {};
}

std::string purpose_of(Audience audience, std::string_view use) {
  return std::string(word_of(audience)) + " " + std::string(use);
}

Duration seconds_of(double s) { return Duration::whole_seconds(std::llround(s)); }

// How far a region reaches from a place, in metres.
double reach_from(LatLon at, const MultiPolygonRings& region) {
  double out = 0;
  for (const auto& part : region) {
    for (const LatLon& corner : part.outer)
      out = std::max(out, geodesic_between(at, corner).distance_m);
  }
  return out;
}

// Somewhere within its bounds: only its cell is told.
std::optional<LatLon> middle_of(const MultiPolygonRings& region) {
  double south = 90, north = -90, west = 180, east = -180;
  for (const auto& part : region) {
    for (const LatLon& corner : part.outer) {
      south = std::min(south, corner.lat_deg());
      north = std::max(north, corner.lat_deg());
      west = std::min(west, corner.lon_deg());
      east = std::max(east, corner.lon_deg());
    }
  }
  const auto at = LatLon::from_degrees((south + north) / 2, (west + east) / 2);
  if (region.empty() || !at.ok()) return std::nullopt;
  return *at;
}

Result<std::optional<MultiPolygonRings>> place_of(PlaceOf kind, const Given& given, double cell_m) {
  if (kind == PlaceOf::kShape) {
    TRUCE_TRY(notice, from_json<Notice>(given.json));
    const auto region = outline(notice.shape);
    const auto at = middle_of(region);
    if (!at) return std::optional<MultiPolygonRings>();
    return std::optional(block_around(*at, cell_m, reach_from(*at, region)));
  }
  if (kind != PlaceOf::kIncident) return std::optional<MultiPolygonRings>();
  TRUCE_TRY(incident, from_json<Incident>(given.json));
  if (!incident.place.known()) return std::optional<MultiPolygonRings>();
  LatLon at = incident.place.best;
  double reach_m =
      std::max(incident.place.radius_m, reach_from(at, outline(incident.place.region)));
  if (!given.first_json.empty()) {
    TRUCE_TRY(first, from_json<Incident>(given.first_json));
    if (first.place.known()) {
      reach_m += geodesic_between(first.place.best, at).distance_m;
      at = first.place.best;
    }
  }
  return std::optional(block_around(at, cell_m, reach_m));
}

// What leaves of one record, written field by field.
class Writing {
 public:
  Writing(std::string& out, const Releaser& releaser, Audience audience)
      : w_(out), releaser_(releaser), audience_(audience), to_(releaser.coarseness(audience)) {}

  Status object(const dom::object& from, const std::vector<Field>& fields, bool is_record) {
    bool is_said = !is_record;
    w_.begin_object();
    for (const auto field : from) {
      const auto it = std::find_if(fields.begin(), fields.end(),
                                   [&](const Field& f) { return f.name == field.key; });
      if (it == fields.end()) continue;
      if (!is_said && field.key > kReleased) {
        say_how();
        is_said = true;
      }
      w_.key(field.key);
      TRUCE_CHECK_OK(value(field.value, *it));
    }
    if (!is_said) say_how();
    w_.end_object();
    return done();
  }

 private:
  static constexpr std::string_view kReleased = "released";
  void say_how() {
    w_.key(kReleased).begin_object().key("delay_s").integer(to_.delay.ns / 1'000'000'000);
    w_.key("place_km").number(to_.cell_m / 1000).end_object();
  }
  static Error damaged(const Field& field) {
    return make_error(ErrorCode::kCorrupt, "a record has a field of another kind",
                      {.source = "record", .field = std::string(field.name)});
  }
  Status value(const dom::element& from, const Field& field) {
    switch (field.as) {
      case As::kCopy:
        return copy(from);
      case As::kTenths: {
        double share = 0;
        if (from.is_null()) return copy(from);
        if (from.get(share) != simdjson::SUCCESS) return damaged(field);
        w_.number(std::round(share * 10) / 10);
        return done();
      }
      case As::kTime:
        return time(from, field);
      case As::kWhen:
        return when(from, field);
      case As::kId: {
        std::string_view id;
        if (from.get(id) != simdjson::SUCCESS) return damaged(field);
        w_.string(releaser_.sealed_id(audience_, id));
        return done();
      }
      case As::kIds:
        return ids(from, field);
      case As::kEach:
        return each(from, field);
    }
    return damaged(field);
  }
  Status time(const dom::element& from, const Field& field) {
    std::string_view text;
    if (from.get(text) != simdjson::SUCCESS) return damaged(field);
    TRUCE_TRY(at, parse_instant(text));
    w_.string(to_text(horizon(at, {}, to_.round)));
    return done();
  }
  Status when(const dom::element& from, const Field& field) {
    std::string_view start, end;
    if (from["start"].get(start) != simdjson::SUCCESS || from["end"].get(end) != simdjson::SUCCESS)
      return damaged(field);
    TRUCE_TRY(begins, parse_instant(start));
    TRUCE_TRY(ends, parse_instant(end));
    const Interval told = rounded({begins, ends}, to_.round);
    w_.begin_object().key("end").string(to_text(told.end));
    w_.key("start").string(to_text(told.start)).end_object();
    return done();
  }
  Status ids(const dom::element& from, const Field& field) {
    dom::array all;
    if (from.get(all) != simdjson::SUCCESS) return damaged(field);
    w_.begin_array();
    for (const auto element : all) TRUCE_CHECK_OK(value(element, {field.name, As::kId}));
    w_.end_array();
    return done();
  }
  Status each(const dom::element& from, const Field& field) {
    dom::array all;
    if (from.get(all) != simdjson::SUCCESS) return damaged(field);
    w_.begin_array();
    for (const auto element : all) {
      dom::object one;
      if (element.get(one) != simdjson::SUCCESS) return damaged(field);
      TRUCE_CHECK_OK(object(one, field.inside, false));
    }
    w_.end_array();
    return done();
  }
  Status copy(const dom::element& from) {
    TRUCE_TRY(same, canonicalize(simdjson::minify(from)));
    w_.raw(same);
    return done();
  }

  JsonWriter w_;
  const Releaser& releaser_;
  Audience audience_;
  Coarseness to_;
};

bool is_text(const dom::object& record, std::string_view key, std::string_view text) {
  std::string_view found;
  return record[key].get(found) == simdjson::SUCCESS && found == text;
}

bool tells_own_id(const Rule& rule) {
  return std::any_of(rule.fields.begin(), rule.fields.end(),
                     [](const Field& f) { return f.name == "id" && f.as == As::kCopy; });
}

}  // namespace

Coarseness coarseness_of(const Params& p, Audience audience) {
  const auto delay = [](double hours) { return seconds_of(hours * 3600); };
  switch (audience) {
    case Audience::kStaff:
      return {};
    case Audience::kCommission:
      return {p.commission_cell_m, {}, seconds_of(p.commission_round_s)};
    case Audience::kForce:
      return {p.force_cell_m, {}, seconds_of(p.force_round_s)};
    case Audience::kLiaison:
      return {p.liaison_cell_m, delay(p.liaison_delay_h), seconds_of(p.liaison_round_s)};
    case Audience::kPublic:
      return {p.public_cell_m, delay(p.public_delay_h), seconds_of(p.public_round_s)};
  }
  return {};
}

Result<std::optional<Released>> Releaser::release(const Recipient& to, const Given& given,
                                                  Instant now) const {
  TRUCE_ENSURE(to.audience != Audience::kStaff);
  const std::optional<Released> nothing;
  const Rule* rule = rule_for(to.audience, given.collection);
  if (rule == nullptr) return nothing;
  const Coarseness how = coarseness(to.audience);
  Released out;
  if (given.when) {
    out.when = rounded(*given.when, how.round);
    const auto latest = horizon_for(to.audience, now);
    if (latest && out.when->end > *latest) return nothing;
  }
  dom::parser parser;
  dom::object record;
  if (parser.parse(given.json).get(record) != simdjson::SUCCESS)
    return make_error(ErrorCode::kCorrupt, "a record is no JSON object",
                      {.source = std::string(given.collection)});
  const bool is_anothers = to.audience == Audience::kLiaison && !rule->own.empty() &&
                           (to.party.empty() || !is_text(record, rule->own, to.party));
  const bool is_kept_back = !rule->unless.empty() && is_text(record, "kind", rule->unless);
  if (is_anothers || is_kept_back) return nothing;
  out.id = tells_own_id(*rule) ? std::string(given.id) : sealed_id(to.audience, given.id);
  TRUCE_TRY(place, place_of(rule->place, given, how.cell_m));
  out.place = std::move(place);
  out.keeps_geometry = rule->place == PlaceOf::kKept;
  Writing writing(out.json, *this, to.audience);
  TRUCE_CHECK_OK(writing.object(record, rule->fields, true));
  return std::optional(std::move(out));
}

std::optional<Instant> Releaser::horizon_for(Audience audience, Instant now) const {
  const Coarseness how = coarseness(audience);
  if (how.delay.ns == 0) return std::nullopt;
  return horizon(now, how.delay, how.round);
}

std::string Releaser::sealed_id(Audience audience, std::string_view id) const {
  return sealed(key_, purpose_of(audience, "id"), id);
}

std::optional<std::string> Releaser::opened_id(Audience audience, std::string_view id) const {
  return opened(key_, purpose_of(audience, "id"), id);
}

std::string Releaser::sealed_cursor(Audience audience, std::string_view cursor) const {
  return sealed(key_, purpose_of(audience, "cursor"), cursor);
}

std::optional<std::string> Releaser::opened_cursor(Audience audience,
                                                   std::string_view cursor) const {
  return opened(key_, purpose_of(audience, "cursor"), cursor);
}

}  // namespace truce::release
