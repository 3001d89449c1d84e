// Arrivals of sound and of waves in the ground: a sensor heard a phase at a time, give or take σ.
// Two forms: with coordinates of the sensor in the row or in the mission's sources, and of the
// scenes on a plane, whose sensors the mission registers as sources. Times are UTC, or seconds
// after the mapping's `epoch`.

#include <toml++/toml.h>

#include <cmath>
#include <unordered_map>

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

constexpr double kSoundSpeedMS = 340;      // air at 15 °C, still
constexpr double kSoundSpeedSigmaMS = 15;  // temperature and wind along the path
constexpr double kRangeMaxM = 30'000;
constexpr double kPSpeedMS = 6000, kSSpeedMS = 3500;  // of the upper crust
constexpr double kGroundSpeedSigmaMS = 1000;
constexpr double kGroundRangeMaxM = 500'000;
constexpr double kSigmaMaxS = 600;

Result<Instant> epoch_of(const Context& context) {
  if (context.mapping.empty()) return Instant{};
  try {
    const toml::table t = toml::parse(context.mapping);
    if (const auto text = t["epoch"].value<std::string>()) return parse_instant(*text);
    return Instant{};
  } catch (const toml::parse_error& e) {
    return make_error(ErrorCode::kBadMission, std::string(e.description()),
                      {.source = context.file, .line = e.source().begin.line}, "TOML");
  }
}

using Sensors = std::unordered_map<std::string_view, const Source*>;

Sensors registered(const Context& context) {
  Sensors out;
  for (const auto& s : context.sources) out.emplace(s.id, &s);
  return out;
}

// As the row says; without a word that of the sensor's kind.
Wave wave_of(Row& row, const Source* sensor) {
  if (const std::string word(trim(row.text("phase"))); !word.empty()) {
    const auto wave = wave_from(word);
    if (!wave) row.fail("phase", "\"" + word + "\" is no phase", "P, S, ground or sound");
    return wave.value_or(Wave::kSound);
  }
  return sensor != nullptr && sensor->kind == SourceKind::kSeismicStation ? Wave::kGround
                                                                          : Wave::kSound;
}

Instant time_of(Row& row, Instant epoch) {
  if (row.has("time")) return row.time("time", Zone::utc());
  const double seconds = row.number("time_s", -1e8, 4e9);
  return epoch + Duration{std::llround(seconds * 1e9)};
}

}  // namespace

Status read_arrivals(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("arrivals", context, sink);
  TRUCE_TRY(epoch, epoch_of(context));
  const Sensors sensors = registered(context);
  return read_table(bytes, context, {"sensor", "sigma_s"}, emit, [&](Row& row, const Span& span) {
    Observation o;
    o.source = trim(row.need("sensor"));
    o.position = o.source;
    Arrival a;
    if (!row.has("time") && !row.has("time_s"))
      row.fail("time", "there is no time", "a column time or time_s");
    if (!row.error()) a.at_time = time_of(row, epoch);
    a.sigma_s = row.number("sigma_s", 0, kSigmaMaxS);
    if (!row.error() && !(a.sigma_s > 0))
      row.fail("sigma_s", "is not above 0", "seconds, one sigma");
    if (const auto level = row.maybe_number("level_db", -50, 250)) {
      a.level_db = *level;
      a.has_level = true;
    }
    const auto known = sensors.find(o.source);
    const Source* sensor = known == sensors.end() ? nullptr : known->second;
    a.wave = wave_of(row, sensor);
    const bool sound = a.wave == Wave::kSound;
    a.speed_m_s = row.maybe_number("speed_m_s", 200, 9000)
                      .value_or(sound                ? kSoundSpeedMS
                                : a.wave == Wave::kS ? kSSpeedMS
                                                     : kPSpeedMS);
    a.speed_sigma_m_s = sound ? kSoundSpeedSigmaMS : kGroundSpeedSigmaMS;
    a.range_max_m = sound ? kRangeMaxM : kGroundRangeMaxM;
    if (row.error()) return;
    o.when = {a.at_time, a.at_time + Duration::whole_seconds(1)};
    const auto at = row.has("latitude") ? std::optional(row.place("latitude", "longitude"))
                    : sensor != nullptr ? sensor->at
                                        : std::nullopt;
    if (row.error()) return;
    if (at) {
      a.at = *at;
      o.shape = a;
    } else {
      o.flags.emplace_back("position_unknown");
    }
    o.items.push_back(
        {Count::at_least(1), ClassProbabilities::certain(EffectClass::kExplosionUndetermined)});
    o.means = {Means::kDetected};
    emit.observation(std::move(o), span);
  });
}

}  // namespace truce::acquire
