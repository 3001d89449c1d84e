#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "stages/report/internal/style.h"
#include "stages/report/internal/svg_map.h"

namespace truce::report {

namespace {

std::string n(std::int64_t v) { return std::to_string(v); }

// Thousands apart by a thin space, as the figures of the page are.
std::string grouped(std::int64_t v) {
  std::string digits = std::to_string(v);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), "\u2009");
  return digits;
}

std::string plural(std::int64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

std::string day_text(CivilDay d) {
  static const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return n(d.day) + " " + kMonths[d.month - 1];
}
std::string time_text(Instant t, const Zone& zone) {
  const CivilTime c = zone.to_civil(t);
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, "%02d:%02d", c.hour, c.minute);
  return buffer;
}
std::string moment(Instant t, const Zone& zone) {
  return day_text(zone.to_civil(t).day) + " " + time_text(t, zone);
}

std::string offset_text(Instant t, const Zone& zone) {
  const int m = zone.offset_s(t) / 60;
  char buffer[24];
  std::snprintf(buffer, sizeof buffer, "UTC %s %d%s", m < 0 ? "\u2212" : "+", std::abs(m) / 60,
                std::abs(m) % 60 == 0 ? "" : ":30");
  const std::string name = zone.abbreviation(t);
  return m == 0 ? "UTC" : name + " (" + buffer + ")";
}

std::string when_text(const Incident& i, const Zone& zone) {
  if (i.when.end - i.when.start >= Duration::hours(23))
    return day_text(zone.to_civil(i.when.start).day) + "<br>time n/k";
  const std::string from = time_text(i.when.start, zone);
  const std::string to = time_text(i.when.end, zone);
  return day_text(zone.to_civil(i.when.start).day) + "<br>" + from + (from == to ? "" : "–" + to);
}

std::string interval_text(const CountInterval& c) {
  if (c.unbounded) return n(c.low) + " or more";
  return c.low == c.high ? "exact" : n(c.low) + "–" + n(c.high);
}

std::string glyph(FindingValue v) {
  static const std::map<FindingValue, std::string> kPaths{
      {FindingValue::kBreach,
       "<path d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\" fill=\"currentColor\"/><path d=\"M8 4v5M8 11v1.6\" "
       "stroke=\"#fff\" stroke-width=\"1.8\"/>"},
      {FindingValue::kCompliant,
       "<path d=\"M2 8.5l4 4 8-9\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"2\"/>"},
      {FindingValue::kUndeterminable,
       "<circle cx=\"8\" cy=\"8\" r=\"6.2\" fill=\"none\" stroke=\"currentColor\" "
       "stroke-width=\"1.4\"/><path d=\"M8 1.8a6.2 6.2 0 0 0 0 12.4z\" fill=\"currentColor\"/>"},
      {FindingValue::kNotApplicable,
       "<circle cx=\"8\" cy=\"8\" r=\"6.2\" fill=\"none\" stroke=\"currentColor\" "
       "stroke-width=\"1.2\"/><path d=\"M4.5 8h7\" stroke=\"currentColor\" "
       "stroke-width=\"1.4\"/>"}};
  return "<svg class=\"g\" viewBox=\"0 0 16 16\" aria-hidden=\"true\">" + kPaths.at(v) + "</svg>";
}

std::string value_words(FindingValue v) {
  switch (v) {
    case FindingValue::kBreach:
      return "breach";
    case FindingValue::kCompliant:
      return "compliant";
    case FindingValue::kNotApplicable:
      return "not applicable";
    case FindingValue::kUndeterminable:
      return "undeterminable";
  }
  return {};
}

// Two decimals, more near the ends, never 0 or 1.
std::string probability(double p) {
  char buffer[16];
  const double clamped = std::clamp(p, 0.0001, 0.9999);
  std::snprintf(buffer, sizeof buffer, clamped < 0.01 || clamped > 0.99 ? "%.4f" : "%.2f", clamped);
  return buffer;
}

struct Tallies {
  std::map<FindingValue, int> base;  // incidents by value under the base text
  int differ = 0;                    // incidents whose value depends on the reading
  CountInterval violations;
};

