// A gate hangs on days, so the picture has one cell per day: what the day was above, the count as a
// line of figures where it changed, and a bar below while the gate was open, a line once it is
// done. What was not watched is hatched, for an empty cell would look like quiet.

#include "stages/report/internal/gates.h"

#include <algorithm>

#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

constexpr double kStripWidth = 724;
constexpr double kCellTop = 4;
constexpr double kCellHeight = 18;
constexpr double kOpenTop = kCellTop + kCellHeight + 3;
constexpr double kLabels = kOpenTop + 22;
constexpr std::size_t kDaysDrawnMax = 120;

std::string cell_class(const GateDayCell& d) {
  if (d.verdict == "breach") return "gt-breach";
  if (d.verdict == "maybe_breach") return "gt-maybe";
  if (d.verdict == "verified") return "gt-quiet";
  return d.verdict == "not_verified" ? "gt-unseen" : "gt-none";
}

std::string count_text(const GateDayCell& d) {
  return d.low == d.high ? n(d.low) : n(d.low) + "–" + n(d.high);
}

std::string box(const std::string& css, double x, double y, double w, double h,
                const std::string& title) {
  return "<rect class=\"" + css + "\" x=\"" + one_decimal(x) + "\" y=\"" + one_decimal(y) +
         "\" width=\"" + one_decimal(w) + "\" height=\"" + one_decimal(h) + "\">" +
         (title.empty() ? "" : "<title>" + escape(title) + "</title>") + "</rect>";
}

std::string label(double x, double y, const std::string& words, const char* css) {
  return std::string("<text class=\"") + css + "\" text-anchor=\"middle\" x=\"" + one_decimal(x) +
         "\" y=\"" + one_decimal(y) + "\">" + words + "</text>";
}

std::string one_cell(const GateDayCell& d, double x, double w, bool says_count, bool says_day) {
  const std::string title =
      day_text(d.day) + ": " + d.state + ", " + count_text(d) + "; " + d.why.words;
  std::string out = box(cell_class(d), x + 0.4, kCellTop, w - 0.8, kCellHeight, title);
  if (d.verdict == "breach")
    out += "<path class=\"gt-x\" d=\"M" + one_decimal(x + w / 2 - 3) + " " +
           one_decimal(kCellTop + 6) + "l6 6m0 -6l-6 6\"/>";
  if (says_count && d.verdict == "verified" && d.state == "counting")
    out += label(x + w / 2, kCellTop + 12.5, count_text(d), "gt-n");
  if (!d.moved.empty())
    out += "<path class=\"gt-moved\" d=\"M" + one_decimal(x + w - 0.4) + " " +
           one_decimal(kCellTop) + "h-6l6 6z\"/>";
  if (d.state == "open") out += box("gt-open", x, kOpenTop, w, 5, "");
  if (d.state == "done") out += box("gt-open", x, kOpenTop + 2, w, 1.4, "");
  if (says_day) out += label(x + w / 2, kLabels, day_text(d.day), "h-t");
  return out;
}

std::string strip(const GateStrip& gate) {
  const std::size_t first = gate.days.size() > kDaysDrawnMax ? gate.days.size() - kDaysDrawnMax : 0;
  const std::size_t count = gate.days.size() - first;
  const double w =
      std::min(24.0, kStripWidth / static_cast<double>(std::max<std::size_t>(count, 1)));
  const std::size_t every = 1 + static_cast<std::size_t>(56 / w);
  std::string out =
      "<svg class=\"hours\" viewBox=\"0 0 " + one_decimal(kStripWidth + 26) + " " +
      one_decimal(kLabels + 4) + "\" role=\"img\" aria-label=\"Gate " + escape(gate.id) +
      " by day\"><defs><pattern id=\"gt-hatch-" + escape(gate.id) +
      "\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
      "<rect class=\"gt-h\" width=\"1.4\" height=\"5\"/></pattern></defs>"
      "<g fill=\"url(#gt-hatch-" +
      escape(gate.id) + ")\">";  // of what has no fill of its own: the hatched
  for (std::size_t k = 0; k < count; ++k)
    out +=
        one_cell(gate.days[first + k], 13 + static_cast<double>(k) * w, w, w >= 9, k % every == 0);
  return out + "</g></svg>";
}

// Readings under which it stood elsewhere; the picture is that of the base text.
std::string elsewhere_note(const GateStrip& gate) {
  std::string out;
  for (const auto& e : gate.elsewhere)
    out += "<p class=\"note\">Under the reading “" + escape(e.reading) + "” (" + escape(e.words) +
           ") it stood elsewhere on " + plural(e.days, "day", "days") + ", from " +
           day_text(e.first) + " on; at the end it is " + escape(e.state) + ".</p>";
  return out;
}

std::string changes_table(const Input& in, const GateStrip& gate) {
  const Zone& zone = in.reporting_day.zone;
  std::string out =
      "<table "
      "class=\"gt-t\"><thead><tr><th>When</th><th>From</th><th>To</th><th>Why</th></tr></"
      "thead><tbody>";
  for (const auto& c : gate.changes)
    out += "<tr><td class=\"n\">" + moment(c.at, zone) + "</td><td>" + escape(c.from) +
           "</td><td><b>" + escape(c.to) + "</b></td><td>" + escape(c.why.words) + "</td></tr>";
  return out + "</tbody></table>";
}

// Days that late data moved, in words: a page printed before may say otherwise.
std::string moved_part(const GateStrip& gate) {
  std::string items;
  std::int64_t number = 0;
  for (const auto& d : gate.days) {
    if (d.moved.empty()) continue;
    ++number;
    items += "<li>" + escape(d.moved) + "</li>";
  }
  if (number == 0) return {};
  return "<p class=\"note\">" + (number == 1 ? "One day says" : n(number) + " days say") +
         " otherwise than when first told, by data that came later; marked with a corner:</p>"
         "<ul class=\"gt-m\">" +
         items + "</ul>";
}

}  // namespace

std::string gates_part(const Input& in) {
  std::string out;
  for (const GateStrip& gate : in.gates) {
    out +=
        "<div class=\"keep\"><h2>Gate “" + escape(gate.id) + "”: " + escape(gate.state) +
        "</h2><p class=\"note\">" + escape(gate.words) +
        "</p><div class=\"hoursw\" tabindex=\"0\" role=\"region\" aria-label=\"Gate " +
        escape(gate.id) + "\">" + strip(gate) +
        "</div><p class=\"cap\">One cell per day: pale, quiet and verified, with the number of "
        "days "
        "counted of " +
        n(gate.days_needed) +
        "; hatched, not verified, so that the count pauses; crossed, a breach. The bar below: the "
        "gate was open; a line: every step was taken.</p></div>" +
        elsewhere_note(gate) + moved_part(gate) + changes_table(in, gate);
  }
  return out;
}

}  // namespace truce::report
