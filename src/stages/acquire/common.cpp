#include "stages/acquire/common.h"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/json.h"
#include "model/identity.h"
#include "model/json.h"

namespace truce::acquire {

Origin Emitter::origin(const Span& span) const {
  return {context_.feed, format_, context_.file, span.line, span.offset, span.bytes.size()};
}

Place Emitter::place(const Span& span, std::string field) const {
  return {.source = context_.file,
          .byte_offset = span.offset,
          .line = span.line,
          .field = std::move(field)};
}

namespace {
template <class R>
Entry entry_of(EntryKind kind, const R& record, const Span& span) {
  return {kind, {}, to_json(record), std::string(span.bytes)};
}

// What differences of its ends cannot hold is refused here for all readers; false when it was.
bool accepts(Emitter& emit, const Interval& when, const Span& span) {
  constexpr std::uint64_t kLongestNs = 36'525ULL * 86'400 * 1'000'000'000;
  const auto length_ns =
      static_cast<std::uint64_t>(when.end.ns) - static_cast<std::uint64_t>(when.start.ns);
  if (in_years(when.start) && in_years(when.end) && when.start <= when.end &&
      length_ns <= kLongestNs)
    return true;
  emit.reject(
      bad_input("its time from " + to_text(when.start) + " to " + to_text(when.end) + " cannot be",
                {.field = "when"}, "an interval of at most a century in the years 1700 to 2200"),
      span);
  return false;
}

// The names under which the engine's own locations stand are no feed's to use; false when one is
// used.
bool accepts_source(Emitter& emit, const std::string& source, const Span& span) {
  if (std::find(kLocated.begin(), kLocated.end(), source) == kLocated.end()) return true;
  emit.reject(bad_input("no source may be called \"" + source +
                            "\": so are effects that are located from arrivals",
                        {.field = "source"}, "another name"),
              span);
  return false;
}
}  // namespace

void Emitter::observation(Observation o, const Span& span) {
  if (!accepts(*this, o.when, span) || !accepts_source(*this, o.source, span)) return;
  o.origin = origin(span);
  sink_.record({EntryKind::kObservation, {}, identified_json(o), std::string(span.bytes)});
}
void Emitter::observation_read(Observation o, const Span& span) {
  if (!accepts(*this, o.when, span) || !accepts_source(*this, o.source, span)) return;
  o.origin = origin(span);
  Entry entry{EntryKind::kObservation, {}, identified_json(o), std::string(span.bytes)};
  sink_.record_read(std::move(entry), std::move(o));
}
void Emitter::claim(Claim c, const Span& span) {
  if (!accepts(*this, c.when, span) || !accepts(*this, {c.as_of, c.as_of}, span)) return;
  c.origin = origin(span);
  c.id = claim_id(c);
  sink_.record(entry_of(EntryKind::kClaim, c, span));
}
void Emitter::notice(Notice n, const Span& span) {
  if (!accepts(*this, n.when, span)) return;
  n.origin = origin(span);
  n.id = notice_id(n);
  sink_.record(entry_of(EntryKind::kNotice, n, span));
}
void Emitter::statement(Statement s, const Span& span) {
  if (!accepts(*this, {s.when, s.when}, span)) return;
  s.origin = origin(span);
  s.id = statement_id(s);
  sink_.record(entry_of(EntryKind::kStatement, s, span));
}
void Emitter::quiet(const Quiet& q, const Span& span) {
  if (!accepts(*this, q.when, span)) return;
  sink_.record(entry_of(EntryKind::kQuiet, q, span));
}
void Emitter::event(Event e, const Span& span) {
  if (!accepts(*this, e.when, span)) return;
  e.origin = origin(span);
  e.id = event_id(e);
  sink_.record(entry_of(EntryKind::kEvent, e, span));
}
void Emitter::signature(Signature s, const Span& span) {
  if (!accepts(*this, {s.when, s.when}, span)) return;
  s.origin = origin(span);
  s.id = signature_id(s);
  sink_.record(entry_of(EntryKind::kSignature, s, span));
}
void Emitter::total(StatedTotal t, const Span& span) {
  if (!accepts(*this, t.when, span)) return;
  t.origin = origin(span);
  t.id = stated_total_id(t);
  sink_.record(entry_of(EntryKind::kStatedTotal, t, span));
}
void Emitter::source(const Source& s, const Span& span) {
  if (!accepts_source(*this, s.id, span)) return;
  sink_.record(entry_of(EntryKind::kSource, s, span));
}
void Emitter::health(const Health& h, const Span& span) {
  if (!accepts_source(*this, h.source, span)) return;
  sink_.record(entry_of(EntryKind::kHealth, h, span));
}
void Emitter::weather(const Weather& w, const Span& span) {
  if (!accepts_source(*this, w.source, span)) return;
  sink_.record(entry_of(EntryKind::kWeather, w, span));
}
bool Emitter::recording(Recording r, const Span& span) {
  if (!accepts(*this, r.when, span) || !accepts_source(*this, r.source, span)) return false;
  r.origin = origin(span);
  r.id = recording_id(r);
  sink_.record(entry_of(EntryKind::kRecording, r, span));
  return true;
}

void Emitter::reject(const Error& error, const Span& span) {
  Rejection r;
  r.reason = to_valid_utf8(error.message);
  if (error.cause) r.reason += ", because " + to_valid_utf8(error.cause->to_text());
  r.expected = to_valid_utf8(error.expected);
  r.field = to_valid_utf8(error.place.field);
  r.origin = origin(span);
  sink_.record(entry_of(EntryKind::kRejected, r, span));
}

void Emitter::complain(std::string kind, std::string text, const Span& span, std::string field,
                       std::optional<Interval> when) {
  ComplaintNote note{kind, text, origin(span), when};
  sink_.record({EntryKind::kComplaint, {}, to_json(note), {}});
  sink_.complain({std::move(kind), std::move(text), place(span, std::move(field))});
}

std::optional<std::size_t> Row::index(std::string_view column) const {
  for (std::size_t i = 0; i < columns_.size() && i < fields_.size(); ++i) {
    if (columns_[i] == column) return i;
  }
  return std::nullopt;
}

std::string_view Row::text(std::string_view column) const {
  const auto i = index(column);
  return i ? std::string_view(fields_[*i]) : std::string_view();
}

void Row::fail(std::string_view column, std::string what, std::string expected) {
  if (!error_)
    error_ = bad_input(std::move(what), {.field = std::string(column)}, std::move(expected));
}

std::string_view Row::need(std::string_view column) {
  const auto v = trim(text(column));
  if (v.empty()) fail(column, "is empty", "a value");
  return v;
}

double Row::number(std::string_view column, double low, double high) {
  const auto v = maybe_number(column, low, high);
  if (!v) fail(column, "is empty", "a number");
  return v.value_or(0);
}

std::optional<double> Row::maybe_number(std::string_view column, double low, double high) {
  const auto v = trim(text(column));
  if (v.empty()) return std::nullopt;
  const auto d = parse_double(v);
  if (!d || *d < low || *d > high) {
    fail(column, "\"" + std::string(v.substr(0, 40)) + "\" is not a number in range",
         "a number from " + std::to_string(low) + " to " + std::to_string(high));
    return std::nullopt;
  }
  return d;
}

std::optional<std::int64_t> Row::maybe_integer(std::string_view column) {
  const auto v = trim(text(column));
  if (v.empty()) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, code] = std::from_chars(v.data(), v.data() + v.size(), n);
  if (code != std::errc() || end != v.data() + v.size() || n > (1LL << 52) || n < -(1LL << 52)) {
    fail(column, "\"" + std::string(v.substr(0, 40)) + "\" is not a whole number",
         "a whole number");
    return std::nullopt;
  }
  return n;
}