Tallies tally(const Input& in) {
  Tallies t;
  for (const auto& i : in.incidents) {
    t.violations = t.violations + i.violations;
    const auto it = in.findings.find(i.id);
    if (it == in.findings.end() || it->second.empty()) continue;
    const Finding* base = nullptr;
    bool differ = false;
    for (const auto& f : it->second) {
      if (f.reading == "base" && (base == nullptr || f.value == FindingValue::kBreach)) base = &f;
    }
    for (const auto& f : it->second)
      differ = differ || std::any_of(it->second.begin(), it->second.end(), [&](const Finding& o) {
                 return o.provision == f.provision && o.value != f.value;
               });
    if (base != nullptr) ++t.base[base->value];
    t.differ += differ ? 1 : 0;
  }
  return t;
}

std::string days_title(const Input& in) {
  if (in.days.size() == 1) return day_text(in.days.front()) + " " + n(in.days.front().year);
  return day_text(in.days.front()) + " – " + day_text(in.days.back()) + " " +
         n(in.days.back().year);
}

std::string head(const Input& in) {
  const Zone& zone = in.reporting_day.zone;
  std::string out =
      "<table class=\"mast\"><tr><td><p class=\"m\">Ceasefire monitoring mechanism · " +
      escape(in.mission) + "</p><h1>" +
      (in.title.empty() ? "Report, " + days_title(in) : escape(in.title)) +
      "</h1></td><td class=\"n\"><p class=\"q\">Version " +
      n(static_cast<std::int64_t>(in.version)) + " · " + escape(in.audience) +
      "</p><p class=\"q\">Made " + moment(in.as_known_at, zone) + " " +
      zone.abbreviation(in.as_known_at) + "</p></td></tr></table>";
  out += "<table class=\"facts\"><tr><td><b>Period, " + offset_text(in.period.start, zone) +
         "</b>" + moment(in.period.start, zone) + " – " + moment(in.period.end, zone) + "</td>";
  out += "<td><b>Agreement</b>" + escape(in.agreement) + "</td>";
  if (in.agreement_in_force.start.ns != INT64_MIN)
    out += "<td><b>In force, base text</b>" + moment(in.agreement_in_force.start, zone) +
           (in.agreement_in_force.end.ns == INT64_MAX
                ? ""
                : " – " + moment(in.agreement_in_force.end, zone)) +
           "</td>";
  out += "<td><b>Log entries</b>" + grouped(static_cast<std::int64_t>(in.log_position)) +
         "</td><td><b>Engine</b>" + escape(in.engine_version) + "</td></tr></table>";
  return out;
}

std::string summary(const Input& in) {
  const Tallies t = tally(in);
  std::string out =
      "<ul class=\"sum\"><li><b>" + plural(t.violations.best, "violation", "violations") +
      "</b> (" + interval_text(t.violations) + ") in " +
      plural(static_cast<std::int64_t>(in.incidents.size()), "incident", "incidents") +
      " were found in what the sources report.</li>";
  const auto count = [&](FindingValue v) {
    const auto it = t.base.find(v);
    return it == t.base.end() ? 0 : it->second;
  };
  out += "<li>Under the base text " +
         plural(count(FindingValue::kBreach), "incident is a", "incidents are") + " <b>" +
         (count(FindingValue::kBreach) == 1 ? "breach" : "breaches") + "</b>, " +
         n(count(FindingValue::kUndeterminable)) + " <b>undeterminable</b>, " +
         n(count(FindingValue::kCompliant)) + " compliant, " +
         n(count(FindingValue::kNotApplicable)) + " not applicable.";
  if (t.differ > 0) out += " For " + n(t.differ) + " the value depends on the reading.";
  out += "</li>";
  const auto stuck = std::count_if(in.alerts.begin(), in.alerts.end(), [](const Observation& o) {
    return std::find(o.flags.begin(), o.flags.end(), "stuck_alert") != o.flags.end();
  });
  if (!in.alerts.empty())
    out += "<li>" + plural(static_cast<std::int64_t>(in.alerts.size()), "alert", "alerts") +
           " touched the period; " +
           (stuck == 0 ? std::string("none is stuck")
                       : n(stuck) + " of them ran for days and " + (stuck == 1 ? "is" : "are") +
                             " taken as stuck") +
           ". An alert is a warning, not an effect.</li>";
  out += "<li><b>What was watched is not known.</b> " +
         (in.coverage_note.empty()
              ? std::string(
                    "Coverage has not been worked out for these sources, so a low number here is "
                    "not proof of quiet, and no bound can be given for what went unreported.")
              : escape(in.coverage_note)) +
         "</li></ul>";
  return out;
}

