#pragma once
// What all readers share: rows by column name, and entries with their origin.

#include <array>
#include <charconv>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.h"
#include "stages/acquire/acquire.h"

namespace truce::acquire {

// People round ranges to kilometres and directions to sixteen winds.
inline constexpr double kRangeEdgeM = 500;
inline constexpr double kWedgeEdgeDeg = 6;

// Flag of what a local time tells that a clock change repeats or skips: its interval holds both
// readings.
inline constexpr std::string_view kTimeAmbiguous = "time_ambiguous";
// The sources of effects that the engine locates itself; no feed has one of these names.
inline constexpr std::array<std::string_view, 3> kLocated{"sound", "ground", "crossings"};

// Where a record lay in the input.
struct Span {
  std::uint64_t line = 0;
  std::uint64_t offset = 0;
  std::string_view bytes;
};

// For a first pass over rows that a second one will report.
class IgnoringSink : public Sink {
 public:
  void record(Entry) override {}
  void complain(Complaint) override {}
};

// Turns records into entries for the sink.
class Emitter {
 public:
  Emitter(std::string format, const Context& context, Sink& sink)
      : format_(std::move(format)), context_(context), sink_(sink) {}
  void observation(Observation o, const Span& span);
  void observation_read(Observation o, const Span& span);  // from our own JSON
  void claim(Claim c, const Span& span);
  void notice(Notice n, const Span& span);
  void statement(Statement s, const Span& span);
  void quiet(const Quiet& q, const Span& span);
  void event(Event e, const Span& span);
  void signature(Signature s, const Span& span);
  void total(StatedTotal t, const Span& span);
  void source(const Source& s, const Span& span);
  void health(const Health& h, const Span& span);
  void weather(const Weather& w, const Span& span);
  bool recording(Recording r, const Span& span);  // false: it was rejected
  void reject(const Error& error, const Span& span);
  // `when`: of what is asked about, where it has a time.
  void complain(std::string kind, std::string text, const Span& span, std::string field = {},
                std::optional<Interval> when = {});
  Origin origin(const Span& span) const;
  Place place(const Span& span, std::string field = {}) const;

 private:
  std::string format_;
  const Context& context_;
  Sink& sink_;
};

// One row, asked by column name. The first thing wrong is kept; `error` tells it.
class Row {
 public:
  Row(const std::vector<std::string>& columns, const std::vector<std::string>& fields)
      : columns_(columns), fields_(fields) {}
  bool has(std::string_view column) const { return index(column).has_value(); }
  // Empty when the column is not there.
  std::string_view text(std::string_view column) const;
  std::string_view need(std::string_view column);
  double number(std::string_view column, double low, double high);
  std::optional<double> maybe_number(std::string_view column, double low, double high);
  std::optional<std::int64_t> maybe_integer(std::string_view column);
  LatLon place(std::string_view lat_column, std::string_view lon_column);
  // "2022-03-15 16:10:34+00:00", "2022-03-15T16:10:34.000Z", or local in `zone` without an offset:
  // then the first of its readings.
  Instant time(std::string_view column, const Zone& zone);
  // The same with both readings of a local time (Zone::readings).
  Interval readings(std::string_view column, const Zone& zone);
  CivilDay day(std::string_view column);
  template <class T>
  T take(std::string_view column, Result<T> r) {
    if (r.ok()) return *std::move(r);
    fail(column, r.error().message, r.error().expected);
    return T{};
  }
  void fail(std::string_view column, std::string what, std::string expected);
  const std::optional<Error>& error() const { return error_; }

 private:
  std::optional<std::size_t> index(std::string_view column) const;
  const std::vector<std::string>& columns_;
  const std::vector<std::string>& fields_;
  std::optional<Error> error_;
};

// Reads a CSV with a header. Broken rows, rows that are not UTF-8 and rows for which `f` leaves an
// error are rejected; the rest is up to `f`. An error only when the header lacks a needed column.
Status read_table(std::string_view bytes, const Context& context,
                  const std::vector<std::string_view>& needed, Emitter& emit,
                  const std::function<void(Row&, const Span&)>& f, char separator = ',');

// Readers take times of the years 1700 to 2200, well inside what an Instant can hold, so that
// adding a day or a zone's offset never leaves it.
bool in_years(CivilDay day);
bool in_years(Instant t);
// The civil day in `zone`, as an interval.
Interval day_interval(CivilDay day, const Zone& zone);
// Bytes of the byte-order mark that some programs put before UTF-8: 3, or 0 where there is none.
std::size_t byte_order_mark(std::string_view bytes);
std::string lower_ascii(std::string_view text);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::optional<double> parse_double(std::string_view text);

}  // namespace truce::acquire
