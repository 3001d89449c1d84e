#include <algorithm>
#include <array>
#include <map>

#include "stages/report/internal/days.h"
#include "stages/report/internal/disputed.h"
#include "stages/report/internal/escalations.h"
#include "stages/report/internal/fonts.h"
#include "stages/report/internal/gates.h"
#include "stages/report/internal/hours.h"
#include "stages/report/internal/obligations.h"
#include "stages/report/internal/style.h"
#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/violations.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

struct Tallies {
  std::map<FindingValue, int> base;  // incidents by value under the base text
  int differ = 0;                    // incidents whose value depends on the reading
};

Tallies tally(const Input& in) {
  Tallies t;
  for (const auto& i : in.incidents) {
    const auto it = in.findings.find(i.id);
    if (it == in.findings.end() || it->second.empty()) continue;
    const auto base = base_value(it->second);
    bool differ = false;
    for (const auto& f : it->second)
      differ = differ || std::any_of(it->second.begin(), it->second.end(), [&](const Finding& o) {
                 return o.provision == f.provision && o.value != f.value;
               });
    if (base) ++t.base[*base];
    t.differ += differ ? 1 : 0;
  }
  return t;
}

std::string title_of(const Input& in) {
  if (!in.title.empty()) return in.title;
  return (in.days.size() == 1 ? "Daily report, " : "Report, ") + days_title(in.days);
}

std::string fact(const std::string& name, const std::string& value) {
  return "<td><b>" + name + "</b>" + value + "</td>";
}

std::string in_force_text(const Input& in) {
  const Zone& zone = in.reporting_day.zone;
  const Interval& i = in.agreement_in_force;
  if (i.start.ns == INT64_MIN && i.end.ns == INT64_MAX) return "without limit";
  // With the year where the period's does not say it.
  const auto dated = [&](Instant t) {
    const int year = zone.to_civil(t).day.year;
    if (year == in.days.front().year && year == in.days.back().year) return moment(t, zone);
    return day_text(zone.to_civil(t).day) + " " + n(year) + " " + time_text(t, zone);
  };
  if (i.start.ns == INT64_MIN) return "until " + dated(i.end);
  if (i.end.ns == INT64_MAX) return "since " + dated(i.start);
  return dated(i.start) + " – " + dated(i.end);
}

std::string head(const Input& in) {
  const Zone& zone = in.reporting_day.zone;
  const CivilDay made = zone.to_civil(in.as_known_at).day;
  return "<table class=\"mast\"><tr><td><p class=\"m\">Ceasefire monitoring mechanism · " +
         escape(in.mission) + "</p><h1>" + escape(title_of(in)) +
         "</h1></td><td class=\"n\"><p class=\"q\">Version " +
         n(static_cast<std::int64_t>(in.version)) + " · " + escape(in.audience) +
         "</p><p class=\"q\">As known " + day_text(made) + " " + n(made.year) + ", " +
         time_text(in.as_known_at, zone) + " " + zone.abbreviation(in.as_known_at) +
         "</p></td></tr></table><table class=\"facts\"><tr>" +
         fact("Period, " + offsets_text(in.period, zone), span_text(in.period, zone)) +
         fact("Agreement", escape(in.agreement)) + fact("In force, base text", in_force_text(in)) +
         fact("Log entries", grouped(static_cast<std::int64_t>(in.log_position))) +
         fact("Engine", escape(in.engine_version)) + "</tr></table>";
}

std::string coverage_words(const Input& in) {
  if (!in.coverage_note.empty()) return escape(in.coverage_note);
  return "Coverage has not been worked out for these sources, so a low number here is not proof of "
         "quiet, and no bound can be given for what went unreported.";
}

// A zero without coverage is no figure: it has no bound.
std::string counts_words(const Input& in) {
  if (in.incidents.empty())
    return "<li><b>No incident</b> follows from what the sources report. That is not a count of "
           "zero: no bound can be given." +
           std::string(
               in.stated_totals.empty() ? "" : " Published reports state totals, quoted below.") +
           "</li>";
  return "<li><b>" + plural(all_violations(in).best, "violation", "violations") + "</b> (" +
         interval_text(all_violations(in)) + ") in " +
         plural(static_cast<std::int64_t>(in.incidents.size()), "incident", "incidents") +
         " were found in what the sources report.</li>";
}

