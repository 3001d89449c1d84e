// Effects by the hour. Few sources know the hour: a headline says "since yesterday evening". Bars
// that put such an effect into one hour would know more than the record, so its count is spread
// over the whole interval and drawn in a lighter tone.

#include "stages/report/internal/hours.h"

#include <algorithm>
#include <cmath>

#include "stages/report/internal/words.h"

namespace truce::report {

namespace {

constexpr double kLeft = 26;    // room for the numbers of the axis
constexpr double kWidth = 724;  // of the plot
constexpr double kTop = 8;
constexpr double kHeight = 62;
constexpr double kBand = kTop + kHeight + 3;  // the band "in force" beneath the axis

Duration bar_length(const Interval& period) {
  for (const int hours : {1, 3, 6}) {
    if (period.length() <= Duration::hours(hours * static_cast<std::int64_t>(kBarsMax)))
      return Duration::hours(hours);
  }
  return Duration::hours(12);
}

double overlap_s(const Interval& a, const Interval& b) {
  return std::max(0.0, (std::min(a.end, b.end) - std::max(a.start, b.start)).in_seconds());
}

void put(std::vector<HourBar>& bars, const Incident& i) {
  const double count = static_cast<double>(i.violations.best);
  if (bars.empty()) return;
  if (i.when.length() <= bars.front().when.length()) {
    const Instant middle = i.when.start + Duration{i.when.length().ns / 2};
    for (auto& b : bars) {
      if (b.when.contains(middle)) b.sharp += count;
    }
    return;
  }
  for (auto& b : bars) b.spread += count * overlap_s(b.when, i.when) / i.when.length().in_seconds();
}

// The smallest of 1, 2, 5, 10, 20, … that is not below.
double rounded_up(double v) {
  double scale = 1;
  for (;;) {
    for (const double step : {1.0, 2.0, 5.0}) {
      if (step * scale >= v) return step * scale;
    }
    scale *= 10;
  }
}

// Times to places on the axis.
struct Axis {
  Interval period;
  double x(Instant t) const {
    const double share = (std::clamp(t, period.start, period.end) - period.start).in_seconds() /
                         period.length().in_seconds();
    return kLeft + share * kWidth;
  }
};

std::string rect(const char* css, double x, double y, double w, double h) {
  return std::string("<rect class=\"") + css + "\" x=\"" + one_decimal(x) + "\" y=\"" +
         one_decimal(y) + "\" width=\"" + one_decimal(w) + "\" height=\"" + one_decimal(h) + "\"/>";
}

std::string text(const char* anchor, double x, double y, const std::string& words) {
  return std::string("<text class=\"h-t\" text-anchor=\"") + anchor + "\" x=\"" + one_decimal(x) +
         "\" y=\"" + one_decimal(y) + "\">" + words + "</text>";
}

std::string draw_bars(const std::vector<HourBar>& bars, const Axis& axis, double top) {
  std::string out;
  for (const auto& b : bars) {
    const double x = axis.x(b.when.start) + 0.5;
    const double w = std::max(1.0, axis.x(b.when.end) - axis.x(b.when.start) - 1);
    const double sharp = b.sharp / top * kHeight;
    const double spread = b.spread / top * kHeight;
    const double floor = kTop + kHeight;
    if (b.sharp > 0) out += rect("h-sharp", x, floor - sharp, w, sharp);
    if (b.spread > 0) out += rect("h-spread", x, floor - sharp - spread, w, spread);
  }
  return out;
}

std::string draw_scale(double top) {
  std::string out;
  for (const double v : {top / 2, top}) {
    const std::string y = one_decimal(kTop + kHeight - v / top * kHeight);
    out += "<path class=\"h-grid\" d=\"M" + one_decimal(kLeft) + " " + y + "H" +
           one_decimal(kLeft + kWidth) + "\"/>" +
           text("end", kLeft - 5, kTop + kHeight - v / top * kHeight + 3,
                v == std::floor(v) ? n(static_cast<std::int64_t>(v)) : one_decimal(v));
  }
  return out + "<path class=\"h-axis\" d=\"M" + one_decimal(kLeft) + " " +
         one_decimal(kTop + kHeight) + "H" + one_decimal(kLeft + kWidth) + "\"/>";
}

// Hours of the one day, or the bounds of the days.
std::string draw_times(const Input& in, const Axis& axis) {
  const Zone& zone = in.reporting_day.zone;
  const double y = kBand + 20;
  std::string out;
  if (in.days.size() == 1) {
    for (int k = 0; k <= 8; ++k) {
      const Instant t = in.period.start + Duration{in.period.length().ns / 8 * k};
      const char* anchor = k == 0 ? "start" : k == 8 ? "end" : "middle";
      out += text(anchor, axis.x(t), y, time_text(t, zone));
    }
    return out;
  }
  const std::size_t every = 1 + in.days.size() / 13;
  for (std::size_t k = 0; k < in.days.size(); ++k) {
    const Interval day = in.reporting_day.interval(in.days[k]);
    if (k > 0)
      out += "<path class=\"h-day\" d=\"M" + one_decimal(axis.x(day.start)) + " " +
             one_decimal(kTop) + "V" + one_decimal(kBand + 8) + "\"/>";
    if (k % every == 0)
      out += text("middle", (axis.x(day.start) + axis.x(day.end)) / 2, y, day_text(in.days[k]));
  }
  return out;
}

std::string draw_in_force(const Input& in, const Axis& axis) {
  if (!in.agreement_in_force.overlaps(in.period)) return {};
  const double from = axis.x(in.agreement_in_force.start);
  return rect("h-force", from, kBand, axis.x(in.agreement_in_force.end) - from, 6);
}

std::string caption(const Input& in, const std::vector<HourBar>& bars) {
  double sharp = 0;
  for (const auto& b : bars) sharp += b.sharp;
  const auto known = static_cast<std::int64_t>(std::llround(sharp));
  const auto length = static_cast<std::int64_t>(bars.front().when.length().in_seconds() / 3600);
  std::string out = "Best counts per " +
                    (length == 1 ? std::string("hour") : n(length) + " hours") +
                    ". Solid: " + plural(known, "effect", "effects") +
                    " whose time is known that well. Pale: the others, spread evenly over the time "
                    "that their sources leave open.";
  if (in.agreement_in_force.overlaps(in.period)) out += " Band: the base text was in force.";
  return out + " Which hours were watched is not known.";
}

}  // namespace

std::vector<HourBar> hour_bars(const Input& in) {
  std::vector<HourBar> bars;
  const Duration length = bar_length(in.period);
  for (Instant t = in.period.start; t < in.period.end; t = t + length)
    bars.push_back({{t, std::min(t + length, in.period.end)}, 0, 0});
  for (const auto& i : in.incidents) put(bars, i);
  return bars;
}

std::string hours_part(const Input& in) {
  const auto bars = hour_bars(in);
  double most = 0;
  for (const auto& b : bars) most = std::max(most, b.sharp + b.spread);
  if (bars.empty() || most <= 0) return {};
  const double top = rounded_up(most);
  const Axis axis{in.period};
  return "<div class=\"keep\"><h2>" +
         std::string(in.days.size() == 1 ? "The day by the hour" : "Hour by hour") +
         "</h2><div class=\"hoursw\" tabindex=\"0\" role=\"region\" aria-label=\"Hour by "
         "hour\"><svg class=\"hours\" viewBox=\"0 0 " +
         one_decimal(kLeft + kWidth) + " " + one_decimal(kBand + 24) +
         "\" role=\"img\" aria-label=\"Effects over time\">" + draw_scale(top) +
         draw_bars(bars, axis, top) + draw_in_force(in, axis) + draw_times(in, axis) +
         "</svg></div><p class=\"cap\">" + caption(in, bars) + "</p></div>";
}

}  // namespace truce::report
