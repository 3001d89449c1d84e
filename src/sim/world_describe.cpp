#include <algorithm>
#include <charconv>

#include "sim/world.h"
#include "sim/world_fields.h"

namespace truce::sim {

std::string shown(double v) {
  char text[32];
  const auto [end, code] = std::to_chars(text, text + sizeof text, v);
  return {text, end};
}

std::string range_words(const NumberRange& r) {
  return shown(r.min) + " to " + shown(r.max) + (r.unit.empty() ? "" : " " + std::string(r.unit));
}

std::string choice_words(const Choices& choices) {
  std::string out;
  for (const auto c : choices) out += (out.empty() ? "" : ", ") + std::string(c);
  return out;
}

namespace {

// Writes every key with its default and what it means.
class Describer {
 public:
  void operator()(const char* key, double& v, const NumberRange& r, const char* meaning) {
    line(key, shown(v), meaning, range_words(r));
  }
  void operator()(const char* key, std::uint32_t& v, const NumberRange& r, const char* meaning) {
    line(key, std::to_string(v), meaning, range_words(r));
  }
  void operator()(const char* key, Span& v, const NumberRange& r, const char* meaning) {
    line(key, "[" + shown(v.low) + ", " + shown(v.high) + "]", meaning, range_words(r));
  }
  void operator()(const char* key, bool& v, const Choices&, const char* meaning) {
    line(key, v ? "true" : "false", meaning, "");
  }
  void operator()(const char* key, std::string& v, const Choices& choices, const char* meaning) {
    line(key, "\"" + v + "\"", meaning, choice_words(choices));
  }
  void operator()(const char* key, std::vector<std::array<double, 2>>&, const NumberRange& r,
                  const char* meaning) {
    out += "# ";
    line(key, "[[0, 20], [60, 22]]", meaning, range_words(r));
  }
  template <class Part>
  void part(const char* key, Part& p) {
    out += "\n[" + std::string(key) + "]\n";
    visit(*this, p);
  }
  template <class Part>
  void list(const char* key, std::vector<Part>&) {
    out += "\n[[" + std::string(key) + "]]  # as often as wanted\n";
    Part p;
    visit(*this, p);
  }
  std::string out;

 private:
  void line(const std::string& key, const std::string& value, const char* meaning,
            const std::string& range) {
    std::string text = key + " = " + value;
    text.resize(std::max<std::size_t>(text.size() + 2, 30), ' ');
    out += text + "# " + meaning + (range.empty() ? "" : " (" + range + ")") + "\n";
  }
};

}  // namespace

std::string describe_world() {
  World w;
  Describer d;
  d.out =
      "# A world with every key at its default. What is left out stays so.\n"
      "name = \"world\"\nseed = 1                      # all that is random follows from it\n";
  visit_parts(d, w);
  d.part("seismic", w.seismic);
  d.list("seismic.layer", w.seismic.layers);
  return d.out;
}

}  // namespace truce::sim
