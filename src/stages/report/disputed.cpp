#include "stages/report/internal/disputed.h"

#include <algorithm>

#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

constexpr std::size_t kRowsShown = 60;

std::string value_text(const std::string& reading, FindingValue value, double p) {
  const std::string scope = reading == "base" ? "base text" : "reading " + escape(reading);
  return "<div><span class=\"f " + std::string(to_string(value)) + "\">" + value_words(value) +
         "</span> <span class=\"q\">" +
         (value == FindingValue::kNotApplicable ? "" : probability(p) + ", ") + scope +
         "</span></div>";
}

std::string more_than_shown(std::size_t count) {
  if (count <= kRowsShown) return {};
  return "<p class=\"note\">and " + n(static_cast<std::int64_t>(count - kRowsShown)) +
         " more, in the data file.</p>";
}

std::string conduct_row(const Input& in, const OtherConduct& c) {
  std::string findings;
  for (const Finding& f : c.findings)
    findings += "<div>provision " + escape(f.provision) + "</div>" +
                value_text(f.reading, f.value, f.probability);
  return "<tr><td class=\"n\">" + span_text(c.when, in.reporting_day.zone) + "</td><td>" +
         escape(c.words) + "<br><span class=\"vv\">" + escape(c.subject) + "</span></td><td>" +
         findings + "</td></tr>";
}

std::string difference_row(const Difference& d) {
  std::string sides, facts;
  for (const auto& s : d.sides) sides += value_text(s.reading, s.value, s.probability);
  for (const auto& f : d.facts) facts += (facts.empty() ? "" : ", ") + escape(f);
  return "<tr><td>" + escape(d.provision) + "<br><span class=\"vv\">" + escape(d.subject) +
         "</span></td><td>" + sides + "</td><td>" + facts + "</td></tr>";
}

}  // namespace

std::string conducts_part(const Input& in) {
  if (in.conducts.empty()) return {};
  std::string out =
      "<div class=\"wide\"><h2>What else was judged</h2><table "
      "class=\"gt-t\"><thead><tr><th>When</th><th>What was "
      "seen or said</th><th>Finding</th></tr></thead><tbody>";
  for (std::size_t k = 0; k < std::min(kRowsShown, in.conducts.size()); ++k)
    out += conduct_row(in, in.conducts[k]);
  return out + "</tbody></table>" + more_than_shown(in.conducts.size()) + "</div>";
}

std::string differences_part(const Input& in) {
  if (in.differences.empty()) return {};
  std::string out =
      "<div class=\"wide\"><h2>Where the readings differ</h2><p class=\"note\">The same evidence, "
      "held against the same provision, comes to other values under other readings of the text. "
      "Which reading holds is for the parties to settle.</p><table class=\"gt-t\"><thead><tr>"
      "<th>Provision and subject</th><th>Finding by reading</th><th>They part "
      "on</th></tr></thead><tbody>";
  for (std::size_t k = 0; k < std::min(kRowsShown, in.differences.size()); ++k)
    out += difference_row(in.differences[k]);
  return out + "</tbody></table>" + more_than_shown(in.differences.size()) + "</div>";
}

}  // namespace truce::report
