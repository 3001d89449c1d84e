// Our own format: one record per line, with its kind. An id may be left out; one that does not fit
// the content is refused, because everything else would point at something else.

#include <simdjson.h>

#include <cmath>
#include <optional>

#include "base/json.h"
#include "model/identity.h"
#include "model/json.h"
#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

constexpr const char* kKinds =
    "observation, claim, notice, source, health, weather, quiet, event, signature, statement or "
    "stated_total";

template <class R, class Id>
Status check_id(const R& r, const Context& context, Id id_of) {
  if (r.id.empty()) return done();
  R own = r;
  own.origin.feed = context.feed;
  if (id_of(own) != r.id)
    return bad_input("the id does not follow from the record", {.field = "record.id"},
                     id_of(own) + ", or none");
  return done();
}

// The parts of a line that is written as we write it, {"kind":"…","record":…}, without parsing it;
// nothing when it is not. The record is whatever stands there.
struct LineParts {
  std::string_view kind;
  std::string_view record;
};
std::optional<LineParts> as_written(std::string_view line) {
  constexpr std::string_view kBefore = R"({"kind":")";
  constexpr std::string_view kBetween = R"(","record":)";
  if (line.substr(0, kBefore.size()) != kBefore || line.back() != '}') return std::nullopt;
  const std::size_t quote = line.find('"', kBefore.size());
  if (quote == std::string_view::npos || line.substr(quote, kBetween.size()) != kBetween)
    return std::nullopt;
  const std::size_t record = quote + kBetween.size();
  return LineParts{line.substr(kBefore.size(), quote - kBefore.size()),
                   line.substr(record, line.size() - 1 - record)};
}

Status take(Observation r, const Context& context, Emitter& emit, const Span& span) {
  TRUCE_CHECK_OK(check_id(r, context, observation_id));
  if (r.items.empty())
    return bad_input("an observation of nothing", {.field = "record.items"}, "one item or more");
  if (!r.derived_from.empty() || !r.echoes.empty() || !r.shock_waves.empty())
    return bad_input("what was derived is not observed",
                     {.field = !r.derived_from.empty() ? "record.derived_from"
                               : !r.echoes.empty()     ? "record.echoes"
                                                       : "record.shock_waves"},
                     "an observation as its source made it");
  if (r.when.end < r.when.start)
    return bad_input("the interval ends before it starts", {.field = "record.when"});
  if (!(r.p_real >= 0 && r.p_real <= 1))
    return bad_input("is not a probability", {.field = "record.p_real"}, "0 to 1");
  emit.observation_read(std::move(r), span);
  return done();
}

// What no station on the ground reads is one that fails, or in other units.
Status check_weather(const Weather& w) {
  constexpr double kWindMaxMS = 80, kSoundMinMS = 250, kSoundMaxMS = 400;
  if (!(std::hypot(w.east_m_s, w.north_m_s) <= kWindMaxMS))
    return bad_input("no wind is so strong", {.field = "record.east_m_s"}, "at most 80 m/s");
  if (!(kSoundMinMS <= w.sound_speed_m_s && w.sound_speed_m_s <= kSoundMaxMS))
    return bad_input("is not the speed of sound in air", {.field = "record.sound_speed_m_s"},
                     "250 to 400 m/s");
  return done();
}

// Bounds that a record states of itself.
Status check_quiet(const Quiet& q) {
  if (q.coverage && !(*q.coverage >= 0 && *q.coverage <= 1))
    return bad_input("is not a share", {.field = "record.coverage"}, "0 to 1, or left out");
  if (q.upper_bound && !(*q.upper_bound >= 0))
    return bad_input("is not a bound", {.field = "record.upper_bound"}, "0 or more, or left out");
  if (q.detections < 0) return bad_input("is negative", {.field = "record.detections"}, "a count");
  if (q.when.end <= q.when.start)
    return bad_input("has no length", {.field = "record.when"}, "a window of time");
  return done();
}
Status check_event(const Event& e) {
  if (e.name.empty())
    return bad_input("the event has no name", {.field = "record.name"},
                     "as the agreement calls it");
  if (e.when.end < e.when.start)
    return bad_input("the interval ends before it starts", {.field = "record.when"});
  if (!(e.p_real >= 0 && e.p_real <= 1))
    return bad_input("is not a probability", {.field = "record.p_real"}, "0 to 1");
  return done();
}

