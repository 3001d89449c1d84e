#include "stages/report/internal/violations.h"

#include <algorithm>
#include <map>
#include <vector>

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

std::string when_text(const Incident& i, const Zone& zone) {
  if (i.when.length() >= Duration::hours(23))
    return day_text(zone.to_civil(i.when.start).day) + " <br>time n/k";
  const std::string from = time_text(i.when.start, zone);
  const std::string to = time_text(i.when.end, zone);
  return day_text(zone.to_civil(i.when.start).day) + " <br>" + from + (from == to ? "" : "–" + to);
}

// Findings that say the same under several readings, as one line.
struct Line {
  const Finding* finding = nullptr;
  std::vector<std::string> readings;
};

bool same_words(const Finding& a, const Finding& b) {
  return a.provision == b.provision && a.value == b.value && a.missing_fact == b.missing_fact &&
         (a.value == FindingValue::kNotApplicable ||
          probability(a.probability) == probability(b.probability));
}

std::vector<Line> lines_of(const std::vector<Finding>& findings) {
  std::vector<Line> out;
  for (const auto& f : findings) {
    bool joined = false;
    for (auto& line : out) {
      if (!same_words(*line.finding, f)) continue;
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

std::string findings_cell(const Input& in, const Incident& i) {
  const auto it = in.findings.find(i.id);
  if (it == in.findings.end()) return "";
  std::map<std::string, std::size_t> readings;  // by provision
  for (const auto& f : it->second) ++readings[f.provision];
  std::string out;
  for (const auto& line : lines_of(it->second)) {
    const Finding& f = *line.finding;
    out += "<div><span class=\"f " + std::string(to_string(f.value)) + "\">" + glyph(f.value) +
           value_words(f.value) + "</span> <span class=\"q\">" +
           (f.value == FindingValue::kNotApplicable ? "" : probability(f.probability)) +
           " <br>provision " + escape(f.provision) + readings_words(line, readings[f.provision]) +
           (f.missing_fact.empty() ? "" : "; missing: " + escape(f.missing_fact)) + "</span></div>";
  }
  return out;
}

const Observation* first_evidence(const Input& in, const Incident& i) {
  for (const auto& e : i.evidence) {
    const auto it = in.observations.find(e.observation);
    if (it != in.observations.end()) return &it->second;
  }
  return nullptr;
}

// Distinct words of the incident's effects, in their order.
template <class Words>
std::string effects_words(const Incident& i, Words words) {
  std::vector<std::string> seen;
  std::string out;
  for (const auto& e : i.effects) {
    const std::string w(words(e));
    if (std::find(seen.begin(), seen.end(), w) != seen.end()) continue;
    seen.push_back(w);
    out += (out.empty() ? "" : ", ") + w;
  }
  return out;
}

std::string means_words(const Observation* first) {
  if (first == nullptr || first->means.empty()) return "n/k";
  return std::string(to_string(first->means.front()));
}

std::string cell(const char* css, const std::string& inner) {
  return "<td role=\"cell\" class=\"" + std::string(css) + "\">" + inner + "</td>";
}

std::string row(const Input& in, const Incident& i) {
  const Observation* first = first_evidence(in, i);
  const std::string position = first == nullptr          ? ""
                               : first->position.empty() ? first->source
                                                         : first->position;
  return "<tbody role=\"rowgroup\"><tr role=\"row\" id=\"" + escape(i.id) + "\">" +
         cell("v-pos", escape(position)) +
         cell("v-loc", first == nullptr ? "" : escape(to_words(first->shape))) +
         cell("v-means", means_words(first)) +
         cell("n v-no", "<b class=\"b\">" + n(i.violations.best) + "</b>") +
         cell("n v-range", interval_text(i.violations)) +
         cell("v-what",
              escape(effects_words(i, [](const Effect& e) { return to_words(e.effect_class); }))) +
         cell("v-weapon",
              escape(effects_words(i, [](const Effect& e) { return to_words(e.weapon); }))) +
         cell("v-when", when_text(i, in.reporting_day.zone)) +
         cell("v-find", findings_cell(in, i)) +
         "</tr><tr role=\"row\" class=\"id\"><td role=\"cell\" colspan=\"9\"><span class=\"vv\">" +
         escape(i.id) + "</span></td></tr></tbody>";
}

std::string header(const Input& in) {
  std::string out =
      "<table class=\"viol\" role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">";
  const std::string when =
      "Date, time (" + in.reporting_day.zone.abbreviation(in.period.start) + ")";
  for (const std::string& name :
       {std::string("Position"), std::string("Event location"), std::string("Means"),
        std::string("No."), std::string("Range"), std::string("Description"), std::string("Weapon"),
        when, std::string("Finding, P, provision")})
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
         "<td role=\"cell\" colspan=\"4\"></td></tr></tbody></table></div>";
}

}  // namespace truce::report
