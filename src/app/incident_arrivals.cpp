#include "app/incident_arrivals.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "app/sound_blocks.h"
#include "base/geo.h"
#include "base/json.h"
#include "model/json.h"

namespace truce::app {

namespace {

constexpr std::size_t kBlocksMax = 24;
constexpr std::size_t kEffectsMax = 500;

Result<std::optional<Observation>> stored(ledger::Store& store, const std::string& id) {
  TRUCE_TRY(row, store.observation(id));
  if (!row) return std::optional<Observation>();
  TRUCE_TRY(o, ledger::from_store<Observation>(row->json));
  return std::optional(std::move(o));
}

Instant middle_of(const Observation& o) {
  return o.when.start + Duration{(o.when.end - o.when.start).ns / 2};
}

// Effects that were located, with the most arrivals first.
Result<std::vector<Observation>> effects_of(ledger::Store& store, const Incident& incident) {
  std::vector<Observation> out;
  for (const Evidence& e : incident.evidence) {
    TRUCE_TRY(o, stored(store, e.observation));
    if (o && !o->derived_from.empty() && std::holds_alternative<PointShape>(o->shape))
      out.push_back(*std::move(o));
  }
  std::sort(out.begin(), out.end(), [](const Observation& a, const Observation& b) {
    return std::tuple(b.derived_from.size(), a.id) < std::tuple(a.derived_from.size(), b.id);
  });
  if (out.size() > kEffectsMax)
    return make_error(ErrorCode::kLimit, "it has " + std::to_string(out.size()) + " effects", {},
                      "at most " + std::to_string(kEffectsMax));
  return out;
}

using Expected = std::map<std::string, fuse::ExpectedArrival>;

Result<Expected> expected_of(const Mission& mission, ledger::Store& store,
                             const std::vector<Observation>& effects) {
  std::set<Instant> blocks;
  for (const auto& o : effects) blocks.insert(fuse::block_of(o));
  if (blocks.size() > kBlocksMax)
    return make_error(ErrorCode::kLimit, "its effects are of too many hours", {},
                      "at most " + std::to_string(kBlocksMax));
  Expected out;
  for (const Instant block : blocks) {
    TRUCE_TRY(located, locate_block(mission, store, block, 1));
    for (auto& e : located.expected) out.emplace(e.id, std::move(e));
  }
  return out;
}

// By the speed that the arrival names: of what had no part in the fit.
fuse::ExpectedArrival by_own_speed(const Observation& o, const Arrival& a,
                                   const Observation& effect) {
  const double distance_m =
      geodesic_between(std::get<PointShape>(effect.shape).at, a.at).distance_m;
  const double travel_s = distance_m / a.speed_m_s;
  const double unsure_s = travel_s * a.speed_sigma_m_s / a.speed_m_s;
  return {o.id, middle_of(effect) + Duration::seconds(travel_s), std::hypot(a.sigma_s, unsure_s),
          distance_m};
}

void put_arrival(JsonWriter& w, const Observation& o, const Arrival& a, const Observation& effect,
                 const fuse::ExpectedArrival& expected, bool is_used) {
  w.begin_object().key("distance_m").number(std::round(expected.distance_m));
  w.key("effect").string(effect.id).key("observation").string(o.id);
  w.key("predicted").string(to_text(expected.time));
  const double residual_s = (a.at_time - expected.time).in_seconds();
  w.key("residual_s").number(std::round(residual_s * 1e4) / 1e4);
  w.key("sigma_s").number(std::round(expected.sigma_s * 1e4) / 1e4);
  w.key("source").string(o.source).key("time").string(to_text(a.at_time));
  w.key("used").boolean(is_used).end_object();
}

class Writing {
 public:
  Writing(ledger::Store& store, const Expected& expected, JsonWriter& w)
      : store_(store), expected_(expected), w_(w) {}
  Status arrivals(const Observation& effect) {
    for (const auto& id : effect.derived_from) TRUCE_CHECK_OK(arrival(id, effect, true));
    for (const auto& id : effect.echoes) TRUCE_CHECK_OK(arrival(id, effect, false));
    for (const auto& id : effect.shock_waves) TRUCE_CHECK_OK(arrival(id, effect, false));
    return done();
  }

 private:
  // Bearings and pixels that an effect rests on as well have no time of travel.
  Status arrival(const std::string& id, const Observation& effect, bool is_of_it) {
    TRUCE_TRY(o, stored(store_, id));
    if (!o || !fuse::is_sound(*o)) return done();
    const Arrival& a = std::get<Arrival>(o->shape);
    const auto fitted = expected_.find(id);
    const bool is_used = is_of_it && fitted != expected_.end();
    put_arrival(w_, *o, a, effect, is_used ? fitted->second : by_own_speed(*o, a, effect), is_used);
    return done();
  }
  ledger::Store& store_;
  const Expected& expected_;
  JsonWriter& w_;
};

void put_origin(JsonWriter& w, const Observation& effect) {
  const LatLon at = std::get<PointShape>(effect.shape).at;
  w.begin_object().key("effect").string(effect.id).key("geometry").begin_object();
  w.key("coordinates").begin_array().number(at.lon_deg()).number(at.lat_deg()).end_array();
  w.key("type").string("Point").end_object();
  w.key("time").string(to_text(middle_of(effect))).end_object();
}

}  // namespace

Result<std::string> arrivals_json(const Mission& mission, ledger::Store& store,
                                  std::string_view id) {
  TRUCE_TRY(incident, store.incident(id));
  if (!incident)
    return make_error(ErrorCode::kNotFound, "there is no incident \"" + std::string(id) + "\"");
  TRUCE_TRY(effects, effects_of(store, *incident));
  TRUCE_TRY(expected, expected_of(mission, store, effects));
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("arrivals").begin_array();
  Writing writing(store, expected, w);
  for (const auto& effect : effects) TRUCE_CHECK_OK(writing.arrivals(effect));
  w.end_array().key("origin");
  if (effects.empty()) {
    w.null();
  } else {
    put_origin(w, effects.front());
  }
  w.key("origins").begin_array();
  for (const auto& effect : effects) put_origin(w, effect);
  w.end_array().end_object();
  return out;
}

}  // namespace truce::app