// How the incidents stand under the base text.
std::string values_words(const Input& in) {
  if (in.incidents.empty()) return {};
  const Tallies t = tally(in);
  const auto count = [&](FindingValue v) {
    const auto it = t.base.find(v);
    return it == t.base.end() ? 0 : it->second;
  };
  const int breaches = count(FindingValue::kBreach);
  std::string out =
      "<li>Under the base text " + plural(breaches, "incident is a", "incidents are") + " <b>" +
      (breaches == 1 ? "breach" : "breaches") + "</b>, " + n(count(FindingValue::kUndeterminable)) +
      " <b>undeterminable</b>, " + n(count(FindingValue::kCompliant)) + " compliant, " +
      n(count(FindingValue::kNotApplicable)) + " not applicable.";
  if (t.differ > 0) out += " For " + n(t.differ) + " the value depends on the reading.";
  return out + "</li>";
}

std::string alerts_words(const Input& in) {
  if (in.alerts.empty()) return {};
  const auto stuck = std::count_if(in.alerts.begin(), in.alerts.end(), [](const Observation& o) {
    return std::find(o.flags.begin(), o.flags.end(), "stuck_alert") != o.flags.end();
  });
  auto count = static_cast<std::int64_t>(in.alerts.size());
  std::string twins;
  for (const auto& t : in.alert_twins) {
    count -= t.count;
    twins += ", " + n(t.count) + " of them told of by " + escape(t.first) + " and " +
             escape(t.second) + " and counted once";
  }
  return "<li>" + plural(count, "alert", "alerts") + " touched the period" + twins + "; " +
         (stuck == 0 ? std::string("none is stuck")
                     : n(stuck) + " of them ran for days and " + (stuck == 1 ? "is" : "are") +
                           " taken as stuck") +
         ". An alert is a warning, not an effect.</li>";
}

std::string summary(const Input& in) {
  std::string out = "<ul class=\"sum\">" + counts_words(in) + values_words(in);
  return out + alerts_words(in) + "<li><b>What was watched is " +
         (in.coverage_note.empty() ? "not known" : "stated, not worked out") + ".</b> " +
         coverage_words(in) + "</li></ul>";
}

std::string health_words(const Input& in, const SourceState& s) {
  std::string out;
  for (const auto& gap : s.gaps) {
    if (!gap.when.overlaps(in.period)) continue;
    out += (out.empty() ? "" : "; ") + escape(gap.why) + " " +
           span_text(gap.when, in.reporting_day.zone);
  }
  return out;
}

// What locating sound found of a source: the latest of each kind, and how many blocks said so.
std::string found_words(const SourceState& s) {
  std::map<std::string, std::pair<const Health*, std::int64_t>> latest;
  for (const auto& h : s.found) {
    auto& [last, count] = latest[h.why];
    last = &h;
    ++count;
  }
  std::string out;
  for (const auto& [why, told] : latest) {
    out += (out.empty() ? "" : "; ") + escape(why) + ", " + escape(told.first->note);
    if (told.second > 1) out += " (" + n(told.second) + " times in the period)";
  }
  return out;
}

// Who reported and who was silent, as far as the mission names its sources.
std::string sources_words(const Input& in) {
  if (in.sources.empty())
    return "The mission names no source of its own that watches a place: its feeds tell of what "
           "somebody noticed.";
  std::string silent;
  std::int64_t reported = 0;
  for (const auto& s : in.sources) {
    if (s.observations > 0)
      ++reported;
    else
      silent += (silent.empty() ? "" : ", ") + escape(s.source.id);
  }
  return "Of " + plural(static_cast<std::int64_t>(in.sources.size()), "source", "sources") +
         " that the mission names, " + n(reported) + " reported in the period" +
         (silent.empty() ? "" : "; nothing came from " + silent) + ".";
}

