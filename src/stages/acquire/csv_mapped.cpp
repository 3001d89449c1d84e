// Any CSV by a mapping file (csv_mapping.h), so that a new feed needs no code.

#include <algorithm>
#include <cmath>

#include "base/units.h"
#include "stages/acquire/common.h"
#include "stages/acquire/csv_mapping.h"
#include "stages/acquire/readers.h"
#include "stages/acquire/regions.h"

namespace truce::acquire {

namespace {

constexpr double kDegreesHalfDeg = 5;               // half width of a direction stated in degrees
constexpr double kHalfNormal = 1.3862943611198906;  // 2 ln 2: half of a round normal lies within r

// The end of a stated time that lasts as long as its precision.
Instant end_of(Instant t, TimePrecision precision, const Zone& zone) {
  using P = TimePrecision;
  if (precision == P::kSecond) return t + Duration::whole_seconds(1);
  if (precision == P::kMinute) return t + Duration::minutes(1);
  if (precision == P::kHour) return t + Duration::hours(1);
  CivilTime local = zone.to_civil(t);
  // Where the clocks skip midnight the day begins at one.
  if (zone.to_instant({local.day}) == t) local = {local.day};
  if (precision == P::kDay) {
    local.day = add_days(local.day, 1);
  } else if (precision == P::kYear) {
    ++local.day.year;
  } else if (++local.day.month > 12) {
    local.day = {local.day.year + 1, 1, local.day.day};
  }
  while (!is_valid(local.day)) --local.day.day;  // a month after 31 January
  return zone.to_instant(local);
}

class RowReader {
 public:
  RowReader(const CsvMapping& mapping, const Context& context)
      : m_(mapping), context_(context), areas_(context.areas) {}

  bool is_left_out(const Row& row) const {
    return std::any_of(m_.only.begin(), m_.only.end(), [&](const MappedFilter& f) {
      const auto field = trim(row.text(f.column));
      return (std::find(f.words.begin(), f.words.end(), field) != f.words.end()) != f.keep;
    });
  }

  Observation observation(Row& row) const {
    Observation o;
    o.source = text(row, "source");
    if (o.source.empty()) o.source = context_.feed;
    o.upstream = text(row, "upstream");
    o.text = text(row, "text");
    o.assessor = text(row, "assessor");
    o.items.push_back(item(row));
    o.means = {means_from(text(row, "means", "reported")).value_or(Means::kUnknown)};
    o.p_real = number_of(row, "reliability");
    time(row, o);
    o.shape = place(row, o);
    if (m_.values.contains("position")) o.position = text(row, "position");
    o.targets = m_.targets.found_in(o.text);
    return o;
  }

 private:
  // The text that the mapping gives for a key, "" when it gives none.
  std::string text(Row& row, std::string_view key, std::string_view otherwise = {}) const {
    const auto it = m_.values.find(key);
    if (it == m_.values.end()) return std::string(otherwise);
    const auto field = row.text(it->second.column);
    if (const auto v = it->second.of(field)) return std::string(*v);
    row.fail(it->second.column,
             "\"" + std::string(field.substr(0, 40)) + "\" is not among the values of " +
                 std::string(key),
             "one of the mapping's values");
    return std::string(otherwise);
  }
  void bad(Row& row, std::string_view key, const std::string& value, std::string what,
           std::string expected) const {
    row.fail(m_.values.find(key)->second.column,
             "\"" + value.substr(0, 40) + "\" " + std::move(what), std::move(expected));
  }
  Item item(Row& row) const {
    Item out;
    const std::string cls = text(row, "class");
    const auto effect = effect_class_from(cls);
    if (effect) {
      out.classes = ClassProbabilities::certain(*effect);
    } else {
      bad(row, "class", cls, "is not an effect class", "an effect class");
    }
    const std::string count = text(row, "count", "1");
    if (const auto n = parse_count(count); n.ok()) {
      out.count = *n;
    } else {
      bad(row, "count", count, "is not a count", n.error().expected);
    }
    const std::string weapon = text(row, "weapon", "unknown");
    if (const auto w = weapon_class_from(weapon)) {
      out.weapon = *w;
    } else {
      bad(row, "weapon", weapon, "is not a weapon class",
          "a weapon class, or values in the mapping");
    }
    out.weapon_text = text(row, "weapon_text");
    out.kind = text(row, "kind");
    return out;
  }
  double number_of(Row& row, std::string_view key) const {
    const std::string v = text(row, key, "1");
    if (const auto p = parse_probability(v)) return *p;
    bad(row, key, v, "is not a probability", "a number from 0 to 1");
    return 1;
  }