std::string series_table(const Input& in) {
  if (in.series.empty()) return {};
  std::string out =
      "<h2>What the sources said, per day</h2><div class=\"wide\"><table><thead><tr><th>Feed</th>";
  for (const auto& d : in.series_days) out += "<th class=\"n\">" + day_text(d) + "</th>";
  out += "</tr></thead><tbody>";
  for (const auto& s : in.series) {
    out += "<tr><td>" + escape(s.label) + "<br><span class=\"q\">days in " + escape(s.zone) +
           "</span></td>";
    for (const auto& v : s.per_day)
      out += "<td class=\"n\">" + (v ? grouped(*v) : std::string("no data")) + "</td>";
    out += "</tr>";
  }
  return out +
         "</tbody></table></div><p class=\"cap\">Reports and alerts as the feeds count them. They "
         "are not violations and are not added to them.</p>";
}

std::string region_of(const Input& in, const Incident& i) {
  for (const auto& r : in.regions) {
    const auto area = Area::from_rings(r.areas);
    if (area.ok() && i.place.known && area->contains(i.place.best)) return r.name;
  }
  return i.place.known ? "elsewhere" : "place n/k";
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

std::string days_table(const Input& in) {
  if (in.history.size() < 2) return {};
  std::string out =
      "<h2>Day by day</h2><table><thead><tr><th>Day</th><th class=\"n\">violations</th><th "
      "class=\"n\">range</th><th class=\"n\">incidents</th></tr></thead><tbody>";
  for (const auto& d : in.history)
    out += "<tr><td>" + day_text(d.day) + "</td><td class=\"n\"><b class=\"b\">" +
           n(d.violations.best) + "</b></td><td class=\"n\">" + interval_text(d.violations) +
           "</td><td class=\"n\">" + n(d.incidents) + "</td></tr>";
  return out + "</tbody></table>";
}

std::string findings_cell(const Input& in, const Incident& i) {
  const auto it = in.findings.find(i.id);
  if (it == in.findings.end()) return "";
  std::string out;
  for (const auto& f : it->second) {
    out += "<span class=\"f " + std::string(to_string(f.value)) + "\">" + glyph(f.value) +
           value_words(f.value) + "</span> <span class=\"q\">" +
           (f.value == FindingValue::kNotApplicable ? "" : probability(f.probability) + " · ") +
           escape(f.provision) + (f.reading == "base" ? "" : ", reading " + escape(f.reading)) +
           (f.missing_fact.empty() ? "" : ", missing: " + escape(f.missing_fact)) + "</span><br>";
  }
  return out;
}

std::string violation_row(const Input& in, const Incident& i) {
  const Observation* first = nullptr;
  for (const auto& e : i.evidence) {
    const auto it = in.observations.find(e.observation);
    if (it != in.observations.end()) {
      first = &it->second;
      break;
    }
  }
  const std::string position = first == nullptr          ? ""
                               : first->position.empty() ? first->source
                                                         : first->position;
  std::string what, weapon;
  for (const auto& e : i.effects) {
    what += (what.empty() ? "" : ", ") + std::string(to_words(e.effect_class));
    const std::string w(to_words(e.weapon));
    if (weapon.find(w) == std::string::npos) weapon += (weapon.empty() ? "" : ", ") + w;
  }
  const std::string means = first == nullptr || first->means.empty()
                                ? "n/k"
                                : std::string(to_string(first->means.front()));
  return "<tr id=\"" + escape(i.id) + "\"><td>" + escape(position) + "</td><td>" +
         (first == nullptr ? "" : escape(to_words(first->shape))) + "</td><td>" + means +
         "</td><td class=\"n\"><b class=\"b\">" + n(i.violations.best) +
         "</b></td><td class=\"n\">" + interval_text(i.violations) + "</td><td>" + escape(what) +
         "</td><td>" + escape(weapon) + "</td><td>" + when_text(i, in.reporting_day.zone) +
         "</td><td>" + findings_cell(in, i) + "<span class=\"vv\">" + escape(i.id) +
         "</span></td></tr>";
}

std::string violations_table(const Input& in) {
  std::string out = "<h2 class=\"page\">Violations</h2>";
  if (in.incidents.empty())
    return out +
           "<p class=\"note\">No source reported any in the period. What was watched is not known, "
           "so no bound can be given.</p>";
  out +=
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Violations\"><table "
      "class=\"viol\"><thead><tr><th>Position</th><th>Event location</th><th>Means</th><th "
      "class=\"n\">No.</th><th class=\"n\">Range</th><th>Description</th><th>Weapon</th><th>Date, "
      "time</th><th>Finding, P, provision; incident</th></tr></thead><tbody>";
  for (const auto& i : in.incidents) out += violation_row(in, i);
  return out + "<tr class=\"tot\"><td>" +
         plural(static_cast<std::int64_t>(in.incidents.size()), "incident", "incidents") +
         "</td><td></td><td></td><td class=\"n\">" + n(tally(in).violations.best) +
         "</td><td class=\"n\">" + interval_text(tally(in).violations) +
         "</td><td></td><td></td><td></td><td></td></tr></tbody></table></div>";
}

std::string claims_part(const Input& in) {
  if (in.claims.empty()) return {};
  std::string out =
      "<h2>What the parties claim</h2><div class=\"wide\"><table><thead><tr><th>Who</th><th>Of "
      "whom</th><th>What</th><th class=\"n\">Number</th><th>As of</th></tr></thead><tbody>";
  for (const auto& c : in.claims) {
    out += "<tr><td>" + escape(c.claimant) + "</td><td>" + escape(c.accused_party) + "</td><td>" +
           escape(c.metric) + (c.denial ? " (denied)" : "") + "<br><span class=\"q\">" +
           escape(c.period_text) + "</span></td><td class=\"n\"><b class=\"b\">" +
           escape(to_text(c.count)) + "?</b></td><td>" + moment(c.as_of, in.reporting_day.zone) +
           "</td></tr>";
  }
  out += "</tbody></table></div>";
  for (const auto& note : in.claim_notes) out += "<p class=\"note\">" + escape(note) + ".</p>";
  return out +
         "<p class=\"cap\">Claims are quoted, compared with what they say of themselves, and never "
         "counted.</p>";
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
  return "<h2>How to check this report</h2><p class=\"note\">Rows, figures and map are in the data "
         "file beside this page. Each incident’s chain down to the bytes of its input: <span "
         "class=\"vv\">truce explain MISSION INCIDENT/PROVISION/READING</span>. Recomputed from "
         "the log: <span class=\"vv\">truce replay MISSION</span>. Log up to entry " +
         grouped(static_cast<std::int64_t>(in.log_position)) + ":</p><p class=\"vv\">sha256 " +
         escape(in.log_hash) +
         "</p><p class=\"note\">Not proved: that the sources saw everything, and that nobody kept "
         "a second log.</p>";
}

}  // namespace

std::string to_html(const Input& in) {
  TRUCE_ENSURE(!in.days.empty());
  std::string out =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>Report, " +
      days_title(in) + " · " + escape(in.mission) + "</title><style>" + std::string(kStyle) +
      "</style></head><body><main>";
  out += head(in) + summary(in);
  out += "<div class=\"cols\"><div class=\"half map\"><h2>Where</h2>" + svg_map(in) +
         "<p class=\"cap\">Regions hold the event with 90 %; small ones are drawn as tilted glyphs "
         "with the number of incidents. Lines are approximate. Boundary view: " +
         escape(in.boundary_view) + "; designations imply no opinion on status.</p></div>";
  out += "<div class=\"half r\">" + series_table(in) + days_table(in) + kinds_table(in) +
         "</div></div>";
  out += violations_table(in) + claims_part(in);
  out += "<div class=\"cols\"><div class=\"half\">" + checks_part(in) +
         "</div><div class=\"half r\">" + provisions_part(in) + proof_part(in) + "</div></div>";
  return out + "</main></body></html>\n";
}

}  // namespace truce::report
