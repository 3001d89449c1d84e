#include "sim/world.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/world_fields.h"

namespace truce::sim {

namespace {

constexpr std::size_t kBytesMax = 1 << 20;

constexpr std::size_t kTablesMax = 1000;  // weapons, jammings, layers
constexpr std::size_t kFrontMax = 10000;

// Takes values out of one TOML table; keeps the first complaint, and knows which keys were asked
// for, so that a misspelt one is not passed over.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string name, std::string source)
      : table_(table), name_(std::move(name)), source_(std::move(source)) {}

  void operator()(const char* key, double& out, const NumberRange& range, const char*) {
    if (const auto* node = find(key)) number(*node, key, out, range);
  }
  void operator()(const char* key, std::uint32_t& out, const NumberRange& range, const char*) {
    const auto* node = find(key);
    if (node == nullptr) return;
    double v = 0;
    number(*node, key, v, range);
    if (v != std::floor(v)) complain(*node, key, "a whole number, " + range_words(range));
    out = static_cast<std::uint32_t>(v);
  }
  void operator()(const char* key, Span& out, const NumberRange& range, const char*) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* pair = node->as_array();
    if (pair == nullptr || pair->size() != 2) {
      complain(*node, key, "[from, to], each " + range_words(range));
      return;
    }
    number(*pair->get(0), key, out.low, range);
    number(*pair->get(1), key, out.high, range);
    if (out.low > out.high) complain(*node, key, "the smaller first");
  }
  void operator()(const char* key, bool& out, const Choices&, const char*) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value_exact<bool>();
    if (!v) complain(*node, key, "true or false");
    out = v.value_or(false);
  }
  void operator()(const char* key, std::string& out, const Choices& choices, const char*) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto v = node->value_exact<std::string>();
    const bool known =
        v && (choices.empty() || std::find(choices.begin(), choices.end(), *v) != choices.end());
    if (!known) {
      complain(*node, key, choices.empty() ? "a word" : "one of " + choice_words(choices));
      return;
    }
    out = *v;
  }
  void operator()(const char* key, std::vector<std::array<double, 2>>& out,
                  const NumberRange& range, const char*) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* points = node->as_array();
    if (points == nullptr || points->size() < 2 || points->size() > kFrontMax) {
      complain(*node, key, "two or more points [x, y]");
      return;
    }
    for (const auto& p : *points) point(p, key, out, range);
    for (std::size_t i = 1; i < out.size(); ++i) {
      if (out[i] == out[i - 1]) complain(*node, key, "points that differ");
    }
  }

  // A part of the world in a table of its own.
  template <class Part>
  void part(const char* key, Part& out) {
    const auto* node = find(key);
    if (node == nullptr) return;
    if (!node->is_table()) {
      complain(*node, key, "a table");
      return;
    }
    TableReader inner(*node->as_table(), name_of(key), source_);
    visit(inner, out);
    take(inner);
  }
  template <class Part>
  void list(const char* key, std::vector<Part>& out) {
    const auto* node = find(key);
    if (node == nullptr) return;
    const auto* tables = node->as_array();
    if (tables == nullptr || tables->size() > kTablesMax) {
      complain(*node, key,
               "up to " + std::to_string(kTablesMax) + " tables [[" + name_of(key) + "]]");
      return;
    }
    for (const auto& t : *tables) {
      if (!t.is_table()) return complain(t, key, "a table");
      out.emplace_back();
      TableReader inner(*t.as_table(), name_of(key), source_);
      visit(inner, out.back());
      take(inner);
    }
  }
  void note(const char* key) { known_.insert(key); }

  std::optional<Error> complaint() {
    for (const auto& [key, value] : table_) {
      if (known_.count(std::string(key.str())) == 0)
        complain(value, std::string(key.str()), "a key that `truce sim --describe` lists");
    }
    return complaint_;
  }

 private:
  std::string name_of(const char* key) const { return name_.empty() ? key : name_ + "." + key; }

  const toml::node* find(const char* key) {
    known_.insert(key);
    return table_.get(key);
  }
  void number(const toml::node& node, const std::string& key, double& out,
              const NumberRange& range) {
    const auto v = node.is_number() ? node.value<double>() : std::nullopt;
    if (!v || !(*v >= range.min && *v <= range.max)) {
      complain(node, key, range_words(range));
      return;
    }
    out = *v;
  }
  void point(const toml::node& node, const char* key, std::vector<std::array<double, 2>>& out,
             const NumberRange& range) {
    const auto* pair = node.as_array();
    if (pair == nullptr || pair->size() != 2) return complain(node, key, "points [x, y]");
    out.push_back({0, 0});
    number(*pair->get(0), key, out.back()[0], range);
    number(*pair->get(1), key, out.back()[1], range);
  }
  void complain(const toml::node& node, const std::string& key, std::string expected) {
    if (complaint_) return;
    complaint_ = make_error(ErrorCode::kBadInput, "this is not what belongs here",
                            {.source = source_,
                             .line = node.source().begin.line,
                             .field = name_.empty() ? key : name_ + "." + key},
                            std::move(expected));
  }
  void take(TableReader& inner) {
    auto c = inner.complaint();
    if (!complaint_) complaint_ = std::move(c);
  }

  const toml::table& table_;
  std::string name_, source_;
  std::set<std::string> known_;
  std::optional<Error> complaint_;
};