  // The fields of some columns joined by a space; empty when all are.
  static std::string joined(const Row& row, const std::vector<std::string>& columns) {
    std::string out;
    for (const auto& c : columns) {
      const auto field = trim(row.text(c));
      if (!field.empty()) out += (out.empty() ? "" : " ") + std::string(field);
    }
    return out;
  }
  // A time as the columns state it, and as long as it lasts: what has no time of day is a day or
  // longer, whatever the mapping says of times.
  struct Stated {
    Interval when;
    ReadTime read;
  };
  Stated stated(Row& row, const std::vector<std::string>& columns, const std::string& text) const {
    ReadTime t = row.take(columns.front(), m_.time.format.read(text, m_.time.zone));
    if (row.error()) return {};
    t.precision = std::max(t.precision, m_.time.precision);
    return {{t.readings.start, end_of(t.readings.end, t.precision, m_.time.zone)}, t};
  }
  TimeBasis basis(TimePrecision precision) const {
    if (m_.time.basis != TimeBasis::kStated || precision < TimePrecision::kDay)
      return m_.time.basis;
    return precision == m_.time.precision     ? m_.time.basis
           : precision == TimePrecision::kDay ? TimeBasis::kDay
                                              : TimeBasis::kReportingPeriod;
  }
  void time(Row& row, Observation& o) const {
    o.time_text = joined(row, m_.time.start);
    const Stated start = stated(row, m_.time.start, o.time_text);
    if (row.error()) return;
    o.when = start.when;
    o.time_basis = basis(start.read.precision);
    bool ambiguous = start.read.readings.length() > Duration{0};
    if (const std::string text = joined(row, m_.time.end); !text.empty()) {
      const Stated last = stated(row, m_.time.end, text);
      if (row.error()) return;
      const bool within =
          last.read.precision > start.read.precision && last.when.end > o.when.start;
      if (last.read.readings.end < o.when.start && !within)
        row.fail(m_.time.end.front(), "the end lies before the start", "an end after the start");
      o.when.end = last.when.end;
      ambiguous = ambiguous || last.read.readings.length() > Duration{0};
    } else if (!m_.time.end.empty()) {
      o.flags.emplace_back("end_unknown");
    }
    if (ambiguous) o.flags.emplace_back(kTimeAmbiguous);
  }

