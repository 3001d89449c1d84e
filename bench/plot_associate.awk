#!/usr/bin/awk -f
# The lines of bench_associate as a picture: processor seconds against arrivals, both axes by tens.
# Linear is as steep as the dashed floor.
#
# usage: build/release/bench/bench_associate | bench/plot_associate.awk > docs/associate-cost.svg

function value(key,    at, rest) {
  at = index($0, "\"" key "\":")
  rest = substr($0, at + length(key) + 3)
  gsub(/^"/, "", rest)
  match(rest, /^[-A-Za-z0-9.]+/)
  return substr(rest, 1, RLENGTH)
}
function log10(v) { return log(v) / log(10) }
function x(v) { return 70 + (log10(v) - x_low) / (x_high - x_low) * 520 }
function y(v) { return 330 - (log10(v) - y_low) / (y_high - y_low) * 300 }
function floor_of(v) { return v < int(v) ? int(v) - 1 : int(v) }
function ceil_of(v) { return v > int(v) ? int(v) + 1 : int(v) }

/"bench":"associate"/ {
  n++
  by[n] = value("by")
  arrivals[n] = value("arrivals") + 0
  spent[n] = value("processor_s") + 0
  least[n] = value("floor_s") + 0
  sensors[n] = value("sensors")
  minute[n] = value("arrivals_per_minute")
  if (n == 1 || arrivals[n] < x_min) x_min = arrivals[n]
  if (n == 1 || arrivals[n] > x_max) x_max = arrivals[n]
  if (n == 1 || least[n] < y_min) y_min = least[n]
  if (n == 1 || spent[n] > y_max) y_max = spent[n]
}

END {
  if (n == 0) exit 1
  x_low = floor_of(log10(x_min)); x_high = ceil_of(log10(x_max))
  y_low = floor_of(log10(y_min)); y_high = ceil_of(log10(y_max))
  print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 620 390\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\">"
  print "<title>Processor seconds of the associator against arrivals</title>"
  print "<rect width=\"620\" height=\"390\" fill=\"white\"/>"
  for (d = x_low; d <= x_high; d++) {
    printf "<path d=\"M%.1f 30V330\" stroke=\"#ddd\"/><text x=\"%.1f\" y=\"347\" text-anchor=\"middle\">%d</text>\n", x(10 ^ d), x(10 ^ d), 10 ^ d
  }
  for (d = y_low; d <= y_high; d++) {
    printf "<path d=\"M70 %.1fH590\" stroke=\"#ddd\"/><text x=\"62\" y=\"%.1f\" text-anchor=\"end\">%g s</text>\n", y(10 ^ d), y(10 ^ d) + 4, 10 ^ d
  }
  print "<text x=\"330\" y=\"367\" text-anchor=\"middle\">arrivals</text>"
  line("sensors", "#1b4f8a", 0)
  line("arrivals", "#b3541e", 0)
  line("sensors", "#1b4f8a", 1)
  line("arrivals", "#b3541e", 1)
  legend(48, "#1b4f8a", "100 to " most " sensors, one density")
  legend(66, "#b3541e", "500 sensors, more and more fire")
  print "<path d=\"M84 80h24\" stroke=\"#666\" stroke-dasharray=\"4 3\"/><text x=\"114\" y=\"84\">floor</text>"
  print "</svg>"
}
function legend(at, colour, words) {
  printf "<path d=\"M84 %dh24\" stroke=\"%s\" stroke-width=\"2\"/><text x=\"114\" y=\"%d\">%s</text>\n", at - 4, colour, at, words
}
function line(which, colour, dashed,    i, d, points) {
  d = ""
  points = ""
  for (i = 1; i <= n; i++) {
    if (by[i] != which) continue
    if (which == "sensors") most = sensors[i]
    v = dashed ? least[i] : spent[i]
    d = d sprintf("%s%.1f %.1f", d == "" ? "M" : "L", x(arrivals[i]), y(v))
    if (!dashed) points = points sprintf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", x(arrivals[i]), y(v), colour)
  }
  if (d != "") printf "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>%s\n", d, colour, dashed ? 1 : 2, dashed ? " stroke-dasharray=\"4 3\"" : "", points
}
