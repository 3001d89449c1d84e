#include "stages/report/internal/escalations.h"

#include <algorithm>

#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

// "2 Mar 06:15", or "2 Mar 06:15 to 2 Mar 07:00" where nobody knows which.
std::string between_text(const std::optional<Instant>& earliest,
                         const std::optional<Instant>& latest, const Zone& zone) {
  if (!earliest || !latest) return "–";
  const std::string from = moment(*earliest, zone), to = moment(*latest, zone);
  return from == to ? from : from + " to " + to;
}

std::string state_text(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return escape(name);
}

std::string under_reading(const std::string& reading) {
  return reading.empty() ? "" : "; under the reading “" + escape(reading) + "”";
}

std::string tier_row(const TierLine& t, const Zone& zone) {
  const std::string by =
      t.signer.empty() ? "–"
                       : escape(t.signer) + (t.signed_at ? ", " + moment(*t.signed_at, zone) : "");
  return "<tr><td>" + escape(t.words) + "</td><td><b>" + state_text(t.state) +
         "</b></td><td class=\"n\">" + between_text(t.opens_earliest, t.opens_latest, zone) +
         "</td><td class=\"n\">" + between_text(t.lapses_earliest, t.lapses_latest, zone) +
         "</td><td>" + by + "</td><td>" + escape(t.why.words) + "</td></tr>";
}

std::string episode_table(const Input& in, const EpisodeLine& e) {
  const Zone& zone = in.reporting_day.zone;
  std::string out =
      "<p class=\"note\"><b>" + escape(e.escalation) + "</b>: " + escape(e.words) +
      ". Initial breach " + between_text(e.earliest, e.latest, zone) + ", " +
      plural(e.breaches, "breach", "breaches") + " in all" + under_reading(e.reading) +
      "<br><span class=\"q\">" + escape(e.breach) +
      "</span></p>"
      "<div class=\"wide\"><table class=\"gt-t\"><thead><tr><th>Tier</th><th>State</th>"
      "<th class=\"n\">Opens</th><th class=\"n\">Lapses</th><th>Signed by</th><th>Why</th>"
      "</tr></thead><tbody>";
  for (const auto& t : e.tiers) out += tier_row(t, zone);
  return out + "</tbody></table></div>";
}

std::string cumulated_row(const Input& in, const CumulatedLine& c) {
  std::string members;
  for (const auto& m : c.members) members += (members.empty() ? "" : "<br>") + escape(m);
  return "<tr><td>" + escape(c.words) + "<br><span class=\"q\">" + escape(c.breach) +
         "</span></td><td class=\"n\">" +
         between_text(c.earliest, c.latest, in.reporting_day.zone) + "</td><td><b>" +
         (c.certain ? "counts as " : "may count as ") + escape(c.counts_as) + "</b></td><td>" +
         escape(c.why.words) + under_reading(c.reading) + "</td><td class=\"q\">" + members +
         "</td></tr>";
}

}  // namespace

std::string escalations_part(const Input& in) {
  if (in.episodes.empty()) return {};
  std::string out = "<h2>Escalations</h2>";
  for (const auto& e : in.episodes) out += episode_table(in, e);
  return out +
         "<p class=\"cap\">As they stood at the end of the period. All times of a tier run from "
         "the initial breach. No tier is taken but by the signature of a person.</p>";
}

std::string cumulated_part(const Input& in) {
  if (in.cumulated.empty()) return {};
  std::string out =
      "<h2>Cumulated breaches</h2><div class=\"wide\"><table class=\"gt-t\"><thead><tr><th>What "
      "counts as what</th><th class=\"n\">When the last was</th><th>State</th><th>Why</th>"
      "<th>Which</th></tr></thead><tbody>";
  for (const auto& c : in.cumulated) out += cumulated_row(in, c);
  return out +
         "</tbody></table></div><p class=\"cap\">As they stood at the end of the period. What may "
         "count takes nothing from a gate, and lets no day of it count.</p>";
}

}  // namespace truce::report