// Who could have noticed, and when they could not. Never a word of quiet without it.
std::string watched_part(const Input& in) {
  std::string out = "<h2>What was watched</h2><p class=\"note\">" + coverage_words(in) + "</p>";
  std::string silent;
  for (const auto& s : in.sources) {
    const std::string why = health_words(in, s);
    if (!why.empty()) silent += (silent.empty() ? "" : "; ") + escape(s.source.id) + ": " + why;
  }
  if (!silent.empty()) out += "<p class=\"note\">Not working: " + silent + ".</p>";
  std::string found;
  for (const auto& s : in.sources) {
    const std::string words = found_words(s);
    if (!words.empty()) found += (found.empty() ? "" : "; ") + escape(s.source.id) + ": " + words;
  }
  if (!found.empty())
    out += "<p class=\"note\">To be looked at, as the arrivals of sound say: " + found + ".</p>";
  std::string feeds;
  for (const auto& s : in.series) feeds += (feeds.empty() ? "" : ", ") + escape(s.label);
  if (!feeds.empty()) out += "<p class=\"note\">What this report rests on: " + feeds + ".</p>";
  return out + "<p class=\"note\">" + sources_words(in) + "</p>";
}

std::string region_of(const Input& in, const Incident& i) {
  for (const auto& r : in.regions) {
    const auto area = Area::from_rings(r.areas);
    if (area.ok() && i.place.known() && area->contains(i.place.best)) return r.name;
  }
  return i.place.known() ? "elsewhere" : "place n/k";
}

std::string kinds_table(const Input& in) {
  struct Row {
    std::array<std::int64_t, kFamilies> families{};
    std::int64_t violations = 0;
    std::int64_t incidents = 0;
    void add(const Incident& i) {
      for (const auto& e : i.effects) {
        families[static_cast<std::size_t>(family_of(e.effect_class))] += e.count.best;
        violations += e.count.best;
      }
      ++incidents;
    }
  };
  std::map<std::string, Row> rows;
  Row all;
  for (const auto& i : in.incidents) {
    rows[region_of(in, i)].add(i);
    all.add(i);
  }
  const auto cells = [](const Row& r) {
    std::string out;
    for (std::size_t f = 0; f + 1 < kFamilies; ++f)
      out += "<td class=\"n\">" + (r.families[f] == 0 ? std::string("–") : grouped(r.families[f])) +
             "</td>";
    return out + "<td class=\"n\">" + grouped(r.violations) + "</td><td class=\"n\">" +
           grouped(r.incidents) + "</td></tr>";
  };
  std::string out =
      "<h2>By kind</h2><table><thead><tr><th>Region</th><th class=\"n\">expl.</th><th "
      "class=\"n\">proj.</th><th class=\"n\">flash</th><th class=\"n\">flare</th><th "
      "class=\"n\">bursts</th><th class=\"n\">violations</th><th "
      "class=\"n\">incidents</th></tr></thead><tbody>";
  for (const auto& [name, row] : rows)
    out += "<tr><td><b class=\"b\">" + escape(name) + "</b></td>" + cells(row);
  out += "<tr class=\"tot\"><td>All</td>" + cells(all) +
         "</tbody></table><p class=\"cap\">Best counts. Regions without a row: nothing reported, "
         "which is not the same as nothing.</p>";
  return out;
}

std::string party_name(const Input& in, const std::string& id) {
  const auto it = in.party_names.find(id);
  return it == in.party_names.end() ? id : it->second;
}

std::string corrections_part(const Input& in) {
  if (in.corrections.empty()) return {};
  std::string out =
      "<h2>Corrections to earlier reports</h2><div class=\"wide\"><table><thead><tr><th>Report</th>"
      "<th>Figure</th><th class=\"n\">Was</th><th class=\"n\">Is</th><th>Why</th><th "
      "class=\"n\">Log</th></tr></thead><tbody>";
  for (const auto& c : in.corrections)
    out += "<tr><td>" + escape(c.report) + "</td><td>" + escape(c.figure) +
           "</td><td class=\"n\"><del>" + escape(c.was) +
           "</del></td><td class=\"n\"><b class=\"b\">" + escape(c.now) + "</b></td><td>" +
           escape(c.why) + "</td><td class=\"n\">" +
           grouped(static_cast<std::int64_t>(c.position)) + "</td></tr>";
  return out + "</tbody></table></div>";
}

