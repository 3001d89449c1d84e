#include "stages/acquire/csv_mapping.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/count.h"
#include "stages/acquire/common.h"

namespace truce::acquire {

namespace {

using Words = std::vector<std::string_view>;

// What a value may be: whether a text is right, and the words for an error.
struct Rule {
  std::string_view key;
  bool (*right)(std::string_view);
  std::string_view expected;
};

bool anything(std::string_view) { return true; }

constexpr std::array<Rule, 12> kValues{{
    {"class", [](std::string_view s) { return effect_class_from(s).has_value(); },
     "an effect class such as \"explosion_undetermined\" or \"alert\""},
    {"count", [](std::string_view s) { return parse_count(s).ok(); },
     "a count such as \"3\", \"about 800\" or \"at least 1\""},
    {"weapon", [](std::string_view s) { return weapon_class_from(s).has_value(); },
     "a weapon class such as \"artillery\" or \"unknown\""},
    {"means", [](std::string_view s) { return means_from(s).has_value(); },
     "heard, saw, recorded, detected, reported, assessed or unknown"},
    {"reliability", [](std::string_view s) { return parse_probability(s).has_value(); },
     "a probability from 0 to 1"},
    {"weapon_text", anything, "a text"},
    {"kind", anything, "a text"},
    {"source", anything, "a text"},
    {"upstream", anything, "a text"},
    {"position", anything, "a text"},
    {"text", anything, "a text"},
    {"assessor", anything, "a text"},
}};

// Walks the tables and keeps the first thing wrong; what follows an error is not looked at.
class Reader {
 public:
  Reader(std::string_view source, const Context& context) : source_(source), context_(context) {}

  CsvMapping read(const toml::table& root) {
    CsvMapping m;
    known(
        root, "",
        {"separator", "class", "count", "weapon", "means", "reliability", "weapon_text", "kind",
         "source", "upstream", "position", "text", "assessor", "time", "place", "only", "targets"});
    const std::string separator = text(root, "separator", "", ",");
    if (separator.size() != 1)
      fail(root["separator"].node(), "separator", "is not one character",
           "one character such as \";\"");
    m.separator = separator.empty() ? ',' : separator[0];
    for (const Rule& rule : kValues) {
      if (const toml::node* node = root.get(rule.key))
        m.values[std::string(rule.key)] = value(*node, rule);
    }
    if (!root.contains("class"))
      fail(nullptr, "class", "is missing", "class = \"alert\", or a column");
    if (const auto* t = table(root, "time")) {
      m.time = time(*t);
    } else {
      fail(nullptr, "time", "is missing", "[time] with start = \"column\"");
    }
    if (const auto* t = table(root, "place")) m.place = place(*t);
    filters(root, m.only);
    return m;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  void fail(const toml::node* node, std::string key, std::string what, std::string expected) {
    if (error_) return;
    const std::uint64_t line = node == nullptr ? 1 : node->source().begin.line;
    error_ =
        make_error(ErrorCode::kBadMission, std::move(what),
                   {.source = source_, .line = line, .field = std::move(key)}, std::move(expected));
  }
  void known(const toml::table& t, const std::string& prefix, const Words& keys) {
    for (const auto& [key, node] : t) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      std::string all;
      for (const auto k : keys) all += (all.empty() ? "" : ", ") + std::string(k);
      fail(&node, prefix + std::string(key.str()), "is not a key of a mapping", all);
    }
  }
  const toml::table* table(const toml::table& t, const char* key) {
    const toml::node* node = t.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) fail(node, key, "is not a table", std::string("[") + key + "]");
    return node->as_table();
  }
  std::string text(const toml::table& t, const char* key, const std::string& prefix,
                   std::string otherwise = {}) {
    const toml::node* node = t.get(key);
    if (node == nullptr) return otherwise;
    if (const auto s = node->value_exact<std::string>(); s && !s->empty()) return *s;
    fail(node, prefix + key, "is not a text", "a text");
    return otherwise;
  }
  std::vector<std::string> texts(const toml::table& t, const char* key, const std::string& prefix) {
    const toml::node* node = t.get(key);
    std::vector<std::string> out;
    if (node == nullptr) return out;
    if (const auto s = node->value_exact<std::string>()) return {*s};
    if (const auto* list = node->as_array()) {
      for (const auto& item : *list) {
        if (const auto s = item.value_exact<std::string>()) out.push_back(*s);
      }
      if (!out.empty() && out.size() == list->size()) return out;
    }
    fail(node, prefix + key, "is neither a text nor a list of texts",
         "\"column\" or [\"date\", \"time\"]");
    return {};
  }
  double meters(const toml::table& t, const char* key, double otherwise) {
    const toml::node* node = t.get(key);
    if (node == nullptr) return otherwise;
    const auto v = node->value<double>();
    if (v && *v > 0 && *v <= 2e7) return *v;
    fail(node, std::string("place.") + key, "is not a length", "metres above 0");
    return otherwise;
  }
  void check(const toml::node& node, const std::string& key, const Rule& rule,
             const std::string& v) {
    if (!rule.right(v))
      fail(&node, key, "\"" + v.substr(0, 40) + "\" is not right here", std::string(rule.expected));
  }
  MappedValue value(const toml::node& node, const Rule& rule) {
    const std::string key(rule.key);
    MappedValue out;
    if (const auto s = node.value_exact<std::string>()) {
      check(node, key, rule, *s);
      out.otherwise = *s;
      return out;
    }
    const toml::table* t = node.as_table();
    if (t == nullptr) {
      fail(&node, key, "is neither a text nor a table",
           std::string(rule.expected) + ", or { column = \"…\" }");
      return out;
    }
    known(*t, key + ".", {"column", "values", "otherwise"});
    out.column = text(*t, "column", key + ".");
    if (out.column.empty()) fail(t, key + ".column", "is missing", "the name of a column");
    if (const toml::node* other = t->get("otherwise")) {
      out.otherwise = text(*t, "otherwise", key + ".");
      check(*other, key + ".otherwise", rule, *out.otherwise);
    }
    if (const toml::node* list = t->get("values"))
      read_values(*list, key + ".values", rule, out.values);
    return out;
  }
  void read_values(const toml::node& node, const std::string& key, const Rule& rule,
                   std::map<std::string, std::string>& out) {
    const toml::table* t = node.as_table();
    if (t == nullptr || t->empty())
      return fail(&node, key, "is not a table of values", "{ \"field\" = \"value\" }");
    for (const auto& [from, to] : *t) {
      const auto v = to.value_exact<std::string>();
      const std::string path = key + "." + std::string(from.str());
      if (!v) return fail(&to, path, "is not a text", std::string(rule.expected));
      check(to, path, rule, *v);
      out[std::string(from.str())] = *v;
    }
  }

