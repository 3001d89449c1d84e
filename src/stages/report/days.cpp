#include "stages/report/internal/days.h"

#include <algorithm>
#include <vector>

#include "stages/report/internal/svg_map.h"
#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

constexpr std::size_t kAcross = 7;       // as many columns of days as half a page holds
constexpr std::size_t kBesideMax = 14;   // as many rows of days as stand beside the map
constexpr std::size_t kColumnRows = 36;  // of two columns side by side, so that a page holds both

bool are_many(const Input& in) {
  return std::max(in.series_days.size(), in.history.size()) > kBesideMax;
}

std::string table(const std::string& head, const std::vector<std::string>& rows, std::size_t first,
                  std::size_t last) {
  std::string out = "<table><thead>" + head + "</thead><tbody>";
  for (std::size_t i = first; i < last; ++i) out += rows[i];
  return out + "</tbody></table>";
}

// Pair after pair of columns, the earlier days left: each pair is as high as a page at most.
std::string two_columns(const std::string& head, const std::vector<std::string>& rows) {
  std::string out;
  for (std::size_t first = 0; first < rows.size(); first += 2 * kColumnRows) {
    const std::size_t last = std::min(rows.size(), first + 2 * kColumnRows);
    const std::size_t middle = first + (last - first + 1) / 2;
    out += "<div class=\"cols keep\"><div class=\"half\">" + table(head, rows, first, middle) +
           "</div><div class=\"half r\">";
    if (middle < last) out += table(head, rows, middle, last);
    out += "</div></div>";
  }
  return out;
}

std::string laid_out(const Input& in, const std::string& head,
                     const std::vector<std::string>& rows) {
  if (are_many(in)) return two_columns(head, rows);
  return "<div class=\"wide\">" + table(head, rows, 0, rows.size()) + "</div>";
}

// "days in UTC"
std::string series_days_words(const Series& s) {
  if (s.day_starts == "00:00") return "days in " + escape(s.zone);
  return "reporting days, " + s.day_starts + " to " + s.day_starts + ", " + escape(s.zone);
}

std::string series_cell(const std::optional<std::int64_t>& v) {
  return "<td class=\"n\">" + (v ? grouped(*v) : std::string("no data")) + "</td>";
}

// Many days run down the page, not across it.
std::string series_by_day(const Input& in) {
  std::string head = "<tr><th>Day</th>";
  for (const auto& s : in.series)
    head += "<th class=\"n\">" + escape(s.label) + "<br>" + series_days_words(s) + "</th>";
  std::vector<std::string> rows;
  for (std::size_t day = 0; day < in.series_days.size(); ++day) {
    std::string row = "<tr><td>" + day_text(in.series_days[day]) + "</td>";
    for (const auto& s : in.series) row += series_cell(s.per_day[day]);
    rows.push_back(row + "</tr>");
  }
  return laid_out(in, head + "</tr>", rows);
}

std::string series_by_feed(const Input& in) {
  std::string head = "<tr><th>Feed</th>";
  for (const auto& d : in.series_days) head += "<th class=\"n\">" + day_text(d) + "</th>";
  std::vector<std::string> rows;
  for (const auto& s : in.series) {
    std::string row = "<tr><td>" + escape(s.label) + "<br><span class=\"q\">" +
                      series_days_words(s) + "</span></td>";
    for (const auto& v : s.per_day) row += series_cell(v);
    rows.push_back(row + "</tr>");
  }
  return "<div class=\"wide\">" + table(head + "</tr>", rows, 0, rows.size()) + "</div>";
}

std::string series_part(const Input& in) {
  if (in.series.empty()) return {};
  return "<h2>What the sources said, per day</h2>" +
         (in.series_days.size() > kAcross ? series_by_day(in) : series_by_feed(in)) +
         "<p class=\"cap\">Reports and alerts as the feeds count them. They are not violations and "
         "are not added to them.</p>";
}

std::string history_part(const Input& in) {
  if (in.history.size() < 2) return {};
  std::vector<std::string> rows;
  for (const auto& d : in.history)
    rows.push_back("<tr><td>" + day_text(d.day) + "</td><td class=\"n\"><b class=\"b\">" +
                   n(d.violations.best) + "</b></td><td class=\"n\">" +
                   (d.incidents == 0 ? "no bound" : interval_text(d.violations)) +
                   "</td><td class=\"n\">" + n(d.incidents) + "</td></tr>");
  return "<h2>Day by day</h2>" +
         laid_out(in,
                  "<tr><th>Day</th><th class=\"n\">violations</th><th class=\"n\">range</th><th "
                  "class=\"n\">incidents</th></tr>",
                  rows);
}

}  // namespace

std::string days_beside(const Input& in) {
  return are_many(in) ? std::string() : series_part(in) + history_part(in);
}

std::string days_below(const Input& in) {
  return are_many(in) ? series_part(in) + history_part(in) : std::string();
}

}  // namespace truce::report
