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
  const CivilTime t = row.take("as_of_local", parse_civil_time(text));
  return {zone.to_instant(t), zone.to_instant(t)};
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
        c.count = row.take("value", parse_count(std::string(row.text("qualifier")) +
                                                std::string(row.need("value"))));
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