// What was announced beforehand for the period. A notice explains an incident only through the
// agreement's exceptions, which the findings name.
std::string notices_part(const Input& in) {
  std::string rows;
  for (const auto& notice : in.notices) {
    if (!notice.when.overlaps(in.period)) continue;
    std::string kind = notice.kind;
    std::replace(kind.begin(), kind.end(), '_', ' ');
    rows += "<tr><td><b class=\"b\">" + escape(kind) + "</b></td><td>" +
            escape(party_name(in, notice.party)) + "</td><td>" +
            span_text(notice.when, in.reporting_day.zone) + "</td><td>" +
            escape(to_words(notice.shape)) +
            (notice.text.empty() ? "" : "; " + escape(notice.text)) + "</td></tr>";
  }
  if (rows.empty()) return {};
  return "<h2>Notices</h2><div class=\"wide\"><table><thead><tr><th>Activity</th><th>Announced "
         "by</th><th>When</th><th>Where, what</th></tr></thead><tbody>" +
         rows + "</tbody></table></div>";
}

std::string stated(const std::optional<std::int64_t>& v) {
  return "<td class=\"n\">" + (v ? grouped(*v) : std::string("–")) + "</td>";
}

std::string total_row(const Input& in, const StatedTotal& t) {
  const std::string previous = t.previous_means == "24h" ? "previous 24 hours" : "previous period";
  std::string note = t.previous ? previous + ": " + grouped(*t.previous) : "";
  if (!t.note.empty()) note += (note.empty() ? "" : "; ") + t.note;
  return "<tr><td>" + escape(t.report) + "</td><td>" + escape(t.region) + "</td><td>" +
         span_text(t.when, in.reporting_day.zone) + "</td>" + stated(t.violations) +
         stated(t.explosions) + "<td>" + escape(note) + "</td></tr>";
}

// What published reports state of the period, beside what is counted here and never added to it.
std::string totals_part(const Input& in) {
  if (in.stated_totals.empty() && in.total_notes.empty()) return {};
  constexpr std::size_t kShown = 40;
  std::string out =
      "<h2>Totals that reports state</h2><div class=\"wide\"><table class=\"stated\"><thead><tr>"
      "<th>Report</th><th>Region</th><th>Period</th><th class=\"n\">violations</th><th "
      "class=\"n\">explosions</th><th>In words</th></tr></thead><tbody>";
  const std::size_t shown = std::min(kShown, in.stated_totals.size());
  for (std::size_t k = 0; k < shown; ++k) out += total_row(in, in.stated_totals[k]);
  out +=
      "</tbody></table></div><p class=\"cap\">Stated by reports, quoted here and not counted; a "
      "dash: the report states no such figure.";
  if (in.stated_totals.size() > shown)
    out += " " + grouped(static_cast<std::int64_t>(in.stated_totals.size() - shown)) +
           " more in the data file.";
  out += "</p>";
  for (const auto& note : in.total_notes) out += "<p class=\"note\">" + escape(note) + ".</p>";
  return out;
}

std::string claims_part(const Input& in) {
  if (in.claims.empty()) return {};
  std::string out =
      "<h2>What the parties claim</h2><div class=\"wide\"><table><thead><tr><th>Who</th><th>Of "
      "whom</th><th>What</th><th class=\"n\">Number</th><th>As of</th></tr></thead><tbody>";
  for (const auto& c : in.claims) {
    std::string metric = c.metric;
    std::replace(metric.begin(), metric.end(), '_', ' ');
    out += "<tr><td>" + escape(c.claimant) + "</td><td>" + escape(party_name(in, c.accused_party)) +
           "</td><td>" + escape(metric) + (c.denial ? " (denied)" : "") +
           (c.period_text.empty() ? ""
                                  : "<br><span class=\"q\">" + escape(c.period_text) + "</span>") +
           "</td><td class=\"n\"><b class=\"b\">" + escape(to_text(c.count)) + "?</b></td><td>" +
           moment(c.as_of, in.reporting_day.zone) + "</td></tr>";
  }
  out += "</tbody></table></div>";
  for (const auto& note : in.claim_notes) out += "<p class=\"note\">" + escape(note) + ".</p>";
  return out +
         "<p class=\"cap\">Claims are quoted, compared with what they say of themselves, and never "
         "counted; ? marks a number that is somebody's word.</p>";
}

