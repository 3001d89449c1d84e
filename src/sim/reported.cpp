#include "sim/reported.h"

#include <simdjson.h>

#include <algorithm>

namespace truce::sim {

namespace {

namespace dom = simdjson::dom;

class LineReader {
 public:
  LineReader(dom::element line, std::size_t arrivals) : line_(line), arrivals_(arrivals) {}

  ScoredEffect run() {
    ScoredEffect out;
    if (!line_.is_object()) {
      fail("the line is no JSON object", "");
      return out;
    }
    read_arrivals(out.arrivals);
    out.x_m = number("x_m");
    out.y_m = number("y_m");
    out.time_s = number("time_s");
    read_ring("region50", out.region50);
    read_ring("region90", out.region90);
    return out;
  }
  std::string wrong, field;  // empty when all is well

 private:
  void fail(const char* what, const char* where) {
    if (!wrong.empty()) return;
    wrong = what;
    field = where;
  }
  double number(const char* key) {
    double v = 0;
    if (line_[key].get(v) != simdjson::SUCCESS) fail("there is no number", key);
    return v;
  }
  void read_arrivals(std::vector<std::uint32_t>& out) {
    dom::array list;
    if (line_["arrivals"].get(list) != simdjson::SUCCESS)
      return fail("there is no list of arrivals", "arrivals");
    for (const dom::element e : list) {
      std::uint64_t v = 0;
      if (e.get(v) != simdjson::SUCCESS || v >= arrivals_)
        return fail("an arrival that the scene does not have", "arrivals");
      out.push_back(static_cast<std::uint32_t>(v));
    }
  }
  void read_ring(const char* key, std::vector<std::array<double, 2>>& out) {
    dom::array ring;
    if (line_[key].error() != simdjson::SUCCESS) return;
    if (line_[key].get(ring) != simdjson::SUCCESS) return fail("a region is a list", key);
    for (const dom::element e : ring) {
      std::array<double, 2> p{};
      if (e.at(0).get(p[0]) != simdjson::SUCCESS || e.at(1).get(p[1]) != simdjson::SUCCESS)
        return fail("a region is a list of [x, y]", key);
      out.push_back(p);
    }
  }

  dom::element line_;
  std::size_t arrivals_;
};

}  // namespace

Result<std::vector<ScoredEffect>> parse_reported(std::string_view lines, const std::string& source,
                                                 std::size_t arrivals) {
  std::vector<ScoredEffect> out;
  dom::parser parser;
  std::uint64_t line = 0;
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', at), lines.size());
    const std::string_view text = lines.substr(at, end - at);
    at = end + 1;
    ++line;
    if (text.find_first_not_of(" \t\r") == text.npos) continue;
    dom::element parsed;
    if (parser.parse(text.data(), text.size()).get(parsed) != simdjson::SUCCESS)
      return bad_input("the line is no JSON", {.source = source, .line = line});
    LineReader reader(parsed, arrivals);
    out.push_back(reader.run());
    if (!reader.wrong.empty())
      return bad_input(reader.wrong, {.source = source, .line = line, .field = reader.field},
                       "{\"arrivals\":[…],\"x_m\":…,\"y_m\":…,\"time_s\":…}");
  }
  return out;
}

}  // namespace truce::sim