  Shape place(Row& row, Observation& o) const {
    using Way = MappedPlace::Way;
    switch (m_.place.way) {
      case Way::kNone:
        return Nowhere{};
      case Way::kCoordinates:
        return point(row, o);
      case Way::kGazetteer:
      case Way::kAreas:
        return named(row, o);
      case Way::kRange:
        return sector(row, o);
    }
    return Nowhere{};
  }
  Shape point(Row& row, Observation& o) const {
    const LatLon at = row.place(m_.place.latitude, m_.place.longitude);
    const std::string name(m_.place.name.empty() ? "" : trim(row.text(m_.place.name)));
    o.position = name;
    const double variance = m_.place.radius_m * m_.place.radius_m / kHalfNormal;
    if (name.empty()) return PointShape{at, variance, variance, 0};
    return NamedPlace{name, at, m_.place.radius_m};
  }
  Shape named(Row& row, Observation& o) const {
    o.position = trim(row.text(m_.place.name));
    if (m_.place.way == MappedPlace::Way::kAreas) {
      if (auto area = areas_.find(o.position)) return *std::move(area);
      o.flags.emplace_back("place_not_found");
      return Nowhere{};
    }
    const auto at = look_up(o.position, o.flags);
    if (!at) return Nowhere{};
    return NamedPlace{o.position, *at, m_.place.radius_m};
  }
  // A name that the gazetteer has exactly once, or that of a source.
  std::optional<LatLon> look_up(const std::string& name, std::vector<std::string>& flags) const {
    for (const auto& s : context_.sources) {
      if ((s.id == name || s.name == name) && s.at) return s.at;
    }
    const std::string folded = fold_case(name);
    std::optional<LatLon> found;
    for (const auto& g : context_.gazetteer) {
      if (fold_case(g.name) != folded) continue;
      if (found && *found != g.at) {
        flags.emplace_back("place_ambiguous");
        return std::nullopt;
      }
      found = g.at;
    }
    if (!found) flags.emplace_back("place_not_found");
    return found;
  }
  Shape sector(Row& row, Observation& o) const {
    AnnularSector out;
    out.edge_m = kRangeEdgeM;
    out.edge_deg = kWedgeEdgeDeg;
    range(row, out);
    direction(row, out);
    if (m_.place.from.empty()) {
      out.from = row.place(m_.place.latitude, m_.place.longitude);
      return out;
    }
    o.position = trim(row.text(m_.place.from));
    const auto at = look_up(o.position, o.flags);
    if (!at) return Nowhere{};
    out.from = *at;
    return out;
  }
  // "3-5", or "4": half a unit either way.
  void range(Row& row, AnnularSector& out) const {
    const auto field = trim(row.text(m_.place.range));
    const auto dash = field.find('-');
    const auto low = parse_double(trim(field.substr(0, dash)));
    const auto high =
        dash == std::string_view::npos ? low : parse_double(trim(field.substr(dash + 1)));
    if (!low || !high || *low < 0 || *high < *low || *high * m_.place.range_unit_m > 2e7) {
      row.fail(m_.place.range, "\"" + std::string(field.substr(0, 40)) + "\" is not a range",
               "4 or 3-5");
      return;
    }
    const double slack = *low == *high ? 0.5 : 0;
    out.range_min_m = std::max(0.0, *low - slack) * m_.place.range_unit_m;
    out.range_max_m = (*high + slack) * m_.place.range_unit_m;
  }
  // Sixteen-wind words, one or several joined by "-", or degrees; empty: any direction.
  void direction(Row& row, AnnularSector& out) const {
    if (m_.place.direction.empty()) return;
    const auto field = trim(row.text(m_.place.direction));
    if (field.empty()) return;
    if (const auto deg = parse_double(field)) {
      if (*deg < 0 || *deg > 360)
        row.fail(m_.place.direction, "is not an azimuth", "0 to 360 degrees");
      out.azimuth_deg = normalize_azimuth_deg(*deg);
      out.half_width_deg = kDegreesHalfDeg;
      return;
    }
    const auto words = split(field, '-');
    const Wedge wedge =
        row.take(m_.place.direction, parse_compass_wedge(words.data(), words.size()));
    out.azimuth_deg = wedge.azimuth_deg;
    out.half_width_deg = wedge.half_width_deg;
  }

  const CsvMapping& m_;
  const Context& context_;
  AreaPlaces areas_;
};

Status check_columns(std::string_view bytes, const Context& context, const CsvMapping& mapping) {
  CsvReader reader(bytes, context.file, {.separator = mapping.separator});
  const auto head = reader.next();
  if (!head || !head->ok()) return done();  // read_table says what is wrong with the header
  for (const auto& [key, column] : mapping.columns()) {
    const auto& names = *(**head).fields;
    if (std::any_of(names.begin(), names.end(), [&](const auto& n) { return trim(n) == column; }))
      continue;
    return bad_input("the file has no column \"" + column + "\", which the mapping asks for",
                     {.source = context.file, .line = 1, .field = key}, "a column of the file");
  }
  return done();
}

}  // namespace

Status read_csv_mapped(std::string_view bytes, const Context& context, Sink& sink) {
  TRUCE_TRY(mapping, CsvMapping::parse(context.mapping, context, context.file + " (mapping)"));
  TRUCE_CHECK_OK(check_columns(bytes, context, mapping));
  const RowReader reader(mapping, context);
  Emitter emit("csv", context, sink);
  std::size_t left_out = 0;
  TRUCE_CHECK_OK(read_table(
      bytes, context, {}, emit,
      [&](Row& row, const Span& span) {
        if (reader.is_left_out(row)) {
          ++left_out;
          return;
        }
        Observation o = reader.observation(row);
        if (!row.error()) emit.observation(std::move(o), span);
      },
      mapping.separator));
  if (left_out > 0) {
    emit.complain("rows_left_out",
                  std::to_string(left_out) + " rows were left out by the mapping's [[only]]",
                  {1, 0, {}});
  }
  return done();
}

}  // namespace truce::acquire