std::string checks_part(const Input& in) {
  std::string out = "<h2>Input that raised questions</h2>";
  if (in.rejected.empty() && in.complaints.empty()) out += "<p class=\"note\">None.</p>";
  for (const auto& r : in.rejected)
    out += "<p class=\"note\"><b class=\"b\">" + escape(r.feed) +
           "</b>: " + plural(r.count, "row", "rows") + " refused, the first at " + escape(r.first) +
           "</p>";
  constexpr std::size_t kShown = 6;
  for (std::size_t i = 0; i < std::min(kShown, in.complaints.size()); ++i)
    out += "<p class=\"note\">" + escape(in.complaints[i]) + ".</p>";
  if (in.complaints.size() > kShown)
    out += "<p class=\"note\">and " + n(static_cast<std::int64_t>(in.complaints.size() - kShown)) +
           " more, in the data file.</p>";
  return out;
}

std::string provisions_part(const Input& in) {
  std::string out = "<h2>What was applied</h2>";
  for (const auto& [id, words] : in.provision_words)
    out += "<p class=\"note\"><b class=\"b\">" + escape(id) + "</b> " + escape(words) + "</p>";
  for (const auto& [id, words] : in.reading_words)
    out += "<p class=\"note\">Reading <b class=\"b\">" + escape(id) + "</b>: " + escape(words) +
           "</p>";
  return out;
}

std::string proof_part(const Input& in) {
  return "<div class=\"keep\"><h2>How to check this report</h2><p class=\"note\">Rows, figures and "
         "map are in the data "
         "file beside this page. Each incident’s chain down to the bytes of its input: <span "
         "class=\"vv\">truce explain MISSION INCIDENT/PROVISION/READING</span>. Recomputed from "
         "the log: <span class=\"vv\">truce replay MISSION</span>. Log up to entry " +
         grouped(static_cast<std::int64_t>(in.log_position)) +
         ":</p><p class=\"vv hash\">sha256<br>" + escape(in.log_hash) +
         "</p><p class=\"note\">Not proved: that the sources saw everything, and that nobody kept "
         "a second log.</p></div>";
}

// Foot of each printed page, as a CSS string: page boxes take no markup.
std::string page_foot(const Input& in) {
  const std::string words = "truce · " + in.mission + " · " + title_of(in) + ", version " +
                            n(static_cast<std::int64_t>(in.version)) + " · " + in.audience;
  std::string safe;
  for (const char c : words) {
    if (c == '"' || c == '\\' || c == '<' || static_cast<unsigned char>(c) < 0x20)
      safe += ' ';
    else
      safe += c;
  }
  return "@page{@bottom-left{content:\"" + safe +
         "\";font:7.5pt Plex,sans-serif;color:#5d6263}@bottom-right{content:counter(page) \" of \" "
         "counter(pages);font:7.5pt Plex,sans-serif;color:#5d6263}}\n";
}

std::string where_part(const Input& in) {
  const bool placed = std::any_of(in.incidents.begin(), in.incidents.end(),
                                  [](const Incident& i) { return i.place.known(); });
  if (in.map.empty() && !placed)
    return "<h2>Where</h2><p class=\"note\">No map: the mission has no geography (geo/), and no "
           "incident has a place. Boundary view: " +
           escape(in.boundary_view) + ".</p>";
  return "<h2>Where</h2>" + svg_map(in) +
         "<p class=\"cap\">Regions hold the event with 90 %; small ones are drawn as tilted glyphs "
         "with the number of incidents. Lines are approximate. Boundary view: " +
         escape(in.boundary_view) + "; designations imply no opinion on status.</p>";
}

}  // namespace

std::string to_html(const Input& in) {
  TRUCE_ENSURE(!in.days.empty());
  std::string out =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>" +
      escape(title_of(in)) + " · " + escape(in.mission) + "</title><style>" + font_faces() +
      std::string(kStyle) + page_foot(in) + "</style></head><body><main>";
  out += head(in) + summary(in) + gates_part(in) + obligations_part(in) + escalations_part(in) +
         cumulated_part(in);
  out += "<div class=\"cols\"><div class=\"half map\">" + where_part(in) + watched_part(in) +
         "</div><div class=\"half r\">" + days_beside(in) + kinds_table(in) + "</div></div>" +
         hours_part(in) + days_below(in);
  out += violations_table(in) + conducts_part(in) + differences_part(in) + corrections_part(in) +
         notices_part(in) + claims_part(in) + totals_part(in);
  out += "<div class=\"cols\"><div class=\"half\">" + checks_part(in) + proof_part(in) +
         "</div><div class=\"half r\">" + provisions_part(in) + "</div></div>";
  return out + "</main></body></html>\n";
}

}  // namespace truce::report
