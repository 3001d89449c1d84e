// Totals that reports state. Three forms, told apart by their header: a row per region and period
// (report_no, period_start_local, …); a row per report or day with columns per region
// (donetsk_violations, luhansk_violations, …); and running totals of a year by kind.

#include <algorithm>

#include "stages/acquire/check_totals.h"
#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

constexpr std::string_view kViolations = "_violations";
constexpr std::int64_t kTotalMax = 1'000'000'000;

using Emit = std::function<void(StatedTotal, const Span&)>;

std::optional<std::int64_t> total(Row& row, const std::string& column) {
  const auto n = row.maybe_integer(column);
  if (n && (*n < 0 || *n > kTotalMax)) {
    row.fail(column, "is not a count", "0 or more");
    return std::nullopt;
  }
  return n;
}

// "period", "previous_reporting_period" → "period"; "24h", "previous_24h" → "24h".
std::string previous_means(std::string_view text) {
  if (text.find("24h") != std::string_view::npos) return "24h";
  return text.empty() ? "" : "period";
}

// "impact=3;airburst=29"
std::vector<ClassTotal> classes_of(Row& row, const std::string& column) {
  std::vector<ClassTotal> out;
  const auto field = trim(row.text(column));
  if (field.empty()) return out;
  for (const auto part : split(field, ';')) {
    const auto eq = part.find('=');
    const auto effect = effect_class_from("explosion_" + std::string(trim(part.substr(0, eq))));
    const auto n =
        eq == std::string_view::npos ? std::nullopt : parse_double(trim(part.substr(eq + 1)));
    if (!effect || !n || *n < 0 || *n > static_cast<double>(kTotalMax) ||
        *n != static_cast<double>(static_cast<std::int64_t>(*n))) {
      row.fail(column, "\"" + std::string(part.substr(0, 40)) + "\" is not a class and its count",
               "impact=3;airburst=29");
      return {};
    }
    out.push_back({*effect, static_cast<std::int64_t>(*n)});
  }
  return out;
}

// A period of `days` reporting days that ends at `end`, in local clock time.
Interval days_before(Instant end, int days, const Zone& zone) {
  CivilTime start = zone.to_civil(end);
  start.day = add_days(start.day, -days);
  return {zone.to_instant(start), end};
}

void read_period(Row& row, const Span& span, const Context& context, const Emit& emit) {
  StatedTotal t;
  t.report = row.need("report_no");
  t.issued = row.day("issued");
  t.region = row.need("region");
  t.when = {row.time("period_start_local", context.zone),
            row.time("period_end_local", context.zone)};
  if (!row.error() && t.when.end <= t.when.start)
    row.fail("period_end_local", "does not lie after the start", "a later time");
  t.period_days = static_cast<int>(row.number("period_days", 1, 366));
  t.violations = total(row, "ceasefire_violations");
  t.explosions = total(row, "explosions");
  t.previous = total(row, "previous_value");
  if (t.previous) t.previous_means = previous_means(row.text("previous_kind"));
  t.note = row.text("note");
  t.url = row.text("url");
  if (!row.error()) emit(std::move(t), span);
}

// How many days a report covers that ends on `last` and names its days as "15-17": from the evening
// of the first to that of the last. 1 where it names none.
int days_named(std::string_view text, const CivilDay& last) {
  const auto digit = [&](std::size_t i) {
    return i < text.size() && text[i] >= '0' && text[i] <= '9';
  };
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '-' || !digit(i - 1) || !digit(i + 1)) continue;
    std::size_t from = i, to = i + 1;
    while (from > 0 && digit(from - 1)) --from;
    while (digit(to)) ++to;
    // A date has more than two numbers.
    if ((from > 0 && text[from - 1] == '-') || (to < text.size() && text[to] == '-')) continue;
    const auto first = parse_double(text.substr(from, i - from));
    const auto end = parse_double(text.substr(i + 1, to - i - 1));
    if (first && end && *end == last.day && *first >= 1 && *first < *end)
      return static_cast<int>(*end - *first);
  }
  return 1;
}