LatLon Row::place(std::string_view lat_column, std::string_view lon_column) {
  const double lat = number(lat_column, -90, 90);
  const double lon = number(lon_column, -180, 180);
  if (error_) return {};
  return take(lat_column, LatLon::from_degrees(lat, lon));
}

bool in_years(CivilDay day) { return day.year >= 1700 && day.year <= 2200; }
bool in_years(Instant t) {
  constexpr std::int64_t kDayNs = 86'400'000'000'000;
  return in_years(day_from_epoch(t.ns / kDayNs));
}

Instant Row::time(std::string_view column, const Zone& zone) {
  return readings(column, zone).start;
}

Interval Row::readings(std::string_view column, const Zone& zone) {
  const auto v = need(column);
  if (v.empty()) return {};
  const auto out_of_range = [&] {
    fail(column, "\"" + std::string(v.substr(0, 40)) + "\" is out of range",
         "a year from 1700 to 2200");
    return Interval{};
  };
  const auto with_offset = parse_instant(v);
  if (with_offset.ok())
    return in_years(*with_offset) ? Interval{*with_offset, *with_offset} : out_of_range();
  const auto local = parse_civil_time(v);
  if (!local.ok()) {
    fail(column, with_offset.error().message, "a time such as 2025-04-19T18:00:00Z");
    return {};
  }
  return in_years(local->day) ? zone.readings(*local) : out_of_range();
}

