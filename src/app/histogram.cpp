#include "app/histogram.h"

#include "app/trend.h"
#include "base/json.h"

namespace truce::app {

namespace {

void put_counts(JsonWriter& w, const HistogramBin& bin) {
  constexpr std::array<Family, 5> kInOrder{Family::kBurstsAndShots, Family::kExplosion,
                                           Family::kIlluminationFlare, Family::kMuzzleFlash,
                                           Family::kProjectile};  // of their names
  w.key("counts").begin_object();
  for (const Family family : kInOrder) {
    const CountInterval& c = bin.families.at(static_cast<std::size_t>(family));
    if (c == CountInterval{}) continue;
    w.key(to_string(family)).begin_array().integer(c.low).integer(c.best);
    if (c.unbounded)
      w.null();
    else
      w.integer(c.high);
    w.end_array();
  }
  w.end_object();
}

}  // namespace

Histogram histogram_of(const IncidentIndex& index, const Interval& when, std::size_t bins) {
  TRUCE_ENSURE(bins >= 1 && bins <= kCountsMax);
  const auto n = static_cast<std::int64_t>(bins);
  const std::int64_t whole = when.length().ns / n;
  const std::int64_t rest = when.length().ns % n;
  TRUCE_ENSURE(whole >= 1);
  Histogram out{when, std::vector<HistogramBin>(bins), {}};
  const auto bound = [&](std::int64_t k) {
    return when.start + Duration{whole * k + rest * k / n};
  };
  for (std::int64_t k = 0; k < n; ++k)
    out.bins[static_cast<std::size_t>(k)].when = {bound(k), bound(k + 1)};
  std::size_t at = 0;
  for (const auto* i : index.in_time(when)) {  // by middle
    while (out.bins[at].when.end <= i->middle()) ++at;
    HistogramBin& bin = out.bins[at];
    ++bin.incidents;
    bin.unsharp += i->when.length() > bin.when.length() ? 1 : 0;
    for (const auto& [effect_class, count] : i->effects) {
      CountInterval& sum = bin.families.at(static_cast<std::size_t>(family_of(effect_class)));
      sum = sum + count;
    }
  }
  std::vector<std::int64_t> counts;
  for (const auto& bin : out.bins) counts.push_back(bin.incidents);
  for (const Stretch& s : stretches_of(counts)) {
    if (s.first > 0) out.change_points.push_back(out.bins[s.first].when.start);
  }
  return out;
}

std::string histogram_json(const Histogram& h) {
  std::string out;
  JsonWriter w(out);
  w.begin_object().key("bins").begin_array();
  for (const auto& bin : h.bins) {
    w.begin_object();
    put_counts(w, bin);
    w.key("end").string(to_text(bin.when.end)).key("incidents").integer(bin.incidents);
    w.key("start").string(to_text(bin.when.start));
    w.key("unsharp").integer(bin.unsharp).end_object();
  }
  w.end_array().key("change_points").begin_array();
  for (const Instant t : h.change_points) w.string(to_text(t));
  w.end_array().key("from").string(to_text(h.when.start));
  w.key("to").string(to_text(h.when.end)).end_object();
  return out;
}

}  // namespace truce::app