void read_regions(Row& row, const Span& span, const Context& context,
                  const std::vector<std::string>& regions, const Emit& emit) {
  StatedTotal t;
  const bool daily = row.has("date");
  if (daily) {
    const CivilDay day = row.day("date");
    if (row.error()) return;
    t.issued = day;
    t.report = to_text(day);
    t.when = days_before(context.zone.to_instant({day, 19, 30}), 1, context.zone);
  } else {
    t.report = row.need("report");
    const Instant end = row.time("as_of", context.zone);
    if (row.error()) return;
    t.issued = add_days(context.zone.to_civil(end).day, 1);
    t.period_days = days_named(row.text("source"), context.zone.to_civil(end).day);
    t.when = days_before(end, t.period_days, context.zone);
    t.url = row.text("source");
  }
  for (const auto& region : regions) {
    StatedTotal r = t;
    r.region = region;
    r.violations = total(row, region + "_violations");
    r.explosions = total(row, region + "_explosions");
    r.previous = total(row, region + "_previous");
    if (r.previous) r.previous_means = previous_means(row.text("previous_means"));
    r.explosion_classes = classes_of(row, region + "_classes");
    if (row.error()) return;
    emit(std::move(r), span);
  }
}

void read_running(Row& row, const Span& span, const Context& context, const Emit& emit) {
  StatedTotal t;
  const CivilDay last = row.day("as_of");
  if (row.error()) return;
  t.report = "to " + to_text(last);
  t.issued = last;
  t.when = {context.zone.to_instant({{last.year, 1, 1}}),
            context.zone.to_instant({add_days(last, 1)})};
  t.period_days = 0;
  t.violations = total(row, "total");
  t.explosions = total(row, "explosions");
  for (const char* kind :
       {"explosions", "projectiles", "muzzle_flashes", "illumination_flares", "bursts_and_shots"}) {
    const auto n = total(row, kind);
    if (!n) row.fail(kind, "there is no count", "a count of each kind");
    t.families.push_back(n.value_or(0));
  }
  if (!row.error()) emit(std::move(t), span);
}

std::vector<std::string> regions_in(std::string_view header) {
  std::vector<std::string> out;
  for (auto column : split(header, ',')) {
    column = trim(column);
    if (column.size() > kViolations.size() &&
        column.substr(column.size() - kViolations.size()) == kViolations &&
        column != "ceasefire_violations") {
      out.emplace_back(column.substr(0, column.size() - kViolations.size()));
    }
  }
  return out;
}

}  // namespace

Status read_smm_totals(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("smm-totals", context, sink);
  const auto header = bytes.substr(0, std::min(bytes.find('\n'), bytes.size()));
  const auto regions = regions_in(header);
  const bool period = header.find("report_no") != std::string_view::npos;
  const bool running = header.find("bursts_and_shots") != std::string_view::npos;
  std::vector<StatedTotal> totals;
  std::vector<Span> spans;
  const Emit take = [&](StatedTotal t, const Span& span) {
    totals.push_back(t);
    spans.push_back(span);
    emit.total(std::move(t), span);
  };
  std::vector<std::string_view> needed{"as_of"};
  if (period) {
    needed = {"report_no",           "issued",           "region",
              "period_start_local",  "period_end_local", "period_days",
              "ceasefire_violations"};
  } else if (running) {
    needed = {"total",          "explosions",          "projectiles",
              "muzzle_flashes", "illumination_flares", "bursts_and_shots",
              "as_of"};
  } else if (regions.empty()) {
    return bad_input("the header names no region's violations",
                     {.source = context.file, .byte_offset = 0, .line = 1},
                     "report_no …, REGION_violations …, or total and its kinds");
  } else if (header.find("date") != std::string_view::npos) {
    needed = {"date"};
  }
  TRUCE_CHECK_OK(read_table(bytes, context, needed, emit, [&](Row& row, const Span& span) {
    if (period) return read_period(row, span, context, take);
    if (running) return read_running(row, span, context, take);
    read_regions(row, span, context, regions, take);
  }));
  for (const auto& note : check_totals(totals, context.zone)) {
    if (note.kind == TotalNote::Kind::kRepeatsPrevious ||
        note.kind == TotalNote::Kind::kPreviousNotHeld)
      continue;
    emit.complain(std::string(to_string(note.kind)), note.text, spans[note.total], {},
                  totals[note.total].when);
  }
  return done();
}

}  // namespace truce::acquire
