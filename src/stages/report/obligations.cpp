// What is broken or open comes first, then what is still owed. Of what was settled before the
// period began only the number is told: an agreement that lasts has thousands of such.

#include "stages/report/internal/obligations.h"

#include <algorithm>

#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

constexpr std::size_t kRowsMax = 200;

bool is_settled(const ObligationLine& o) {
  return o.state == "fulfilled" || o.state == "terminated";
}

int place_in_list(const ObligationLine& o) {
  if (o.state.starts_with("breached")) return 0;
  if (o.state == "undeterminable") return 1;
  if (o.state == "in_force") return 2;
  return is_settled(o) ? 3 : 4;
}

std::string spaced(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return escape(name);
}

std::string due_words(const Input& in, const ObligationLine& o) {
  const Zone& zone = in.reporting_day.zone;
  if (!o.latest || !o.earliest) return "–";
  const std::string latest = moment(*o.latest, zone);
  return *o.earliest == *o.latest ? latest : moment(*o.earliest, zone) + " to " + latest;
}

std::string party_words(const Input& in, const std::string& id) {
  const auto it = in.party_names.find(id);
  return escape(it == in.party_names.end() ? id : it->second);
}

std::string obligation_row(const Input& in, const ObligationLine& o) {
  std::string out = "<tr><td>" + escape(o.words) + "<br><span class=\"q\">" + escape(o.finding) +
                    "</span></td><td>" + party_words(in, o.party) + "</td><td class=\"n\">" +
                    due_words(in, o) + "</td><td><b>" + spaced(o.state) + "</b></td><td>" +
                    escape(o.why.words);
  for (const auto& r : o.otherwise) out += "<br>under the reading " + spaced(r);
  return out + "</td></tr>";
}

}  // namespace

std::string obligations_part(const Input& in) {
  if (in.obligations.empty()) return {};
  std::vector<const ObligationLine*> rows;
  std::int64_t settled = 0;
  for (const auto& o : in.obligations) {
    if (is_settled(o) && o.latest && *o.latest < in.period.start && o.otherwise.empty())
      ++settled;
    else
      rows.push_back(&o);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const ObligationLine* a, const ObligationLine* b) {
    return place_in_list(*a) < place_in_list(*b);
  });
  std::string out =
      "<h2>Obligations</h2><div class=\"wide\"><table class=\"gt-t\"><thead><tr><th>What is "
      "owed</th>"
      "<th>By whom</th><th class=\"n\">Due</th><th>State</th><th>Why</th></tr></thead><tbody>";
  for (std::size_t i = 0; i < rows.size() && i < kRowsMax; ++i) out += obligation_row(in, *rows[i]);
  out += "</tbody></table></div><p class=\"cap\">As they stood at the end of the period";
  if (rows.size() > kRowsMax)
    out += "; " + n(static_cast<std::int64_t>(rows.size() - kRowsMax)) + " more are in the JSON";
  if (settled > 0)
    out += "; " + plural(settled, "other was", "others were") + " settled before it began";
  return out + ". “Due” is the last instant in time.</p>";
}

}  // namespace truce::report