std::optional<Error> read_seismic(TableReader& root, const toml::table& table,
                                  const std::string& source, Seismic& out) {
  root.note("seismic");
  const auto* node = table.get("seismic");
  if (node == nullptr) return {};
  if (!node->is_table()) return bad_input("[seismic] is no table", {.source = source}, "[seismic]");
  TableReader reader(*node->as_table(), "seismic", source);
  visit(reader, out);
  reader.list("layer", out.layers);
  if (auto c = reader.complaint()) return c;
  for (std::size_t i = 0; i < out.layers.size(); ++i) {
    if (i == 0 ? out.layers[i].depth_km != 0 : out.layers[i].depth_km <= out.layers[i - 1].depth_km)
      return bad_input("layers are out of order", {.source = source, .field = "seismic.layer"},
                       "the first at depth 0, then deeper and deeper");
  }
  return {};
}

// What no single value can be wrong about.
std::optional<Error> contradiction(const World& w, const std::string& source) {
  if (w.seismic.on && w.seismic.layers.empty())
    return bad_input("a seismic network needs layers", {.source = source, .field = "seismic"},
                     "[[seismic.layer]]");
  if (w.nodes.layout == "front" && w.terrain.front_km.empty())
    return bad_input("there is no front to place nodes along",
                     {.source = source, .field = "nodes.layout"}, "terrain.front_km");
  if (w.name.empty() || w.name.find_first_of("/\\") != w.name.npos || w.name[0] == '.')
    return bad_input("the name cannot be a folder's", {.source = source, .field = "name"},
                     "a word without slashes");
  return {};
}

Result<World> read_table(const toml::table& table, const std::string& source) {
  World w;
  TableReader root(table, "", source);
  root("name", w.name, Choices{}, "");
  double seed = 1;
  root("seed", seed, NumberRange{0, 9e15, ""}, "");
  w.seed = static_cast<std::uint64_t>(seed);
  visit_parts(root, w);
  const auto seismic = read_seismic(root, table, source, w.seismic);
  if (auto c = root.complaint()) return *c;
  if (seismic) return *seismic;
  if (auto c = contradiction(w, source)) return *c;
  return w;
}

}  // namespace

Result<World> parse_world(std::string_view text, const std::string& source) {
  if (text.size() > kBytesMax)
    return make_error(ErrorCode::kLimit, "a world is described in less than a megabyte",
                      {.source = source});
  try {
    return read_table(toml::parse(text, source), source);
  } catch (const toml::parse_error& e) {
    return bad_input(
        std::string(e.description()),
        {.source = source, .line = e.source().begin.line, .column = e.source().begin.column},
        "TOML");
  }
}

}  // namespace truce::sim
