// UCDP GED: fatal events, with deaths low, best and high. Precision codes of the codebook (Sundberg
// & Melander 2013): where_prec 1 exact … 7 international waters, date_prec 1 exact day … 5 more
// than a month.

#include <algorithm>
#include <array>

#include "stages/acquire/common.h"
#include "stages/acquire/readers.h"

namespace truce::acquire {

namespace {
// Metres within which half of the true places should lie, by where_prec.
constexpr std::array<double, 8> kRadiusM{0,      2'000,   15'000,  25'000,
                                         80'000, 120'000, 400'000, 400'000};
}  // namespace

Status read_ucdp(std::string_view bytes, const Context& context, Sink& sink) {
  Emitter emit("ucdp", context, sink);
  return read_table(
      bytes, context,
      {"id", "latitude", "longitude", "where_prec", "date_prec", "date_start", "date_end", "low",
       "best", "high"},
      emit, [&](Row& row, const Span& span) {
        Observation o;
        o.source = context.feed;
        const LatLon at = row.place("latitude", "longitude");
        const auto where = row.maybe_integer("where_prec").value_or(0);
        if (where < 1 || where > 7) row.fail("where_prec", "is not a precision code", "1 to 7");
        const CivilDay first = row.day("date_start");
        const CivilDay last = row.day("date_end");
        if (!row.error() && last < first)
          row.fail("date_end", "the event ends before it starts", "a day from date_start on");
        const auto low = row.maybe_integer("low");
        const auto best = row.maybe_integer("best");
        const auto high = row.maybe_integer("high");
        if (!row.error() && (!low || !best || !high || *low < 0 || *best < 0 || *high < 0))
          row.fail("best", "deaths are not counts", "low, best and high, 0 or more each");
        if (row.error()) return;
        o.when = {day_interval(first, context.zone).start, day_interval(last, context.zone).end};
        o.time_basis = TimeBasis::kDay;
        o.time_text = "date_prec " + std::string(row.text("date_prec"));
        o.shape = NamedPlace{std::string(row.text("where_coordinates")), at,
                             kRadiusM[static_cast<std::size_t>(where)]};
        // Estimates in the wrong order are kept for what they hold between them.
        const auto [least, most] = std::minmax({*low, *best, *high});
        Item item{least == most ? Count::exact(least) : Count::range(least, most),
                  ClassProbabilities::certain(EffectClass::kHarm)};
        item.kind = "best " + std::to_string(*best);
        o.items.push_back(std::move(item));
        o.means = {Means::kReported};
        o.position = row.text("where_description");
        o.text = row.text("dyad_name");
        o.upstream = "ucdp:" + std::string(row.text("id"));
        if (*best < *low || *best > *high)
          emit.complain("estimates_contradict",
                        "deaths are stated as " + std::to_string(*low) + " at least, " +
                            std::to_string(*best) + " best and " + std::to_string(*high) +
                            " at most; taken as " + std::to_string(least) + " to " +
                            std::to_string(most),
                        span, "best", o.when);
        emit.observation(std::move(o), span);
      });
}

}  // namespace truce::acquire