Status take_record(std::string_view k, std::string_view json, const Context& context, Emitter& emit,
                   const Span& span) {
  if (k == "observation") {
    TRUCE_TRY(r, from_json<Observation>(json));
    return take(std::move(r), context, emit, span);
  } else if (k == "claim") {
    TRUCE_TRY(r, from_json<Claim>(json));
    TRUCE_CHECK_OK(check_id(r, context, claim_id));
    emit.claim(std::move(r), span);
  } else if (k == "notice") {
    TRUCE_TRY(r, from_json<Notice>(json));
    TRUCE_CHECK_OK(check_id(r, context, notice_id));
    emit.notice(std::move(r), span);
  } else if (k == "statement") {
    TRUCE_TRY(r, from_json<Statement>(json));
    TRUCE_CHECK_OK(check_id(r, context, statement_id));
    emit.statement(std::move(r), span);
  } else if (k == "quiet") {
    TRUCE_TRY(r, from_json<Quiet>(json));
    TRUCE_CHECK_OK(check_quiet(r));
    emit.quiet(r, span);
  } else if (k == "event") {
    TRUCE_TRY(r, from_json<Event>(json));
    TRUCE_CHECK_OK(check_event(r));
    TRUCE_CHECK_OK(check_id(r, context, event_id));
    emit.event(std::move(r), span);
  } else if (k == "signature") {
    TRUCE_TRY(r, from_json<Signature>(json));
    TRUCE_CHECK_OK(check_id(r, context, signature_id));
    emit.signature(std::move(r), span);
  } else if (k == "stated_total") {
    TRUCE_TRY(r, from_json<StatedTotal>(json));
    TRUCE_CHECK_OK(check_id(r, context, stated_total_id));
    emit.total(std::move(r), span);
  } else if (k == "source") {
    TRUCE_TRY(r, from_json<Source>(json));
    emit.source(r, span);
  } else if (k == "health") {
    TRUCE_TRY(r, from_json<Health>(json));
    emit.health(r, span);
  } else if (k == "weather") {
    TRUCE_TRY(r, from_json<Weather>(json));
    TRUCE_CHECK_OK(check_weather(r));
    emit.weather(r, span);
  } else {
    return bad_input("\"" + to_valid_utf8(k.substr(0, 40)) + "\" is not a kind", {.field = "kind"},
                     kKinds);
  }
  return done();
}

Status read_line(std::string_view line, const Context& context, Emitter& emit, const Span& span) {
  // Most lines are observations in our own hand, whose record need not be cut out by parsing first.
  // What the short way does not take, the long way judges.
  if (const auto parts = as_written(line); parts && parts->kind == "observation") {
    auto r = from_json<Observation>(parts->record);
    if (r.ok()) return take(*std::move(r), context, emit, span);
  }
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element root;
  std::string_view kind;
  simdjson::dom::element record;
  if (const auto e = parser.parse(line.data(), line.size()).get(root))
    return bad_input(std::string("not JSON: ") + simdjson::error_message(e), {},
                     R"({"kind":…,"record":{…}} on one line)");
  if (root["kind"].get_string().get(kind))
    return bad_input("has no kind", {.field = "kind"}, kKinds);
  if (root["record"].get(record))
    return bad_input("has no record", {.field = "record"}, "an object");
  return take_record(kind, simdjson::minify(record), context, emit, span);
}

}  // namespace

Status read_ndjson(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("ndjson", context, sink);
  std::uint64_t line = context.begin_line;
  for (std::size_t at = context.begin_byte > 0 ? 0 : byte_order_mark(bytes); at < bytes.size();
       ++line) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view text = trim(bytes.substr(at, end - at));
    const Span span{line, context.begin_byte + at, bytes.substr(at, end - at)};
    if (!text.empty()) {
      const Status status = is_utf8(text) ? read_line(text, context, emit, span)
                                          : bad_input("the line is not UTF-8", {}, "UTF-8 text");
      if (!status.ok()) emit.reject(status.error(), span);
    }
    at = end + 1;
  }
  return done();
}

}  // namespace truce::acquire
