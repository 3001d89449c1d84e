#include "stages/report/internal/violations.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "stages/report/internal/columns.h"
#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

std::string glyph(FindingValue v) {
  static const std::map<FindingValue, std::string> kPaths{
      {FindingValue::kBreach,
       "<path d=\"M5 1h6l4 4v6l-4 4H5l-4-4V5z\" fill=\"currentColor\"/><path class=\"gx\" d=\"M8 "
       "4v5M8 11v1.6\" stroke-width=\"1.8\"/>"},
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

// "17 Apr", or "17–18 Apr" where the time that the sources leave open goes over midnight.
std::string days_words(const Interval& when, const Zone& zone) {
  const Instant last = when.end > when.start ? when.end - Duration{1} : when.end;
  const CivilDay from = zone.to_civil(when.start).day;
  const CivilDay to = zone.to_civil(last).day;
  if (from == to) return day_text(from);
  return (from.month == to.month ? n(from.day) : day_text(from)) + "–" + day_text(to);
}

std::string when_text(const Incident& i, const Zone& zone) {
  const std::string days = days_words(i.when, zone) + " <br>";
  if (i.when.length() >= Duration::hours(23)) return days + "time n/k";
  const std::string from = time_text(i.when.start, zone);
  const std::string to = time_text(i.when.end, zone);
  return days + from + (from == to ? "" : "–" + to);
}

// Findings that say the same under several readings, as one line.
struct Line {
  const Finding* finding = nullptr;
  std::vector<std::string> readings;
};

const Consequence* consequence_of(const Input& in, const Finding& f) {
  const auto it = in.consequences.find({f.provision, f.reading});
  return it == in.consequences.end() ? nullptr : &it->second;
}

// What the agreement says of a breach, where it is one.
std::string consequence_line(const Input& in, const Finding& f) {
  const Consequence* c = f.value == FindingValue::kBreach ? consequence_of(in, f) : nullptr;
  if (c == nullptr) return {};
  std::string out = c->severity.empty() ? "" : "; severity: " + escape(c->severity);
  for (const auto& r : c->remedies)
    out += (&r == c->remedies.data() ? "; remedies: " : ", ") + escape(r);
  return out;
}

bool same_words(const Input& in, const Finding& a, const Finding& b) {
  return a.provision == b.provision && consequence_line(in, a) == consequence_line(in, b) &&
         a.value == b.value && a.missing_fact == b.missing_fact &&
         (a.value == FindingValue::kNotApplicable ||
          probability(a.probability) == probability(b.probability));
}

std::vector<Line> lines_of(const Input& in, const std::vector<Finding>& findings) {
  std::vector<Line> out;
  for (const auto& f : findings) {
    bool joined = false;
    for (auto& line : out) {
      if (!same_words(in, *line.finding, f)) continue;
      line.readings.push_back(f.reading);
      joined = true;
      break;
    }
    if (!joined) out.push_back({&f, {f.reading}});
  }
  return out;
}

// ", every reading", ", reading strict", or nothing where only the base text is meant.
std::string readings_words(const Line& line, std::size_t readings) {
  if (readings > 1 && line.readings.size() == readings) return ", every reading";
  std::string out;
  for (const auto& r : line.readings)
    out += (out.empty() ? ", " : " and ") +
           (r == "base" ? std::string("base text") : "reading " + escape(r));
  return readings == 1 && line.readings.front() == "base" ? "" : out;
}

// "provision 1, every reading", for one line of the cell.
std::string scope_words(const Line& line, std::size_t readings) {
  return escape(line.finding->provision) + readings_words(line, readings);
}

std::string finding_head(FindingValue v, const std::string& beside) {
  return "<span class=\"f " + std::string(to_string(v)) + "\">" + glyph(v) + value_words(v) +
         "</span> <span class=\"q\">" + beside;
}

std::string finding_line(const Input& in, const Line& line, std::size_t readings) {
  const Finding& f = *line.finding;
  return "<div>" + finding_head(f.value, probability(f.probability)) + " <br>provision " +
         scope_words(line, readings) +
         (f.missing_fact.empty() ? "" : "; missing: " + escape(f.missing_fact)) +
         consequence_line(in, f) + "</span></div>";
}

// What does not apply is one line: with many provisions most of them never do. Those that speak of
// the same readings share their words.
std::string not_applicable_line(const std::vector<Line>& lines,
                                const std::map<std::string, std::size_t>& readings) {
  std::map<std::string, std::vector<std::string>> provisions;  // by what is said of readings
  for (const auto& line : lines) {
    const Finding& f = *line.finding;
    if (f.value == FindingValue::kNotApplicable)
      provisions[readings_words(line, readings.at(f.provision))].push_back(escape(f.provision));
  }
  std::string out;
  for (const auto& [scope, names] : provisions) {
    out +=
        (out.empty() ? "" : "; ") + std::string(names.size() == 1 ? "provision " : "provisions ");
    for (const auto& name : names) out += (&name == names.data() ? "" : ", ") + name;
    out += scope;
  }
  if (out.empty()) return {};
  return "<div>" + finding_head(FindingValue::kNotApplicable, "<br>" + out) + "</span></div>";
}

// What an incident's findings say: the one that a reader should see first, and the rest.
struct Findings {
  std::string leading;
  std::string others;
};

Findings findings_words(const Input& in, const Incident& i) {
  const auto it = in.findings.find(i.id);
  const Finding* first = leading_finding(in, i.id);
  if (it == in.findings.end() || first == nullptr) return {};
  std::map<std::string, std::size_t> readings;  // by provision
  for (const auto& f : it->second) ++readings[f.provision];
  const auto lines = lines_of(in, it->second);
  if (first->value == FindingValue::kNotApplicable)
    return {not_applicable_line(lines, readings), {}};
  Findings out;
  for (const auto& line : lines) {
    if (line.finding->value == FindingValue::kNotApplicable) continue;
    const bool leads = same_words(in, *line.finding, *first);
    (leads ? out.leading : out.others) += finding_line(in, line, readings[line.finding->provision]);
  }
  out.others += not_applicable_line(lines, readings);
  return out;
}

// The incident's id and where its evidence lies in the log.
std::string trace_words(const Input& in, const Incident& i) {
  std::set<std::uint64_t> entries;
  for (const auto& e : i.evidence) {
    const auto it = in.observation_positions.find(e.observation);
    if (it != in.observation_positions.end()) entries.insert(it->second);
  }
  std::string out = escape(i.id);
  for (const auto entry : entries)
    out += (entry != *entries.begin() ? ", "
            : entries.size() == 1     ? " · log entry "
                                      : " · log entries ") +
           n(static_cast<std::int64_t>(entry));
  return out;
}

// "amber .98, not determined .02": who it may have been, where the agreement provides for saying
// it.
std::string attribution_text(const Input& in, const Incident& i) {
  const auto it = in.attributions.find(i.id);
  if (it == in.attributions.end()) return {};
  std::string out;
  for (const auto& a : it->second.alternatives) {
    const auto name = in.party_names.find(a.party);
    out += (out.empty() ? "" : ", ") +
           (name == in.party_names.end() ? "not determined" : escape(name->second)) + " " +
           probability(a.probability);
  }
  return out.empty() ? out : "<div class=\"q\">Who: " + out + "</div>";
}

std::string cell(const char* css, const std::string& inner) {
  return "<td role=\"cell\" class=\"" + std::string(css) + "\">" + inner + "</td>";
}

std::string row(const Input& in, const Incident& i) {
  const Evidence evidence = evidence_of(in, i);
  const Findings findings = findings_words(in, i);
  return "<tbody role=\"rowgroup\"><tr role=\"row\" id=\"" + escape(i.id) + "\">" +
         cell("v-pos", escape(position_column(evidence))) +
         cell("v-loc", escape(location_column(evidence))) +
         cell("v-means", means_column(evidence)) +
         cell("n v-no", "<b class=\"b\">" + n(i.violations.best) + "</b>") +
         cell("n v-range", interval_text(i.violations)) +
         cell("v-what", escape(observation_column(i))) +
         cell("v-how", escape(description_column(i, evidence))) +
         cell("v-weapon", escape(weapon_column(i, evidence))) +
         cell("v-when", when_text(i, in.reporting_day.zone)) + cell("v-find", findings.leading) +
         "</tr><tr role=\"row\" class=\"id\"><td role=\"cell\" colspan=\"10\"><span class=\"vv\">" +
         trace_words(in, i) + "</span>" + attribution_text(in, i) +
         (findings.others.empty() ? "" : "<div class=\"also\">" + findings.others + "</div>") +
         "</td></tr></tbody>";
}

std::string header(const Input& in) {
  std::string out =
      "<table class=\"viol\" role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">";
  const std::string when = "Date, time (" + zone_names(in.period, in.reporting_day.zone) + ")";
  for (const std::string& name :
       {std::string("Position"), std::string("Event location"), std::string("Means"),
        std::string("No."), std::string("Range"), std::string("Observation"),
        std::string("Description"), std::string("Weapon"), when,
        std::string("Finding, P, provision")})
    out += std::string("<th role=\"columnheader\"") +
           (name == "No." || name == "Range" ? " class=\"n\">" : ">") + name + "</th>";
  return out + "</tr></thead>";
}

}  // namespace

CountInterval all_violations(const Input& in) {
  CountInterval sum;
  for (const auto& i : in.incidents) sum = sum + i.violations;
  return sum;
}

std::string violations_table(const Input& in) {
  std::string out = "<h2 class=\"page\">Violations</h2>";
  if (in.incidents.empty())
    return out +
           "<p class=\"note\">No source reported any in the period. What was watched is not known, "
           "so no bound can be given.</p>";
  out +=
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Violations\">" + header(in);
  for (const auto& i : in.incidents) out += row(in, i);
  const CountInterval all = all_violations(in);
  return out +
         "<tbody role=\"rowgroup\"><tr role=\"row\" class=\"tot\"><td role=\"cell\" "
         "colspan=\"3\">" +
         plural(static_cast<std::int64_t>(in.incidents.size()), "incident", "incidents") + "</td>" +
         cell("n v-no", n(all.best)) + cell("n v-range", interval_text(all)) +
         "<td role=\"cell\" colspan=\"5\"></td></tr></tbody></table></div>";
}

}  // namespace truce::report