  MappedTime time(const toml::table& t) {
    known(t, "time.", {"start", "end", "format", "zone", "precision", "basis"});
    MappedTime out;
    out.start = texts(t, "start", "time.");
    out.end = texts(t, "end", "time.");
    if (!t.contains("start")) fail(&t, "time.start", "is missing", "the column with the time");
    if (auto format = TimeFormat::parse(text(t, "format", "time.", "iso")); format.ok()) {
      out.format = *std::move(format);
    } else {
      fail(t.get("format"), "time.format", format.error().message, format.error().expected);
    }
    out.zone = context_.zone;
    if (const toml::node* node = t.get("zone")) {
      auto zone = Zone::find(text(t, "zone", "time."));
      if (zone.ok()) {
        out.zone = *std::move(zone);
      } else {
        fail(node, "time.zone", zone.error().message, "a zone such as \"Europe/Kyiv\"");
      }
    }
    constexpr std::array<std::pair<std::string_view, TimeBasis>, 6> kPrecisions{
        {{"second", TimeBasis::kStated},
         {"minute", TimeBasis::kStated},
         {"hour", TimeBasis::kStated},
         {"day", TimeBasis::kDay},
         {"month", TimeBasis::kReportingPeriod},
         {"year", TimeBasis::kReportingPeriod}}};
    const std::string precision = text(t, "precision", "time.", "second");
    const auto at = std::find_if(kPrecisions.begin(), kPrecisions.end(),
                                 [&](const auto& p) { return p.first == precision; });
    if (at == kPrecisions.end()) {
      fail(t.get("precision"), "time.precision", "\"" + precision + "\" is not a precision",
           "second, minute, hour, day, month or year");
      return out;
    }
    out.precision = static_cast<TimePrecision>(at - kPrecisions.begin());
    const auto basis =
        time_basis_from(text(t, "basis", "time.", std::string(to_string(at->second))));
    if (!basis)
      fail(t.get("basis"), "time.basis", "is not a basis",
           "stated, night, part_of_day, day, publication or reporting_period");
    out.basis = basis.value_or(at->second);
    return out;
  }

