#pragma once
// One list of fields per record, for whoever walks it: the writer, the reader and the schema
// (model/json.cpp). Fields stand in canonical order, which the writer enforces.
//
// A visitor takes required fields as v("key", member) and optional ones as v("key", member,
// default); an optional field that has its default is not written.

#include <type_traits>

#include "model/entry.h"
#include "model/records.h"

namespace truce::fields {

template <class R, class T>
concept Of = std::is_same_v<std::remove_const_t<R>, T>;

// A place written as GeoJSON geometry; see the overloads in json.cpp.
template <class T>
struct Geometry {
  T& value;
};
template <class T>
Geometry(T&) -> Geometry<T>;

const std::string kNone;

template <class V, Of<Interval> R>
void list(V& v, R& r) {
  v("end", r.end);
  v("start", r.start);
}
template <class V, Of<Count> R>
void list(V& v, R& r) {
  v("kind", r.kind);
  v("spread", r.spread, std::int64_t{0});
  v("upper", r.upper, std::int64_t{0});
  v("value", r.value);
}
template <class V, Of<CountInterval> R>
void list(V& v, R& r) {
  v("best", r.best);
  v("high", r.high, std::int64_t{0});
  v("low", r.low);
  v("unbounded", r.unbounded, false);
}
template <class V, Of<Origin> R>
void list(V& v, R& r) {
  v("feed", r.feed, kNone);
  v("file", r.file, kNone);
  v("format", r.format, kNone);
  v("length", r.length, std::uint64_t{0});
  v("line", r.line, std::uint64_t{0});
  v("offset", r.offset, std::uint64_t{0});
}
template <class V, Of<Item> R>
void list(V& v, R& r) {
  v("after_s", r.after_s, std::optional<double>{});
  v("classes", r.classes);
  v("count", r.count);
  v("from_deg", r.from_deg, std::optional<double>{});
  v("kind", r.kind, kNone);
  v("to_deg", r.to_deg, std::optional<double>{});
  v("weapon", r.weapon, WeaponClass::kUnknown);
  v("weapon_text", r.weapon_text, kNone);
}

// Shapes. The key "kind" tells them apart and is written by the variant itself, between these
// fields.
template <class V, Of<Nowhere> R>
void list(V&, R&) {}
template <class V, Of<PointShape> R>
void list(V& v, R& r) {
  v("cov_m2", r.cov_m2, 0.0);
  v("geometry", Geometry{r.at});
  v.kind("point");
  v("var_east_m2", r.var_east_m2);
  v("var_north_m2", r.var_north_m2);
}
template <class V, Of<AnnularSector> R>
void list(V& v, R& r) {
  v("azimuth_deg", r.azimuth_deg);
  v("edge_deg", r.edge_deg, 0.0);
  v("edge_m", r.edge_m, 0.0);
  v("geometry", Geometry{r.from});
  v("half_width_deg", r.half_width_deg);
  v.kind("annular_sector");
  v("range_max_m", r.range_max_m);
  v("range_min_m", r.range_min_m);
}
template <class V, Of<Bearing> R>
void list(V& v, R& r) {
  v("azimuth_deg", r.azimuth_deg);
  v("geometry", Geometry{r.from});
  v.kind("bearing");
  v("range_max_m", r.range_max_m);
  v("sigma_deg", r.sigma_deg);
}
template <class V, Of<Arrival> R>
void list(V& v, R& r) {
  v("at_time", r.at_time);
  v("geometry", Geometry{r.at});
  v("has_level", r.has_level, false);
  v.kind("arrival");
  v("level_db", r.level_db, 0.0);
  v("range_max_m", r.range_max_m);
  v("sigma_s", r.sigma_s);
  v("speed_m_s", r.speed_m_s);
  v("speed_sigma_m_s", r.speed_sigma_m_s, 0.0);
  v("wave", r.wave, Wave::kSound);
}
template <class V, Of<PixelFootprint> R>
void list(V& v, R& r) {
  v("geolocation_sigma_m", r.geolocation_sigma_m);
  v("geometry", Geometry{r.centre});
  v("heading_deg", r.heading_deg, 0.0);
  v.kind("pixel");
  v("scan_m", r.scan_m);
  v("track_m", r.track_m);
}
template <class V, Of<PolygonShape> R>
void list(V& v, R& r) {
  v("edge_m", r.edge_m, 0.0);
  v("geometry", Geometry{r.rings});
  v.kind("polygon");
}
template <class V, Of<NamedPlace> R>
void list(V& v, R& r) {
  v("geometry", Geometry{r.at});
  v.kind("named_place");
  v("name", r.name);
  v("radius_m", r.radius_m);
}
template <class V, Of<Track::Fix> R>
void list(V& v, R& r) {
  v("at", r.at);
  v("time", r.time);
}
template <class V, Of<Track> R>
void list(V& v, R& r) {
  v("fixes", r.fixes);
  v.kind("track");
  v("sigma_m", r.sigma_m);
}

template <class V, Of<Source> R>
void list(V& v, R& r) {
  v("at", r.at, std::optional<LatLon>{});
  v("clock_sigma_s", r.clock_sigma_s, 0.0);
  v("false_per_hour", r.false_per_hour, 0.0);
  v("id", r.id);
  v("kind", r.kind);
  v("name", r.name, kNone);
  v("noise_db", r.noise_db, std::optional<double>{});
  v("owner", r.owner, kNone);
  v("party", r.party, kNone);
  v("public_key", r.public_key, kNone);
  v("upstream", r.upstream, std::vector<std::string>{});
}
template <class V, Of<Health> R>
void list(V& v, R& r) {
  v("note", r.note, kNone);
  v("offset_s", r.offset_s, std::optional<double>{});
  v("sigma_s", r.sigma_s, std::optional<double>{});
  v("source", r.source);
  v("when", r.when);
  v("why", r.why);
}
template <class V, Of<Weather> R>
void list(V& v, R& r) {
  v("at", r.at);
  v("east_m_s", r.east_m_s);
  v("north_m_s", r.north_m_s);
  v("sound_speed_m_s", r.sound_speed_m_s);
  v("source", r.source);
  v("time", r.time);
}
template <class V, Of<Recording> R>
void list(V& v, R& r) {
  v("bytes", r.bytes);
  v("id", r.id, kNone);
  v("media_type", r.media_type);
  v("origin", r.origin, Origin{});
  v("sha256", r.sha256);
  v("source", r.source);
  v("when", r.when);
}
template <class V, Of<Observation> R>
void list(V& v, R& r) {
  v("assessor", r.assessor, kNone);
  v("corrects", r.corrects, kNone);
  v("derived_from", r.derived_from, std::vector<std::string>{});
  v("echoes", r.echoes, std::vector<std::string>{});
  v("flags", r.flags, std::vector<std::string>{});
  v("id", r.id, kNone);
  v("items", r.items);
  v("means", r.means, std::vector<Means>{});
  v("ordered", r.ordered, false);
  v("origin", r.origin, Origin{});
  v("p_real", r.p_real, 1.0);
  v("position", r.position, kNone);
  v("shape", r.shape);
  v("shock_waves", r.shock_waves, std::vector<std::string>{});
  v("source", r.source);
  v("targets", r.targets, std::vector<std::string>{});
  v("text", r.text, kNone);
  v("time_basis", r.time_basis, TimeBasis::kStated);
  v("time_text", r.time_text, kNone);
  v("upstream", r.upstream, kNone);
  v("when", r.when);
}
template <class V, Of<Claim> R>
void list(V& v, R& r) {
  v("accused_party", r.accused_party, kNone);
  v("as_of", r.as_of);
  v("claimant", r.claimant);
  v("claimant_party", r.claimant_party, kNone);
  v("count", r.count);
  v("denial", r.denial, false);
  v("id", r.id, kNone);
  v("metric", r.metric);
  v("note", r.note, kNone);
  v("origin", r.origin, Origin{});
  v("parts", r.parts, std::vector<Count>{});
  v("period_text", r.period_text, kNone);
  v("topic", r.topic, kNone);
  v("unit", r.unit, kNone);
  v("url", r.url, kNone);
  v("when", r.when);
}
template <class V, Of<Notice> R>
void list(V& v, R& r) {
  v("id", r.id, kNone);
  v("kind", r.kind);
  v("origin", r.origin, Origin{});
  v("party", r.party, kNone);
  v("shape", r.shape);
  v("text", r.text, kNone);
  v("when", r.when);
}
template <class V, Of<Effect> R>
void list(V& v, R& r) {
  v("calibre_mm", r.calibre_mm, 0.0);
  v("classes", r.classes);
  v("count", r.count);
  v("effect_class", r.effect_class);
  v("evidence", r.evidence);
  v("system", r.system, kNone);
  v("weapon", r.weapon, WeaponClass::kUnknown);
}
template <class V, Of<Posterior> R>
void list(V& v, R& r) {
  v("best", r.best);
  v("radius_m", r.radius_m, 0.0);
  v("region", r.region);
}
template <class V, Of<Evidence> R>
void list(V& v, R& r) {
  v("chain", r.chain);
  v("observation", r.observation);
  v("source", r.source);
  v("weight", r.weight);
}
template <class V, Of<Incident> R>
void list(V& v, R& r) {
  v("effects", r.effects);
  v("evidence", r.evidence);
  v("flags", r.flags, std::vector<std::string>{});
  v("id", r.id);
  v("notices", r.notices, std::vector<std::string>{});
  v("p_real", r.p_real);
  v("place", r.place);
  v("targets", r.targets, std::vector<std::string>{});
  v("time_basis", r.time_basis, TimeBasis::kStated);
  v("version", r.version);
  v("violations", r.violations);
  v("when", r.when);
}
template <class V, Of<Reason> R>
void list(V& v, R& r) {
  v("args", r.args, std::vector<std::string>{});
  v("fact", r.fact);
  v("message", r.message, kNone);
  v("probability", r.probability);
  v("words", r.words);
}
template <class V, Of<Finding> R>
void list(V& v, R& r) {
  v("evidence", r.evidence, std::vector<std::string>{});
  v("id", r.id);
  v("missing_fact", r.missing_fact, kNone);
  v("probability", r.probability);
  v("provision", r.provision);
  v("reading", r.reading);
  v("reasons", r.reasons);
  v("standard_of_proof", r.standard_of_proof);
  v("subject", r.subject);
  v("threshold", r.threshold);
  v("value", r.value);
  v("version", r.version);
}
template <class V, Of<Attribution::Alternative> R>
void list(V& v, R& r) {
  v("args", r.args, std::vector<std::string>{});
  v("message", r.message, kNone);
  v("party", r.party);
  v("probability", r.probability);
  v("words", r.words, kNone);
}
template <class V, Of<Attribution> R>
void list(V& v, R& r) {
  v("alternatives", r.alternatives);
  v("subject", r.subject);
}
template <class V, Of<Difference::Side> R>
void list(V& v, R& r) {
  v("probability", r.probability);
  v("reading", r.reading);
  v("value", r.value);
}
template <class V, Of<Difference> R>
void list(V& v, R& r) {
  v("facts", r.facts);
  v("id", r.id);
  v("provision", r.provision);
  v("sides", r.sides);
  v("subject", r.subject);
  v("version", r.version);
}
template <class V, Of<Quiet> R>
void list(V& v, R& r) {
  v("coverage", r.coverage, std::optional<double>{});
  v("detections", r.detections);
  v("effect_class", r.effect_class);
  v("sector", r.sector);
  v("upper_bound", r.upper_bound, std::optional<double>{});
  v("when", r.when);
}
template <class V, Of<Event> R>
void list(V& v, R& r) {
  v("corrects", r.corrects, kNone);
  v("id", r.id, kNone);
  v("name", r.name);
  v("origin", r.origin, Origin{});
  v("p_real", r.p_real, 1.0);
  v("party", r.party, kNone);
  v("sector", r.sector, kNone);
  v("text", r.text, kNone);
  v("when", r.when);
}
template <class V, Of<Signature> R>
void list(V& v, R& r) {
  v("breach", r.breach);
  v("escalation", r.escalation);
  v("id", r.id, kNone);
  v("origin", r.origin, Origin{});
  v("signer", r.signer);
  v("tier", r.tier);
  v("when", r.when);
}
template <class V, Of<Gate> R>
void list(V& v, R& r) {
  v("args", r.args, std::vector<std::string>{});
  v("id", r.id);
  v("message", r.message, kNone);
  v("since", r.since);
  v("state", r.state);
  v("why", r.why, kNone);
}
template <class V, Of<Case> R>
void list(V& v, R& r) {
  v("findings", r.findings);
  v("id", r.id);
  v("replies", r.replies, std::vector<std::string>{});
  v("ruling", r.ruling, kNone);
  v("stage", r.stage);
}
template <class V, Of<Statement> R>
void list(V& v, R& r) {
  v("about", r.about, kNone);
  v("id", r.id, kNone);
  v("origin", r.origin, Origin{});
  v("party", r.party, kNone);
  v("quote", r.quote);
  v("speaker", r.speaker);
  v("url", r.url, kNone);
  v("when", r.when);
}
template <class V, Of<Bulletin> R>
void list(V& v, R& r) {
  v("audience", r.audience);
  v("issued", r.issued);
  v("number", r.number);
  v("sha256", r.sha256);
  v("version", r.version);
}
template <class V, Of<ClassTotal> R>
void list(V& v, R& r) {
  v("count", r.count);
  v("effect_class", r.effect_class);
}
template <class V, Of<StatedTotal> R>
void list(V& v, R& r) {
  v("explosion_classes", r.explosion_classes, std::vector<ClassTotal>{});
  v("explosions", r.explosions, std::optional<std::int64_t>{});
  v("families", r.families, std::vector<std::int64_t>{});
  v("id", r.id, kNone);
  v("issued", r.issued);
  v("note", r.note, kNone);
  v("origin", r.origin, Origin{});
  v("period_days", r.period_days, 1);
  v("previous", r.previous, std::optional<std::int64_t>{});
  v("previous_means", r.previous_means, kNone);
  v("region", r.region);
  v("report", r.report);
  v("url", r.url, kNone);
  v("violations", r.violations, std::optional<std::int64_t>{});
  v("when", r.when);
}
template <class V, Of<Rejection> R>
void list(V& v, R& r) {
  v("expected", r.expected, kNone);
  v("field", r.field, kNone);
  v("origin", r.origin, Origin{});
  v("reason", r.reason);
}
template <class V, Of<ComplaintNote> R>
void list(V& v, R& r) {
  v("kind", r.kind);
  v("origin", r.origin, Origin{});
  v("text", r.text);
  v("when", r.when, std::optional<Interval>{});
}
template <class V, Of<FeedMark> R>
void list(V& v, R& r) {
  v("bytes", r.bytes);
  v("feed", r.feed);
  v("file", r.file);
  v("known_bytes", r.known_bytes, std::uint64_t{0});
  v("reading", r.reading, kNone);
  v("sha256", r.sha256);
}
template <class V, Of<Tick> R>
void list(V& v, R& r) {
  v("time", r.time);
}

}  // namespace truce::fields
