// Allegations and denials of the parties, with the unit each counts in. They are kept apart from
// all observations and are never added to anything.

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {

// "2025-04-21T10:00", "2025-04-21", "2025-04" (then the first of the month: the day is not stated).
Interval as_of_interval(std::string_view text, const Zone& zone, Row& row) {
  if (text.size() == 7) {
    const CivilDay first = row.take("as_of_local", parse_day(std::string(text) + "-01"));
    CivilDay next = first;
    next.month == 12 ? (++next.year, next.month = 1) : ++next.month;
    return {zone.to_instant({first}), zone.to_instant({next})};
  }
  if (text.size() == 10) return day_interval(row.take("as_of_local", parse_day(text)), zone);
  return zone.readings(row.take("as_of_local", parse_civil_time(text)));
}

// The day or month on which it was made, which nothing rests on but which must be one.
void check_claim_date(Row& row) {
  const auto text = trim(row.text("claim_date"));
  if (text.empty()) return;
  const auto day = parse_day(text.size() == 7 ? std::string(text) + "-01" : std::string(text));
  if (!day.ok() || !in_years(*day))
    row.fail("claim_date", "\"" + std::string(text.substr(0, 40)) + "\" is not a day",
             "2025-04-21, or a month such as 2025-04");
}

// The number as the file has it, by its qualifier.
Count count_of(Row& row) {
  const std::string qualifier(trim(row.text("qualifier")));
  const std::string value(row.need("value"));
  const auto count = parse_count(qualifier + value);
  if (count.ok()) return *count;
  row.fail(
      "value",
      "\"" + value.substr(0, 40) + "\"" +
          (qualifier.empty() ? "" : " with the qualifier \"" + qualifier.substr(0, 40) + "\"") +
          " is not a count",
      count.error().expected);
  return {};
}

// Parties are named by the first word of the claimant where that is a code ("UA General Staff").
std::string party_of(std::string_view claimant) {
  const auto word = claimant.substr(0, claimant.find(' '));
  const bool code =
      word.size() == 2 && word[0] >= 'A' && word[0] <= 'Z' && word[1] >= 'A' && word[1] <= 'Z';
  return code ? lower_ascii(word) : "";
}

}  // namespace

Status read_claims(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("claims", context, sink);
  return read_table(
      bytes, context, {"case_id", "claimant", "accused", "metric", "value", "as_of_local"}, emit,
      [&](Row& row, const Span& span) {
        Claim c;
        c.topic = row.need("case_id");
        c.claimant = row.need("claimant");
        c.claimant_party = party_of(c.claimant);
        c.accused_party = lower_ascii(row.text("accused"));
        c.metric = row.need("metric");
        c.denial = c.metric.find("denied") != std::string::npos;
        c.unit = row.text("unit");
        c.count = count_of(row);
        check_claim_date(row);
        c.period_text = row.text("period");
        const Interval as_of = as_of_interval(row.need("as_of_local"), context.zone, row);
        c.as_of = as_of.end;
        c.when = as_of;
        c.note = row.text("note");
        c.url = row.text("url");
        if (!row.error()) emit.claim(std::move(c), span);
      });
}

}  // namespace truce::acquire