  MappedPlace place(const toml::table& t) {
    known(t, "place.",
          {"latitude", "longitude", "name", "lookup", "range", "direction", "from", "range_unit",
           "radius_m"});
    MappedPlace out;
    out.latitude = text(t, "latitude", "place.");
    out.longitude = text(t, "longitude", "place.");
    if (out.latitude.empty() != out.longitude.empty()) {
      fail(&t, out.latitude.empty() ? "place.latitude" : "place.longitude", "is missing",
           "latitude and longitude together");
    }
    out.name = text(t, "name", "place.");
    out.from = text(t, "from", "place.");
    out.range = text(t, "range", "place.");
    out.direction = text(t, "direction", "place.");
    out.radius_m = meters(t, "radius_m", out.radius_m);
    const std::string unit = text(t, "range_unit", "place.", "km");
    if (unit != "km" && unit != "m")
      fail(t.get("range_unit"), "place.range_unit", "is not a unit of length", "km or m");
    out.range_unit_m = unit == "m" ? 1 : 1000;
    const std::string lookup = text(t, "lookup", "place.");
    if (!lookup.empty() && lookup != "gazetteer" && lookup != "areas")
      fail(t.get("lookup"), "place.lookup", "is not a list of places", "gazetteer or areas");
    const bool coordinates = !out.latitude.empty();
    if (!out.range.empty()) {
      out.way = MappedPlace::Way::kRange;
      if (out.from.empty() && !coordinates)
        fail(&t, "place.from", "is missing",
             "the column that names the position, or latitude and longitude");
    } else if (coordinates) {
      out.way = MappedPlace::Way::kCoordinates;
    } else if (!out.name.empty() && !lookup.empty()) {
      out.way = lookup == "areas" ? MappedPlace::Way::kAreas : MappedPlace::Way::kGazetteer;
    } else {
      fail(&t, "place", "does not say where",
           "latitude and longitude, name with lookup, or range with from");
    }
    return out;
  }

  void filters(const toml::table& root, std::vector<MappedFilter>& out) {
    const toml::node* node = root.get("only");
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    if (list == nullptr) return fail(node, "only", "is not a list of filters", "[[only]]");
    for (const auto& item : *list) {
      const toml::table* t = item.as_table();
      if (t == nullptr) return fail(&item, "only", "is not a filter", "column with is or is_not");
      known(*t, "only.", {"column", "is", "is_not"});
      MappedFilter f;
      f.column = text(*t, "column", "only.");
      if (f.column.empty()) fail(t, "only.column", "is missing", "the name of a column");
      f.keep = t->contains("is");
      f.words = texts(*t, f.keep ? "is" : "is_not", "only.");
      if (t->contains("is") == t->contains("is_not"))
        fail(t, "only.is", "is missing, or is_not stands beside it", "one of is and is_not");
      out.push_back(std::move(f));
    }
  }

  std::string source_;
  const Context& context_;
  std::optional<Error> error_;
};

}  // namespace

std::optional<double> parse_probability(std::string_view text) {
  const auto p = parse_double(text);
  return p && *p >= 0 && *p <= 1 ? p : std::nullopt;
}

std::optional<std::string_view> MappedValue::of(std::string_view field) const {
  field = trim(field);
  const auto stand_in = otherwise ? std::optional<std::string_view>(*otherwise) : std::nullopt;
  if (column.empty()) return stand_in;
  if (field.empty() && stand_in) return stand_in;
  if (values.empty()) return field;
  const auto it = values.find(std::string(field));
  return it == values.end() ? stand_in : std::optional<std::string_view>(it->second);
}

Result<CsvMapping> CsvMapping::parse(std::string_view toml, const Context& context,
                                     std::string_view source) {
  try {
    Reader reader(source, context);
    CsvMapping out = reader.read(toml::parse(toml));
    if (reader.error()) return *reader.error();
    TRUCE_TRY(targets, TargetWords::parse(toml, source));
    out.targets = targets;
    return out;
  } catch (const toml::parse_error& e) {
    return make_error(ErrorCode::kBadMission, std::string(e.description()),
                      {.source = std::string(source), .line = e.source().begin.line}, "TOML");
  }
}

std::vector<std::pair<std::string, std::string>> CsvMapping::columns() const {
  std::vector<std::pair<std::string, std::string>> out;
  const auto ask = [&](std::string key, const std::string& column) {
    if (!column.empty()) out.emplace_back(std::move(key), column);
  };
  for (const auto& [key, v] : values) ask(key, v.column);
  for (const auto& c : time.start) ask("time.start", c);
  for (const auto& c : time.end) ask("time.end", c);
  ask("place.latitude", place.latitude);
  ask("place.longitude", place.longitude);
  ask("place.name", place.name);
  ask("place.from", place.from);
  ask("place.range", place.range);
  ask("place.direction", place.direction);
  for (const auto& f : only) ask("only.column", f.column);
  return out;
}

}  // namespace truce::acquire