CivilDay Row::day(std::string_view column) {
  const CivilDay day = take(column, parse_day(need(column).substr(0, 10)));
  if (!error_ && !in_years(day)) {
    fail(column, "\"" + to_text(day) + "\" is out of range", "a year from 1700 to 2200");
  }
  return error_ ? CivilDay{} : day;
}

Status read_table(std::string_view bytes, const Context& context,
                  const std::vector<std::string_view>& needed, Emitter& emit,
                  const std::function<void(Row&, const Span&)>& f, char separator) {
  CsvReader reader(bytes, context.file, {.separator = separator});
  auto head = reader.next();
  if (!head) return bad_input("the file is empty", {.source = context.file}, "a header row");
  if (!head->ok()) return head->error();
  std::vector<std::string> columns = *(**head).fields;
  for (auto& c : columns) c = std::string(trim(c));
  std::string wanted;
  for (const auto n : needed) wanted += (wanted.empty() ? "" : ", ") + std::string(n);
  for (const auto n : needed) {
    if (std::find(columns.begin(), columns.end(), n) == columns.end()) {
      return bad_input("the header has no column \"" + std::string(n) + "\"",
                       {.source = context.file, .byte_offset = 0, .line = 1},
                       "the columns " + wanted);
    }
  }
  while (auto row = reader.next()) {
    if (!row->ok()) {
      const Place& at = row->error().place;
      const std::uint64_t offset = at.byte_offset.value_or(0);
      const auto end = bytes.find('\n', offset);
      emit.reject(row->error(),
                  {at.line, offset,
                   bytes.substr(offset, end == std::string_view::npos ? end : end - offset)});
      continue;
    }
    const CsvRow& csv = **row;
    const Span span{csv.line, csv.byte_offset, csv.bytes};
    if (!is_utf8(csv.bytes)) {
      emit.reject(bad_input("the row is not UTF-8", {}, "UTF-8 text"), span);
    } else if (csv.fields->size() != columns.size()) {
      emit.reject(bad_input("the row has " + std::to_string(csv.fields->size()) +
                            " fields and the header " + std::to_string(columns.size())),
                  span);
    } else {
      Row r(columns, *csv.fields);
      f(r, span);
      if (r.error()) emit.reject(*r.error(), span);
    }
  }
  return done();
}

Interval day_interval(CivilDay day, const Zone& zone) {
  return {zone.to_instant({day}), zone.to_instant({add_days(day, 1)})};
}

std::size_t byte_order_mark(std::string_view bytes) {
  constexpr std::string_view kMark = "\xEF\xBB\xBF";
  return bytes.substr(0, kMark.size()) == kMark ? kMark.size() : 0;
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto at = text.find(separator);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<double> parse_double(std::string_view text) {
  double d = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), d);
  if (code != std::errc() || end != text.data() + text.size() || !std::isfinite(d))
    return std::nullopt;
  return d;
}

}  // namespace truce::acquire
