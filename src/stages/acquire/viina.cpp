// News-derived events (VIINA 2.0, Zhukov & Ayers 2023): one row per report and place, labels made
// by a machine. A row says that somebody wrote of something at a settlement, not that it happened:
// the means is "reported", the place reaches as far as the settlement's name, and the time is that
// of publication. A headline that names ten places is one origin: its rows share an upstream.

#include <array>

#include "base/hash.h"
#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"
#include "stages/acquire/targets.h"

namespace truce::acquire {

namespace {

struct Label {
  std::string_view name;
  EffectClass effect;
  WeaponClass weapon;
};
constexpr std::array<Label, 4> kLabels{
    {{"airstrike", EffectClass::kExplosionUndetermined, WeaponClass::kAircraft},
     {"artillery", EffectClass::kExplosionUndetermined, WeaponClass::kArtillery},
     {"uav", EffectClass::kExplosionUndetermined, WeaponClass::kUav},
     {"ied", EffectClass::kExplosionUndetermined, WeaponClass::kMine}}};

Item item_of(std::string_view labels) {
  Item item;
  item.count = Count::at_least(1);
  item.kind = labels;
  item.classes = ClassProbabilities::certain(EffectClass::kOther);
  for (const auto name : split(labels, '|')) {
    for (const Label& l : kLabels) {
      if (l.name != name || item.weapon != WeaponClass::kUnknown) continue;
      item.classes = ClassProbabilities::certain(l.effect);
      item.weapon = l.weapon;
    }
  }
  return item;
}

}  // namespace

Status read_viina(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("viina", context, sink);
  TRUCE_TRY(targets, TargetWords::parse(context.mapping, context.file));
  return read_table(
      bytes, context, {"datetime", "lon", "lat", "place_name", "event_type", "headline"}, emit,
      [&](Row& row, const Span& span) {
        Observation o;
        o.source = context.feed;
        const auto when = row.need("datetime");
        const LatLon at = row.place("lat", "lon");
        if (row.error()) return;
        if (when.size() <= 10 || when.substr(11) == "00:00:00") {
          o.when = day_interval(row.day("datetime"), context.zone);
          o.time_basis = TimeBasis::kDay;
        } else {
          const Interval published = row.readings("datetime", context.zone);
          o.when = {published.start - Duration::seconds(context.params.publication_lag_h * 3600),
                    published.end};
          o.time_basis = TimeBasis::kPublication;
          if (published.start < published.end) o.flags.emplace_back(kTimeAmbiguous);
        }
        if (row.error()) return;
        o.time_text = when;
        o.shape =
            NamedPlace{std::string(row.text("place_name")), at, context.params.settlement_radius_m};
        o.items.push_back(item_of(row.text("event_type")));
        o.means = {Means::kReported};
        o.p_real = context.params.label_reliability;
        o.text = row.text("headline");
        if (!o.text.empty())
          o.upstream = "headline sha256:" + to_hex(sha256(lower_ascii(trim(o.text)))).substr(0, 32);
        o.targets = targets.found_in(o.text);
        emit.observation(std::move(o), span);
      });
}

}  // namespace truce::acquire
